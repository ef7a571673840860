/**
 * @file laws.h
 * The conservation laws of the dissector's counters and the shape of its events, for
 * tests and fuzz targets.
 *
 * Threads: reads counters only; exact when the dissector stands still.
 */
#ifndef ZT_TESTS_LAWS_H
#define ZT_TESTS_LAWS_H

#include "dissect/event.h"
#include "dissect/stats.h"

/**
 * Do the counters add up?
 *
 * @return NULL when they do, else the law that is broken.
 */
const char *laws_broken(const struct zt_dissect_stats *stats);

/** Whether the size of an event is what its header and its tail come to. */
bool event_has_its_size(const struct zt_event *ev);

#endif
