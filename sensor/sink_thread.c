/*
 * The thread of a sink: one alert after the other out of the spool, else out of the
 * queue, into the place.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "now.h"
#include "sink_priv.h"

#define NS_PER_S UINT64_C(1000000000)
/* A place that takes nothing for so long is told as failing. */
#define STALL_MS 5000
/* Patience at the end: with a place that takes nothing, and with a long queue.  Both
 * below what the session waits for. */
#define END_STALL_MS 1000
#define END_MS	     2500
/* After a failure of the spool. */
#define SPOOL_RETRY_MS 1000
/* What a power cut may take from the spool. */
#define SPOOL_SYNC_MS 1000

static void
note_ok(struct zt_sink *sink)
{
	if (sink->status.is_ok)
		return;
	sink->status.is_ok = true;
	sink->status.since_s = zt_now_ns(CLOCK_REALTIME) / NS_PER_S;
}

void
zt_sink__note_failure(struct zt_sink *sink, const char *text)
{
	(void)pthread_mutex_lock(&sink->lock); /* ours and initialised: cannot fail */
	if (sink->status.is_ok) {
		sink->status.is_ok = false;
		sink->status.since_s = zt_now_ns(CLOCK_REALTIME) / NS_PER_S;
	}
	(void)snprintf(sink->status.error, sizeof(sink->status.error), "%s", text);
	(void)pthread_mutex_unlock(&sink->lock);
}

/* Sleep until the main thread rings, the place is writable (with_place), or the time is
 * over.  timeout_ms: -1 for ever. */
static void
rest(struct zt_sink *sink, bool with_place, int64_t timeout_ms)
{
	struct pollfd fds[2] = {
		{ .fd = sink->bell.fd, .events = POLLIN },
		{ .fd = with_place ? sink->base->fd : -1, .events = POLLOUT },
	};

	zt_bell_arm(&sink->bell);
	(void)pthread_mutex_lock(&sink->lock);
	bool has_news = (sink->hand.record == NULL && sink->queue.count != 0) ||
			sink->has_next || sink->wants_rotation ||
			(sink->is_ending && sink->end_ms == 0);
	(void)pthread_mutex_unlock(&sink->lock);
	/* A signal or an error ends the sleep early: the caller looks again anyway. */
	if (!has_news)
		(void)poll(fds, 2, (int)timeout_ms);
	zt_bell_disarm(&sink->bell);
}

static int64_t
sooner(int64_t a, int64_t b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}

/* What the main thread has asked for. */
static void
take_requests(struct zt_sink *sink)
{
	const struct zt_sink_kind *kind = sink->base->kind;
	struct zt_err err = { "" };

	(void)pthread_mutex_lock(&sink->lock);
	bool rotate = sink->wants_rotation;
	sink->wants_rotation = false;
	if (sink->has_next)
		sink->settings = sink->next;
	sink->has_next = false;
	if (sink->is_ending && sink->end_ms == 0) {
		sink->end_ms = zt_now_ms();
		sink->try_ms = 0; /* one more attempt */
	}
	(void)pthread_mutex_unlock(&sink->lock);
	if (rotate && kind->rotate != NULL && kind->rotate(sink->base, &err) != 0)
		zt_sink__note_failure(sink, err.text);
}

/* Take what the kind has counted over. */
static void
count(struct zt_sink *sink)
{
	(void)pthread_mutex_lock(&sink->lock);
	sink->status.counts.torn = sink->base->torn + sink->spool.torn;
	sink->status.counts.rotations = sink->base->rotations;
	(void)pthread_mutex_unlock(&sink->lock);
}

static int64_t
tick(struct zt_sink *sink)
{
	const struct zt_sink_kind *kind = sink->base->kind;
	struct zt_err err = { "" };

	if (kind->tick == NULL)
		return -1;
	int next_ms = kind->tick(sink->base, &err);
	if (err.text[0] != '\0')
		zt_sink__note_failure(sink, err.text);
	return next_ms;
}

static void
empty_hand(struct zt_sink *sink)
{
	zt_record_release(sink->hand.record);
	free(sink->hand.line);
	sink->hand = (struct zt_sink_hand){ 0 };
}

static void
fill_hand(struct zt_sink *sink, struct zt_record *record, uint64_t merged)
{
	struct zt_sink_hand *hand = &sink->hand;

	hand->record = record;
	if (merged != 0) /* without memory the count stays in the statistics only */
		hand->line =
		    zt_format_merged(zt_record_text(record, ZT_RECORD_LINE), merged);
	hand->message.record = record;
	hand->message.merged = merged;
	hand->message.line =
	    hand->line != NULL ? hand->line : zt_record_text(record, ZT_RECORD_LINE);
	hand->message.line_len = strlen(hand->message.line);
}

/* The spool cannot be read any more: what is in it is lost, the file is left for people
 * to look at. */
static void
abandon_spool(struct zt_sink *sink, int error)
{
	char text[128];

	(void)snprintf(text, sizeof(text), "spool: %s", strerror(-error));
	zt_sink__note_failure(sink, text);
	(void)pthread_mutex_lock(&sink->lock);
	sink->status.counts.lost += sink->status.counts.spooled;
	sink->status.counts.spooled = 0;
	(void)pthread_mutex_unlock(&sink->lock);
	zt_spool_close(&sink->spool);
}

/* Under the lock. */
static bool
take_oldest(struct zt_sink *sink, struct zt_record **record, uint64_t *merged)
{
	bool is_there = zt_sink_queue_take(&sink->queue, record, merged);

	sink->makes_room = true;
	(void)pthread_cond_signal(&sink->room); /* cannot fail */
	return is_there;
}

/* Take the oldest alert in hand.  @return false when there is none. */
static bool
load(struct zt_sink *sink)
{
	struct zt_record *record = NULL;
	uint64_t merged = 0;

	if (sink->hand.record != NULL)
		return true;
	int result = zt_spool_get(&sink->spool, &record, &merged);
	if (result == 0) {
		fill_hand(sink, record, merged);
		sink->hand.is_spooled = true;
		return true;
	}
	if (result != -ENOENT)
		abandon_spool(sink, result);
	(void)pthread_mutex_lock(&sink->lock);
	bool is_there = take_oldest(sink, &record, &merged);
	sink->status.counts.queued = is_there;
	(void)pthread_mutex_unlock(&sink->lock);
	if (is_there)
		fill_hand(sink, record, merged);
	return is_there;
}

static void
count_spooled(struct zt_sink *sink)
{
	(void)pthread_mutex_lock(&sink->lock);
	sink->status.counts.spooled++;
	(void)pthread_mutex_unlock(&sink->lock);
}

/* The alert in hand is older than anything that is spooled from now on, so it goes
 * first; it stays in hand. */
static int
spool_hand(struct zt_sink *sink)
{
	struct zt_sink_hand *hand = &sink->hand;

	if (hand->record == NULL || hand->is_spooled)
		return 0;
	int result = zt_spool_put(&sink->spool, hand->record, hand->message.merged);
	if (result != 0)
		return result;
	hand->is_spooled = true;
	(void)pthread_mutex_lock(&sink->lock);
	sink->status.counts.queued = 0;
	sink->status.counts.spooled++;
	(void)pthread_mutex_unlock(&sink->lock);
	return 0;
}

/* Move the oldest of the queue to the spool.  @return 0; -ENOENT: queue is empty. */
static int
spool_one(struct zt_sink *sink)
{
	struct zt_record *record = NULL;
	uint64_t merged = 0;

	(void)pthread_mutex_lock(&sink->lock);
	bool is_there = take_oldest(sink, &record, &merged);
	(void)pthread_mutex_unlock(&sink->lock);
	if (!is_there)
		return -ENOENT;
	int result = zt_spool_put(&sink->spool, record, merged);
	if (result == 0) {
		count_spooled(sink);
		zt_record_release(record);
		return 0;
	}
	(void)pthread_mutex_lock(&sink->lock);
	if (!zt_sink_queue_return(&sink->queue, record, merged)) {
		sink->status.counts.lost++;
		zt_record_release(record);
	}
	(void)pthread_mutex_unlock(&sink->lock);
	return result;
}

static size_t
waiting(struct zt_sink *sink)
{
	(void)pthread_mutex_lock(&sink->lock);
	size_t n = sink->queue.count;
	(void)pthread_mutex_unlock(&sink->lock);
	return n;
}

static void
note_spool_failure(struct zt_sink *sink, int result)
{
	char text[128];

	(void)snprintf(text, sizeof(text), "spool: %s",
	    result == -EDQUOT ? "full" : strerror(-result));
	zt_sink__note_failure(sink, text);
	sink->spool_try_ms = zt_now_ms() + SPOOL_RETRY_MS;
}

/* When more than half of the memory is used, make three quarters free; at the end all
 * of it. */
static void
spill(struct zt_sink *sink, bool all)
{
	size_t capacity = sink->settings.queue;
	size_t left = all ? 0 : capacity / 4;
	int result;

	if (sink->spool.fd < 0 || (!all && (waiting(sink) <= capacity / 2 ||
					       zt_now_ms() < sink->spool_try_ms)))
		return;
	result = spool_hand(sink);
	while (result == 0 && waiting(sink) > left)
		result = spool_one(sink);
	if (sink->spool_sync_ms == 0)
		sink->spool_sync_ms = zt_now_ms() + SPOOL_SYNC_MS;
	if (result != 0 && result != -ENOENT)
		note_spool_failure(sink, result);
}

/* @return ms until the next call is due; -1: none is. */
static int64_t
sync_spool(struct zt_sink *sink, bool now)
{
	uint64_t at_ms = zt_now_ms();

	if (sink->spool_sync_ms == 0 || sink->spool.fd < 0)
		return -1;
	if (!now && at_ms < sink->spool_sync_ms)
		return (int64_t)(sink->spool_sync_ms - at_ms);
	sink->spool_sync_ms = 0;
	int result = zt_spool_sync(&sink->spool);
	if (result != 0)
		note_spool_failure(sink, result);
	return -1;
}

/* The alert in hand is done with.  @return where to count that, under the lock. */
static struct zt_sink_counts *
finish_hand(struct zt_sink *sink)
{
	struct zt_sink_counts *counts = &sink->status.counts;
	bool is_spooled = sink->hand.is_spooled;

	/* If the spool cannot note it, the alert comes twice after a crash. */
	if (is_spooled)
		(void)zt_spool_drop(&sink->spool);
	empty_hand(sink);
	(void)pthread_mutex_lock(&sink->lock);
	counts->spooled -= is_spooled;
	counts->queued = 0;
	return counts;
}

static void
drop_hand(struct zt_sink *sink)
{
	finish_hand(sink)->lost++;
	(void)pthread_mutex_unlock(&sink->lock);
}

static void
on_written(struct zt_sink *sink)
{
	sink->backoff_ms = 0;
	sink->wait_ms = 0;
	finish_hand(sink)->written++;
	note_ok(sink);
	(void)pthread_mutex_unlock(&sink->lock);
}

static void
on_failure(struct zt_sink *sink, int error, const char *text)
{
	const struct zt_sink_kind *kind = sink->base->kind;

	if (kind->fail != NULL)
		kind->fail(sink->base);
	zt_sink__note_failure(sink, text[0] != '\0' ? text : strerror(-error));
	sink->backoff_ms =
	    sink->backoff_ms == 0 ? kind->retry_first_ms : 2 * sink->backoff_ms;
	if (sink->backoff_ms > kind->retry_most_ms)
		sink->backoff_ms = kind->retry_most_ms;
	sink->try_ms = zt_now_ms() + sink->backoff_ms;
	sink->wait_ms = 0;
	(void)pthread_mutex_lock(&sink->lock);
	sink->status.counts.retries++;
	/* Nobody comes back to read the other end of our standard output. */
	if (sink->settings.type == ZT_CONF_OUTPUT_STDOUT && error == -EPIPE)
		sink->is_gone = true;
	(void)pthread_mutex_unlock(&sink->lock);
}

/* A datagram that the system never takes, whatever we wait for. */
static void
on_too_long(struct zt_sink *sink)
{
	if (sink->base->kind->fail != NULL)
		sink->base->kind->fail(sink->base);
	zt_sink__note_failure(sink, strerror(EMSGSIZE));
	drop_hand(sink);
}

/* The place takes nothing now: wait for it, and say so when it takes long. */
static void
on_wait(struct zt_sink *sink, int64_t tick_ms)
{
	uint64_t now = zt_now_ms();

	if (sink->wait_ms == 0)
		sink->wait_ms = now;
	if (now - sink->wait_ms >= STALL_MS)
		zt_sink__note_failure(sink, "takes nothing");
	rest(sink, true, sooner(tick_ms, sink->end_ms != 0 ? 50 : STALL_MS));
}

/* The end: what was not written goes to the spool, and without one it is lost. */
static bool
give_up(struct zt_sink *sink)
{
	spill(sink, true);
	(void)sync_spool(sink, true); /* a failure was noted */
	(void)pthread_mutex_lock(&sink->lock);
	struct zt_sink_counts *counts = &sink->status.counts;
	counts->lost += counts->queued;
	counts->queued = 0;
	(void)pthread_mutex_unlock(&sink->lock);
	empty_hand(sink);
	return false;
}

/* Is it time to stop trying? */
static bool
is_over(const struct zt_sink *sink)
{
	uint64_t now = zt_now_ms();

	if (sink->end_ms == 0)
		return false;
	if (sink->is_gone || now < sink->try_ms || now - sink->end_ms >= END_MS)
		return true;
	return sink->wait_ms != 0 && now - sink->end_ms >= END_STALL_MS;
}

static void
lose_all(struct zt_sink *sink)
{
	while (load(sink))
		drop_hand(sink);
}

/* @return false at the end. */
static bool
turn(struct zt_sink *sink)
{
	struct zt_err err = { "" };

	take_requests(sink);
	int64_t tick_ms = tick(sink);
	count(sink);
	if (sink->is_gone)
		lose_all(sink);
	spill(sink, false);
	tick_ms = sooner(tick_ms, sync_spool(sink, false));
	if (!load(sink)) {
		if (sink->end_ms != 0)
			return false;
		rest(sink, false, tick_ms);
		return true;
	}
	if (is_over(sink))
		return give_up(sink);
	uint64_t now = zt_now_ms();
	if (now < sink->try_ms) {
		rest(sink, false, sooner(tick_ms, (int64_t)(sink->try_ms - now)));
		return true;
	}
	int result = sink->base->kind->open(sink->base, &err);
	if (result == 0)
		result = sink->base->kind->write(sink->base, &sink->hand.message);
	if (result == 0)
		on_written(sink);
	else if (result == -EAGAIN)
		on_wait(sink, tick_ms);
	else if (result == -EMSGSIZE)
		on_too_long(sink);
	else
		on_failure(sink, result, err.text);
	return true;
}

void *
zt_sink__run(void *arg)
{
	struct zt_sink *sink = arg;

	zt_sandbox_enter(sink->settings.sandbox, ZT_SANDBOX_WRITER);
	while (turn(sink))
		;
	sink->base->kind->close(sink->base);
	zt_spool_close(&sink->spool);
	count(sink);
	(void)pthread_mutex_lock(&sink->lock);
	/* What was given up, or came behind the last look. */
	sink->status.counts.lost += sink->queue.count;
	zt_sink_queue_fini(&sink->queue);
	sink->has_ended = true;
	(void)pthread_mutex_unlock(&sink->lock);
	return NULL;
}
