/**
 * @file fingerprint.h
 * Which tool this is: the table of tool.def applied to what a source sent.
 *
 * State:   a track of its own kind (ZT_TRACK_FINGERPRINT), expired and evicted like all
 *          tracks; from the second question on with one habit (habit.h), together 256
 *          bytes of the arena.  It is made when a question shows something that few
 *          programs do, or when the source has an incident; nothing is kept of ordinary
 *          sources.
 * Names:   a tool is named when its score reaches ZT_FINGERPRINT_LIMIT_PPM and no other
 *          comes near; see the head of tool.def.
 * Work:    mark.h for an ordinary question, habit.h for one of a source with state; one
 *          pass over the table for an alert.
 * Threads: one.
 */
#ifndef ZT_DETECT_FINGERPRINT_H
#define ZT_DETECT_FINGERPRINT_H

#include "judge.h"

/** No tool is named below this score. */
#define ZT_FINGERPRINT_LIMIT_PPM 600000u
/** Nor without one feature that speaks so loudly for it. */
#define ZT_FINGERPRINT_MARK_PPM 500000u
/** What was seen of a source is forgotten when it was silent for so long. */
#define ZT_FINGERPRINT_HORIZON_NS (UINT64_C(1200) * 1000000000)

/** Look at the event before the rules do, so that their alerts know of it. */
void zt_fingerprint_note(struct zt_judge *judge);

/** What an alert is about. */
struct zt_fingerprint_subject {
	uint32_t source; /**< Handle, or ZT_SOURCE_NONE. */
	uint8_t rule;	 /**< The rule that speaks. */
};

/**
 * Name the tool of a source; tool is left as it is when there is none to name.
 *
 * @param tracks  not changed, but for the turn of the track.
 */
void zt_fingerprint_fill(struct zt_tracks *tracks,
    const struct zt_fingerprint_subject *subject, struct zt_alert_tool *tool);

/**
 * The same from features alone.
 *
 * @param features  bits of enum zt_feature.
 */
void zt_fingerprint_judge(uint64_t features, struct zt_alert_tool *tool);

#endif
