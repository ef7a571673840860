#include <check.h>
#include <stdlib.h>

#include "detect/clock.h"
#include "suite.h"

#define S(seconds) ((uint64_t)(seconds)*UINT64_C(1000000000))
#define T0	   S(1700000000)

static struct zt_clock clock_;

static void
setup(void)
{
	clock_ = (struct zt_clock){ .now_ns = 0 };
	ck_assert_uint_eq(zt_clock_advance(&clock_, T0), T0);
}

START_TEST(clock_disorder_up_to_ten_seconds_is_judged_now)
{
	ck_assert_uint_eq(zt_clock_advance(&clock_, T0 - S(10)), T0);
	ck_assert_uint_eq(clock_.steps, 0);
	ck_assert_uint_eq(zt_clock_advance(&clock_, T0 + 1), T0 + 1);
}
END_TEST

START_TEST(clock_one_stamp_far_back_changes_nothing)
{
	ck_assert_uint_eq(zt_clock_advance(&clock_, T0 - S(10) - 1), T0);
	ck_assert_uint_eq(clock_.steps, 1);
	ck_assert_uint_eq(zt_clock_advance(&clock_, T0 + 5), T0 + 5);
	ck_assert_uint_eq(clock_.offset_ns, 0);
}
END_TEST

/* S09. */
START_TEST(clock_second_stamp_far_back_shifts_and_time_goes_on)
{
	uint64_t back = T0 - S(1000);

	ck_assert_uint_eq(zt_clock_advance(&clock_, back), T0);
	ck_assert_uint_eq(zt_clock_advance(&clock_, back + 7), T0 + 7);
	ck_assert_uint_eq(zt_clock_advance(&clock_, back + S(60)), T0 + S(60));
	ck_assert_uint_eq(clock_.steps, 1);
}
END_TEST

START_TEST(clock_one_stamp_far_ahead_changes_nothing)
{
	ck_assert_uint_eq(zt_clock_advance(&clock_, T0 + S(3600)), T0 + S(3600));
	ck_assert_uint_eq(zt_clock_advance(&clock_, T0 + S(7200) + 1), T0 + S(3600));
	ck_assert_uint_eq(clock_.steps, 1);
	ck_assert_uint_eq(zt_clock_advance(&clock_, T0 + S(3601)), T0 + S(3601));
}
END_TEST

/* S09. */
START_TEST(clock_second_stamp_far_ahead_is_believed)
{
	uint64_t ahead = T0 + S(315360000);

	ck_assert_uint_eq(zt_clock_advance(&clock_, ahead), T0);
	ck_assert_uint_eq(zt_clock_advance(&clock_, ahead + 1), ahead + 1);
	ck_assert_uint_eq(clock_.steps, 1);
}
END_TEST

START_TEST(clock_two_wild_stamps_that_disagree_are_two_doubts)
{
	ck_assert_uint_eq(zt_clock_advance(&clock_, T0 + S(1000000)), T0);
	ck_assert_uint_eq(zt_clock_advance(&clock_, T0 + S(2000000)), T0);
	ck_assert_uint_eq(clock_.steps, 2);
	ck_assert_uint_eq(zt_clock_advance(&clock_, T0 + 1), T0 + 1);
}
END_TEST

/* S10. */
START_TEST(clock_ends_of_the_range_never_run_backwards)
{
	static const uint64_t wild[] = { 0, UINT64_MAX, 1, UINT64_MAX - 1, 0, 0,
		UINT64_MAX, UINT64_MAX, INT64_MAX, (uint64_t)INT64_MAX + 1, T0, T0 };
	uint64_t before = T0;

	for (unsigned i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		uint64_t now = zt_clock_advance(&clock_, wild[i]);
		ck_assert_uint_ge(now, before);
		before = now;
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("clock");
	TCase *tcase = tcase_create("steps");

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_test(tcase, clock_disorder_up_to_ten_seconds_is_judged_now);
	tcase_add_test(tcase, clock_one_stamp_far_back_changes_nothing);
	tcase_add_test(tcase, clock_second_stamp_far_back_shifts_and_time_goes_on);
	tcase_add_test(tcase, clock_one_stamp_far_ahead_changes_nothing);
	tcase_add_test(tcase, clock_second_stamp_far_ahead_is_believed);
	tcase_add_test(tcase, clock_two_wild_stamps_that_disagree_are_two_doubts);
	tcase_add_test(tcase, clock_ends_of_the_range_never_run_backwards);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
