#include "dissect/name.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

/** Expand the name at an offset of a message with the hops of a whole message. */
static enum zt_reject
expand(const struct wire *w, size_t *offset, struct zt_name *out)
{
	unsigned hops = ZT_MESSAGE_HOPS_MAX;
	return zt_name_expand(w->bytes, w->len, offset, &hops, out);
}

static void
start(struct wire *w)
{
	wire_start(w, 1, 0, (struct wire_counts){ 1, 0, 0, 0 });
}

START_TEST(expand_plain_name_gives_bytes_labels_and_end)
{
	struct wire w;
	struct zt_name name;
	size_t offset = 12;

	start(&w);
	wire_name(&w, "www.example.com");
	ck_assert_int_eq(expand(&w, &offset, &name), ZT_ACCEPT);
	ck_assert_uint_eq(offset, 12 + 17);
	ck_assert_uint_eq(name.len, 17);
	ck_assert_uint_eq(name.n_labels, 3);
	ck_assert(!name.had_upper);
	ck_assert_mem_eq(name.wire, "\3www\7example\3com", 17);
}
END_TEST

START_TEST(expand_upper_case_folds_ascii_letters_only)
{
	struct wire w;
	struct zt_name name;
	size_t offset = 12;
	/* All the neighbours of the letters, letters with the top bit, at every place
	 * of an eight-byte word. */
	static const char mixed[] = "@AZ[`az{\xc1\xda\xe1\xfa@AZ[`az{X";

	start(&w);
	wire_name(&w, mixed);
	ck_assert_int_eq(expand(&w, &offset, &name), ZT_ACCEPT);
	ck_assert(name.had_upper);
	ck_assert_mem_eq(
	    name.wire + 1, "@az[`az{\xc1\xda\xe1\xfa@az[`az{x", sizeof(mixed) - 1);
}
END_TEST

START_TEST(expand_every_byte_folds_like_the_table)
{
	for (unsigned byte = 0; byte < 256; byte++) {
		struct wire w;
		struct zt_name name;
		size_t offset = 12;
		unsigned folded = byte >= 'A' && byte <= 'Z' ? byte + 32 : byte;
		start(&w);
		wire_u8(&w, 20);
		wire_fill(&w, (uint8_t)byte, 20);
		wire_u8(&w, 0);
		ck_assert_int_eq(expand(&w, &offset, &name), ZT_ACCEPT);
		for (int i = 1; i <= 20; i++)
			ck_assert_uint_eq(name.wire[i], folded);
		ck_assert_int_eq(name.had_upper, folded != byte);
	}
}
END_TEST

START_TEST(expand_length_65_is_no_letter)
{
	/* 'A' is 65 and no label is that long, so lengths are never folded; the last
	 * valid length 63 must survive. */
	struct wire w;
	struct zt_name name;
	size_t offset = 12;

	start(&w);
	wire_u8(&w, 63);
	wire_fill(&w, 'A', 63);
	wire_u8(&w, 0);
	ck_assert_int_eq(expand(&w, &offset, &name), ZT_ACCEPT);
	ck_assert_uint_eq(name.wire[0], 63);
	ck_assert_uint_eq(name.wire[63], 'a');
}
END_TEST

START_TEST(d08_root_and_one_label_are_names)
{
	struct wire w;
	struct zt_name name;
	size_t offset = 12;

	start(&w);
	wire_name(&w, "");
	wire_name(&w, "com");
	ck_assert_int_eq(expand(&w, &offset, &name), ZT_ACCEPT);
	ck_assert_uint_eq(name.len, 1);
	ck_assert_uint_eq(name.n_labels, 0);
	ck_assert_uint_eq(offset, 13);
	ck_assert_int_eq(expand(&w, &offset, &name), ZT_ACCEPT);
	ck_assert_uint_eq(name.len, 5);
	ck_assert_uint_eq(name.n_labels, 1);
}
END_TEST

START_TEST(d08_empty_label_in_the_middle_ends_the_name)
{
	/* 1 'a' 0 1 'b' 0: the second part belongs to whatever comes next. */
	struct wire w;
	struct zt_name name;
	size_t offset = 12;

	start(&w);
	wire_bytes(&w, "\1a\0\1b\0", 6);
	ck_assert_int_eq(expand(&w, &offset, &name), ZT_ACCEPT);
	ck_assert_uint_eq(name.len, 3);
	ck_assert_uint_eq(offset, 15);
}
END_TEST

START_TEST(d02_pointer_to_itself_is_bad)
{
	struct wire w;
	struct zt_name name;
	size_t offset = 12;

	start(&w);
	wire_pointer(&w, 12);
	ck_assert_int_eq(expand(&w, &offset, &name), ZT_R_BAD_POINTER);
	ck_assert_uint_eq(offset, 12);
}
END_TEST

START_TEST(d02_cycle_of_two_is_bad)
{
	struct wire w;
	struct zt_name name;

	start(&w);
	wire_pointer(&w, 14);
	wire_pointer(&w, 12);
	for (size_t from = 12; from <= 14; from += 2) {
		size_t offset = from;
		ck_assert_int_eq(expand(&w, &offset, &name), ZT_R_BAD_POINTER);
	}
}
END_TEST

START_TEST(d02_label_before_a_pointer_to_itself_is_bad)
{
	/* The target lies before the pointer, but inside the run that holds it. */
	struct wire w;
	struct zt_name name;
	size_t offset = 12;

	start(&w);
	wire_bytes(&w, "\1a", 2);
	wire_pointer(&w, 12);
	ck_assert_int_eq(expand(&w, &offset, &name), ZT_R_BAD_POINTER);
}
END_TEST

START_TEST(d03_pointer_targets_have_to_be_before_and_behind_the_header)
{
	static const struct {
		size_t target;
		enum zt_reject want;
	} cases[] = {
		{ 0, ZT_R_BAD_POINTER },
		{ 2, ZT_R_BAD_POINTER },
		{ 11, ZT_R_BAD_POINTER },
		{ 12, ZT_ACCEPT },
		{ 14, ZT_ACCEPT },
		{ 15, ZT_R_BAD_POINTER },
		{ 16, ZT_R_BAD_POINTER },
		{ 17, ZT_R_BAD_POINTER },
		{ 100, ZT_R_BAD_POINTER },
		{ 0x3fff, ZT_R_BAD_POINTER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wire w;
		struct zt_name name;
		size_t offset = 15;
		start(&w);
		wire_bytes(&w, "\1a\0", 3);	   /* 12: "a." and its root at 14 */
		wire_pointer(&w, cases[i].target); /* 15 */
		wire_u8(&w, 0);
		ck_assert_int_eq(expand(&w, &offset, &name), cases[i].want);
		ck_assert_uint_eq(offset, cases[i].want == ZT_ACCEPT ? 17 : 15);
	}
}
END_TEST

START_TEST(expand_through_pointers_joins_the_runs)
{
	struct wire w;
	struct zt_name name;
	size_t offset = 12 + 13;

	start(&w);
	wire_name(&w, "Example.com"); /* 12, "com" at 20 */
	wire_bytes(&w, "\3WWW", 4);   /* 25 */
	wire_pointer(&w, 12);	      /* 29 */
	wire_bytes(&w, "\1x", 2);     /* 31 */
	wire_pointer(&w, 25);	      /* 33 */
	ck_assert_int_eq(expand(&w, &offset, &name), ZT_ACCEPT);
	ck_assert_uint_eq(offset, 31);
	ck_assert_uint_eq(name.n_labels, 3);
	ck_assert_mem_eq(name.wire, "\3www\7example\3com", 17);
	ck_assert_int_eq(expand(&w, &offset, &name), ZT_ACCEPT);
	ck_assert_uint_eq(offset, 35);
	ck_assert_mem_eq(name.wire, "\1x\3www\7example\3com", 19);
	ck_assert(name.had_upper);
}
END_TEST

/** A root name at 12 and n pointers, each to the one before; @return the last's place.
 */
static size_t
pointer_chain(struct wire *w, size_t n)
{
	size_t previous = 12;

	start(w);
	wire_u8(w, 0);
	for (size_t i = 0; i < n; i++) {
		size_t here = w->len;
		wire_pointer(w, previous);
		previous = here;
	}
	return previous;
}

START_TEST(d04_sixteen_hops_hold_and_seventeen_do_not)
{
	struct wire w;
	struct zt_name name;
	size_t offset = pointer_chain(&w, 16);

	ck_assert_int_eq(expand(&w, &offset, &name), ZT_ACCEPT);
	ck_assert_uint_eq(name.len, 1);
	offset = pointer_chain(&w, 17);
	ck_assert_int_eq(expand(&w, &offset, &name), ZT_R_TOO_COMPLEX);
	offset = pointer_chain(&w, 8052);
	ck_assert_int_eq(expand(&w, &offset, &name), ZT_R_TOO_COMPLEX);
}
END_TEST

START_TEST(d04_hops_of_the_message_are_used_up)
{
	struct wire w;
	struct zt_name name;
	unsigned hops = 33;
	size_t at = pointer_chain(&w, 16), offset;

	for (int i = 0; i < 2; i++) {
		offset = at;
		ck_assert_int_eq(
		    zt_name_expand(w.bytes, w.len, &offset, &hops, &name), ZT_ACCEPT);
	}
	ck_assert_uint_eq(hops, 1);
	offset = at;
	ck_assert_int_eq(
	    zt_name_expand(w.bytes, w.len, &offset, &hops, &name), ZT_R_TOO_COMPLEX);
	ck_assert_uint_eq(hops, 0);
}
END_TEST

START_TEST(d05_label_types_other_than_00_and_11_are_bad)
{
	for (unsigned label = 62; label < 256; label++) {
		struct wire w;
		struct zt_name name;
		size_t offset = 12;
		start(&w);
		wire_u8(&w, label);
		wire_fill(&w, 'x', 63);
		wire_u8(&w, 0);
		wire_u8(&w, 0);
		enum zt_reject want = label <= 63    ? ZT_ACCEPT
				      : label < 0xc0 ? ZT_R_BAD_LABEL
						     : ZT_R_BAD_POINTER;
		if (label == 62)
			w.bytes[12 + 63] = 0;
		ck_assert_int_eq(expand(&w, &offset, &name), want);
	}
}
END_TEST

/** A name of n wire bytes out of labels of at most `label` bytes. */
static void
name_of(struct wire *w, size_t n, size_t label)
{
	size_t left = n - 1;

	while (left > 0) {
		size_t take = left - 1 < label ? left - 1 : label;
		if (left - 1 - take == 1)
			take--; /* A rest of one byte could not be a label. */
		wire_u8(w, (unsigned)take);
		wire_fill(w, 'n', take);
		left -= take + 1;
	}
	wire_u8(w, 0);
}

START_TEST(d06_d07_255_bytes_hold_and_256_do_not)
{
	static const size_t label[] = { 1, 2, 63 };

	for (size_t i = 0; i < 3; i++) {
		for (size_t n = 253; n <= 258; n++) {
			struct wire w;
			struct zt_name name;
			size_t offset = 12, skip = 12;
			if (label[i] == 1 && n % 2 == 0)
				continue; /* Labels of one byte give odd lengths. */
			start(&w);
			name_of(&w, n, label[i]);
			ck_assert_uint_eq(w.len, 12 + n);
			enum zt_reject want = n <= 255 ? ZT_ACCEPT : ZT_R_NAME_TOO_LONG;
			ck_assert_int_eq(expand(&w, &offset, &name), want);
			ck_assert_int_eq(
			    zt_name_skip(w.bytes, w.len, &skip), want == ZT_ACCEPT);
			if (want == ZT_ACCEPT)
				ck_assert_uint_eq(name.len, n);
		}
	}
}
END_TEST

START_TEST(d06_127_labels_of_one_byte_are_kept_whole)
{
	struct wire w;
	struct zt_name name;
	char text[ZT_NAME_TEXT_MAX];
	size_t offset = 12;

	start(&w);
	name_of(&w, 255, 1);
	ck_assert_int_eq(expand(&w, &offset, &name), ZT_ACCEPT);
	ck_assert_uint_eq(name.n_labels, 127);
	ck_assert_uint_eq(zt_name_text(name.wire, name.len, text), 254);
}
END_TEST

START_TEST(d07_255_bytes_through_a_pointer_hold_and_256_do_not)
{
	for (size_t head = 1; head <= 3; head++) {
		struct wire w;
		struct zt_name name;
		start(&w);
		name_of(&w, 253, 63);
		size_t offset = w.len;
		wire_u8(&w, (unsigned)head); /* head + 1 bytes in front of 253 */
		wire_fill(&w, 'h', head);
		wire_pointer(&w, 12);
		ck_assert_int_eq(expand(&w, &offset, &name),
		    head == 1 ? ZT_ACCEPT : ZT_R_NAME_TOO_LONG);
	}
}
END_TEST

START_TEST(expand_cut_anywhere_says_name_cut)
{
	struct wire w;
	struct zt_name name;

	start(&w);
	wire_name(&w, "www.example.com");
	for (size_t len = 12; len < 12 + 17; len++) {
		size_t offset = 12, skip = 12;
		w.len = len;
		ck_assert_int_eq(expand(&w, &offset, &name), ZT_R_NAME_CUT);
		ck_assert(!zt_name_skip(w.bytes, w.len, &skip));
		ck_assert_uint_eq(skip, 12);
	}
}
END_TEST

START_TEST(expand_half_a_pointer_says_name_cut)
{
	struct wire w;
	struct zt_name name;
	size_t offset = 13, skip = 13;

	start(&w);
	wire_u8(&w, 0);
	wire_u8(&w, 0xc0);
	ck_assert_int_eq(expand(&w, &offset, &name), ZT_R_NAME_CUT);
	ck_assert(!zt_name_skip(w.bytes, w.len, &skip));
}
END_TEST

START_TEST(skip_stops_after_root_or_pointer)
{
	struct wire w;
	size_t offset = 12;

	start(&w);
	wire_name(&w, "a.bc");	  /* 12 .. 18 */
	wire_bytes(&w, "\1x", 2); /* 18 */
	wire_pointer(&w, 12);	  /* 20 .. 22 */
	ck_assert(zt_name_skip(w.bytes, w.len, &offset));
	ck_assert_uint_eq(offset, 18);
	ck_assert(zt_name_skip(w.bytes, w.len, &offset));
	ck_assert_uint_eq(offset, 22);
	ck_assert(!zt_name_skip(w.bytes, w.len, &offset));
	ck_assert_uint_eq(offset, 22);
}
END_TEST

START_TEST(copy_raw_keeps_the_case)
{
	struct wire w;
	uint8_t raw[ZT_NAME_MAX], raw_len = 0;

	start(&w);
	wire_name(&w, "ExAmPle.com");
	wire_bytes(&w, "\3wWw", 4);
	wire_pointer(&w, 12);
	ck_assert_int_eq(
	    zt_name_copy_raw(w.bytes, w.len, 25, raw, &raw_len), ZT_ACCEPT);
	ck_assert_uint_eq(raw_len, 17);
	ck_assert_mem_eq(raw, "\3wWw\7ExAmPle\3com", 17);
	size_t at = pointer_chain(&w, 17);
	ck_assert_int_eq(
	    zt_name_copy_raw(w.bytes, w.len, at, raw, &raw_len), ZT_R_TOO_COMPLEX);
}
END_TEST

START_TEST(is_under_needs_a_label_border)
{
	static const struct {
		const char *name, *suffix;
		bool want;
	} cases[] = {
		{ "www.example.com", "example.com", true },
		{ "www.example.com", "com", true },
		{ "www.example.com", "", true },
		{ "example.com", "example.com", true },
		{ "badexample.com", "example.com", false },
		{ "com", "example.com", false },
		{ "www.example.org", "example.com", false },
		{ "", "", true },
		{ "", "com", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wire name = { .len = 0 }, suffix = { .len = 0 };
		wire_name(&name, cases[i].name);
		wire_name(&suffix, cases[i].suffix);
		ck_assert_int_eq(
		    zt_name_is_under(name.bytes, name.len, suffix.bytes, suffix.len),
		    cases[i].want);
	}
}
END_TEST

START_TEST(is_under_suffix_bytes_inside_a_label_do_not_count)
{
	/* One label "x\3com": its end looks like the name "com". */
	static const uint8_t name[] = { 5, 'x', 3, 'c', 'o', 'm', 0 };
	static const uint8_t suffix[] = { 3, 'c', 'o', 'm', 0 };

	ck_assert(!zt_name_is_under(name, sizeof(name), suffix, sizeof(suffix)));
}
END_TEST

START_TEST(text_of_plain_names)
{
	char text[ZT_NAME_TEXT_MAX];
	struct wire w = { .len = 0 };

	wire_name(&w, "_sip._tcp.Example-1.com");
	ck_assert_uint_eq(zt_name_text(w.bytes, w.len, text), 24);
	ck_assert_str_eq(text, "_sip._tcp.Example-1.com.");
	ck_assert_uint_eq(zt_name_text((const uint8_t *)"", 1, text), 1);
	ck_assert_str_eq(text, ".");
	ck_assert_uint_eq(zt_name_text(NULL, 0, text), 1);
	ck_assert_str_eq(text, ".");
}
END_TEST

START_TEST(d09_text_escapes_everything_that_could_break_a_line)
{
	/* NUL dot backslash quote CR LF ESC space DEL 0x80 0xff; parentheses,
	 * semicolon, at, dollar; U+202E right-to-left override. */
	static const uint8_t name[] = { 19, 0, '.', '\\', '"', '\r', '\n', 27, ' ', 127,
		0x80, 0xff, '(', ')', ';', '@', '$', 0xe2, 0x80, 0xae, 0 };
	char text[ZT_NAME_TEXT_MAX];
	size_t n = zt_name_text(name, sizeof(name), text);

	ck_assert_str_eq(text,
	    "\\000\\.\\\\\\\"\\013\\010\\027\\032\\127\\128\\255\\(\\)\\;\\@\\$"
	    "\\226\\128\\174.");
	ck_assert_uint_eq(n, strlen(text));
}
END_TEST

START_TEST(d09_longest_text_fits)
{
	struct wire w;
	char text[ZT_NAME_TEXT_MAX];

	start(&w);
	name_of(&w, 255, 63);
	for (size_t i = 12; i < w.len; i++)
		if (w.bytes[i] == 'n')
			w.bytes[i] = 1;
	/* 255 bytes: four length bytes, the root, 250 bytes of four characters. */
	ck_assert_uint_eq(zt_name_text(w.bytes + 12, 255, text), 250 * 4 + 4);
	ck_assert_uint_lt(strlen(text), ZT_NAME_TEXT_MAX);
}
END_TEST

START_TEST(d10_spellings_of_a_name_are_one_name)
{
	struct wire w;
	struct zt_name first, other;
	size_t offset = 12;

	start(&w);
	wire_name(&w, "enumerate.example.com");
	ck_assert_int_eq(expand(&w, &offset, &first), ZT_ACCEPT);
	for (unsigned spelling = 1; spelling < 1000; spelling++) {
		for (unsigned bit = 0; bit < 9; bit++)
			w.bytes[13 + bit] = (uint8_t)((w.bytes[13 + bit] | 0x20) ^
						      (spelling >> bit & 1) << 5);
		offset = 12;
		ck_assert_int_eq(expand(&w, &offset, &other), ZT_ACCEPT);
		ck_assert_uint_eq(other.len, first.len);
		ck_assert_mem_eq(other.wire, first.wire, first.len);
	}
}
END_TEST

static Suite *
name_suite(void)
{
	Suite *suite = suite_create("name");
	TCase *expands = tcase_create("expand");
	TCase *pointers = tcase_create("pointers");
	TCase *limits = tcase_create("limits");
	TCase *forms = tcase_create("forms");

	tcase_add_test(expands, expand_plain_name_gives_bytes_labels_and_end);
	tcase_add_test(expands, expand_upper_case_folds_ascii_letters_only);
	tcase_add_test(expands, expand_every_byte_folds_like_the_table);
	tcase_add_test(expands, expand_length_65_is_no_letter);
	tcase_add_test(expands, d08_root_and_one_label_are_names);
	tcase_add_test(expands, d08_empty_label_in_the_middle_ends_the_name);
	tcase_add_test(expands, d10_spellings_of_a_name_are_one_name);
	suite_add_tcase(suite, expands);
	tcase_add_test(pointers, d02_pointer_to_itself_is_bad);
	tcase_add_test(pointers, d02_cycle_of_two_is_bad);
	tcase_add_test(pointers, d02_label_before_a_pointer_to_itself_is_bad);
	tcase_add_test(
	    pointers, d03_pointer_targets_have_to_be_before_and_behind_the_header);
	tcase_add_test(pointers, expand_through_pointers_joins_the_runs);
	tcase_add_test(pointers, d04_sixteen_hops_hold_and_seventeen_do_not);
	tcase_add_test(pointers, d04_hops_of_the_message_are_used_up);
	suite_add_tcase(suite, pointers);
	tcase_add_test(limits, d05_label_types_other_than_00_and_11_are_bad);
	tcase_add_test(limits, d06_d07_255_bytes_hold_and_256_do_not);
	tcase_add_test(limits, d06_127_labels_of_one_byte_are_kept_whole);
	tcase_add_test(limits, d07_255_bytes_through_a_pointer_hold_and_256_do_not);
	tcase_add_test(limits, expand_cut_anywhere_says_name_cut);
	tcase_add_test(limits, expand_half_a_pointer_says_name_cut);
	tcase_add_test(limits, skip_stops_after_root_or_pointer);
	suite_add_tcase(suite, limits);
	tcase_add_test(forms, copy_raw_keeps_the_case);
	tcase_add_test(forms, is_under_needs_a_label_border);
	tcase_add_test(forms, is_under_suffix_bytes_inside_a_label_do_not_count);
	tcase_add_test(forms, text_of_plain_names);
	tcase_add_test(forms, d09_text_escapes_everything_that_could_break_a_line);
	tcase_add_test(forms, d09_longest_text_fits);
	suite_add_tcase(suite, forms);
	return suite;
}

int
main(void)
{
	return zt_suite_run(name_suite());
}
