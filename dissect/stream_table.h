/**
 * @file stream_table.h
 * The TCP streams by their endpoints.
 *
 * Shape:   buckets of ZT_STREAM_WAYS; a stream may lie in either of two buckets and
 *          goes to the emptier one, so that the table fills nearly to the end.
 * Work:    at most 2 * ZT_STREAM_WAYS short tags compared, then the whole key of those
 *          that fit.
 * Full:    zt_stream_table_place() names the stream of the two buckets that is missed
 *          least: one that is over, then one that is closing, then one that never
 *          brought a message, then the one that was quiet longest.
 * Memory:  reserved at creation, touched when used.
 * Threads: one capture worker.
 */
#ifndef ZT_DISSECT_STREAM_TABLE_H
#define ZT_DISSECT_STREAM_TABLE_H

#include "hash.h"
#include "stream_list.h"

/** Streams in a bucket: their tags fill half a cache line. */
#define ZT_STREAM_WAYS 8

struct zt_stream_table {
	struct zt_stream *streams;
	uint32_t *tags; /**< Of the stream in the same place; 0: free. */
	uint32_t n_buckets;
	uint32_t n_streams; /**< n_buckets * ZT_STREAM_WAYS. */
};

/** @return false when memory is short. */
bool zt_stream_table_init(struct zt_stream_table *table, size_t max_streams);

void zt_stream_table_fini(struct zt_stream_table *table);

/** The key of a segment; @return the index of the sending direction, 0 or 1. */
unsigned zt_stream_key_of(const struct zt_path *path, struct zt_stream_key *key);

/**
 * The hash of a key for the table.  It is not for more: who made two streams meet would
 * have one push out the other, as any two streams do in a full table.
 */
uint64_t zt_stream_key_hash(
    const struct zt_hash_key *key, const struct zt_stream_key *stream);

/** @return the place of the stream, or ZT_NO_STREAM. */
uint32_t zt_stream_table_find(const struct zt_stream_table *table,
    const struct zt_stream_key *key, uint64_t hash);

/** Where a new stream may go: a free place, or one whose stream has to go first. */
uint32_t zt_stream_table_place(const struct zt_stream_table *table, uint64_t hash);

/** Start an empty stream in a free place. */
struct zt_stream *zt_stream_table_take(struct zt_stream_table *table, uint32_t index,
    const struct zt_stream_key *key, uint64_t hash);

/** The place is free again. */
void zt_stream_table_give(struct zt_stream_table *table, uint32_t index);

#endif
