/**
 * @file zonebook.h
 * Zones learned from what passes, so that a name is judged by its zone although nobody
 * wrote a configuration.
 *
 * Evidence:  in an answer that somebody asked for: the SOA of a negative answer (RFC 2308
 *            section 2); an answer for SOA, NS or DNSKEY, which only an apex has; the NS
 *            records beside an answer; a delegation; and a transfer of which records came.
 *            Never the root, and never a top-level zone: under them everything lies.
 * Admission: a zone is a candidate until a second name under it tells the same; one that
 *            was transferred needs no more.  In a full bucket a newcomer needs to come at
 *            least as often lately (frequency.h) as the entry that it pushes out, whose
 *            use counts half for each hour of silence.  So zones invented under random
 *            names push out each other.
 * Shape:     buckets of eight entries, found by the keyed hash of the zone's name, and
 *            sets of four candidates, of which the oldest goes; both in regions touched
 *            where they are used.
 * Law:       learned = live + evicted, always.
 * Work:      a look-up hashes the suffixes of a name that have as many labels as some
 *            zone, and touches a bucket for each; an answer costs one look-up, and one
 *            more bucket when it has evidence.
 * Threads:   one.
 */
#ifndef ZT_DETECT_ZONEBOOK_H
#define ZT_DETECT_ZONEBOOK_H

#include "frequency.h"
#include "zones.h"

/** Labels of the longest legal name and the root's, RFC 1035 section 3.1. */
#define ZT_ZONEBOOK_LABELS 128u

/** How a zone became known: bits, in the order in which they weigh. */
enum zt_zone_source {
	ZT_ZS_NEGATIVE = 1u << 0,   /**< SOA of a negative answer. */
	ZT_ZS_APEX = 1u << 1,	    /**< SOA, NS or DNSKEY answered. */
	ZT_ZS_SERVERS = 1u << 2,    /**< NS records beside an answer. */
	ZT_ZS_DELEGATION = 1u << 3, /**< NS records of a delegation. */
	ZT_ZS_TRANSFER = 1u << 4,
};

struct zt_zonebook_entry {
	uint64_t hash;
	uint64_t first_ns; /**< Engine time. */
	uint64_t seen_ns;
	uint64_t answers; /**< Judged by this zone since it is known. */
	uint64_t bytes;	  /**< Of the latest transfer of all of it; 0: none seen. */
	uint32_t uses;	  /**< The same, halved for each hour of silence. */
	uint32_t serial;  /**< The latest that was seen; see has_soa. */
	uint32_t refresh; /**< Seconds; see has_soa. */
	uint8_t sources;  /**< enum zt_zone_source. */
	uint8_t n_labels;
	bool has_serial;
	bool has_refresh;
	bool is_configured; /**< Is one of the owner's; zt_zonebook_each() fills it. */
	struct zt_zone_name name; /**< len 0: the entry is free. */
};

struct zt_zonebook_candidate {
	uint64_t zone;
	uint64_t name;
};

/** What was found for a name: names come again. */
struct zt_zonebook_memo {
	uint64_t name_hash;
	uint64_t learned; /**< State of the book: valid while that is equal. */
	uint32_t entry;	  /**< Its place, or ZT_ZONEBOOK_NONE. */
	uint8_t off;
};

/** How much a server sent when it sent all of a zone. */
struct zt_zonebook_weight {
	uint64_t key; /**< Of the server and the order of magnitude; 0: free. */
	uint64_t zone;
	uint64_t bytes;
	uint64_t seen_ns;
};

#define ZT_ZONEBOOK_MEMOS   512u
#define ZT_ZONEBOOK_WEIGHTS 1024u
#define ZT_ZONEBOOK_NONE    UINT32_MAX

struct zt_zonebook {
	struct zt_zonebook_entry *entries;
	struct zt_zonebook_candidate *candidates;
	struct zt_frequency frequency;
	struct zt_hash_key key;
	uint32_t n_buckets;
	uint32_t n_candidates;		     /**< A power of two. */
	uint32_t depths[ZT_ZONEBOOK_LABELS]; /**< Zones by their number of labels. */
	uint64_t learned;
	uint64_t live;
	uint64_t evicted;
	uint64_t refused; /**< Zones with enough evidence that found no place. */
	uint64_t weights_evicted;
	struct zt_zonebook_memo memos[ZT_ZONEBOOK_MEMOS];
	struct zt_zonebook_weight weights[ZT_ZONEBOOK_WEIGHTS]; /**< Sets of four. */
};

/**
 * @param bytes  what the book may take.
 * @return 0, or -1 when memory is short.
 */
int zt_zonebook_init(
    struct zt_zonebook *book, size_t bytes, const struct zt_hash_key *key);

/** Accepts one that was zeroed or failed to start. */
void zt_zonebook_fini(struct zt_zonebook *book);

/** Bytes that the book takes of the budget, used or not. */
size_t zt_zonebook_bytes(const struct zt_zonebook *book);

/** Take from an event what it says of zones; any event is accepted. */
void zt_zonebook_note(
    struct zt_zonebook *book, const struct zt_event *event, uint64_t now_ns);

/**
 * The known zone that encloses a name most closely.
 *
 * @param name  len bytes of folded wire form; any bytes are accepted.
 * @param off   out, may be NULL: where the zone starts inside name.
 * @return NULL when there is none; borrowed until the next zt_zonebook_note().
 */
const struct zt_zonebook_entry *zt_zonebook_find(
    const struct zt_zonebook *book, const uint8_t *name, size_t len, size_t *off);

/** The same for the name of an event; quick when the event was noted just now. */
const struct zt_zonebook_entry *zt_zonebook_find_for(
    const struct zt_zonebook *book, const struct zt_event *event, size_t *off);

/** The known zone whose name has this hash; NULL when there is none. */
const struct zt_zonebook_entry *zt_zonebook_by_hash(
    const struct zt_zonebook *book, uint64_t hash);

/**
 * The known zone that the server of an event has sent as a whole, if one of them took
 * about so many bytes: an eighth more or less.  Of several the closest.
 *
 * @return NULL when there is none.
 */
const struct zt_zonebook_entry *zt_zonebook_by_size(
    const struct zt_zonebook *book, const struct zt_event *event, uint64_t bytes);

/** Called for each zone; borrowed for the call; false ends the walk. */
typedef bool (*zt_zonebook_fn)(void *arg, const struct zt_zonebook_entry *entry);

/**
 * Walk the zones, in the order of the table.  Work: the whole table.
 *
 * @param configured  the owner's zones.
 */
void zt_zonebook_each(const struct zt_zonebook *book, const struct zt_zones *configured,
    zt_zonebook_fn fn, void *arg);

#endif
