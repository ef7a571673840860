/* A histogram whose buckets are cumulative, limits included. */
#include <check.h>

#include "sensor/delays.h"
#include "suite.h"

START_TEST(delay_counts_in_every_bucket_that_holds_it)
{
	struct zt_delays d = { 0 };

	zt_delays_add(&d, 0.005);
	zt_delays_add(&d, 0.0051);
	zt_delays_add(&d, 0);
	zt_delays_add(&d, 11);
	ck_assert_uint_eq(d.count, 4);
	ck_assert_double_eq_tol(d.sum_s, 11.0101, 1e-9);
	for (size_t i = 0; i < ZT_N_DELAYS; i++) {
		double limit = zt_delays_limit_s(i);
		uint64_t want = limit < 0.005 ? 1 : limit < 0.0051 ? 2 : 3;
		ck_assert_uint_eq(d.buckets[i], want);
		if (i > 0)
			ck_assert_double_gt(limit, zt_delays_limit_s(i - 1));
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("delays");
	TCase *tcase = tcase_create("histogram");

	tcase_add_test(tcase, delay_counts_in_every_bucket_that_holds_it);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
