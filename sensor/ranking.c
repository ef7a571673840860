#include "ranking.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void
zt_ranking_init(struct zt_ranking *ranking, size_t cap, size_t record_bytes)
{
	ranking->cap = cap;
	ranking->n = 0;
	ranking->record_bytes = record_bytes;
	ranking->offered = 0;
}

/* Whether a leaves before b. */
static bool
is_less(const struct zt_ranking_item *a, const struct zt_ranking_item *b)
{
	return a->key != b->key ? a->key < b->key : a->order > b->order;
}

static void
swap(struct zt_ranking *ranking, size_t a, size_t b)
{
	struct zt_ranking_item item = ranking->items[a];

	ranking->items[a] = ranking->items[b];
	ranking->items[b] = item;
}

static void
sift_up(struct zt_ranking *ranking, size_t at)
{
	while (at > 0 && is_less(&ranking->items[at], &ranking->items[(at - 1) / 2])) {
		swap(ranking, at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
}

static void
sift_down(struct zt_ranking *ranking)
{
	size_t at = 0;

	for (;;) {
		size_t least = at;
		for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
			if (child < ranking->n &&
			    is_less(&ranking->items[child], &ranking->items[least]))
				least = child;
		if (least == at)
			return;
		swap(ranking, at, least);
		at = least;
	}
}

static void
set(struct zt_ranking *ranking, size_t at, uint64_t key, const void *record)
{
	struct zt_ranking_item *item = &ranking->items[at];

	item->key = key;
	item->order = ranking->offered;
	memcpy(item->record, record, ranking->record_bytes);
}

void
zt_ranking_offer(struct zt_ranking *ranking, uint64_t key, const void *record)
{
	ranking->offered++;
	if (ranking->n < ranking->cap) {
		set(ranking, ranking->n, key, record);
		sift_up(ranking, ranking->n++);
	} else if (key > ranking->items[0].key) {
		set(ranking, 0, key, record);
		sift_down(ranking);
	}
}

static int
compare(const void *left, const void *right)
{
	const struct zt_ranking_item *a = left;
	const struct zt_ranking_item *b = right;

	return is_less(a, b) ? 1 : -1;
}

void
zt_ranking_finish(struct zt_ranking *ranking)
{
	qsort(ranking->items, ranking->n, sizeof(ranking->items[0]), compare);
}
