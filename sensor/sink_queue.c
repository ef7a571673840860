#include "sink_queue.h"

#include <errno.h>
#include <stdlib.h>

int
zt_sink_queue_init(struct zt_sink_queue *queue, size_t capacity)
{
	*queue = (struct zt_sink_queue){ .capacity = capacity, .n_buckets = 16 };
	while (queue->n_buckets < capacity)
		queue->n_buckets *= 2;
	queue->buckets = calloc(queue->n_buckets, sizeof(*queue->buckets));
	return queue->buckets == NULL ? -ENOMEM : 0;
}

void
zt_sink_queue_fini(struct zt_sink_queue *queue)
{
	struct zt_record *record;
	uint64_t merged;

	while (zt_sink_queue_take(queue, &record, &merged))
		zt_record_release(record);
	free(queue->buckets);
	*queue = (struct zt_sink_queue){ 0 };
}

/* The place that points to the newest item of the incident, or to NULL. */
static struct zt_sink_item **
newest(struct zt_sink_queue *queue, uint64_t incident)
{
	struct zt_sink_item **at = &queue->buckets[incident & (queue->n_buckets - 1)];

	while (*at != NULL && zt_record_incident((*at)->record) != incident)
		at = &(*at)->sibling;
	return at;
}

static bool
is_superseded(const struct zt_sink_item *item)
{
	return item->newer != NULL && zt_record_is_repeat(item->record);
}

static void
append(struct zt_sink_queue *queue, struct zt_sink_item *item)
{
	struct zt_sink_item **at = newest(queue, zt_record_incident(item->record));
	struct zt_sink_item *older = *at;

	item->older = older;
	if (older != NULL) {
		older->newer = item;
		item->sibling = older->sibling;
		queue->n_superseded += is_superseded(older);
	}
	*at = item;
	item->before = queue->last;
	if (queue->last != NULL)
		queue->last->next = item;
	else
		queue->first = item;
	queue->last = item;
	queue->count++;
}

static void
take_out(struct zt_sink_queue *queue, struct zt_sink_item *item)
{
	queue->n_superseded -= is_superseded(item);
	if (item->newer != NULL) {
		item->newer->older = item->older;
	} else {
		struct zt_sink_item **at =
		    newest(queue, zt_record_incident(item->record));
		if (item->older != NULL) {
			item->older->sibling = item->sibling;
			queue->n_superseded -= is_superseded(item->older);
		}
		*at = item->older != NULL ? item->older : item->sibling;
	}
	if (item->older != NULL)
		item->older->newer = item->newer;
	if (item->before != NULL)
		item->before->next = item->next;
	else
		queue->first = item->next;
	if (item->next != NULL)
		item->next->before = item->before;
	else
		queue->last = item->before;
	queue->count--;
}

static void
discard(struct zt_sink_queue *queue, struct zt_sink_item *item)
{
	take_out(queue, item);
	zt_record_release(item->record);
	free(item);
}

static void
merge_oldest(struct zt_sink_queue *queue)
{
	struct zt_sink_item *item = queue->first;

	while (!is_superseded(item))
		item = item->next;
	item->newer->merged += item->merged + 1;
	discard(queue, item);
}

/* Of those with the least risk the oldest.  What was merged into it stays counted as
 * merged. */
static void
lose_one(struct zt_sink_queue *queue)
{
	struct zt_sink_item *least = queue->first;

	for (struct zt_sink_item *item = least; item != NULL; item = item->next)
		if (zt_record_risk(item->record) < zt_record_risk(least->record))
			least = item;
	if (least != NULL) /* there is one: the queue is full */
		discard(queue, least);
}

struct zt_sink_put
zt_sink_queue_put(struct zt_sink_queue *queue, struct zt_record *record)
{
	struct zt_sink_item *item = calloc(1, sizeof(*item));
	struct zt_sink_put put = { 0, 0 };

	if (item == NULL) {
		put.lost = 1;
		return put;
	}
	item->record = zt_record_share(record);
	append(queue, item);
	if (queue->count <= queue->capacity)
		return put;
	if (queue->n_superseded != 0) {
		merge_oldest(queue);
		put.merged = 1;
	} else {
		lose_one(queue);
		put.lost = 1;
	}
	return put;
}

bool
zt_sink_queue_take(
    struct zt_sink_queue *queue, struct zt_record **record, uint64_t *merged)
{
	struct zt_sink_item *item = queue->first;

	if (item == NULL)
		return false;
	take_out(queue, item);
	*record = item->record;
	*merged = item->merged;
	free(item);
	return true;
}

bool
zt_sink_queue_return(
    struct zt_sink_queue *queue, struct zt_record *record, uint64_t merged)
{
	struct zt_sink_item *item = calloc(1, sizeof(*item));

	if (item == NULL)
		return false;
	item->record = record;
	item->merged = merged;
	struct zt_sink_item **at = newest(queue, zt_record_incident(record));
	struct zt_sink_item *oldest = *at;
	while (oldest != NULL && oldest->older != NULL)
		oldest = oldest->older;
	if (oldest == NULL) {
		*at = item;
	} else {
		oldest->older = item;
		item->newer = oldest;
		queue->n_superseded += is_superseded(item);
	}
	item->next = queue->first;
	if (queue->first != NULL)
		queue->first->before = item;
	else
		queue->last = item;
	queue->first = item;
	queue->count++;
	return true;
}
