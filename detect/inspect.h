/**
 * @file inspect.h
 * What an engine knows, for people who ask: looked at between two events, changed never.
 *
 * Ownership: everything returned is a copy, or borrowed for a call.
 * Work:      zt_inspect_sources() looks at as many places of the table as it is told;
 *            zt_inspect_source() at as many tracks as there is room for; policy and zones visit
 *            the owner's lists.
 * Threads:   the engine's.
 */
#ifndef ZT_DETECT_INSPECT_H
#define ZT_DETECT_INSPECT_H

#include "engine.h"

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
	uint8_t level;	  /**< 0 .. 5: who is pushed out last when memory is full. */
	bool is_tcp;	  /**< A handshake was made. */
	bool is_answered; /**< Answers went to the source. */
};

/** One source. */
struct zt_inspect_source {
	uint8_t addr[16]; /**< Masked to prefix_len. */
	uint8_t family;
	uint8_t prefix_len;
	bool is_internal;
	bool is_resolver; /**< Listed. */
	bool is_monitor;
	bool is_scanner;
	bool is_iterative; /**< Asks as recursive servers do. */
	uint16_t n_tracks;
	uint16_t n_incidents;
	uint32_t events;   /**< Halved for each minute of silence. */
	uint64_t idle_ns;  /**< Engine time since it was seen. */
	uint64_t campaign; /**< 0: none. */
};

/** Called for each source; borrowed for the call. */
typedef void (*zt_inspect_source_fn)(void *arg, const struct zt_inspect_source *source);

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
    struct zt_inspect_source *source, struct zt_inspect_track *tracks, size_t cap);

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
