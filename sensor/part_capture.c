/*
 * What happens to the capture, told to people: interfaces that come and go, losses with
 * their time span, a wall clock that was set, a machine that slept.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "daemon.h"

#define LOOK_INTERVAL_US 200000
/* A loss is over when nothing more was lost for so many looks: five seconds. */
#define QUIET_LOOKS 25

/* Packets or events that are being lost. */
struct loss {
	uint64_t seen;	 /* total at the last look */
	uint64_t before; /* total when it began */
	unsigned quiet;	 /* looks since the last one */
	unsigned looks;	 /* since it began */
	bool lasts;
};

struct capture {
	struct zt_daemon *daemon;
	struct event *timer;
	struct loss kernel;
	struct loss ring;
	uint64_t steps;
	uint64_t suspensions;
};

static enum zt_exit
open_capture(struct zt_daemon *daemon, void **state)
{
	struct capture *capture = calloc(1, sizeof(*capture));

	if (capture == NULL) {
		zt_log(daemon->log, ZT_LOG_ERROR, "%s", strerror(ENOMEM));
		return ZT_EXIT_SOFTWARE;
	}
	capture->daemon = daemon;
	*state = capture;
	return ZT_EXIT_OK;
}

static void
look_at_loss(struct zt_log *log, struct loss *loss, uint64_t total, const char *what)
{
	bool more = total > loss->seen;

	if (more && !loss->lasts) {
		loss->lasts = true;
		loss->before = loss->seen;
		loss->looks = 0;
		zt_log(log, ZT_LOG_WARNING, "%s: alerts say \"at least\"", what);
	}
	loss->seen = total;
	loss->quiet = more ? 0 : loss->quiet + 1;
	loss->looks++;
	if (!loss->lasts || loss->quiet < QUIET_LOOKS)
		return;
	loss->lasts = false;
	zt_log(log, ZT_LOG_WARNING, "%s: no more; %" PRIu64 " were lost in %.1f s",
	    what, total - loss->before,
	    (double)(loss->looks - loss->quiet) * LOOK_INTERVAL_US / 1e6);
}

static void
look_at_losses(struct capture *capture)
{
	struct zt_daemon *daemon = capture->daemon;
	uint64_t kernel = 0;
	uint64_t ring = 0;

	for (size_t i = 0; i < daemon->n_workers; i++) {
		kernel += zt_counted(&daemon->feeds[i].kernel_drops);
		ring += zt_counted(&daemon->feeds[i].dropped);
	}
	look_at_loss(daemon->log, &capture->kernel, kernel,
	    "packets are lost, the capture is too slow");
	look_at_loss(daemon->log, &capture->ring, ring,
	    "events are lost, the detector is too slow");
}

/* Every worker sees the same clock; the first one speaks for all. */
static void
look_at_clock(struct capture *capture)
{
	struct zt_daemon *daemon = capture->daemon;
	const struct zt_timeline *timeline = &daemon->workers[0].timeline;
	uint64_t steps = zt_counted(&timeline->steps);
	uint64_t suspensions = zt_counted(&timeline->suspensions);

	if (steps != capture->steps)
		zt_log(daemon->log, ZT_LOG_WARNING,
		    "the clock was set; %+.1f s since the start",
		    (double)(int64_t)zt_timeline_shift(timeline) / 1e9);
	if (suspensions != capture->suspensions)
		zt_log(daemon->log, ZT_LOG_WARNING,
		    "the machine was suspended; %.1f s since the start in which nothing "
		    "was seen",
		    (double)zt_counted(&timeline->suspended_ns) / 1e9);
	capture->steps = steps;
	capture->suspensions = suspensions;
}

static void
on_look(evutil_socket_t fd, short what, void *arg)
{
	struct capture *capture = arg;

	(void)fd;
	(void)what;
	zt_notices_log(capture->daemon->notices, capture->daemon->log);
	look_at_losses(capture);
	look_at_clock(capture);
}

static int
start_capture(void *state)
{
	struct capture *capture = state;
	const struct timeval interval = { .tv_usec = LOOK_INTERVAL_US };

	capture->timer =
	    event_new(capture->daemon->base, -1, EV_PERSIST, on_look, capture);
	if (capture->timer == NULL || event_add(capture->timer, &interval) != 0)
		return -ENOMEM;
	return 0;
}

static void
close_capture(void *state)
{
	struct capture *capture = state;

	if (capture->timer != NULL) {
		on_look(-1, 0, capture); /* the last words */
		event_free(capture->timer);
	}
	if (capture->kernel.lasts)
		zt_log(capture->daemon->log, ZT_LOG_WARNING,
		    "%" PRIu64 " packets were lost until the end",
		    capture->kernel.seen - capture->kernel.before);
	free(capture);
}

const struct zt_part zt_part_capture = {
	.name = "capture",
	.open = open_capture,
	.start = start_capture,
	.close = close_capture,
};
