#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "detect/window.h"
#include "suite.h"

#define SPAN UINT64_C(600000000000)
#define T0   UINT64_C(1700000000000000000)

static struct zt_window w;
static uint64_t room[4096];
static uint64_t room2[8192];

static void
times_with_room_for(uint32_t items)
{
	memset(&w, 0, sizeof(w));
	zt_times_move(&w, NULL, room, zt_times_bytes(items));
	ck_assert_uint_eq(w.cap, items);
}

static void
recent_with_room_for(uint32_t items)
{
	memset(&w, 0, sizeof(w));
	zt_recent_move(&w, NULL, room, zt_recent_bytes(items));
	ck_assert_uint_eq(w.cap, items);
}

static bool
see(uint64_t key, uint64_t now_ns)
{
	uint64_t before_ns = 0;
	bool known = zt_recent_refresh(&w, room, key, now_ns, &before_ns);

	if (!known)
		zt_recent_add(&w, room, key, now_ns);
	return known;
}

START_TEST(times_exactly_one_window_apart_are_not_together)
{
	times_with_room_for(2);
	zt_times_add(&w, room, T0);
	zt_times_add(&w, room, T0 + SPAN);
	ck_assert(!zt_times_exceed(&w, room, 1, T0 + SPAN, SPAN));
	ck_assert(zt_times_exceed(&w, room, 0, T0 + SPAN, SPAN));
}
END_TEST

/* S05. */
START_TEST(times_one_nanosecond_closer_are_together)
{
	times_with_room_for(2);
	zt_times_add(&w, room, T0 + 1);
	zt_times_add(&w, room, T0 + SPAN);
	ck_assert(zt_times_exceed(&w, room, 1, T0 + SPAN, SPAN));
	ck_assert_uint_eq(zt_times_within(&w, room, T0 + SPAN, SPAN), 2);
	ck_assert_uint_eq(zt_times_first(&w, room, T0 + SPAN, SPAN), T0 + 1);
}
END_TEST

START_TEST(times_limit_is_crossed_by_one_more_and_not_before)
{
	times_with_room_for(31);
	for (unsigned i = 0; i < 30; i++) {
		zt_times_add(&w, room, T0 + i);
		ck_assert(!zt_times_exceed(&w, room, 30, T0 + i, SPAN));
	}
	zt_times_add(&w, room, T0 + 30);
	ck_assert(zt_times_exceed(&w, room, 30, T0 + 30, SPAN));
}
END_TEST

START_TEST(times_equal_stamps_all_count)
{
	times_with_room_for(4);
	for (unsigned i = 0; i < 4; i++)
		zt_times_add(&w, room, T0);
	ck_assert(zt_times_exceed(&w, room, 3, T0, SPAN));
	ck_assert(!zt_times_exceed(&w, room, 4, T0, SPAN));
}
END_TEST

START_TEST(times_ring_is_full_only_while_its_oldest_is_young)
{
	times_with_room_for(2);
	ck_assert(!zt_times_is_full(&w, room, T0, SPAN));
	zt_times_add(&w, room, T0);
	zt_times_add(&w, room, T0 + 5);
	ck_assert(zt_times_is_full(&w, room, T0 + SPAN - 1, SPAN));
	ck_assert(!zt_times_is_full(&w, room, T0 + SPAN, SPAN));
}
END_TEST

START_TEST(times_move_keeps_order_across_the_ring_end)
{
	times_with_room_for(3);
	for (unsigned i = 0; i < 5; i++)
		zt_times_add(&w, room, T0 + i);
	zt_times_move(&w, room, room2, zt_times_bytes(8));
	zt_times_add(&w, room2, T0 + 5);
	ck_assert_uint_eq(w.used, 4);
	ck_assert_uint_eq(room2[0], T0 + 2);
	ck_assert_uint_eq(room2[3], T0 + 5);
	/* The window that ends at T0+5 and is 3 long holds 3, 4 and 5. */
	ck_assert_uint_eq(zt_times_within(&w, room2, T0 + 5, 3), 3);
}
END_TEST

START_TEST(times_move_of_a_full_ring_into_equal_room_stays_full)
{
	times_with_room_for(2);
	zt_times_add(&w, room, T0);
	zt_times_add(&w, room, T0 + 1);
	zt_times_move(&w, room, room2, zt_times_bytes(2));
	zt_times_add(&w, room2, T0 + 2);
	ck_assert_uint_eq(zt_times_within(&w, room2, T0 + 2, 2), 2);
}
END_TEST

START_TEST(recent_one_name_many_times_is_one)
{
	recent_with_room_for(3);
	for (unsigned i = 0; i < 100; i++)
		(void)see(42, T0 + i);
	ck_assert_uint_eq(w.used, 1);
	ck_assert(zt_recent_exceed(&w, room, 0, T0 + 99, SPAN));
	ck_assert(!zt_recent_exceed(&w, room, 1, T0 + 99, SPAN));
}
END_TEST

START_TEST(recent_name_exactly_one_window_old_is_gone)
{
	recent_with_room_for(2);
	(void)see(1, T0);
	(void)see(2, T0 + SPAN);
	ck_assert(!zt_recent_exceed(&w, room, 1, T0 + SPAN, SPAN));
	(void)see(1, T0 + SPAN + 1);
	ck_assert(zt_recent_exceed(&w, room, 1, T0 + SPAN + 1, SPAN));
}
END_TEST

START_TEST(recent_refresh_tells_when_it_was_seen_before)
{
	uint64_t before_ns = 0;

	recent_with_room_for(2);
	(void)see(1, T0);
	ck_assert(zt_recent_refresh(&w, room, 1, T0 + 9, &before_ns));
	ck_assert_uint_eq(before_ns, T0);
	ck_assert_uint_eq(zt_recent_oldest(&w, room), T0 + 9);
}
END_TEST

START_TEST(recent_full_forgets_the_one_seen_longest_ago)
{
	recent_with_room_for(3);
	(void)see(1, T0);
	(void)see(2, T0 + 1);
	(void)see(3, T0 + 2);
	(void)see(1, T0 + 3);
	ck_assert(!see(4, T0 + 4)); /* 2 goes. */
	ck_assert(see(1, T0 + 5));
	ck_assert(see(3, T0 + 6));
	ck_assert(!see(2, T0 + 7)); /* It is new again; 4 goes. */
	ck_assert(!see(4, T0 + 8));
}
END_TEST

START_TEST(recent_rank_is_found_from_either_end)
{
	uint64_t first_ns;

	recent_with_room_for(10);
	for (unsigned i = 0; i < 10; i++)
		(void)see(i, T0 + i);
	/* Now T0+9; a window of n holds the latest n names. */
	for (uint32_t limit = 0; limit < 10; limit++) {
		ck_assert(zt_recent_exceed(&w, room, limit, T0 + 9, limit + 1));
		ck_assert(!zt_recent_exceed(&w, room, limit, T0 + 9, limit));
	}
	ck_assert_uint_eq(zt_recent_within(&w, room, T0 + 9, 4, &first_ns), 4);
	ck_assert_uint_eq(first_ns, T0 + 6);
}
END_TEST

START_TEST(recent_move_keeps_order_and_index)
{
	recent_with_room_for(4);
	for (unsigned i = 0; i < 6; i++)
		(void)see(100 + i, T0 + i);
	zt_recent_move(&w, room, room2, zt_recent_bytes(9));
	memcpy(room, room2, sizeof(room));
	for (unsigned i = 2; i < 6; i++)
		ck_assert(see(100 + i, T0 + 10 + i));
	ck_assert(!see(100, T0 + 20));
	ck_assert_uint_eq(w.used, 5);
	ck_assert(zt_recent_exceed(&w, room, 4, T0 + 20, 9));
	ck_assert(!zt_recent_exceed(&w, room, 4, T0 + 20, 8));
}
END_TEST

/* Against the simplest possible bookkeeping. */
START_TEST(recent_random_use_equals_a_table_of_last_times)
{
	uint64_t last[50] = { 0 };
	uint64_t now_ns = T0;
	uint32_t n_wrong = 0;
	uint64_t x = 88172645463325252u + (uint64_t)_i;
	uint32_t cap = 2 + (uint32_t)_i % 30;

	recent_with_room_for(cap);
	for (unsigned step = 0; step < 2000; step++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		now_ns += x >> 20 & 63;
		unsigned key = (unsigned)(x >> 40) % 50;
		(void)see(key * UINT64_C(0x9e3779b97f4a7c15), now_ns);
		last[key] = now_ns;
		uint64_t span_ns = 1 + (x >> 50);
		uint32_t n = 0;
		for (unsigned i = 0; i < 50; i++)
			n += last[i] != 0 && now_ns - last[i] < span_ns;
		for (uint32_t limit = 0; limit < cap; limit++)
			n_wrong += zt_recent_exceed(&w, room, limit, now_ns, span_ns) !=
				   (n > limit);
	}
	ck_assert_uint_eq(n_wrong, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("window");
	TCase *times = tcase_create("times");
	TCase *recent = tcase_create("recent");

	tcase_add_test(times, times_exactly_one_window_apart_are_not_together);
	tcase_add_test(times, times_one_nanosecond_closer_are_together);
	tcase_add_test(times, times_limit_is_crossed_by_one_more_and_not_before);
	tcase_add_test(times, times_equal_stamps_all_count);
	tcase_add_test(times, times_ring_is_full_only_while_its_oldest_is_young);
	tcase_add_test(times, times_move_keeps_order_across_the_ring_end);
	tcase_add_test(times, times_move_of_a_full_ring_into_equal_room_stays_full);
	suite_add_tcase(suite, times);
	tcase_add_test(recent, recent_one_name_many_times_is_one);
	tcase_add_test(recent, recent_name_exactly_one_window_old_is_gone);
	tcase_add_test(recent, recent_refresh_tells_when_it_was_seen_before);
	tcase_add_test(recent, recent_full_forgets_the_one_seen_longest_ago);
	tcase_add_test(recent, recent_rank_is_found_from_either_end);
	tcase_add_test(recent, recent_move_keeps_order_and_index);
	tcase_add_loop_test(
	    recent, recent_random_use_equals_a_table_of_last_times, 0, 20);
	suite_add_tcase(suite, recent);
	return zt_suite_run(suite);
}
