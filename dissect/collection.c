#include "collection.h"

#include <stdlib.h>
#include <string.h>

/** No chunk and no record: places count from 1. */
#define NONE 0u
/** Records begin at multiples of this. */
#define GRAIN 8u

/** What stands in front of a record in the store; key and data follow. */
struct entry {
	uint32_t next; /**< Place of the next record. */
	uint32_t ttl;
	uint16_t key_len;
	uint16_t type;
	uint16_t klass;
	uint16_t rdlen;
};

struct zt_collections {
	uint8_t *bytes;
	uint32_t *older; /**< By chunk: the one used, or freed, before it. */
	uint32_t n_chunks;
	uint32_t n_touched; /**< Chunks that were ever in use. */
	uint32_t spare;	    /**< The first of the free ones, from 1. */
};

struct zt_collections *
zt_collections_new(size_t bytes)
{
	struct zt_collections *collections = calloc(1, sizeof(*collections));
	size_t n = bytes / ZT_COLLECTION_CHUNK_BYTES;

	if (!collections)
		return NULL;
	/* Places are 32 bits in units of GRAIN. */
	if (n > UINT32_MAX / (ZT_COLLECTION_CHUNK_BYTES / GRAIN) - 1)
		n = UINT32_MAX / (ZT_COLLECTION_CHUNK_BYTES / GRAIN) - 1;
	collections->n_chunks = (uint32_t)n;
	/* calloc: what is never used costs no memory. */
	collections->bytes = calloc(n + 1, ZT_COLLECTION_CHUNK_BYTES);
	collections->older = calloc(n + 1, sizeof(*collections->older));
	if (!collections->bytes || !collections->older)
		zt_collections_free(&collections);
	return collections;
}

void
zt_collections_free(struct zt_collections **collections)
{
	if (!*collections)
		return;
	free((*collections)->bytes);
	free((*collections)->older);
	free(*collections);
	*collections = NULL;
}

static uint8_t *
at_place(const struct zt_collections *collections, uint32_t place)
{
	return collections->bytes + (size_t)(place - 1) * GRAIN;
}

static void
get_entry(const struct zt_collections *collections, uint32_t place, struct entry *out)
{
	memcpy(out, at_place(collections, place), sizeof(*out));
}

static void
set_next(struct zt_collections *collections, uint32_t place, uint32_t next)
{
	memcpy(at_place(collections, place) + offsetof(struct entry, next), &next,
	    sizeof(next));
}

static uint32_t
get_next(const struct zt_collections *collections, uint32_t place)
{
	struct entry entry;

	get_entry(collections, place, &entry);
	return entry.next;
}

/** @return a chunk, from 1, or NONE. */
static uint32_t
take_chunk(struct zt_collections *collections)
{
	uint32_t chunk = collections->spare;

	if (chunk != NONE) {
		collections->spare = collections->older[chunk - 1];
		return chunk;
	}
	if (collections->n_touched == collections->n_chunks)
		return NONE;
	return ++collections->n_touched;
}

void
zt_collection_open(struct zt_collections *collections, struct zt_collection *collection)
{
	memset(collection, 0, sizeof(*collection));
	if (collections->n_chunks > 0)
		collection->state = ZT_COLLECTION_OPEN;
}

/** Chunks go back; the reason stays. */
static void
give_up(struct zt_collections *collections, struct zt_collection *collection,
    enum zt_collection_state why)
{
	for (uint32_t chunk = collection->chunks; chunk != NONE;) {
		uint32_t older = collections->older[chunk - 1];
		collections->older[chunk - 1] = collections->spare;
		collections->spare = chunk;
		chunk = older;
	}
	memset(collection, 0, sizeof(*collection));
	collection->state = (uint8_t)why;
}

void
zt_collection_close(
    struct zt_collections *collections, struct zt_collection *collection)
{
	give_up(collections, collection, ZT_COLLECTION_OFF);
}

/** Room for the largest record that may follow. @return false when there is none. */
static bool
make_room(
    struct zt_collections *collections, struct zt_collection *collection, size_t bytes)
{
	if (bytes > ZT_COLLECTION_CHUNK_BYTES)
		return false;
	if (collection->chunks != NONE &&
	    collection->used + bytes <= ZT_COLLECTION_CHUNK_BYTES)
		return true;
	uint32_t chunk = take_chunk(collections);
	if (chunk == NONE)
		return false;
	collections->older[chunk - 1] = collection->chunks;
	collection->chunks = chunk;
	collection->used = 0;
	return true;
}

/** Most that names in the data may grow by: two of them, or the only one. */
#define GROWTH_MAX (2u * ZT_NAME_MAX)

static void
link_record(struct zt_collections *collections, struct zt_collection *collection,
    const struct entry *entry)
{
	size_t offset = (size_t)(collection->chunks - 1) * ZT_COLLECTION_CHUNK_BYTES +
			collection->used;
	uint32_t place = (uint32_t)(offset / GRAIN) + 1;
	size_t bytes = sizeof(*entry) + entry->key_len + entry->rdlen;

	memcpy(at_place(collections, place), entry, sizeof(*entry));
	if (collection->last != NONE)
		set_next(collections, collection->last, place);
	else
		collection->first = place;
	collection->last = place;
	collection->used += (uint32_t)((bytes + GRAIN - 1) / GRAIN * GRAIN);
	collection->n++;
}

void
zt_collection_add(struct zt_collections *collections, struct zt_collection *collection,
    const uint8_t *msg, size_t len, const struct zt_rr *rr)
{
	struct entry entry = { .ttl = rr->ttl, .type = rr->type, .klass = rr->klass };
	unsigned hops = ZT_NAME_HOPS_MAX;
	size_t pos = rr->owner, rdlen;
	struct zt_name owner;

	if (collection->state != ZT_COLLECTION_OPEN)
		return;
	if (zt_name_expand(msg, len, &pos, &hops, &owner) != ZT_ACCEPT) {
		give_up(collections, collection, ZT_COLLECTION_ODD);
		return;
	}
	if (!make_room(collections, collection,
		sizeof(entry) + ZT_CANON_KEY_MAX + rr->rdlen + GROWTH_MAX)) {
		give_up(collections, collection, ZT_COLLECTION_TOO_LARGE);
		return;
	}
	uint8_t *at = collections->bytes +
		      (size_t)(collection->chunks - 1) * ZT_COLLECTION_CHUNK_BYTES +
		      collection->used + sizeof(entry);
	entry.key_len = (uint16_t)zt_canon_key(owner.wire, owner.len, at);
	if (!zt_canon_rdata(msg, len, rr, at + entry.key_len,
		(size_t)rr->rdlen + GROWTH_MAX, &rdlen)) {
		give_up(collections, collection, ZT_COLLECTION_ODD);
		return;
	}
	entry.rdlen = (uint16_t)rdlen;
	collection->bytes += owner.len + 10u + rdlen;
	link_record(collections, collection, &entry);
}

static uint32_t
read_record(
    const struct zt_collections *collections, uint32_t place, struct zt_collected *out)
{
	struct entry entry;

	if (place == NONE)
		return NONE;
	get_entry(collections, place, &entry);
	out->key = at_place(collections, place) + sizeof(entry);
	out->rdata = out->key + entry.key_len;
	out->ttl = entry.ttl;
	out->key_len = entry.key_len;
	out->type = entry.type;
	out->klass = entry.klass;
	out->rdlen = entry.rdlen;
	return place;
}

uint32_t
zt_collection_first(const struct zt_collections *collections,
    const struct zt_collection *collection, struct zt_collected *out)
{
	return read_record(collections, collection->first, out);
}

uint32_t
zt_collection_next(
    const struct zt_collections *collections, uint32_t place, struct zt_collected *out)
{
	return read_record(collections, get_next(collections, place), out);
}

static int
compare_bytes(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	if (order != 0)
		return order;
	return a_len < b_len ? -1 : a_len > b_len;
}

static int
compare(const struct zt_collections *collections, uint32_t a, uint32_t b)
{
	struct zt_collected left, right;

	(void)read_record(collections, a, &left); /* neither place is NONE */
	(void)read_record(collections, b, &right);
	int order = compare_bytes(left.key, left.key_len, right.key, right.key_len);
	if (order != 0)
		return order;
	if (left.type != right.type)
		return left.type < right.type ? -1 : 1;
	return compare_bytes(left.rdata, left.rdlen, right.rdata, right.rdlen);
}

/** Two sorted lists into one; of equal records the one of `a` stays. */
static uint32_t
merge(struct zt_collections *collections, uint32_t a, uint32_t b)
{
	uint32_t first = NONE, last = NONE;

	while (a != NONE && b != NONE) {
		int order = compare(collections, a, b);
		if (order == 0) {
			b = get_next(collections, b);
			continue;
		}
		uint32_t *from = order < 0 ? &a : &b;
		if (last == NONE)
			first = *from;
		else
			set_next(collections, last, *from);
		last = *from;
		*from = get_next(collections, *from);
	}
	uint32_t rest = a != NONE ? a : b;
	if (last == NONE)
		return rest;
	set_next(collections, last, rest);
	return first;
}

/** Cut the run of ascending records off that begins at *from. */
static uint32_t
take_run(struct zt_collections *collections, uint32_t *from)
{
	uint32_t first = *from, last = first;
	uint32_t next = get_next(collections, last);

	while (next != NONE && compare(collections, last, next) < 0) {
		last = next;
		next = get_next(collections, last);
	}
	set_next(collections, last, NONE);
	*from = next;
	return first;
}

void
zt_collection_sort(struct zt_collections *collections, struct zt_collection *collection)
{
	/* levels[i] is a merge of 2^i runs, or NONE. */
	uint32_t levels[32] = { NONE };
	uint32_t rest = collection->first, sorted = NONE;

	while (rest != NONE) {
		uint32_t run = take_run(collections, &rest);
		unsigned i = 0;
		for (; i < 31 && levels[i] != NONE; i++) {
			run = merge(collections, levels[i], run);
			levels[i] = NONE;
		}
		levels[i] =
		    levels[i] != NONE ? merge(collections, levels[i], run) : run;
	}
	for (unsigned i = 0; i < 32; i++)
		sorted = merge(collections, levels[i], sorted);
	collection->first = sorted;
	collection->last = NONE; /* nothing is added any more */
}

size_t
zt_collected_head(const struct zt_collected *record, uint8_t *out)
{
	size_t n = zt_canon_name(record->key, record->key_len, out);
	const uint16_t words[] = { record->type, record->klass,
		(uint16_t)(record->ttl >> 16), (uint16_t)record->ttl, record->rdlen };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		out[n++] = (uint8_t)(words[i] >> 8);
		out[n++] = (uint8_t)words[i];
	}
	return n;
}
