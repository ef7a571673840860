#include "tracks.h"

#include <string.h>

#include "nest.h"
#include "region.h"

/* Regions per level that are tried for one allocation. */
#define REGIONS_MAX 8u
/* Within this time, a power of two of about a second, tracks are as old as each other. */
#define PLACE_NS (UINT64_C(1) << 30)
/* A track takes four units. */
#define TRACK_ORDER 2u
/* The index has a slot for so many bytes of arena: less than a track ever takes. */
#define BYTES_PER_SLOT 256u

int
zt_tracks_init(struct zt_tracks *tracks, struct zt_arena *arena,
    struct zt_sources *sources, const uint64_t horizon_ns[ZT_N_RULES])
{
	*tracks = (struct zt_tracks){ .arena = arena, .sources = sources, .turn = 1 };
	size_t wanted = (size_t)arena->n_units * ZT_ARENA_UNIT / BYTES_PER_SLOT;

	for (tracks->n_index = 64; tracks->n_index < wanted / 2; tracks->n_index *= 2)
		;
	tracks->index = zt_region_new(zt_tracks_fixed_bytes(tracks));
	memcpy(tracks->horizon_ns, horizon_ns, ZT_N_RULES * sizeof(*horizon_ns));
	return tracks->index == NULL ? -1 : 0;
}

void
zt_tracks_fini(struct zt_tracks *tracks)
{
	zt_region_free(tracks->index, zt_tracks_fixed_bytes(tracks));
	tracks->index = NULL;
}

size_t
zt_tracks_fixed_bytes(const struct zt_tracks *tracks)
{
	return tracks->n_index * sizeof(*tracks->index);
}

static uint64_t
hash_of(const struct zt_tracks *tracks, const struct zt_track_key *key)
{
	/* Source handles come from a keyed hash and scopes are keyed hashes. */
	uint64_t who = (uint64_t)key->source << 8 | key->rule;

	return zt_hash_mix(key->scope ^ tracks->sources->key.k0, who);
}

static struct zt_track_slot *
slot_of(const struct zt_tracks *tracks, uint64_t hash)
{
	return &tracks->index[hash & (tracks->n_index - 1)];
}

/* The upper half of the hash chooses no slot. */
static uint32_t
filter_of(uint64_t hash)
{
	return UINT32_C(1) << (hash >> 59);
}

static struct zt_track_key
key_of(const struct zt_track *track)
{
	return (struct zt_track_key){ track->scope, track->source, track->rule };
}

/* The kinds of tracks of a source, one after the other, as keys without a scope. */
static bool
next_kind(uint32_t *kinds, struct zt_track_key *key)
{
	if (*kinds == 0)
		return false;
	key->rule = (uint8_t)__builtin_ctz(*kinds);
	*kinds &= *kinds - 1;
	return true;
}

void
zt_tracks_prefetch_index(const struct zt_tracks *tracks, uint32_t source)
{
	uint32_t kinds = zt_sources_at(tracks->sources, source)->kinds;
	struct zt_track_key key = { .source = source };

	while (next_kind(&kinds, &key))
		__builtin_prefetch(slot_of(tracks, hash_of(tracks, &key)));
}

void
zt_tracks_prefetch(const struct zt_tracks *tracks, uint32_t source)
{
	uint32_t kinds = zt_sources_at(tracks->sources, source)->kinds;
	struct zt_track_key key = { .source = source };

	while (next_kind(&kinds, &key)) {
		uint64_t hash = hash_of(tracks, &key);
		const struct zt_track_slot *slot = slot_of(tracks, hash);
		if ((slot->filter & filter_of(hash)) == 0)
			continue;
		const uint8_t *track =
		    (const uint8_t *)zt_tracks_at(tracks, slot->first);
		__builtin_prefetch(track, 1);
		__builtin_prefetch(track + ZT_ARENA_UNIT, 1);
	}
}

void
zt_tracks_begin(struct zt_tracks *tracks)
{
	tracks->turn++;
}

uint32_t
zt_tracks_find(struct zt_tracks *tracks, const struct zt_track_key *key)
{
	if (key->source != ZT_SOURCE_NONE &&
	    (zt_sources_at(tracks->sources, key->source)->kinds >> key->rule & 1u) == 0)
		return 0;
	uint64_t hash = hash_of(tracks, key);
	const struct zt_track_slot *slot = slot_of(tracks, hash);
	if ((slot->filter & filter_of(hash)) == 0)
		return 0;
	uint32_t handle = slot->first;
	while (handle != 0) {
		struct zt_track *track = zt_tracks_at(tracks, handle);
		if (track->scope == key->scope && track->source == key->source &&
		    track->rule == key->rule) {
			track->turn = tracks->turn;
			return handle;
		}
		handle = track->chain;
	}
	return 0;
}

static struct zt_track_list *
list_of(struct zt_tracks *tracks, const struct zt_track *track)
{
	return &tracks->lists[track->rule][track->level];
}

static void
list_push(struct zt_tracks *tracks, uint32_t handle)
{
	struct zt_track *track = zt_tracks_at(tracks, handle);
	struct zt_track_list *list = list_of(tracks, track);

	track->newer = 0;
	track->older = list->newest;
	if (list->newest != 0)
		zt_tracks_at(tracks, list->newest)->newer = handle;
	else
		list->oldest = handle;
	list->newest = handle;
}

static void
list_remove(struct zt_tracks *tracks, uint32_t handle)
{
	struct zt_track *track = zt_tracks_at(tracks, handle);
	struct zt_track_list *list = list_of(tracks, track);

	if (track->newer != 0)
		zt_tracks_at(tracks, track->newer)->older = track->older;
	else
		list->newest = track->older;
	if (track->older != 0)
		zt_tracks_at(tracks, track->older)->newer = track->newer;
	else
		list->oldest = track->newer;
}

static void
siblings_push(struct zt_tracks *tracks, uint32_t handle)
{
	struct zt_track *track = zt_tracks_at(tracks, handle);

	if (track->source == ZT_SOURCE_NONE)
		return;
	struct zt_source *source = zt_sources_at(tracks->sources, track->source);
	track->sibling_next = source->tracks;
	if (source->tracks != 0)
		zt_tracks_at(tracks, source->tracks)->sibling_prev = handle;
	source->tracks = handle;
	source->kinds |= UINT32_C(1) << track->rule;
	if (source->n_tracks < UINT16_MAX)
		source->n_tracks++;
}

static void
siblings_remove(struct zt_tracks *tracks, uint32_t handle)
{
	struct zt_track *track = zt_tracks_at(tracks, handle);

	if (track->source == ZT_SOURCE_NONE)
		return;
	struct zt_source *source = zt_sources_at(tracks->sources, track->source);
	if (track->sibling_prev != 0)
		zt_tracks_at(tracks, track->sibling_prev)->sibling_next =
		    track->sibling_next;
	else
		source->tracks = track->sibling_next;
	if (track->sibling_next != 0)
		zt_tracks_at(tracks, track->sibling_next)->sibling_prev =
		    track->sibling_prev;
	if (source->n_tracks > 0)
		source->n_tracks--;
	if (source->tracks == 0)
		source->kinds = 0;
}

static void
index_push(struct zt_tracks *tracks, uint32_t handle)
{
	struct zt_track *track = zt_tracks_at(tracks, handle);
	struct zt_track_key key = key_of(track);
	uint64_t hash = hash_of(tracks, &key);
	struct zt_track_slot *slot = slot_of(tracks, hash);

	track->chain = slot->first;
	slot->first = handle;
	slot->filter |= filter_of(hash);
}

static void
index_remove(struct zt_tracks *tracks, uint32_t handle)
{
	struct zt_track_key key = key_of(zt_tracks_at(tracks, handle));
	struct zt_track_slot *slot = slot_of(tracks, hash_of(tracks, &key));
	uint32_t *at = &slot->first;

	slot->filter = 0;
	while (*at != 0) {
		struct zt_track *track = zt_tracks_at(tracks, *at);
		if (*at == handle) {
			*at = track->chain;
			continue;
		}
		key = key_of(track);
		slot->filter |= filter_of(hash_of(tracks, &key));
		at = &track->chain;
	}
}

/* Take a track out of everything and give its memory back. */
static void
drop(struct zt_tracks *tracks, uint32_t handle)
{
	struct zt_track *track = zt_tracks_at(tracks, handle);

	if (track->incident != 0)
		tracks->evict(tracks->evict_arg, handle);
	index_remove(tracks, handle);
	list_remove(tracks, handle);
	siblings_remove(tracks, handle);
	for (unsigned i = 0; i < ZT_TRACK_WINDOWS; i++)
		zt_nest_free(tracks, track->windows[i].block);
	zt_nest_free(tracks, track->tally.block);
	zt_nest_free(tracks, track->samples.block);
	zt_arena_free(tracks->arena, handle);
	tracks->live--;
}

void
zt_tracks_drop_source(void *arg, uint32_t source)
{
	struct zt_tracks *tracks = arg;
	struct zt_source *entry = zt_sources_at(tracks->sources, source);

	while (entry->tracks != 0) {
		drop(tracks, entry->tracks);
		tracks->evicted++;
	}
}

void
zt_tracks_expire(struct zt_tracks *tracks, uint64_t now_ns, unsigned limit)
{
	unsigned left = limit;

	for (unsigned rule = 0; rule < ZT_TRACK_KINDS; rule++) {
		for (unsigned level = 0; level < ZT_TRACK_SUSPECT; level++) {
			struct zt_track_list *list = &tracks->lists[rule][level];
			uint32_t handle = list->oldest;
			while (left > 0 && handle != 0 &&
			       now_ns - zt_tracks_at(tracks, handle)->seen_ns >=
				   tracks->horizon_ns[rule]) {
				drop(tracks, handle);
				tracks->expired++;
				left--;
				handle = list->oldest;
			}
		}
	}
}

/* Of the lists of a level the one whose oldest track is the oldest of all. */
static uint32_t
oldest_of_level(const struct zt_tracks *tracks, unsigned level)
{
	uint32_t oldest = 0;
	uint64_t oldest_ns = UINT64_MAX;

	for (unsigned rule = 0; rule < ZT_TRACK_KINDS; rule++) {
		uint32_t handle = tracks->lists[rule][level].oldest;
		if (handle == 0)
			continue;
		uint64_t seen_ns = zt_tracks_at(tracks, handle)->seen_ns;
		if (oldest == 0 || seen_ns < oldest_ns) {
			oldest = handle;
			oldest_ns = seen_ns;
		}
	}
	return oldest;
}

/* Who may have to leave, and who left. */
struct clearing {
	struct zt_tracks *tracks;
	unsigned level_max;
};

static bool
may_leave(void *arg, uint32_t owner)
{
	const struct clearing *clearing = arg;
	const struct zt_track *track = zt_tracks_at(clearing->tracks, owner);

	return track->level <= clearing->level_max &&
	       track->turn != clearing->tracks->turn;
}

static bool
leave(void *arg, uint32_t owner)
{
	struct clearing *clearing = arg;

	drop(clearing->tracks, owner);
	clearing->tracks->evicted++;
	return false;
}

/* Clear the region of a track, so that a block of this order can be had from it. */
static bool
clear_region(struct clearing *clearing, uint32_t handle, unsigned order)
{
	struct zt_arena *arena = clearing->tracks->arena;
	unsigned region = order > TRACK_ORDER ? order : TRACK_ORDER;

	if (!zt_arena_owners(arena, handle, region, may_leave, clearing))
		return false;
	/* Free blocks merge when an owner leaves, so the walk starts again each time.
	 */
	while (!zt_arena_owners(arena, handle, region, leave, clearing))
		;
	return true;
}

static bool
make_room(struct zt_tracks *tracks, unsigned order, unsigned level_max)
{
	struct clearing clearing = { tracks, level_max };

	for (unsigned level = 0; level <= level_max; level++) {
		uint32_t handle = oldest_of_level(tracks, level);
		for (unsigned i = 0; i < REGIONS_MAX && handle != 0; i++) {
			if (clear_region(&clearing, handle, order))
				return true;
			handle = zt_tracks_at(tracks, handle)->newer;
		}
	}
	return false;
}

/* A block; others up to a level are evicted for it. */
static uint32_t
alloc_at_level(
    struct zt_tracks *tracks, size_t bytes, unsigned level_max, uint32_t owner)
{
	unsigned order = zt_arena_order(bytes);
	uint32_t block = zt_arena_alloc(tracks->arena, order, owner);

	if (block == 0 && order <= tracks->arena->top_order &&
	    make_room(tracks, order, level_max))
		block = zt_arena_alloc(tracks->arena, order, owner);
	return block;
}

uint32_t
zt_tracks_alloc(struct zt_tracks *tracks, uint32_t handle, size_t bytes)
{
	unsigned level = zt_tracks_at(tracks, handle)->level;
	uint32_t block = alloc_at_level(tracks, bytes, level, handle);

	tracks->clipped += block == 0;
	return block;
}

static unsigned
level_of(uint32_t count)
{
	unsigned level = 0;

	while (level + 1 < ZT_TRACK_SUSPECT && count >> (level + 1) != 0)
		level++;
	return level;
}

/* How much a new track may claim: by what its source did for each of its tracks, so
 * that nobody can claim more by spreading over scopes. */
static unsigned
first_level(const struct zt_tracks *tracks, uint32_t source)
{
	if (source == ZT_SOURCE_NONE)
		return ZT_TRACK_SUSPECT - 1;
	const struct zt_source *entry = zt_sources_at(tracks->sources, source);
	return level_of(entry->events / (1u + entry->n_tracks));
}

/* Whether nobody should have to go for this track: its source may never come again. */
static bool
is_passing(const struct zt_tracks *tracks, const struct zt_track_key *key)
{
	return key->source != ZT_SOURCE_NONE &&
	       (tracks->at_once >> key->rule & 1u) == 0 &&
	       zt_sources_at(tracks->sources, key->source)->events <= 1;
}

uint32_t
zt_tracks_add(struct zt_tracks *tracks, const struct zt_track_key *key, uint64_t now_ns,
    bool insist)
{
	unsigned level = first_level(tracks, key->source);
	unsigned level_max = insist ? ZT_TRACK_SUSPECT : level;
	uint32_t handle = zt_arena_alloc(tracks->arena, TRACK_ORDER, 0);

	if (handle == 0 && (insist || !is_passing(tracks, key)))
		handle = alloc_at_level(tracks, ZT_TRACK_BYTES, level_max, 0);
	if (handle == 0) {
		tracks->refused++;
		return 0;
	}
	struct zt_track *track = zt_tracks_at(tracks, handle);
	*track = (struct zt_track){
		.scope = key->scope,
		.source = key->source,
		.rule = key->rule,
		.seen_ns = now_ns,
		.hits = 1,
		.level = (uint8_t)level,
		.turn = tracks->turn,
	};
	index_push(tracks, handle);
	list_push(tracks, handle);
	siblings_push(tracks, handle);
	tracks->created++;
	tracks->live++;
	return handle;
}

void
zt_tracks_touch(struct zt_tracks *tracks, uint32_t handle, uint64_t now_ns)
{
	struct zt_track *track = zt_tracks_at(tracks, handle);

	uint64_t placed_ns = track->seen_ns & ~(PLACE_NS - 1);
	track->seen_ns = now_ns;
	if (track->hits < UINT32_MAX)
		track->hits++;
	unsigned level = level_of(track->hits);
	bool rises = track->level != ZT_TRACK_SUSPECT && level > track->level;
	if (!rises && now_ns - placed_ns < PLACE_NS)
		return;
	list_remove(tracks, handle);
	if (rises)
		track->level = (uint8_t)level;
	list_push(tracks, handle);
}

void
zt_tracks_set_suspect(struct zt_tracks *tracks, uint32_t handle, bool suspect)
{
	struct zt_track *track = zt_tracks_at(tracks, handle);
	unsigned level = suspect ? ZT_TRACK_SUSPECT : level_of(track->hits);

	list_remove(tracks, handle);
	track->level = (uint8_t)level;
	list_push(tracks, handle);
}

void *
zt_tracks_reserve(
    struct zt_tracks *tracks, uint32_t handle, struct zt_blob *blob, size_t bytes)
{
	size_t has =
	    blob->block == 0 ? 0 : zt_arena_bytes(tracks->arena->order_of[blob->block]);

	if (bytes > has) {
		uint32_t block = zt_tracks_alloc(tracks, handle, bytes);
		if (block == 0)
			return NULL;
		if (blob->block != 0)
			memcpy(zt_arena_at(tracks->arena, block),
			    zt_arena_at(tracks->arena, blob->block), blob->len);
		zt_arena_free(tracks->arena, blob->block);
		blob->block = block;
	}
	return zt_arena_at(tracks->arena, blob->block);
}
