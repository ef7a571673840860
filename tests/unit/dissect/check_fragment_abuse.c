#include "fragment_driver.h"
#include "suite.h"

START_TEST(f02_exact_copy_is_tolerated)
{
	make_whole(100);
	for (int i = 0; i < 3; i++)
		assert_outcome(send_v4(cut(0, 48, true, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut(48, 52, false, 9)), ZT_ACCEPT);
	assert_whole(100);
	for (int i = 0; i < 3; i++)
		assert_outcome(send_v6(cut(48, 52, false, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v6(cut(0, 48, true, 9)), ZT_ACCEPT);
	ck_assert_uint_eq(counted(ZT_R_FRAG_OVERLAP), 0);
}
END_TEST

START_TEST(f02_differing_overlap_discards_the_datagram)
{
	uint8_t other[48];

	make_whole(100);
	memcpy(other, whole, sizeof(other));
	other[20] ^= 1;
	assert_outcome(send_v4(cut(0, 48, true, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4_bytes(cut(0, 48, true, 9), other), ZT_R_FRAG_OVERLAP);
	/* What is missing comes, and is refused with the rest. */
	assert_outcome(send_v4(cut(48, 52, false, 9)), ZT_R_FRAG_OVERLAP);
	assert_outcome(send_v4(cut(0, 48, true, 9)), ZT_R_FRAG_OVERLAP);
	assert_outcome(send_v6(cut(0, 48, true, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v6_bytes(cut(0, 48, true, 9), other), ZT_R_FRAG_OVERLAP);
	assert_outcome(send_v6(cut(48, 52, false, 9)), ZT_R_FRAG_OVERLAP);
	/* A refused datagram does not time out as well. */
	zt_layers_expire(w.layers, w.now_ns + 31 * SECOND);
	ck_assert_uint_eq(counted(ZT_R_FRAG_TIMEOUT), 0);
	assert_outcome(send_v4(cut(0, 48, true, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut(48, 52, false, 9)), ZT_ACCEPT);
}
END_TEST

START_TEST(f02_tiny_and_partial_overlap_discards_the_datagram)
{
	make_whole(100);
	/* 0..48, then 40..100: eight bytes in common. */
	assert_outcome(send_v4(cut(0, 48, true, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut(40, 60, false, 9)), ZT_R_FRAG_OVERLAP);
	/* 16..48, then 0..100 around it. */
	assert_outcome(send_v6(cut(16, 32, true, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v6(cut(0, 96, true, 9)), ZT_R_FRAG_OVERLAP);
}
END_TEST

START_TEST(f04_impossible_fragment_is_bad)
{
	make_whole(1600);
	/* 65,528 + 16 bytes. */
	assert_outcome(send_v4_bytes(cut(65528, 16, false, 1), whole), ZT_R_FRAG_BAD);
	assert_outcome(send_v6_bytes(cut(65528, 8, false, 1), whole), ZT_R_FRAG_BAD);
	assert_outcome(
	    send_v4_bytes(cut(65528, 7, false, 1), whole), ZT_R_FRAGMENT_HELD);
	/* More to come, but not a multiple of 8; nothing at all. */
	assert_outcome(send_v4(cut(0, 47, true, 2)), ZT_R_FRAG_BAD);
	assert_outcome(send_v6(cut(8, 1, true, 2)), ZT_R_FRAG_BAD);
	assert_outcome(send_v4(cut(8, 0, true, 2)), ZT_R_FRAG_BAD);
}
END_TEST

START_TEST(f04_first_fragment_twice_with_other_protocol_is_bad)
{
	make_whole(100);
	assert_outcome(send_v6(cut_of(0, 48, true, 9, 17)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v6(cut_of(0, 48, true, 9, 6)), ZT_R_FRAG_BAD);
	assert_outcome(send_v6(cut_of(48, 52, false, 9, 17)), ZT_R_FRAG_BAD);
}
END_TEST

START_TEST(f05_flood_of_first_fragments_stays_in_its_budget)
{
	make_whole(1400);
	for (unsigned i = 0; i < 200000; i++) {
		/* A new source and id each time. */
		whole[1399] = (uint8_t)i;
		size_t total = 20 + 1400;
		const uint8_t h[20] = { 0x45, 0, (uint8_t)(total >> 8), (uint8_t)total,
			(uint8_t)(i >> 8), (uint8_t)i, 0x20, 0, 64, 17, 0, 0, 11,
			(uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i, 10, 0, 0,
			2 };
		memcpy(packet, h, 20);
		memcpy(packet + 20, whole, 1400);
		assert_outcome(
		    walk_bytes(&w, 101, packet, total, total), ZT_R_FRAGMENT_HELD);
	}
	ck_assert_uint_eq(counted(ZT_R_FRAG_EVICTED), 200000 - ZT_FRAGMENTS_MAX);
	make_whole(100);
	assert_outcome(send_v4(cut(0, 48, true, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut(48, 52, false, 9)), ZT_ACCEPT);
	assert_whole(100);
}
END_TEST

START_TEST(f05_full_blocks_evict_the_oldest_datagram)
{
	/* 100 datagrams that hold 64 kB each need more than 4 MiB. */
	make_whole(65000);
	for (unsigned i = 0; i < 100; i++)
		assert_outcome(send_v4(cut(0, 64000, true, i)), ZT_R_FRAGMENT_HELD);
	ck_assert_uint_gt(counted(ZT_R_FRAG_EVICTED), 30);
	ck_assert_uint_lt(counted(ZT_R_FRAG_EVICTED), 50);
	/* The newest is still whole, the oldest is gone. */
	assert_outcome(send_v4(cut(64000, 1000, false, 99)), ZT_ACCEPT);
	assert_whole(65000);
	assert_outcome(send_v4(cut(64000, 1000, false, 0)), ZT_R_FRAGMENT_HELD);
}
END_TEST

START_TEST(f06_id_used_again_does_not_mix_datagrams)
{
	make_whole(100);
	assert_outcome(send_v4(cut(0, 48, true, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut(48, 52, false, 9)), ZT_ACCEPT);
	assert_outcome(send_v4(cut(48, 52, false, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut(0, 48, true, 9)), ZT_ACCEPT);
	assert_whole(100);
	/* The same id with another protocol is another datagram. */
	assert_outcome(send_v4(cut_of(0, 48, true, 9, 17)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut_of(48, 52, false, 9, 6)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut_of(48, 52, false, 9, 17)), ZT_ACCEPT);
	assert_whole(100);
}
END_TEST

START_TEST(f07_hole_is_never_complete)
{
	make_whole(100);
	assert_outcome(send_v4(cut(0, 24, true, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut(48, 52, false, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut(48, 52, false, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut(24, 16, true, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut(40, 8, true, 9)), ZT_ACCEPT);
	assert_whole(100);
}
END_TEST

START_TEST(f07_last_fragments_of_other_lengths_are_bad)
{
	make_whole(200);
	assert_outcome(send_v4(cut(48, 52, false, 1)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut(48, 60, false, 1)), ZT_R_FRAG_BAD);
	assert_outcome(send_v4(cut(0, 48, true, 1)), ZT_R_FRAG_BAD);
	/* A last one that ends before what is there; one that goes beyond the end. */
	assert_outcome(send_v4(cut(48, 48, true, 2)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut(24, 9, false, 2)), ZT_R_FRAG_BAD);
	assert_outcome(send_v4(cut(48, 52, false, 3)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut(104, 8, true, 3)), ZT_R_FRAG_BAD);
}
END_TEST

START_TEST(smallest_budget_still_holds_one_datagram)
{
	const struct zt_hash_key key = { 1, 2 };
	struct zt_fragments *f = zt_fragments_new(0, &key, &w.stats);
	struct zt_path path = { .family = 4 };
	struct zt_fragment fragment = { .data = whole, .len = 64000, .more = true };
	struct zt_whole out;

	ck_assert_ptr_nonnull(f);
	assert_outcome(
	    zt_fragments_add(f, &path, &fragment, 1, &out), ZT_R_FRAGMENT_HELD);
	ck_assert_uint_eq(zt_fragments_held(f), 1);
	/* A second datagram pushes the first one out. */
	fragment.id = 1;
	assert_outcome(
	    zt_fragments_add(f, &path, &fragment, 1, &out), ZT_R_FRAGMENT_HELD);
	ck_assert_uint_eq(zt_fragments_held(f), 1);
	ck_assert_uint_eq(counted(ZT_R_FRAG_EVICTED), 1);
	fragment.offset = 64000;
	fragment.len = 100;
	fragment.more = false;
	assert_outcome(zt_fragments_add(f, &path, &fragment, 1, &out), ZT_ACCEPT);
	ck_assert_uint_eq(out.len, 64100);
	ck_assert_uint_eq(zt_fragments_held(f), 0);
	zt_fragments_free(&f);
	ck_assert_ptr_null(f);
	zt_fragments_free(&f);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("fragment_abuse");
	TCase *tc = tcase_create("hostile");

	/* A flood takes its time under a sanitizer. */
	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, f02_exact_copy_is_tolerated);
	tcase_add_test(tc, f02_differing_overlap_discards_the_datagram);
	tcase_add_test(tc, f02_tiny_and_partial_overlap_discards_the_datagram);
	tcase_add_test(tc, f04_impossible_fragment_is_bad);
	tcase_add_test(tc, f04_first_fragment_twice_with_other_protocol_is_bad);
	tcase_add_test(tc, f05_flood_of_first_fragments_stays_in_its_budget);
	tcase_add_test(tc, f05_full_blocks_evict_the_oldest_datagram);
	tcase_add_test(tc, f06_id_used_again_does_not_mix_datagrams);
	tcase_add_test(tc, f07_hole_is_never_complete);
	tcase_add_test(tc, f07_last_fragments_of_other_lengths_are_bad);
	tcase_add_test(tc, smallest_budget_still_holds_one_datagram);
	suite_add_tcase(s, tc);
	return zt_suite_run(s);
}
