/*
 * The service manager is told what goes on; see service.h.
 */
#include "service.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "notify.h"
#include "now.h"

#define US_PER_S UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)
#define STATUS_S 5
/* Looks within the manager's patience: one that came late is forgiven. */
#define WATCH_SHARE 3
/* More often than every thread moves, a look would find nothing moved. */
#define WATCH_MIN_US ((uint64_t)(ZT_PULSE_MS + 200) * 1000)

struct service {
	struct zt_daemon *daemon;
	struct zt_notify notify;
	struct event *status;
	struct event *watch;
	uint64_t watch_us;     /* 0: no watchdog. */
	uint64_t said_ns;      /* When the status was told last. */
	uint64_t said_packets; /* And how many packets there were. */
	uint64_t open_incidents;
	uint64_t popped; /* Events judged, at the last look. */
	bool waited;	 /* Events waited for the detector then. */
	bool is_stuck;	 /* The last look found something that stands still. */
	bool is_ending;
};

/* Microseconds of a variable of the environment; 0: none. */
static uint64_t
variable(const char *name)
{
	const char *text = getenv(name);
	char *end = NULL;

	if (text == NULL || *text < '0' || *text > '9')
		return 0;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' ? (uint64_t)value : 0;
}

static void
say_status(struct service *service)
{
	struct zt_daemon *daemon = service->daemon;
	uint64_t packets = 0;
	uint64_t drops = 0;
	uint64_t now_ns = zt_now_ns(CLOCK_MONOTONIC);

	for (size_t i = 0; i < daemon->n_workers; i++) {
		packets += zt_counted(&daemon->workers[i].received);
		drops += zt_counted(&daemon->feeds[i].kernel_drops) +
			 zt_counted(&daemon->feeds[i].dropped);
	}
	double seconds = (double)(now_ns - service->said_ns) / (double)NS_PER_S;
	double rate = (double)(packets - service->said_packets) / seconds;
	zt_notify_send(&service->notify,
	    "STATUS=%.0f packets/s, %" PRIu64 " incidents open, %" PRIu64
	    " alerts, %" PRIu64 " dropped",
	    rate, service->open_incidents, daemon->alerts, drops);
	service->said_ns = now_ns;
	service->said_packets = packets;
}

static void
on_status(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	say_status(arg);
}

/* Events wait for the detector as they did at the last look, and it took none. */
static bool
is_starving(struct service *service)
{
	const struct zt_daemon *daemon = service->daemon;
	uint64_t popped = 0;
	uint64_t waiting = 0;

	for (size_t i = 0; i < daemon->n_workers; i++) {
		const struct zt_feed *feed = &daemon->feeds[i];
		/* In this order: what moves meanwhile makes waiting larger, never
		 * negative. */
		uint64_t taken = zt_counted(&feed->popped);
		uint64_t dropped = zt_counted(&feed->dropped);
		popped += taken;
		waiting += zt_counted(&feed->pushed) - dropped - taken;
	}
	bool starves = service->waited && waiting != 0 && popped == service->popped;
	service->waited = waiting != 0;
	service->popped = popped;
	return starves;
}

static void
on_watch(evutil_socket_t fd, short what, void *arg)
{
	struct service *service = arg;
	struct zt_daemon *daemon = service->daemon;
	const char *stuck = zt_pulses_look(&daemon->pulses);

	(void)fd;
	(void)what;
	if (is_starving(service))
		stuck = stuck != NULL ? stuck : "detector (events wait)";
	/* At the end threads end one after the other. */
	if (stuck == NULL || service->is_ending) {
		zt_notify_send(&service->notify, "WATCHDOG=1");
		service->is_stuck = false;
		return;
	}
	if (!service->is_stuck)
		zt_log(daemon->log, ZT_LOG_ERROR,
		    "no sign of life of the thread %s; the service manager is told "
		    "nothing until it moves",
		    stuck);
	service->is_stuck = true;
}

static enum zt_exit
open_service(struct zt_daemon *daemon, void **state)
{
	struct service *service = calloc(1, sizeof(*service));
	uint64_t pid = variable("WATCHDOG_PID");

	if (service == NULL) {
		zt_log(daemon->log, ZT_LOG_ERROR, "%s", strerror(ENOMEM));
		return ZT_EXIT_SOFTWARE;
	}
	service->daemon = daemon;
	if (!zt_notify_open(&service->notify, getenv("NOTIFY_SOCKET"))) {
		free(service);
		return ZT_EXIT_OK;
	}
	if (pid == 0 || pid == (uint64_t)getpid())
		service->watch_us = variable("WATCHDOG_USEC") / WATCH_SHARE;
	if (service->watch_us != 0 && service->watch_us < WATCH_MIN_US)
		service->watch_us = WATCH_MIN_US;
	*state = service;
	return ZT_EXIT_OK;
}

static int
begin(struct service *service, struct event **event, event_callback_fn call,
    uint64_t interval_us)
{
	struct timeval interval = { .tv_sec = (time_t)(interval_us / US_PER_S),
		.tv_usec = (suseconds_t)(interval_us % US_PER_S) };

	*event = event_new(service->daemon->base, -1, EV_PERSIST, call, service);
	return *event != NULL && event_add(*event, &interval) == 0 ? 0 : -ENOMEM;
}

static int
start_service(void *state)
{
	struct service *service = state;
	int result = begin(service, &service->status, on_status, STATUS_S * US_PER_S);

	if (result == 0 && service->watch_us != 0)
		result = begin(service, &service->watch, on_watch, service->watch_us);
	if (result != 0)
		return result;
	service->said_ns = zt_now_ns(CLOCK_MONOTONIC);
	zt_notify_send(&service->notify, "READY=1\nSTATUS=capturing");
	return 0;
}

static void
count_alert(void *state, const struct zt_alert *alert)
{
	struct service *service = state;

	service->open_incidents += alert->event == ZT_ALERT_OPEN;
	service->open_incidents -=
	    alert->event == ZT_ALERT_CLOSE && service->open_incidents > 0;
}

/* Called again and again until everybody has finished; once is enough. */
static bool
finish_service(void *state)
{
	struct service *service = state;

	if (!service->is_ending)
		zt_notify_send(
		    &service->notify, "STOPPING=1\nSTATUS=writing what was found");
	service->is_ending = true;
	return true;
}

static void
close_service(void *state)
{
	struct service *service = state;

	if (service->status != NULL)
		event_free(service->status);
	if (service->watch != NULL)
		event_free(service->watch);
	zt_notify_close(&service->notify);
	free(service);
}

void
zt_service_reloading(struct zt_daemon *daemon)
{
	struct service *service = daemon->states[ZT_PART_SERVICE];

	if (service != NULL)
		zt_notify_send(&service->notify,
		    "RELOADING=1\nMONOTONIC_USEC=%" PRIu64
		    "\nSTATUS=reading the configuration",
		    zt_now_ns(CLOCK_MONOTONIC) / 1000);
}

void
zt_service_reloaded(struct zt_daemon *daemon, bool is_in_force)
{
	struct service *service = daemon->states[ZT_PART_SERVICE];

	if (service != NULL)
		zt_notify_send(&service->notify, "READY=1\nSTATUS=%s",
		    is_in_force ? "the new configuration is in force"
				: "the configuration was refused, the one before "
				  "stays in force; see the log");
}

const struct zt_part zt_part_service = {
	.name = "the talk with the service manager",
	.open = open_service,
	.start = start_service,
	.alert = count_alert,
	.finish = finish_service,
	.close = close_service,
};
