/**
 * @file tracks.h
 * What a rule keeps about a source: one track per (rule, source, scope).
 *
 * Scope:    a keyed hash that the rule chooses (zone, server, name); 0 when it has
 *           none.  A track without a source (ZT_SOURCE_NONE) belongs to the rule as a
 *           whole, for jobs that are split over many sources.
 * Contents: three windows (window.h), a tally of types and rcodes, sample names, a few
 *           bytes that the rule uses as it likes, and, once the rule has fired, an
 *           incident (incident.h).  All of it lies in the arena and grows with what
 *           really happened.
 * Idle:     a track without an incident that was not touched for its rule's horizon
 *           holds nothing any more and expires.
 * Full:     tracks have a level: 0 .. 4 by how often they (or their source) came, 5
 *           with an incident.  The oldest track of the lowest level goes first, with
 *           those that share the region of memory that is wanted, and a newcomer may
 *           push out nobody above its own level.  For a source that came only once
 *           nobody is pushed out at all: a flood of such sources costs little, and who
 *           comes again is followed from then on.
 *           Ages are told apart by the second: within one, a track keeps its place.
 * Turns:    what was found or made since zt_tracks_begin() is not evicted before the
 *           next call of it, so that a rule may hold several tracks at once.
 * Law:      created = live + expired + evicted, always.
 * Work:     one chain of the index (one or two tracks on average, keyed hash); an
 *           allocation in a full arena looks at up to 8 regions per level and evicts
 *           the tracks of one, at most one per 64 bytes wanted.
 * Threads:  one.
 */
#ifndef ZT_DETECT_TRACKS_H
#define ZT_DETECT_TRACKS_H

#include "arena.h"
#include "sources.h"
#include "window.h"

/** What the windows of a track are for; the first two are shown in alerts. */
enum zt_track_window {
	ZT_TW_QUERIES, /**< times */
	ZT_TW_NAMES,   /**< recent, by the hash of the name */
	ZT_TW_OWN,     /**< either, as the rule likes */
	ZT_TRACK_WINDOWS
};
#define ZT_TRACK_LEVELS 6u
/** Kinds of tracks: one per rule, and that of fingerprints (fingerprint.h). */
#define ZT_TRACK_FINGERPRINT ZT_N_RULES
#define ZT_TRACK_KINDS	     (ZT_N_RULES + 1u)
/** Level of a track with an incident. */
#define ZT_TRACK_SUSPECT (ZT_TRACK_LEVELS - 1)

/** zt_track.evidence: how far the sender's address can be believed. */
enum zt_evidence {
	ZT_EV_TCP = 1u << 0, /**< A handshake was made: not spoofed. */
	ZT_EV_UDP = 1u << 1,
	ZT_EV_ANSWERED = 1u << 2,  /**< Answers went to the source. */
	ZT_EV_RECURSION = 1u << 3, /**< RD was set. */
	ZT_EV_ONE_SIDED =
	    1u << 4, /**< Responses stood for queries that were not seen. */
};

/** A growing piece of the arena. */
struct zt_blob {
	uint32_t block;
	uint16_t len; /**< Bytes in use. */
	uint16_t n;   /**< Things in it. */
};

struct zt_track {
	uint64_t scope;
	uint64_t seen_ns;
	uint64_t memo;	 /**< The rule's own. */
	uint32_t source; /**< Handle, or ZT_SOURCE_NONE. */
	uint32_t chain;	 /**< Next in the same index slot. */
	uint32_t newer;	 /**< Neighbours in the list of its rule and level. */
	uint32_t older;
	uint32_t sibling_next; /**< Other tracks of the source. */
	uint32_t sibling_prev;
	uint32_t incident; /**< Handle of its incident; 0: none. */
	uint32_t hits;	   /**< Saturates. */
	struct zt_window windows[ZT_TRACK_WINDOWS];
	struct zt_blob tally;
	struct zt_blob samples;
	uint8_t rule; /**< enum zt_rule_id, or ZT_TRACK_FINGERPRINT. */
	uint8_t level;
	uint8_t evidence; /**< enum zt_evidence. */
	uint8_t nested;	  /**< Bytes of its nest in use (nest.h). */
	uint32_t turn;	  /**< The event that used it last; that one cannot evict it. */
};

/** Bytes of the block of a track, and of its nest, which is the end of it. */
#define ZT_TRACK_BYTES	    256u
#define ZT_TRACK_NEST_BYTES 128u

_Static_assert(sizeof(struct zt_track) <= ZT_TRACK_BYTES - ZT_TRACK_NEST_BYTES,
    "the nest is behind the track");
_Static_assert(ZT_TRACK_KINDS <= 32, "zt_source.kinds has a bit for each");

/** Called with a track that has an incident and has to go; must end the incident. */
typedef void (*zt_track_evict_fn)(void *arg, uint32_t track);

struct zt_track_list {
	uint32_t newest;
	uint32_t oldest;
};

/** The tracks of one value of the hash. */
struct zt_track_slot {
	uint32_t first;	 /**< Of the chain; 0: none. */
	uint32_t filter; /**< Bit by another part of each one's hash: most look-ups that
			    find nothing need not read a track. */
};

struct zt_tracks {
	struct zt_arena *arena;
	struct zt_sources *sources;
	struct zt_track_slot *index;
	uint32_t n_index; /**< A power of two. */
	struct zt_track_list lists[ZT_TRACK_KINDS][ZT_TRACK_LEVELS];
	uint64_t horizon_ns[ZT_TRACK_KINDS]; /**< That of fingerprints is the owner's to
						set. */
	zt_track_evict_fn evict;
	void *evict_arg;
	uint32_t at_once; /**< Rules, as bits, that may fire at a first event. */
	uint32_t turn;
	uint64_t created;
	uint64_t live;
	uint64_t expired;
	uint64_t evicted;
	uint64_t refused; /**< Newcomers that found no place. */
	uint64_t clipped; /**< Windows, tallies or samples that could not grow. */
};

/**
 * @param arena       borrowed for the life of the tracks.
 * @param sources     likewise; its drop callback is the caller's to set.
 * @param horizon_ns  per rule: how long a track can matter after its last touch.
 * @return 0, or -1 when memory is short.
 */
int zt_tracks_init(struct zt_tracks *tracks, struct zt_arena *arena,
    struct zt_sources *sources, const uint64_t horizon_ns[ZT_N_RULES]);

/** Accepts one that was zeroed or failed to start. */
void zt_tracks_fini(struct zt_tracks *tracks);

/** Bytes that the index takes. */
size_t zt_tracks_fixed_bytes(const struct zt_tracks *tracks);

/** Which track is meant. */
struct zt_track_key {
	uint64_t scope;
	uint32_t source;
	uint8_t rule;
};

/** A new event begins: tracks used for the last one may be evicted again. */
void zt_tracks_begin(struct zt_tracks *tracks);

/**
 * Fetch into the cache what leads to the tracks that a source has without a scope; then,
 * with zt_tracks_prefetch(), the tracks.  With other work between the two calls neither
 * waits for memory.
 */
void zt_tracks_prefetch_index(const struct zt_tracks *tracks, uint32_t source);
void zt_tracks_prefetch(const struct zt_tracks *tracks, uint32_t source);

/** @return the handle of a track, or 0. */
uint32_t zt_tracks_find(struct zt_tracks *tracks, const struct zt_track_key *key);

/**
 * Make a track that does not exist yet.
 *
 * @param insist  it must get a place, whoever has to go.
 * @return its handle; 0 when it was not admitted.
 */
uint32_t zt_tracks_add(struct zt_tracks *tracks, const struct zt_track_key *key,
    uint64_t now_ns, bool insist);

/** Note that a track was used. */
void zt_tracks_touch(struct zt_tracks *tracks, uint32_t handle, uint64_t now_ns);

/** Move a track between the lists of suspects and of others. */
void zt_tracks_set_suspect(struct zt_tracks *tracks, uint32_t handle, bool suspect);

/** Drop the tracks of a source that loses its place (a zt_source_drop_fn). */
void zt_tracks_drop_source(void *tracks, uint32_t source);

/** Expire what is idle; at most limit tracks. */
void zt_tracks_expire(struct zt_tracks *tracks, uint64_t now_ns, unsigned limit);

/**
 * A block for a track, evicting others where that is allowed.
 *
 * @param handle  the track that asks.
 * @return 0 when there is none.
 */
uint32_t zt_tracks_alloc(struct zt_tracks *tracks, uint32_t handle, size_t bytes);

/**
 * Make room in a blob.
 *
 * @param bytes  wanted in all; content is kept.
 * @return the content, or NULL when it could not grow (counted).
 */
void *zt_tracks_reserve(
    struct zt_tracks *tracks, uint32_t handle, struct zt_blob *blob, size_t bytes);

static inline struct zt_track *
zt_tracks_at(const struct zt_tracks *tracks, uint32_t handle)
{
	return zt_arena_at(tracks->arena, handle);
}

#endif
