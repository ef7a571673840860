/**
 * @file progress.h
 * A progress bar on standard error for long replays.
 *
 * Threads:   main thread; reads the counters that the source keeps for it.
 */
#ifndef ZT_SENSOR_PROGRESS_H
#define ZT_SENSOR_PROGRESS_H

#include "log.h"
#include "options.h"
#include "source.h"

/** The bar is drawn so often. */
#define ZT_PROGRESS_INTERVAL_MS 200

struct zt_progress {
	const struct zt_source *source;
	struct zt_log *log;
	uint64_t started_ns; /**< Monotonic clock. */
	bool shown;	     /**< Bars are wanted here at all. */
};

/** Decide whether a bar is wanted. */
void zt_progress_init(struct zt_progress *progress, const struct zt_source *source,
    enum zt_progress_when when, struct zt_log *log);

/** Draw the bar, if one is wanted and the run has lasted long enough. */
void zt_progress_draw(struct zt_progress *progress);

/** Wipe the bar. */
void zt_progress_end(struct zt_progress *progress);

/** Seconds since zt_progress_init(). */
double zt_progress_seconds(const struct zt_progress *progress);

#endif
