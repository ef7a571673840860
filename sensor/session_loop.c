#include "session.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "secondaries.h"
#include "session_priv.h"
#include "signals.h"

/* Live: parts that have something to finish are asked so often, for so long. */
#define FINISH_INTERVAL_US 20000
#define FINISH_ROUNDS	   150
/* Refusals of the event loop that are borne in one run. */
#define LOOP_FAILURES_MAX 10
/* Replay: a reader that stalls is looked at so often, and after a signal so many times
 * before it is given up. */
#define READER_INTERVAL_US 10000
#define READER_ROUNDS	   200

/* What the loop watches. */
struct loop {
	struct zt_session *session;
	struct event_base *base;
	struct event *alerts;
	struct event *errands;
	struct event *finish;
	unsigned finish_rounds;
	struct event *reader; /* replay: its output takes nothing now */
	unsigned reader_rounds;
	size_t reader_done;
	struct event *progress;
	struct zt_signals *signals;
	struct zt_alert alert; /* the one in hand; too large for the stack */
};

static void
fail_output(struct zt_session *s)
{
	if (s->queue.abandoned)
		return;
	zt_log(s->log, ZT_LOG_ERROR, "alerts: %s: %s", s->output.path,
	    strerror(s->output.error));
	zt_alert_queue_abandon(&s->queue);
	zt_stop_wish(&s->stop);
}

/* The zone first, so that the alert names a file that is there. */
static void
keep_zone(struct zt_session *s, struct zt_alert *alert)
{
	uint64_t failed = s->keeper.failed;

	zt_keeper_write(&s->keeper, alert);
	if (s->keeper.failed == failed)
		return;
	zt_log(s->log, ZT_LOG_WARNING, "a zone was not kept: %s",
	    s->keeper.error != 0 ? strerror(s->keeper.error)
				 : "keep_zones.bytes_max is reached");
}

static void
write_alert(struct zt_session *s, struct zt_alert *alert)
{
	const struct zt_format_context context = { s->sensor, s->interfaces };

	keep_zone(s, alert);
	zt_summary_add(&s->summary, alert);
	if (!s->is_replay) {
		zt_daemon_alert(&s->daemon, alert);
		return;
	}
	char *line = s->options->format->line(alert, &context);
	if (line == NULL)
		s->output.error = ENOMEM;
	else
		(void)zt_output_line(&s->output, line, strlen(line)); /* sticky */
	free(line);
}

/* Live, the engine's time has no steps of the wall clock, see timeline.h. */
static void
to_wall_clock(const struct zt_session *s, struct zt_alert *alert)
{
	uint64_t shift = zt_timeline_shift(&s->workers[0].timeline);
	uint64_t *times[] = { &alert->ts_ns, &alert->window.first_ns,
		&alert->window.last_ns, &alert->transfer.started_ns,
		&alert->transfer.last_ns, &alert->process.started_ns };

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (*times[i] != 0)
			*times[i] += shift;
}

/* A replay's reader takes nothing now.  We come back soon, and meanwhile hear signals;
 * once one asked for the end, the reader has a little time left. */
static void
wait_for_reader(struct loop *loop)
{
	const struct timeval interval = { .tv_usec = READER_INTERVAL_US };
	struct zt_output *output = &loop->session->output;

	if (loop->session->interrupted && output->done == loop->reader_done)
		loop->reader_rounds++;
	else
		loop->reader_rounds = 0;
	loop->reader_done = output->done;
	if (loop->reader_rounds > READER_ROUNDS ||
	    event_add(loop->reader, &interval) != 0)
		output->error = ETIMEDOUT;
}

/* Write everything that waits.  @return whether there was anything. */
static bool
drain(struct loop *loop)
{
	struct zt_session *s = loop->session;
	bool any = false;

	while (s->output.error == 0 && zt_output_has_room(&s->output) &&
	       zt_alert_queue_get(&s->queue, &loop->alert)) {
		to_wall_clock(s, &loop->alert);
		write_alert(s, &loop->alert);
		any = true;
		if (!zt_output_has_room(&s->output))
			(void)zt_output_try(&s->output); /* looked at next */
	}
	if (!zt_output_try(&s->output))
		wait_for_reader(loop);
	if (s->output.error != 0)
		fail_output(s);
	return any;
}

/* The queue is over: leave the loop when every part of a daemon has finished. */
static void
on_finish(evutil_socket_t fd, short what, void *arg)
{
	struct loop *loop = arg;
	const struct timeval interval = { .tv_usec = FINISH_INTERVAL_US };

	(void)fd;
	(void)what;
	if (!zt_daemon_finish(&loop->session->daemon) &&
	    loop->finish_rounds++ < FINISH_ROUNDS &&
	    event_add(loop->finish, &interval) == 0)
		return;
	(void)event_base_loopbreak(loop->base);
}

static void
on_alerts(evutil_socket_t fd, short what, void *arg)
{
	struct loop *loop = arg;

	(void)fd;
	(void)what;
	zt_bell_disarm(&loop->session->queue.bell);
	(void)drain(loop);
	zt_bell_arm(&loop->session->queue.bell);
	/* What came before the bell was armed did not ring. */
	(void)drain(loop);
	if (zt_alert_queue_is_over(&loop->session->queue) &&
	    loop->session->output.used == 0)
		on_finish(-1, 0, loop);
}

static void
on_errands(evutil_socket_t fd, short what, void *arg)
{
	struct loop *loop = arg;
	struct zt_errands *errands = &loop->session->errands;

	(void)fd;
	(void)what;
	zt_bell_disarm(&errands->ready);
	zt_errands_collect(errands);
	zt_bell_arm(&errands->ready);
	/* What came before the bell was armed did not ring. */
	zt_errands_collect(errands);
}

static void
end(void *arg)
{
	struct zt_session *s = arg;

	s->interrupted = true;
	zt_stop_wish(&s->stop);
}

static void
reload(void *arg)
{
	struct zt_session *s = arg;
	struct zt_err err = { "" };

	(void)s->daemon.reload(&s->daemon, &err); /* it tells by itself */
}

static void
rotate(void *arg)
{
	struct zt_session *s = arg;

	s->daemon.rotate(&s->daemon);
}

/* Between what was asked for at the start and everything. */
static void
change_verbosity(void *arg)
{
	struct zt_session *s = arg;
	enum zt_log_level at_start = s->options->verbose ? ZT_LOG_INFO
				     : s->options->quiet ? ZT_LOG_ERROR
							 : ZT_LOG_WARNING;

	s->log->level = s->log->level == ZT_LOG_INFO ? at_start : ZT_LOG_INFO;
}

static void
on_progress(evutil_socket_t fd, short what, void *arg)
{
	struct loop *loop = arg;

	(void)fd;
	(void)what;
	zt_progress_draw(&loop->session->progress);
}

static struct zt_signals *
watch_signals(struct zt_session *s, struct event_base *base)
{
	struct zt_signal_actions actions = { .end = end, .arg = s };

	if (!s->is_replay) {
		actions.reload = reload;
		actions.rotate = rotate;
		actions.verbosity = change_verbosity;
	}
	return zt_signals_watch(base, &actions);
}

static bool
watch(struct loop *loop)
{
	struct zt_session *s = loop->session;
	const struct timeval interval = { .tv_usec = ZT_PROGRESS_INTERVAL_MS * 1000 };

	loop->base = event_base_new();
	if (loop->base == NULL)
		return false;
	loop->alerts = event_new(
	    loop->base, s->queue.bell.fd, EV_READ | EV_PERSIST, on_alerts, loop);
	loop->errands = event_new(
	    loop->base, s->errands.ready.fd, EV_READ | EV_PERSIST, on_errands, loop);
	loop->finish = evtimer_new(loop->base, on_finish, loop);
	loop->reader = evtimer_new(loop->base, on_alerts, loop);
	loop->progress = event_new(loop->base, -1, EV_PERSIST, on_progress, loop);
	loop->signals = watch_signals(s, loop->base);
	if (loop->alerts == NULL || loop->errands == NULL || loop->finish == NULL ||
	    loop->reader == NULL || loop->signals == NULL || loop->progress == NULL)
		return false;
	if (s->progress.shown && event_add(loop->progress, &interval) != 0)
		return false;
	zt_bell_arm(&s->queue.bell);
	zt_bell_arm(&s->errands.ready);
	s->daemon.base = loop->base;
	return event_add(loop->alerts, NULL) == 0 &&
	       event_add(loop->errands, NULL) == 0;
}

static void
unwatch(struct loop *loop)
{
	struct event *events[] = { loop->alerts, loop->errands, loop->finish,
		loop->reader, loop->progress };

	zt_signals_free(&loop->signals);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (events[i] != NULL)
			event_free(events[i]);
	if (loop->base != NULL)
		event_base_free(loop->base);
}

/* Threads run with signals blocked: the main thread gets them all. */
static int
start_threads(struct zt_session *s)
{
	sigset_t all;
	sigset_t before;

	(void)sigfillset(&all); /* cannot fail, nor can the next */
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	int result = s->is_replay ? 0 : zt_opener_start(s->opener);
	if (result == 0 && !zt__session_forget(s))
		result = -EPERM;
	if (result == 0)
		result = zt_detector_start(&s->detector);
	for (size_t i = 0; i < s->n_workers && result == 0; i++)
		result = zt_worker_start(&s->workers[i]);
	if (s->processes != NULL && result == 0)
		result = zt_processes_start(s->processes);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return result;
}

static void
join_threads(struct zt_session *s)
{
	for (size_t i = 0; i < s->n_workers; i++) {
		bool ran = s->workers[i].started;
		zt_worker_join(&s->workers[i]);
		if (!ran) /* the detector waits for the end of every feed */
			zt_feed_end(&s->feeds[i]);
	}
	zt_processes_join(s->processes);
	zt_detector_join(&s->detector);
	if (!s->is_replay)
		zt_opener_join(s->opener);
}

/* Until loopbreak, as the bells' events stay.  The kernel may refuse a wait; an event
 * loop that cannot wait at all has to end.
 *
 * @return 0, or -EIO. */
static int
dispatch(struct loop *loop)
{
	unsigned failures = 0;

	while (event_base_dispatch(loop->base) < 0) {
		if (++failures > LOOP_FAILURES_MAX)
			return -EIO;
		zt_log(loop->session->log, ZT_LOG_ERROR,
		    "the kernel refused to wait for events; tried again");
	}
	return 0;
}

/* Without it the threads would wait for somebody to take what they have. */
static void
give_up(struct zt_session *s, const char *what, int result)
{
	zt_log(s->log, ZT_LOG_ERROR, "%s: %s", what, strerror(-result));
	zt_stop_wish(&s->stop);
	zt_alert_queue_abandon(&s->queue);
}

static enum zt_exit
run_loop(struct loop *loop)
{
	struct zt_session *s = loop->session;

	if (!watch(loop)) {
		zt_log(s->log, ZT_LOG_ERROR, "cannot make the event loop");
		return ZT_EXIT_SOFTWARE;
	}
	enum zt_exit confined = zt__session_confine(s);
	if (confined != ZT_EXIT_OK)
		return confined;
	int result = start_threads(s);
	if (result == 0) {
		if (!zt_daemon_start(&s->daemon))
			zt_daemon_end(&s->daemon, ZT_EXIT_SOFTWARE);
		zt__session_enter_sandbox(s);
		result = dispatch(loop);
		if (result != 0)
			give_up(s, "the event loop failed", result);
	} else {
		give_up(s, "cannot start a thread", result);
	}
	join_threads(s);
	if (result == 0 && s->is_replay && s->conf->learn.enabled &&
	    s->conf->learn.file[0] != '\0')
		zt_secondaries_list(s->log, s->conf->learn.file, s->detector.engine);
	if (result == 0) {
		/* What nobody served any more. */
		zt_errands_serve(&s->errands, s->detector.engine);
		zt_errands_collect(&s->errands);
	}
	return result == 0 ? ZT_EXIT_OK : ZT_EXIT_SOFTWARE;
}

enum zt_exit
zt_session_run(struct zt_session *s)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (loop == NULL) {
		zt_log(s->log, ZT_LOG_ERROR, "%s", strerror(ENOMEM));
		return ZT_EXIT_SOFTWARE;
	}
	/* A reader that went away shows as EPIPE. */
	(void)signal(SIGPIPE, SIG_IGN);
	loop->session = s;
	enum zt_progress_when when =
	    s->options->quiet ? ZT_PROGRESS_NEVER : s->options->progress;
	zt_progress_init(&s->progress, s->is_replay ? &s->source : NULL, when, s->log);
	enum zt_exit result = run_loop(loop);
	s->seconds = zt_progress_seconds(&s->progress);
	zt_progress_end(&s->progress);
	zt_daemon_close(&s->daemon); /* its events belong to the loop's base */
	unwatch(loop);
	free(loop);
	return result;
}
