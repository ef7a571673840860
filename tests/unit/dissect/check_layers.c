#include "suite.h"
#include "walker.h"

#include "dissect/ip.h"

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

START_TEST(l01_ip_and_transport_headers_cut_are_short)
{
	struct frame f;

	frame_build(&f, "6:17 U:53 Q");
	for (size_t n = 0; n < 40; n++)
		assert_outcome(
		    walk_bytes(&w, 101, frame_data(&f), n, n), ZT_R_SHORT_L3);
	for (size_t n = 40; n < 48; n++)
		assert_outcome(
		    walk_bytes(&w, 101, frame_data(&f), n, n), ZT_R_SHORT_L4);
	frame_build(&f, "4:6 T:53 Q");
	for (size_t n = 0; n < 20; n++)
		assert_outcome(
		    walk_bytes(&w, 101, frame_data(&f), n, n), ZT_R_SHORT_L3);
	for (size_t n = 20; n < 40; n++)
		assert_outcome(
		    walk_bytes(&w, 101, frame_data(&f), n, n), ZT_R_SHORT_L4);
}
END_TEST

START_TEST(l02_cut_by_the_snap_length_is_noted_and_handed_on)
{
	struct frame f;

	frame_build(&f, "E:0800 4:17 U:53 Q +471");
	assert_outcome(walk_bytes(&w, 1, frame_data(&f), 96, 542), ZT_ACCEPT);
	ck_assert_uint_eq(w.out.payload_len, 96 - 42);
	ck_assert_uint_eq(w.out.payload_wire_len, 500);
	ck_assert_uint_eq(zt_counted(&w.stats.outcomes[ZT_R_TRUNCATED_CAPTURE]), 1);
	/* The same when the capture does not admit it. */
	assert_outcome(walk_bytes(&w, 1, frame_data(&f), 96, 96), ZT_ACCEPT);
	ck_assert_uint_eq(w.out.payload_wire_len, 500);
	ck_assert_uint_eq(zt_counted(&w.stats.outcomes[ZT_R_TRUNCATED_CAPTURE]), 2);
	/* A cut behind the IP packet does no harm. */
	frame_build(&f, "E:0800 4:17 U:53 Q");
	assert_outcome(walk_bytes(&w, 1, frame_data(&f), 71, 200), ZT_ACCEPT);
	ck_assert_uint_eq(w.out.payload_wire_len, 29);
	ck_assert_uint_eq(zt_counted(&w.stats.outcomes[ZT_R_TRUNCATED_CAPTURE]), 2);
}
END_TEST

START_TEST(l03_impossible_header_length_is_bad)
{
	struct frame f;

	frame_build(&f, "4:17 U:53 Q");
	for (unsigned ihl = 0; ihl < 5; ihl++) {
		f.bytes[f.start] = (uint8_t)(0x40 | ihl);
		assert_outcome(walk_frame(&w, 228, &f), ZT_R_BAD_IP_HEADER);
	}
	/* 57 bytes in all, 60 claimed. */
	f.bytes[f.start] = 0x4f;
	assert_outcome(walk_frame(&w, 228, &f), ZT_R_BAD_IP_HEADER);
}
END_TEST

START_TEST(l03_largest_header_is_read)
{
	/* IHL 15: 40 bytes of options. */
	assert_outcome(walk(&w, 101,
			   "4f00 @+4 0007 4000 4011 0000 0a000001 0a000002 "
			   "+40 U:53 Q"),
	    ZT_ACCEPT);
	ck_assert_uint_eq(w.out.payload_len, 29);
}
END_TEST

START_TEST(l04_total_length_governs)
{
	struct frame f;

	/* Ethernet padding. */
	frame_build(&f, "4:17 U:53 Q");
	memset(f.bytes + f.start - 14, 0, 14);
	assert_outcome(walk(&w, 1,
			   "E:0800 4500 0039 0007 4000 4011 0000 0a000001 "
			   "0a000002 9c40 0035 0025 0000 Q +17"),
	    ZT_ACCEPT);
	ck_assert_uint_eq(w.out.payload_len, 29);
	ck_assert_uint_eq(w.out.payload_wire_len, 29);
	/* Padding is not parsed: the IP packet ends inside the UDP header. */
	assert_outcome(walk(&w, 1,
			   "E:0800 4500 001b 0007 4000 4011 0000 0a000001 "
			   "0a000002 9c40 0035 0025 0000 Q +17"),
	    ZT_R_SHORT_L4);
	/* Shorter than its own header. */
	assert_outcome(walk(&w, 101,
			   "4500 0013 0007 4000 4011 0000 0a000001 0a000002 "
			   "U:53 Q"),
	    ZT_R_BAD_IP_HEADER);
	/* Longer than what is there: what is there is used. */
	assert_outcome(walk(&w, 101,
			   "4500 0100 0007 4000 4011 0000 0a000001 0a000002 "
			   "U:53 Q"),
	    ZT_ACCEPT);
	ck_assert_uint_eq(w.out.payload_len, 29);
}
END_TEST

START_TEST(l04_total_length_zero_is_offload_with_tcp_only)
{
	assert_outcome(walk(&w, 101,
			   "4500 0000 0007 4000 4006 0000 0a000001 0a000002 "
			   "T:53 Q"),
	    ZT_ACCEPT);
	ck_assert_uint_eq(w.out.payload_len, 29);
	assert_outcome(walk(&w, 101,
			   "4500 0000 0007 4000 4011 0000 0a000001 0a000002 "
			   "U:53 Q"),
	    ZT_R_BAD_IP_HEADER);
}
END_TEST

START_TEST(l05_ip_options_are_skipped)
{
	static const char *const options[] = {
		"01010101",	     /* four NOP */
		"07070400 00000000", /* record route */
		"83070400 00000000", /* loose source route */
		"ff000000",	     /* unknown, length 0 */
	};
	char words[200];

	for (size_t i = 0; i < 4; i++) {
		snprintf(words, sizeof(words),
		    "4%c00 @+4 0007 4000 4011 0000 0a000001 0a000002 %s U:53 Q",
		    strlen(options[i]) > 8 ? '7' : '6', options[i]);
		assert_outcome(walk(&w, 101, words), ZT_ACCEPT);
		ck_assert_uint_eq(w.out.payload_len, 29);
	}
}
END_TEST

/* n extension headers of one type (decimal), then UDP. */
static enum zt_reject
walk_chain(const char *first, const char *next, int n)
{
	char words[4096];
	size_t at = (size_t)snprintf(words, sizeof(words), "6:%s", first);

	for (int i = 1; i < n; i++)
		at +=
		    (size_t)snprintf(words + at, sizeof(words) - at, " %s00 +6", next);
	snprintf(words + at, sizeof(words) - at, " 1100 +6 U:53 Q");
	return walk(&w, 101, words);
}

START_TEST(l06_hop_by_hop_counts)
{
	for (int n = 1; n <= 8; n++) {
		assert_outcome(walk_chain("0", "00", n), ZT_ACCEPT);
		ck_assert_uint_eq(w.out.payload_len, 29);
		assert_outcome(walk_chain("43", "2b", n), ZT_ACCEPT);
		assert_outcome(walk_chain("60", "3c", n), ZT_ACCEPT);
		assert_outcome(walk_chain("135", "87", n), ZT_ACCEPT);
	}
}
END_TEST

START_TEST(l07_more_than_eight_headers_are_ext_chain)
{
	assert_outcome(walk_chain("0", "00", 9), ZT_R_EXT_CHAIN);
	assert_outcome(walk_chain("60", "3c", 100), ZT_R_EXT_CHAIN);
}
END_TEST

START_TEST(l07_header_that_runs_out_is_ext_chain)
{
	assert_outcome(walk(&w, 101, "6:0 11ff +6 U:53 Q"), ZT_R_EXT_CHAIN);
	assert_outcome(walk(&w, 101, "6:60 11"), ZT_R_EXT_CHAIN);
	assert_outcome(walk(&w, 101, "6:51 11ff +6 U:53 Q"), ZT_R_EXT_CHAIN);
	assert_outcome(walk(&w, 101, "6:44 1100 0000 00"), ZT_R_EXT_CHAIN);
}
END_TEST

START_TEST(l07_esp_and_no_next_header_are_not_ours)
{
	assert_outcome(walk(&w, 101, "6:50 +40"), ZT_R_NOT_UDP_TCP);
	assert_outcome(walk(&w, 101, "6:59 U:53 Q"), ZT_R_NOT_UDP_TCP);
	assert_outcome(walk(&w, 101, "4:50 +40"), ZT_R_NOT_UDP_TCP);
	/* Extension headers do not exist in IPv4. */
	assert_outcome(walk(&w, 101, "4:0 1100 +6 U:53 Q"), ZT_R_NOT_UDP_TCP);
}
END_TEST

START_TEST(l08_payload_length_zero_is_bad)
{
	/* Hop-by-hop with a jumbo option of 45 bytes. */
	assert_outcome(
	    walk(&w, 101, "60000000 0000 00 40 +32 1100 c204 0000002d U:53 Q"),
	    ZT_R_BAD_IP_HEADER);
	assert_outcome(walk(&w, 101, "60000000 0000 3b 40 +32"), ZT_R_BAD_IP_HEADER);
}
END_TEST

START_TEST(dns_port_wins_over_tunnel_port)
{
	/* From port 4789 to port 53, and back: DNS although the bytes look like VXLAN. */
	assert_outcome(walk(&w, 101,
			   "4:17 12b5 0035 @+4 0000 08000000 00002a00 E:0800 "
			   "4:17 U:53 Q"),
	    ZT_ACCEPT);
	ck_assert_uint_eq(w.out.path.src_port, 4789);
	ck_assert_uint_eq(w.out.path.n_ip, 1);
	ck_assert_uint_eq(w.out.path.tunnel_kind, ZT_TUNNEL_NONE);
}
END_TEST

START_TEST(l12_udp_length_is_a_limit)
{
	static const char *const low[] = { "0000", "0001", "0007" };
	char words[64];

	for (size_t i = 0; i < 3; i++) {
		snprintf(words, sizeof(words), "4:17 9c40 0035 %s 0000 Q", low[i]);
		assert_outcome(walk(&w, 101, words), ZT_R_BAD_UDP);
	}
	/* 8: nothing inside. */
	assert_outcome(walk(&w, 101, "4:17 9c40 0035 0008 0000 Q"), ZT_ACCEPT);
	ck_assert_uint_eq(w.out.payload_len, 0);
	ck_assert_uint_eq(w.out.payload_wire_len, 0);
	/* 0x1e: 22 of 29 bytes; the rest is surplus. */
	assert_outcome(walk(&w, 101, "4:17 9c40 0035 001e 0000 Q"), ZT_ACCEPT);
	ck_assert_uint_eq(w.out.payload_len, 22);
	ck_assert_uint_eq(w.out.payload_wire_len, 22);
	/* More than there is. */
	assert_outcome(walk(&w, 101, "4:17 9c40 0035 ffff 0000 Q"), ZT_ACCEPT);
	ck_assert_uint_eq(w.out.payload_len, 29);
	ck_assert_uint_eq(w.out.payload_wire_len, 29);
	ck_assert_uint_eq(zt_counted(&w.stats.outcomes[ZT_R_TRUNCATED_CAPTURE]), 0);
}
END_TEST

/* Sums are not judged: an offloading host shows wrong ones on all of its packets. */
START_TEST(l13_wrong_checksums_change_nothing)
{
	static const char *const frames[] = {
		/* IPv4 with the sum dead, UDP without one, with beef, TCP with beef */
		"4500 0039 0007 4000 4011 dead 0a000001 0a000002 U:53 Q",
		"4:17 9c40 0035 0025 0000 Q",
		"4:17 9c40 0035 0025 beef Q",
		"6:17 9c40 0035 0025 beef Q",
		"4:6 9c40 0035 000003e8 00000005 5010 ffff beef 0000 Q",
	};

	for (size_t i = 0; i < 5; i++) {
		assert_outcome(walk(&w, 101, frames[i]), ZT_ACCEPT);
		ck_assert_uint_eq(w.out.payload_len, 29);
	}
}
END_TEST

START_TEST(l14_any_address_is_handed_on)
{
	static const char *const addresses[] = {
		"0a000001 0a000001", /* source = destination */
		"00000000 00000000",
		"ffffffff ffffffff",
		"e00000fb e00000fb", /* multicast */
		"7f000001 7f000001",
	};
	char words[80];

	for (size_t i = 0; i < 5; i++) {
		snprintf(words, sizeof(words),
		    "4500 0039 0007 4000 4011 0000 %s U:53 Q", addresses[i]);
		assert_outcome(walk(&w, 101, words), ZT_ACCEPT);
		ck_assert_uint_eq(w.out.path.family, 4);
		ck_assert_mem_eq(w.out.path.src, w.out.path.dst, 16);
	}
	/* ::ffff:10.0.0.1 is IPv6 and stays so. */
	assert_outcome(
	    walk(&w, 101, "60000000 0025 11 40 +10 ffff 0a000001 +16 U:53 Q"),
	    ZT_ACCEPT);
	ck_assert_uint_eq(w.out.path.family, 6);
	ck_assert_uint_eq(w.out.path.src[12], 10);
	ck_assert_uint_eq(w.out.path.src[0], 0);
}
END_TEST

START_TEST(l15_both_ports_53_and_source_port_0_are_handed_on)
{
	assert_outcome(walk(&w, 101, "4:17 0035 0035 0025 0000 Q"), ZT_ACCEPT);
	ck_assert_uint_eq(w.out.path.src_port, 53);
	assert_outcome(walk(&w, 101, "4:17 0000 0035 0025 0000 Q"), ZT_ACCEPT);
	ck_assert_uint_eq(w.out.path.src_port, 0);
	assert_outcome(walk(&w, 101, "4:17 0035 9c40 0025 0000 Q"), ZT_ACCEPT);
	ck_assert_uint_eq(w.out.path.dst_port, 40000);
}
END_TEST

START_TEST(tcp_segment_is_handed_on_with_its_fields)
{
	assert_outcome(walk(&w, 1, "E:86dd 6:6 T:53 Q"), ZT_ACCEPT);
	ck_assert_uint_eq(w.out.path.transport, ZT_PROTO_TCP);
	ck_assert_uint_eq(w.out.seq, 1000);
	ck_assert_uint_eq(w.out.ack, 5);
	ck_assert_uint_eq(w.out.tcp_flags, ZT_TCP_ACK);
	ck_assert_uint_eq(w.out.payload_len, 29);
	ck_assert(w.out.path.dont_fragment);
	/* SYN without data, four bytes of options; Ethernet padding is no data. */
	assert_outcome(walk(&w, 1,
			   "E:0800 4500 002c 0007 4000 4006 0000 0a000001 "
			   "0a000002 9c40 0035 00000001 00000000 6002 ffff 0000 "
			   "0000 020405b4 +2"),
	    ZT_ACCEPT);
	ck_assert_uint_eq(w.out.tcp_flags, ZT_TCP_SYN);
	ck_assert_uint_eq(w.out.payload_len, 0);
	ck_assert_uint_eq(w.out.payload_wire_len, 0);
}
END_TEST

START_TEST(tcp_data_offset_out_of_range_is_bad)
{
	assert_outcome(walk(&w, 101, "4:6 9c40 0035 +8 4010 +6 Q"), ZT_R_BAD_TCP);
	assert_outcome(walk(&w, 101, "4:6 9c40 0035 +8 f010 +6 Q"), ZT_R_BAD_TCP);
}
END_TEST

START_TEST(tcp_cut_by_the_snap_length_keeps_its_wire_length)
{
	struct frame f;

	frame_build(&f, "4:6 T:53 Q");
	assert_outcome(walk_bytes(&w, 101, frame_data(&f), 60, 69), ZT_ACCEPT);
	ck_assert_uint_eq(w.out.payload_len, 20);
	ck_assert_uint_eq(w.out.payload_wire_len, 29);
	/* In the middle of TCP options. */
	f.bytes[f.start + 32] = 0xf0;
	assert_outcome(walk_bytes(&w, 101, frame_data(&f), 60, 69), ZT_R_SHORT_L4);
}
END_TEST

static const struct {
	const char *words;
	enum zt_reject want;
} quotes[] = {
	{ "4:1 0303 +6 4:17 U:53 Q", ZT_R_ICMP_QUOTE },
	{ "4:1 0400 +6 4:17 U:53 Q", ZT_R_ICMP_QUOTE },
	{ "4:1 0500 +6 4:6 9c40 0035 +4", ZT_R_ICMP_QUOTE },
	{ "4:1 0b00 +6 4:17 U:53 Q", ZT_R_ICMP_QUOTE },
	/* Options in the quoted header. */
	{ "4:1 0c00 +6 4600 0040 0007 4000 4011 0000 +8 01010101 U:53",
	    ZT_R_ICMP_QUOTE },
	{ "4:1 0303 +6 4:17 U:80", ZT_R_NOT_UDP_TCP },
	{ "4:1 0303 +6 4:1 0035 0035", ZT_R_NOT_UDP_TCP },
	/* A later fragment has no ports; the quoted header is cut. */
	{ "4:1 0303 +6 4500 0040 0007 0001 4011 0000 +8 U:53", ZT_R_NOT_UDP_TCP },
	{ "4:1 0303 +6 4500 0040", ZT_R_NOT_UDP_TCP },
	{ "4:1 0303 +6 4:17 9c40", ZT_R_NOT_UDP_TCP },
	{ "4:1 0303", ZT_R_NOT_UDP_TCP },
	/* An echo request with the same bytes is no error. */
	{ "4:1 0800 +6 4:17 U:53 Q", ZT_R_NOT_UDP_TCP },
	{ "6:58 0104 +6 6:17 U:53 Q", ZT_R_ICMP_QUOTE },
	{ "6:58 0200 +6 6:17 U:53 Q", ZT_R_ICMP_QUOTE },
	{ "6:58 0300 +6 6:0 1100 +6 U:53 Q", ZT_R_ICMP_QUOTE },
	{ "6:58 0400 +6 6:44 1100 0001 00000001 U:53", ZT_R_ICMP_QUOTE },
	{ "6:58 0400 +6 6:44 1100 0009 00000001 U:53", ZT_R_NOT_UDP_TCP },
	{ "6:58 0400 +6 6:0 1105 U:53", ZT_R_NOT_UDP_TCP },
	{ "6:58 8000 +6 6:17 U:53 Q", ZT_R_NOT_UDP_TCP },
	{ "6:58 01", ZT_R_NOT_UDP_TCP },
	/* Redirect: a link-layer address (2), then the redirected packet (4). */
	{ "6:58 8900 +6 +32 0201 +6 0409 +6 6:17 U:53 Q", ZT_R_ICMP_QUOTE },
	{ "6:58 8900 +6 +32 0201 +6", ZT_R_NOT_UDP_TCP },
	{ "6:58 8900 +6 +32 0200 +6 0409 +6 6:17 U:53 Q", ZT_R_NOT_UDP_TCP },
};

START_TEST(quoted_dns_is_counted_and_no_message)
{
	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		enum zt_reject got = walk(&w, 101, quotes[i].words);
		ck_assert_msg(got == quotes[i].want, "%s: %s", quotes[i].words,
		    zt_reject_name(got));
	}
}
END_TEST

START_TEST(every_set_port_is_a_dns_port)
{
	static const uint16_t ports[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
		14, 15, 5300 };
	struct zt_layers_options options = { .ports = ports, .n_ports = 16 };

	zt_layers_free(&w.layers);
	w.layers = zt_layers_new(&options, &w.stats);
	ck_assert_ptr_nonnull(w.layers);
	assert_outcome(walk(&w, 101, "4:17 U:5300 Q"), ZT_ACCEPT);
	assert_outcome(walk(&w, 101, "4:6 T:1 Q"), ZT_ACCEPT);
	assert_outcome(walk(&w, 101, "4:17 U:53 Q"), ZT_R_OTHER_PORT);
	options.n_ports = 17;
	ck_assert_ptr_null(zt_layers_new(&options, &w.stats));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("layers");
	TCase *tc = tcase_create("ip");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, l01_ip_and_transport_headers_cut_are_short);
	tcase_add_test(tc, l02_cut_by_the_snap_length_is_noted_and_handed_on);
	tcase_add_test(tc, l03_impossible_header_length_is_bad);
	tcase_add_test(tc, l03_largest_header_is_read);
	tcase_add_test(tc, l04_total_length_governs);
	tcase_add_test(tc, l04_total_length_zero_is_offload_with_tcp_only);
	tcase_add_test(tc, l05_ip_options_are_skipped);
	tcase_add_test(tc, l06_hop_by_hop_counts);
	tcase_add_test(tc, l07_more_than_eight_headers_are_ext_chain);
	tcase_add_test(tc, l07_header_that_runs_out_is_ext_chain);
	tcase_add_test(tc, l07_esp_and_no_next_header_are_not_ours);
	tcase_add_test(tc, l08_payload_length_zero_is_bad);
	tcase_add_test(tc, l13_wrong_checksums_change_nothing);
	tcase_add_test(tc, l14_any_address_is_handed_on);
	suite_add_tcase(s, tc);
	tc = tcase_create("transports");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, dns_port_wins_over_tunnel_port);
	tcase_add_test(tc, l12_udp_length_is_a_limit);
	tcase_add_test(tc, l15_both_ports_53_and_source_port_0_are_handed_on);
	tcase_add_test(tc, tcp_segment_is_handed_on_with_its_fields);
	tcase_add_test(tc, tcp_data_offset_out_of_range_is_bad);
	tcase_add_test(tc, tcp_cut_by_the_snap_length_keeps_its_wire_length);
	tcase_add_test(tc, quoted_dns_is_counted_and_no_message);
	tcase_add_test(tc, every_set_port_is_a_dns_port);
	suite_add_tcase(s, tc);
	return zt_suite_run(s);
}
