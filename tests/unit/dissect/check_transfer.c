#include "suite.h"
#include "transfer_driver.h"

#include <stdlib.h>

/* Requests. */

START_TEST(request_axfr_says_attempted_at_once)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 0xdead, "EXAMPLE.com", ZT_RR_AXFR, 0);
	ck_assert_uint_eq(d.n_seen, 1);
	const struct zt_event *ev = &d.seen[0].event;
	ck_assert_mem_eq(ev->client, "\xc6\x33\x64\x42\0\0\0", 7);
	ck_assert_mem_eq(ev->server, "\xc0\x00\x02\x35\0\0\0", 7);
	ck_assert_uint_eq(ev->client_port, 40001);
	ck_assert_uint_eq(ev->server_port, 53);
	ck_assert_uint_eq(ev->family, 4);
	ck_assert_uint_eq(ev->transport, ZT_PROTO_TCP);
	ck_assert_uint_eq(ev->worker, 3);
	ck_assert_uint_eq(ev->dns_id, 0xdead);
	ck_assert_uint_eq(ev->qtype, ZT_RR_AXFR);
	ck_assert_uint_eq(ev->qclass, ZT_CLASS_IN);
	ck_assert_uint_eq(ev->name_len, 13);
	ck_assert_uint_eq(ev->n_labels, 2);
	ck_assert_mem_eq(d.seen[0].name, "\7example\3com", 13);
	ck_assert_uint_eq(ev->name_hash, zt_hash(&driver_key, "\7example\3com", 13));
	ck_assert_uint_eq(ev->ts_ns, d.now);
	const struct zt_transfer *t = driver_last(&d);
	ck_assert_uint_eq(t->verdict, ZT_VERDICT_ATTEMPTED);
	ck_assert_uint_eq(t->kind, ZT_TRANSFER_AXFR);
	ck_assert_uint_eq(t->flags, 0);
	ck_assert_uint_eq(t->started_ns, d.now);
	ck_assert_uint_eq(zt_counted(&d.stats.transfers), 1);
	ck_assert_uint_eq(zt_counted(&d.stats.events), 1);
	driver_close(&d);
}
END_TEST

START_TEST(request_of_another_type_says_nothing)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 1, "example.com", ZT_RR_SOA, 0);
	driver_ask(&d, 1, "example.com", ZT_RR_ANY, 0);
	ck_assert_uint_eq(d.n_seen, 0);
	driver_close(&d);
}
END_TEST

START_TEST(request_retried_while_open_is_the_same_transfer)
{
	struct driver d;

	driver_open(&d, 0, 0);
	driver_ask(&d, 5, "example.com", ZT_RR_AXFR, 0);
	driver_ask(&d, 5, "example.com", ZT_RR_AXFR, 0);
	ck_assert_uint_eq(d.n_seen, 1);
	/* Another zone, another id, another type: each a transfer of its own. */
	driver_ask(&d, 5, "example.net", ZT_RR_AXFR, 0);
	driver_ask(&d, 6, "example.com", ZT_RR_AXFR, 0);
	driver_ask(&d, 5, "example.com", ZT_RR_IXFR, 3);
	ck_assert_uint_eq(d.n_seen, 4);
	/* Once answered, the same request is a new one. */
	driver_refuse(&d, 6, ZT_RR_AXFR, ZT_RCODE_FORMERR);
	driver_ask(&d, 6, "example.com", ZT_RR_AXFR, 0);
	ck_assert_uint_eq(d.n_seen, 6);
	ck_assert_uint_eq(d.seen[4].transfer.id, 3);
	ck_assert_uint_eq(d.seen[4].transfer.verdict, ZT_VERDICT_FORMERR);
	ck_assert_uint_eq(d.seen[5].transfer.id, 5);
	driver_close(&d);
}
END_TEST

START_TEST(request_ixfr_keeps_the_clients_serial)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 1, "example.com", ZT_RR_IXFR, 2025112029);
	ck_assert_uint_eq(driver_last(&d)->kind, ZT_TRANSFER_IXFR);
	ck_assert_uint_eq(driver_last(&d)->flags, ZT_TF_HAVE_FROM);
	ck_assert_uint_eq(driver_last(&d)->serial_from, 2025112029);
	driver_close(&d);
}
END_TEST

/** TSIG of key xfr-key.example., hmac-sha256, the error given. */
static void
add_tsig(struct wire *w, unsigned error)
{
	wire_name(w, "xfr-key.example");
	wire_u16(w, ZT_RR_TSIG);
	wire_u16(w, ZT_RR_ANY);
	wire_u32(w, 0);
	wire_u16(w, 0);
	size_t rr = w->len;
	wire_name(w, "hmac-sha256");
	wire_u16(w, 0);
	wire_u32(w, 0x67000000); /* time signed */
	wire_u16(w, 300);	 /* fudge */
	wire_u16(w, 32);
	wire_fill(w, 0xaa, 32); /* MAC */
	wire_u16(w, 1);		/* original id */
	wire_u16(w, error);
	wire_u16(w, 0); /* other data */
	wire_end_rr(w, rr);
}

static void
ask_signed(struct driver *d)
{
	struct wire w;

	wire_start(&w, 1, 0, (struct wire_counts){ 1, 0, 0, 2 });
	wire_question(&w, "example.com", ZT_RR_AXFR);
	(void)wire_opt(&w, 1232, 0x00008000);
	add_tsig(&w, 0);
	driver_feed(d, &w);
}

/** Records as for driver_script(), one message, signed or not. */
static void
answer_signed(struct driver *d, unsigned rcode, const char *records, int error)
{
	struct wire w;

	driver_script(&w, 1, ZT_RR_AXFR, records);
	w.bytes[3] = (uint8_t)rcode;
	if (error >= 0) {
		w.bytes[11] = 1;
		add_tsig(&w, (unsigned)error);
	}
	driver_feed(d, &w);
}

START_TEST(tsig_of_request_gives_key_and_algorithm)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	ask_signed(&d);
	const struct zt_transfer *t = driver_last(&d);
	ck_assert_uint_eq(t->flags, ZT_TF_TSIG);
	ck_assert_uint_eq(t->tsig.key_len, 17);
	ck_assert_mem_eq(t->tsig.key, "\7xfr-key\7example", 17);
	ck_assert_uint_eq(t->tsig.algorithm_len, 13);
	ck_assert_mem_eq(t->tsig.algorithm, "\13hmac-sha256", 13);
	ck_assert_uint_eq(t->tsig.error, 0);
	ck_assert_uint_eq(d.seen[0].event.flags, ZT_EF_TSIG | ZT_EF_EDNS);
	ck_assert_uint_eq(d.seen[0].event.edns_size, 1232);
	ck_assert_uint_eq(d.seen[0].event.edns_flags, 0x8000);
	driver_close(&d);
}
END_TEST

START_TEST(tsig_of_answer_gives_its_error_and_an_unsigned_tail)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	ask_signed(&d);
	answer_signed(&d, ZT_RCODE_NOTAUTH, "", 17); /* BADKEY */
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_NOTAUTH);
	ck_assert_uint_eq(driver_last(&d)->tsig.response_error, 17);
	ck_assert_uint_eq(driver_last(&d)->flags, ZT_TF_TSIG | ZT_TF_ENDED);
	ask_signed(&d);
	answer_signed(&d, 0, "7a7", 0);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(
	    driver_last(&d)->flags, ZT_TF_TSIG | ZT_TF_HAVE_TO | ZT_TF_ENDED);
	ask_signed(&d);
	answer_signed(&d, 0, "7a", 0);
	answer_signed(&d, 0, "b7", -1);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(driver_last(&d)->flags,
	    ZT_TF_TSIG | ZT_TF_HAVE_TO | ZT_TF_UNSIGNED_TAIL | ZT_TF_ENDED);
	driver_close(&d);
}
END_TEST

START_TEST(sig0_of_request_is_noticed)
{
	struct driver d;
	struct wire w;

	driver_open(&d, TCP_STREAM, 0);
	wire_start(&w, 1, 0, (struct wire_counts){ 1, 0, 0, 1 });
	wire_question(&w, "example.com", ZT_RR_AXFR);
	size_t rr = wire_rr(&w, "", ZT_RR_SIG);
	wire_fill(&w, 0, 18); /* type covered 0, RFC 2931 */
	wire_end_rr(&w, rr);
	driver_feed(&d, &w);
	ck_assert_uint_eq(driver_last(&d)->flags, ZT_TF_SIG0);
	ck_assert_uint_eq(d.seen[0].event.flags, ZT_EF_SIG0);
	driver_close(&d);
}
END_TEST

/* The forms of an answer. */

struct form {
	const char *name;
	const char *clause;
	const char *messages[6]; /**< As for driver_script(). */
	uint32_t serial;	 /**< Of the client. */
	uint8_t type;
	bool is_udp;
	uint8_t verdict;
	uint32_t flags; /**< Beside ENDED. */
	uint32_t deltas;
	uint32_t serial_to;
	uint8_t records;
	uint8_t messages_counted;
};

#define FT (ZT_TF_HAVE_FROM | ZT_TF_HAVE_TO)

/* clang-format off */
static const struct form forms[] = {
	/* The zone of RFC 1995 section 7 has the serials 1, 2, 3. */
	{ "full", "RFC 1995 7", { "3abcd3" }, 1, 251, false, ZT_VERDICT_FULL, FT, 0, 3, 6, 1 },
	{ "incremental", "RFC 1995 7", { "31a2bc2b3d3" }, 1, 251, false,
	  ZT_VERDICT_DELTA, FT, 2, 3, 11, 1 },
	{ "condensed", "RFC 1995 7", { "31a3cd3" }, 1, 251, false, ZT_VERDICT_DELTA, FT, 1, 3, 7, 1 },
	{ "udp overflow", "RFC 1995 7", { "3" }, 1, 251, true,
	  ZT_VERDICT_UP_TO_DATE, FT | ZT_TF_NEWER_SOA, 0, 3, 1, 1 },
	{ "udp delta", "RFC 1995 2", { "31a2bc2b3d3" }, 1, 251, true, ZT_VERDICT_DELTA, FT, 2, 3, 11, 1 },
	{ "udp up to date", "RFC 1995 2", { "3" }, 3, 251, true, ZT_VERDICT_UP_TO_DATE, FT, 0, 3, 1, 1 },
	{ "udp without end", "NSD 4.6", { "3abcdefgh" }, 1, 251, true, ZT_VERDICT_PARTIAL, FT, 0, 3, 9, 1 },
	{ "client is ahead", "RFC 1982 3.2", { "3" }, 5, 251, false, ZT_VERDICT_UP_TO_DATE, FT, 0, 3, 1, 1 },
	{ "serials wrapped", "RFC 1982 3.2", { "3" }, 0xfffffff0, 251, true,
	  ZT_VERDICT_UP_TO_DATE, FT | ZT_TF_NEWER_SOA, 0, 3, 1, 1 },
	{ "one record each, delta", "RFC 1995 4", { "3", "1", "a", "3", "b", "3" }, 1, 251, false,
	  ZT_VERDICT_DELTA, FT, 1, 3, 6, 6 },
	{ "one record each, full", "RFC 1995 4", { "3", "a", "b", "3" }, 1, 251, false,
	  ZT_VERDICT_FULL, FT, 0, 3, 4, 4 },
	{ "zone of one record", "RFC 1995 4", { "33" }, 1, 251, false, ZT_VERDICT_FULL, FT, 0, 3, 2, 1 },
	{ "axfr", "RFC 5936 2.2", { "3ab3" }, 0, 252, false, ZT_VERDICT_COMPLETE, ZT_TF_HAVE_TO, 0, 3, 4, 1 },
	{ "axfr of a SOA alone", "RFC 5936 2.2", { "33" }, 0, 252, false,
	  ZT_VERDICT_COMPLETE, ZT_TF_HAVE_TO, 0, 3, 2, 1 },
	{ "one record each", "RFC 5936 2.2", { "3", "a", "b", "3" }, 0, 252, false,
	  ZT_VERDICT_COMPLETE, ZT_TF_HAVE_TO, 0, 3, 4, 4 },
	{ "single SOA", "RFC 5936 2.2", { "3" }, 0, 252, false, ZT_VERDICT_PARTIAL, ZT_TF_HAVE_TO, 0, 3, 1, 1 },
	{ "behind the end", "RFC 5936 2.2", { "3ab3cd", "e" }, 0, 252, false,
	  ZT_VERDICT_COMPLETE, ZT_TF_HAVE_TO, 0, 3, 4, 1 },
	{ "other serial at the end", "RFC 5936 2.2", { "3ab", "c4" }, 0, 252, false,
	  ZT_VERDICT_COMPLETE, ZT_TF_HAVE_TO | ZT_TF_SERIAL_CHANGED, 0, 4, 5, 2 },
	{ "begun again", "RFC 5936 2.2", { "3ab4ab", "c4" }, 0, 252, false,
	  ZT_VERDICT_COMPLETE, ZT_TF_HAVE_TO | ZT_TF_SERIAL_CHANGED, 0, 4, 8, 2 },
	{ "no SOA first", "RFC 5936 2.2", { "ab", "c3" }, 0, 252, false,
	  ZT_VERDICT_COMPLETE, ZT_TF_HAVE_TO | ZT_TF_AT_LEAST, 0, 3, 4, 2 },
	{ "axfr over udp", "RFC 5936 4.2", { "3ab3" }, 0, 252, true, ZT_VERDICT_COMPLETE, ZT_TF_HAVE_TO, 0, 3, 4, 1 },
	{ "axfr over udp in two", "RFC 5936 4.2", { "3ab", "c3" }, 0, 252, true,
	  ZT_VERDICT_COMPLETE, ZT_TF_HAVE_TO, 0, 3, 5, 2 },
};
/* clang-format on */

START_TEST(answer_in_each_form_gives_verdict_and_counts)
{
	const struct form *form = &forms[_i];
	struct driver d;

	driver_open(&d, form->is_udp ? 0 : TCP_STREAM, 0);
	driver_ask(&d, 1, "example.com", form->type, form->serial);
	for (unsigned i = 0; i < 6 && form->messages[i]; i++)
		ck_assert(driver_answer(&d, 1, i ? 0 : form->type, form->messages[i]));
	if (form->is_udp)
		zt_transfers_expire(d.transfers, d.now + 11 * SECOND);
	else
		driver_end(&d, ZT_TCP_END_FIN);
	const struct zt_transfer *t = driver_last(&d);
	ck_assert_msg(
	    t->verdict == form->verdict && t->flags == (form->flags | ZT_TF_ENDED),
	    "%s (%s): verdict %u flags %#x", form->name, form->clause, t->verdict,
	    t->flags);
	ck_assert_uint_eq(t->deltas, form->deltas);
	ck_assert_uint_eq(t->serial_to, form->serial_to);
	ck_assert_uint_eq(t->records, form->records);
	ck_assert_uint_eq(t->messages, form->messages_counted);
	driver_close(&d);
}
END_TEST

START_TEST(answer_in_one_message_makes_two_events)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 1, "example.com", ZT_RR_AXFR, 0);
	driver_answer(&d, 1, ZT_RR_AXFR, "3ab3");
	ck_assert_uint_eq(d.n_seen, 2);
	ck_assert_uint_eq(d.seen[1].transfer.verdict, ZT_VERDICT_COMPLETE);
	ck_assert(d.seen[1].transfer.flags & ZT_TF_ENDED);
	driver_end(&d, ZT_TCP_END_FIN);
	ck_assert_uint_eq(d.n_seen, 2);
	driver_close(&d);
}
END_TEST

START_TEST(answer_growth_is_told_at_each_power_of_ten)
{
	static const uint64_t want[] = { 0, 1, 10, 100, 1000, 1002 };
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 1, "example.com", ZT_RR_AXFR, 0);
	driver_answer(&d, 1, ZT_RR_AXFR, "3");
	for (int i = 0; i < 1000; i++)
		driver_answer(&d, 1, 0, "a");
	driver_answer(&d, 1, 0, "3");
	ck_assert_uint_eq(d.n_seen, sizeof(want) / sizeof(want[0]));
	for (size_t i = 0; i < d.n_seen; i++)
		ck_assert_uint_eq(d.seen[i].transfer.records, want[i]);
	ck_assert_uint_eq(driver_last(&d)->names, 2);
	driver_close(&d);
}
END_TEST

START_TEST(answer_of_64_kib_is_counted_whole)
{
	struct driver d;
	struct wire w;
	unsigned n = 2;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 1, "example.com", ZT_RR_AXFR, 0);
	wire_start(&w, 1, ZT_DNS_QR, (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&w, "example.com", ZT_RR_AXFR);
	wire_soa(&w, NULL, 3);
	/* 2 label, pointer, 10 fixed, 4 address; 74 stay for the SOA. */
	for (; w.len + 18 + 80 < 65535; n++) {
		wire_u8(&w, 1);
		wire_u8(&w, 'a' + n % 26);
		wire_a(&w, NULL, 0x0a000001);
	}
	wire_soa(&w, NULL, 3);
	w.bytes[6] = (uint8_t)(n >> 8);
	w.bytes[7] = (uint8_t)n;
	ck_assert_uint_gt(w.len, 65400);
	driver_feed(&d, &w);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(driver_last(&d)->records, n);
	ck_assert_uint_eq(driver_last(&d)->private_addresses, n - 2);
	ck_assert_uint_eq(driver_last(&d)->names, 27);
	ck_assert_uint_eq(driver_last(&d)->bytes, w.len);
	driver_close(&d);
}
END_TEST

START_TEST(answer_with_badvers_is_rejected)
{
	struct driver d;
	struct wire w;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 1, "example.com", ZT_RR_AXFR, 0);
	wire_start(&w, 1, ZT_DNS_QR, (struct wire_counts){ 1, 0, 0, 1 });
	wire_question(&w, "example.com", ZT_RR_AXFR);
	(void)wire_opt(&w, 1232, 0x01000000); /* BADVERS 16, RFC 6891 section 9 */
	driver_feed(&d, &w);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_REJECTED);
	ck_assert_uint_eq(driver_last(&d)->rcode, 16);
	driver_close(&d);
}
END_TEST

START_TEST(answer_breaking_off_with_an_error_is_partial)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 1, "example.com", ZT_RR_AXFR, 0);
	driver_answer(&d, 1, ZT_RR_AXFR, "3ab");
	driver_refuse(&d, 1, ZT_RR_AXFR, ZT_RCODE_SERVFAIL);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_PARTIAL);
	ck_assert_uint_eq(driver_last(&d)->rcode, ZT_RCODE_SERVFAIL);
	ck_assert(driver_last(&d)->flags & ZT_TF_ENDED);
	driver_close(&d);
}
END_TEST

START_TEST(answer_empty_then_records_is_complete)
{
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 1, "example.com", ZT_RR_AXFR, 0);
	driver_refuse(&d, 1, ZT_RR_AXFR, ZT_RCODE_NOERROR);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_EMPTY);
	ck_assert_uint_eq(driver_last(&d)->flags, 0);
	driver_answer(&d, 1, 0, "3ab3");
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_COMPLETE);
	driver_close(&d);
}
END_TEST

START_TEST(answer_cut_by_the_capture_is_at_least)
{
	struct driver d;
	struct wire w;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 1, "example.com", ZT_RR_AXFR, 0);
	driver_script(&w, 1, ZT_RR_AXFR, "3abc3");
	w.len -= 90; /* The closing SOA and a part of the record before it. */
	d.partial = true;
	driver_feed(&d, &w);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_STARTED);
	ck_assert_uint_eq(driver_last(&d)->records, 3);
	ck_assert_uint_eq(driver_last(&d)->flags, ZT_TF_HAVE_TO | ZT_TF_AT_LEAST);
	driver_close(&d);
}
END_TEST

START_TEST(answer_broken_off_in_a_later_message_counts_whole_ones)
{
	struct driver d;
	struct wire w;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 1, "example.com", ZT_RR_AXFR, 0);
	driver_answer(&d, 1, ZT_RR_AXFR, "3abc");
	driver_script(&w, 1, 0, "defgh3");
	w.len -= 90;
	d.partial = true;
	ck_assert(driver_feed(&d, &w));
	driver_end(&d, ZT_TCP_END_RST);
	ck_assert_uint_eq(driver_last(&d)->verdict, ZT_VERDICT_PARTIAL);
	ck_assert_uint_eq(driver_last(&d)->records, 4);
	ck_assert_uint_eq(driver_last(&d)->messages, 1);
	ck_assert_uint_eq(
	    driver_last(&d)->flags, ZT_TF_HAVE_TO | ZT_TF_AT_LEAST | ZT_TF_ENDED);
	driver_close(&d);
	/* Where the tap lost bytes, the client may have got them. */
	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 1, "example.com", ZT_RR_AXFR, 0);
	driver_answer(&d, 1, ZT_RR_AXFR, "3abc");
	d.partial = true;
	d.gap_bytes = 90;
	ck_assert(driver_feed(&d, &w));
	ck_assert_uint_eq(driver_last(&d)->records, 4);
	driver_end(&d, ZT_TCP_END_RST);
	ck_assert_uint_eq(driver_last(&d)->records, 8);
	ck_assert_uint_eq(driver_last(&d)->messages, 2);
	driver_close(&d);
}
END_TEST

static Suite *
transfer_suite(void)
{
	Suite *suite = suite_create("transfer");
	TCase *request = tcase_create("request");
	TCase *tsig = tcase_create("tsig");
	TCase *answer = tcase_create("answer");

	tcase_add_test(request, request_axfr_says_attempted_at_once);
	tcase_add_test(request, request_of_another_type_says_nothing);
	tcase_add_test(request, request_retried_while_open_is_the_same_transfer);
	tcase_add_test(request, request_ixfr_keeps_the_clients_serial);
	suite_add_tcase(suite, request);
	tcase_add_test(tsig, tsig_of_request_gives_key_and_algorithm);
	tcase_add_test(tsig, tsig_of_answer_gives_its_error_and_an_unsigned_tail);
	tcase_add_test(tsig, sig0_of_request_is_noticed);
	suite_add_tcase(suite, tsig);
	tcase_add_loop_test(answer, answer_in_each_form_gives_verdict_and_counts, 0,
	    (int)(sizeof(forms) / sizeof(forms[0])));
	tcase_add_test(answer, answer_in_one_message_makes_two_events);
	tcase_add_test(answer, answer_growth_is_told_at_each_power_of_ten);
	tcase_add_test(answer, answer_of_64_kib_is_counted_whole);
	tcase_add_test(answer, answer_with_badvers_is_rejected);
	tcase_add_test(answer, answer_breaking_off_with_an_error_is_partial);
	tcase_add_test(answer, answer_empty_then_records_is_complete);
	tcase_add_test(answer, answer_cut_by_the_capture_is_at_least);
	tcase_add_test(answer, answer_broken_off_in_a_later_message_counts_whole_ones);
	suite_add_tcase(suite, answer);
	return suite;
}

int
main(void)
{
	return zt_suite_run(transfer_suite());
}
