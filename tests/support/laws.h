/**
 * @file laws.h
 * The conservation laws of the dissector's counters, for tests and fuzz targets.
 *
 * Threads: reads counters only; exact when the dissector stands still.
 */
#ifndef ZT_TESTS_LAWS_H
#define ZT_TESTS_LAWS_H

#include "dissect/stats.h"

/**
 * Do the counters add up?
 *
 * @return NULL when they do, else the law that is broken.
 */
const char *laws_broken(const struct zt_dissect_stats *stats);

#endif
