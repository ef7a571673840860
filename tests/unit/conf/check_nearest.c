/* Edit distance and the choice of a word that was probably meant. */
#include <check.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "conf/nearest.h"
#include "suite.h"

static const struct {
	const char *a;
	const char *b;
	unsigned distance;
} distances[] = {
	{ "", "", 0 },
	{ "", "abc", 3 },
	{ "abc", "", 3 },
	{ "memory", "memory", 0 },
	{ "memori", "memory", 1 },  /* exchange */
	{ "memry", "memory", 1 },   /* insertion */
	{ "memoryy", "memory", 1 }, /* deletion */
	{ "meomry", "memory", 1 },  /* swapped neighbours */
	{ "kitten", "sitting", 3 },
	{ "prots", "ports", 1 },
};

START_TEST(distance_counts_edits_both_ways)
{
	const char *a = distances[_i].a;
	const char *b = distances[_i].b;

	ck_assert_uint_eq(
	    zt_nearest_distance(a, strlen(a), b, strlen(b)), distances[_i].distance);
	ck_assert_uint_eq(
	    zt_nearest_distance(b, strlen(b), a, strlen(a)), distances[_i].distance);
}
END_TEST

START_TEST(distance_of_long_words_is_not_measured)
{
	char word[ZT_NEAREST_WORD_MAX + 1];

	(void)memset(word, 'a', sizeof(word));
	ck_assert_uint_eq(
	    zt_nearest_distance(word, ZT_NEAREST_WORD_MAX, word, ZT_NEAREST_WORD_MAX),
	    0);
	ck_assert_uint_eq(
	    zt_nearest_distance(word, ZT_NEAREST_WORD_MAX + 1, word, 1), UINT_MAX);
	ck_assert_uint_eq(
	    zt_nearest_distance(word, 1, word, ZT_NEAREST_WORD_MAX + 1), UINT_MAX);
}
END_TEST

static const char *const candidates[] = { "interfaces", "ports", "internal", "zones",
	"detect", "type-enumeration" };

static const struct {
	const char *word;
	const char *best;
} choices[] = {
	{ "port", "ports" },
	{ "zone", "zones" },
	{ "interface", "interfaces" },
	{ "internals", "internal" },
	{ "type-enum", "type-enumeration" }, /* a beginning */
	{ "dtct", "detect" },		     /* two edits of six letters */
	{ "dtc", NULL },		     /* three */
	{ "xyz", NULL },
	{ "", NULL },
};

START_TEST(nearest_candidate_is_chosen_or_none)
{
	struct zt_nearest nearest = { .word = choices[_i].word };

	for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++)
		zt_nearest_offer(&nearest, candidates[i], strlen(candidates[i]));
	if (choices[_i].best == NULL)
		ck_assert_ptr_null(nearest.best);
	else
		ck_assert_str_eq(nearest.best, choices[_i].best);
}
END_TEST

#define N_CASES(cases) ((int)(sizeof(cases) / sizeof((cases)[0])))

int
main(void)
{
	Suite *suite = suite_create("nearest");
	TCase *tcase = tcase_create("nearest");

	tcase_add_loop_test(
	    tcase, distance_counts_edits_both_ways, 0, N_CASES(distances));
	tcase_add_test(tcase, distance_of_long_words_is_not_measured);
	tcase_add_loop_test(
	    tcase, nearest_candidate_is_chosen_or_none, 0, N_CASES(choices));
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
