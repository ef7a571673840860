#include "dissect/framing.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

static const struct zt_framing_hint unknown = { .qr = -1 };

/** Put the prefix before the message; @return bytes. */
static size_t
frame(uint8_t *out, const struct wire *w)
{
	out[0] = (uint8_t)(w->len >> 8);
	out[1] = (uint8_t)w->len;
	memcpy(out + 2, w->bytes, w->len);
	return 2 + w->len;
}

static enum zt_framing
check(const struct wire *w, size_t have, const struct zt_framing_hint *hint)
{
	static uint8_t bytes[2 + 65535];
	size_t len = frame(bytes, w);
	if (have > len)
		have = len;
	/* Memory of exactly that size. */
	uint8_t *copy = malloc(have + 1);

	memcpy(copy, bytes, have);
	enum zt_framing verdict = zt_framing_check(copy, have, hint);
	free(copy);
	return verdict;
}

static void
start(struct wire *w, uint16_t flags, uint16_t qd, uint16_t an)
{
	wire_start(w, 0x1234, flags, (struct wire_counts){ qd, an, 0, 0 });
}

static struct wire w;

/* The header and question decide; before that more bytes are wanted. */
START_TEST(query_is_decided_with_its_question)
{
	start(&w, 0x0100, 1, 0);
	wire_question(&w, "www.example", 252);
	for (size_t have = 0; have < 2 + w.len; have++)
		ck_assert_int_eq(check(&w, have, &unknown), ZT_FRAMING_MORE);
	ck_assert_int_eq(check(&w, SIZE_MAX, &unknown), ZT_FRAMING_YES);
}
END_TEST

START_TEST(response_needs_no_records_when_it_has_a_question)
{
	start(&w, 0x8400, 1, 2);
	wire_question(&w, "www.example", 1);
	size_t question = w.len;
	wire_a(&w, NULL, 1);
	wire_a(&w, NULL, 2);
	ck_assert_int_eq(check(&w, 2 + question, &unknown), ZT_FRAMING_YES);
	ck_assert_int_eq(check(&w, SIZE_MAX, &unknown), ZT_FRAMING_YES);
}
END_TEST

START_TEST(continuation_needs_a_known_id_or_a_record)
{
	const struct zt_framing_hint known = {
		.qr = 1, .n_ids = 2, .ids = { 7, 0x1234 }
	};

	start(&w, 0x8400, 0, 2);
	size_t header = w.len;
	wire_a(&w, "www.example", 1);
	size_t record = w.len;
	wire_a(&w, "www.example", 2);
	ck_assert_int_eq(check(&w, 2 + header, &known), ZT_FRAMING_YES);
	ck_assert_int_eq(check(&w, 2 + header, &unknown), ZT_FRAMING_MORE);
	ck_assert_int_eq(check(&w, 2 + record - 1, &unknown), ZT_FRAMING_MORE);
	ck_assert_int_eq(check(&w, 2 + record, &unknown), ZT_FRAMING_YES);
}
END_TEST

/* A record that would need more than is ever kept for a search. */
START_TEST(continuation_with_a_long_first_record_is_given_up)
{
	start(&w, 0x8400, 0, 1);
	size_t rr = wire_rr(&w, "www.example", 16);
	wire_fill(&w, 0x41, 5000);
	wire_end_rr(&w, rr);
	ck_assert_int_eq(check(&w, ZT_FRAMING_NEED - 1, &unknown), ZT_FRAMING_MORE);
	ck_assert_int_eq(check(&w, ZT_FRAMING_NEED, &unknown), ZT_FRAMING_NO);
	ck_assert_int_eq(check(&w, SIZE_MAX, &unknown), ZT_FRAMING_YES);
}
END_TEST

START_TEST(direction_has_to_fit)
{
	const struct zt_framing_hint queries = { .qr = 0 };
	const struct zt_framing_hint responses = { .qr = 1 };

	start(&w, 0x0000, 1, 0);
	wire_question(&w, "a", 1);
	ck_assert_int_eq(check(&w, SIZE_MAX, &queries), ZT_FRAMING_YES);
	ck_assert_int_eq(check(&w, SIZE_MAX, &responses), ZT_FRAMING_NO);
}
END_TEST

/** A query that is good but for one thing. */
static const struct {
	const char *name;
	uint16_t flags;
	uint16_t qd;
	uint16_t an;
	const char *question;
	uint16_t type;
	size_t extra;
	enum zt_framing verdict;
} shapes[] = {
	{ "good", 0x0000, 1, 0, "a.example", 1, 0, ZT_FRAMING_YES },
	{ "NOTIFY", 0x2400, 1, 0, "a.example", 6, 0, ZT_FRAMING_YES },
	{ "UPDATE", 0x2800, 1, 0, "a.example", 6, 0, ZT_FRAMING_YES },
	{ "opcode 3", 0x1800, 1, 0, "a.example", 1, 0, ZT_FRAMING_NO },
	{ "opcode 7", 0x3800, 1, 0, "a.example", 1, 0, ZT_FRAMING_NO },
	{ "Z bit", 0x0040, 1, 0, "a.example", 1, 0, ZT_FRAMING_NO },
	{ "rcode in a query", 0x0003, 1, 0, "a.example", 1, 0, ZT_FRAMING_NO },
	{ "no question in a query", 0x0000, 0, 0, NULL, 0, 9, ZT_FRAMING_NO },
	{ "two questions", 0x0000, 2, 0, "a.example", 1, 20, ZT_FRAMING_NO },
	{ "records in a query", 0x0000, 1, 3, "a.example", 1, 60, ZT_FRAMING_NO },
	{ "more records than room", 0x8000, 1, 9, "a.example", 1, 60, ZT_FRAMING_NO },
	{ "type 0", 0x0000, 1, 0, "a.example", 0, 0, ZT_FRAMING_NO },
	{ "byte behind the end", 0x0000, 1, 0, "a.example", 1, 1, ZT_FRAMING_NO },
	{ "records of zeros", 0x8000, 1, 1, "a.example", 1, 60, ZT_FRAMING_NO },
};

START_TEST(shape_decides)
{
	start(&w, shapes[_i].flags, shapes[_i].qd, shapes[_i].an);
	if (shapes[_i].question != NULL)
		wire_question(&w, shapes[_i].question, shapes[_i].type);
	wire_fill(&w, 0, shapes[_i].extra);
	ck_assert_msg(
	    check(&w, SIZE_MAX, &unknown) == shapes[_i].verdict, "%s", shapes[_i].name);
}
END_TEST

/* Names: label of 64, pointer in the question, pointer forward, 255 bytes exceeded. */
START_TEST(impossible_names_are_refused)
{
	static const uint8_t label64[] = { 64 };
	static const uint8_t pointer[] = { 0xc0, 12, 0, 1, 0, 1 };

	start(&w, 0, 1, 0);
	if (_i == 0) {
		wire_bytes(&w, label64, sizeof(label64));
		wire_fill(&w, 'a', 80);
	} else if (_i == 1) {
		wire_bytes(&w, pointer, sizeof(pointer));
	} else if (_i == 2) {
		start(&w, 0x8000, 1, 1);
		wire_question(&w, "a", 1);
		wire_pointer(&w, w.len + 4);
		wire_fill(&w, 1, 20);
	} else {
		for (unsigned i = 0; i < 130; i++) {
			wire_u8(&w, 1);
			wire_u8(&w, 'x');
		}
		wire_fill(&w, 0, 20);
	}
	ck_assert_int_eq(check(&w, SIZE_MAX, &unknown), ZT_FRAMING_NO);
}
END_TEST

START_TEST(search_finds_the_message_behind_garbage)
{
	uint8_t bytes[600];
	enum zt_framing verdict;

	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 37 + (i >> 3));
	start(&w, 0x0000, 1, 0);
	wire_question(&w, "www.example", 252);
	size_t len = frame(bytes + 400, &w);
	ck_assert_uint_eq(
	    zt_framing_search(bytes, 400 + len, &unknown, false, &verdict), 400);
	ck_assert_int_eq(verdict, ZT_FRAMING_YES);
	ck_assert_uint_eq(
	    zt_framing_search(bytes, 400 + len - 1, &unknown, true, &verdict),
	    400 + len - 1);
	ck_assert_int_eq(verdict, ZT_FRAMING_NO);
}
END_TEST

START_TEST(messages_fill_exactly_or_not)
{
	uint8_t bytes[300];

	start(&w, 0x0000, 1, 0);
	wire_question(&w, "www.example", 252);
	size_t len = frame(bytes, &w);
	len += frame(bytes + len, &w);
	ck_assert(zt_framing_fills(bytes, len, &unknown));
	ck_assert(!zt_framing_fills(bytes, len - 1, &unknown));
	ck_assert(!zt_framing_fills(bytes, len + 1, &unknown));
	ck_assert(!zt_framing_fills(bytes, 0, &unknown));
	ck_assert(zt_framing_is_bare(w.bytes, w.len, &unknown));
	ck_assert(!zt_framing_is_bare(w.bytes, w.len - 1, &unknown));
	ck_assert(!zt_framing_is_bare(w.bytes, 11, &unknown));
}
END_TEST

static Suite *
framing_suite(void)
{
	Suite *s = suite_create("framing");
	TCase *t = tcase_create("message");
	tcase_add_test(t, query_is_decided_with_its_question);
	tcase_add_test(t, response_needs_no_records_when_it_has_a_question);
	tcase_add_test(t, continuation_needs_a_known_id_or_a_record);
	tcase_add_test(t, continuation_with_a_long_first_record_is_given_up);
	tcase_add_test(t, direction_has_to_fit);
	tcase_add_loop_test(
	    t, shape_decides, 0, (int)(sizeof(shapes) / sizeof(shapes[0])));
	tcase_add_loop_test(t, impossible_names_are_refused, 0, 4);
	suite_add_tcase(s, t);

	t = tcase_create("search");
	tcase_add_test(t, search_finds_the_message_behind_garbage);
	tcase_add_test(t, messages_fill_exactly_or_not);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return zt_suite_run(framing_suite());
}
