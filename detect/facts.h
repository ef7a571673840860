/**
 * @file facts.h
 * What a track remembers for the person who will read the alert: which types were asked
 * for, which rcodes came back, and a few of the names.
 *
 * Tally:   one entry per type and per rcode with its count and when it came last; a
 *          count starts again when its code was absent for the window.
 * Samples: until an incident opens, the latest distinct names; from then on the list
 *          is filled up and kept.
 * Limits:  32 entries of the tally, ZT_ALERT_SAMPLES_MAX names.
 * Memory:  the track's blobs; when they cannot grow the fact is left out (counted as
 *          clipped by tracks.h).
 * Threads: one.
 */
#ifndef ZT_DETECT_FACTS_H
#define ZT_DETECT_FACTS_H

#include "alert.h"
#include "tracks.h"

enum zt_fact_kind {
	ZT_FACT_TYPE,
	ZT_FACT_RCODE,
};

/** One more message of this type, or with this rcode. */
void zt_facts_tally(struct zt_tracks *tracks, uint32_t handle, enum zt_fact_kind kind,
    uint16_t code, uint64_t now_ns);

/** A name that the track has not seen before; name is wire form of len 1 .. 255. */
void zt_facts_sample(
    struct zt_tracks *tracks, uint32_t handle, const uint8_t *name, uint8_t len);

/** Write types and rcodes that came at or after since_ns, and the samples. */
void zt_facts_fill(const struct zt_tracks *tracks, uint32_t handle, uint64_t since_ns,
    struct zt_alert_window *window);

#endif
