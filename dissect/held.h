/**
 * @file held.h
 * Segments that came too early, in order of their sequence numbers and without
 * overlaps.
 *
 * Overlap:   bytes that are held already stay; other bytes for the same place are kept
 *            apart until the place is read (overlap.c then looks at both).
 * Limits:    ZT_HELD_BYTES and ZT_HELD_HOLES a direction; the owner of the order skips
 *            the first hole when they are passed.
 * Threads:   one capture worker.
 */
#ifndef ZT_DISSECT_HELD_H
#define ZT_DISSECT_HELD_H

#include "stream.h"

/** Bytes held of one direction: what a sender on a long path has in flight when its
 * first segment is lost.  The budget of all streams is bounded apart from this. */
#define ZT_HELD_BYTES 262144
/** Holes in front of or between held bytes. */
#define ZT_HELD_HOLES 32
/** Blocks: full ones, and one more for each hole. */
#define ZT_HELD_BLOCKS (ZT_HELD_BYTES / ZT_BLOCK_BYTES + ZT_HELD_HOLES + 2)
/** Blocks with other versions of held bytes. */
#define ZT_HELD_LATER_BLOCKS 16

/**
 * Keep n bytes at seq.
 *
 * @return false when some of them were held already with other content.
 */
bool zt_held_put(struct zt_flow *flow, uint32_t seq, const uint8_t *data, size_t n);

/** The first block, or NULL. */
struct zt_block *zt_held_first(const struct zt_flow *flow);

/** Is there more than may be held? */
bool zt_held_is_over(const struct zt_flow *flow);

/** Copy the bytes that follow each other from the first one on; @return how many. */
size_t zt_held_run(const struct zt_flow *flow, uint8_t *out, size_t cap);

#endif
