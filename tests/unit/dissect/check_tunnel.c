#include "suite.h"
#include "walker.h"

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

/* Words in front of themselves n times, then the last words. */
static enum zt_reject
walk_nested(unsigned link_type, const char *words, int n, const char *last)
{
	frame_build(&w.frame, last);
	for (int i = 0; i < n; i++)
		frame_wrap(&w.frame, words);
	return walk_frame(&w, link_type, &w.frame);
}

static uint64_t
key_of(const char *words)
{
	assert_outcome(walk(&w, 1, words), ZT_ACCEPT);
	return w.out.path.tunnel_key;
}

START_TEST(l11_eight_tunnels_pass_and_nine_are_skipped)
{
	static const char *const words[] = { "4:4", "4:47 0000 0800",
		"4:17 U:4790 0c000001 00002a00" };

	for (size_t i = 0; i < 3; i++) {
		assert_outcome(walk_nested(101, words[i], 8, "4:17 U:53 Q"), ZT_ACCEPT);
		ck_assert_uint_eq(w.out.path.n_ip, 9);
		/* 10.0.0.1 inside, 10.8.0.1 outside */
		ck_assert_uint_eq(w.out.path.src[1], 0);
		ck_assert_uint_eq(w.out.path.outer_src[1], 8);
		ck_assert_uint_eq(w.out.path.outer_dst[3], 2);
		ck_assert_uint_eq(w.out.path.outer_family, 4);
		assert_outcome(
		    walk_nested(101, words[i], 9, "4:17 U:53 Q"), ZT_R_TUNNEL_SKIPPED);
	}
	assert_outcome(walk_nested(1, "E:88e7 00000001", 100, "E:0800 4:17 U:53 Q"),
	    ZT_R_TUNNEL_SKIPPED);
}
END_TEST

static const struct {
	const char *words;
	enum zt_reject want;
} tunnels[] = {
	/* Control messages. */
	{ "E:8863 1109 0000 0000", ZT_R_TUNNEL_CONTROL },
	{ "E:8864 1100 0001 @ c021 +8", ZT_R_TUNNEL_CONTROL },
	{ "E:8864 11a7 0001 @ 0021 4:17 U:53 Q", ZT_R_TUNNEL_CONTROL },
	{ "E:0800 4:47 0000 0000", ZT_R_TUNNEL_CONTROL },
	{ "E:0800 4:47 2081 880b 0000 0005 +4", ZT_R_TUNNEL_CONTROL },
	{ "E:0800 4:17 U:4790 0d000001 00002a00 +20", ZT_R_TUNNEL_CONTROL },
	{ "E:0800 4:17 U:6081 0080 6558 00002a00 +20", ZT_R_TUNNEL_CONTROL },
	{ "E:0800 4:17 U:2152 3201 0004 00000000 +4", ZT_R_TUNNEL_CONTROL },
	{ "E:0800 4:17 U:3544 60000000 0000 3b 15 +32", ZT_R_TUNNEL_CONTROL },
	{ "E:0800 4:17 U:1701 c802 @+2 +8", ZT_R_TUNNEL_CONTROL },
	{ "E:0800 4:17 U:1701 c803 @+2 +8", ZT_R_TUNNEL_CONTROL },
	{ "E:0800 4:115 00000000 +8", ZT_R_TUNNEL_CONTROL },
	{ "E:0800 4:17 U:5247 00 10 02 08 +4", ZT_R_TUNNEL_CONTROL },
	{ "E:0800 4:17 U:37008 01 04 0000", ZT_R_TUNNEL_CONTROL },
	/* Headers that are cut. */
	{ "E:8847 0006", ZT_R_SHORT_TUNNEL },
	{ "E:8847 00064040", ZT_R_SHORT_TUNNEL },
	{ "E:88e7 0006", ZT_R_SHORT_TUNNEL },
	{ "E:8864 1100 00", ZT_R_SHORT_TUNNEL },
	{ "E:8863 1109", ZT_R_SHORT_TUNNEL },
	{ "E:880b 00", ZT_R_SHORT_TUNNEL },
	{ "E:880b 0031 00", ZT_R_SHORT_TUNNEL },
	{ "E:0800 4:47 b000 0800 +8", ZT_R_SHORT_TUNNEL },
	{ "E:0800 4:47 1000 88be +11", ZT_R_SHORT_TUNNEL },
	{ "E:0800 4:47 1000 22eb +15", ZT_R_SHORT_TUNNEL },
	{ "E:0800 4:47 1000 22eb +4 2000 +9 01 +7", ZT_R_SHORT_TUNNEL },
	{ "E:0800 4:47 2081 880b 0000", ZT_R_SHORT_TUNNEL },
	{ "E:0800 4:47 2081 880b 0000 0005", ZT_R_SHORT_TUNNEL },
	{ "E:0800 4:97 30", ZT_R_SHORT_TUNNEL },
	{ "E:0800 4:115 0000", ZT_R_SHORT_TUNNEL },
	{ "E:894f 0006", ZT_R_SHORT_TUNNEL },
	{ "E:894f 0006 0101 00000101", ZT_R_SHORT_TUNNEL },
	{ "E:0800 4:17 U:6081 3f00 6558 00002a00 +20", ZT_R_SHORT_TUNNEL },
	/* Kinds that are not known. */
	{ "E:8864 2100 0001 @ 0021 4:17 U:53 Q", ZT_R_TUNNEL_SKIPPED },
	{ "E:880b 002b +40", ZT_R_TUNNEL_SKIPPED },
	{ "E:880b 0031 0002 +40", ZT_R_TUNNEL_SKIPPED },
	{ "E:8847 00064140 50 +4", ZT_R_TUNNEL_SKIPPED },
	{ "E:0800 4:47 0000 2000 +40", ZT_R_TUNNEL_SKIPPED },
	{ "E:0800 4:47 4000 0800 +40", ZT_R_TUNNEL_SKIPPED },
	{ "E:0800 4:47 0002 0800 4:17 U:53 Q", ZT_R_TUNNEL_SKIPPED },
	{ "E:0800 4:47 0001 0800 4:17 U:53 Q", ZT_R_TUNNEL_SKIPPED },
	{ "E:0800 4:47 1000 88be +4 3000 +40", ZT_R_TUNNEL_SKIPPED },
	{ "E:0800 4:47 1000 22eb +4 2000 +8 0400 +40", ZT_R_TUNNEL_SKIPPED },
	{ "E:0800 4:97 2000 +40", ZT_R_TUNNEL_SKIPPED },
	{ "E:0800 4:115 00000001 +40", ZT_R_TUNNEL_SKIPPED },
	{ "E:0800 4:17 U:1701 0003 +40", ZT_R_TUNNEL_SKIPPED },
	{ "E:0800 4:17 U:4790 0c000009 00002a00 +40", ZT_R_TUNNEL_SKIPPED },
	{ "E:0800 4:17 U:6081 0000 0806 00002a00 +40", ZT_R_TUNNEL_SKIPPED },
	{ "E:0800 4:17 U:5247 00 10 02 80 0000 0008 +40", ZT_R_TUNNEL_SKIPPED },
	{ "E:0800 4:17 U:5247 00 10 05 00 +4 +40", ZT_R_TUNNEL_SKIPPED },
	{ "E:0800 4:17 U:37008 01 00 0077 01 +40", ZT_R_TUNNEL_SKIPPED },
	{ "E:894f 0006 0104 00000101 +16 0006 0101 00000101 +16", ZT_R_TUNNEL_SKIPPED },
	/* A label stack in PPP, RFC 3032 section 4.1. */
	{ "E:8864 1100 0001 @ 0281 00064140 4:17 U:53 Q", ZT_ACCEPT },
	{ "E:8864 1100 0001 @ 0283 00064140 4:17 U:53 Q", ZT_ACCEPT },
	/* A well-known port alone is no tunnel. */
	{ "E:0800 4:17 U:4789 00000000 00002a00 E:0800 4:17 U:53 Q", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:4789 0800", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:4790 3c000001 00002a00 4:17 U:53 Q", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:6081 4000 6558 00002a00 +20", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:2152 28ff 0014 00000001 +20", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:2152 30ff 0014 00000001 +20", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:2152 34ff 0014 00000001 0000 00 85 00 +20", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:3544 6000", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:3544 60000000 ffff 11 15 +40", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:1701 0004 +40", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:1701 3002 +40", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:1701 4002 0003 +40", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:1701 0202 0001 0002 ffff +40", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:5247 01 10 02 00 +40", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:5247 00 08 02 00 +40", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:30030 00000009 00000001 +40", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:37008 02 00 0001 01 +40", ZT_R_OTHER_PORT },
	{ "E:0800 4:17 U:5353 Q", ZT_R_OTHER_PORT },
	{ "E:0800 4:6 T:80 Q", ZT_R_OTHER_PORT },
};

START_TEST(l11_tunnel_that_cannot_be_read_has_its_outcome)
{
	for (size_t i = 0; i < sizeof(tunnels) / sizeof(tunnels[0]); i++) {
		enum zt_reject got = walk(&w, 1, tunnels[i].words);
		ck_assert_msg(got == tunnels[i].want, "%s: %s", tunnels[i].words,
		    zt_reject_name(got));
	}
}
END_TEST

START_TEST(l11_label_stack_without_end_is_skipped)
{
	assert_outcome(
	    walk_nested(1, "00064040", 15, "00064140 4:17 U:53 Q"), ZT_R_NOT_IP);
	frame_build(&w.frame, "00064140 4:17 U:53 Q");
	for (int i = 0; i < 15; i++)
		frame_wrap(&w.frame, "00064040");
	frame_wrap(&w.frame, "E:8847");
	assert_outcome(walk_frame(&w, 1, &w.frame), ZT_ACCEPT);
	frame_build(&w.frame, "00064140 4:17 U:53 Q");
	for (int i = 0; i < 16; i++)
		frame_wrap(&w.frame, "00064040");
	frame_wrap(&w.frame, "E:8847");
	assert_outcome(walk_frame(&w, 1, &w.frame), ZT_R_TUNNEL_SKIPPED);
}
END_TEST

#define INNER "E:0800 4:17 U:53 Q"

START_TEST(tunnel_key_tells_networks_apart)
{
	uint64_t none = key_of(INNER);
	uint64_t vlan1 = key_of("E:8100 0001 0800 4:17 U:53 Q");
	uint64_t vlan2 = key_of("E:8100 0002 0800 4:17 U:53 Q");
	uint64_t qinq12 = key_of("E:88a8 0001 8100 0002 0800 4:17 U:53 Q");
	uint64_t qinq21 = key_of("E:88a8 0002 8100 0001 0800 4:17 U:53 Q");
	uint64_t vni1 = key_of("E:0800 4:17 U:4789 08000000 00000100 " INNER);
	uint64_t vni2 = key_of("E:0800 4:17 U:4789 08000000 00000200 " INNER);
	uint64_t gre1 = key_of("E:0800 4:47 2000 0800 00000001 4:17 U:53 Q");
	uint64_t gre2 = key_of("E:0800 4:47 2000 0800 00000002 4:17 U:53 Q");
	uint64_t all[] = { none, vlan1, vlan2, qinq12, qinq21, vni1, vni2, gre1, gre2 };

	ck_assert_uint_eq(none, 0);
	ck_assert_uint_eq(key_of("E:8100 e000 0800 4:17 U:53 Q"), 0);
	for (size_t i = 0; i < 9; i++) {
		for (size_t j = 0; j < i; j++)
			ck_assert_uint_ne(all[i], all[j]);
	}
	ck_assert_uint_eq(vlan1, key_of("E:8100 0001 0800 4:17 U:53 Q"));
}
END_TEST

START_TEST(tunnel_key_is_the_same_in_both_directions)
{
	/* GTP: each direction has its own TEID, and the ends change places. */
	uint64_t up = key_of("E:0800 4500 0061 0007 4000 4011 0000 c0000201 c0000202 "
			     "U:2152 30ff @-4 00000001 4:17 U:53 Q");
	uint64_t down = key_of("E:0800 4500 0061 0007 4000 4011 0000 c0000202 c0000201 "
			       "U:2152 30ff @-4 00000009 4:17 U:53 Q");
	uint64_t other =
	    key_of("E:0800 4500 0061 0007 4000 4011 0000 c0000203 c0000201 "
		   "U:2152 30ff @-4 00000001 4:17 U:53 Q");

	ck_assert_uint_eq(up, down);
	ck_assert_uint_ne(up, other);
	ck_assert_uint_ne(up, 0);
	/* MPLS: labels are per direction, and the last hop pops them. */
	ck_assert_uint_eq(key_of("E:8847 00064140 4:17 U:53 Q"), 0);
}
END_TEST

START_TEST(outer_addresses_are_those_of_the_first_header)
{
	static const uint8_t src[16] = { 0x20, 0x01, 0x0d, 0xb8, 0, 2, [15] = 1 };
	static const uint8_t dst[16] = { 0x20, 0x01, 0x0d, 0xb8, 0, 2, [15] = 2 };

	assert_outcome(walk(&w, 101, "6:4 4:47 0000 86dd 6:17 U:53 Q"), ZT_ACCEPT);
	ck_assert_uint_eq(w.out.path.n_ip, 3);
	ck_assert_uint_eq(w.out.path.outer_family, 6);
	ck_assert_mem_eq(w.out.path.outer_src, src, 16);
	ck_assert_mem_eq(w.out.path.outer_dst, dst, 16);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("tunnel");
	TCase *tc = tcase_create("tunnels");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, l11_eight_tunnels_pass_and_nine_are_skipped);
	tcase_add_test(tc, l11_tunnel_that_cannot_be_read_has_its_outcome);
	tcase_add_test(tc, l11_label_stack_without_end_is_skipped);
	tcase_add_test(tc, tunnel_key_tells_networks_apart);
	tcase_add_test(tc, tunnel_key_is_the_same_in_both_directions);
	tcase_add_test(tc, outer_addresses_are_those_of_the_first_header);
	suite_add_tcase(s, tc);
	return zt_suite_run(s);
}
