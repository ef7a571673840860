#include "detector.h"

#include <errno.h>
#include <string.h>

/* Events of one feed before the next one has its turn. */
#define TURN_EVENTS 256
/* Looks at empty feeds before sleeping: a few microseconds, about what a wake-up costs
 * both sides. */
#define LOOKS_BEFORE_SLEEP 200

static void
deliver(void *arg, const struct zt_alert *alert)
{
	struct zt_detector *detector = arg;

	if (detector->keeper != NULL)
		zt_keeper_claim(detector->keeper, alert);
	zt_alert_queue_put(detector->queue, alert);
}

int
zt_detector_init(struct zt_detector *detector, const struct zt_params *params)
{
	detector->engine = zt_engine_new(params, deliver, detector);
	return detector->engine == NULL ? -ENOMEM : 0;
}

/* What the engine has just judged. */
static void
settle(struct zt_keeper *keeper, const struct zt_event *const *events, size_t n)
{
	for (size_t i = 0; i < n; i++)
		zt_keeper_settle(keeper, events[i]);
}

static bool
take_turn(struct zt_detector *detector, struct zt_feed *feed)
{
	const struct zt_event *events[ZT_ENGINE_BATCH];
	size_t n = 0;

	for (size_t all = 0; all < TURN_EVENTS; all += n) {
		n = zt_feed_take_many(feed, events, ZT_ENGINE_BATCH);
		if (n == 0)
			return all != 0;
		zt_engine_feed_many(detector->engine, events, n);
		if (detector->keeper != NULL)
			settle(detector->keeper, events, n);
		zt_feed_done_many(feed, n);
	}
	return true;
}

static bool
take_turns(struct zt_detector *detector)
{
	uint64_t kernel_drops = 0;
	uint64_t ring_drops = 0;
	bool found = false;

	for (size_t i = 0; i < detector->n_feeds; i++) {
		kernel_drops += zt_counted(&detector->feeds[i].kernel_drops);
		ring_drops += zt_counted(&detector->feeds[i].dropped);
	}
	zt_engine_losses(detector->engine, kernel_drops, ring_drops);
	if (detector->opener != NULL)
		zt_engine_gaps(detector->engine, zt_opener_gaps(detector->opener));
	for (size_t i = 0; i < detector->n_feeds; i++)
		found |= take_turn(detector, &detector->feeds[i]);
	return found;
}

static bool
is_over(struct zt_detector *detector)
{
	for (size_t i = 0; i < detector->n_feeds; i++)
		if (!zt_feed_is_over(&detector->feeds[i]))
			return false;
	return true;
}

static bool
has_work(struct zt_detector *detector)
{
	if (detector->errands != NULL && zt_errands_wait(detector->errands))
		return true;
	for (size_t i = 0; i < detector->n_feeds; i++)
		if (zt_feed_take(&detector->feeds[i]) != NULL)
			return true;
	return false;
}

/* Nothing to do: give the producers their space back, look a little longer, sleep. */
static void
idle(struct zt_detector *detector)
{
	for (size_t i = 0; i < detector->n_feeds; i++)
		zt_feed_rest(&detector->feeds[i]);
	for (unsigned i = 0; i < LOOKS_BEFORE_SLEEP; i++)
		if (has_work(detector))
			return;
	zt_bell_arm(detector->data);
	if (has_work(detector) || is_over(detector))
		zt_bell_disarm(detector->data);
	else
		zt_bell_wait(detector->data, ZT_DETECTOR_BEAT_MS);
}

static void *
run(void *arg)
{
	struct zt_detector *detector = arg;

	zt_sandbox_enter(detector->sandbox, ZT_SANDBOX_DETECTOR);
	while (!is_over(detector)) {
		zt_count(&detector->beats, 1);
		if (detector->errands != NULL)
			zt_errands_serve(detector->errands, detector->engine);
		if (!take_turns(detector))
			idle(detector);
	}
	zt_engine_finish(detector->engine);
	zt_alert_queue_end(detector->queue);
	return NULL;
}

int
zt_detector_start(struct zt_detector *detector)
{
	int error = pthread_create(&detector->thread, NULL, run, detector);

	detector->started = error == 0;
	return -error;
}

void
zt_detector_join(struct zt_detector *detector)
{
	if (detector->started)
		(void)pthread_join(
		    detector->thread, NULL); /* our own, joinable thread */
	detector->started = false;
}

void
zt_detector_fini(struct zt_detector *detector)
{
	zt_engine_free(&detector->engine);
}
