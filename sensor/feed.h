/**
 * @file feed.h
 * The way of events from one capture worker to the detector: a ring, two bells and the
 * counters that prove that nothing got lost unseen.
 *
 * Threads:  one producer (the capture worker), one consumer (the detector); the
 *           counters may be read by anybody.
 * Full:     zt_feed_offer() drops and counts (live), zt_feed_send() waits (replay).
 * Batches:  events become visible every `batch` events and on zt_feed_flush(), so that
 *           the cache line of the count moves once a batch.
 * Law:      pushed = popped + dropped + what is in the ring.
 */
#ifndef ZT_SENSOR_FEED_H
#define ZT_SENSOR_FEED_H

#include "../dissect/event.h"
#include "../dissect/stats.h"
#include "bell.h"
#include "ring.h"

struct zt_feed {
	struct zt_ring *ring;
	struct zt_bell *data; /**< Rung for the detector; shared by all feeds. */
	struct zt_bell space; /**< Rung for the producer. */
	size_t ring_bytes;
	size_t freed_bytes;   /**< Consumer: given back since space was last rung. */
	size_t taken_bytes;   /**< Consumer: length of the events in hand. */
	unsigned batch;	      /**< Events between two publications. */
	unsigned unpublished; /**< Producer. */
	size_t unreleased;    /**< Consumer: events. */
	zt_counter pushed;  /**< Written by the producer: offered, dropped included. */
	zt_counter dropped; /**< Written by the producer. */
	zt_counter popped;  /**< Written by the consumer. */
	zt_counter kernel_drops; /**< Written by the producer: packets. */
	_Atomic bool ended;	 /**< The producer will push nothing more. */
};

/**
 * @param data   bell of the consumer; outlives the feed.
 * @param batch  1 .. 4096.
 * @return 0, or -errno; then the feed needs no fini.
 */
int zt_feed_init(
    struct zt_feed *feed, size_t ring_bytes, unsigned batch, struct zt_bell *data);

void zt_feed_fini(struct zt_feed *feed);

/** Producer: push or drop.  Never blocks. */
void zt_feed_offer(struct zt_feed *feed, const struct zt_event *event);

/** Producer: push, waiting for room. */
void zt_feed_send(struct zt_feed *feed, const struct zt_event *event);

/** Producer: everything pushed so far becomes visible. */
void zt_feed_flush(struct zt_feed *feed);

/** Producer: flush, and nothing more will come. */
void zt_feed_end(struct zt_feed *feed);

/** Consumer: the oldest event, borrowed until zt_feed_done(); NULL when there is none.
 */
const struct zt_event *zt_feed_take(struct zt_feed *feed);

/** Consumer: the event is not needed any more. */
void zt_feed_done(struct zt_feed *feed);

/**
 * Consumer: the oldest events, borrowed until zt_feed_done_many().
 *
 * @param events  room for n.
 * @return how many there are.
 */
size_t zt_feed_take_many(
    struct zt_feed *feed, const struct zt_event **events, size_t n);

/** Consumer: the n events that zt_feed_take_many() returned are not needed any more. */
void zt_feed_done_many(struct zt_feed *feed, size_t n);

/** Consumer: gives all space back; called before sleeping. */
void zt_feed_rest(struct zt_feed *feed);

/** Consumer: nothing is left and nothing more will come. */
bool zt_feed_is_over(struct zt_feed *feed);

#endif
