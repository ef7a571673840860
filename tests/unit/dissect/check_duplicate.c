#include "suite.h"
#include "walker.h"

#include "dissect/duplicate.h"

#define MS UINT64_C(1000000)

static struct walker w;

static void
setup(void)
{
	walker_start(&w, true);
}

static void
teardown(void)
{
	walker_stop(&w);
}

/* The same words again after so many nanoseconds. */
static enum zt_reject
again(uint64_t after_ns, const char *words)
{
	w.now_ns += after_ns;
	return walk(&w, 1, words);
}

/* IPv4 header of 57 bytes with this id, TTL and source, then UDP to port 53. */
#define V4(id, ttl, src) "4500 0039 " id " 4000 " ttl " 11 0000 " src " 0a000002 U:53 Q"
#define QUERY		 "E:0800 " V4("0007", "40", "0a000001")

START_TEST(l16_copy_within_five_milliseconds_is_a_duplicate)
{
	assert_outcome(again(0, QUERY), ZT_ACCEPT);
	assert_outcome(again(0, QUERY), ZT_R_DUPLICATE);
	assert_outcome(again(5 * MS, QUERY), ZT_R_DUPLICATE);
	/* 5 ms and 1 ns after the one that counted. */
	assert_outcome(again(1, QUERY), ZT_ACCEPT);
	assert_outcome(again(0, QUERY), ZT_R_DUPLICATE);
}
END_TEST

START_TEST(l16_every_copy_of_a_doubled_feed_is_recognised)
{
	char words[200];

	for (unsigned i = 1; i < 2000; i++) {
		snprintf(words, sizeof(words),
		    "E:0800 4500 0039 %04x 4000 40 11 0000 0a000001 0a000002 U:53 Q",
		    i);
		assert_outcome(again(MS / 100, words), ZT_ACCEPT);
		assert_outcome(again(4000, words), ZT_R_DUPLICATE);
	}
}
END_TEST

START_TEST(l16_copy_may_come_out_of_order)
{
	w.now_ns += 4 * MS;
	assert_outcome(walk(&w, 1, QUERY), ZT_ACCEPT);
	w.now_ns -= 4 * MS;
	assert_outcome(walk(&w, 1, QUERY), ZT_R_DUPLICATE);
}
END_TEST

START_TEST(retry_has_a_new_identification_and_counts)
{
	assert_outcome(again(0, QUERY), ZT_ACCEPT);
	assert_outcome(again(0, "E:0800 " V4("0008", "40", "0a000001")), ZT_ACCEPT);
	/* Identification 0: only the time can tell. */
	assert_outcome(again(0, "E:0800 " V4("0000", "40", "0a000001")), ZT_ACCEPT);
	assert_outcome(
	    again(MS, "E:0800 " V4("0000", "40", "0a000001")), ZT_R_DUPLICATE);
	assert_outcome(again(1, "E:0800 " V4("0000", "40", "0a000001")), ZT_ACCEPT);
	assert_outcome(again(0, "E:86dd 6:17 U:53 Q"), ZT_ACCEPT);
	assert_outcome(again(MS, "E:86dd 6:17 U:53 Q"), ZT_R_DUPLICATE);
	assert_outcome(again(1, "E:86dd 6:17 U:53 Q"), ZT_ACCEPT);
}
END_TEST

START_TEST(routed_copy_with_lower_ttl_is_a_duplicate)
{
	assert_outcome(
	    again(0, "E:8100 0001 0800 " V4("0007", "40", "0a000001")), ZT_ACCEPT);
	assert_outcome(again(MS, "E:8100 0002 0800 " V4("0007", "3f", "0a000001")),
	    ZT_R_DUPLICATE);
}
END_TEST

START_TEST(copy_without_tag_or_tunnel_is_a_duplicate)
{
	assert_outcome(again(0, QUERY), ZT_ACCEPT);
	assert_outcome(again(MS, "E:8100 0001 0800 " V4("0007", "40", "0a000001")),
	    ZT_R_DUPLICATE);
	assert_outcome(again(MS, "E:0800 4:47 0000 0800 " V4("0007", "40", "0a000001")),
	    ZT_R_DUPLICATE);
}
END_TEST

START_TEST(equal_packets_in_two_networks_both_count)
{
	assert_outcome(
	    again(0, "E:8100 0001 0800 " V4("0007", "40", "0a000001")), ZT_ACCEPT);
	assert_outcome(
	    again(0, "E:8100 0002 0800 " V4("0007", "40", "0a000001")), ZT_ACCEPT);
	assert_outcome(
	    again(0, "E:0800 4:17 U:4789 08000000 00000100 " QUERY), ZT_R_DUPLICATE);
	w.now_ns += 10 * MS;
	assert_outcome(
	    again(0, "E:0800 4:17 U:4789 08000000 00000100 " QUERY), ZT_ACCEPT);
	assert_outcome(
	    again(0, "E:0800 4:17 U:4789 08000000 00000200 " QUERY), ZT_ACCEPT);
}
END_TEST

#define OTHER_ID                                                        \
	"E:0800 4500 0039 0007 4000 40 11 0000 0a000001 0a000002 U:53 " \
	"1235 0100 0001 0000 0000 0000 07 6578616d706c65 03 636f6d 00 0001 0001"

START_TEST(other_bytes_are_no_duplicate)
{
	static const char *const words[] = {
		QUERY,
		/* another source */
		"E:0800 " V4("0007", "40", "0a000003"),
		/* another source port */
		"E:0800 4500 0039 0007 4000 40 11 0000 0a000001 0a000002 9c41 0035 0025 0000 Q",
		/* another DNS id */
		OTHER_ID,
		/* shorter */
		"E:0800 4500 0039 0007 4000 40 11 0000 0a000001 0a000002 9c40 0035 0024 0000 Q",
		/* TCP */
		"E:0800 4500 0045 0007 4000 40 06 0000 0a000001 0a000002 T:53 Q",
	};

	for (size_t i = 0; i < 6; i++)
		assert_outcome(again(0, words[i]), ZT_ACCEPT);
}
END_TEST

/* A payload of 1,000 bytes of which one differs. */
static enum zt_reject
long_payload(const char *headers, size_t changed)
{
	uint8_t payload[1000] = { 0 };

	payload[changed] = 1;
	frame_build(&w.frame, "");
	frame_put(&w.frame, payload, sizeof(payload));
	frame_wrap(&w.frame, headers);
	return walk_frame(&w, 1, &w.frame);
}

START_TEST(question_of_a_long_message_is_compared)
{
	assert_outcome(long_payload("E:0800 4:17 U:53", 0), ZT_ACCEPT);
	assert_outcome(long_payload("E:0800 4:17 U:53", 0), ZT_R_DUPLICATE);
	assert_outcome(
	    long_payload("E:0800 4:17 U:53", ZT_DUPLICATE_HEAD - 1), ZT_ACCEPT);
}
END_TEST

START_TEST(tcp_segment_is_compared_whole)
{
	assert_outcome(long_payload("E:0800 4:6 T:53", 0), ZT_ACCEPT);
	assert_outcome(long_payload("E:0800 4:6 T:53", 0), ZT_R_DUPLICATE);
	/* Another version of the same bytes of the stream. */
	for (size_t i = 1; i < 1000; i++)
		assert_outcome(long_payload("E:0800 4:6 T:53", i), ZT_ACCEPT);
	/* Without data nothing is a duplicate. */
	assert_outcome(again(0, "E:0800 4:6 T:53"), ZT_ACCEPT);
	assert_outcome(again(0, "E:0800 4:6 T:53"), ZT_ACCEPT);
}
END_TEST

START_TEST(switch_off_recognises_nothing)
{
	walker_stop(&w);
	walker_start(&w, false);
	assert_outcome(again(0, QUERY), ZT_ACCEPT);
	assert_outcome(again(0, QUERY), ZT_ACCEPT);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("duplicate");
	TCase *tc = tcase_create("copies");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, l16_copy_within_five_milliseconds_is_a_duplicate);
	tcase_add_test(tc, l16_every_copy_of_a_doubled_feed_is_recognised);
	tcase_add_test(tc, l16_copy_may_come_out_of_order);
	tcase_add_test(tc, routed_copy_with_lower_ttl_is_a_duplicate);
	tcase_add_test(tc, copy_without_tag_or_tunnel_is_a_duplicate);
	suite_add_tcase(s, tc);
	tc = tcase_create("others");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, retry_has_a_new_identification_and_counts);
	tcase_add_test(tc, equal_packets_in_two_networks_both_count);
	tcase_add_test(tc, other_bytes_are_no_duplicate);
	tcase_add_test(tc, question_of_a_long_message_is_compared);
	tcase_add_test(tc, tcp_segment_is_compared_whole);
	tcase_add_test(tc, switch_off_recognises_nothing);
	suite_add_tcase(s, tc);
	return zt_suite_run(s);
}
