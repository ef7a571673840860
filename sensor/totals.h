/**
 * @file totals.h
 * Sums of a run as JSON: the same in statistics, status and on the live page.
 *
 * Law:     of alerts, raised + recovered = written + merged + queued + skipped + lost;
 *          also while the session runs.
 * Threads: main thread.
 */
#ifndef ZT_SENSOR_TOTALS_H
#define ZT_SENSOR_TOTALS_H

#include "document.h"
#include "statistics.h"

/** Member "alerts" of parent: what was raised and what became of it. */
void zt_totals_put_alerts(struct zt_document *document, json_t *parent,
    const struct zt_statistics *statistics);

/** Member "totals" of root: what people look at while the session runs.  @return it. */
json_t *zt_totals_put(
    struct zt_document *document, json_t *root, const struct zt_statistics *statistics);

#endif
