#include "dissect/distinct.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>

#include "dissect/hash.h"

/** Pairwise different values that look random. */
static uint64_t
value(uint64_t i)
{
	static const struct zt_hash_key key = { 3, 4 };

	return zt_hash(&key, &i, sizeof(i));
}

static struct zt_distinct_pool *
open_pool(size_t n_chunks)
{
	struct zt_distinct_pool *pool = zt_distinct_pool_new(n_chunks);

	ck_assert_ptr_nonnull(pool);
	return pool;
}

START_TEST(set_empty_counts_nothing)
{
	struct zt_distinct_pool *pool = open_pool(1);
	struct zt_distinct set = { 0 };

	ck_assert_uint_eq(zt_distinct_count(pool, &set), 0);
	ck_assert_uint_eq(set.mode, ZT_DISTINCT_EMPTY);
	zt_distinct_release(pool, &set);
	zt_distinct_pool_free(&pool);
	ck_assert_ptr_null(pool);
	zt_distinct_pool_free(&pool);
}
END_TEST

START_TEST(set_counts_each_value_once)
{
	struct zt_distinct_pool *pool = open_pool(1);
	struct zt_distinct set = { 0 };

	ck_assert(zt_distinct_add(pool, &set, 7));
	ck_assert(!zt_distinct_add(pool, &set, 7));
	ck_assert(zt_distinct_add(pool, &set, 8));
	ck_assert(!zt_distinct_add(pool, &set, 7));
	/* 0 marks an empty slot inside; 2048 is the same slot as 0. */
	ck_assert(zt_distinct_add(pool, &set, 0));
	ck_assert(zt_distinct_add(pool, &set, 2048));
	ck_assert(zt_distinct_add(pool, &set, 4096));
	ck_assert(!zt_distinct_add(pool, &set, 0));
	ck_assert_uint_eq(zt_distinct_count(pool, &set), 5);
	zt_distinct_pool_free(&pool);
}
END_TEST

START_TEST(set_is_exact_up_to_the_promised_size)
{
	struct zt_distinct_pool *pool = open_pool(64);
	struct zt_distinct set = { 0 };

	for (uint64_t i = 0; i < ZT_DISTINCT_EXACT_MAX; i++) {
		ck_assert(zt_distinct_add(pool, &set, value(i)));
		/* What came before stays known through every growth. */
		if (i % 97 == 0)
			ck_assert(!zt_distinct_add(pool, &set, value(i / 2)));
	}
	ck_assert_uint_eq(set.mode, ZT_DISTINCT_EXACT);
	ck_assert_uint_eq(zt_distinct_count(pool, &set), ZT_DISTINCT_EXACT_MAX);
	for (uint64_t i = 0; i < ZT_DISTINCT_EXACT_MAX; i++)
		(void)zt_distinct_add(pool, &set, value(i));
	ck_assert_uint_eq(zt_distinct_count(pool, &set), ZT_DISTINCT_EXACT_MAX);
	zt_distinct_pool_free(&pool);
}
END_TEST

static void
check_within_3_percent(uint64_t got, uint64_t want)
{
	ck_assert_msg(got > want - want * 3 / 100 && got < want + want * 3 / 100,
	    "%llu instead of %llu", (unsigned long long)got, (unsigned long long)want);
}

START_TEST(sketch_stays_within_three_percent)
{
	static const uint64_t sizes[] = { 30000, 41000, 60000, 100000, 1000000 };
	struct zt_distinct_pool *pool = open_pool(64);
	struct zt_distinct set = { 0 };
	uint64_t i = 0;

	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		for (; i < sizes[s]; i++) {
			(void)zt_distinct_add(pool, &set, value(i));
			if (i % 3 == 0)
				(void)zt_distinct_add(pool, &set, value(i / 2));
		}
		ck_assert_uint_eq(set.mode, ZT_DISTINCT_SKETCH);
		check_within_3_percent(zt_distinct_count(pool, &set), sizes[s]);
	}
	ck_assert_uint_eq(set.n_chunks, 1);
	zt_distinct_pool_free(&pool);
}
END_TEST

START_TEST(sketch_of_few_values_is_close_too)
{
	/* Two chunks: the first growth takes both, the second finds none. */
	struct zt_distinct_pool *pool = open_pool(2);
	struct zt_distinct set = { 0 };

	for (uint64_t i = 0; i < 5000; i++)
		(void)zt_distinct_add(pool, &set, value(i));
	ck_assert_uint_eq(set.mode, ZT_DISTINCT_SKETCH);
	check_within_3_percent(zt_distinct_count(pool, &set), 5000);
	zt_distinct_pool_free(&pool);
}
END_TEST

START_TEST(sketch_of_chosen_values_ends)
{
	struct zt_distinct_pool *pool = open_pool(64);
	struct zt_distinct set = { 0 };

	/* All in one chunk however often the set grows, and one probe sequence. */
	for (uint64_t i = 1; i < 3000; i++)
		(void)zt_distinct_add(pool, &set, i << 40);
	ck_assert_uint_eq(set.mode, ZT_DISTINCT_SKETCH);
	ck_assert_uint_ge(zt_distinct_count(pool, &set), 1536);
	zt_distinct_pool_free(&pool);
}
END_TEST

START_TEST(pool_empty_counts_changes)
{
	struct zt_distinct_pool *pool = open_pool(1);
	struct zt_distinct first = { 0 }, second = { 0 };

	(void)zt_distinct_add(pool, &first, 5);
	ck_assert(zt_distinct_add(pool, &second, 5));
	ck_assert_uint_eq(second.mode, ZT_DISTINCT_CHANGES);
	(void)zt_distinct_add(pool, &second, 5);
	(void)zt_distinct_add(pool, &second, 6);
	(void)zt_distinct_add(pool, &second, 6);
	(void)zt_distinct_add(pool, &second, 7);
	ck_assert_uint_eq(zt_distinct_count(pool, &second), 3);
	zt_distinct_release(pool, &second);
	ck_assert_uint_eq(zt_distinct_count(pool, &second), 0);
	zt_distinct_pool_free(&pool);
}
END_TEST

START_TEST(pool_gets_its_chunks_back)
{
	struct zt_distinct_pool *pool = open_pool(16);

	for (unsigned round = 0; round < 20; round++) {
		struct zt_distinct set = { 0 };
		for (uint64_t i = 0; i < 20000; i++)
			(void)zt_distinct_add(pool, &set, value(i));
		/* Sixteen chunks are just enough, so none may be lost. */
		ck_assert_uint_eq(set.mode, ZT_DISTINCT_EXACT);
		ck_assert_uint_eq(zt_distinct_count(pool, &set), 20000);
		zt_distinct_release(pool, &set);
	}
	zt_distinct_pool_free(&pool);
}
END_TEST

static Suite *
distinct_suite(void)
{
	Suite *suite = suite_create("distinct");
	TCase *set = tcase_create("set");
	TCase *sketch = tcase_create("sketch");
	TCase *pool = tcase_create("pool");

	tcase_add_test(set, set_empty_counts_nothing);
	tcase_add_test(set, set_counts_each_value_once);
	tcase_add_test(set, set_is_exact_up_to_the_promised_size);
	suite_add_tcase(suite, set);
	tcase_add_test(sketch, sketch_stays_within_three_percent);
	tcase_add_test(sketch, sketch_of_few_values_is_close_too);
	tcase_add_test(sketch, sketch_of_chosen_values_ends);
	suite_add_tcase(suite, sketch);
	tcase_add_test(pool, pool_empty_counts_changes);
	tcase_add_test(pool, pool_gets_its_chunks_back);
	suite_add_tcase(suite, pool);
	return suite;
}

int
main(void)
{
	return zt_suite_run(distinct_suite());
}
