/**
 * @file summary.h
 * What happened, for people: one line an incident, then how far the view can be
 * trusted.
 *
 * Memory:   the last state of at most ZT_SUMMARY_MAX incidents; further ones are
 *           counted.
 * Threads:  main thread.
 */
#ifndef ZT_SENSOR_SUMMARY_H
#define ZT_SENSOR_SUMMARY_H

#include <stdio.h>

#include "statistics.h"

/** Incidents remembered. */
#define ZT_SUMMARY_MAX 1024
/** Incidents printed; the worst ones. */
#define ZT_SUMMARY_LINES 40

struct zt_summary {
	struct zt_alert *last; /**< Latest alert of each incident. */
	uint64_t *keys;	       /**< Of their ids; small, so that a search is quick. */
	size_t count;
	size_t capacity;
	uint64_t left_out; /**< Alerts of incidents that found no place. */
};

void zt_summary_init(struct zt_summary *summary);

void zt_summary_fini(struct zt_summary *summary);

/** Remember an alert as the latest state of its incident. */
void zt_summary_add(struct zt_summary *summary, const struct zt_alert *alert);

/** Print everything.  Sorts what was remembered. */
void zt_summary_print(struct zt_summary *summary,
    const struct zt_statistics *statistics, double seconds, FILE *to);

#endif
