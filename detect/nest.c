#include "nest.h"

#include <string.h>

/* Pieces are aligned for anything. */
#define ALIGNMENT 8u

uint32_t
zt_nest_alloc(struct zt_tracks *tracks, uint32_t track, size_t bytes)
{
	struct zt_track *home = zt_tracks_at(tracks, track);
	size_t len = (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);

	if (len > (size_t)ZT_TRACK_NEST_BYTES - home->nested)
		return zt_tracks_alloc(tracks, track, bytes);
	uint32_t place = ZT_TRACK_BYTES - ZT_TRACK_NEST_BYTES + home->nested;
	home->nested = (uint8_t)(home->nested + len);
	return ZT_NESTED | (uint32_t)len << ZT_NEST_LEN_SHIFT | place;
}

void *
zt_nest_reserve(
    struct zt_tracks *tracks, uint32_t track, struct zt_blob *blob, size_t bytes)
{
	if (bytes > zt_nest_bytes(tracks, blob->block)) {
		uint32_t block = zt_nest_alloc(tracks, track, bytes);
		if (block == 0)
			return NULL;
		if (blob->block != 0)
			memcpy(zt_nest_at(tracks, track, block),
			    zt_nest_at(tracks, track, blob->block), blob->len);
		zt_nest_free(tracks, blob->block);
		blob->block = block;
	}
	return zt_nest_at(tracks, track, blob->block);
}
