#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "detect/facts.h"
#include "detect/tracks.h"
#include "suite.h"

#define S(seconds) ((uint64_t)(seconds)*UINT64_C(1000000000))
#define T0	   S(1700000000)
#define HORIZON	   S(600)

static const struct zt_hash_key hash_key = { 3, 4 };
static struct zt_arena arena;
static struct zt_sources sources;
static struct zt_tracks tracks;
static unsigned n_evicted_incidents;

static void
evict(void *arg, uint32_t track)
{
	(void)arg;
	zt_tracks_at(&tracks, track)->incident = 0;
	n_evicted_incidents++;
}

static void
setup(void)
{
	uint64_t horizon_ns[ZT_N_RULES];

	for (unsigned i = 0; i < ZT_N_RULES; i++)
		horizon_ns[i] = HORIZON;
	n_evicted_incidents = 0;
	ck_assert_int_eq(zt_arena_init(&arena, 64 << 10), 0);
	ck_assert_int_eq(zt_sources_init(&sources, 1 << 20, &hash_key), 0);
	ck_assert_int_eq(zt_tracks_init(&tracks, &arena, &sources, horizon_ns), 0);
	sources.drop = zt_tracks_drop_source;
	sources.drop_arg = &tracks;
	tracks.evict = evict;
	/* Rule 0 wants every source at once, rule 1 does not. */
	tracks.at_once = 1;
}

static void
teardown(void)
{
	ck_assert_uint_eq(
	    tracks.created, tracks.live + tracks.expired + tracks.evicted);
	zt_tracks_fini(&tracks);
	zt_sources_fini(&sources);
	zt_arena_fini(&arena);
}

static uint32_t
source_of(uint32_t number)
{
	struct zt_source_key key = { .family = 4, .prefix_len = 32 };

	memcpy(key.addr, &number, sizeof(number));
	uint64_t hash = zt_sources_hash(&sources, &key);
	uint32_t handle = zt_sources_find(&sources, hash, &key);
	if (handle == ZT_SOURCE_NONE)
		handle = zt_sources_add(&sources, hash, &key, T0, false);
	return handle;
}

static uint32_t
add(uint32_t source, uint64_t scope, uint64_t now_ns)
{
	struct zt_track_key key = { .scope = scope, .source = source, .rule = 0 };

	zt_tracks_begin(&tracks);
	return zt_tracks_add(&tracks, &key, now_ns, false);
}

static uint32_t
find(uint32_t source, uint64_t scope, uint8_t rule)
{
	struct zt_track_key key = { .scope = scope, .source = source, .rule = rule };

	zt_tracks_begin(&tracks);
	return zt_tracks_find(&tracks, &key);
}

START_TEST(track_is_found_by_rule_source_and_scope)
{
	uint32_t a = source_of(1);
	uint32_t b = source_of(2);
	uint32_t handle = add(a, 77, T0);

	ck_assert_uint_ne(handle, 0);
	ck_assert_uint_eq(find(a, 77, 0), handle);
	ck_assert_uint_eq(find(a, 78, 0), 0);
	ck_assert_uint_eq(find(b, 77, 0), 0);
	ck_assert_uint_eq(find(a, 77, 1), 0);
	ck_assert_uint_eq(find(ZT_SOURCE_NONE, 77, 0), 0);
	ck_assert_uint_eq(zt_sources_at(&sources, a)->n_tracks, 1);
}
END_TEST

START_TEST(track_idle_for_its_horizon_expires_and_gives_all_back)
{
	uint32_t handle = add(source_of(1), 0, T0);

	zt_facts_sample(&tracks, handle, (const uint8_t *)"\1a", 3);
	zt_facts_tally(&tracks, handle, ZT_FACT_TYPE, 15, T0);
	zt_tracks_touch(&tracks, handle, T0 + 9);
	zt_tracks_expire(&tracks, T0 + 9 + HORIZON - 1, 100);
	ck_assert_uint_eq(tracks.live, 1);
	zt_tracks_expire(&tracks, T0 + 9 + HORIZON, 100);
	ck_assert_uint_eq(tracks.live, 0);
	ck_assert_uint_eq(tracks.expired, 1);
	ck_assert_uint_eq(arena.used_bytes, 0);
	ck_assert_uint_eq(zt_sources_at(&sources, source_of(1))->tracks, 0);
}
END_TEST

START_TEST(track_with_an_incident_does_not_expire)
{
	uint32_t handle = add(source_of(1), 0, T0);

	zt_tracks_at(&tracks, handle)->incident = 1;
	zt_tracks_set_suspect(&tracks, handle, true);
	zt_tracks_expire(&tracks, T0 + 10 * HORIZON, 100);
	ck_assert_uint_eq(tracks.live, 1);
	zt_tracks_at(&tracks, handle)->incident = 0;
}
END_TEST

START_TEST(full_arena_evicts_the_oldest_of_the_lowest_level)
{
	uint32_t keeper = source_of(1);
	uint32_t handle = add(keeper, 0, T0);

	/* It comes back a few times: level 2. */
	for (unsigned i = 0; i < 4; i++)
		zt_tracks_touch(&tracks, handle, T0 + 1);
	for (uint32_t i = 2; i < 1000; i++)
		ck_assert_uint_ne(add(source_of(i), 0, T0 + i), 0);
	ck_assert_uint_gt(tracks.evicted, 400);
	ck_assert_uint_eq(find(keeper, 0, 0), handle);
	ck_assert_uint_eq(find(source_of(2), 0, 0), 0);
	ck_assert_uint_ne(find(source_of(999), 0, 0), 0);
	ck_assert_uint_eq(n_evicted_incidents, 0);
}
END_TEST

START_TEST(full_arena_evicts_nobody_for_a_source_that_came_once)
{
	struct zt_track_key key = { .scope = 1, .source = source_of(1), .rule = 1 };

	while (zt_tracks_add(&tracks, &key, T0, false) != 0)
		key.scope++;
	ck_assert_uint_gt(tracks.live, 100);
	ck_assert_uint_eq(tracks.evicted, 0);
	ck_assert_uint_eq(tracks.refused, 1);
	zt_tracks_begin(&tracks);
	zt_sources_touch(&sources, key.source, T0);
	ck_assert_uint_ne(zt_tracks_add(&tracks, &key, T0, false), 0);
	ck_assert_uint_eq(tracks.evicted, 1);
}
END_TEST

START_TEST(newcomer_pushes_out_nobody_above_its_level)
{
	unsigned n = 0;

	/* Fill everything with tracks that came often. */
	for (uint32_t i = 2; tracks.evicted == 0 && tracks.refused == 0; i++, n++) {
		uint32_t handle = add(source_of(i), 0, T0);
		if (handle == 0)
			break;
		for (unsigned k = 0; k < 4; k++)
			zt_tracks_touch(&tracks, handle, T0);
	}
	ck_assert_uint_gt(n, 100);
	ck_assert_uint_eq(tracks.refused, 1);
	ck_assert_uint_eq(tracks.evicted, 0);
	/* One that must be noted gets its place all the same. */
	struct zt_track_key key = { .scope = 5, .source = source_of(9), .rule = 0 };
	zt_tracks_begin(&tracks);
	ck_assert_uint_ne(zt_tracks_add(&tracks, &key, T0 + 1, true), 0);
	ck_assert_uint_eq(tracks.evicted, 1);
}
END_TEST

START_TEST(tracks_of_the_event_at_hand_are_not_evicted)
{
	struct zt_track_key key = { .scope = 1, .source = source_of(1), .rule = 0 };

	for (uint32_t i = 2; tracks.evicted == 0; i++)
		(void)add(source_of(i), 0, T0 + i);
	zt_tracks_begin(&tracks);
	uint32_t first = zt_tracks_add(&tracks, &key, T0, false);
	ck_assert_uint_ne(first, 0);
	/* Older than all others, it would go first. */
	for (key.scope = 2; key.scope < 50; key.scope++)
		ck_assert_uint_ne(zt_tracks_add(&tracks, &key, T0, false), 0);
	key.scope = 1;
	ck_assert_uint_eq(zt_tracks_find(&tracks, &key), first);
}
END_TEST

START_TEST(source_that_goes_takes_its_tracks_along)
{
	uint32_t source = source_of(1);
	uint32_t other = add(source_of(2), 0, T0);
	uint32_t suspect = 0;

	for (uint64_t scope = 0; scope < 10; scope++)
		suspect = add(source, scope, T0);
	zt_tracks_at(&tracks, suspect)->incident = 1;
	zt_tracks_drop_source(&tracks, source);
	ck_assert_uint_eq(tracks.live, 1);
	ck_assert_uint_eq(tracks.evicted, 10);
	ck_assert_uint_eq(n_evicted_incidents, 1);
	ck_assert_uint_eq(find(source_of(2), 0, 0), other);
}
END_TEST

START_TEST(samples_are_the_latest_names_until_an_incident_opens)
{
	struct zt_alert_window window = { .present = true };
	uint32_t handle = add(source_of(1), 0, T0);
	uint8_t name[] = { 1, 'a', 0 };

	for (unsigned i = 0; i < 10; i++) {
		name[1] = (uint8_t)('a' + i);
		zt_facts_sample(&tracks, handle, name, sizeof(name));
	}
	zt_tracks_at(&tracks, handle)->incident = 1;
	name[1] = 'z';
	zt_facts_sample(&tracks, handle, name, sizeof(name));
	zt_facts_fill(&tracks, handle, 0, &window);
	zt_tracks_at(&tracks, handle)->incident = 0;
	ck_assert_uint_eq(window.n_samples, 8);
	ck_assert_uint_eq(window.samples[0].len, 3);
	ck_assert_uint_eq(window.samples[0].wire[1], 'c');
	ck_assert_uint_eq(window.samples[7].wire[1], 'j');
}
END_TEST

START_TEST(tally_tells_what_came_since_and_in_order_of_codes)
{
	struct zt_alert_window window = { .present = true };
	uint32_t handle = add(source_of(1), 0, T0);

	zt_facts_tally(&tracks, handle, ZT_FACT_TYPE, 6, T0);
	zt_facts_tally(&tracks, handle, ZT_FACT_TYPE, 16, T0 + 5);
	zt_facts_tally(&tracks, handle, ZT_FACT_TYPE, 15, T0 + 5);
	zt_facts_tally(&tracks, handle, ZT_FACT_TYPE, 16, T0 + 6);
	zt_facts_tally(&tracks, handle, ZT_FACT_RCODE, 3, T0 + 6);
	zt_facts_fill(&tracks, handle, T0 + 1, &window);
	ck_assert_uint_eq(window.n_types, 2);
	ck_assert_uint_eq(window.types[0].code, 15);
	ck_assert_uint_eq(window.types[0].count, 1);
	ck_assert_uint_eq(window.types[1].code, 16);
	ck_assert_uint_eq(window.types[1].count, 2);
	ck_assert_uint_eq(window.n_rcodes, 1);
	ck_assert_uint_eq(window.rcodes[0].code, 3);
}
END_TEST

START_TEST(tally_of_more_codes_than_it_holds_leaves_the_rest_out)
{
	struct zt_alert_window window = { .present = true };
	uint32_t handle = add(source_of(1), 0, T0);

	for (uint16_t code = 0; code < 1000; code++)
		zt_facts_tally(&tracks, handle, ZT_FACT_TYPE, code, T0);
	zt_facts_fill(&tracks, handle, 0, &window);
	ck_assert_uint_eq(window.n_types, ZT_ALERT_TYPES_MAX);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("tracks");
	TCase *tcase = tcase_create("life");
	TCase *facts = tcase_create("facts");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, track_is_found_by_rule_source_and_scope);
	tcase_add_test(tcase, track_idle_for_its_horizon_expires_and_gives_all_back);
	tcase_add_test(tcase, track_with_an_incident_does_not_expire);
	tcase_add_test(tcase, full_arena_evicts_the_oldest_of_the_lowest_level);
	tcase_add_test(tcase, full_arena_evicts_nobody_for_a_source_that_came_once);
	tcase_add_test(tcase, newcomer_pushes_out_nobody_above_its_level);
	tcase_add_test(tcase, tracks_of_the_event_at_hand_are_not_evicted);
	tcase_add_test(tcase, source_that_goes_takes_its_tracks_along);
	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(facts, setup, teardown);
	tcase_add_test(facts, samples_are_the_latest_names_until_an_incident_opens);
	tcase_add_test(facts, tally_tells_what_came_since_and_in_order_of_codes);
	tcase_add_test(facts, tally_of_more_codes_than_it_holds_leaves_the_rest_out);
	suite_add_tcase(suite, facts);
	return zt_suite_run(suite);
}
