/* The greatest few of many records, against a plain sort. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sensor/ranking.h"
#include "suite.h"

struct record {
	uint64_t key;
	uint64_t order;
};

static int
by_key(const void *left, const void *right)
{
	const struct record *a = left;
	const struct record *b = right;

	if (a->key != b->key)
		return a->key > b->key ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

START_TEST(the_greatest_are_kept_in_order)
{
	static struct zt_ranking ranking;
	struct record records[1000];
	size_t cap = (size_t)_i;
	uint32_t random = (uint32_t)_i;

	zt_ranking_init(&ranking, cap, sizeof(struct record));
	for (size_t i = 0; i < 1000; i++) {
		random = random * UINT32_C(1664525) + UINT32_C(1013904223);
		/* Few keys, so that many are equal. */
		records[i] = (struct record){ random >> 24 & 63u, i };
		zt_ranking_offer(&ranking, records[i].key, &records[i]);
	}
	zt_ranking_finish(&ranking);
	qsort(records, 1000, sizeof(records[0]), by_key);
	ck_assert_uint_eq(ranking.n, cap);
	for (size_t i = 0; i < cap; i++) {
		struct record kept;
		memcpy(&kept, ranking.items[i].record, sizeof(kept));
		ck_assert_uint_eq(kept.key, records[i].key);
		ck_assert_uint_eq(kept.order, records[i].order);
	}
}
END_TEST

START_TEST(fewer_than_there_is_room_for)
{
	static struct zt_ranking ranking;

	zt_ranking_init(&ranking, ZT_RANKING_MAX, sizeof(uint64_t));
	zt_ranking_finish(&ranking);
	ck_assert_uint_eq(ranking.n, 0);
	zt_ranking_init(&ranking, ZT_RANKING_MAX, sizeof(uint64_t));
	for (uint64_t i = 0; i < 3; i++)
		zt_ranking_offer(&ranking, i, &i);
	zt_ranking_finish(&ranking);
	ck_assert_uint_eq(ranking.n, 3);
	ck_assert_uint_eq(ranking.items[0].key, 2);
	ck_assert_uint_eq(ranking.items[2].key, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ranking");
	TCase *ranking = tcase_create("ranking");

	tcase_add_loop_test(
	    ranking, the_greatest_are_kept_in_order, 1, ZT_RANKING_MAX + 1);
	tcase_add_test(ranking, fewer_than_there_is_room_for);
	suite_add_tcase(suite, ranking);
	return zt_suite_run(suite);
}
