/**
 * @file stray_spools.h
 * Alerts left in the spool for an output that is no longer configured.
 *
 * Threads:   main thread, at the start.
 */
#ifndef ZT_SENSOR_STRAY_SPOOLS_H
#define ZT_SENSOR_STRAY_SPOOLS_H

#include <stddef.h>

#include "log.h"

/**
 * Warn about each spool with records that nobody will read.
 *
 * @param directory  of the spools; one that is missing has none.
 * @param paths      of the spools that are in use.
 */
void zt_stray_spools_tell(
    struct zt_log *log, const char *directory, const char *const *paths, size_t n);

#endif
