#define _GNU_SOURCE /* pthread_attr_setaffinity_np */
#include "worker.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <time.h>

#include "now.h"
#include "worker_live.h"

#define NS_PER_MS UINT64_C(1000000)
static void
emit_and_wait(void *arg, const struct zt_event *event)
{
	struct zt_worker *worker = arg;

	zt_feed_send(worker->feed, event);
}

static void
emit_or_drop(void *arg, const struct zt_event *event)
{
	struct zt_worker *worker = arg;

	zt_feed_offer(worker->feed, event);
}

int
zt_worker_init(struct zt_worker *worker, const struct zt_dissect_options *options)
{
	struct zt_dissect_options own = *options;

	own.emit = worker->source != NULL ? emit_and_wait : emit_or_drop;
	own.emit_arg = worker;
	worker->dissect = zt_dissect_new(&own);
	return worker->dissect == NULL ? -ENOMEM : 0;
}

/* --speed: wait until the packet is due.  Times that run backwards do not wait. */
static void
pace(struct zt_worker *worker, uint64_t ts_ns)
{
	if (worker->first_clock_ns == 0) {
		worker->first_clock_ns = zt_now_ns(CLOCK_MONOTONIC);
		worker->first_packet_ns = ts_ns;
	}
	if (ts_ns <= worker->first_packet_ns)
		return;
	double due_ns = (double)(ts_ns - worker->first_packet_ns) / worker->speed;
	for (;;) {
		double passed_ns =
		    (double)(zt_now_ns(CLOCK_MONOTONIC) - worker->first_clock_ns);
		double left_ms = (due_ns - passed_ns) / (double)NS_PER_MS;
		if (left_ms < 1.0 || zt_stop_is_wished(worker->stop))
			return;
		struct pollfd fd = { .fd = worker->stop->fd, .events = POLLIN };
		zt_feed_flush(worker->feed);
		/* Errors only make the wait shorter. */
		(void)poll(&fd, 1, left_ms > 1000.0 ? 1000 : (int)left_ms);
	}
}

static void
replay(struct zt_worker *worker)
{
	struct zt_packet packet;

	while (!zt_stop_is_wished(worker->stop) &&
	       zt_source_next(worker->source, &packet) == ZT_READ_PACKET) {
		zt_count(&worker->received, 1);
		if (worker->speed > 0)
			pace(worker, packet.ts_ns);
		zt_dissect_packet(worker->dissect, &packet);
	}
}

static void *
run(void *arg)
{
	struct zt_worker *worker = arg;

	zt_sandbox_enter(worker->sandbox, ZT_SANDBOX_CAPTURE);
	if (worker->source != NULL)
		replay(worker);
	else
		zt_worker_capture(worker);
	zt_dissect_flush(worker->dissect);
	zt_feed_end(worker->feed);
	return NULL;
}

int
zt_worker_start(struct zt_worker *worker)
{
	pthread_attr_t attributes;
	cpu_set_t cpus;
	int error = pthread_attr_init(&attributes);

	if (error != 0)
		return -error;
	CPU_ZERO(&cpus);
	if (worker->affinity >= 0 && worker->affinity < CPU_SETSIZE) {
		CPU_SET((size_t)worker->affinity, &cpus);
		error = pthread_attr_setaffinity_np(&attributes, sizeof(cpus), &cpus);
	}
	if (error == 0)
		error = pthread_create(&worker->thread, &attributes, run, worker);
	(void)pthread_attr_destroy(&attributes); /* always 0 on Linux */
	worker->started = error == 0;
	return -error;
}

void
zt_worker_join(struct zt_worker *worker)
{
	if (worker->started)
		(void)pthread_join(worker->thread, NULL); /* our own, joinable thread */
	worker->started = false;
}

void
zt_worker_fini(struct zt_worker *worker)
{
	zt_live_close(&worker->live);
	zt_dissect_free(&worker->dissect);
}
