/**
 * @file vitals.h
 * The counters by which blind spots are judged, collected from where they are.
 *
 * Threads: main thread.
 */
#ifndef ZT_SENSOR_VITALS_H
#define ZT_SENSOR_VITALS_H

#include "health.h"
#include "statistics.h"

/** Add what one worker and its feed counted. */
void zt_vitals_add_worker(struct zt_health_counters *counters,
    const struct zt_worker *worker, const struct zt_feed *feed);

/** Add what the detector counted. */
void zt_vitals_add_engine(
    struct zt_health_counters *counters, const struct zt_engine_stats *engine);

#endif
