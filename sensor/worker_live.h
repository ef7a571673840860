/**
 * @file worker_live.h
 * The live half of a capture worker: from the kernel's ring to the dissector.
 *
 * Threads:   the worker's own.
 * Blocking:  waits for packets at most ZT_WORKER_BEAT_MS, so that time goes on and the
 *            wish to stop is seen on a silent link.
 * End:       further packets are kept out, and those that the kernel has are read, so
 *            that every packet it counted is accounted for.
 */
#ifndef ZT_SENSOR_WORKER_LIVE_H
#define ZT_SENSOR_WORKER_LIVE_H

#include "worker.h"

/** Capture until the wish to stop. */
void zt_worker_capture(struct zt_worker *worker);

#endif
