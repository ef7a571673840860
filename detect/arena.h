/**
 * @file arena.h
 * The byte budget of all state that grows with what sources do: a buddy allocator.
 *
 * Shape:    blocks of 64 << order bytes, order 0 .. 14, cut from one region that is
 *           reserved at creation; pages that are never used are never touched.
 *           Neighbouring free blocks merge, so that the budget cannot be lost to sizes
 *           that are no longer wanted.
 * Handles:  a block is known by the number of its first 64-byte unit; 0 is "none".
 * Limits:   region >= 64 KiB.
 * Full:     alloc says so, the caller decides what to evict.
 * Owners:   each block remembers its owner, so that all owners in a region can be
 *           asked to leave when a block of its size is wanted.
 * Overhead: 5 bytes per unit for the maps.
 * Work:     at most 15 steps per call; zt_arena_owners one step per block.
 * Threads:  one.
 * Source:   own design after K. C. Knowlton, "A fast storage allocator" (1965).
 */
#ifndef ZT_DETECT_ARENA_H
#define ZT_DETECT_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZT_ARENA_UNIT	64u
#define ZT_ARENA_ORDERS 15u
/** Bytes of the maps per unit. */
#define ZT_ARENA_MAP_BYTES 5u

struct zt_arena {
	uint8_t *base;
	uint8_t *order_of;  /**< Of each block's first unit: its order, FREE bit. */
	uint32_t *owner_of; /**< Of each block's first unit: whose it is. */
	uint32_t free_head[ZT_ARENA_ORDERS];
	uint32_t n_units;
	uint32_t fresh;	    /**< First unit that was never handed out. */
	uint32_t top_order; /**< Order of the pieces cut from the region. */
	size_t used_bytes;
	size_t peak_bytes; /**< Most that was ever in use. */
};

/**
 * @param bytes  rounded down to whole pieces.
 * @return 0, or -1 when memory is short or bytes is too small.
 */
int zt_arena_init(struct zt_arena *arena, size_t bytes);

/** Accepts an arena that was zeroed or failed to start. */
void zt_arena_fini(struct zt_arena *arena);

/** The least order that holds so many bytes; ZT_ARENA_ORDERS when none does. */
unsigned zt_arena_order(size_t bytes);

/** Bytes of a block of this order. */
static inline size_t
zt_arena_bytes(unsigned order)
{
	return (size_t)ZT_ARENA_UNIT << order;
}

/**
 * @param owner  remembered with the block; 0: the block owns itself.
 * @return the handle of a block with undefined content, or 0 when there is none.
 */
uint32_t zt_arena_alloc(struct zt_arena *arena, unsigned order, uint32_t owner);

/** Called for the owner of each block in a region; false ends the walk. */
typedef bool (*zt_arena_owner_fn)(void *arg, uint32_t owner);

/**
 * Walk the owners of the blocks in the aligned region of 64 << order bytes around a
 * block that is not larger than the region; an owner comes once per block.
 *
 * @return false when fn ended the walk.
 */
bool zt_arena_owners(const struct zt_arena *arena, uint32_t handle, unsigned order,
    zt_arena_owner_fn fn, void *arg);

/** Give a block back; 0 is accepted. */
void zt_arena_free(struct zt_arena *arena, uint32_t handle);

/** The bytes of a block; valid until it is freed.  handle is not 0. */
static inline void *
zt_arena_at(const struct zt_arena *arena, uint32_t handle)
{
	return arena->base + (size_t)handle * ZT_ARENA_UNIT;
}

#endif
