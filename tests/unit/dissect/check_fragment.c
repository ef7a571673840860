#include "frame.h"

#include "dissect/fragment.h"

#define SECOND UINT64_C(1000000000)

static struct walker w;

static void
setup(void)
{
	walker_start(&w, false);
}

static void
teardown(void)
{
	walker_stop(&w);
}

static uint64_t
counted(enum zt_reject reject)
{
	return zt_counted(&w.stats.outcomes[reject]);
}

/** A datagram to be cut: UDP to port 53 with a payload of known bytes. */
static uint8_t whole[65536];

static void
make_whole(size_t len)
{
	for (size_t i = 0; i < len; i++)
		whole[i] = (uint8_t)(i * 7 + i / 256);
	memcpy(whole, "\x9c\x40\x00\x35", 4);
	whole[4] = (uint8_t)(len >> 8);
	whole[5] = (uint8_t)len;
}

struct cut {
	size_t offset;
	size_t len;
	bool more;
	unsigned id;
	unsigned protocol;
};

static struct cut
cut_of(size_t offset, size_t len, bool more, unsigned id, unsigned protocol)
{
	struct cut c = { offset, len, more, id, protocol };
	return c;
}

static struct cut
cut(size_t offset, size_t len, bool more, unsigned id)
{
	return cut_of(offset, len, more, id, ZT_PROTO_UDP);
}

static uint8_t packet[65536 + 64];

static enum zt_reject
send_v4_bytes(struct cut c, const uint8_t *data)
{
	size_t total = 20 + c.len;
	size_t field = c.offset / 8 | (c.more ? 0x2000u : 0);
	const uint8_t h[20] = { 0x45, 0, (uint8_t)(total >> 8), (uint8_t)total,
		(uint8_t)(c.id >> 8), (uint8_t)c.id, (uint8_t)(field >> 8),
		(uint8_t)field, 64, (uint8_t)c.protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0,
		2 };

	memcpy(packet, h, 20);
	memcpy(packet + 20, data, c.len);
	return walk_bytes(&w, 101, packet, total, total);
}

static enum zt_reject
send_v4(struct cut c)
{
	return send_v4_bytes(c, whole + c.offset);
}

static enum zt_reject
send_v6_bytes(struct cut c, const uint8_t *data)
{
	size_t len = 8 + c.len;
	size_t field = c.offset | (c.more ? 1u : 0);
	const uint8_t h[48] = { 0x60, 0, 0, 0, (uint8_t)(len >> 8), (uint8_t)len, 44,
		64, [8] = 0x20, 1, 0x0d, 0xb8, [23] = 1, [24] = 0x20, 1, 0x0d,
		0xb8, [39] = 2, [40] = (uint8_t)c.protocol, 0, (uint8_t)(field >> 8),
		(uint8_t)field, 0, 0, (uint8_t)(c.id >> 8), (uint8_t)c.id };

	memcpy(packet, h, 48);
	memcpy(packet + 48, data, c.len);
	return walk_bytes(&w, 101, packet, 40 + len, 40 + len);
}

static enum zt_reject
send_v6(struct cut c)
{
	return send_v6_bytes(c, whole + c.offset);
}

static void
assert_whole(size_t len)
{
	ck_assert_uint_eq(w.out.payload_len, len - 8);
	ck_assert_uint_eq(w.out.payload_wire_len, len - 8);
	ck_assert_mem_eq(w.out.payload, whole + 8, len - 8);
	ck_assert_uint_eq(w.out.path.dst_port, 53);
}

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

START_TEST(only_the_first_fragment_names_the_protocol_of_ipv6)
{
	/* RFC 8200 4.5: the others may say something else. */
	make_whole(100);
	assert_outcome(send_v6(cut_of(48, 52, false, 9, 59)), ZT_R_FRAGMENT_HELD);
	assert_outcome(send_v6(cut_of(0, 48, true, 9, 17)), ZT_ACCEPT);
	assert_whole(100);
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
	Suite *s = suite_create("fragment");
	TCase *tc = tcase_create("reassembly");
	SRunner *sr;
	int failed;

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
	tc = tcase_create("hostile");
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
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
