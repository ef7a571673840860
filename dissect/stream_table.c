#include "stream_table.h"

#include <stdlib.h>
#include <string.h>

bool
zt_stream_table_init(struct zt_stream_table *table, size_t max_streams)
{
	*table = (struct zt_stream_table){ 0 };
	table->n_buckets =
	    (uint32_t)((max_streams + ZT_STREAM_WAYS - 1) / ZT_STREAM_WAYS);
	table->n_streams = table->n_buckets * ZT_STREAM_WAYS;
	table->streams = calloc(table->n_streams, sizeof(*table->streams));
	table->tags = calloc(table->n_streams, sizeof(*table->tags));
	return table->streams != NULL && table->tags != NULL;
}

void
zt_stream_table_fini(struct zt_stream_table *table)
{
	free(table->streams);
	free(table->tags);
	*table = (struct zt_stream_table){ 0 };
}

unsigned
zt_stream_key_of(const struct zt_path *path, struct zt_stream_key *key)
{
	int order = memcmp(path->src, path->dst, sizeof(path->src));
	unsigned from = order > 0 || (order == 0 && path->src_port > path->dst_port);

	memset(key, 0, sizeof(*key));
	memcpy(key->addr[from], path->src, sizeof(path->src));
	memcpy(key->addr[1 - from], path->dst, sizeof(path->dst));
	key->port[from] = path->src_port;
	key->port[1 - from] = path->dst_port;
	key->tunnel_key = path->tunnel_key;
	key->family = path->family;
	return from;
}

static uint32_t
tag_of(uint64_t hash)
{
	uint32_t tag = (uint32_t)(hash >> 32);

	return tag != 0 ? tag : 1;
}

/** First place of bucket number which (0 or 1) of a hash. */
static uint32_t
bucket_of(const struct zt_stream_table *table, uint64_t hash, unsigned which)
{
	uint64_t x = which == 0 ? hash : hash * UINT64_C(0x9e3779b97f4a7c15) >> 32;
	uint64_t bucket = (x & UINT32_MAX) * table->n_buckets >> 32;

	return (uint32_t)bucket * ZT_STREAM_WAYS;
}

uint32_t
zt_stream_table_find(
    const struct zt_stream_table *table, const struct zt_stream_key *key, uint64_t hash)
{
	uint32_t tag = tag_of(hash);

	for (unsigned which = 0; which < 2; which++) {
		uint32_t base = bucket_of(table, hash, which);
		for (uint32_t i = base; i < base + ZT_STREAM_WAYS; i++) {
			if (table->tags[i] == tag &&
			    memcmp(&table->streams[i].key, key, sizeof(*key)) == 0)
				return i;
		}
	}
	return ZT_NO_STREAM;
}

/** How little a stream would be missed; higher goes first. */
static unsigned
rank(const struct zt_stream *stream)
{
	if (stream->id == 0)
		return 3;
	if (stream->is_closing)
		return 2;
	return stream->had_message ? 0 : 1;
}

static bool
goes_before(const struct zt_stream *a, const struct zt_stream *b)
{
	if (rank(a) != rank(b))
		return rank(a) > rank(b);
	return a->life_ns < b->life_ns;
}

/** The stream to go from two full buckets. */
static uint32_t
least_missed(const struct zt_stream_table *table, uint64_t hash)
{
	uint32_t victim = bucket_of(table, hash, 0);

	for (unsigned which = 0; which < 2; which++) {
		uint32_t base = bucket_of(table, hash, which);
		for (uint32_t i = base; i < base + ZT_STREAM_WAYS; i++)
			if (goes_before(&table->streams[i], &table->streams[victim]))
				victim = i;
	}
	return victim;
}

uint32_t
zt_stream_table_place(const struct zt_stream_table *table, uint64_t hash)
{
	uint32_t n_free[2] = { 0, 0 };
	uint32_t a_free[2] = { 0, 0 };

	for (unsigned which = 0; which < 2; which++) {
		uint32_t base = bucket_of(table, hash, which);
		for (uint32_t i = base; i < base + ZT_STREAM_WAYS; i++) {
			if (table->tags[i] != 0)
				continue;
			n_free[which]++;
			a_free[which] = i;
		}
	}
	if (n_free[0] + n_free[1] > 0)
		return a_free[n_free[1] > n_free[0]];
	return least_missed(table, hash);
}

struct zt_stream *
zt_stream_table_take(struct zt_stream_table *table, uint32_t index,
    const struct zt_stream_key *key, uint64_t hash)
{
	struct zt_stream *stream = &table->streams[index];

	memset(stream, 0, sizeof(*stream));
	stream->key = *key;
	for (unsigned i = 0; i < 2; i++) {
		struct zt_direction *dir = &stream->dir[i];
		zt_chain_init(&dir->body);
		zt_chain_init(&dir->second);
		zt_chain_init(&dir->held);
		zt_chain_init(&dir->later);
		dir->history = ZT_NO_HISTORY;
		dir->qr = -1;
	}
	table->tags[index] = tag_of(hash);
	return stream;
}

void
zt_stream_table_give(struct zt_stream_table *table, uint32_t index)
{
	table->tags[index] = 0;
}
