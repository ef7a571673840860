/*
 * The ring: two free-running byte counts, `published` of the producer and `released` of
 * the consumer.  Neither is ever reduced, so full and empty cannot be mistaken for each
 * other and 64 bits do not wrap within the life of a machine.
 *
 * Each side keeps its own position and the last value it saw of the other's.  It reads
 * the other's cache line only when that old value is not enough, and writes its own
 * once a batch, so that a cache line moves between the cores once a batch and not once
 * a record.
 */
#include "ring.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Two lines of 64 bytes: x86 fetches lines in pairs. */
#define LINE_BYTES     128
#define FRAME_BYTES    sizeof(struct frame)
#define SIZE_MIN       ((size_t)64 << 10)
#define SIZE_MAX_BYTES ((size_t)1 << 30)

/* In front of each record, and at the place where the rest of the buffer is left out.
 */
struct frame {
	uint32_t len;  /* bytes of the record; 0: nothing here, go on at step */
	uint32_t step; /* bytes from this frame to the next */
};

struct zt_ring {
	/* Constant after zt_ring_new(). */
	uint8_t *buffer;
	uint64_t size;
	uint64_t mask;

	/* The producer's own. */
	alignas(LINE_BYTES) uint64_t tail;
	uint64_t released_seen;

	alignas(LINE_BYTES) _Atomic uint64_t published;

	/* The consumer's own. */
	alignas(LINE_BYTES) uint64_t head;
	uint64_t published_seen;
	uint64_t step;

	alignas(LINE_BYTES) _Atomic uint64_t released;
};

static size_t
round_to_power(size_t size)
{
	size_t power = SIZE_MIN;

	while (power < size && power < SIZE_MAX_BYTES)
		power *= 2;
	return power;
}

struct zt_ring *
zt_ring_new(size_t size_bytes)
{
	struct zt_ring *ring = aligned_alloc(LINE_BYTES, sizeof(*ring));

	if (ring == NULL)
		return NULL;
	memset(ring, 0, sizeof(*ring));
	ring->size = round_to_power(size_bytes);
	ring->mask = ring->size - 1;
	ring->buffer = aligned_alloc(LINE_BYTES, ring->size);
	if (ring->buffer == NULL) {
		free(ring);
		return NULL;
	}
	atomic_init(&ring->published, 0);
	atomic_init(&ring->released, 0);
	return ring;
}

void
zt_ring_free(struct zt_ring **ring)
{
	if (*ring == NULL)
		return;
	free((*ring)->buffer);
	free(*ring);
	*ring = NULL;
}

static bool
has_room(struct zt_ring *ring, uint64_t bytes)
{
	if (ring->tail + bytes - ring->released_seen <= ring->size)
		return true;
	/* Acquire: the consumer has done its last read of the bytes up to `released`
	 * before it stored that count; without this, our next record could overwrite
	 * bytes that it is still reading. */
	ring->released_seen =
	    atomic_load_explicit(&ring->released, memory_order_acquire);
	return ring->tail + bytes - ring->released_seen <= ring->size;
}

bool
zt_ring_push(struct zt_ring *ring, const void *record, size_t len)
{
	if (len == 0 || len > ZT_RING_RECORD_MAX)
		return false;

	uint64_t at = ring->tail & ring->mask;
	uint64_t step = FRAME_BYTES + ((len + 7) & ~(size_t)7);
	uint64_t to_end = ring->size - at;
	uint64_t skip = step > to_end ? to_end : 0;

	if (!has_room(ring, skip + step))
		return false;
	if (skip != 0) {
		/* Positions are multiples of 8, so a frame always fits here. */
		struct frame hole = { 0, (uint32_t)skip };
		memcpy(ring->buffer + at, &hole, sizeof(hole));
		at = 0;
	}
	struct frame frame = { (uint32_t)len, (uint32_t)step };
	memcpy(ring->buffer + at, &frame, sizeof(frame));
	memcpy(ring->buffer + at + FRAME_BYTES, record, len);
	ring->tail += skip + step;
	return true;
}

void
zt_ring_publish(struct zt_ring *ring)
{
	/* Release: the frames and records below tail are written before the count that
	 * tells the consumer to read them. */
	atomic_store_explicit(&ring->published, ring->tail, memory_order_release);
}

const void *
zt_ring_peek(struct zt_ring *ring, size_t *len)
{
	for (;;) {
		if (ring->head == ring->published_seen) {
			/* Acquire: pairs with the release in zt_ring_publish(), so
			 * that we read the records and not what was there before. */
			ring->published_seen = atomic_load_explicit(
			    &ring->published, memory_order_acquire);
			if (ring->head == ring->published_seen)
				return NULL;
		}
		const uint8_t *at = ring->buffer + (ring->head & ring->mask);
		struct frame frame;
		memcpy(&frame, at, sizeof(frame));
		if (frame.len != 0) {
			ring->step = frame.step;
			*len = frame.len;
			return at + FRAME_BYTES;
		}
		ring->head += frame.step;
	}
}

void
zt_ring_pop(struct zt_ring *ring)
{
	ring->head += ring->step;
	ring->step = 0;
}

void
zt_ring_release(struct zt_ring *ring)
{
	/* Release: our reads of the records below head come before the count that
	 * allows the producer to overwrite them. */
	atomic_store_explicit(&ring->released, ring->head, memory_order_release);
}
