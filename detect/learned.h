/**
 * @file learned.h
 * What the answers to an incident's questions told the one who asked.
 *
 * Shape:   sets of distinct things: names that have data, names that do not exist,
 *          addresses, private addresses among them, answers about mail, links of the
 *          denial chain.  A set is exact up to ZT_LEARNED_EXACT keys; beyond that it is
 *          a sketch (sketch.h), and the alert says so.
 * Begins:  when the incident opens, with what its windows hold already; answers before
 *          that are not remembered.
 * Share:   NSEC3 (RFC 5155 section 3): names hash to places on a ring of 2^160, and each
 *          record covers the part between its owner and the next.  Distinct records
 *          times the mean part that they cover, of the first 64 bits, is the share of
 *          the zone.  Lengths are added up from the first record on, in the memo of the
 *          track; exact up to 256 records.  NSEC has no such measure.
 * Memory:  blocks of the arena, owned by the incident's track; without memory the alert
 *          admits that it shows minima.
 * Work:    an answer adds at most 20 keys, each a binary search and a move in 2 KiB.
 *          Nothing for sources without an incident.
 * Threads: one.
 */
#ifndef ZT_DETECT_LEARNED_H
#define ZT_DETECT_LEARNED_H

#include "alert.h"
#include "tracks.h"

/** Keys of a set that are held one by one. */
#define ZT_LEARNED_EXACT 256u

/** Whose it is. */
struct zt_learner {
	struct zt_tracks *tracks;
	uint32_t track;
	uint32_t *learned; /**< Handle of the block; 0: made when there is something. */
};

/** An incident opened with this event: take over what the track's windows hold from
 *  since_ns on. */
void zt_learned_begin(
    const struct zt_learner *learner, const struct zt_event *event, uint64_t since_ns);

/**
 * Before an incident: add one NSEC3 record to the lengths that its track has seen.
 *
 * @param memo  of the track of rule nsec-walk; 0 at first.
 * @return the new memo.
 */
uint64_t zt_learned_measure(uint64_t memo, const struct zt_nsec *nsec);

/** An answer in the scope of the incident; other kinds of event are left alone. */
void zt_learned_note(const struct zt_learner *learner, const struct zt_event *event);

/** Write what is known; handle may be 0. */
void zt_learned_fill(
    const struct zt_arena *arena, uint32_t handle, struct zt_alert_learned *out);

/** Give everything back; handle may be 0. */
void zt_learned_free(struct zt_arena *arena, uint32_t handle);

#endif
