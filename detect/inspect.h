/**
 * @file inspect.h
 * What an engine knows, for people who ask: looked at between two events, changed never.
 *
 * Ownership: everything returned is a copy, or borrowed for a call.
 * Work:      zt_inspect_sources() looks at as many places of the table as it is told;
 *            zt_inspect_tracks() at the tracks of one source; policy and zones visit
 *            the owner's lists.
 * Threads:   the engine's.
 */
#ifndef ZT_DETECT_INSPECT_H
#define ZT_DETECT_INSPECT_H

#include "judge.h"

struct zt_setup;

/** The parts of an engine, borrowed from it. */
struct zt_engine_inside {
	const struct zt_sources *sources;
	const struct zt_tracks *tracks;
	const struct zt_incidents *incidents;
	const struct zt_arena *arena;
	const struct zt_setup *setup;
	uint64_t now_ns; /**< Engine time. */
	uint8_t prefix_v4;
	uint8_t prefix_v6;
};

/** Defined beside the engine. */
void zt_engine_inside(const struct zt_engine *engine, struct zt_engine_inside *inside);

/** Bytes of the budget, by what they are for. */
struct zt_inspect_memory {
	uint64_t budget_bytes;	/**< All that may be claimed. */
	uint64_t sources_bytes; /**< Reserved for entries of sources. */
	uint64_t sources_cap;	/**< So many sources. */
	uint64_t sources_live;
	uint64_t arena_bytes; /**< Reserved for tracks, windows, incidents. */
	uint64_t arena_used_bytes;
	uint64_t arena_peak_bytes;
	uint64_t index_bytes; /**< Tables that always take the same. */
};

void zt_inspect_memory(
    const struct zt_engine *engine, struct zt_inspect_memory *memory);

/** One track of a source. */
struct zt_inspect_track {
	const char *rule;  /**< NULL: the fingerprint. */
	uint64_t scope;	   /**< A hash; 0: none. */
	uint64_t idle_ns;  /**< Engine time since it was used. */
	uint64_t incident; /**< The number of its incident's id; 0: none. */
	uint32_t hits;
	uint32_t queries; /**< Within the rule's window. */
	uint32_t names;
	uint8_t level;
	uint8_t evidence; /**< enum zt_evidence. */
};

/** Called for each source; borrowed for the call. */
typedef void (*zt_inspect_source_fn)(
    void *arg, const struct zt_source *source, uint64_t idle_ns);

/**
 * Visit sources, a part of the table at a time.
 *
 * @param place  in: where to go on, 0 at first; out: where to go on.
 * @param limit  places to look at, whether somebody is there or not.
 * @return whether there is more.
 */
bool zt_inspect_sources(const struct zt_engine *engine, uint64_t *place, size_t limit,
    zt_inspect_source_fn fn, void *arg);

/**
 * One source, found by an address: as itself, or as the prefix that it is counted by.
 *
 * @param source  out: a copy.
 * @param tracks  out: room for cap.
 * @return how many tracks are shown, of source->n_tracks; -1: the source is not known.
 */
long zt_inspect_source(const struct zt_engine *engine, const struct zt_prefix *address,
    struct zt_source *source, struct zt_inspect_track *tracks, size_t cap);

/** One entry of a list of the owner. */
struct zt_inspect_entry {
	const char
	    *list;     /**< "internal", "resolvers", "monitors", "scanners", "zones" */
	size_t number; /**< Of the scanner. */
	const struct zt_zone_name
	    *zone; /**< Of "zones", whose secondaries these are. */
	struct zt_prefix prefix;
	uint64_t hits;
};

/** Called for each entry; borrowed for the call. */
typedef void (*zt_inspect_entry_fn)(void *arg, const struct zt_inspect_entry *entry);

/** Visit every entry of every list. */
void zt_inspect_policy(
    const struct zt_engine *engine, zt_inspect_entry_fn fn, void *arg);

#endif
