/**
 * @file roster.h
 * The secondaries of each zone and how each of them behaves: learned from transfers that
 * came to a good end.
 *
 * Learning:  for a time after the first event (capture time) everybody who fetches a zone
 *            over TCP is taken down, to be reviewed by a person.  Before and after that
 *            only those whom the configuration lists.
 * Habits:    how often it asked for the whole (AXFR) and for differences (IXFR), whether
 *            it signed and with which key, and the times between its transfers other
 *            than those that a NOTIFY led to.
 * Full:      a newcomer is refused and counted; nobody is forgotten.
 * Memory:    one region of fixed size, touched where it is used.
 * Work:      one probe of the index per transfer that ends, two for a stranger.
 * Threads:   one.
 */
#ifndef ZT_DETECT_ROSTER_H
#define ZT_DETECT_ROSTER_H

#include "params.h"

struct zt_secondary {
	uint64_t first_ns; /**< Capture times of transfers that succeeded. */
	uint64_t last_ns;
	uint64_t shortest_ns; /**< Between two of them; 0 when n_gaps is. */
	uint64_t longest_ns;
	uint32_t n_gaps;
	uint32_t n_axfr;
	uint32_t n_ixfr;
	uint32_t n_signed;
	uint32_t n_unsigned;
	uint8_t family; /**< 4 or 6. */
	uint8_t addr[16];
	struct zt_zone_name zone;
	struct zt_zone_name key; /**< TSIG key that it signed with last; len 0: none. */
};

struct zt_roster {
	struct zt_secondary *secondaries; /**< In the order in which they came. */
	uint32_t *index; /**< Number + 1 by zone and address, and by zone alone. */
	struct zt_hash_key key;
	uint32_t n;
	uint32_t cap;
	uint32_t n_slots;   /**< A power of two, at least four times cap. */
	uint64_t period_ns; /**< How long it learns; 0: it does not. */
	uint64_t since_ns;  /**< When learning began; 0: not yet. */
	uint64_t refused;
};

/**
 * @param bytes      what the roster may take.
 * @param period_ns  0: nobody is learned who is not listed.
 * @return 0, or -1 when memory is short.
 */
int zt_roster_init(struct zt_roster *roster, size_t bytes, uint64_t period_ns,
    const struct zt_hash_key *key);

/** Accepts one that was zeroed or failed to start. */
void zt_roster_fini(struct zt_roster *roster);

/** Bytes that the roster takes of the budget, used or not. */
size_t zt_roster_bytes(const struct zt_roster *roster);

/** The first event came: learning begins, unless it did before. */
static inline void
zt_roster_begin(struct zt_roster *roster, uint64_t ts_ns)
{
	if (roster->since_ns == 0 && roster->period_ns != 0)
		roster->since_ns = ts_ns;
}

/** Whether everybody is learned at this time. */
bool zt_roster_is_learning(const struct zt_roster *roster, uint64_t ts_ns);

/** Whether learning was wanted and is over. */
bool zt_roster_has_learned(const struct zt_roster *roster, uint64_t ts_ns);

/** The one who fetches in a ZT_EVENT_TRANSFER; NULL when it is not known. */
struct zt_secondary *zt_roster_find(
    const struct zt_roster *roster, const struct zt_event *event);

/** Whether anybody is known who fetches this zone. */
bool zt_roster_has_zone(const struct zt_roster *roster, const struct zt_event *event);

/** Take somebody down.  @return NULL when the roster is full (counted). */
struct zt_secondary *zt_roster_add(
    struct zt_roster *roster, const struct zt_event *event);

/** Whether the request was signed; a signature known to be forged is none. */
static inline bool
zt_secondary_signed(const struct zt_transfer *transfer)
{
	return (transfer->flags & ZT_TF_TSIG) != 0 &&
	       transfer->tsig.request_state != ZT_TSIG_FORGED;
}

/**
 * Note one more transfer of a secondary.
 *
 * @param is_announced  a NOTIFY led to it: it tells nothing of the schedule.
 */
void zt_secondary_note(
    struct zt_secondary *secondary, const struct zt_event *event, bool is_announced);

/** Longest that zt_roster_save() writes for so many secondaries. */
size_t zt_roster_save_max(const struct zt_roster *roster);

/**
 * Write the roster as bytes that last: a version, a checksum, no byte order.
 *
 * @param out  room for zt_roster_save_max().
 * @return bytes written.
 */
size_t zt_roster_save(const struct zt_roster *roster, uint8_t *out);

/**
 * Take over what was saved; the roster is empty.  All or nothing.
 *
 * @param why  out: a constant text when it is not accepted.
 * @return whether it was accepted.
 */
bool zt_roster_load(
    struct zt_roster *roster, const uint8_t *bytes, size_t len, const char **why);

#endif
