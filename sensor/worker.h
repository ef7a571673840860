/**
 * @file worker.h
 * A capture worker: one thread that reads packets, dissects them and feeds the
 * detector.
 *
 * Replay:    packets come from a source; a full ring makes the worker wait.
 * Live:      packets come from an interface; a full ring drops the event and counts it.
 * Threads:   init, start, join and fini belong to the main thread; counters may be read
 *            by anybody, error after the join.
 */
#ifndef ZT_SENSOR_WORKER_H
#define ZT_SENSOR_WORKER_H

#include <pthread.h>

#include "../dissect/dissect.h"
#include "capture_live.h"
#include "feed.h"
#include "source.h"
#include "stop.h"

/** A live worker looks around at least so often. */
#define ZT_WORKER_BEAT_MS 200

struct zt_worker {
	struct zt_source *source;   /**< Replay; borrowed. */
	struct zt_live *live;	    /**< Live; borrowed. */
	struct zt_feed *feed;	    /**< Borrowed. */
	const struct zt_stop *stop; /**< Borrowed. */
	double speed;		    /**< Replay: times capture time; 0: no waiting. */
	struct zt_dissect *dissect;
	uint64_t first_packet_ns; /**< For speed. */
	uint64_t first_clock_ns;
	zt_counter received; /**< Packets read. */
	zt_counter beats;    /**< Live: turns of the thread; moves at least every
				  ZT_WORKER_BEAT_MS, also without packets. */
	struct zt_err error; /**< Why a live worker ended by itself; "": it did not. */
	pthread_t thread;
	bool started;
};

/**
 * Make the dissector.
 *
 * @param worker   source or live, feed, stop and speed are set by the caller.
 * @param options  borrowed for the call; emit is set here.
 * @return 0, or -ENOMEM.
 */
int zt_worker_init(struct zt_worker *worker, const struct zt_dissect_options *options);

/** @return 0, or -errno when the thread cannot be made. */
int zt_worker_start(struct zt_worker *worker);

/** Wait for the end of the thread; nothing happens when it was not started. */
void zt_worker_join(struct zt_worker *worker);

void zt_worker_fini(struct zt_worker *worker);

#endif
