/*
 * The list of secondaries on disk: read before the first event, written at the start,
 * every few minutes when something has changed, and at the end.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "secondaries.h"

#define INTERVAL_S 300

struct learn {
	struct zt_errand errand; /* First: the errand is the part. */
	struct zt_daemon *daemon;
	struct event *timer;
	const char *path;
	uint8_t *saved; /* Made by the errand, written when it is done. */
	uint8_t *written;
	size_t saved_len;
	size_t written_len;
	bool is_away; /* The errand is with the detector. */
};

static void
save(struct learn *learn, const struct zt_engine *engine)
{
	const struct zt_roster *roster = zt_engine_roster(engine);

	learn->saved = malloc(zt_roster_save_max(roster));
	if (learn->saved != NULL)
		learn->saved_len = zt_roster_save(roster, learn->saved);
}

/* Write what was saved, unless it is what was written last. */
static void
store(struct learn *learn)
{
	bool is_news =
	    learn->saved != NULL &&
	    (learn->written == NULL || learn->saved_len != learn->written_len ||
		memcmp(learn->saved, learn->written, learn->saved_len) != 0);

	if (is_news && zt_secondaries_store(learn->daemon->log, learn->path,
			   learn->saved, learn->saved_len)) {
		free(learn->written);
		learn->written = learn->saved;
		learn->written_len = learn->saved_len;
	} else {
		free(learn->saved);
	}
	learn->saved = NULL;
}

/* On the detector thread. */
static void
run(struct zt_errand *errand, struct zt_engine *engine)
{
	save((struct learn *)errand, engine);
}

static void
done(struct zt_errand *errand)
{
	struct learn *learn = (struct learn *)errand;

	learn->is_away = false;
	store(learn);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct learn *learn = arg;

	(void)fd;
	(void)what;
	if (learn->is_away)
		return;
	learn->is_away = true;
	zt_errands_post(learn->daemon->errands, &learn->errand);
}

static enum zt_exit
open_learn(struct zt_daemon *daemon, void **state)
{
	const struct zt_conf *conf = daemon->conf;

	if (!conf->learn.enabled)
		return ZT_EXIT_OK;
	if (conf->learn.file[0] == '\0') {
		zt_log(daemon->log, ZT_LOG_WARNING,
		    "learn: learn.file is not set: nobody sees who was learned, and a "
		    "restart learns anew");
		return ZT_EXIT_OK;
	}
	struct learn *learn = calloc(1, sizeof(*learn));
	if (learn == NULL) {
		zt_log(daemon->log, ZT_LOG_ERROR, "learn: %s", strerror(ENOMEM));
		return ZT_EXIT_SOFTWARE;
	}
	learn->daemon = daemon;
	/* The options of a start keep their file: the setting wants a restart. */
	learn->path = conf->learn.file;
	learn->errand.run = run;
	learn->errand.done = done;
	/* No thread runs yet: the engine is ours. */
	zt_secondaries_restore(daemon->log, learn->path, daemon->detector->engine);
	*state = learn;
	/* An absolute path is known as a setting already, a relative one is not. */
	if (zt_places_add_parent(&daemon->places, learn->path, true) != 0) {
		zt_log(daemon->log, ZT_LOG_ERROR,
		    "learn: %s: there are too many places", learn->path);
		return ZT_EXIT_SOFTWARE;
	}
	return ZT_EXIT_OK;
}

static int
start_learn(void *state)
{
	struct learn *learn = state;
	const struct timeval interval = { .tv_sec = INTERVAL_S };

	learn->timer = event_new(learn->daemon->base, -1, EV_PERSIST, on_timer, learn);
	if (learn->timer == NULL || event_add(learn->timer, &interval) != 0)
		return -ENOMEM;
	/* Once at the start: whether it can be written is told now. */
	on_timer(-1, 0, learn);
	return 0;
}

static void
close_learn(void *state)
{
	struct learn *learn = state;

	if (learn->timer != NULL) {
		/* It ran, and the detector has ended: the engine is ours again. */
		event_free(learn->timer);
		free(learn->saved);
		save(learn, learn->daemon->detector->engine);
		store(learn);
	}
	free(learn->written);
	free(learn);
}

const struct zt_part zt_part_learn = {
	.name = "learn",
	.open = open_learn,
	.start = start_learn,
	.close = close_learn,
};
