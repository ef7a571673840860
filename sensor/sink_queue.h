/**
 * @file sink_queue.h
 * Alerts that wait in memory for one sink.
 *
 * Full:      the oldest update for which a newer record of the same incident waits is
 *            merged into that one, which then stands for both; when there is none, the
 *            alert with the least risk, of those the oldest, is lost.
 * Order:     as put; merging keeps the place of the newer record.
 * Ownership: the queue holds a reference to each record.
 * Threads:   the caller locks.
 */
#ifndef ZT_SENSOR_SINK_QUEUE_H
#define ZT_SENSOR_SINK_QUEUE_H

#include "record.h"

struct zt_sink_item {
	struct zt_record *record;
	uint64_t merged;	      /**< Updates that it also stands for. */
	struct zt_sink_item *next;    /**< In the queue. */
	struct zt_sink_item *before;  /**< In the queue. */
	struct zt_sink_item *older;   /**< Of the same incident. */
	struct zt_sink_item *newer;   /**< Of the same incident. */
	struct zt_sink_item *sibling; /**< Newest of another incident, same bucket. */
};

struct zt_sink_queue {
	struct zt_sink_item *first;
	struct zt_sink_item *last;
	size_t count;
	size_t capacity;
	size_t n_superseded;	       /**< Items that could be merged. */
	struct zt_sink_item **buckets; /**< Newest item of each incident. */
	size_t n_buckets;	       /**< A power of two. */
};

/** What became of it. */
struct zt_sink_put {
	unsigned merged; /**< Alerts that were merged for it. */
	unsigned lost;	 /**< Alerts that were lost, the new one or another. */
};

/** @return 0, or -ENOMEM. */
int zt_sink_queue_init(struct zt_sink_queue *queue, size_t capacity);

/** Release everything.  Accepts a zeroed one. */
void zt_sink_queue_fini(struct zt_sink_queue *queue);

/** Append; record gets one more reference. */
struct zt_sink_put zt_sink_queue_put(
    struct zt_sink_queue *queue, struct zt_record *record);

/** Take the oldest out.  @return false when there is none.
 *  @param record  out: the reference is the caller's. */
bool zt_sink_queue_take(
    struct zt_sink_queue *queue, struct zt_record **record, uint64_t *merged);

/** Put what was taken back to where it was; never merges, never loses.
 *  @param record  the reference moves in.  @return false when memory is short; then it
 *                 stays the caller's. */
bool zt_sink_queue_return(
    struct zt_sink_queue *queue, struct zt_record *record, uint64_t merged);

#endif
