#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "detect/policy.h"
#include "suite.h"

static const struct zt_prefix inside = { { 10 }, 4, 8 };
static const struct zt_prefix resolver = { { 10, 0, 0, 53 }, 4, 32 };
static const struct zt_prefix monitor = { { 203, 0, 113, 90 }, 4, 32 };
static const struct zt_prefix tests[] = {
	{ { 198, 51, 100, 0 }, 4, 28 },
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 6, 32 },
};

static struct zt_params params;
static struct zt_scanner_policy scanner;
static struct zt_policy *policy;

static void
setup(void)
{
	zt_params_defaults(&params);
	params.internal = (struct zt_prefix_list){ &inside, 1 };
	params.resolvers = (struct zt_prefix_list){ &resolver, 1 };
	params.monitors = (struct zt_prefix_list){ &monitor, 1 };
	scanner = (struct zt_scanner_policy){ .networks = { tests, 2 } };
	params.scanners = &scanner;
	params.n_scanners = 1;
}

static void
start(void)
{
	policy = zt_policy_new(&params);
	ck_assert_ptr_nonnull(policy);
}

static void
teardown(void)
{
	zt_policy_free(&policy);
	ck_assert_ptr_null(policy);
}

static unsigned
classify(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	uint8_t addr[16] = { a, b, c, d };
	return zt_policy_classify(policy, 4, addr);
}

static bool
is_authorised(uint8_t last, uint64_t ts_ns)
{
	uint8_t addr[16] = { 198, 51, 100, last };
	return zt_policy_is_authorised(policy, 4, addr, ts_ns);
}

START_TEST(address_gets_a_bit_for_each_list_that_holds_it)
{
	start();
	ck_assert_uint_eq(classify(10, 0, 0, 53), ZT_SP_INTERNAL | ZT_SP_RESOLVER);
	ck_assert_uint_eq(classify(10, 0, 0, 54), ZT_SP_INTERNAL);
	ck_assert_uint_eq(classify(203, 0, 113, 90), ZT_SP_MONITOR);
	ck_assert_uint_eq(classify(198, 51, 100, 15), ZT_SP_SCANNER);
	ck_assert_uint_eq(classify(198, 51, 100, 16), 0);
}
END_TEST

START_TEST(test_is_authorised_from_its_first_to_its_last_nanosecond)
{
	scanner.from_ns = 1000;
	scanner.until_ns = 2000;
	start();
	ck_assert(!is_authorised(1, 999));
	ck_assert(is_authorised(1, 1000));
	ck_assert(is_authorised(1, 2000));
	ck_assert(!is_authorised(1, 2001));
	ck_assert(!is_authorised(16, 1500));
}
END_TEST

START_TEST(test_without_times_is_authorised_always)
{
	uint8_t addr[16] = { 0x20, 0x01, 0x0d, 0xb8, 0xff };

	start();
	ck_assert(is_authorised(1, 0));
	ck_assert(is_authorised(1, UINT64_MAX));
	ck_assert(zt_policy_is_authorised(policy, 6, addr, 5));
	ck_assert(!zt_policy_is_authorised(policy, 4, addr, 5));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("policy");
	TCase *tcase = tcase_create("lists");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, address_gets_a_bit_for_each_list_that_holds_it);
	tcase_add_test(tcase, test_is_authorised_from_its_first_to_its_last_nanosecond);
	tcase_add_test(tcase, test_without_times_is_authorised_always);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
