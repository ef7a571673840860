#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "detect/sources.h"
#include "suite.h"

#define S(seconds) ((uint64_t)(seconds)*UINT64_C(1000000000))
#define T0	   S(1700000000)

static const struct zt_hash_key hash_key = { 3, 4 };
static struct zt_sources sources;
static unsigned n_dropped;

static void
drop(void *arg, uint32_t source)
{
	(void)arg;
	zt_sources_at(&sources, source)->tracks = 0;
	n_dropped++;
}

static void
make(size_t n_buckets)
{
	n_dropped = 0;
	ck_assert_int_eq(
	    zt_sources_init(&sources, n_buckets * 8 * (64 + 2), &hash_key), 0);
	ck_assert_uint_eq(sources.n_buckets, n_buckets);
	sources.drop = drop;
}

static void
teardown(void)
{
	ck_assert_uint_eq(
	    sources.created, sources.live + sources.expired + sources.evicted);
	zt_sources_fini(&sources);
}

static struct zt_source_key
key_of(uint32_t number)
{
	struct zt_source_key key = { .family = 4, .prefix_len = 32 };

	memcpy(key.addr, &number, sizeof(number));
	return key;
}

/* What the engine does with a source. */
static uint32_t
see_key(const struct zt_source_key *key, uint64_t now_ns)
{
	uint64_t hash = zt_sources_hash(&sources, key);
	uint32_t handle = zt_sources_find(&sources, hash, key);

	if (handle != ZT_SOURCE_NONE)
		zt_sources_touch(&sources, handle, now_ns);
	else
		handle = zt_sources_add(&sources, hash, key, now_ns, false);
	return handle;
}

static uint32_t
see(uint32_t number, uint64_t now_ns)
{
	struct zt_source_key key = key_of(number);
	return see_key(&key, now_ns);
}

static bool
is_known(uint32_t number)
{
	struct zt_source_key key = key_of(number);
	return zt_sources_find(&sources, zt_sources_hash(&sources, &key), &key) !=
	       ZT_SOURCE_NONE;
}

START_TEST(source_seen_twice_is_one_entry)
{
	make(16);
	uint32_t handle = see(1, T0);
	ck_assert_uint_eq(see(1, T0 + 5), handle);
	ck_assert_uint_eq(sources.created, 1);
	ck_assert_uint_eq(zt_sources_at(&sources, handle)->events, 2);
	ck_assert_uint_eq(zt_sources_at(&sources, handle)->seen_ns, T0 + 5);
}
END_TEST

/* S03. */
START_TEST(sources_of_other_family_or_prefix_are_others)
{
	struct zt_source_key a = key_of(1);
	struct zt_source_key b = a;
	struct zt_source_key c = a;

	make(16);
	b.prefix_len = 24;
	c.family = 6;
	c.prefix_len = 128;
	uint32_t ha = see_key(&a, T0);
	uint32_t hb = see_key(&b, T0);
	uint32_t hc = see_key(&c, T0);
	ck_assert(ha != hb && hb != hc && ha != hc);
	ck_assert_uint_eq(sources.live, 3);
}
END_TEST

START_TEST(full_bucket_lets_go_of_the_one_seen_longest_ago)
{
	make(1);
	for (uint32_t i = 0; i < 8; i++)
		(void)see(i, T0 + i);
	(void)see(100, T0 + 100);
	ck_assert_uint_eq(sources.evicted, 1);
	ck_assert(!is_known(0));
	for (uint32_t i = 1; i < 8; i++)
		ck_assert(is_known(i));
}
END_TEST

START_TEST(full_bucket_lets_go_of_an_idle_one_first_and_calls_it_expired)
{
	make(1);
	for (unsigned n = 0; n < 1000; n++)
		(void)see(0, T0);
	for (uint32_t i = 1; i < 8; i++)
		(void)see(i, T0 + ZT_SOURCE_IDLE_NS - 1);
	(void)see(100, T0 + ZT_SOURCE_IDLE_NS);
	ck_assert_uint_eq(sources.expired, 1);
	ck_assert_uint_eq(sources.evicted, 0);
	ck_assert(!is_known(0));
}
END_TEST

START_TEST(source_that_keeps_asking_outlives_a_flood)
{
	make(64);
	/* 400 new sources per question of the steady one, into 512 places. */
	uint64_t now_ns = T0;
	uint32_t other = 1000;
	unsigned n_lost = 0;
	for (unsigned i = 0; i < 200; i++) {
		(void)see(1, now_ns);
		for (unsigned n = 0; n < 400; n++)
			(void)see(other++, now_ns += 1000);
		n_lost += !is_known(1);
	}
	ck_assert_uint_le(n_lost, 2);
	ck_assert_uint_gt(sources.evicted, 50000);
}
END_TEST

/* S04. */
START_TEST(source_with_an_incident_goes_only_for_one_who_insists)
{
	make(1);
	for (uint32_t i = 0; i < 8; i++)
		zt_sources_at(&sources, see(i, T0 + i))->n_incidents = 1;
	ck_assert_uint_eq(see(100, T0 + 9), ZT_SOURCE_NONE);
	ck_assert_uint_eq(sources.refused, 1);
	struct zt_source_key key = key_of(101);
	uint64_t hash = zt_sources_hash(&sources, &key);
	zt_sources_at(&sources, see(0, T0 + 3))->tracks = 1;
	for (uint32_t i = 1; i < 8; i++)
		(void)see(i, T0 + 10 + i);
	(void)see(0, T0 + 10);
	ck_assert_uint_ne(
	    zt_sources_add(&sources, hash, &key, T0 + 20, true), ZT_SOURCE_NONE);
	ck_assert_uint_eq(sources.evicted, 1);
	ck_assert_uint_eq(n_dropped, 0);
}
END_TEST

START_TEST(eviction_drops_what_hangs_on_the_source)
{
	make(1);
	zt_sources_at(&sources, see(0, T0))->tracks = 7;
	for (uint32_t i = 1; i < 8; i++) {
		(void)see(i, T0 + 1);
		(void)see(i, T0 + 2);
	}
	/* It is worth half an event more than a newcomer: the second knock gets in. */
	(void)see(100, T0 + 3);
	(void)see(100, T0 + 4);
	ck_assert(!is_known(0));
	ck_assert_uint_eq(n_dropped, 1);
}
END_TEST

START_TEST(events_fade_with_silence)
{
	make(1);
	for (unsigned i = 0; i < 64; i++)
		(void)see(1, T0);
	uint32_t handle = see(1, T0 + S(120));
	/* 64, halved twice, and this one. */
	ck_assert_uint_eq(zt_sources_at(&sources, handle)->events, 17);
}
END_TEST

#define FNV_PRIME 16777619u

/* The least address from this number on whose FNV-1a, the usual hash without a key, ends
 * in 16 zero bits: the last byte is solved for, as zero is reached from zero only. */
static struct zt_source_key
colliding(uint32_t *number)
{
	for (;; ++*number) {
		uint32_t hash = 2166136261u;
		for (unsigned i = 0; i < 3; i++)
			hash = (hash ^ (*number >> (16 - 8 * i) & 0xff)) * FNV_PRIME;
		if ((hash & 0xff00) != 0)
			continue;
		struct zt_source_key key = { .family = 4, .prefix_len = 32 };
		key.addr[0] = (uint8_t)(*number >> 16);
		key.addr[1] = (uint8_t)(*number >> 8);
		key.addr[2] = (uint8_t)*number;
		key.addr[3] = (uint8_t)hash;
		++*number;
		return key;
	}
}

/* S01. */
START_TEST(s01_sources_that_collide_without_a_key_are_spread)
{
	enum {
		N_COLLIDING = 20000,
		N_BUCKETS = 1 << 14
	};
	static uint8_t n_in[N_BUCKETS];
	unsigned most = 0;
	uint32_t number = 0;

	make(N_BUCKETS);
	for (unsigned found = 0; found < N_COLLIDING; found++) {
		struct zt_source_key key = colliding(&number);
		uint32_t bucket = see_key(&key, T0) / ZT_SOURCES_WAYS;
		if (++n_in[bucket] > most)
			most = n_in[bucket];
	}
	/* Without a key they would share one of the buckets, or at most four. */
	ck_assert_uint_eq(sources.live, N_COLLIDING);
	ck_assert_uint_eq(sources.evicted + sources.refused, 0);
	ck_assert_uint_le(most, ZT_SOURCES_WAYS);
	zt_sources_fini(&sources);
	/* Another start, another key, other places. */
	static const struct zt_hash_key other_key = { 5, 6 };
	struct zt_source_key key = key_of(1);
	make(N_BUCKETS);
	uint64_t first = zt_sources_hash(&sources, &key);
	sources.key = other_key;
	ck_assert_uint_ne(zt_sources_hash(&sources, &key), first);
}
END_TEST

/* S10. */
START_TEST(s10_events_of_a_source_never_wrap)
{
	make(1);
	uint32_t handle = see(1, T0);
	for (unsigned i = 0; i < 3; i++) {
		zt_sources_at(&sources, handle)->events = UINT32_MAX - i;
		(void)see(1, T0 + i);
		ck_assert_uint_ge(
		    zt_sources_at(&sources, handle)->events, UINT32_MAX - i);
	}
}
END_TEST

START_TEST(one_bucket_is_the_least)
{
	struct zt_sources none;

	make(1);
	ck_assert_int_eq(zt_sources_init(&none, 500, &hash_key), -1);
	zt_sources_fini(&none);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sources");
	TCase *tcase = tcase_create("admission");

	tcase_add_checked_fixture(tcase, NULL, teardown);
	tcase_add_test(tcase, source_seen_twice_is_one_entry);
	tcase_add_test(tcase, sources_of_other_family_or_prefix_are_others);
	tcase_add_test(tcase, full_bucket_lets_go_of_the_one_seen_longest_ago);
	tcase_add_test(
	    tcase, full_bucket_lets_go_of_an_idle_one_first_and_calls_it_expired);
	tcase_add_test(tcase, source_that_keeps_asking_outlives_a_flood);
	tcase_add_test(tcase, source_with_an_incident_goes_only_for_one_who_insists);
	tcase_add_test(tcase, eviction_drops_what_hangs_on_the_source);
	tcase_add_test(tcase, events_fade_with_silence);
	tcase_add_test(tcase, s01_sources_that_collide_without_a_key_are_spread);
	tcase_add_test(tcase, s10_events_of_a_source_never_wrap);
	tcase_add_test(tcase, one_bucket_is_the_least);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
