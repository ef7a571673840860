/* The ring: order, content, wrapping, fullness, and two threads at uneven speeds. */
#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "sensor/ring.h"
#include "suite.h"

#define SMALL_RING ((size_t)64 << 10)

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* A record that says its own length and number and whose bytes follow from them. */
static size_t
make_record(uint8_t *record, uint64_t number, uint64_t *random)
{
	size_t len = 1 + next_random(random) % ZT_RING_RECORD_MAX;

	for (size_t i = 0; i < len; i++)
		record[i] = (uint8_t)(number * 131 + i * 7 + len);
	return len;
}

static bool
is_record(const uint8_t *record, size_t len, uint64_t number)
{
	for (size_t i = 0; i < len; i++)
		if (record[i] != (uint8_t)(number * 131 + i * 7 + len))
			return false;
	return true;
}

START_TEST(push_unpublished_stays_invisible)
{
	struct zt_ring *ring = zt_ring_new(SMALL_RING);
	size_t len = 0;

	ck_assert(zt_ring_push(ring, "abc", 3));
	ck_assert_ptr_null(zt_ring_peek(ring, &len));
	zt_ring_publish(ring);
	const void *record = zt_ring_peek(ring, &len);
	ck_assert_ptr_nonnull(record);
	ck_assert_uint_eq(len, 3);
	ck_assert_mem_eq(record, "abc", 3);
	ck_assert_uint_eq((uintptr_t)record % 8, 0);
	/* Peeking does not consume. */
	ck_assert_ptr_eq(zt_ring_peek(ring, &len), record);
	zt_ring_pop(ring);
	ck_assert_ptr_null(zt_ring_peek(ring, &len));
	zt_ring_free(&ring);
	ck_assert_ptr_null(ring);
	zt_ring_free(&ring);
}
END_TEST

START_TEST(push_outside_limits_is_refused)
{
	static const uint8_t record[ZT_RING_RECORD_MAX + 1];
	struct zt_ring *ring = zt_ring_new(1);

	ck_assert(!zt_ring_push(ring, record, 0));
	ck_assert(zt_ring_push(ring, record, 1));
	ck_assert(zt_ring_push(ring, record, ZT_RING_RECORD_MAX));
	ck_assert(!zt_ring_push(ring, record, ZT_RING_RECORD_MAX + 1));
	zt_ring_free(&ring);
}
END_TEST

START_TEST(push_into_full_ring_changes_nothing)
{
	uint8_t record[1016]; /* 1024 with its frame: 64 fill the ring exactly */
	struct zt_ring *ring = zt_ring_new(SMALL_RING);
	size_t len = 0;
	unsigned pushed = 0;

	memset(record, 7, sizeof(record));
	while (zt_ring_push(ring, record, sizeof(record)))
		pushed++;
	ck_assert_uint_eq(pushed, 64);
	zt_ring_publish(ring);
	/* Popped but not released: still no room. */
	ck_assert_ptr_nonnull(zt_ring_peek(ring, &len));
	zt_ring_pop(ring);
	ck_assert(!zt_ring_push(ring, record, sizeof(record)));
	zt_ring_release(ring);
	ck_assert(zt_ring_push(ring, record, sizeof(record)));
	ck_assert(!zt_ring_push(ring, record, 1));
	zt_ring_publish(ring);
	for (pushed = 0; zt_ring_peek(ring, &len) != NULL; pushed++) {
		ck_assert_uint_eq(len, sizeof(record));
		zt_ring_pop(ring);
	}
	ck_assert_uint_eq(pushed, 64);
	zt_ring_free(&ring);
}
END_TEST

START_TEST(records_of_every_size_survive_wrapping)
{
	uint8_t record[ZT_RING_RECORD_MAX];
	struct zt_ring *ring = zt_ring_new(SMALL_RING);
	size_t len = 0;

	for (uint64_t n = 0; n < 3 * ZT_RING_RECORD_MAX; n++) {
		size_t want = 1 + n % ZT_RING_RECORD_MAX;
		for (size_t i = 0; i < want; i++)
			record[i] = (uint8_t)(n * 131 + i * 7 + want);
		ck_assert(zt_ring_push(ring, record, want));
		zt_ring_publish(ring);
		const uint8_t *got = zt_ring_peek(ring, &len);
		ck_assert_ptr_nonnull(got);
		ck_assert_uint_eq(len, want);
		ck_assert(is_record(got, len, n));
		zt_ring_pop(ring);
		zt_ring_release(ring);
	}
	zt_ring_free(&ring);
}
END_TEST

/* What one side did, compared at the end. */
struct tally {
	uint64_t records;
	uint64_t bytes;
	uint64_t sum;
};

struct run {
	struct zt_ring *ring;
	uint64_t records;
	unsigned producer_rests; /* sched_yield every so many records; 0: never */
	unsigned consumer_rests;
	unsigned batch;
	struct tally sent;
	struct tally got;
	uint64_t damaged;
};

static void
add(struct tally *tally, const uint8_t *record, size_t len)
{
	tally->records++;
	tally->bytes += len;
	for (size_t i = 0; i < len; i += 61)
		tally->sum = tally->sum * 31 + record[i];
}

static void *
produce(void *arg)
{
	struct run *run = arg;
	uint8_t record[ZT_RING_RECORD_MAX];
	uint64_t random = 0x9e3779b97f4a7c15;

	for (uint64_t n = 0; n < run->records; n++) {
		size_t len = make_record(record, n, &random);
		while (!zt_ring_push(run->ring, record, len)) {
			zt_ring_publish(run->ring);
			sched_yield();
		}
		add(&run->sent, record, len);
		if (n % run->batch == 0)
			zt_ring_publish(run->ring);
		if (run->producer_rests != 0 && n % run->producer_rests == 0)
			sched_yield();
	}
	zt_ring_publish(run->ring);
	return NULL;
}

static void *
consume(void *arg)
{
	struct run *run = arg;
	size_t len = 0;

	while (run->got.records < run->records) {
		const uint8_t *record = zt_ring_peek(run->ring, &len);
		if (record == NULL) {
			zt_ring_release(run->ring);
			sched_yield();
			continue;
		}
		run->damaged += !is_record(record, len, run->got.records);
		add(&run->got, record, len);
		zt_ring_pop(run->ring);
		if (run->got.records % run->batch == 0)
			zt_ring_release(run->ring);
		if (run->consumer_rests != 0 &&
		    run->got.records % run->consumer_rests == 0)
			sched_yield();
	}
	zt_ring_release(run->ring);
	return NULL;
}

static const struct {
	unsigned producer_rests;
	unsigned consumer_rests;
	unsigned batch;
} speeds[] = {
	{ 0, 0, 1 },   /* both at full speed, every record published */
	{ 0, 0, 64 },  /* both at full speed, in batches */
	{ 1, 0, 16 },  /* slow producer: the ring is mostly empty */
	{ 0, 1, 16 },  /* slow consumer: the ring is mostly full */
	{ 3, 5, 256 }, /* batches longer than what fits: publish happens when full */
};

START_TEST(two_threads_at_uneven_speeds_agree)
{
	struct run run = { .records = 40000 };
	pthread_t producer;
	pthread_t consumer;

	run.ring = zt_ring_new(SMALL_RING);
	run.producer_rests = speeds[_i].producer_rests;
	run.consumer_rests = speeds[_i].consumer_rests;
	run.batch = speeds[_i].batch;
	ck_assert_int_eq(pthread_create(&producer, NULL, produce, &run), 0);
	ck_assert_int_eq(pthread_create(&consumer, NULL, consume, &run), 0);
	pthread_join(producer, NULL);
	pthread_join(consumer, NULL);
	ck_assert_uint_eq(run.damaged, 0);
	ck_assert_uint_eq(run.sent.records, run.records);
	ck_assert_uint_eq(run.got.records, run.sent.records);
	ck_assert_uint_eq(run.got.bytes, run.sent.bytes);
	ck_assert_uint_eq(run.got.sum, run.sent.sum);
	zt_ring_free(&run.ring);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ring");
	TCase *one = tcase_create("one thread");
	TCase *two = tcase_create("two threads");

	tcase_add_test(one, push_unpublished_stays_invisible);
	tcase_add_test(one, push_outside_limits_is_refused);
	tcase_add_test(one, push_into_full_ring_changes_nothing);
	tcase_add_test(one, records_of_every_size_survive_wrapping);
	tcase_set_timeout(two, 60);
	tcase_add_loop_test(two, two_threads_at_uneven_speeds_agree, 0,
	    (int)(sizeof(speeds) / sizeof(speeds[0])));
	suite_add_tcase(suite, one);
	suite_add_tcase(suite, two);
	return zt_suite_run(suite);
}
