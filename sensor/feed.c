#include "feed.h"

#include <errno.h>
#include <string.h>

/* Safety net of the producer's sleep; the bell wakes it long before. */
#define WAIT_MS 1000

int
zt_feed_init(
    struct zt_feed *feed, size_t ring_bytes, unsigned batch, struct zt_bell *data)
{
	memset(feed, 0, sizeof(*feed));
	int result = zt_bell_init(&feed->space);
	if (result != 0)
		return result;
	feed->ring = zt_ring_new(ring_bytes);
	if (feed->ring == NULL) {
		zt_bell_fini(&feed->space);
		return -ENOMEM;
	}
	feed->ring_bytes = ring_bytes;
	feed->data = data;
	feed->batch = batch;
	return 0;
}

void
zt_feed_fini(struct zt_feed *feed)
{
	if (feed->ring == NULL)
		return;
	zt_ring_free(&feed->ring);
	zt_bell_fini(&feed->space);
}

void
zt_feed_flush(struct zt_feed *feed)
{
	if (feed->unpublished == 0)
		return;
	feed->unpublished = 0;
	zt_ring_publish(feed->ring);
	zt_bell_ring(feed->data);
}

static void
pushed(struct zt_feed *feed)
{
	zt_count(&feed->pushed, 1);
	if (++feed->unpublished >= feed->batch)
		zt_feed_flush(feed);
}

void
zt_feed_offer(struct zt_feed *feed, const struct zt_event *event)
{
	if (zt_ring_push(feed->ring, event, event->size)) {
		pushed(feed);
		return;
	}
	zt_count(&feed->pushed, 1);
	zt_count(&feed->dropped, 1);
}

void
zt_feed_send(struct zt_feed *feed, const struct zt_event *event)
{
	if (event->size == 0 || event->size > ZT_RING_RECORD_MAX) {
		zt_feed_offer(
		    feed, event); /* no room will ever do: counted as dropped */
		return;
	}
	while (!zt_ring_push(feed->ring, event, event->size)) {
		zt_feed_flush(feed);
		zt_bell_arm(&feed->space);
		if (zt_ring_push(feed->ring, event, event->size)) {
			zt_bell_disarm(&feed->space);
			break;
		}
		zt_bell_wait(&feed->space, WAIT_MS);
	}
	pushed(feed);
}

void
zt_feed_end(struct zt_feed *feed)
{
	/* Publish in any case: the consumer looks at `ended` before its last look at
	 * the ring. */
	zt_ring_publish(feed->ring);
	/* Release: what was published is visible to whoever sees the end. */
	atomic_store_explicit(&feed->ended, true, memory_order_release);
	zt_bell_ring(feed->data);
}

const struct zt_event *
zt_feed_take(struct zt_feed *feed)
{
	return zt_ring_peek(feed->ring, &feed->taken_bytes);
}

static void
release(struct zt_feed *feed)
{
	feed->unreleased = 0;
	zt_ring_release(feed->ring);
}

void
zt_feed_done(struct zt_feed *feed)
{
	zt_ring_pop(feed->ring);
	zt_feed_done_many(feed, 1);
}

size_t
zt_feed_take_many(struct zt_feed *feed, const struct zt_event **events, size_t n)
{
	size_t bytes = 0, taken = 0;

	/* Stepping over a record does not give its space back: that is release(). */
	for (; taken < n; taken++) {
		size_t len = 0;
		events[taken] = zt_ring_peek(feed->ring, &len);
		if (events[taken] == NULL)
			break;
		bytes += len;
		zt_ring_pop(feed->ring);
	}
	feed->taken_bytes = bytes;
	return taken;
}

void
zt_feed_done_many(struct zt_feed *feed, size_t n)
{
	zt_count(&feed->popped, n);
	feed->freed_bytes += feed->taken_bytes;
	feed->unreleased += n;
	if (feed->unreleased < feed->batch)
		return;
	release(feed);
	/* Wake a waiting producer only when it is worth it, not for each record. */
	if (feed->freed_bytes >= feed->ring_bytes / 2) {
		feed->freed_bytes = 0;
		zt_bell_ring(&feed->space);
	}
}

void
zt_feed_rest(struct zt_feed *feed)
{
	release(feed);
	feed->freed_bytes = 0;
	zt_bell_ring(&feed->space);
}

bool
zt_feed_is_over(struct zt_feed *feed)
{
	size_t len = 0;

	/* Acquire: pairs with zt_feed_end(), so that the look at the ring behind it
	 * sees everything that was ever published. */
	return atomic_load_explicit(&feed->ended, memory_order_acquire) &&
	       zt_ring_peek(feed->ring, &len) == NULL;
}
