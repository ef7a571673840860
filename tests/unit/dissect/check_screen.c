#include "dissect/screen.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

static const struct zt_hash_key key = { 1, 2 };

/** Copied to the heap at its exact length, so that a sanitizer sees reads beyond it. */
static enum zt_reject
screen(const struct wire *w, struct zt_screen *out)
{
	uint8_t *exact = malloc(w->len ? w->len : 1);
	ck_assert_ptr_nonnull(exact);
	memcpy(exact, w->bytes, w->len);
	enum zt_reject r = zt_screen(&key, exact, w->len, out);
	free(exact);
	return r;
}

START_TEST(query_gives_header_and_question)
{
	/* id 0xabcd, RD, one question www.example.com AAAA IN. */
	struct wire w;
	struct zt_screen s;

	wire_start(&w, 0xabcd, 0x0100, (struct wire_counts){ 1, 2, 3, 4 });
	wire_question(&w, "www.Example.com", 28);
	ck_assert_int_eq(screen(&w, &s), ZT_ACCEPT);
	ck_assert_uint_eq(s.id, 0xabcd);
	ck_assert_uint_eq(s.flags, 0x0100);
	ck_assert_uint_eq(s.qdcount, 1);
	ck_assert_uint_eq(s.ancount, 2);
	ck_assert_uint_eq(s.nscount, 3);
	ck_assert_uint_eq(s.arcount, 4);
	ck_assert_uint_eq(s.n_questions, 1);
	ck_assert_uint_eq(s.body, 12 + 17 + 4);
	ck_assert(s.body_known);
	ck_assert_uint_eq(s.questions[0].type, 28);
	ck_assert_uint_eq(s.questions[0].klass, 1);
	ck_assert_uint_eq(s.questions[0].name_offset, 12);
	ck_assert_uint_eq(
	    s.questions[0].hash, zt_hash(&key, "\3www\7example\3com", 17));
}
END_TEST

START_TEST(d01_below_twelve_bytes_is_short_header)
{
	for (size_t len = 0; len < 12; len++) {
		struct wire w = { .len = 0 };
		struct zt_screen s;
		wire_fill(&w, 0, len);
		ck_assert_int_eq(screen(&w, &s), ZT_R_SHORT_HEADER);
	}
}
END_TEST

START_TEST(d01_twelve_bytes_without_question_are_read)
{
	struct wire w;
	struct zt_screen s;

	wire_start(&w, 7, 0, (struct wire_counts){ 0, 0, 0, 0 });
	ck_assert_int_eq(screen(&w, &s), ZT_ACCEPT);
	ck_assert_uint_eq(s.n_questions, 0);
	ck_assert_uint_eq(s.body, 12);
	ck_assert(s.body_known);
}
END_TEST

START_TEST(question_cut_anywhere_is_name_cut)
{
	struct wire w;
	struct zt_screen s;

	wire_start(&w, 7, 0, (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&w, "www.example.com", 1);
	size_t whole = w.len;
	for (w.len = 12; w.len < whole; w.len++) {
		ck_assert_int_eq(screen(&w, &s), ZT_R_NAME_CUT);
		ck_assert_uint_eq(s.id, 7);
		ck_assert_uint_eq(s.n_questions, 0);
		ck_assert(!s.body_known);
	}
	ck_assert_int_eq(screen(&w, &s), ZT_ACCEPT);
}
END_TEST

START_TEST(d02_self_pointer_in_18_bytes_is_bad_pointer)
{
	/* header QD=1, c00c, type 1, class 1 */
	struct wire w;
	struct zt_screen s;

	wire_start(&w, 7, 0, (struct wire_counts){ 1, 0, 0, 0 });
	wire_pointer(&w, 12);
	wire_u32(&w, 0x00010001);
	ck_assert_uint_eq(w.len, 18);
	ck_assert_int_eq(screen(&w, &s), ZT_R_BAD_POINTER);
}
END_TEST

START_TEST(d03_question_pointing_into_the_header_is_bad_pointer)
{
	struct zt_screen s;

	for (size_t target = 0; target < 20; target++) {
		struct wire w;
		wire_start(&w, 7, 0, (struct wire_counts){ 1, 0, 0, 0 });
		wire_pointer(&w, target);
		wire_u32(&w, 0x00010001);
		ck_assert_int_eq(screen(&w, &s), ZT_R_BAD_POINTER);
	}
}
END_TEST

START_TEST(d05_bad_label_in_the_question)
{
	struct wire w;
	struct zt_screen s;

	wire_start(&w, 7, 0, (struct wire_counts){ 1, 0, 0, 0 });
	wire_u8(&w, 0x41); /* a binary label, RFC 2673, taken back by RFC 6891 */
	wire_fill(&w, 0, 20);
	ck_assert_int_eq(screen(&w, &s), ZT_R_BAD_LABEL);
}
END_TEST

START_TEST(d08_root_question_counts)
{
	struct wire w;
	struct zt_screen s;

	wire_start(&w, 7, 0, (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&w, "", 2);
	ck_assert_int_eq(screen(&w, &s), ZT_ACCEPT);
	ck_assert_uint_eq(s.questions[0].name.len, 1);
	ck_assert_uint_eq(s.body, 17);
}
END_TEST

START_TEST(d10_spelling_does_not_change_the_hash)
{
	struct wire w;
	struct zt_screen lower, upper;

	wire_start(&w, 7, 0, (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&w, "www.example.com", 1);
	ck_assert_int_eq(screen(&w, &lower), ZT_ACCEPT);
	wire_start(&w, 7, 0, (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&w, "wWw.exAMPle.COM", 1);
	ck_assert_int_eq(screen(&w, &upper), ZT_ACCEPT);
	ck_assert_uint_eq(lower.questions[0].hash, upper.questions[0].hash);
	ck_assert(!lower.questions[0].name.had_upper);
	ck_assert(upper.questions[0].name.had_upper);
}
END_TEST

START_TEST(d11_promises_above_one_read_what_is_there)
{
	static const uint16_t promised[] = { 2, 3, 4, 65535 };

	for (size_t i = 0; i < 4; i++) {
		struct wire w;
		struct zt_screen s;
		wire_start(&w, 7, 0, (struct wire_counts){ promised[i], 0, 0, 0 });
		wire_question(&w, "a.example", 1);
		ck_assert_int_eq(screen(&w, &s), ZT_ACCEPT);
		ck_assert_uint_eq(s.n_questions, 1);
		ck_assert_uint_eq(s.qdcount, promised[i]);
		ck_assert(!s.body_known);
	}
}
END_TEST

START_TEST(d11_up_to_four_questions_are_read)
{
	for (uint16_t n = 1; n <= 6; n++) {
		struct wire w;
		struct zt_screen s;
		wire_start(&w, 7, 0, (struct wire_counts){ n, 0, 0, 0 });
		wire_question(&w, "a.example", 1);
		for (unsigned i = 1; i < n; i++) {
			wire_u8(&w, 1);
			wire_u8(&w, 'a' + i);
			wire_pointer(&w, 14);
			wire_u16(&w, i);
			wire_u16(&w, 1);
		}
		ck_assert_int_eq(screen(&w, &s), ZT_ACCEPT);
		ck_assert_uint_eq(s.n_questions, n < 4 ? n : 4);
		ck_assert_int_eq(s.body_known, n <= 4);
		if (n <= 4)
			ck_assert_uint_eq(s.body, w.len);
		for (unsigned i = 1; i < s.n_questions; i++) {
			ck_assert_uint_eq(s.questions[i].type, i);
			ck_assert_uint_eq(s.questions[i].name.wire[1], 'a' + i);
			ck_assert_uint_eq(s.questions[i].name.len, 11);
		}
	}
}
END_TEST

START_TEST(d11_second_question_broken_leaves_the_first)
{
	struct wire w;
	struct zt_screen s;

	wire_start(&w, 7, 0, (struct wire_counts){ 2, 0, 0, 0 });
	wire_question(&w, "a.example", 252);
	wire_u8(&w, 0x80);
	ck_assert_int_eq(screen(&w, &s), ZT_ACCEPT);
	ck_assert_uint_eq(s.n_questions, 1);
	ck_assert_uint_eq(s.questions[0].type, 252);
	ck_assert(!s.body_known);
}
END_TEST

START_TEST(d13_thirteen_thousand_questions_read_four)
{
	static struct wire w;
	struct zt_screen s;

	wire_start(&w, 7, 0, (struct wire_counts){ 13104, 0, 0, 0 });
	for (int i = 0; i < 13104; i++)
		wire_question(&w, "", 1);
	ck_assert_int_eq(screen(&w, &s), ZT_ACCEPT);
	ck_assert_uint_eq(s.n_questions, 4);
	ck_assert_uint_eq(s.body, 12 + 4 * 5);
}
END_TEST

START_TEST(d12_d14_garbage_behind_the_question_does_not_matter)
{
	struct wire w;
	struct zt_screen s;

	wire_start(&w, 7, 0xffff, (struct wire_counts){ 1, 65535, 65535, 65535 });
	wire_question(&w, "a.example", 1);
	wire_fill(&w, 0xff, 300);
	ck_assert_int_eq(screen(&w, &s), ZT_ACCEPT);
	ck_assert_uint_eq(s.n_questions, 1);
}
END_TEST

static Suite *
screen_suite(void)
{
	Suite *suite = suite_create("screen");
	TCase *reads = tcase_create("question");
	TCase *several = tcase_create("several");

	tcase_add_test(reads, query_gives_header_and_question);
	tcase_add_test(reads, d01_below_twelve_bytes_is_short_header);
	tcase_add_test(reads, d01_twelve_bytes_without_question_are_read);
	tcase_add_test(reads, question_cut_anywhere_is_name_cut);
	tcase_add_test(reads, d02_self_pointer_in_18_bytes_is_bad_pointer);
	tcase_add_test(reads, d03_question_pointing_into_the_header_is_bad_pointer);
	tcase_add_test(reads, d05_bad_label_in_the_question);
	tcase_add_test(reads, d08_root_question_counts);
	tcase_add_test(reads, d10_spelling_does_not_change_the_hash);
	suite_add_tcase(suite, reads);
	tcase_add_test(several, d11_promises_above_one_read_what_is_there);
	tcase_add_test(several, d11_up_to_four_questions_are_read);
	tcase_add_test(several, d11_second_question_broken_leaves_the_first);
	tcase_add_test(several, d13_thirteen_thousand_questions_read_four);
	tcase_add_test(several, d12_d14_garbage_behind_the_question_does_not_matter);
	suite_add_tcase(suite, several);
	return suite;
}

int
main(void)
{
	return zt_suite_run(screen_suite());
}
