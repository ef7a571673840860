/**
 * @file sweep.h
 * The form that most rules share: many distinct names of one kind, from one source, in
 * one scope.
 *
 * Counts:    a question in its source's track of the scope; an answer only as evidence
 *            and for its rcode.
 * Fires:     when more than `names` distinct names were asked for within `window`.
 * Threads:   one.
 */
#ifndef ZT_DETECT_SWEEP_H
#define ZT_DETECT_SWEEP_H

#include "judge.h"

struct zt_sweep {
	uint64_t scope;	     /**< Keyed hash; 0: none. */
	const char *title;   /**< Constant text. */
	const uint8_t *zone; /**< For the alert, or NULL; borrowed from the event. */
	uint8_t zone_len;
};

/** Count the event at hand; the rule has decided that its name is of the kind. */
void zt_sweep_count(struct zt_judge *judge, const struct zt_sweep *sweep);

#endif
