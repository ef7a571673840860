#include "dissect/walk.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

static const struct zt_hash_key key = { 1, 2 };

/** A walk over an exact copy of the message, so that sanitizers see over-reads. */
struct course {
	uint8_t *exact;
	struct zt_screen screen;
	struct zt_walk walk;
};

static void
course_start(struct course *c, const struct wire *w)
{
	c->exact = malloc(w->len);
	ck_assert_ptr_nonnull(c->exact);
	memcpy(c->exact, w->bytes, w->len);
	ck_assert_int_eq(zt_screen(&key, c->exact, w->len, &c->screen), ZT_ACCEPT);
	zt_walk_init(&c->walk, c->exact, w->len, &c->screen);
}

/** Walk to the end; @return records seen. */
static unsigned
course_run(struct course *c)
{
	struct zt_rr rr;
	unsigned n = 0;

	while (zt_walk_next(&c->walk, &rr))
		n++;
	return n;
}

static void
course_end(struct course *c)
{
	free(c->exact);
}

/** Header for a response to one question example.com A. */
static void
start(struct wire *w, uint16_t an, uint16_t ns, uint16_t ar)
{
	wire_start(w, 1, 0x8400, (struct wire_counts){ 1, an, ns, ar });
	wire_question(w, "example.com", 1);
}

/** The n-th record (from 0) of a message. */
static struct zt_rr
nth(struct course *c, unsigned n)
{
	struct zt_rr rr = { 0 };

	for (unsigned i = 0; i <= n; i++)
		ck_assert(zt_walk_next(&c->walk, &rr));
	return rr;
}

START_TEST(walk_gives_records_of_all_sections)
{
	struct wire w;
	struct course c;
	struct zt_rr rr;

	start(&w, 1, 1, 1);
	size_t owner = w.len;
	wire_a(&w, NULL, 0xc0000201);
	wire_soa(&w, "example.com", 7);
	wire_opt(&w, 1232, 0x8000);
	course_start(&c, &w);
	ck_assert(zt_walk_next(&c.walk, &rr));
	ck_assert_uint_eq(rr.owner, owner);
	ck_assert_uint_eq(rr.type, ZT_RR_A);
	ck_assert_uint_eq(rr.klass, 1);
	ck_assert_uint_eq(rr.ttl, 300);
	ck_assert_uint_eq(rr.rdata, owner + 12);
	ck_assert_uint_eq(rr.rdlen, 4);
	ck_assert_uint_eq(rr.section, ZT_SECTION_ANSWER);
	ck_assert(zt_walk_next(&c.walk, &rr));
	ck_assert_uint_eq(rr.type, ZT_RR_SOA);
	ck_assert_uint_eq(rr.section, ZT_SECTION_AUTHORITY);
	ck_assert(zt_walk_next(&c.walk, &rr));
	ck_assert_uint_eq(rr.type, ZT_RR_OPT);
	ck_assert_uint_eq(rr.section, ZT_SECTION_ADDITIONAL);
	ck_assert(!zt_walk_next(&c.walk, &rr));
	ck_assert(!zt_walk_next(&c.walk, &rr));
	ck_assert_int_eq(c.walk.end, ZT_ACCEPT);
	ck_assert_uint_eq(c.walk.pos, w.len);
	for (int i = 0; i < 3; i++)
		ck_assert_uint_eq(c.walk.counted[i], 1);
	course_end(&c);
}
END_TEST

START_TEST(d12_promised_records_without_data_are_bad_section)
{
	struct wire w;
	struct course c;

	start(&w, 65535, 65535, 65535);
	course_start(&c, &w);
	ck_assert_uint_eq(course_run(&c), 0);
	ck_assert_int_eq(c.walk.end, ZT_R_BAD_SECTION);
	ck_assert_uint_eq(c.walk.counted[0], 0);
	course_end(&c);
}
END_TEST

START_TEST(d12_one_record_less_than_promised_is_bad_section)
{
	struct wire w;
	struct course c;

	start(&w, 3, 0, 0);
	wire_a(&w, NULL, 1);
	wire_a(&w, NULL, 2);
	course_start(&c, &w);
	ck_assert_uint_eq(course_run(&c), 2);
	ck_assert_int_eq(c.walk.end, ZT_R_BAD_SECTION);
	ck_assert_uint_eq(c.walk.counted[0], 2);
	course_end(&c);
}
END_TEST

START_TEST(d14_more_records_than_promised_leave_trailing_bytes)
{
	struct wire w;
	struct course c;

	start(&w, 1, 0, 0);
	wire_a(&w, NULL, 1);
	size_t end = w.len;
	wire_a(&w, NULL, 2);
	course_start(&c, &w);
	ck_assert_uint_eq(course_run(&c), 1);
	ck_assert_int_eq(c.walk.end, ZT_ACCEPT);
	ck_assert_uint_eq(c.walk.pos, end);
	course_end(&c);
}
END_TEST

START_TEST(d15_next_record_is_found_through_rdlength)
{
	/* An A record of 8 bytes, then a good one. */
	struct wire w;
	struct course c;

	start(&w, 2, 0, 0);
	size_t rr_at = wire_rr(&w, NULL, 1);
	wire_fill(&w, 0xff, 8);
	wire_end_rr(&w, rr_at);
	wire_a(&w, NULL, 0xc0000201);
	course_start(&c, &w);
	struct zt_rr rr = nth(&c, 0);
	ck_assert(!zt_walk_rdata_fits(c.exact, w.len, &rr));
	rr = nth(&c, 0);
	ck_assert(zt_walk_rdata_fits(c.exact, w.len, &rr));
	ck_assert_mem_eq(c.exact + rr.rdata, "\xc0\0\2\1", 4);
	ck_assert_uint_eq(course_run(&c), 0);
	ck_assert_int_eq(c.walk.end, ZT_ACCEPT);
	course_end(&c);
}
END_TEST

START_TEST(d16_name_running_out_of_its_data_does_not_fit)
{
	/* NS with RDLENGTH 1 whose name goes on into the next record. */
	struct wire w;
	struct course c;

	start(&w, 2, 0, 0);
	size_t rr_at = wire_rr(&w, NULL, ZT_RR_NS);
	wire_u8(&w, 1);
	wire_end_rr(&w, rr_at);
	wire_a(&w, "a", 5);
	course_start(&c, &w);
	struct zt_rr rr = nth(&c, 0);
	ck_assert(!zt_walk_rdata_fits(c.exact, w.len, &rr));
	rr = nth(&c, 0);
	ck_assert_uint_eq(rr.type, ZT_RR_A);
	ck_assert(zt_walk_rdata_fits(c.exact, w.len, &rr));
	course_end(&c);
}
END_TEST

START_TEST(d17_rdlength_beyond_the_message_is_bad_rdata)
{
	static const unsigned beyond[] = { 5, 6, 255, 65535 };

	for (size_t i = 0; i < 4; i++) {
		struct wire w;
		struct course c;
		start(&w, 1, 0, 0);
		wire_a(&w, NULL, 1);
		w.bytes[w.len - 6] = (uint8_t)(beyond[i] >> 8);
		w.bytes[w.len - 5] = (uint8_t)beyond[i];
		course_start(&c, &w);
		ck_assert_uint_eq(course_run(&c), 0);
		ck_assert_int_eq(c.walk.end, ZT_R_BAD_RDATA);
		course_end(&c);
	}
}
END_TEST

START_TEST(d17_empty_data_fits_only_where_it_may_be_empty)
{
	static const struct {
		unsigned type;
		bool fits;
	} cases[] = {
		{ ZT_RR_A, false },
		{ ZT_RR_AAAA, false },
		{ ZT_RR_NS, false },
		{ ZT_RR_CNAME, false },
		{ ZT_RR_PTR, false },
		{ ZT_RR_MX, false },
		{ ZT_RR_SRV, false },
		{ ZT_RR_SOA, false },
		{ ZT_RR_TXT, false },
		{ ZT_RR_TSIG, false },
		{ ZT_RR_OPT, true }, /* RFC 6891 6.1.2: zero or more options */
		{ 10, true },	     /* NULL: anything, RFC 1035 3.3.10 */
		{ 65280, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wire w;
		struct course c;
		uint32_t serial = 99;
		struct zt_edns edns;
		struct zt_tsig_record tsig;
		start(&w, 0, 0, 1);
		wire_end_rr(&w, wire_rr(&w, "", cases[i].type));
		course_start(&c, &w);
		struct zt_rr rr = nth(&c, 0);
		ck_assert_int_eq(
		    zt_walk_rdata_fits(c.exact, w.len, &rr), cases[i].fits);
		ck_assert(!zt_walk_soa_serial(c.exact, w.len, &rr, &serial));
		ck_assert_uint_eq(serial, 99);
		ck_assert(!zt_walk_tsig(c.exact, w.len, &rr, &tsig));
		zt_walk_edns(c.exact, w.len, &rr, &edns);
		ck_assert(!edns.bad);
		ck_assert_uint_eq(edns.options, 0);
		course_end(&c);
	}
}
END_TEST

START_TEST(walk_cut_at_each_byte_ends_cleanly)
{
	struct wire w;

	start(&w, 1, 1, 1);
	size_t first = w.len;
	wire_a(&w, NULL, 1);
	wire_soa(&w, "example.com", 7);
	size_t opt = wire_opt(&w, 1232, 0);
	wire_u32(&w, 0x00030000); /* NSID, empty */
	wire_end_rr(&w, opt);
	size_t whole = w.len;
	for (w.len = first; w.len < whole; w.len++) {
		struct course c;
		course_start(&c, &w);
		ck_assert_uint_lt(course_run(&c), 3);
		ck_assert(
		    c.walk.end == ZT_R_BAD_SECTION || c.walk.end == ZT_R_BAD_RDATA);
		course_end(&c);
	}
}
END_TEST

START_TEST(walk_without_known_body_gives_nothing)
{
	struct wire w;
	struct course c;

	wire_start(&w, 1, 0, (struct wire_counts){ 2, 1, 0, 0 });
	wire_question(&w, "a.example", 1);
	course_start(&c, &w);
	ck_assert_uint_eq(course_run(&c), 0);
	ck_assert_int_eq(c.walk.end, ZT_R_BAD_SECTION);
	course_end(&c);
}
END_TEST

START_TEST(d18_65500_empty_strings_are_one_record)
{
	static struct wire w;
	struct course c;

	start(&w, 1, 0, 0);
	size_t rr_at = wire_rr(&w, NULL, ZT_RR_TXT);
	wire_fill(&w, 0, 65400);
	wire_end_rr(&w, rr_at);
	course_start(&c, &w);
	ck_assert_uint_eq(course_run(&c), 1);
	ck_assert_int_eq(c.walk.end, ZT_ACCEPT);
	course_end(&c);
}
END_TEST

START_TEST(soa_serial_is_read_through_compression)
{
	struct wire w;
	struct course c;
	uint32_t serial = 0;

	start(&w, 1, 0, 0);
	size_t rr_at = wire_rr(&w, NULL, ZT_RR_SOA);
	wire_bytes(&w, "\2ns", 3);
	wire_pointer(&w, 12);
	wire_pointer(&w, 12);
	wire_u32(&w, 2026010101);
	for (int i = 0; i < 4; i++)
		wire_u32(&w, 60);
	wire_end_rr(&w, rr_at);
	course_start(&c, &w);
	struct zt_rr rr = nth(&c, 0);
	ck_assert(zt_walk_soa_serial(c.exact, w.len, &rr, &serial));
	ck_assert_uint_eq(serial, 2026010101);
	/* One byte less and one more than the five numbers are refused. */
	rr.rdlen--;
	ck_assert(!zt_walk_soa_serial(c.exact, w.len, &rr, &serial));
	rr.rdlen++;
	rr.rdata++;
	ck_assert(!zt_walk_soa_serial(c.exact, w.len, &rr, &serial));
	course_end(&c);
}
END_TEST

/** A query whose additional section is one OPT record with these option bytes. */
static void
query_with_options(struct wire *w, const void *options, size_t n)
{
	wire_start(w, 1, 0, (struct wire_counts){ 1, 0, 0, 1 });
	wire_question(w, "example.com", 1);
	size_t opt = wire_opt(w, 1232, 0x01028000);
	wire_bytes(w, options, n);
	wire_end_rr(w, opt);
}

static struct zt_edns
edns_of(const struct wire *w)
{
	struct course c;
	struct zt_edns edns;

	course_start(&c, w);
	struct zt_rr rr = nth(&c, 0);
	zt_walk_edns(c.exact, w->len, &rr, &edns);
	course_end(&c);
	return edns;
}

START_TEST(edns_fields_and_options)
{
	/* NSID empty; COOKIE 8 bytes; option 65001. */
	struct wire w;

	query_with_options(&w,
	    "\0\3\0\0"
	    "\0\12\0\10abcdefgh"
	    "\xfd\xe9\0\1x",
	    21);
	struct zt_edns edns = edns_of(&w);
	ck_assert(!edns.bad);
	ck_assert_uint_eq(edns.size, 1232);
	ck_assert_uint_eq(edns.extended_rcode, 1);
	ck_assert_uint_eq(edns.version, 2);
	ck_assert_uint_eq(edns.flags, 0x8000);
	ck_assert_uint_eq(edns.options, 1u << 3 | 1u << 10 | 1u << 31);
	ck_assert_uint_eq(edns.ecs_family, 0);
}
END_TEST

START_TEST(edns_option_30_has_its_bit_and_31_has_not)
{
	struct wire w;

	query_with_options(&w, "\0\36\0\0", 4);
	ck_assert_uint_eq(edns_of(&w).options, 1u << 30);
	query_with_options(&w, "\0\37\0\0", 4);
	ck_assert_uint_eq(edns_of(&w).options, 1u << 31);
	query_with_options(&w, "\0\40\0\0", 4);
	ck_assert_uint_eq(edns_of(&w).options, 1u << 31);
}
END_TEST

START_TEST(ecs_prefix_is_read_and_host_bits_cleared)
{
	struct wire w;

	/* ECS, 7 bytes: family 1, /20, scope 0, 198.51.127: three bytes, 20 bits. */
	query_with_options(&w, "\0\10\0\7\0\1\24\0\306\63\177", 11);
	struct zt_edns edns = edns_of(&w);
	ck_assert(!edns.bad);
	ck_assert_uint_eq(edns.ecs_family, 4);
	ck_assert_uint_eq(edns.ecs_bits, 20);
	ck_assert_mem_eq(edns.ecs_addr, "\306\63\160\0", 4);
	/* family 2, /32, 2001:db8:: */
	query_with_options(&w, "\0\10\0\10\0\2\40\0\40\1\15\270", 12);
	edns = edns_of(&w);
	ck_assert(!edns.bad);
	ck_assert_uint_eq(edns.ecs_family, 6);
	ck_assert_mem_eq(edns.ecs_addr, "\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	/* family 1, /0, no address: "do not use mine", RFC 7871 section 7.1.2 */
	query_with_options(&w, "\0\10\0\4\0\1\0\0", 8);
	edns = edns_of(&w);
	ck_assert(!edns.bad);
	ck_assert_uint_eq(edns.ecs_family, 4);
	ck_assert_uint_eq(edns.ecs_bits, 0);
}
END_TEST

START_TEST(ecs_of_impossible_shape_is_bad)
{
	static const struct {
		const char *bytes;
		size_t n;
	} cases[] = {
		{ "\0\10\0\3\0\1\0", 7 },	       /* too short */
		{ "\0\10\0\5\0\1\41\0\1", 9 },	       /* IPv4 /33 */
		{ "\0\10\0\6\0\1\30\0\1\2", 10 },      /* /24 with two bytes */
		{ "\0\10\0\10\0\1\30\0\1\2\3\4", 12 }, /* /24 with four bytes */
		{ "\0\10\0\5\0\3\10\0\1", 9 },	       /* family 3 */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wire w;
		query_with_options(&w, cases[i].bytes, cases[i].n);
		struct zt_edns edns = edns_of(&w);
		ck_assert(edns.bad);
		ck_assert_uint_eq(edns.ecs_family, 0);
		ck_assert_uint_eq(edns.options, 1u << 8);
	}
}
END_TEST

START_TEST(d22_every_option_code_and_length_is_only_stepped_over)
{
	static const unsigned lengths[] = { 0, 1, 3, 24, 40 };

	for (unsigned code = 0; code <= 30; code++)
		for (size_t i = 0; i < 5; i++) {
			struct wire w;
			uint8_t option[44] = { 0, (uint8_t)code, 0,
				(uint8_t)lengths[i] };
			query_with_options(&w, option, 4 + lengths[i]);
			struct zt_edns edns = edns_of(&w);
			ck_assert_uint_eq(edns.options, 1u << code);
			ck_assert_int_eq(edns.bad, code == 8);
		}
}
END_TEST

START_TEST(d23_option_past_rdlength_is_bad_and_ends_there)
{
	struct wire w;

	query_with_options(&w, "\0\3\0\0\0\12\0\11abcdefgh", 16);
	struct zt_edns edns = edns_of(&w);
	ck_assert(edns.bad);
	ck_assert_uint_eq(edns.options, 1u << 3);
	query_with_options(&w, "\0\3\0", 3);
	ck_assert(edns_of(&w).bad);
}
END_TEST

START_TEST(d23_opt_with_owner_or_in_the_answer_is_bad)
{
	struct wire w;

	wire_start(&w, 1, 0, (struct wire_counts){ 1, 0, 0, 1 });
	wire_question(&w, "example.com", 1);
	wire_end_rr(&w, wire_rr(&w, "x", ZT_RR_OPT));
	ck_assert(edns_of(&w).bad);
	wire_start(&w, 1, 0, (struct wire_counts){ 1, 1, 0, 0 });
	wire_question(&w, "example.com", 1);
	wire_end_rr(&w, wire_rr(&w, "", ZT_RR_OPT));
	ck_assert(edns_of(&w).bad);
	/* Version 255 is a version. */
	wire_start(&w, 1, 0, (struct wire_counts){ 1, 0, 0, 1 });
	wire_question(&w, "example.com", 1);
	wire_opt(&w, 512, 0x00ff0000);
	struct zt_edns edns = edns_of(&w);
	ck_assert(!edns.bad);
	ck_assert_uint_eq(edns.version, 255);
}
END_TEST

/** A message with one TSIG record; @return its data offset. */
static size_t
message_with_tsig(struct wire *w, const char *algorithm, unsigned error)
{
	wire_start(w, 1, 0, (struct wire_counts){ 1, 0, 0, 1 });
	wire_question(w, "example.com", ZT_RR_AXFR);
	size_t at = wire_rr(w, "XFR-key.example", ZT_RR_TSIG);
	wire_name(w, algorithm);
	wire_u16(w, 0);
	wire_u32(w, 1767322800); /* time signed */
	wire_u16(w, 300);	 /* fudge */
	wire_u16(w, 32);
	wire_fill(w, 0x5a, 32); /* MAC */
	wire_u16(w, 1);		/* original id */
	wire_u16(w, error);
	wire_u16(w, 6); /* other data: the server's time after BADTIME */
	wire_fill(w, 0, 6);
	wire_end_rr(w, at);
	return at;
}

START_TEST(tsig_gives_key_algorithm_and_error)
{
	struct wire w;
	struct course c;
	struct zt_tsig_record tsig;

	message_with_tsig(&w, "hmac-SHA256", 18);
	course_start(&c, &w);
	struct zt_rr rr = nth(&c, 0);
	ck_assert(zt_walk_tsig(c.exact, w.len, &rr, &tsig));
	ck_assert_uint_eq(tsig.error, 18);
	ck_assert_uint_eq(tsig.key.len, 17);
	ck_assert_mem_eq(tsig.key.wire, "\7xfr-key\7example", 17);
	ck_assert_uint_eq(tsig.algorithm.len, 13);
	ck_assert_mem_eq(tsig.algorithm.wire, "\13hmac-sha256", 13);
	ck_assert_uint_eq(tsig.time_signed, 1767322800);
	ck_assert_uint_eq(tsig.fudge, 300);
	ck_assert_uint_eq(tsig.mac_len, 32);
	ck_assert_uint_eq(tsig.mac[31], 0x5a);
	ck_assert_uint_eq(tsig.original_id, 1);
	ck_assert_uint_eq(tsig.other_len, 6);
	course_end(&c);
}
END_TEST

START_TEST(tsig_of_any_other_length_is_refused)
{
	struct wire w;

	size_t at = message_with_tsig(&w, "hmac-sha256", 0);
	size_t whole = w.len - at;
	for (size_t rdlen = 0; rdlen <= whole; rdlen++) {
		struct course c;
		struct zt_tsig_record tsig;
		w.len = at + rdlen;
		wire_end_rr(&w, at);
		course_start(&c, &w);
		struct zt_rr rr = nth(&c, 0);
		ck_assert_int_eq(
		    zt_walk_tsig(c.exact, w.len, &rr, &tsig), rdlen == whole);
		course_end(&c);
	}
}
END_TEST

static Suite *
walk_suite(void)
{
	Suite *suite = suite_create("walk");
	TCase *records = tcase_create("records");
	TCase *edns = tcase_create("edns");
	TCase *data = tcase_create("data");

	tcase_add_test(records, walk_gives_records_of_all_sections);
	tcase_add_test(records, d12_promised_records_without_data_are_bad_section);
	tcase_add_test(records, d12_one_record_less_than_promised_is_bad_section);
	tcase_add_test(records, d14_more_records_than_promised_leave_trailing_bytes);
	tcase_add_test(records, d15_next_record_is_found_through_rdlength);
	tcase_add_test(records, d16_name_running_out_of_its_data_does_not_fit);
	tcase_add_test(records, d17_rdlength_beyond_the_message_is_bad_rdata);
	tcase_add_test(records, d17_empty_data_fits_only_where_it_may_be_empty);
	tcase_add_test(records, walk_cut_at_each_byte_ends_cleanly);
	tcase_add_test(records, walk_without_known_body_gives_nothing);
	tcase_add_test(records, d18_65500_empty_strings_are_one_record);
	suite_add_tcase(suite, records);
	tcase_add_test(edns, edns_fields_and_options);
	tcase_add_test(edns, edns_option_30_has_its_bit_and_31_has_not);
	tcase_add_test(edns, ecs_prefix_is_read_and_host_bits_cleared);
	tcase_add_test(edns, ecs_of_impossible_shape_is_bad);
	tcase_add_test(edns, d22_every_option_code_and_length_is_only_stepped_over);
	tcase_add_test(edns, d23_option_past_rdlength_is_bad_and_ends_there);
	tcase_add_test(edns, d23_opt_with_owner_or_in_the_answer_is_bad);
	suite_add_tcase(suite, edns);
	tcase_add_test(data, soa_serial_is_read_through_compression);
	tcase_add_test(data, tsig_gives_key_algorithm_and_error);
	tcase_add_test(data, tsig_of_any_other_length_is_refused);
	suite_add_tcase(suite, data);
	return suite;
}

int
main(void)
{
	return zt_suite_run(walk_suite());
}
