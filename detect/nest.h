/**
 * @file nest.h
 * Where a track keeps its first things: in the rest of its own block, then in the arena.
 *
 * Purpose: most tracks hold one time, one name and one type and never more.  With their
 *          first storage inside the track's block they take one allocation and four
 *          neighbouring cache lines instead of five and six scattered ones.
 * Shape:   a track (tracks.h) fills the first part of its block, the nest is the rest.
 *          Pieces of it are handed out one after the other and never taken back; what
 *          outgrows its piece moves to a block of the arena.
 * Blocks:  named by a number, 0 for none: a handle of the arena, or, with ZT_NESTED set,
 *          where the piece lies in the track's block and how long it is.
 * Owners:  only what hangs on the track itself (its windows, tally and samples) may lie
 *          in the nest; use these functions for all of it.
 * Threads: one.
 */
#ifndef ZT_DETECT_NEST_H
#define ZT_DETECT_NEST_H

#include "tracks.h"

/** Set in the number of a piece; the arena's handles stay below. */
#define ZT_NESTED	   (UINT32_C(1) << 31)
#define ZT_NEST_LEN_SHIFT  8u
#define ZT_NEST_PLACE_MASK 0xffu

/** The bytes of a block of this track; block is not 0. */
static inline void *
zt_nest_at(const struct zt_tracks *tracks, uint32_t track, uint32_t block)
{
	if ((block & ZT_NESTED) == 0)
		return zt_arena_at(tracks->arena, block);
	uint8_t *bytes = zt_arena_at(tracks->arena, track);
	return bytes + (block & ZT_NEST_PLACE_MASK);
}

/** How long a block is; 0 for none. */
static inline size_t
zt_nest_bytes(const struct zt_tracks *tracks, uint32_t block)
{
	if ((block & ZT_NESTED) != 0)
		return (block & ~ZT_NESTED) >> ZT_NEST_LEN_SHIFT;
	return block != 0 ? zt_arena_bytes(tracks->arena->order_of[block]) : 0;
}

/** Give a block back; 0 is accepted.  A piece of the nest stays taken. */
static inline void
zt_nest_free(const struct zt_tracks *tracks, uint32_t block)
{
	if ((block & ZT_NESTED) == 0)
		zt_arena_free(tracks->arena, block);
}

/** A block of at least so many bytes for a track; 0 when there is none (counted). */
uint32_t zt_nest_alloc(struct zt_tracks *tracks, uint32_t track, size_t bytes);

/**
 * Make room in a blob of the track.
 *
 * @param bytes  wanted in all; content is kept.
 * @return the content, or NULL when it could not grow (counted).
 */
void *zt_nest_reserve(
    struct zt_tracks *tracks, uint32_t track, struct zt_blob *blob, size_t bytes);

#endif
