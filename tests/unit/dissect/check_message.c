#include "dissect/message.h"
#include "suite.h"

#include "message_driver.h"

START_TEST(d01_short_messages_are_counted_and_silent)
{
	for (size_t len = 0; len < 12; len++) {
		b.w.len = 0;
		wire_fill(&b.w, 0, len);
		send_udp();
	}
	ck_assert_uint_eq(outcome(ZT_R_SHORT_HEADER), 12);
	ck_assert_uint_eq(b.n_events, 0);
	ck_assert_uint_eq(zt_counted(&b.stats.queries[ZT_STATS_UDP]), 0);
}
END_TEST

START_TEST(unreadable_question_counts_as_message_and_makes_no_event)
{
	wire_start(&b.w, 9, 0, (struct wire_counts){ 1, 0, 0, 0 });
	wire_pointer(&b.w, 12);
	wire_u32(&b.w, 0x00010001);
	send_udp();
	ck_assert_uint_eq(outcome(ZT_R_BAD_POINTER), 1);
	ck_assert_uint_eq(zt_counted(&b.stats.queries[ZT_STATS_UDP]), 1);
	ck_assert_uint_eq(zt_counted(&b.stats.types[0]), 0);
	ck_assert_uint_eq(b.n_events, 0);
}
END_TEST

START_TEST(d11_each_of_four_questions_makes_an_event)
{
	wire_start(&b.w, 9, 0, (struct wire_counts){ 5, 0, 0, 0 });
	for (unsigned i = 1; i <= 5; i++)
		wire_question(&b.w, i % 2 ? "Odd.example" : "even.example", i);
	send_udp();
	ck_assert_uint_eq(b.n_events, 4);
	for (unsigned i = 0; i < 4; i++) {
		const struct zt_event *ev = event(i);
		bool is_odd = i % 2 == 0;
		ck_assert_uint_eq(ev->qtype, i + 1);
		ck_assert_uint_eq(
		    ev->flags & ZT_EF_MULTI_QUESTION, ZT_EF_MULTI_QUESTION);
		ck_assert_int_eq((ev->flags & ZT_EF_RAW_NAME) != 0, is_odd);
		ck_assert_mem_eq(zt_event_name(ev), is_odd ? "\3odd" : "\4even", 4);
	}
	ck_assert_uint_eq(outcome(ZT_R_MULTI_QUESTION), 1);
	/* One message, one type: that of the first question. */
	ck_assert_uint_eq(zt_counted(&b.stats.types[1]), 1);
	ck_assert_uint_eq(zt_counted(&b.stats.types[2]), 0);
}
END_TEST

START_TEST(d11_no_question_is_counted)
{
	/* A query that holds an OPT record alone. */
	wire_start(&b.w, 9, 0, (struct wire_counts){ 0, 0, 0, 1 });
	wire_opt(&b.w, 1232, 0);
	send_udp();
	ck_assert_uint_eq(outcome(ZT_R_NO_QUESTION), 1);
	ck_assert_uint_eq(b.n_events, 0);
}
END_TEST

START_TEST(d12_promises_without_data_are_noted)
{
	wire_start(&b.w, 9, 0, (struct wire_counts){ 1, 65535, 65535, 65535 });
	wire_question(&b.w, "example.com", ZT_RR_AXFR);
	send_udp();
	ck_assert_uint_eq(outcome(ZT_R_BAD_SECTION), 1);
	ck_assert_uint_eq(zt_counted(&b.stats.messages_ok), 1);
	ck_assert_uint_eq(event(0)->qtype, ZT_RR_AXFR);
	ck_assert_uint_eq(event(0)->n_answers, 0);
}
END_TEST

START_TEST(d14_trailing_bytes_are_noted)
{
	query("example.com", ZT_RR_A);
	wire_u8(&b.w, 0);
	send_udp();
	ck_assert_uint_eq(outcome(ZT_R_TRAILING_BYTES), 1);
	ck_assert_uint_eq(b.n_events, 1);
}
END_TEST

START_TEST(d16_bad_rdata_is_noted_once_and_the_next_record_read)
{
	turn();
	response("example.com", ZT_RR_NS, 0, (struct wire_counts){ 1, 3, 0, 0 });
	for (int i = 0; i < 2; i++) {
		size_t rr = wire_rr(&b.w, NULL, ZT_RR_NS);
		wire_u8(&b.w, 1);
		wire_end_rr(&b.w, rr);
	}
	wire_a(&b.w, NULL, 0x0a000001);
	send_udp();
	ck_assert_uint_eq(outcome(ZT_R_BAD_RDATA), 1);
	ck_assert_uint_eq(event(0)->n_answers, 3);
	ck_assert_uint_eq(event(0)->n_addrs, 1);
}
END_TEST

START_TEST(d21_many_opt_records_are_noted_and_the_first_counts)
{
	static const unsigned n[] = { 2, 255, 256, 257 };

	for (unsigned i = 0; i < 4; i++) {
		wire_start(&b.w, 9, 0, (struct wire_counts){ 1, 0, 0, (uint16_t)n[i] });
		wire_question(&b.w, "example.com", ZT_RR_A);
		for (unsigned k = 0; k < n[i]; k++)
			wire_opt(&b.w, 1000 + k, 0);
		send_udp();
		ck_assert_uint_eq(outcome(ZT_R_MULTI_OPT), i + 1);
		ck_assert_uint_eq(event(i)->edns_size, 1000);
	}
}
END_TEST

START_TEST(d23_bad_edns_is_noted_and_the_question_counts)
{
	wire_start(&b.w, 9, 0, (struct wire_counts){ 1, 0, 0, 1 });
	wire_question(&b.w, "example.com", ZT_RR_A);
	size_t opt = wire_opt(&b.w, 1232, 0);
	wire_bytes(&b.w, "\0\3\0\5x", 5);
	wire_end_rr(&b.w, opt);
	send_udp();
	ck_assert_uint_eq(outcome(ZT_R_BAD_EDNS), 1);
	ck_assert_uint_eq(b.n_events, 1);
}
END_TEST

START_TEST(d24_transfer_question_of_any_class_and_opcode_is_an_event)
{
	static const unsigned classes[] = { 0, 1, 3, 254, 255 };
	unsigned n = 0;

	for (unsigned i = 0; i < 5; i++) {
		query("example.com", i % 2 ? ZT_RR_AXFR : ZT_RR_IXFR);
		b.w.bytes[1] = (uint8_t)i;
		b.w.bytes[b.w.len - 2] = (uint8_t)(classes[i] >> 8);
		b.w.bytes[b.w.len - 1] = (uint8_t)classes[i];
		send_udp();
		ck_assert_uint_eq(event(n)->kind, ZT_EVENT_QUERY);
		ck_assert_uint_eq(event(n)->qclass, classes[i]);
		ck_assert_uint_eq(event(n + 1)->kind, ZT_EVENT_TRANSFER);
		n += 2;
	}
	ck_assert_uint_eq(b.n_events, n);
}
END_TEST

START_TEST(d24_transfer_question_with_any_opcode_is_an_event)
{
	for (unsigned opcode = 0; opcode < 16; opcode++) {
		b.n_events = 0;
		atomic_store(&b.stats.events, 0);
		query("example.com", ZT_RR_AXFR);
		b.w.bytes[1] = (uint8_t)opcode;
		b.w.bytes[2] = (uint8_t)(opcode << 3);
		b.w.bytes[3] = 0x70; /* Z, AD, CD */
		send_udp();
		ck_assert_uint_eq(b.n_events, 2);
		ck_assert_uint_eq(zt_dns_opcode(event(0)->dns_flags), opcode);
		ck_assert_uint_eq(zt_counted(&b.stats.opcodes[opcode]), 1);
	}
}
END_TEST

START_TEST(d24_transfer_behind_another_question_is_asked_for)
{
	wire_start(&b.w, 9, 0, (struct wire_counts){ 2, 0, 0, 0 });
	wire_question(&b.w, "example.com", ZT_RR_A);
	wire_question(&b.w, "example.com", ZT_RR_AXFR);
	send_udp();
	ck_assert_uint_eq(b.n_events, 3);
	ck_assert_uint_eq(event(1)->qtype, ZT_RR_AXFR);
	ck_assert_uint_eq(event(2)->kind, ZT_EVENT_TRANSFER);
	ck_assert_uint_eq(zt_event_transfer(event(2))->verdict, ZT_VERDICT_ATTEMPTED);
}
END_TEST

START_TEST(d25_signed_question_is_marked)
{
	wire_start(&b.w, 9, 0, (struct wire_counts){ 1, 0, 0, 2 });
	wire_question(&b.w, "example.com", ZT_RR_A);
	size_t rr = wire_rr(&b.w, "", ZT_RR_SIG); /* SIG(0): covers type 0 */
	wire_fill(&b.w, 0, 18);
	wire_end_rr(&b.w, rr);
	rr = wire_rr(&b.w, "key.example", ZT_RR_TSIG);
	wire_name(&b.w, "hmac-sha256");
	wire_fill(&b.w, 0, 16);
	wire_end_rr(&b.w, rr);
	send_udp();
	ck_assert_uint_eq(event(0)->flags, ZT_EF_IP_DF | ZT_EF_TSIG | ZT_EF_SIG0);
}
END_TEST

START_TEST(d26_any_type_counts)
{
	static const uint16_t types[] = { 0, 10, 46, 47, 50, 128, 250, 255, 65535 };

	for (unsigned i = 0; i < 9; i++) {
		query("example.com", types[i]);
		send_udp();
		ck_assert_uint_eq(event(i)->qtype, types[i]);
		ck_assert_uint_eq(zt_counted(&b.stats.types[types[i]]), 1);
	}
}
END_TEST

START_TEST(d27_response_that_nobody_asked_for_is_unsolicited)
{
	query("other.example", ZT_RR_A);
	send_udp();
	turn();
	response("www.example.com", ZT_RR_A, 0, (struct wire_counts){ 1, 0, 0, 0 });
	send_udp();
	ck_assert_uint_eq(event(1)->flags, ZT_EF_IP_DF | ZT_EF_UNSOLICITED);
	ck_assert_uint_eq(outcome(ZT_R_UNSOLICITED), 1);
}
END_TEST

START_TEST(d28_response_without_question_pairs_by_ends_and_id)
{
	query("www.example.com", ZT_RR_A);
	send_udp();
	turn();
	wire_start(
	    &b.w, 9, ZT_DNS_QR | ZT_RCODE_FORMERR, (struct wire_counts){ 0, 0, 0, 0 });
	send_udp();
	ck_assert_uint_eq(event(1)->flags, ZT_EF_IP_DF | ZT_EF_PAIRED);
	ck_assert_uint_eq(event(1)->rcode, ZT_RCODE_FORMERR);
	ck_assert_uint_eq(zt_counted(&b.stats.messages_ok), 2);
}
END_TEST

START_TEST(d29_junk_is_not_dns_and_the_next_query_counts)
{
	static const struct {
		const char *what;
		const char *bytes;
		size_t n;
	} junk[] = {
		{ "zeros", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20 },
		{ "ones",
		    "\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377",
		    16 },
		{ "HTTP", "GET /index.html HTTP/1.1\r\nHost: example.com\r\n\r\n", 47 },
		{ "TLS", "\26\3\1\2\0\1\0\1\374\3\3\21\42\63\104\125\146\167\210\231",
		    20 },
		{ "SNMP", "0)\2\1\0\4\6public\240\34\2\4\30\66\21\73\2\1\0\2\1\0", 26 },
	};

	for (unsigned i = 0; i < sizeof(junk) / sizeof(junk[0]); i++) {
		b.w.len = 0;
		wire_bytes(&b.w, junk[i].bytes, junk[i].n);
		send_udp();
		ck_assert_msg(
		    outcome(ZT_R_NOT_DNS) == i + 1, "%s is not DNS", junk[i].what);
		query("example.com", ZT_RR_A);
		b.path.src_port++;
		send_udp();
		ck_assert_uint_eq(b.n_events, i + 1);
		ck_assert_uint_eq(event(i)->flags, ZT_EF_IP_DF);
	}
}
END_TEST

START_TEST(d30_other_opcodes_are_no_errors)
{
	/* UPDATE: zone example.com SOA, one deletion (class ANY, no data, RFC 2136
	 * 2.5.2); NOTIFY; DSO keep-alive without any section (RFC 8490 7.1). */
	wire_start(&b.w, 9, 5 << 11, (struct wire_counts){ 1, 0, 1, 0 });
	wire_question(&b.w, "example.com", ZT_RR_SOA);
	wire_end_rr(&b.w, wire_rr(&b.w, "x.example.com", ZT_RR_A));
	send_udp();
	wire_start(&b.w, 10, 4 << 11 | ZT_DNS_AA, (struct wire_counts){ 1, 1, 0, 0 });
	wire_question(&b.w, "example.com", ZT_RR_SOA);
	wire_soa(&b.w, "example.com", 7);
	send_udp();
	wire_start(&b.w, 11, 6 << 11, (struct wire_counts){ 0, 0, 0, 0 });
	wire_bytes(&b.w, "\0\1\0\10\0\0\72\230\0\0\72\230", 12);
	send_udp();
	ck_assert_uint_eq(zt_counted(&b.stats.messages_ok), 3);
	ck_assert_uint_eq(zt_counted(&b.stats.opcodes[4]), 1);
	ck_assert_uint_eq(zt_counted(&b.stats.opcodes[5]), 1);
	ck_assert_uint_eq(zt_counted(&b.stats.opcodes[6]), 1);
	ck_assert_uint_eq(outcome(ZT_R_BAD_RDATA), 0);
	ck_assert_uint_eq(b.n_events, 2);
}
END_TEST

START_TEST(l02_message_cut_by_the_snap_length_is_partial)
{
	turn();
	response("example.com", ZT_RR_A, 0, (struct wire_counts){ 1, 2, 0, 0 });
	wire_a(&b.w, NULL, 1);
	wire_a(&b.w, NULL, 2);
	size_t whole = b.w.len;
	send_cut(3);
	ck_assert_uint_eq(event(0)->flags & ZT_EF_PARTIAL, ZT_EF_PARTIAL);
	ck_assert_uint_eq(event(0)->n_answers, 1);
	ck_assert_uint_eq(event(0)->msg_len, whole);
	/* Not the sender's doing. */
	ck_assert_uint_eq(outcome(ZT_R_BAD_RDATA), 0);
	ck_assert_uint_eq(outcome(ZT_R_BAD_SECTION), 0);
	ck_assert_uint_eq(zt_counted(&b.stats.messages_ok), 1);
}
END_TEST

/** Send b.w as a message of a stream. */
static void
send_tcp(const struct zt_tcp_message *like)
{
	struct zt_tcp_message message = *like;

	b.path.transport = ZT_PROTO_TCP;
	message.path = &b.path;
	message.data = b.w.bytes;
	message.len = (uint32_t)b.w.len;
	message.ts_ns = b.ts_ns;
	message.stream_id = 1;
	if (message.announced_len == 0)
		message.announced_len = message.len;
	zt_messages_tcp(b.messages, &message);
}

START_TEST(tcp_message_counts_as_tcp)
{
	query("example.com", ZT_RR_A);
	send_tcp(&(struct zt_tcp_message){ .gap_bytes = 55 });
	ck_assert_uint_eq(zt_counted(&b.stats.queries[ZT_STATS_TCP]), 1);
	ck_assert_uint_eq(event(0)->transport, 6);
	ck_assert_uint_eq(event(0)->gap_bytes, 55);
}
END_TEST

START_TEST(t05_second_version_is_judged_but_not_counted)
{
	query("example.com", ZT_RR_AXFR);
	send_tcp(&(struct zt_tcp_message){ .alternate = true });
	ck_assert_uint_eq(event(0)->flags & ZT_EF_ALTERNATE, ZT_EF_ALTERNATE);
	ck_assert_uint_eq(outcome(ZT_R_ALTERNATE), 1);
	ck_assert_uint_eq(zt_counted(&b.stats.messages), 0);
	ck_assert_uint_eq(zt_counted(&b.stats.queries[ZT_STATS_TCP]), 0);
	ck_assert_uint_eq(zt_counted(&b.stats.types[ZT_RR_AXFR]), 0);
}
END_TEST

START_TEST(unfinished_message_is_judged_but_not_counted)
{
	query("example.com", ZT_RR_A);
	send_tcp(&(struct zt_tcp_message){ .partial = true, .announced_len = 500 });
	ck_assert_uint_eq(event(0)->flags & ZT_EF_PARTIAL, ZT_EF_PARTIAL);
	ck_assert_uint_eq(event(0)->msg_len, 500);
	ck_assert_uint_eq(outcome(ZT_R_MESSAGE_UNFINISHED), 1);
	ck_assert_uint_eq(zt_counted(&b.stats.messages), 0);
}
END_TEST

START_TEST(length_prefix_below_twelve_is_bad_tcp_len)
{
	b.w.len = 0;
	send_tcp(&(struct zt_tcp_message){ .announced_len = 11 });
	ck_assert_uint_eq(outcome(ZT_R_BAD_TCP_LEN), 1);
	ck_assert_uint_eq(b.n_events, 0);
}
END_TEST

START_TEST(transfer_makes_one_response_event_for_its_first_message)
{
	query("example.com", ZT_RR_AXFR);
	send_tcp(&(struct zt_tcp_message){ .gap_bytes = 0 });
	turn();
	response(
	    "example.com", ZT_RR_AXFR, ZT_DNS_AA, (struct wire_counts){ 1, 2, 0, 0 });
	wire_soa(&b.w, "example.com", 7);
	wire_a(&b.w, NULL, 1);
	send_tcp(&(struct zt_tcp_message){ .gap_bytes = 0 });
	/* RFC 5936 2.2.1: no question after the first message. */
	wire_start(&b.w, 9, ZT_DNS_QR | ZT_DNS_AA, (struct wire_counts){ 0, 2, 0, 0 });
	wire_a(&b.w, "b.example.com", 2);
	wire_soa(&b.w, "example.com", 7);
	send_tcp(&(struct zt_tcp_message){ .gap_bytes = 0 });
	unsigned n_responses = 0, n_transfers = 0, last_verdict = 0;
	for (unsigned i = 0; i < b.n_events; i++) {
		n_responses += event(i)->kind == ZT_EVENT_RESPONSE;
		if (event(i)->kind != ZT_EVENT_TRANSFER)
			continue;
		n_transfers++;
		last_verdict = zt_event_transfer(event(i))->verdict;
	}
	ck_assert_uint_eq(n_responses, 1);
	ck_assert_uint_ge(n_transfers, 2);
	ck_assert_uint_eq(last_verdict, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(zt_counted(&b.stats.responses[ZT_STATS_TCP]), 2);
	ck_assert_uint_eq(zt_counted(&b.stats.rcodes[0]), 2);
	ck_assert_uint_eq(outcome(ZT_R_UNSOLICITED), 0);
}
END_TEST

START_TEST(flush_ends_open_transfers)
{
	query("example.com", ZT_RR_AXFR);
	send_tcp(&(struct zt_tcp_message){ .gap_bytes = 0 });
	unsigned before = b.n_events;
	zt_messages_expire(b.messages, b.ts_ns);
	ck_assert_uint_eq(b.n_events, before);
	zt_messages_tcp_gap(b.messages, 1, &b.path, 10, b.ts_ns);
	zt_messages_tcp_end(b.messages, 1, ZT_TCP_END_RST, b.ts_ns);
	zt_messages_flush(b.messages, b.ts_ns);
	ck_assert_uint_gt(b.n_events, before);
	const struct zt_event *ev = event(b.n_events - 1);
	ck_assert_uint_eq(zt_event_transfer(ev)->verdict, ZT_VERDICT_RESET);
}
END_TEST

static Suite *
message_suite(void)
{
	Suite *suite = suite_create("message");
	TCase *datagrams = tcase_create("datagrams");
	TCase *streams = tcase_create("streams");

	tcase_add_checked_fixture(datagrams, setup, teardown);
	tcase_add_test(datagrams, d01_short_messages_are_counted_and_silent);
	tcase_add_test(
	    datagrams, unreadable_question_counts_as_message_and_makes_no_event);
	tcase_add_test(datagrams, d11_each_of_four_questions_makes_an_event);
	tcase_add_test(datagrams, d11_no_question_is_counted);
	tcase_add_test(datagrams, d12_promises_without_data_are_noted);
	tcase_add_test(datagrams, d14_trailing_bytes_are_noted);
	tcase_add_test(datagrams, d16_bad_rdata_is_noted_once_and_the_next_record_read);
	tcase_add_test(datagrams, d21_many_opt_records_are_noted_and_the_first_counts);
	tcase_add_test(datagrams, d23_bad_edns_is_noted_and_the_question_counts);
	tcase_add_test(
	    datagrams, d24_transfer_question_of_any_class_and_opcode_is_an_event);
	tcase_add_test(datagrams, d24_transfer_question_with_any_opcode_is_an_event);
	tcase_add_test(datagrams, d24_transfer_behind_another_question_is_asked_for);
	tcase_add_test(datagrams, d25_signed_question_is_marked);
	tcase_add_test(datagrams, d26_any_type_counts);
	tcase_add_test(datagrams, d27_response_that_nobody_asked_for_is_unsolicited);
	tcase_add_test(datagrams, d28_response_without_question_pairs_by_ends_and_id);
	tcase_add_test(datagrams, d29_junk_is_not_dns_and_the_next_query_counts);
	tcase_add_test(datagrams, d30_other_opcodes_are_no_errors);
	tcase_add_test(datagrams, l02_message_cut_by_the_snap_length_is_partial);
	suite_add_tcase(suite, datagrams);
	tcase_add_checked_fixture(streams, setup, teardown);
	tcase_add_test(streams, tcp_message_counts_as_tcp);
	tcase_add_test(streams, t05_second_version_is_judged_but_not_counted);
	tcase_add_test(streams, unfinished_message_is_judged_but_not_counted);
	tcase_add_test(streams, length_prefix_below_twelve_is_bad_tcp_len);
	tcase_add_test(
	    streams, transfer_makes_one_response_event_for_its_first_message);
	tcase_add_test(streams, flush_ends_open_transfers);
	suite_add_tcase(suite, streams);
	return suite;
}

int
main(void)
{
	return zt_suite_run(message_suite());
}
