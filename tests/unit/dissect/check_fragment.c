#include "fragment_driver.h"
#include "suite.h"

START_TEST(f01_two_fragments_in_order_give_the_datagram)
{
	make_whole(100);
	assert_outcome(send_v4(cut(0, 48, true, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut(48, 52, false, 9)), ZT_ACCEPT);
	assert_whole(100);
	ck_assert_uint_eq(w.out.path.ip_id, 9);
	assert_outcome(send_v6(cut(0, 48, true, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v6(cut(48, 52, false, 9)), ZT_ACCEPT);
	assert_whole(100);
	ck_assert(!w.out.path.dont_fragment);
}
END_TEST

START_TEST(f01_two_fragments_reversed_give_the_datagram)
{
	make_whole(100);
	assert_outcome(send_v4(cut(48, 52, false, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut(0, 48, true, 9)), ZT_ACCEPT);
	assert_whole(100);
	assert_outcome(send_v6(cut(48, 52, false, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v6(cut(0, 48, true, 9)), ZT_ACCEPT);
	assert_whole(100);
}
END_TEST

START_TEST(f01_fragments_of_eight_bytes_give_the_datagram)
{
	make_whole(1203);
	for (size_t at = 0; at < 1200; at += 8)
		assert_outcome(send_v4(cut(at, 8, true, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4(cut(1200, 3, false, 9)), ZT_ACCEPT);
	assert_whole(1203);
}
END_TEST

START_TEST(f01_second_fragment_alone_expires)
{
	make_whole(100);
	assert_outcome(send_v4(cut(48, 52, false, 9)), ZT_R_FRAGMENT_HELD);
	zt_layers_expire(w.layers, w.now_ns + 30 * SECOND);
	ck_assert_uint_eq(counted(ZT_R_FRAG_TIMEOUT), 0);
	zt_layers_expire(w.layers, w.now_ns + 30 * SECOND + 1);
	ck_assert_uint_eq(counted(ZT_R_FRAG_TIMEOUT), 1);
	/* The first one comes too late. */
	w.now_ns += 31 * SECOND;
	assert_outcome(send_v4(cut(0, 48, true, 9)), ZT_R_FRAGMENT_HELD);
	/* Time that steps back expires nothing. */
	zt_layers_expire(w.layers, 0);
	ck_assert_uint_eq(counted(ZT_R_FRAG_TIMEOUT), 1);
}
END_TEST

START_TEST(largest_datagram_is_reassembled_in_any_order)
{
	/* 65,515 bytes, IPv4's most; fragments of 1,480 bytes in the order 0, 7, 14 ... */
	const size_t n = (65515 + 1479) / 1480;
	enum zt_reject result = ZT_R_FRAGMENT_HELD;

	make_whole(65515);
	for (size_t i = 0; i < n; i++) {
		size_t at = i * 7 % n * 1480;
		bool more = at + 1480 < 65515;
		assert_outcome(result, ZT_R_FRAGMENT_HELD);
		result = send_v4(cut(at, more ? 1480 : 65515 - at, more, 9));
	}
	assert_outcome(result, ZT_ACCEPT);
	assert_whole(65515);
}
END_TEST

START_TEST(f03_atomic_fragment_counts_at_once)
{
	make_whole(100);
	/* Another fragment of the same id is waiting; it has no part in this. */
	assert_outcome(send_v6(cut(48, 52, false, 9)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v6(cut(0, 100, false, 9)), ZT_ACCEPT);
	assert_whole(100);
	assert_outcome(send_v6(cut(0, 48, true, 9)), ZT_ACCEPT);
	assert_whole(100);
}
END_TEST

START_TEST(only_the_first_fragment_names_the_protocol_of_ipv6)
{
	/* RFC 8200 4.5: the others may say something else. */
	make_whole(100);
	assert_outcome(send_v6(cut_of(48, 52, false, 9, 59)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v6(cut_of(0, 48, true, 9, 17)), ZT_ACCEPT);
	assert_whole(100);
}
END_TEST

START_TEST(first_fragment_cut_by_the_snap_length_is_judged_at_once)
{
	make_whole(1480);
	/* Total length 1,500, more fragments; 96 bytes are here. */
	const uint8_t h[20] = { 0x45, 0, 5, 220, 0, 9, 0x20, 0, 64, 17, 0, 0, 10, 0, 0,
		1, 10, 0, 0, 2 };
	memcpy(packet, h, 20);
	memcpy(packet + 20, whole, 76);
	assert_outcome(walk_bytes(&w, 101, packet, 96, 1500), ZT_ACCEPT);
	ck_assert_uint_eq(w.out.payload_len, 68);
	ck_assert_uint_eq(w.out.payload_wire_len, 1472);
	/* A later one is of no use. */
	packet[7] = 1;
	assert_outcome(walk_bytes(&w, 101, packet, 96, 1500), ZT_R_FRAGMENT_HELD);
	zt_layers_expire(w.layers, w.now_ns + 31 * SECOND);
	ck_assert_uint_eq(counted(ZT_R_FRAG_TIMEOUT), 0);
}
END_TEST

START_TEST(fragments_in_two_vlans_do_not_meet)
{
	/* 29 + 8 = 37 bytes of UDP: 32 and 5. */
	static const char *const first =
	    "0800 4500 0034 0009 2000 4011 0000 0a000001 "
	    "0a000002 9c40 0035 0025 0000 "
	    "1234 0100 0001 0000 0000 0000 0765 7861 6d70 6c65 "
	    "0363 6f6d";
	static const char *const last =
	    "0800 4500 0019 0009 0004 4011 0000 0a000001 0a000002 0000 0100 01";
	char words[300];

	snprintf(words, sizeof(words), "E:8100 0001 %s", first);
	assert_outcome(walk(&w, 1, words), ZT_R_FRAGMENT_HELD);
	snprintf(words, sizeof(words), "E:8100 0002 %s", last);
	assert_outcome(walk(&w, 1, words), ZT_R_FRAGMENT_HELD);
	snprintf(words, sizeof(words), "E:8100 0001 %s", last);
	assert_outcome(walk(&w, 1, words), ZT_ACCEPT);
	ck_assert_uint_eq(w.out.payload_len, 29);
}
END_TEST

START_TEST(reassembled_tunnel_is_walked_on)
{
	/* A GRE packet in two fragments, with an IPv4 packet inside: 4 + 57 bytes. */
	struct frame f;

	frame_build(&f, "0000 0800 4:17 U:53 Q");
	assert_outcome(send_v4_bytes(cut_of(0, 32, true, 9, 47), frame_data(&f)),
	    ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4_bytes(cut_of(32, 29, false, 9, 47), frame_data(&f) + 32),
	    ZT_ACCEPT);
	ck_assert_uint_eq(w.out.path.n_ip, 2);
	ck_assert_uint_eq(w.out.payload_len, 29);
	ck_assert_mem_eq(w.out.payload, "\x12\x34\x01", 3);
}
END_TEST

START_TEST(fragments_within_fragments_are_reassembled)
{
	/* Inner datagram in two IPv4 fragments, the second of them in two outer ones. */
	struct frame f;
	const uint8_t *inner;

	frame_build(&f, "U:53 Q");
	memcpy(whole, frame_data(&f), 37);
	assert_outcome(send_v4(cut(0, 16, true, 9)), ZT_R_FRAGMENT_HELD);
	frame_build(&f, "4500 0029 0009 0002 4011 0000 0a000001 0a000002");
	memmove(f.bytes + f.start - 21, f.bytes + f.start, 20);
	memcpy(f.bytes + FRAME_MAX - 21, whole + 16, 21);
	inner = f.bytes + FRAME_MAX - 41;
	/* Outer protocol 4: another flow key, so the inner first fragment must come in a
	 * tunnel too. */
	assert_outcome(
	    send_v4_bytes(cut_of(0, 24, true, 11, 4), inner), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v4_bytes(cut_of(24, 17, false, 11, 4), inner + 24),
	    ZT_R_FRAGMENT_HELD);
	frame_build(&f, "4500 0024 0009 2000 4011 0000 0a000001 0a000002");
	memmove(f.bytes + f.start - 16, f.bytes + f.start, 20);
	memcpy(f.bytes + FRAME_MAX - 16, whole, 16);
	inner = f.bytes + FRAME_MAX - 36;
	assert_outcome(
	    send_v4_bytes(cut_of(0, 24, true, 12, 4), inner), ZT_R_FRAGMENT_HELD);
	assert_outcome(
	    send_v4_bytes(cut_of(24, 12, false, 12, 4), inner + 24), ZT_ACCEPT);
	ck_assert_uint_eq(w.out.payload_len, 29);
	ck_assert_mem_eq(w.out.payload, whole + 8, 29);
	ck_assert_uint_eq(w.out.path.n_ip, 2);
}
END_TEST

START_TEST(fragments_of_other_protocols_are_not_held)
{
	make_whole(100);
	/* ICMP, ESP. */
	assert_outcome(send_v4(cut_of(0, 48, true, 9, 1)), ZT_R_NOT_UDP_TCP);
	assert_outcome(send_v4(cut_of(48, 52, false, 9, 50)), ZT_R_NOT_UDP_TCP);
	zt_layers_expire(w.layers, w.now_ns + 31 * SECOND);
	ck_assert_uint_eq(counted(ZT_R_FRAG_TIMEOUT), 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("fragment");
	TCase *tc = tcase_create("reassembly");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, f01_two_fragments_in_order_give_the_datagram);
	tcase_add_test(tc, f01_two_fragments_reversed_give_the_datagram);
	tcase_add_test(tc, f01_fragments_of_eight_bytes_give_the_datagram);
	tcase_add_test(tc, f01_second_fragment_alone_expires);
	tcase_add_test(tc, largest_datagram_is_reassembled_in_any_order);
	tcase_add_test(tc, f03_atomic_fragment_counts_at_once);
	tcase_add_test(tc, only_the_first_fragment_names_the_protocol_of_ipv6);
	tcase_add_test(tc, first_fragment_cut_by_the_snap_length_is_judged_at_once);
	tcase_add_test(tc, fragments_in_two_vlans_do_not_meet);
	tcase_add_test(tc, reassembled_tunnel_is_walked_on);
	tcase_add_test(tc, fragments_within_fragments_are_reassembled);
	tcase_add_test(tc, fragments_of_other_protocols_are_not_held);
	suite_add_tcase(s, tc);
	return zt_suite_run(s);
}
