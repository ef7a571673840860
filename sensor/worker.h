/**
 * @file worker.h
 * A capture worker: one thread that reads packets, dissects them and feeds the
 * detector.
 *
 * Replay:    packets come from a source; a full ring makes the worker wait.
 * Live:      packets come from an interface; a full ring drops the event and counts it.
 *            When the interface goes away, the worker waits for the next handle.
 * Threads:   init, start, join and fini belong to the main thread; counters may be read
 *            by anybody.
 */
#ifndef ZT_SENSOR_WORKER_H
#define ZT_SENSOR_WORKER_H

#include <pthread.h>

#include "../dissect/dissect.h"
#include "feed.h"
#include "opener.h"
#include "sandbox.h"
#include "source.h"
#include "stop.h"
#include "timeline.h"

/** A live worker looks around at least so often. */
#define ZT_WORKER_BEAT_MS 200

struct zt_worker {
	struct zt_source *source;	  /**< Replay; borrowed. */
	struct zt_opener *opener;	  /**< Live; borrowed. */
	size_t slot;			  /**< Live: of the opener. */
	struct zt_feed *feed;		  /**< Borrowed. */
	const struct zt_sandbox *sandbox; /**< Live; borrowed. */
	const struct zt_stop *stop;	  /**< Borrowed. */
	double speed; /**< Replay: times capture time; 0: no waiting. */
	struct zt_dissect *dissect;
	uint64_t first_packet_ns; /**< For speed. */
	uint64_t first_clock_ns;
	zt_counter received; /**< Packets read. */
	zt_counter beats;    /**< Live: turns of the thread; moves at least every
				  ZT_WORKER_BEAT_MS, also without packets. */
	/* Live. */
	zt_counter kernel_received; /**< Packets that the kernel counted. */
	zt_counter unread;    /**< Of them, lost with an interface that went away. */
	zt_counter truncated; /**< Packets longer than capture.snaplen. */
	_Atomic uint64_t last_packet_ns; /**< Boot time of the last packet; 0: none. */
	struct zt_live *live;		 /**< Own; NULL: the interface is gone. */
	struct zt_timeline timeline;
	struct zt_clocks clocks; /**< At the last look. */
	uint64_t next_count_ns;	 /**< When to ask the kernel for its counters. */
	int affinity;		 /**< CPU, -1: any. */
	pthread_t thread;
	bool started;
};

/**
 * Make the dissector.
 *
 * @param worker   source or opener with slot, feed, stop, speed and affinity are set by
 *                 the caller.
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
