#include "worker_live.h"

#include <poll.h>

#define NS_PER_MS UINT64_C(1000000)
/* Packets taken from the kernel in one go; between two goes the worker looks at the
 * wish to stop and makes its events visible. */
#define DISPATCH_PACKETS 256
/* The kernel's counters are fetched so often: alerts admit losses that soon. */
#define COUNT_EVERY_NS (100 * NS_PER_MS)
/* Patience with the last packets of a handle; a block takes a few milliseconds. */
#define DRAIN_ROUNDS  100
#define DRAIN_WAIT_MS 2

static void
take(void *arg, const struct zt_packet *captured)
{
	struct zt_worker *worker = arg;
	struct zt_packet packet = *captured;

	if (zt_timeline_is_far(&worker->timeline, packet.ts_ns)) {
		worker->clocks = zt_clocks_read();
		zt_timeline_look(&worker->timeline, &worker->clocks);
	}
	packet.ts_ns = zt_timeline_of(&worker->timeline, packet.ts_ns);
	if (packet.caplen < packet.wirelen)
		zt_count(&worker->truncated, 1);
	zt_count(&worker->received, 1);
	zt_dissect_packet(worker->dissect, &packet);
}

static void
count(struct zt_worker *worker)
{
	struct zt_live_counts counts = zt_live_counts(worker->live);

	zt_count(&worker->kernel_received, counts.received);
	zt_count(&worker->feed->kernel_drops, counts.drops);
	worker->next_count_ns = worker->clocks.boot_ns + COUNT_EVERY_NS;
}

/* Packets that the kernel has counted and the worker has not seen. */
static uint64_t
waiting(const struct zt_worker *worker)
{
	return zt_counted(&worker->kernel_received) -
	       zt_counted(&worker->feed->kernel_drops) - zt_counted(&worker->received) -
	       zt_counted(&worker->unread);
}

/* Read what the handle still has. */
static void
drain(struct zt_worker *worker)
{
	struct zt_err ignored; /* the interface may be gone: that is known */

	zt_live_mute(worker->live);
	for (int i = 0; i < DRAIN_ROUNDS;) {
		int n = zt_live_dispatch(
		    worker->live, DISPATCH_PACKETS, take, worker, &ignored);
		zt_feed_flush(worker->feed);
		if (n > 0)
			continue;
		count(worker);
		if (waiting(worker) == 0)
			return;
		/* The block that is being filled is handed over soon. */
		(void)poll(NULL, 0, DRAIN_WAIT_MS);
		i++;
	}
	zt_count(&worker->unread, waiting(worker));
}

static void
wait_for(struct zt_worker *worker, int fd)
{
	/* A negative descriptor is left out. */
	struct pollfd fds[2] = {
		{ .fd = worker->stop->fd, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};

	if (poll(fds, 2, ZT_WORKER_BEAT_MS) != 0)
		return;
	/* A silent link lets time go on. */
	worker->clocks = zt_clocks_read();
	zt_timeline_look(&worker->timeline, &worker->clocks);
	zt_dissect_tick(worker->dissect, worker->timeline.now_ns);
	zt_feed_flush(worker->feed);
}

/* One go at the interface. */
static void
turn(struct zt_worker *worker)
{
	struct zt_err ignored; /* the opener tells what became of the interface */
	int n =
	    zt_live_dispatch(worker->live, DISPATCH_PACKETS, take, worker, &ignored);

	if (n < 0) {
		drain(worker);
		zt_opener_give(worker->opener, worker->slot, &worker->live);
		return;
	}
	zt_feed_flush(worker->feed);
	if (worker->clocks.boot_ns >= worker->next_count_ns)
		count(worker);
	if (n == 0) {
		wait_for(worker, zt_live_fd(worker->live));
		return;
	}
	/* Relaxed: a recent value will do for whoever reads it. */
	atomic_store_explicit(
	    &worker->last_packet_ns, worker->clocks.boot_ns, memory_order_relaxed);
}

void
zt_worker_capture(struct zt_worker *worker)
{
	while (!zt_stop_is_wished(worker->stop)) {
		zt_count(&worker->beats, 1);
		worker->clocks = zt_clocks_read();
		zt_timeline_look(&worker->timeline, &worker->clocks);
		if (worker->live == NULL)
			worker->live = zt_opener_take(worker->opener, worker->slot);
		if (worker->live != NULL)
			turn(worker);
		else
			wait_for(worker, -1);
	}
	if (worker->live != NULL)
		drain(worker);
}
