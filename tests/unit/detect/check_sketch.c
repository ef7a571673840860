#include <check.h>
#include <stdlib.h>

#include "detect/frequency.h"
#include "detect/sketch.h"
#include "dissect/hash.h"
#include "suite.h"

static const struct zt_hash_key key = { 11, 22 };

static uint64_t
hash_of(uint64_t number)
{
	return zt_hash(&key, &number, sizeof(number));
}

START_TEST(sketch_of_nothing_is_zero_and_of_one_is_one)
{
	struct zt_sketch sketch = { { 0 } };

	ck_assert_uint_eq(zt_sketch_count(&sketch), 0);
	for (unsigned i = 0; i < 1000; i++)
		zt_sketch_add(&sketch, hash_of(7));
	ck_assert_uint_eq(zt_sketch_count(&sketch), 1);
}
END_TEST

/* 20 sets of each size: the root mean square of the error must be near the standard
 * error that alerts state, and no single one beyond four of it. */
START_TEST(sketch_error_is_what_is_stated)
{
	static const uint64_t sizes[] = { 300, 1000, 3000, 10000, 100000 };
	uint64_t size = sizes[_i];
	double squares = 0.0;

	for (uint64_t set = 0; set < 20; set++) {
		struct zt_sketch sketch = { { 0 } };
		for (uint64_t i = 0; i < size; i++)
			zt_sketch_add(&sketch, hash_of(set << 32 | i));
		double error =
		    ((double)zt_sketch_count(&sketch) - (double)size) / (double)size;
		squares += error * error;
		ck_assert(error * error < 16 * 0.0325 * 0.0325);
	}
	ck_assert(squares / 20 < 1.6 * 0.0325 * 0.0325);
}
END_TEST

START_TEST(sketch_of_extreme_hashes_does_not_overflow)
{
	struct zt_sketch sketch = { { 0 } };

	for (uint64_t i = 0; i < 1024; i++)
		zt_sketch_add(&sketch, i << 54);
	ck_assert_uint_eq(sketch.registers[0], 55);
	ck_assert_uint_gt(zt_sketch_count(&sketch), UINT64_C(1) << 50);
}
END_TEST

START_TEST(frequency_counts_up_to_fifteen)
{
	struct zt_frequency frequency;

	ck_assert_int_eq(zt_frequency_init(&frequency, 1000), 0);
	for (unsigned i = 1; i <= 20; i++)
		ck_assert_uint_eq(
		    zt_frequency_note(&frequency, hash_of(1)), i < 15 ? i : 15);
	zt_frequency_fini(&frequency);
}
END_TEST

START_TEST(frequency_ages_every_counter)
{
	struct zt_frequency frequency;

	/* One block, halved at each 64th call. */
	ck_assert_int_eq(zt_frequency_init(&frequency, 10), 0);
	ck_assert_uint_eq(frequency.n_blocks, 1);
	for (unsigned i = 1; i <= 63; i++)
		(void)zt_frequency_note(&frequency, hash_of(1));
	ck_assert_uint_eq(zt_frequency_note(&frequency, hash_of(1)), 15);
	ck_assert_uint_eq(zt_frequency_note(&frequency, hash_of(1)), 8);
	zt_frequency_fini(&frequency);
}
END_TEST

START_TEST(frequency_of_a_new_key_in_a_flood_stays_low)
{
	struct zt_frequency frequency;
	uint64_t sum = 0;

	ck_assert_int_eq(zt_frequency_init(&frequency, 10000), 0);
	for (uint64_t i = 0; i < 100000; i++)
		sum += zt_frequency_note(&frequency, hash_of(i));
	/* Each came once; the sketch may say two, on average less. */
	ck_assert_uint_lt(sum, 200000);
	zt_frequency_fini(&frequency);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sketch");
	TCase *tcase = tcase_create("distinct");
	TCase *often = tcase_create("frequency");

	tcase_add_test(tcase, sketch_of_nothing_is_zero_and_of_one_is_one);
	tcase_add_loop_test(tcase, sketch_error_is_what_is_stated, 0, 5);
	tcase_add_test(tcase, sketch_of_extreme_hashes_does_not_overflow);
	suite_add_tcase(suite, tcase);
	tcase_add_test(often, frequency_counts_up_to_fifteen);
	tcase_add_test(often, frequency_ages_every_counter);
	tcase_add_test(often, frequency_of_a_new_key_in_a_flood_stays_low);
	suite_add_tcase(suite, often);
	return zt_suite_run(suite);
}
