/* The timeline of a live capture: the wall clock may be set, time goes on. */
#include <check.h>
#include <string.h>

#include "sensor/timeline.h"
#include "suite.h"

#define S     UINT64_C(1000000000)
#define MS    UINT64_C(1000000)

#define HOUR  (3600 * S)
#define YEARS (UINT64_C(10) * 365 * 86400 * S)

static struct zt_timeline timeline;
static struct zt_clocks clocks;

static void
look(void)
{
	zt_timeline_look(&timeline, &clocks);
}

static void
pass(uint64_t ns)
{
	clocks.wall_ns += ns;
	clocks.boot_ns += ns;
	clocks.monotonic_ns += ns;
}

static void
setup(void)
{
	memset(&timeline, 0, sizeof(timeline));
	clocks = (struct zt_clocks){ 1700000000 * S, 500 * S, 400 * S };
	look();
}

START_TEST(without_steps_it_is_the_wall_clock)
{
	for (int i = 0; i < 1000; i++) {
		pass(200 * MS);
		clocks.wall_ns += 100000; /* NTP slews: 500 ppm */
		look();
		ck_assert_uint_eq(timeline.now_ns, clocks.wall_ns);
		ck_assert_uint_eq(
		    zt_timeline_of(&timeline, clocks.wall_ns - 5), clocks.wall_ns - 5);
	}
	ck_assert_uint_eq(zt_counted(&timeline.steps), 0);
	ck_assert_uint_eq(zt_timeline_shift(&timeline), 0);
}
END_TEST

static const uint64_t steps[] = { S, HOUR, (uint64_t)0 - HOUR, YEARS,
	(uint64_t)0 - YEARS, (uint64_t)0 - S };

/* X19. */
START_TEST(a_step_moves_nothing_and_is_counted)
{
	uint64_t before_ns = timeline.now_ns;
	uint64_t late_ns =
	    clocks.wall_ns + 10 * MS; /* before the step, read after it */

	pass(200 * MS);
	clocks.wall_ns += steps[_i];
	/* Less than a second from the present needs no second look. */
	ck_assert(steps[_i] == (uint64_t)0 - S ||
		  zt_timeline_is_far(&timeline, clocks.wall_ns));
	look();
	ck_assert_uint_eq(timeline.now_ns, before_ns + 200 * MS);
	ck_assert_uint_eq(zt_counted(&timeline.steps), 1);
	ck_assert_uint_eq(zt_timeline_shift(&timeline), steps[_i]);
	ck_assert_uint_eq(zt_timeline_of(&timeline, clocks.wall_ns), timeline.now_ns);
	ck_assert_uint_eq(zt_timeline_of(&timeline, late_ns), before_ns + 10 * MS);
	/* And back. */
	pass(S);
	clocks.wall_ns -= steps[_i];
	look();
	ck_assert_uint_eq(timeline.now_ns, before_ns + 1200 * MS);
	ck_assert_uint_eq(zt_counted(&timeline.steps), 2);
	ck_assert_uint_eq(zt_timeline_shift(&timeline), 0);
}
END_TEST

START_TEST(what_is_less_than_a_second_is_followed)
{
	clocks.wall_ns += S - 1;
	look();
	ck_assert_uint_eq(zt_counted(&timeline.steps), 0);
	ck_assert_uint_eq(timeline.now_ns, clocks.wall_ns);
}
END_TEST

START_TEST(a_packet_that_waited_keeps_its_time)
{
	/* Three seconds in the ring of an overloaded sensor. */
	ck_assert(zt_timeline_is_far(&timeline, clocks.wall_ns - 3 * S));
	look();
	ck_assert_uint_eq(
	    zt_timeline_of(&timeline, clocks.wall_ns - 3 * S), clocks.wall_ns - 3 * S);
}
END_TEST

/* X20. */
START_TEST(suspension_is_counted_and_is_no_step)
{
	clocks.wall_ns += 600 * S;
	clocks.boot_ns += 600 * S;
	look();
	ck_assert_uint_eq(zt_counted(&timeline.steps), 0);
	ck_assert_uint_eq(zt_counted(&timeline.suspensions), 1);
	ck_assert_uint_eq(zt_counted(&timeline.suspended_ns), 600 * S);
	ck_assert_uint_eq(timeline.now_ns, clocks.wall_ns);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("timeline");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, setup, NULL);
	tcase_add_test(all, without_steps_it_is_the_wall_clock);
	tcase_add_loop_test(all, a_step_moves_nothing_and_is_counted, 0,
	    (int)(sizeof(steps) / sizeof(steps[0])));
	tcase_add_test(all, what_is_less_than_a_second_is_followed);
	tcase_add_test(all, a_packet_that_waited_keeps_its_time);
	tcase_add_test(all, suspension_is_counted_and_is_no_step);
	suite_add_tcase(suite, all);
	return zt_suite_run(suite);
}
