#include "transfer_priv.h"

#include <stdlib.h>
#include <string.h>

bool
zt__transfer_table_init(struct zt__transfer_table *table, size_t n_entries)
{
	uint32_t n_buckets = 1;

	memset(table, 0, sizeof(*table));
	while (n_buckets < 2 * n_entries)
		n_buckets *= 2;
	/* calloc: entries that are never used cost no memory. */
	table->entries = calloc(n_entries, sizeof(*table->entries));
	table->buckets = calloc(n_buckets, sizeof(*table->buckets));
	if (!table->entries || !table->buckets)
		return false;
	table->n_entries = (uint32_t)n_entries;
	table->n_buckets = n_buckets;
	for (uint32_t i = 0; i < n_buckets; i++)
		table->buckets[i] = ZT__TRANSFER_NONE;
	for (unsigned i = 0; i < ZT__N_LISTS; i++)
		table->lists[i] =
		    (struct zt__transfer_age){ ZT__TRANSFER_NONE, ZT__TRANSFER_NONE };
	return true;
}

void
zt__transfer_table_fini(struct zt__transfer_table *table)
{
	free(table->entries);
	free(table->buckets);
	memset(table, 0, sizeof(*table));
}

static uint32_t
index_of(const struct zt__transfer_table *table, const struct zt__transfer *transfer)
{
	return (uint32_t)(transfer - table->entries);
}

static struct zt__transfer *
entry(const struct zt__transfer_table *table, uint32_t index)
{
	return index == ZT__TRANSFER_NONE ? NULL : &table->entries[index];
}

static uint32_t *
bucket(const struct zt__transfer_table *table, uint64_t flow)
{
	return &table->buckets[flow & (table->n_buckets - 1)];
}

/** The first of this flow from `index` on. */
static struct zt__transfer *
of_flow(const struct zt__transfer_table *table, uint32_t index, uint64_t flow)
{
	struct zt__transfer *transfer = entry(table, index);

	while (transfer && transfer->flow != flow)
		transfer = entry(table, transfer->next_in_bucket);
	return transfer;
}

struct zt__transfer *
zt__transfer_table_first(const struct zt__transfer_table *table, uint64_t flow)
{
	return of_flow(table, *bucket(table, flow), flow);
}

struct zt__transfer *
zt__transfer_table_next(
    const struct zt__transfer_table *table, const struct zt__transfer *transfer)
{
	return of_flow(table, transfer->next_in_bucket, transfer->flow);
}

struct zt__transfer *
zt__transfer_table_oldest(
    const struct zt__transfer_table *table, enum zt__transfer_list list)
{
	return entry(table, table->lists[list].oldest);
}

struct zt__transfer *
zt__transfer_table_victim(const struct zt__transfer_table *table, uint64_t flow)
{
	struct zt__transfer *last = NULL;
	unsigned n = 0;

	for (struct zt__transfer *t = zt__transfer_table_first(table, flow); t;
	     t = zt__transfer_table_next(table, t)) {
		last = t;
		n++;
	}
	if (n >= ZT__TRANSFERS_PER_FLOW)
		return last;
	if (table->n_touched < table->n_entries ||
	    table->lists[ZT__LIST_SPARE].oldest != ZT__TRANSFER_NONE)
		return NULL;
	struct zt__transfer *ended = zt__transfer_table_oldest(table, ZT__LIST_ENDED);
	struct zt__transfer *waiting =
	    zt__transfer_table_oldest(table, ZT__LIST_WAITING);
	struct zt__transfer *running =
	    zt__transfer_table_oldest(table, ZT__LIST_RUNNING);
	if (ended)
		return ended;
	if (waiting && running)
		return waiting->touched_ns <= running->touched_ns ? waiting : running;
	return waiting ? waiting : running;
}

/** Take an entry out of its order of age. */
static void
unlink_age(struct zt__transfer_table *table, struct zt__transfer *transfer)
{
	struct zt__transfer_age *list = &table->lists[transfer->list];
	struct zt__transfer *older = entry(table, transfer->older);
	struct zt__transfer *newer = entry(table, transfer->newer);

	if (older)
		older->newer = transfer->newer;
	else
		list->oldest = transfer->newer;
	if (newer)
		newer->older = transfer->older;
	else
		list->newest = transfer->older;
}

static void
link_age(struct zt__transfer_table *table, struct zt__transfer *transfer,
    enum zt__transfer_list list)
{
	uint32_t self = index_of(table, transfer);
	struct zt__transfer *newest = entry(table, table->lists[list].newest);

	transfer->list = (uint8_t)list;
	transfer->older = table->lists[list].newest;
	transfer->newer = ZT__TRANSFER_NONE;
	if (newest)
		newest->newer = self;
	else
		table->lists[list].oldest = self;
	table->lists[list].newest = self;
}

void
zt__transfer_table_move(struct zt__transfer_table *table, struct zt__transfer *transfer,
    enum zt__transfer_list list)
{
	unlink_age(table, transfer);
	link_age(table, transfer, list);
}

struct zt__transfer *
zt__transfer_table_add(struct zt__transfer_table *table, uint64_t flow)
{
	struct zt__transfer *transfer =
	    zt__transfer_table_oldest(table, ZT__LIST_SPARE);

	if (transfer)
		unlink_age(table, transfer);
	else if (table->n_touched < table->n_entries)
		transfer = &table->entries[table->n_touched++];
	else
		return NULL;
	memset(transfer, 0, sizeof(*transfer));
	transfer->flow = flow;
	transfer->next_in_bucket = *bucket(table, flow);
	*bucket(table, flow) = index_of(table, transfer);
	link_age(table, transfer, ZT__LIST_WAITING);
	return transfer;
}

void
zt__transfer_table_remove(
    struct zt__transfer_table *table, struct zt__transfer *transfer)
{
	uint32_t self = index_of(table, transfer);
	uint32_t *link = bucket(table, transfer->flow);

	while (*link != self)
		link = &table->entries[*link].next_in_bucket;
	*link = transfer->next_in_bucket;
	zt__transfer_table_move(table, transfer, ZT__LIST_SPARE);
}
