/**
 * @file sink_status.h
 * How a sink is, as members of a JSON object: the same in statistics and status.
 *
 * Threads: pure functions on the caller's storage.
 */
#ifndef ZT_SENSOR_SINK_STATUS_H
#define ZT_SENSOR_SINK_STATUS_H

#include "document.h"
#include "sinks.h"

void zt_sink_status_put(
    struct zt_document *document, json_t *object, const struct zt_sink_status *status);

#endif
