/* A dissector made while memory runs out at every point in turn: none, and nothing is
 * left of it.  This program brings its own malloc(), so it cannot run where a sanitizer
 * brings one. */
#include "dissect/dissect.h"
#include "failing_memory.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>

#ifdef CAN_FAIL

static void
ignore(void *arg, const struct zt_event *ev)
{
	(void)arg;
	(void)ev;
}

/** Make and free one that may allocate n - 1 times. */
static bool
is_made(const struct zt_dissect_options *options, long n)
{
	left = n;
	struct zt_dissect *dissect = zt_dissect_new(options);
	left = -1;
	bool made = dissect != NULL;
	zt_dissect_free(&dissect);
	return made;
}

/* X21. */
START_TEST(making_without_memory_at_any_point_leaves_nothing)
{
	struct zt_dissect_options options;
	long n = 1;

	zt_dissect_defaults(&options);
	options.emit = ignore;
	/* Too small and too large for any table: both are put right. */
	options.tcp_streams = _i ? 0 : SIZE_MAX / 2;
	options.fragment_bytes = _i ? 0 : (size_t)128 << 20;
	options.exchanges = _i ? 1 : 64;
	options.transfers = 16;
	/* The layers of printf and of Check allocate once. */
	ck_assert(is_made(&options, -1));
	long before = n_blocks;
	for (; n < 1000 && !is_made(&options, n); n++) {
		if (n_blocks != before)
			ck_abort_msg("%ld blocks left at %ld", n_blocks - before, n);
	}
	ck_assert_int_gt(n, 20);
	ck_assert_int_lt(n, 1000);
}
END_TEST

#endif

int
main(void)
{
	Suite *suite = suite_create("dissect_memory");
	TCase *tc = tcase_create("none");

	tcase_set_timeout(tc, 60);
#ifdef CAN_FAIL
	tcase_add_loop_test(
	    tc, making_without_memory_at_any_point_leaves_nothing, 0, 2);
#endif
	suite_add_tcase(suite, tc);
	return zt_suite_run(suite);
}
