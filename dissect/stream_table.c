#include "stream_table.h"

#include <stdlib.h>
#include <string.h>

#include "cursor.h"

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

/** The order of two addresses as bytes. */
static int
compare(const uint8_t a[16], const uint8_t b[16])
{
	for (size_t i = 0; i < 16; i += 4) {
		uint32_t x = zt_be32(a + i), y = zt_be32(b + i);
		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

unsigned
zt_stream_key_of(const struct zt_path *path, struct zt_stream_key *key)
{
	int order = compare(path->src, path->dst);
	unsigned from = order > 0 || (order == 0 && path->src_port > path->dst_port);
	uint32_t src_port = path->src_port, dst_port = path->dst_port;

	memcpy(key->addr[from], path->src, sizeof(path->src));
	memcpy(key->addr[1 - from], path->dst, sizeof(path->dst));
	key->tunnel_key = path->tunnel_key;
	key->ports = (uint64_t)path->family << 32 |
		     (from ? dst_port << 16 | src_port : src_port << 16 | dst_port);
	return from;
}

uint64_t
zt_stream_key_hash(const struct zt_hash_key *key, const struct zt_stream_key *stream)
{
	const uint64_t ends[4] = { stream->addr[0][0], stream->addr[0][1],
		stream->addr[1][0], stream->addr[1][1] };
	const uint64_t all[4] = { zt_hash_words(key, ends), stream->tunnel_key,
		stream->ports, 0 };

	return zt_hash_words(key, all);
}

static bool
is_equal(const struct zt_stream_key *a, const struct zt_stream_key *b)
{
	uint64_t differs =
	    (a->addr[0][0] ^ b->addr[0][0]) | (a->addr[0][1] ^ b->addr[0][1]) |
	    (a->addr[1][0] ^ b->addr[1][0]) | (a->addr[1][1] ^ b->addr[1][1]) |
	    (a->tunnel_key ^ b->tunnel_key) | (a->ports ^ b->ports);

	return differs == 0;
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
			    is_equal(&table->streams[i].key, key))
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
