#include "../../../detect/region.h"
#include "suite.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <check.h>

static const size_t sizes[] = { 1, 4096, ZT_REGION_LARGE - 1, ZT_REGION_LARGE,
	ZT_REGION_LARGE + 1, 3 * ZT_REGION_LARGE };

static bool
is_zero(const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

START_TEST(region_of_each_size_is_zero_and_writable_to_its_end)
{
	size_t bytes = sizes[_i];
	uint8_t *region = zt_region_new(bytes);

	ck_assert_ptr_nonnull(region);
	ck_assert(is_zero(region, bytes));
	region[0] = 1;
	region[bytes - 1] = 1;
	if (bytes >= ZT_REGION_LARGE)
		ck_assert_uint_eq((uintptr_t)region % ZT_REGION_LARGE, 0);
	zt_region_free(region, bytes);
}
END_TEST

START_TEST(region_beyond_all_memory_is_refused)
{
	ck_assert_ptr_null(zt_region_new(SIZE_MAX));
	ck_assert_ptr_null(zt_region_new(SIZE_MAX / 2));
}
END_TEST

START_TEST(region_that_was_never_made_is_freed_without_harm)
{
	zt_region_free(NULL, 1);
	zt_region_free(NULL, ZT_REGION_LARGE);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("region");
	TCase *tcase = tcase_create("memory");

	tcase_add_loop_test(tcase, region_of_each_size_is_zero_and_writable_to_its_end,
	    0, sizeof(sizes) / sizeof(sizes[0]));
	tcase_add_test(tcase, region_beyond_all_memory_is_refused);
	tcase_add_test(tcase, region_that_was_never_made_is_freed_without_harm);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
