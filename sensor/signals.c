#include "signals.h"

#include <signal.h>
#include <stdlib.h>

/* One request that waits for its pause to end. */
struct request {
	struct event *signal;
	struct event *pause;
	void (*act)(void *arg);
	void *arg;
};

struct zt_signals {
	struct zt_signal_actions actions;
	struct event *interrupt;
	struct event *terminate;
	struct event *verbosity;
	struct request reload;
	struct request rotate;
};

static void
on_end(evutil_socket_t number, short what, void *arg)
{
	struct zt_signals *signals = arg;

	(void)number;
	(void)what;
	signals->actions.end(signals->actions.arg);
	/* A second one shall end the program the hard way.  Deleting cannot fail. */
	(void)event_del(signals->interrupt);
	(void)event_del(signals->terminate);
}

static void
on_verbosity(evutil_socket_t number, short what, void *arg)
{
	struct zt_signals *signals = arg;

	(void)number;
	(void)what;
	signals->actions.verbosity(signals->actions.arg);
}

static void
on_request(evutil_socket_t number, short what, void *arg)
{
	const struct timeval pause = { .tv_usec = ZT_SIGNALS_PAUSE_MS * 1000 };
	struct request *request = arg;

	(void)number;
	(void)what;
	if (event_pending(request->pause, EV_TIMEOUT, NULL) == 0 &&
	    event_add(request->pause, &pause) != 0)
		request->act(request->arg); /* no memory to wait with */
}

static void
on_pause(evutil_socket_t number, short what, void *arg)
{
	struct request *request = arg;

	(void)number;
	(void)what;
	request->act(request->arg);
}

static int
watch(struct event_base *base, int number, event_callback_fn call, void *arg,
    struct event **event)
{
	*event = evsignal_new(base, number, call, arg);
	return *event != NULL && event_add(*event, NULL) == 0 ? 0 : -1;
}

static int
watch_request(struct event_base *base, int number, struct request *request)
{
	if (request->act == NULL)
		return 0;
	request->pause = evtimer_new(base, on_pause, request);
	if (request->pause == NULL)
		return -1;
	return watch(base, number, on_request, request, &request->signal);
}

struct zt_signals *
zt_signals_watch(struct event_base *base, const struct zt_signal_actions *actions)
{
	struct zt_signals *signals = calloc(1, sizeof(*signals));

	if (signals == NULL)
		return NULL;
	signals->actions = *actions;
	signals->reload.act = actions->reload;
	signals->rotate.act = actions->rotate;
	signals->reload.arg = signals->rotate.arg = actions->arg;
	int result = watch(base, SIGINT, on_end, signals, &signals->interrupt) |
		     watch(base, SIGTERM, on_end, signals, &signals->terminate) |
		     watch_request(base, SIGHUP, &signals->reload) |
		     watch_request(base, SIGUSR1, &signals->rotate);
	if (actions->verbosity != NULL)
		result |=
		    watch(base, SIGUSR2, on_verbosity, signals, &signals->verbosity);
	if (result != 0)
		zt_signals_free(&signals);
	return signals;
}

void
zt_signals_free(struct zt_signals **signals)
{
	struct zt_signals *s = *signals;

	if (s == NULL)
		return;
	struct event *events[] = { s->interrupt, s->terminate, s->verbosity,
		s->reload.signal, s->reload.pause, s->rotate.signal, s->rotate.pause };
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (events[i] != NULL)
			event_free(events[i]);
	free(s);
	*signals = NULL;
}
