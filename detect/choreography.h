/**
 * @file choreography.h
 * What came before a transfer: whether it looks like a secondary at work.
 *
 * A primary tells its secondaries of a change (NOTIFY, RFC 1996); a secondary asks for
 * the SOA record, without recursion, to see whether there is something newer, and then
 * for the differences or the whole (RFC 1034 section 4.3.5, RFC 1995).  Somebody who
 * wants a copy just asks for it.
 *
 * Believed: a NOTIFY only where it came from the server that the zone is then fetched
 *           from: nobody but that server can make one pass the tap, unless senders can
 *           be forged behind it.  A SOA question is easily asked; it says less.
 * Shape:    sets of four entries found by a keyed hash of zone and secondary; only those
 *           of the latest hour count, and of two that are in the way of a third the one
 *           without a NOTIFY goes, else the older.
 * Work:     one cache line or two for a NOTIFY, a SOA question, a transfer; nothing for
 *           other events.
 * Threads:  one.
 */
#ifndef ZT_DETECT_CHOREOGRAPHY_H
#define ZT_DETECT_CHOREOGRAPHY_H

#include "params.h"

/** In the order in which they look regular. */
enum zt_prelude {
	ZT_PRELUDE_UNKNOWN, /**< No transfer, or the tap came too late to tell. */
	ZT_PRELUDE_COLD,    /**< Nothing led to the transfer. */
	ZT_PRELUDE_SOA,	    /**< A SOA question without recursion, just before. */
	ZT_PRELUDE_NOTIFY,  /**< The server had sent a NOTIFY. */
};

struct zt_prelude_entry {
	uint64_t key;  /**< Of zone and secondary, or of any zone and secondary. */
	uint64_t zone; /**< Hash of the zone's name. */
	uint64_t notified_ns;
	uint64_t asked_ns;
	uint32_t notified_by; /**< Part of the hash of the server. */
	uint32_t asked_at;
};

struct zt_choreography {
	struct zt_prelude_entry *entries;
	struct zt_hash_key key;
	uint32_t n_entries; /**< A power of two. */
	uint64_t evicted;   /**< Entries of the latest hour that had to go. */
};

/**
 * @param bytes  what the table may take.
 * @return 0, or -1 when memory is short.
 */
int zt_choreography_init(
    struct zt_choreography *table, size_t bytes, const struct zt_hash_key *key);

/** Accepts one that was zeroed or failed to start. */
void zt_choreography_fini(struct zt_choreography *table);

/** Bytes that the table takes of the budget, used or not. */
size_t zt_choreography_bytes(const struct zt_choreography *table);

/** Note a NOTIFY or a SOA question; any event is accepted. */
void zt_choreography_note(
    struct zt_choreography *table, const struct zt_event *event, uint64_t now_ns);

/** What led to the transfer of a ZT_EVENT_TRANSFER. */
enum zt_prelude zt_choreography_of(
    const struct zt_choreography *table, const struct zt_event *event, uint64_t now_ns);

/**
 * Whether the server of an event has sent its client a NOTIFY, for any zone.
 *
 * @param zone  out: with true, the hash of the name of the zone of the latest.
 */
bool zt_choreography_notified(const struct zt_choreography *table,
    const struct zt_event *event, uint64_t now_ns, uint64_t *zone);

#endif
