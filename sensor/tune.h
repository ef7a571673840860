/**
 * @file tune.h
 * --tune: what other thresholds would have made of the same captures.
 *
 * Way:     one pass over the captures; every event goes to five detectors whose
 *          thresholds are the configured ones times 1/2, 1, 2, 4 and 8.  All rules of a
 *          detector are scaled together, so that its numbers are those of a run with
 *          such a configuration.
 * Output:  YAML: the numbers as comments, then thresholds to paste.  The same captures
 *          and configuration give the same bytes.
 * Memory:  each detector gets its part of detect.memory_bytes; sources are kept of the
 *          first ZT_TUNE_INCIDENTS_MAX incidents of each.
 * Threads: the main thread only.
 */
#ifndef ZT_SENSOR_TUNE_H
#define ZT_SENSOR_TUNE_H

#include <stdio.h>

#include "../conf/conf.h"
#include "exit_code.h"
#include "log.h"
#include "options.h"

/** Incidents of one detector whose sources are remembered. */
#define ZT_TUNE_INCIDENTS_MAX 1000000u

/** Replay options->captures and print to out.  Failed writes are the caller's to see. */
enum zt_exit zt_tune(const struct zt_options *options, const struct zt_conf *conf,
    struct zt_log *log, FILE *out);

#endif
