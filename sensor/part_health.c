/*
 * The health of the sensor, looked at each second: what changed goes out as an alert,
 * the same way as those of the detector.
 */
#include "part_health.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon.h"
#include "now.h"
#include "numbers.h"
#include "vitals.h"

/* One subject: an interface with its workers, or the sensor. */
struct subject {
	struct zt_health health;
	uint64_t packets;    /* at the last look */
	uint64_t changed_ns; /* when that was another number */
};

struct zt_health_part {
	struct zt_daemon *daemon;
	struct event *timer;
	bool enabled;
	uint64_t silence_ns;
	size_t n_interfaces;
	struct subject sensor;
	struct subject interfaces[ZT_OPTIONS_INTERFACES_MAX];
};

static void
deliver(void *arg, const struct zt_alert *alert)
{
	struct zt_health_part *part = arg;

	part->daemon->alerts_own++;
	zt_log(part->daemon->log,
	    alert->event == ZT_ALERT_OPEN ? ZT_LOG_WARNING : ZT_LOG_INFO,
	    "health: %s%s%s%s", alert->health.subject,
	    alert->health.subject[0] != '\0' ? ": " : "", alert->title,
	    alert->event == ZT_ALERT_CLOSE ? ": over" : "");
	zt_daemon_alert(part->daemon, alert);
}

static void
look_at_interface(struct zt_health_part *part, size_t number, uint64_t now_ns)
{
	const struct zt_daemon *daemon = part->daemon;
	struct subject *subject = &part->interfaces[number];
	struct zt_health_counters c = { 0 };

	const struct zt_link_state *link = zt_opener_link(daemon->opener, number);
	for (size_t i = 0; i < daemon->n_workers; i++)
		if (zt_opener_link_of(daemon->opener, i) == link)
			zt_vitals_add_worker(
			    &c, &daemon->workers[i], &daemon->feeds[i]);
	c.down = zt_link_is_blind(link);
	/* Silence begins with the first look, and again when the link is back. */
	if (c.packets != subject->packets || subject->changed_ns == 0 || c.down != 0) {
		subject->packets = c.packets;
		subject->changed_ns = now_ns;
	}
	c.silent = now_ns - subject->changed_ns >= part->silence_ns;
	zt_health_step(&subject->health, now_ns, zt_now_ns(CLOCK_REALTIME), &c);
}

static void
add_sink(const struct zt_sink_status *status, void *arg)
{
	struct zt_health_counters *c = arg;

	c->sinks_failing += !status->is_ok;
}

static void
look_at_sensor(struct zt_health_part *part, uint64_t now_ns)
{
	struct zt_health_counters c = { 0 };
	struct zt_statistics statistics;

	zt_numbers_statistics(part->daemon->states[ZT_PART_NUMBERS], &statistics);
	zt_vitals_add_engine(&c, statistics.engine);
	zt_sinks_each(part->daemon, add_sink, &c);
	c.alerts_lost = zt_sinks_lost(part->daemon);
	zt_health_step(&part->sensor.health, now_ns, zt_now_ns(CLOCK_REALTIME), &c);
}

static void
on_second(evutil_socket_t fd, short what, void *arg)
{
	struct zt_health_part *part = arg;
	uint64_t now_ns = zt_now_ns(CLOCK_MONOTONIC);

	(void)fd;
	(void)what;
	if (!part->enabled)
		return;
	for (size_t i = 0; i < part->n_interfaces; i++)
		look_at_interface(part, i, now_ns);
	look_at_sensor(part, now_ns);
}

static void
take_settings(struct subject *subject, const struct zt_conf *conf)
{
	subject->health.window_ns = conf->health.window_ns;
	subject->health.update_ns = conf->detect.update_interval_ns;
}

static void
adopt(void *state, const struct zt_conf *next)
{
	struct zt_health_part *part = state;

	part->enabled = next->health.enabled;
	part->silence_ns = next->health.silence_ns;
	take_settings(&part->sensor, next);
	for (size_t i = 0; i < part->n_interfaces; i++)
		take_settings(&part->interfaces[i], next);
}

static void
make_interface(struct zt_health_part *part, size_t number)
{
	const struct zt_daemon *daemon = part->daemon;
	struct zt_health *health = &part->interfaces[number].health;
	/* The session numbers interfaces from 1 on, in the order of the links. */
	const char *name =
	    zt_interfaces_name(daemon->context.interfaces, (uint16_t)(number + 1));

	health->deliver = deliver;
	health->arg = part;
	health->interface = (uint16_t)(number + 1);
	if (name != NULL)
		strncpy(health->subject, name, sizeof(health->subject) - 1);
}

static enum zt_exit
open_health(struct zt_daemon *daemon, void **state)
{
	struct zt_health_part *part = calloc(1, sizeof(*part));

	*state = part;
	if (part == NULL) {
		zt_log(daemon->log, ZT_LOG_ERROR, "health: %s", strerror(ENOMEM));
		return ZT_EXIT_SOFTWARE;
	}
	part->daemon = daemon;
	part->n_interfaces = zt_opener_links(daemon->opener);
	part->sensor.health.deliver = deliver;
	part->sensor.health.arg = part;
	for (size_t i = 0; i < part->n_interfaces; i++)
		make_interface(part, i);
	adopt(part, daemon->conf);
	return ZT_EXIT_OK;
}

static int
start_health(void *state)
{
	struct zt_health_part *part = state;
	const struct timeval second = { .tv_sec = 1 };

	part->timer = event_new(part->daemon->base, -1, EV_PERSIST, on_second, part);
	if (part->timer == NULL || event_add(part->timer, &second) != 0)
		return -ENOMEM;
	on_second(-1, 0, part); /* the totals of now are where the windows begin */
	return 0;
}

static void
close_health(void *state)
{
	struct zt_health_part *part = state;

	if (part->timer != NULL)
		event_free(part->timer);
	free(part);
}

static size_t
list_open(const struct zt_health *health, struct zt_health_problem *problems, size_t n,
    size_t cap)
{
	for (unsigned i = 0; i < ZT_N_BLIND_SPOTS && n < cap; i++) {
		if (!health->states[i].is_open)
			continue;
		problems[n].text = zt_health_text((enum zt_blind_spot)i);
		problems[n++].subject = health->subject;
	}
	return n;
}

size_t
zt_health_problems(
    const struct zt_daemon *daemon, struct zt_health_problem *problems, size_t cap)
{
	const struct zt_health_part *part = daemon->states[ZT_PART_HEALTH];

	if (part == NULL || !part->enabled)
		return 0;
	size_t n = list_open(&part->sensor.health, problems, 0, cap);
	for (size_t i = 0; i < part->n_interfaces; i++)
		n = list_open(&part->interfaces[i].health, problems, n, cap);
	return n;
}

const struct zt_part zt_part_health = {
	.name = "health",
	.open = open_health,
	.start = start_health,
	.adopt = adopt,
	.close = close_health,
};
