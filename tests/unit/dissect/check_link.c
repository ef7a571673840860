#include <sys/mman.h>
#include <unistd.h>

#include "frame_samples.h"
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

static const uint8_t v4_client[16] = { 10, 0, 0, 1 };
static const uint8_t v4_server[16] = { 10, 0, 0, 2 };
static const uint8_t v6_client[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
static const uint8_t v6_server[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 };

static void
check_sample(const struct frame_sample *s)
{
	const struct zt_path *path = &w.out.path;
	enum zt_reject result = walk(&w, s->link_type, s->words);

	ck_assert_msg(result == ZT_ACCEPT, "%s: %s", s->name, zt_reject_name(result));
	ck_assert_msg(
	    w.out.payload_len == 29, "%s: %u bytes", s->name, w.out.payload_len);
	ck_assert_uint_eq(w.out.payload_wire_len, 29);
	ck_assert_mem_eq(w.out.payload, "\x12\x34", 2);
	ck_assert_mem_eq(w.out.payload + 24, "\0\0\1\0\1", 5);
	ck_assert_uint_eq(w.out.ts_ns, w.now_ns);
	ck_assert(path->family == 4 || path->family == 6);
	ck_assert_mem_eq(path->src, path->family == 4 ? v4_client : v6_client, 16);
	ck_assert_mem_eq(path->dst, path->family == 4 ? v4_server : v6_server, 16);
	ck_assert_uint_eq(path->src_port, 40000);
	ck_assert_uint_eq(path->dst_port, 53);
	ck_assert_uint_eq(path->transport, ZT_PROTO_UDP);
	ck_assert_uint_eq(path->ttl, 64);
	ck_assert_uint_eq(path->ip_id, path->family == 4 ? 7 : 0);
	ck_assert_uint_eq(path->interface, 3);
	ck_assert_msg(
	    path->tunnel_kind == s->kind, "%s: kind %u", s->name, path->tunnel_kind);
	ck_assert_msg(path->tunnel_id == s->id, "%s: id %u", s->name, path->tunnel_id);
	ck_assert_msg(path->n_ip == s->n_ip, "%s: %u IP", s->name, path->n_ip);
	ck_assert_uint_eq(
	    path->n_vlan, (s->vlan[0] ? 1u : 0u) + (s->vlan[1] ? 1u : 0u));
	ck_assert_uint_eq(path->vlan[0], s->vlan[0]);
	ck_assert_uint_eq(path->vlan[1], s->vlan[1]);
}

START_TEST(sample_gives_query_and_innermost_addresses)
{
	for (size_t i = 0; i < n_frame_samples; i++) {
		check_sample(&frame_samples[i]);
		ck_assert(zt_layers_knows_link((uint16_t)frame_samples[i].link_type));
	}
}
END_TEST

START_TEST(l10_unknown_link_type_is_refused)
{
	/* 147 is reserved for private use, 65535 is nothing. */
	ck_assert(!zt_layers_knows_link(147));
	ck_assert(!zt_layers_knows_link(65535));
	assert_outcome(walk(&w, 147, ETH_QUERY), ZT_R_UNKNOWN_LINK);
}
END_TEST

/* The last byte of the frame is the last one of a page; the next page is not readable. */
static void
cut_sample(const struct frame_sample *s, uint8_t *page_end)
{
	uint64_t cut = zt_counted(&w.stats.outcomes[ZT_R_TRUNCATED_CAPTURE]);
	struct frame f;

	frame_build(&f, s->words);
	for (size_t n = 0; n <= frame_len(&f); n++) {
		uint8_t *data = page_end - n;
		memcpy(data, frame_data(&f), n);
		enum zt_reject result =
		    walk_bytes(&w, s->link_type, data, n, frame_len(&f));
		if (n == frame_len(&f))
			assert_outcome(result, ZT_ACCEPT);
		if (result != ZT_ACCEPT) {
			ck_assert_int_ne(zt_reject_level(result), ZT_REJECT_MESSAGE);
			continue;
		}
		ck_assert_ptr_eq(w.out.payload + w.out.payload_len, page_end);
		ck_assert_uint_eq(w.out.payload_wire_len, 29);
		ck_assert_uint_eq(w.out.payload_len, 29 - (frame_len(&f) - n));
	}
	/* Cut inside the payload only: 28 of 29 bytes down to none. */
	cut = zt_counted(&w.stats.outcomes[ZT_R_TRUNCATED_CAPTURE]) - cut;
	ck_assert_msg(cut == 29, "%s: %lu cut", s->name, (unsigned long)cut);
}

START_TEST(l01_sample_cut_at_any_byte_is_never_read_beyond)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *pages = mmap(
	    NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(pages, MAP_FAILED);
	ck_assert_int_eq(mprotect(pages + page, page, PROT_NONE), 0);
	for (size_t i = 0; i < n_frame_samples; i++)
		cut_sample(&frame_samples[i], pages + page);
	munmap(pages, 2 * page);
}
END_TEST

START_TEST(l01_ethernet_header_cut_is_short_l2)
{
	struct frame f;

	frame_build(&f, ETH_QUERY);
	for (size_t n = 0; n < 14; n++)
		assert_outcome(
		    walk_bytes(&w, 1, frame_data(&f), n, frame_len(&f)), ZT_R_SHORT_L2);
	for (size_t n = 14; n < 34; n++)
		assert_outcome(
		    walk_bytes(&w, 1, frame_data(&f), n, frame_len(&f)), ZT_R_SHORT_L3);
	for (size_t n = 34; n < 42; n++)
		assert_outcome(
		    walk_bytes(&w, 1, frame_data(&f), n, frame_len(&f)), ZT_R_SHORT_L4);
}
END_TEST

START_TEST(l09_third_tag_is_vlan_depth)
{
	assert_outcome(walk(&w, 1, "E:88a8 0064 8100 00c8 8100 0001 0800 " V4_QUERY),
	    ZT_R_VLAN_DEPTH);
}
END_TEST

START_TEST(l09_tags_of_an_inner_frame_are_counted_anew)
{
	assert_outcome(walk(&w, 1,
			   "E:88a8 0064 8100 00c8 0800 4:17 U:4789 08000000 00002a00 "
			   "E:88a8 0065 8100 00c9 0800 " V4_QUERY),
	    ZT_ACCEPT);
	ck_assert_uint_eq(w.out.path.n_vlan, 2);
	ck_assert_uint_eq(w.out.path.vlan[0], 100);
	ck_assert_uint_eq(w.out.path.vlan[1], 200);
}
END_TEST

static const struct {
	const char *words;
	unsigned link_type;
	enum zt_reject want;
} others[] = {
	/* ARP, LLDP; spanning tree in LLC; SNAP of another organisation. */
	{ "E:0806 +46", 1, ZT_R_NOT_IP },
	{ "E:88cc +46", 1, ZT_R_NOT_IP },
	{ "020000000002 020000000001 @ 424203 +40", 1, ZT_R_NOT_IP },
	{ "020000000002 020000000001 @ aaaa03 00000c 2000 +40", 1, ZT_R_NOT_IP },
	{ "020000000002 020000000001 @ aa", 1, ZT_R_SHORT_L2 },
	{ "020000000002 020000000001 @ aaaa03 0000", 1, ZT_R_SHORT_L2 },
	/* An address family that is no IP; AppleTalk. */
	{ "10000000 " V4_QUERY, 0, ZT_R_NOT_IP },
	/* 802.11: management, encrypted data, null data, a later fragment. */
	{ "8000 +22 " SNAP_QUERY, 105, ZT_R_NOT_IP },
	{ "0841 +22 " SNAP_QUERY, 105, ZT_R_NOT_IP },
	{ "4801 +22", 105, ZT_R_NOT_IP },
	{ "0801 +20 0100 " SNAP_QUERY, 105, ZT_R_NOT_IP },
	/* FDDI station management; a token ring MAC frame. */
	{ "41 +12 " SNAP_QUERY, 10, ZT_R_NOT_IP },
	{ "1000 +12 " SNAP_QUERY, 6, ZT_R_NOT_IP },
	{ "01 02 d5 00 0001 +28", 7, ZT_R_NOT_IP },
	/* Netlink is no traffic; NFLOG without payload; version 1. */
	{ "0004 0338 0000 +8 000c +40", 253, ZT_R_NOT_IP },
	{ "0000 0338 0000 +8 000c +40", 113, ZT_R_NOT_IP },
	{ "02 00 0000 0800 0100 +4", 239, ZT_R_SHORT_L2 },
	{ "02 00 0000 0300 0100 +4", 239, ZT_R_NOT_IP },
	{ "02 01 0000 3d00 0900 " V4_QUERY, 239, ZT_R_NOT_IP },
	/* PKTAP of no packet; of an unknown link type; with an impossible length. */
	{ "0c000000 00000000 01000000 " ETH_QUERY, 258, ZT_R_NOT_IP },
	{ "0c000000 01000000 93000000 " ETH_QUERY, 258, ZT_R_TUNNEL_SKIPPED },
	{ "0b000000 01000000 01000000 " ETH_QUERY, 258, ZT_R_SHORT_L2 },
	{ "0000 0700 01000000 " ETH_QUERY, 192, ZT_R_SHORT_L2 },
	{ "0000 0700 00000000 " WLAN_DATA SNAP_QUERY, 127, ZT_R_SHORT_L2 },
	/* IP version 5. */
	{ "5500 +40", 101, ZT_R_NOT_IP },
	{ "", 101, ZT_R_SHORT_L3 },
};

START_TEST(other_frame_has_its_outcome)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		enum zt_reject got = walk(&w, others[i].link_type, others[i].words);
		ck_assert_msg(got == others[i].want, "%s: %s", others[i].words,
		    zt_reject_name(got));
	}
}
END_TEST

START_TEST(link_types_that_name_themselves_end)
{
	struct frame f;

	frame_build(&f, ETH_QUERY);
	/* 300 PKTAP headers that say: a PKTAP header follows (258 = 0x0102). */
	for (int i = 0; i < 300; i++)
		frame_wrap(&f, "0c000000 01000000 02010000");
	assert_outcome(walk_frame(&w, 258, &f), ZT_R_TUNNEL_SKIPPED);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("link");
	TCase *tc = tcase_create("samples");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, sample_gives_query_and_innermost_addresses);
	tcase_add_test(tc, l01_sample_cut_at_any_byte_is_never_read_beyond);
	suite_add_tcase(s, tc);
	tc = tcase_create("edges");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, l01_ethernet_header_cut_is_short_l2);
	tcase_add_test(tc, l09_third_tag_is_vlan_depth);
	tcase_add_test(tc, l09_tags_of_an_inner_frame_are_counted_anew);
	tcase_add_test(tc, l10_unknown_link_type_is_refused);
	tcase_add_test(tc, link_types_that_name_themselves_end);
	tcase_add_test(tc, other_frame_has_its_outcome);
	suite_add_tcase(s, tc);
	return zt_suite_run(s);
}
