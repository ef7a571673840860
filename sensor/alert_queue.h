/**
 * @file alert_queue.h
 * Alerts from the detector thread to the main thread.
 *
 * Shape:    a fixed number of slots, copied in and out under a lock: alerts are rare.
 * Threads:  one producer, one consumer.
 * Full:     the producer waits, so no alert is ever lost here; behind it the event
 *           ring fills and, live, counts what it has to drop.
 * Waking:   the consumer watches `bell.fd` in its event loop.
 */
#ifndef ZT_SENSOR_ALERT_QUEUE_H
#define ZT_SENSOR_ALERT_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "../detect/alert.h"
#include "bell.h"

struct zt_alert_queue {
	struct zt_alert *slots;
	size_t capacity;
	size_t first;
	size_t count;
	bool ended;	/**< The detector is done: nothing follows. */
	bool abandoned; /**< The consumer is gone: alerts go nowhere. */
	pthread_mutex_t lock;
	pthread_cond_t room;
	struct zt_bell bell; /**< Rung when there is an alert, or the end. */
};

/** @return 0, or -errno; then the queue needs no fini. */
int zt_alert_queue_init(struct zt_alert_queue *queue, size_t capacity);

void zt_alert_queue_fini(struct zt_alert_queue *queue);

/** Producer: append a copy, waiting for room. */
void zt_alert_queue_put(struct zt_alert_queue *queue, const struct zt_alert *alert);

/** Producer: nothing follows. */
void zt_alert_queue_end(struct zt_alert_queue *queue);

/** Consumer: move the oldest alert out. @return false when there is none now. */
bool zt_alert_queue_get(struct zt_alert_queue *queue, struct zt_alert *alert);

/** Consumer: will nothing more be taken out: ended, and empty or abandoned? */
bool zt_alert_queue_is_over(struct zt_alert_queue *queue);

/** Consumer: from now on nobody takes anything out, so the producer must not wait. */
void zt_alert_queue_abandon(struct zt_alert_queue *queue);

#endif
