/**
 * @file part_health.h
 * What the health part knows, for the metrics and the live page.
 *
 * Threads: main thread.
 */
#ifndef ZT_SENSOR_PART_HEALTH_H
#define ZT_SENSOR_PART_HEALTH_H

#include "daemon.h"
#include "health.h"

/** A blind spot that is open. */
struct zt_health_problem {
	const struct zt_health_text *text;
	const char *subject; /**< Interface; "": the sensor. */
};

/**
 * The blind spots that are open, those of the sensor first.
 *
 * @param problems  room for cap; what is in there is borrowed until the next turn of the
 *                  event loop.
 * @return how many.
 */
size_t zt_health_problems(
    const struct zt_daemon *daemon, struct zt_health_problem *problems, size_t cap);

#endif
