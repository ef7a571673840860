#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "detect/arena.h"
#include "suite.h"

static struct zt_arena arena;

static void
setup(void)
{
	ck_assert_int_eq(zt_arena_init(&arena, 1 << 20), 0);
}

static void
teardown(void)
{
	zt_arena_fini(&arena);
}

START_TEST(order_of_sizes_is_the_least_that_holds_them)
{
	ck_assert_uint_eq(zt_arena_order(1), 0);
	ck_assert_uint_eq(zt_arena_order(64), 0);
	ck_assert_uint_eq(zt_arena_order(65), 1);
	ck_assert_uint_eq(zt_arena_order(1 << 20), 14);
	ck_assert_uint_eq(zt_arena_order((1 << 20) + 1), ZT_ARENA_ORDERS);
}
END_TEST

START_TEST(arena_too_small_is_refused)
{
	struct zt_arena small;

	ck_assert_int_eq(zt_arena_init(&small, 1024), -1);
	zt_arena_fini(&small);
}
END_TEST

START_TEST(alloc_of_everything_ends_with_none_and_comes_back_whole)
{
	static uint32_t handles[1 << 14];
	size_t n = 0;

	for (uint32_t block; (block = zt_arena_alloc(&arena, 0, 0)) != 0; n++) {
		memset(zt_arena_at(&arena, block), (int)(n & 0xff), 64);
		handles[n] = block;
	}
	/* All units but the one that stands for none. */
	ck_assert_uint_eq(n, arena.n_units - 1);
	ck_assert_uint_eq(arena.used_bytes, n * 64);
	for (size_t i = 0; i < n; i++) {
		const uint8_t *bytes = zt_arena_at(&arena, handles[i]);
		ck_assert_uint_eq(bytes[0], i & 0xff);
		ck_assert_uint_eq(bytes[63], i & 0xff);
	}
	for (size_t i = 0; i < n; i++)
		zt_arena_free(&arena, handles[i * 7919 % n]);
	ck_assert_uint_eq(arena.used_bytes, 0);
	/* Merged: as many of the largest blocks as at the start, less the first piece.
	 */
	size_t large = 0;
	while (zt_arena_alloc(&arena, arena.top_order, 0) != 0)
		large++;
	ck_assert_uint_eq(large, (arena.n_units >> arena.top_order) - 1);
	ck_assert_uint_eq(arena.peak_bytes, n * 64);
}
END_TEST

START_TEST(alloc_at_random_never_gives_overlapping_blocks)
{
	enum {
		N = 300
	};
	uint32_t handles[N] = { 0 };
	unsigned orders[N] = { 0 };
	uint64_t x = 88172645463325252u;

	for (unsigned step = 0; step < 20000; step++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		unsigned i = (unsigned)(x >> 33) % N;
		if (handles[i] != 0) {
			const uint8_t *bytes = zt_arena_at(&arena, handles[i]);
			size_t len = zt_arena_bytes(orders[i]);
			ck_assert_uint_eq(bytes[0], i & 0xff);
			ck_assert_uint_eq(bytes[len - 1], i & 0xff);
			zt_arena_free(&arena, handles[i]);
			handles[i] = 0;
			continue;
		}
		orders[i] = (unsigned)(x >> 50) % 8;
		handles[i] = zt_arena_alloc(&arena, orders[i], 0);
		if (handles[i] != 0)
			memset(zt_arena_at(&arena, handles[i]), (int)(i & 0xff),
			    zt_arena_bytes(orders[i]));
	}
	for (unsigned i = 0; i < N; i++)
		zt_arena_free(&arena, handles[i]);
	ck_assert_uint_eq(arena.used_bytes, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("arena");
	TCase *tcase = tcase_create("buddies");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, order_of_sizes_is_the_least_that_holds_them);
	tcase_add_test(tcase, arena_too_small_is_refused);
	tcase_add_test(tcase, alloc_of_everything_ends_with_none_and_comes_back_whole);
	tcase_add_test(tcase, alloc_at_random_never_gives_overlapping_blocks);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
