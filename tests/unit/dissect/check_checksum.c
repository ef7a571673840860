/*
 * Checksums: the sum itself, and when a wrong one counts against a packet.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "../../../dissect/checksum.h"
#include "suite.h"

static struct zt_dissect_stats *stats;
static struct zt_checksums *checksums;

static void
setup(void)
{
	const struct zt_hash_key key = { 1, 2 };

	stats = calloc(1, sizeof(*stats));
	ck_assert_ptr_nonnull(stats);
	checksums = zt_checksums_new(&key, stats);
	ck_assert_ptr_nonnull(checksums);
}

static void
teardown(void)
{
	zt_checksums_free(&checksums);
	ck_assert_ptr_null(checksums);
	free(stats);
}

/* 192.0.2.1:40000 -> 192.0.2.53:53, UDP of 8 + 3 bytes "abc"; the sums were computed by
 * another program: 0x1ac9 is right, 0x8453 is the pseudo-header's. */
static const struct zt_path v4_path = { .src = { 192, 0, 2, 1 },
	.dst = { 192, 0, 2, 53 },
	.family = 4,
	.transport = ZT_PROTO_UDP };

static void
make_udp(uint8_t out[11], uint16_t sum)
{
	const uint8_t udp[11] = { 0x9c, 0x40, 0x00, 0x35, 0x00, 0x0b,
		(uint8_t)(sum >> 8), (uint8_t)sum, 'a', 'b', 'c' };

	memcpy(out, udp, sizeof(udp));
}

static enum zt_reject
judge(uint16_t sum)
{
	uint8_t udp[11];

	make_udp(udp, sum);
	return zt_checksums_judge(checksums, &v4_path, udp, sizeof(udp), true);
}

static uint64_t
n_offload(void)
{
	return zt_counted(&stats->outcomes[ZT_R_CHECKSUM_OFFLOAD]);
}

/* The right sum by the definition: 16 bits at a time, carries added back. */
static uint16_t
naive(const uint8_t *data, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)data[i] << 8 : data[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

START_TEST(sum_equals_the_definition_for_every_length)
{
	uint8_t bytes[301];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 37 + 11);
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		uint16_t sum = zt_checksum_fold(zt_checksum_add(0, bytes, len));
		uint8_t as_bytes[2];
		memcpy(as_bytes, &sum, 2);
		ck_assert_uint_eq(
		    (uint16_t)(as_bytes[0] << 8 | as_bytes[1]), naive(bytes, len));
	}
	memset(bytes, 0xff, sizeof(bytes));
	ck_assert_uint_eq(zt_checksum_fold(zt_checksum_add(0, bytes, 300)), 0xffff);
}
END_TEST

/* The example of RFC 1071 section 3: 0001 f203 f4f5 f6f7 sum up to ddf2. */
START_TEST(sum_of_the_rfc_example)
{
	const uint8_t example[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };
	uint16_t sum = zt_checksum_fold(zt_checksum_add(0, example, sizeof(example)));
	uint8_t as_bytes[2];

	memcpy(as_bytes, &sum, 2);
	ck_assert_uint_eq(as_bytes[0], 0xdd);
	ck_assert_uint_eq(as_bytes[1], 0xf2);
}
END_TEST

#define RIGHT  0x1ac9
#define PSEUDO 0x8453
#define WRONG  0xdead

START_TEST(l13_one_wrong_of_ten_is_ignored)
{
	unsigned ignored = 0;

	for (unsigned i = 0; i < 100; i++)
		ignored += judge(i % 10 == 9 ? WRONG : RIGHT) == ZT_R_BAD_CHECKSUM;
	/* The first wrong one is met without knowledge of its sender. */
	ck_assert_uint_eq(ignored, 9);
	ck_assert_uint_eq(n_offload(), 1);
}
END_TEST

START_TEST(l13_all_wrong_is_offload_and_taken)
{
	for (unsigned i = 0; i < 5000; i++)
		ck_assert_uint_eq(judge(WRONG), ZT_ACCEPT);
	ck_assert_uint_eq(n_offload(), 5000);
}
END_TEST

/* A sender that was right for long and then moves to a host that offloads. */
START_TEST(sender_that_changes_its_way_is_taken_again)
{
	unsigned ignored = 0;

	(void)judge(WRONG);
	for (unsigned i = 0; i < 50000; i++)
		ck_assert_uint_eq(judge(RIGHT), ZT_ACCEPT);
	for (unsigned i = 0; i < 5000; i++)
		ignored += judge(WRONG) == ZT_R_BAD_CHECKSUM;
	ck_assert_uint_gt(ignored, 0);
	ck_assert_uint_lt(ignored, 1000);
}
END_TEST

START_TEST(sum_of_the_pseudo_header_is_always_taken)
{
	(void)judge(WRONG);
	for (unsigned i = 0; i < 100; i++)
		ck_assert_uint_eq(judge(RIGHT), ZT_ACCEPT);
	ck_assert_uint_eq(judge(PSEUDO), ZT_ACCEPT);
	ck_assert_uint_eq(judge(WRONG), ZT_R_BAD_CHECKSUM);
}
END_TEST

START_TEST(udp_without_a_sum_is_right)
{
	ck_assert_uint_eq(judge(0), ZT_ACCEPT);
	ck_assert_uint_eq(n_offload(), 0);
}
END_TEST

START_TEST(wrong_ip_header_counts_like_a_wrong_sum)
{
	uint8_t udp[11];

	make_udp(udp, RIGHT);
	(void)zt_checksums_judge(checksums, &v4_path, udp, sizeof(udp), false);
	for (unsigned i = 0; i < 20; i++)
		ck_assert_uint_eq(judge(RIGHT), ZT_ACCEPT);
	ck_assert_uint_eq(
	    zt_checksums_judge(checksums, &v4_path, udp, sizeof(udp), false),
	    ZT_R_BAD_CHECKSUM);
}
END_TEST

/* What one sender does says nothing about another. */
START_TEST(senders_are_judged_apart)
{
	struct zt_path other = v4_path;
	uint8_t udp[11];

	other.src[3] = 2;
	make_udp(udp, WRONG);
	(void)judge(WRONG);
	for (unsigned i = 0; i < 100; i++)
		ck_assert_uint_eq(judge(RIGHT), ZT_ACCEPT);
	for (unsigned i = 0; i < 100; i++)
		ck_assert_uint_eq(
		    zt_checksums_judge(checksums, &other, udp, sizeof(udp), true),
		    ZT_ACCEPT);
}
END_TEST

/* 2001:db8::1 -> 2001:db8::53, TCP header of 20 bytes, ports 40000 and 53, seq 1, ACK;
 * the sum was computed by another program from RFC 8200 section 8.1. */
START_TEST(tcp_over_ipv6_has_its_own_pseudo_header)
{
	struct zt_path path = { .family = 6, .transport = ZT_PROTO_TCP };
	uint8_t tcp[20] = { 0x9c, 0x40, 0x00, 0x35, 0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x10,
		0xff, 0xff, 0xb7, 0x96, 0, 0 };
	static const uint8_t prefix[4] = { 0x20, 0x01, 0x0d, 0xb8 };

	memcpy(path.src, prefix, 4);
	memcpy(path.dst, prefix, 4);
	path.src[15] = 1;
	path.dst[15] = 0x53;
	ck_assert_uint_eq(
	    zt_checksums_judge(checksums, &path, tcp, sizeof(tcp), true), ZT_ACCEPT);
	ck_assert_uint_eq(n_offload(), 0);
	tcp[7] = 2;
	ck_assert_uint_eq(
	    zt_checksums_judge(checksums, &path, tcp, sizeof(tcp), true), ZT_ACCEPT);
	ck_assert_uint_eq(n_offload(), 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("checksum");
	TCase *sum = tcase_create("sum");
	TCase *verdict = tcase_create("verdict");

	tcase_add_test(sum, sum_equals_the_definition_for_every_length);
	tcase_add_test(sum, sum_of_the_rfc_example);
	tcase_add_checked_fixture(verdict, setup, teardown);
	tcase_add_test(verdict, l13_one_wrong_of_ten_is_ignored);
	tcase_add_test(verdict, l13_all_wrong_is_offload_and_taken);
	tcase_add_test(verdict, sender_that_changes_its_way_is_taken_again);
	tcase_add_test(verdict, sum_of_the_pseudo_header_is_always_taken);
	tcase_add_test(verdict, udp_without_a_sum_is_right);
	tcase_add_test(verdict, wrong_ip_header_counts_like_a_wrong_sum);
	tcase_add_test(verdict, senders_are_judged_apart);
	tcase_add_test(verdict, tcp_over_ipv6_has_its_own_pseudo_header);
	suite_add_tcase(suite, sum);
	suite_add_tcase(suite, verdict);
	return zt_suite_run(suite);
}
