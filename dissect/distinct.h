/**
 * @file distinct.h
 * How many different values were there?  Exact at first, a sketch when there are many.
 *
 * Shape:   a set is 1, 2, 4 .. 16 chunks of 2048 slots of open addressing; a value's
 *          upper bits choose the chunk.  Beyond ZT_DISTINCT_EXACT_MAX values, or when
 *          the pool has no chunk left, the set becomes a HyperLogLog of 16384
 *          registers, which fits into one chunk.
 * Error:   the sketch's standard error is 1.04 / sqrt(16384) = 0.81 %, so that 3 % is
 *          exceeded in about one of 4,500 counts.
 * Empty:   a set that finds no chunk at all counts how often the value changes.
 * Values:  64-bit keyed hashes; two equal ones count once.
 * Memory:  one pool for all sets, fixed at creation: 16 KiB a chunk, and 256 KiB for
 *          values on the move.
 * Work:    one probe sequence inside a chunk a value; a set grows at most five times.
 * Threads: a pool and its sets belong to one thread.
 * Source:  Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog" (2007); the estimator
 *          without bias tables is Ertl, "New cardinality estimation algorithms for
 *          HyperLogLog sketches" (2017), algorithm 6.
 */
#ifndef ZT_DISSECT_DISTINCT_H
#define ZT_DISSECT_DISTINCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Chunks of the largest exact set. */
#define ZT_DISTINCT_CHUNKS_MAX 16
/** Values that are certainly still counted exactly when the pool has room. */
#define ZT_DISTINCT_EXACT_MAX 20000
/** Bytes of one chunk. */
#define ZT_DISTINCT_CHUNK_BYTES 16384

enum zt_distinct_mode {
	ZT_DISTINCT_EMPTY = 0, /**< No value yet. */
	ZT_DISTINCT_EXACT,
	ZT_DISTINCT_SKETCH,
	ZT_DISTINCT_CHANGES, /**< No chunk was to be had. */
};

/** One set; all zero is an empty one. */
struct zt_distinct {
	uint64_t count; /**< Exact count, or changes. */
	uint64_t last;	/**< The value added last. */
	uint8_t mode;	/**< enum zt_distinct_mode. */
	uint8_t n_chunks;
	uint16_t chunks[ZT_DISTINCT_CHUNKS_MAX];
};

struct zt_distinct_pool;

/**
 * @param n_chunks  1 .. 65535.
 * @return NULL when memory is short.
 */
struct zt_distinct_pool *zt_distinct_pool_new(size_t n_chunks);

/** Accepts NULL; sets the pointer to NULL.  The sets of the pool are void afterwards.
 */
void zt_distinct_pool_free(struct zt_distinct_pool **pool);

/** Add a value. @return true when it was certainly not in the set. */
bool zt_distinct_add(
    struct zt_distinct_pool *pool, struct zt_distinct *set, uint64_t value);

/** How many different values; an estimate unless the mode is exact or empty. */
uint64_t zt_distinct_count(
    const struct zt_distinct_pool *pool, const struct zt_distinct *set);

/** Give the set's chunks back and empty it. */
void zt_distinct_release(struct zt_distinct_pool *pool, struct zt_distinct *set);

#endif
