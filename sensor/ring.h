/**
 * @file ring.h
 * Bounded single-producer single-consumer queue of records of varying size.
 *
 * Shape:      2^k bytes; each record is an 8-byte frame header and its bytes, rounded
 *             up to 8.  A record never wraps: where it would, the rest of the buffer
 *             is skipped.  Records are copied in and borrowed on the way out.
 * Threads:    one producer, one consumer; both sides wait-free.
 * Ownership:  the ring owns its buffer; records are plain bytes, nothing in them is
 *             freed.
 * Limits:     64 KiB <= size <= 1 GiB; a record has 1 .. 4096 bytes.
 * Full:       push says so, the caller decides (live: count and drop; replay: wait).
 * Source:     own design; why each acquire and release exists is in ring.c.
 */
#ifndef ZT_SENSOR_RING_H
#define ZT_SENSOR_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Longest record in bytes. */
#define ZT_RING_RECORD_MAX 4096

struct zt_ring;

/**
 * @param size_bytes  rounded up to a power of two within the limits above.
 * @return NULL when memory is short.
 */
struct zt_ring *zt_ring_new(size_t size_bytes);

/** Accepts NULL; sets the pointer to NULL.  Both threads must have let go of it. */
void zt_ring_free(struct zt_ring **ring);

/**
 * Append one record.  Producer thread only; never blocks, never allocates.
 *
 * @param record  len bytes, borrowed for the call.
 * @return false when full: the ring is unchanged, the caller counts the drop.
 */
bool zt_ring_push(struct zt_ring *ring, const void *record, size_t len);

/** Make everything pushed so far visible to the consumer.  Producer thread only. */
void zt_ring_publish(struct zt_ring *ring);

/**
 * The oldest record.  Consumer thread only.
 *
 * @param len  out: its length in bytes.
 * @return the record, 8-byte aligned, borrowed until zt_ring_pop(); NULL when empty.
 */
const void *zt_ring_peek(struct zt_ring *ring, size_t *len);

/** Step over the record that zt_ring_peek() returned.  Consumer thread only. */
void zt_ring_pop(struct zt_ring *ring);

/** Give the space of everything popped so far back.  Consumer thread only. */
void zt_ring_release(struct zt_ring *ring);

#endif
