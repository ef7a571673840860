/*
 * Several transfers at once, transfers whose request was not seen, and what ends them.
 */
#include "suite.h"
#include "transfer_driver.h"

#include <stdlib.h>

/* Pipelining. */

/** An answer about a zone: SOA, n records, SOA. */
static bool
answer_zone(struct driver *d, uint16_t id, const char *zone, unsigned n)
{
	struct wire w;

	wire_start(
	    &w, id, ZT_DNS_QR, (struct wire_counts){ 1, (uint16_t)(n + 2), 0, 0 });
	wire_question(&w, zone, ZT_RR_AXFR);
	wire_soa(&w, NULL, 3);
	for (unsigned i = 0; i < n; i++)
		wire_a(&w, NULL, 0xc0000201);
	wire_soa(&w, NULL, 3);
	return driver_feed(d, &w);
}

START_TEST(pipelined_transfers_are_told_apart_by_id)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 1, "example.com", ZT_RR_AXFR, 0);
	driver_ask(&d, 2, "example.com", ZT_RR_AXFR, 0);
	driver_answer(&d, 2, ZT_RR_AXFR, "3a");
	driver_answer(&d, 1, ZT_RR_AXFR, "4a");
	driver_answer(&d, 1, 0, "bc4");
	ck_assert_uint_eq(driver_last(&d)->id, 1);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(driver_last(&d)->records, 5);
	driver_answer(&d, 2, 0, "b3");
	ck_assert_uint_eq(driver_last(&d)->id, 2);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(driver_last(&d)->records, 4);
	driver_close(&d);
}
END_TEST

START_TEST(pipelined_transfers_of_one_id_are_told_apart_by_zone)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 0, "example.com", ZT_RR_AXFR, 0);
	driver_ask(&d, 0, "example.net", ZT_RR_AXFR, 0);
	answer_zone(&d, 0, "example.net", 5);
	ck_assert_uint_eq(driver_last(&d)->id, 2);
	ck_assert_uint_eq(driver_last(&d)->records, 7);
	answer_zone(&d, 0, "example.com", 3);
	ck_assert_uint_eq(driver_last(&d)->id, 1);
	ck_assert_uint_eq(driver_last(&d)->records, 5);
	driver_close(&d);
}
END_TEST

START_TEST(pipelined_requests_without_end_displace_the_oldest)
{
	struct driver d;
	unsigned n = 0;

	driver_open(&d, TCP_STREAM, 0);
	for (uint16_t id = 0; id < 150; id++) {
		driver_ask(&d, id, "example.com", ZT_RR_AXFR, 0);
		/* One event for the request; from the 129th on one for the oldest. */
		ck_assert_uint_eq(d.n_seen, id < 128 ? 1 : 2);
		n += d.n_seen == 2;
		if (d.n_seen == 2) {
			ck_assert_uint_eq(d.seen[0].transfer.id, id - 127u);
			ck_assert_uint_eq(d.seen[0].transfer.flags, ZT_TF_ENDED);
			ck_assert_uint_eq(
			    d.seen[0].transfer.verdict, ZT_VERDICT_ATTEMPTED);
		}
		d.n_seen = 0;
	}
	ck_assert_uint_eq(n, 22);
	driver_close(&d);
}
END_TEST

START_TEST(table_full_ends_the_least_recently_used)
{
	struct driver d;

	driver_open(&d, 1, 4);
	for (d.stream_id = 1; d.stream_id <= 4; d.stream_id++)
		driver_ask(&d, 1, "example.com", ZT_RR_AXFR, 0);
	/* The first one moves on, so the second is the oldest. */
	d.stream_id = 1;
	driver_answer(&d, 1, ZT_RR_AXFR, "3a");
	d.stream_id = 5;
	driver_ask(&d, 1, "example.com", ZT_RR_AXFR, 0);
	ck_assert_uint_eq(d.seen[5].transfer.id, 2);
	ck_assert_uint_eq(d.seen[5].transfer.flags, ZT_TF_ENDED);
	/* What is ended leaves first. */
	d.stream_id = 4;
	driver_refuse(&d, 1, ZT_RR_AXFR, ZT_RCODE_REFUSED);
	d.n_seen = 0;
	d.stream_id = 6;
	driver_ask(&d, 1, "example.com", ZT_RR_AXFR, 0);
	ck_assert_uint_eq(d.n_seen, 1);
	d.stream_id = 7;
	driver_ask(&d, 1, "example.com", ZT_RR_AXFR, 0);
	ck_assert_uint_eq(d.n_seen, 3);
	ck_assert_uint_eq(d.seen[1].transfer.id, 3);
	/* The running one was used last but for the newest three. */
	d.stream_id = 1;
	driver_answer(&d, 1, 0, "b3");
	ck_assert_uint_eq(driver_last(&d)->id, 1);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_COMPLETE);
	driver_close(&d);
}
END_TEST

/* Requests that were not seen. */

START_TEST(midstream_answer_with_question_begins_a_transfer)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	d.one_sided = true;
	ck_assert(driver_answer(&d, 8, ZT_RR_AXFR, "3ab3"));
	ck_assert_uint_eq(d.n_seen, 1);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(driver_last(&d)->flags,
	    ZT_TF_MID_STREAM | ZT_TF_ONE_SIDED | ZT_TF_HAVE_TO | ZT_TF_ENDED);
	ck_assert_uint_eq(d.seen[0].event.client_port, 40001);
	ck_assert_uint_eq(d.seen[0].event.name_len, 13);
	driver_close(&d);
}
END_TEST

START_TEST(midstream_continuation_learns_its_zone_from_the_closing_soa)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	d.gap_bytes = 30000;
	ck_assert(driver_answer(&d, 8, 0, "ab"));
	ck_assert_uint_eq(d.seen[0].event.name_len, 0);
	ck_assert_uint_eq(d.seen[0].transfer.verdict, ZT_VERDICT_STARTED);
	ck_assert_uint_eq(d.seen[0].transfer.gap_bytes, 30000);
	ck_assert(driver_answer(&d, 8, 0, "cd3"));
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(driver_last(&d)->flags,
	    ZT_TF_MID_STREAM | ZT_TF_AT_LEAST | ZT_TF_HAVE_TO | ZT_TF_ENDED);
	ck_assert_uint_eq(driver_last(&d)->records, 5);
	ck_assert_uint_eq(driver_last(&d)->serial_to, 3);
	ck_assert_uint_eq(d.seen[1].event.name_len, 13);
	ck_assert_mem_eq(d.seen[1].name, "\7example\3com", 13);
	driver_close(&d);
}
END_TEST

/* Two SOAs with other serials at the beginning: only differences have that. */
START_TEST(midstream_continuation_that_begins_with_two_serials_is_incremental)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	ck_assert(driver_answer(&d, 8, 0, "31a2b"));
	ck_assert_uint_eq(driver_last(&d)->kind, ZT_TRANSFER_IXFR);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_STARTED);
	ck_assert(driver_answer(&d, 8, 0, "2c3d3"));
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_DELTA);
	ck_assert_uint_eq(driver_last(&d)->records, 10);
	ck_assert_uint_eq(driver_last(&d)->deltas, 2);
	ck_assert_uint_eq(driver_last(&d)->serial_to, 3);
	ck_assert_uint_eq(driver_last(&d)->flags & ZT_TF_MID_STREAM, ZT_TF_MID_STREAM);
	driver_close(&d);
}
END_TEST

/** A response to an ordinary question with n TXT records. */
static void
ordinary(struct wire *w, unsigned type, unsigned n)
{
	wire_start(
	    w, 8, ZT_DNS_QR | ZT_DNS_AA, (struct wire_counts){ 1, (uint16_t)n, 0, 0 });
	wire_question(w, "example.com", type);
	for (unsigned i = 0; i < n; i++) {
		size_t rr = wire_rr(w, NULL, type);
		wire_fill(w, 200, 201);
		wire_end_rr(w, rr);
	}
}

START_TEST(midstream_ordinary_responses_are_no_transfers)
{
	static const unsigned types[] = { ZT_RR_TXT, ZT_RR_DNSKEY, ZT_RR_ANY,
		ZT_RR_SOA };
	struct driver d;
	struct wire w;

	driver_open(&d, TCP_STREAM, 0);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		ordinary(&w, types[i], 100);
		ck_assert(!driver_feed(&d, &w));
	}
	ck_assert(!driver_answer(&d, 8, ZT_RR_SOA, "3"));
	/* No question, but no records either, or an error, or other sections. */
	wire_start(&w, 8, ZT_DNS_QR, (struct wire_counts){ 0, 0, 0, 0 });
	ck_assert(!driver_feed(&d, &w));
	driver_script(&w, 8, 0, "3ab3");
	w.bytes[3] = ZT_RCODE_SERVFAIL;
	ck_assert(!driver_feed(&d, &w));
	driver_script(&w, 8, 0, "3ab3");
	w.bytes[9] = 1; /* NSCOUNT */
	ck_assert(!driver_feed(&d, &w));
	/* A count that the message does not hold, as after a wrong resynchronisation.
	 */
	driver_script(&w, 8, 0, "3ab3");
	w.bytes[7] = 200;
	ck_assert(!driver_feed(&d, &w));
	/* Another opcode, and a client that says QR=1. */
	driver_script(&w, 8, 0, "3ab3");
	w.bytes[2] |= 4 << 3;
	ck_assert(!driver_feed(&d, &w));
	d.to_client.src_port = 40001;
	ck_assert(!driver_answer(&d, 8, ZT_RR_AXFR, "3ab3"));
	d.to_client.src_port = 53;
	/* Over UDP there are no continuations. */
	d.stream_id = 0;
	ck_assert(!driver_answer(&d, 8, 0, "3ab3"));
	ck_assert_uint_eq(d.n_seen, 0);
	driver_close(&d);
}
END_TEST

START_TEST(late_messages_of_an_ended_transfer_are_swallowed)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 8, "example.com", ZT_RR_AXFR, 0);
	driver_answer(&d, 8, ZT_RR_AXFR, "3ab3");
	d.n_seen = 0;
	ck_assert(driver_answer(&d, 8, 0, "3ab3"));
	ck_assert(driver_answer(&d, 8, ZT_RR_AXFR, "3ab3"));
	ck_assert_uint_eq(d.n_seen, 0);
	/* Once the stream is over, they are news. */
	driver_end(&d, ZT_TCP_END_FIN);
	ck_assert(driver_answer(&d, 8, ZT_RR_AXFR, "3ab3"));
	ck_assert_uint_eq(driver_last(&d)->id, 2);
	driver_close(&d);
}
END_TEST

START_TEST(alternate_request_counts_and_alternate_answer_does_not)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 8, "example.com", ZT_RR_AXFR, 0);
	d.alternate = true;
	driver_ask(&d, 8, "example.com", ZT_RR_AXFR, 0);
	ck_assert_uint_eq(d.n_seen, 1);
	driver_ask(&d, 8, "example.net", ZT_RR_AXFR, 0);
	ck_assert_uint_eq(d.n_seen, 2);
	ck_assert_uint_eq(d.seen[1].event.flags, ZT_EF_ALTERNATE);
	ck_assert(!driver_answer(&d, 9, ZT_RR_AXFR, "3ab"));
	ck_assert(driver_answer(&d, 8, ZT_RR_AXFR, "3ab"));
	ck_assert_uint_eq(d.n_seen, 2);
	d.alternate = false;
	ck_assert(driver_answer(&d, 8, ZT_RR_AXFR, "3ab3"));
	ck_assert_uint_eq(driver_last(&d)->records, 4);
	driver_close(&d);
}
END_TEST

/* Time, gaps, tunnels. */

START_TEST(silence_over_udp_ends_timed_out)
{
	struct driver d;

	driver_open(&d, 0, 0);
	driver_ask(&d, 8, "example.com", ZT_RR_AXFR, 0);
	zt_transfers_expire(d.transfers, d.now + 10 * SECOND - 1);
	ck_assert_uint_eq(d.n_seen, 1);
	zt_transfers_expire(d.transfers, d.now + 10 * SECOND);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_TIMED_OUT);
	ck_assert_uint_eq(driver_last(&d)->flags, ZT_TF_ENDED);
	driver_close(&d);
}
END_TEST

START_TEST(silence_over_tcp_is_timed_out_until_the_answer_comes)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 8, "example.com", ZT_RR_AXFR, 0);
	zt_transfers_expire(d.transfers, d.now += 10 * SECOND);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_TIMED_OUT);
	ck_assert_uint_eq(driver_last(&d)->flags, 0);
	driver_answer(&d, 8, ZT_RR_AXFR, "3ab3");
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(d.n_seen, 3);
	driver_close(&d);
}
END_TEST

START_TEST(silence_after_a_lone_newer_soa_over_tcp_says_so)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 8, "example.com", ZT_RR_IXFR, 2);
	driver_answer(&d, 8, ZT_RR_IXFR, "3");
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_STARTED);
	zt_transfers_expire(d.transfers, d.now + 10 * SECOND);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_UP_TO_DATE);
	ck_assert(driver_last(&d)->flags & ZT_TF_NEWER_SOA);
	ck_assert(driver_last(&d)->flags & ZT_TF_ENDED);
	driver_close(&d);
}
END_TEST

START_TEST(reset_in_mid_transfer_is_partial)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 8, "example.com", ZT_RR_AXFR, 0);
	driver_answer(&d, 8, ZT_RR_AXFR, "3ab");
	driver_end(&d, ZT_TCP_END_RST);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_PARTIAL);
	ck_assert_uint_eq(driver_last(&d)->flags, ZT_TF_HAVE_TO | ZT_TF_ENDED);
	driver_close(&d);
}
END_TEST

START_TEST(gap_of_another_stream_changes_nothing)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 8, "example.com", ZT_RR_AXFR, 0);
	zt_transfers_gap(d.transfers, TCP_STREAM + 1, 500, d.now);
	driver_answer(&d, 8, ZT_RR_AXFR, "3ab");
	ck_assert_uint_eq(driver_last(&d)->flags, ZT_TF_HAVE_TO);
	zt_transfers_gap(d.transfers, TCP_STREAM, 500, d.now);
	zt_transfers_gap(d.transfers, TCP_STREAM, 11, d.now);
	driver_answer(&d, 8, 0, "c3");
	ck_assert_uint_eq(
	    driver_last(&d)->flags, ZT_TF_HAVE_TO | ZT_TF_AT_LEAST | ZT_TF_ENDED);
	ck_assert_uint_eq(driver_last(&d)->gap_bytes, 511);
	driver_close(&d);
}
END_TEST

START_TEST(tunnel_and_vlan_reach_the_event)
{
	struct driver d;
	struct wire w;
	struct zt_screen screen;

	driver_open(&d, 0, 0);
	d.to_server.tunnel_kind = ZT_TUNNEL_VXLAN;
	d.to_server.tunnel_id = 77;
	d.to_server.tunnel_key = 123;
	d.to_server.n_ip = 2;
	d.to_server.outer_family = 4;
	memcpy(d.to_server.outer_src, "\x0a\0\0\1", 4);
	d.to_server.n_vlan = 1;
	d.to_server.vlan[0] = 100;
	driver_ask(&d, 8, "example.com", ZT_RR_AXFR, 0);
	ck_assert_uint_eq(d.seen[0].event.flags, ZT_EF_TUNNEL);
	ck_assert_uint_eq(d.seen[0].event.n_vlan, 1);
	ck_assert_uint_eq(d.seen[0].event.vlan[0], 100);
	ck_assert_uint_eq(d.seen[0].event.size, sizeof(struct zt_event) + 16 +
						    sizeof(struct zt_origin) +
						    sizeof(struct zt_transfer));
	/* The same endpoints outside the tunnel are others. */
	wire_start(
	    &w, 8, ZT_DNS_QR | ZT_RCODE_REFUSED, (struct wire_counts){ 0, 0, 0, 0 });
	ck_assert_int_eq(zt_screen(&driver_key, w.bytes, w.len, &screen), ZT_ACCEPT);
	ck_assert(!driver_feed(&d, &w));
	d.to_client.tunnel_key = 123;
	ck_assert(driver_feed(&d, &w));
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_REFUSED);
	driver_close(&d);
}
END_TEST

static Suite *
transfer_streams_suite(void)
{
	Suite *suite = suite_create("transfer_streams");
	TCase *many = tcase_create("many");
	TCase *unseen = tcase_create("unseen");
	TCase *end = tcase_create("end");

	tcase_add_test(many, pipelined_transfers_are_told_apart_by_id);
	tcase_add_test(many, pipelined_transfers_of_one_id_are_told_apart_by_zone);
	tcase_add_test(many, pipelined_requests_without_end_displace_the_oldest);
	tcase_add_test(many, table_full_ends_the_least_recently_used);
	suite_add_tcase(suite, many);
	tcase_add_test(unseen, midstream_answer_with_question_begins_a_transfer);
	tcase_add_test(
	    unseen, midstream_continuation_learns_its_zone_from_the_closing_soa);
	tcase_add_test(
	    unseen, midstream_continuation_that_begins_with_two_serials_is_incremental);
	tcase_add_test(unseen, midstream_ordinary_responses_are_no_transfers);
	tcase_add_test(unseen, late_messages_of_an_ended_transfer_are_swallowed);
	tcase_add_test(unseen, alternate_request_counts_and_alternate_answer_does_not);
	suite_add_tcase(suite, unseen);
	tcase_add_test(end, silence_over_udp_ends_timed_out);
	tcase_add_test(end, silence_over_tcp_is_timed_out_until_the_answer_comes);
	tcase_add_test(end, silence_after_a_lone_newer_soa_over_tcp_says_so);
	tcase_add_test(end, reset_in_mid_transfer_is_partial);
	tcase_add_test(end, gap_of_another_stream_changes_nothing);
	tcase_add_test(end, tunnel_and_vlan_reach_the_event);
	suite_add_tcase(suite, end);
	return suite;
}

int
main(void)
{
	return zt_suite_run(transfer_streams_suite());
}
