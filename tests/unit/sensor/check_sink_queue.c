/* What waits for a sink: in order, merged before anything is lost, and counted. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "record_draft.h"
#include "sensor/sink_queue.h"
#include "suite.h"

static struct zt_sink_queue queue;

static void
setup(void)
{
	ck_assert_int_eq(zt_sink_queue_init(&queue, 4), 0);
}

static void
teardown(void)
{
	zt_sink_queue_fini(&queue);
}

static struct zt_sink_put
put(const char *id, const char *event, unsigned risk, unsigned number)
{
	struct zt_record *record = record_draft(id, event, risk, number);
	struct zt_sink_put result = zt_sink_queue_put(&queue, record);

	zt_record_release(record);
	return result;
}

static void
expect(const char *line, unsigned merged)
{
	struct zt_record *record = NULL;
	uint64_t got = 0;

	ck_assert(zt_sink_queue_take(&queue, &record, &got));
	ck_assert_str_eq(zt_record_text(record, ZT_RECORD_LINE), line);
	ck_assert_uint_eq(got, merged);
	zt_record_release(record);
}

static void
expect_put(struct zt_sink_put got, unsigned merged, unsigned lost)
{
	ck_assert_uint_eq(got.merged, merged);
	ck_assert_uint_eq(got.lost, lost);
}

START_TEST(queue_keeps_the_order)
{
	for (unsigned i = 0; i < 4; i++)
		expect_put(put("a", "update", 50, i), 0, 0);
	expect("line-0", 0);
	expect("line-1", 0);
	expect("line-2", 0);
	expect("line-3", 0);
	ck_assert_uint_eq(queue.count, 0);
}
END_TEST

/* X02. */
START_TEST(full_queue_merges_the_oldest_repeat)
{
	put("b", "open", 50, 0);
	put("a", "open", 50, 1);
	put("a", "update", 50, 2);
	put("a", "update", 50, 3);
	expect_put(put("a", "close", 50, 4), 1, 0);
	expect_put(put("b", "close", 50, 5), 1, 0);
	expect("line-0", 0);
	expect("line-1", 0);
	expect("line-4", 2);
	expect("line-5", 0);
}
END_TEST

START_TEST(full_queue_without_repeats_loses_the_least_risk)
{
	put("a", "open", 50, 0);
	put("b", "open", 20, 1);
	put("c", "open", 20, 2);
	put("d", "update", 50, 3); /* no newer one: not a repeat */
	expect_put(put("e", "open", 90, 4), 0, 1);
	expect_put(put("f", "open", 10, 5), 0, 1); /* itself */
	expect("line-0", 0);
	expect("line-2", 0);
	expect("line-3", 0);
	expect("line-4", 0);
}
END_TEST

START_TEST(returned_record_is_the_oldest_again)
{
	struct zt_record *record = NULL;
	uint64_t merged = 0;

	put("a", "update", 50, 0);
	put("a", "update", 50, 1);
	ck_assert(zt_sink_queue_take(&queue, &record, &merged));
	ck_assert(zt_sink_queue_return(&queue, record, 7));
	ck_assert_uint_eq(queue.n_superseded, 1);
	expect("line-0", 7);
	expect("line-1", 0);
}
END_TEST

/* Puts and takes in every order: nothing vanishes uncounted, opens and closes are never
 * merged. */
START_TEST(nothing_vanishes_uncounted)
{
	static const char *const events[] = { "open", "update", "update", "close" };
	unsigned n_put = 0, n_taken = 0, n_merged = 0, n_said = 0, n_lost = 0;

	srand(7);
	for (unsigned i = 0; i < 20000; i++) {
		char id[2] = { (char)('a' + rand() % 6), '\0' };
		struct zt_record *record = NULL;
		uint64_t merged = 0;

		if (rand() % 3 != 0) {
			struct zt_sink_put result =
			    put(id, events[rand() % 4], (unsigned)rand() % 101, i);
			n_put++;
			n_merged += result.merged;
			n_lost += result.lost;
		} else if (zt_sink_queue_take(&queue, &record, &merged)) {
			n_taken++;
			n_said += (unsigned)merged;
			ck_assert(merged == 0 || i > 0);
			zt_record_release(record);
		}
		ck_assert_uint_le(queue.count, 4);
		ck_assert_uint_eq(
		    n_put, n_taken + n_merged + n_lost + (unsigned)queue.count);
	}
	ck_assert_uint_gt(n_merged, 1000);
	ck_assert_uint_gt(n_said, 1000);
	ck_assert_uint_gt(n_lost, 100);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sink_queue");
	TCase *tcase = tcase_create("queue");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, queue_keeps_the_order);
	tcase_add_test(tcase, full_queue_merges_the_oldest_repeat);
	tcase_add_test(tcase, full_queue_without_repeats_loses_the_least_risk);
	tcase_add_test(tcase, returned_record_is_the_oldest_again);
	tcase_add_test(tcase, nothing_vanishes_uncounted);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
