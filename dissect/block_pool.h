/**
 * @file block_pool.h
 * Blocks of bytes out of a fixed budget, and chains of them.
 *
 * Holds what TCP reassembly cannot hand on at once: unfinished messages and segments
 * that came too early.
 *
 * Memory:    all of it reserved at creation, touched only when first used.
 * Ownership: a block belongs to the chain that holds it; a chain given up without
 *            zt_chain_clear() is lost to the pool.
 * Full:      zt_chain_append() stores what fits and says so; who has to go is decided
 *            by the owner of the streams (tcp.c) before it starts to work on a segment.
 * Threads:   one pool per capture worker.
 */
#ifndef ZT_DISSECT_BLOCK_POOL_H
#define ZT_DISSECT_BLOCK_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** No block. */
#define ZT_NO_BLOCK UINT32_MAX
/** Payload of a block; with its header a block is 1 KiB, so that a usual segment takes
 *  two and an announced but empty message costs little. */
#define ZT_BLOCK_BYTES 1000

struct zt_block {
	uint64_t ts_ns; /**< When the last of data came; only in those chains. */
	uint32_t next;	/**< Next block of the chain, or ZT_NO_BLOCK. */
	uint32_t seq;	/**< Sequence number of data[0]; only in chains sorted by it. */
	uint32_t len;	/**< Bytes used. */
	uint8_t data[ZT_BLOCK_BYTES];
};

/** A list of blocks.  Start with zt_chain_init(). */
struct zt_chain {
	uint32_t first;
	uint32_t last;
	uint32_t bytes; /**< Sum of the lengths. */
	uint32_t n_blocks;
};

struct zt_block_pool {
	struct zt_block *blocks;
	uint32_t n_blocks;
	uint32_t n_free;
	uint32_t free_list;
	uint32_t untouched; /**< Blocks from here on were never used. */
};

/** @return false when memory is short; the pool is then empty but may be finished. */
bool zt_block_pool_init(struct zt_block_pool *pool, size_t n_blocks);

void zt_block_pool_fini(struct zt_block_pool *pool);

/** @return an empty block in no chain, or ZT_NO_BLOCK. */
uint32_t zt_block_take(struct zt_block_pool *pool);

/** Return a block that is in no chain any more. */
void zt_block_give(struct zt_block_pool *pool, uint32_t index);

/** The block with this index, which must be one of the pool. */
static inline struct zt_block *
zt_block_at(const struct zt_block_pool *pool, uint32_t index)
{
	return &pool->blocks[index];
}

static inline void
zt_chain_init(struct zt_chain *chain)
{
	*chain = (struct zt_chain){ ZT_NO_BLOCK, ZT_NO_BLOCK, 0, 0 };
}

/** Bytes at the end of the chain; @return how many of n were stored. */
size_t zt_chain_append(
    struct zt_block_pool *pool, struct zt_chain *chain, const uint8_t *data, size_t n);

/** Copy up to cap bytes of the chain to out; @return bytes copied. */
size_t zt_chain_copy(const struct zt_block_pool *pool, const struct zt_chain *chain,
    uint8_t *out, size_t cap);

/** Take the first block out; it must exist.  The caller gives it back. */
uint32_t zt_chain_pop(struct zt_block_pool *pool, struct zt_chain *chain);

/** Put a block behind `before`, or in front when that is ZT_NO_BLOCK. */
void zt_chain_insert(struct zt_block_pool *pool, struct zt_chain *chain,
    uint32_t before, uint32_t index);

/** Give all blocks back. */
void zt_chain_clear(struct zt_block_pool *pool, struct zt_chain *chain);

#endif
