/**
 * @file detector.h
 * The detector thread: events of all feeds into one engine, its alerts into the queue.
 *
 * Threads:  start and join belong to the main thread; the engine to the detector
 *           thread.  Its counters may be read after zt_detector_join().
 * Alive:    beats moves while the thread does; a watchdog may read it at any time.
 * Order:    feeds take turns, a batch each; within a feed events keep their order.
 * End:      when every feed is over, the engine finishes and the queue ends.
 */
#ifndef ZT_SENSOR_DETECTOR_H
#define ZT_SENSOR_DETECTOR_H

#include <pthread.h>

#include "../detect/engine.h"
#include "alert_queue.h"
#include "errand.h"
#include "feed.h"
#include "keeper.h"
#include "opener.h"
#include "sandbox.h"

/** The thread looks around at least so often. */
#define ZT_DETECTOR_BEAT_MS 400

struct zt_detector {
	struct zt_engine *engine;
	struct zt_feed *feeds; /**< Borrowed. */
	size_t n_feeds;
	struct zt_bell *data;		  /**< Borrowed; the bell of all feeds. */
	struct zt_errands *errands;	  /**< Borrowed; NULL: none. */
	struct zt_alert_queue *queue;	  /**< Borrowed. */
	struct zt_keeper *keeper;	  /**< Borrowed; NULL: no zone is kept. */
	const struct zt_opener *opener;	  /**< Borrowed; NULL in a replay. */
	const struct zt_sandbox *sandbox; /**< Borrowed; NULL: none. */
	zt_counter beats;		  /**< Turns of the thread; moves at least every
				   ZT_DETECTOR_BEAT_MS, also without events. */
	pthread_t thread;
	bool started;
};

/**
 * Make the engine.
 *
 * @param detector  feeds, n_feeds, data and queue are set by the caller.
 * @param params    borrowed for the call.
 * @return 0, or -ENOMEM.
 */
int zt_detector_init(struct zt_detector *detector, const struct zt_params *params);

/** @return 0, or -errno when the thread cannot be made. */
int zt_detector_start(struct zt_detector *detector);

/** Wait for the end of the thread; nothing happens when it was not started. */
void zt_detector_join(struct zt_detector *detector);

void zt_detector_fini(struct zt_detector *detector);

#endif
