/**
 * @file sink_priv.h
 * The inside of a sink, shared by sink.c (main thread) and sink_thread.c.
 */
#ifndef ZT_SENSOR_SINK_PRIV_H
#define ZT_SENSOR_SINK_PRIV_H

#include <pthread.h>

#include "bell.h"
#include "sink_kind.h"
#include "sink_queue.h"
#include "spool.h"

/** The alert that the thread has in hand. */
struct zt_sink_hand {
	struct zt_record *record; /**< NULL: none. */
	char *line; /**< With the merged said in it; NULL: the record's. */
	struct zt_sink_message message;
	bool is_spooled; /**< It is the spool's oldest one. */
};

struct zt_sink {
	pthread_mutex_t lock;
	pthread_cond_t room; /**< There is less in the queue; on the monotonic clock. */
	struct zt_bell bell; /**< Rung by the main thread. */

	/* Under the lock. */
	struct zt_sink_queue queue;
	struct zt_sink_status status; /**< counts.queued is what the hand holds. */
	struct zt_sink_settings next; /**< With has_next. */
	bool has_next;
	bool wants_rotation;
	bool is_ending;
	bool has_ended; /**< The queue is no more. */
	bool is_gone;
	bool makes_room; /**< The thread takes alerts out of the queue. */

	/* Main thread. */
	struct zt_sink_settings wanted;
	pthread_t thread;
	bool started;

	/* The sink's thread, and the main thread before that starts. */
	struct zt_sink_settings settings;
	struct zt_sink_base *base;
	struct zt_spool spool;
	struct zt_sink_hand hand;
	uint64_t try_ms;	/**< Not before. */
	uint64_t spool_try_ms;	/**< Not before. */
	uint64_t spool_sync_ms; /**< When it is due; 0: everything is on the disk. */
	uint64_t wait_ms;	/**< Since when the place takes nothing; 0: it does. */
	uint64_t end_ms;	/**< When the end was asked for; 0: it was not. */
	unsigned backoff_ms;
};

/** The thread.  arg: the sink. */
void *zt_sink__run(void *arg);

/** Note a failure: text is the reason. */
void zt_sink__note_failure(struct zt_sink *sink, const char *text);

#endif
