#include "sink.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../dissect/hash.h"
#include "sink_priv.h"

/* How long the main thread waits for room in the queue of a thread that works. */
#define ROOM_NS	 10000000L
#define NS_PER_S 1000000000L
/* How long the main thread waits for the end of a thread that had its time already. */
#define CLOSE_ROUNDS	  50
#define CLOSE_INTERVAL_NS 10000000L

/* One file for each place, whatever its path holds. */
static void
spool_name(const struct zt_sink_settings *settings, char *name, size_t size)
{
	static const struct zt_hash_key key = { UINT64_C(0x7a6f6e65746170), 2 };
	const struct zt_sink_kind *kind = zt_sink_kind(settings->type);
	uint64_t place = zt_hash(&key, settings->path, strlen(settings->path)) ^
			 zt_hash(&key, settings->address, strlen(settings->address));

	(void)snprintf(
	    name, size, "%s-%016llx.spool", kind->name, (unsigned long long)place);
}

static void
name_sink(struct zt_sink *sink)
{
	const struct zt_sink_settings *settings = &sink->settings;
	struct zt_sink_status *status = &sink->status;
	const char *place = settings->address;

	if (settings->path[0] != '\0')
		place = settings->path;
	status->kind = sink->base->kind->name;
	(void)snprintf(status->name, sizeof(status->name), "%s%s%s", status->kind,
	    place[0] != '\0' ? " " : "", place);
}

static int
open_spool(struct zt_sink *sink, struct zt_err *err)
{
	const struct zt_sink_settings *settings = &sink->settings;
	char name[64];

	if (settings->spool_directory == NULL || !sink->base->kind->spools)
		return 0;
	const struct zt_spool_place place = { settings->spool_directory, name,
		settings->user, settings->spool_limit_bytes };
	spool_name(settings, name, sizeof(name));
	int result = zt_spool_open(&sink->spool, &place, err);
	sink->status.counts.recovered = sink->spool.n_records;
	sink->status.counts.spooled = sink->spool.n_records;
	return result;
}

static int
open_place(struct zt_sink *sink, struct zt_err *err)
{
	const struct zt_sink_kind *kind = sink->base->kind;
	struct zt_err why = { "" };
	int result = kind->open(sink->base, &why);

	if (result == 0 || result == -EAGAIN)
		return 0;
	if (!kind->must_open) {
		zt_sink__note_failure(sink, why.text);
		return 0;
	}
	zt_err_set(err, "%s", why.text);
	return result;
}

static int
make(struct zt_sink *sink, struct zt_err *err)
{
	const struct zt_sink_kind *kind = zt_sink_kind(sink->settings.type);
	int result = zt_bell_init(&sink->bell);

	if (result == 0)
		result = zt_sink_queue_init(&sink->queue, sink->settings.queue);
	sink->base = calloc(1, kind->state_bytes);
	if (result != 0 || sink->base == NULL) {
		zt_err_set(err, "%s", strerror(result != 0 ? -result : ENOMEM));
		return result != 0 ? result : -ENOMEM;
	}
	*sink->base = (struct zt_sink_base){ &sink->settings, kind, -1, 0, 0 };
	name_sink(sink);
	result = open_spool(sink, err);
	return result != 0 ? result : open_place(sink, err);
}

static void
free_sink(struct zt_sink *sink)
{
	if (sink->base != NULL && !sink->started)
		sink->base->kind->close(sink->base);
	zt_spool_close(&sink->spool);
	zt_sink_queue_fini(&sink->queue);
	zt_bell_fini(&sink->bell);
	(void)pthread_cond_destroy(&sink->room);
	(void)pthread_mutex_destroy(&sink->lock); /* nobody holds it */
	free(sink->base);
	free(sink);
}

/* None of these calls can fail on Linux. */
static void
init_locks(struct zt_sink *sink)
{
	pthread_condattr_t monotonic;

	(void)pthread_mutex_init(&sink->lock, NULL);
	(void)pthread_condattr_init(&monotonic);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&sink->room, &monotonic);
	(void)pthread_condattr_destroy(&monotonic);
}

int
zt_sink_open(struct zt_sink **sink, const struct zt_sink_settings *settings,
    uint64_t missed, struct zt_err *err)
{
	struct zt_sink *made = calloc(1, sizeof(*made));

	*sink = NULL;
	if (made == NULL) {
		zt_err_set(err, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	init_locks(made);
	made->bell.fd = made->spool.fd = -1;
	made->settings = made->wanted = *settings;
	made->status.is_ok = true;
	made->status.since_s = (uint64_t)time(NULL);
	made->status.counts.skipped = missed;
	int result = make(made, err);
	if (result != 0) {
		free_sink(made);
		return result;
	}
	*sink = made;
	return 0;
}

int
zt_sink_start(struct zt_sink *sink)
{
	sigset_t all;
	sigset_t before;

	(void)sigfillset(&all); /* cannot fail, nor can the next */
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&sink->thread, NULL, zt_sink__run, sink);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	sink->started = error == 0;
	return -error;
}

bool
zt_sink_is_of(const struct zt_sink *sink, const struct zt_sink_settings *settings)
{
	return sink->wanted.type == settings->type &&
	       strcmp(sink->wanted.path, settings->path) == 0 &&
	       strcmp(sink->wanted.address, settings->address) == 0;
}

const char *
zt_sink_spool(const struct zt_sink *sink)
{
	return sink->spool.fd >= 0 ? sink->spool.path : NULL;
}

const struct zt_sink_settings *
zt_sink_settings(const struct zt_sink *sink)
{
	return &sink->wanted;
}

void
zt_sink_set(struct zt_sink *sink, const struct zt_sink_settings *settings)
{
	sink->wanted = *settings;
	(void)pthread_mutex_lock(&sink->lock); /* ours and initialised: cannot fail */
	sink->next = *settings;
	sink->has_next = true;
	sink->queue.capacity = settings->queue;
	(void)pthread_mutex_unlock(&sink->lock);
	zt_bell_ring(&sink->bell);
}

/* A burst may be faster than a thread that works well.  It gets a moment; one that does
 * not use it, because the disk or the reader stalls, gets none again until it moves. */
static void
wait_for_room(struct zt_sink *sink)
{
	struct timespec end;

	zt_bell_ring(&sink->bell);
	(void)clock_gettime(CLOCK_MONOTONIC, &end); /* cannot fail */
	end.tv_nsec += ROOM_NS;
	if (end.tv_nsec >= NS_PER_S) {
		end.tv_nsec -= NS_PER_S;
		end.tv_sec++;
	}
	while (sink->queue.count >= sink->queue.capacity && sink->makes_room)
		if (pthread_cond_timedwait(&sink->room, &sink->lock, &end) != 0)
			sink->makes_room = false;
}

void
zt_sink_put(struct zt_sink *sink, struct zt_record *record)
{
	struct zt_sink_counts *counts = &sink->status.counts;

	(void)pthread_mutex_lock(&sink->lock);
	if (sink->queue.count >= sink->queue.capacity && sink->makes_room)
		wait_for_room(sink);
	counts->offered++;
	if (sink->has_ended) {
		/* The sensor may still have something to say about itself. */
		counts->lost++;
	} else {
		struct zt_sink_put put = zt_sink_queue_put(&sink->queue, record);
		counts->merged += put.merged;
		counts->lost += put.lost;
	}
	(void)pthread_mutex_unlock(&sink->lock);
	zt_bell_ring(&sink->bell);
}

void
zt_sink_skip(struct zt_sink *sink)
{
	(void)pthread_mutex_lock(&sink->lock);
	sink->status.counts.skipped++;
	(void)pthread_mutex_unlock(&sink->lock);
}

void
zt_sink_lose(struct zt_sink *sink)
{
	(void)pthread_mutex_lock(&sink->lock);
	sink->status.counts.offered++;
	sink->status.counts.lost++;
	(void)pthread_mutex_unlock(&sink->lock);
}

void
zt_sink_rotate(struct zt_sink *sink)
{
	(void)pthread_mutex_lock(&sink->lock);
	sink->wants_rotation = true;
	(void)pthread_mutex_unlock(&sink->lock);
	zt_bell_ring(&sink->bell);
}

void
zt_sink_end(struct zt_sink *sink)
{
	(void)pthread_mutex_lock(&sink->lock);
	sink->is_ending = true;
	sink->has_ended |= !sink->started;
	(void)pthread_mutex_unlock(&sink->lock);
	zt_bell_ring(&sink->bell);
}

bool
zt_sink_has_ended(struct zt_sink *sink)
{
	(void)pthread_mutex_lock(&sink->lock);
	bool has_ended = sink->has_ended;
	(void)pthread_mutex_unlock(&sink->lock);
	return has_ended;
}

bool
zt_sink_is_gone(struct zt_sink *sink)
{
	(void)pthread_mutex_lock(&sink->lock);
	bool is_gone = sink->is_gone;
	(void)pthread_mutex_unlock(&sink->lock);
	return is_gone;
}

struct zt_sink_status
zt_sink_status(struct zt_sink *sink)
{
	(void)pthread_mutex_lock(&sink->lock);
	struct zt_sink_status status = sink->status;
	status.counts.queued += sink->queue.count;
	(void)pthread_mutex_unlock(&sink->lock);
	return status;
}

void
zt_sink_close(struct zt_sink **sink, struct zt_sink_status *status)
{
	const struct timespec interval = { .tv_nsec = CLOSE_INTERVAL_NS };
	struct zt_sink *s = *sink;

	*sink = NULL;
	if (s == NULL)
		return;
	zt_sink_end(s);
	for (unsigned i = 0; i < CLOSE_ROUNDS && !zt_sink_has_ended(s); i++)
		(void)nanosleep(&interval, NULL); /* a signal only makes it shorter */
	bool hangs = !zt_sink_has_ended(s);
	if (status != NULL)
		*status = zt_sink_status(s);
	if (hangs) {
		/* In the kernel, with our memory: it goes when the program does. */
		(void)pthread_detach(s->thread);
		return;
	}
	if (s->started)
		(void)pthread_join(s->thread, NULL); /* our own, joinable thread */
	free_sink(s);
}
