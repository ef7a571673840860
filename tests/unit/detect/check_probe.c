/* Shapes of made-up labels, and word lists: the exact lengths and characters. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/probe.h"
#include "detect/wordlist.h"
#include "dissect/event.h"
#include "suite.h"

struct shape {
	const char *label;
	enum zt_probe probe;
};

static const struct shape shapes[] = {
	{ "*", ZT_PROBE_STAR },
	{ "a", ZT_PROBE_NONE },
	{ "12345678", ZT_PROBE_NONE },
	{ "123456789", ZT_PROBE_DIGITS },
	{ "12345678901", ZT_PROBE_DIGITS_11 },
	{ "1234567890123456", ZT_PROBE_DIGITS_16 },
	{ "123456789012345678", ZT_PROBE_DIGITS },
	{ "1234567890123456789", ZT_PROBE_NONE },
	{ "12345a78901", ZT_PROBE_NONE },
	{ "abcdefghijkl", ZT_PROBE_LETTERS_12 },
	{ "abcdefghijk1", ZT_PROBE_NONE },
	{ "aBcDeFgHiJ12", ZT_PROBE_MIXED_12 },
	{ "Abcdefghijkl", ZT_PROBE_NONE }, /* One capital. */
	{ "aBcDeFgHiJ11", ZT_PROBE_NONE }, /* A digit twice. */
	{ "aBcDeFgHiJa2", ZT_PROBE_NONE }, /* A letter twice. */
	{ "aBcDeFgHi-12", ZT_PROBE_NONE },
	{ "aBcDeFgHiJkLmN123456", ZT_PROBE_MIXED_20 },
	{ "abcdefghijklmnopqrst", ZT_PROBE_NONE },
	{ "abcdefghijklmnopqrstuvwx", ZT_PROBE_LETTERS_24 },
	{ "abcdefghijklmnopqrstuvw1", ZT_PROBE_NONE },
	{ "xx--abcdefghij0123456789--xx", ZT_PROBE_FRAMED },
	{ "xx--abcdefghij0123456789--xy", ZT_PROBE_NONE },
	{ "0123456789abcdef0123456789abcdef", ZT_PROBE_HEX_32 },
	{ "0123456789abcdef0123456789abcdeg", ZT_PROBE_NONE },
	{ "01234567-89ab-4def-8123-456789abcdef", ZT_PROBE_UUID_4 },
	{ "01234567-89ab-1def-8123-456789abcdef", ZT_PROBE_NONE }, /* Version 1. */
	{ "01234567-89ab-4def-7123-456789abcdef", ZT_PROBE_NONE }, /* Variant. */
	{ "01234567089ab-4def-8123-456789abcdef", ZT_PROBE_NONE },
};

/* Text to wire form as spelled, and folded; @return the length. */
static size_t
spell(uint8_t raw[ZT_NAME_MAX], uint8_t folded[ZT_NAME_MAX], const char *text)
{
	size_t len = 0;

	while (*text != '\0') {
		size_t n = strcspn(text, ".");
		raw[len] = (uint8_t)n;
		memcpy(raw + len + 1, text, n);
		len += n + 1;
		text += n + 1;
	}
	raw[len++] = 0;
	for (size_t i = 0; i < len; i++)
		folded[i] =
		    raw[i] >= 'A' && raw[i] <= 'Z' ? (uint8_t)(raw[i] + 32) : raw[i];
	return len;
}

static enum zt_probe
probe_of(const char *text)
{
	uint8_t raw[ZT_NAME_MAX], folded[ZT_NAME_MAX];
	size_t len = spell(raw, folded, text);
	bool is_same = memcmp(raw, folded, len) == 0;

	return zt_probe_of(folded, is_same ? folded : raw, len);
}

START_TEST(label_of_each_shape_is_told)
{
	char name[100];

	snprintf(name, sizeof(name), "%s.example.com.", shapes[_i].label);
	ck_assert_msg(probe_of(name) == shapes[_i].probe, "%s", name);
}
END_TEST

START_TEST(label_mixed_under_a_mixed_zone_is_a_resolver_at_play)
{
	ck_assert_int_eq(probe_of("aBcDeFgHiJ12.exAmple.com."), ZT_PROBE_NONE);
}
END_TEST

START_TEST(label_cut_off_is_no_probe)
{
	static const uint8_t cut[] = { 12, 'a', 'b', 'c' };

	ck_assert_int_eq(zt_probe_of(cut, cut, sizeof(cut)), ZT_PROBE_NONE);
	ck_assert_int_eq(zt_probe_of(cut, cut, 0), ZT_PROBE_NONE);
	ck_assert(!zt_probe_is_frequent_letters(cut, sizeof(cut)));
}
END_TEST

START_TEST(letters_eight_frequent_ones_are_told)
{
	uint8_t raw[ZT_NAME_MAX], name[ZT_NAME_MAX];
	size_t len = spell(raw, name, "etaoinsh.example.");

	ck_assert(zt_probe_is_frequent_letters(name, len));
	len = spell(raw, name, "etaoinsz.example.");
	ck_assert(!zt_probe_is_frequent_letters(name, len));
	len = spell(raw, name, "etaoins.example.");
	ck_assert(!zt_probe_is_frequent_letters(name, len));
}
END_TEST

/* Word lists. */

static void
note_words(struct zt_wordlists *lists, const char *const *words, size_t n)
{
	uint8_t raw[ZT_NAME_MAX], name[ZT_NAME_MAX];
	char text[64];

	for (size_t i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "%s.example.com.", words[i]);
		size_t len = spell(raw, name, text);
		zt_wordlists_note(lists, name, len);
	}
}

START_TEST(list_lacking_two_words_is_told_and_lacking_three_is_not)
{
	static const char *const words[] = { "1003", "1075", "1025", "1071", "1027",
		"1070", "1029", "1066" };
	struct zt_wordlists lists = { 0 };

	note_words(&lists, words, 7);
	note_words(&lists, words, 7);
	ck_assert(!zt_wordlists_has(&lists, ZT_WORDLIST_DNSENUM));
	note_words(&lists, words + 7, 1);
	ck_assert(zt_wordlists_has(&lists, ZT_WORDLIST_DNSENUM));
	ck_assert(!zt_wordlists_has(&lists, ZT_WORDLIST_NUMBERS));
}
END_TEST

START_TEST(list_short_one_lacks_nothing)
{
	static const char *const words[] = { "159", "167" };
	struct zt_wordlists lists = { 0 };

	note_words(&lists, words, 1);
	ck_assert(!zt_wordlists_has(&lists, ZT_WORDLIST_NUMBERS_FIERCE));
	note_words(&lists, words + 1, 1);
	ck_assert(zt_wordlists_has(&lists, ZT_WORDLIST_NUMBERS_FIERCE));
}
END_TEST

static void
add_shapes(Suite *suite)
{
	TCase *tcase = tcase_create("shapes");

	tcase_add_loop_test(
	    tcase, label_of_each_shape_is_told, 0, sizeof(shapes) / sizeof(shapes[0]));
	tcase_add_test(tcase, label_mixed_under_a_mixed_zone_is_a_resolver_at_play);
	tcase_add_test(tcase, label_cut_off_is_no_probe);
	tcase_add_test(tcase, letters_eight_frequent_ones_are_told);
	tcase_add_test(tcase, list_lacking_two_words_is_told_and_lacking_three_is_not);
	tcase_add_test(tcase, list_short_one_lacks_nothing);
	suite_add_tcase(suite, tcase);
}

int
main(void)
{
	Suite *suite = suite_create("probe");

	add_shapes(suite);
	return zt_suite_run(suite);
}
