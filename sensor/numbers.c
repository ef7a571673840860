#include "numbers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "now.h"

#define NS_PER_S 1e9

/* One errand at a time carries the engine's counters over. */
struct carrier {
	struct zt_errand errand;
	struct zt_numbers *numbers;
	struct zt_engine_stats engine;
	bool is_out; /* It is the detector's right now. */
};

/* What a worker had counted at the latest copy. */
struct mark {
	uint64_t packets;
	uint64_t bytes;
	uint64_t messages;
	uint64_t events;
	uint64_t kernel_drops;
	uint64_t ring_drops;
};

struct zt_numbers {
	const struct zt_daemon *daemon;
	struct event *timer;
	struct carrier carrier;
	struct zt_engine_stats engine;
	struct mark *marks; /* One for each worker. */
	struct zt_rates *rates;
	uint64_t started_ns; /* By the system's clock. */
	uint64_t start_ns;   /* By the clock that never jumps. */
	uint64_t marked_ns;
};

static void
copy_counters(struct zt_errand *errand, struct zt_engine *engine)
{
	struct carrier *carrier = (struct carrier *)(void *)errand;

	carrier->engine = *zt_engine_stats(engine);
}

static void
take_counters(struct zt_errand *errand)
{
	struct carrier *carrier = (struct carrier *)(void *)errand;

	carrier->numbers->engine = carrier->engine;
	carrier->is_out = false;
}

struct zt_numbers *
zt_numbers_new(const struct zt_daemon *daemon)
{
	struct zt_numbers *numbers = calloc(1, sizeof(*numbers));

	if (numbers == NULL)
		return NULL;
	numbers->daemon = daemon;
	numbers->marks = calloc(daemon->n_workers, sizeof(*numbers->marks));
	numbers->rates = calloc(daemon->n_workers, sizeof(*numbers->rates));
	if (numbers->marks == NULL || numbers->rates == NULL) {
		zt_numbers_free(&numbers);
		return NULL;
	}
	numbers->carrier.errand.run = copy_counters;
	numbers->carrier.errand.done = take_counters;
	numbers->carrier.numbers = numbers;
	numbers->started_ns = zt_now_ns(CLOCK_REALTIME);
	numbers->start_ns = numbers->marked_ns = zt_now_ns(CLOCK_MONOTONIC);
	return numbers;
}

static struct mark
mark_of(const struct zt_daemon *daemon, size_t number)
{
	const struct zt_worker *worker = &daemon->workers[number];
	const struct zt_feed *feed = &daemon->feeds[number];
	const struct zt_dissect_stats *stats = zt_dissect_stats(worker->dissect);
	uint64_t kernel_drops = zt_counted(&feed->kernel_drops);

	return (struct mark){
		.packets = zt_counted(&worker->received) + kernel_drops,
		.bytes = zt_counted(&stats->packet_bytes),
		.messages = zt_counted(&stats->messages),
		.events = zt_counted(&stats->events),
		.kernel_drops = kernel_drops,
		.ring_drops = zt_counted(&feed->dropped),
	};
}

static void
set_rates(struct zt_rates *rates, const struct mark *before, const struct mark *now,
    double seconds)
{
	rates->packets = (double)(now->packets - before->packets) / seconds;
	rates->bytes = (double)(now->bytes - before->bytes) / seconds;
	rates->messages = (double)(now->messages - before->messages) / seconds;
	rates->events = (double)(now->events - before->events) / seconds;
	rates->kernel_drops =
	    (double)(now->kernel_drops - before->kernel_drops) / seconds;
	rates->ring_drops = (double)(now->ring_drops - before->ring_drops) / seconds;
}

static void
post(struct zt_numbers *numbers)
{
	if (numbers->carrier.is_out)
		return;
	numbers->carrier.is_out = true;
	zt_errands_post(numbers->daemon->errands, &numbers->carrier.errand);
}

static void
on_second(evutil_socket_t fd, short what, void *arg)
{
	struct zt_numbers *numbers = arg;
	uint64_t now_ns = zt_now_ns(CLOCK_MONOTONIC);
	double seconds = (double)(now_ns - numbers->marked_ns) / NS_PER_S;

	(void)fd;
	(void)what;
	for (size_t i = 0; i < numbers->daemon->n_workers && seconds > 0; i++) {
		struct mark now = mark_of(numbers->daemon, i);
		set_rates(&numbers->rates[i], &numbers->marks[i], &now, seconds);
		numbers->marks[i] = now;
	}
	numbers->marked_ns = now_ns;
	post(numbers);
}

int
zt_numbers_start(struct zt_numbers *numbers)
{
	const struct timeval second = { .tv_sec = 1 };

	numbers->timer =
	    event_new(numbers->daemon->base, -1, EV_PERSIST, on_second, numbers);
	if (numbers->timer == NULL || event_add(numbers->timer, &second) != 0)
		return -ENOMEM;
	post(numbers);
	return 0;
}

void
zt_numbers_free(struct zt_numbers **numbers)
{
	if (*numbers == NULL)
		return;
	if ((*numbers)->timer != NULL)
		event_free((*numbers)->timer);
	free((*numbers)->marks);
	free((*numbers)->rates);
	free(*numbers);
	*numbers = NULL;
}

void
zt_numbers_statistics(
    const struct zt_numbers *numbers, struct zt_statistics *statistics)
{
	const struct zt_daemon *daemon = numbers->daemon;

	*statistics = (struct zt_statistics){
		.workers = daemon->workers,
		.feeds = daemon->feeds,
		.n_workers = daemon->n_workers,
		.opener = daemon->opener,
		.engine = &numbers->engine,
		.keeper = daemon->detector->keeper,
		.alerts_own = daemon->alerts_own,
		.alerts_handed = daemon->alerts,
		.alerts = zt_sinks_best(daemon),
		.daemon = daemon,
		.is_running = true,
	};
}

struct zt_rates
zt_numbers_rates(const struct zt_numbers *numbers)
{
	struct zt_rates all = { 0 };

	for (size_t i = 0; i < numbers->daemon->n_workers; i++) {
		const struct zt_rates *one = &numbers->rates[i];
		all.packets += one->packets;
		all.bytes += one->bytes;
		all.messages += one->messages;
		all.events += one->events;
		all.kernel_drops += one->kernel_drops;
		all.ring_drops += one->ring_drops;
	}
	return all;
}

struct zt_rates
zt_numbers_worker_rates(const struct zt_numbers *numbers, size_t number)
{
	return numbers->rates[number];
}

double
zt_numbers_uptime_s(const struct zt_numbers *numbers)
{
	return (double)(zt_now_ns(CLOCK_MONOTONIC) - numbers->start_ns) / NS_PER_S;
}

uint64_t
zt_numbers_started_ns(const struct zt_numbers *numbers)
{
	return numbers->started_ns;
}
