#include "opener.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "now.h"

#define NS_PER_S  UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)
/* Interfaces are looked at so often. */
#define LOOK_MS 250
/* After a failure to open: doubled from the first to the last. */
#define RETRY_FIRST_NS (1 * NS_PER_S)
#define RETRY_LAST_NS  (30 * NS_PER_S)

struct slot {
	_Atomic(struct zt_live *) ready; /* from the opener to the worker */
	_Atomic(struct zt_live *) dead;	 /* and back */
	bool out; /* opener: the worker has one, or may take it */
};

struct link {
	struct zt_link_state state;
	uint16_t number;      /* of zt_packet.interface */
	struct slot *slots;   /* one for each worker */
	uint64_t retry_at_ns; /* monotonic */
	uint64_t retry_ns;
};

struct zt_opener {
	const struct zt_conf *conf;
	const struct zt_stop *stop;
	const struct zt_sandbox *sandbox;
	struct zt_notices *notices;
	size_t n_links;
	size_t n_workers; /* of each link */
	struct link *links;
	struct slot *slots;
	int fd; /* for questions about interfaces */
	zt_counter beats;
	pthread_t thread;
	bool started;
};

int
zt_opener_new(const struct zt_opener_options *options, struct zt_opener **opener)
{
	size_t per_link = options->conf->capture.workers;
	size_t n_slots = options->n_names * per_link;

	if (n_slots > ZT_OPENER_WORKERS_MAX)
		return -E2BIG;
	struct zt_opener *o = calloc(1, sizeof(*o));
	if (o == NULL)
		return -ENOMEM;
	o->conf = options->conf;
	o->stop = options->stop;
	o->sandbox = options->sandbox;
	o->notices = options->notices;
	o->n_links = options->n_names;
	o->n_workers = per_link;
	o->links = calloc(options->n_names, sizeof(*o->links));
	o->slots = calloc(n_slots, sizeof(*o->slots));
	o->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (o->links == NULL || o->slots == NULL || o->fd < 0) {
		int error = o->fd < 0 ? -errno : -ENOMEM;
		zt_opener_free(&o);
		return error;
	}
	for (size_t i = 0; i < o->n_links; i++) {
		const char *name = options->names[i];
		zt_link_init(&o->links[i].state, name);
		o->links[i].number =
		    zt_interfaces_add(options->interfaces, name, strlen(name));
		o->links[i].slots = o->slots + i * per_link;
	}
	*opener = o;
	return 0;
}

static void
close_handles(struct zt_live **handles, size_t n)
{
	for (size_t i = 0; i < n; i++)
		zt_live_close(&handles[i]);
}

void
zt_opener_free(struct zt_opener **opener)
{
	struct zt_opener *o = *opener;

	if (o == NULL)
		return;
	for (size_t i = 0; o->slots != NULL && i < o->n_links * o->n_workers; i++) {
		/* Relaxed: every thread that used them has ended. */
		struct zt_live *left[] = {
			atomic_load_explicit(&o->slots[i].ready, memory_order_relaxed),
			atomic_load_explicit(&o->slots[i].dead, memory_order_relaxed),
		};
		close_handles(left, 2);
	}
	if (o->fd >= 0)
		(void)close(o->fd); /* holds no data */
	free(o->links);
	free(o->slots);
	free(o);
	*opener = NULL;
}

/* Handles of one interface, as a group that no packet meets twice; all or none. */
static int
open_group(struct zt_opener *o, const struct zt_live_options *options,
    struct zt_live **handles, struct zt_err *err)
{
	uint16_t group = 0;
	int result = 0;

	for (size_t i = 0; i < o->n_workers && result == 0; i++)
		result = zt_live_open(options, &handles[i], err);
	for (size_t i = 0; o->n_workers > 1 && i < o->n_workers && result == 0; i++)
		result = zt_live_join(handles[i], &group, err);
	for (size_t i = 0; i < o->n_workers && result == 0; i++)
		result = zt_live_start(handles[i], err);
	if (result != 0)
		close_handles(handles, o->n_workers);
	return result;
}

static void
publish(struct link *link, struct zt_live **handles, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		link->slots[i].out = true;
		/* Release: the handle is complete for whoever takes it. */
		atomic_store_explicit(
		    &link->slots[i].ready, handles[i], memory_order_release);
	}
	/* Relaxed: nothing is handed over with it. */
	atomic_store_explicit(&link->state.open, true, memory_order_relaxed);
	zt_count(&link->state.opens, 1);
}

static int
open_link(struct zt_opener *o, struct link *link, struct zt_err *err)
{
	const struct zt_conf *conf = o->conf;
	struct zt_live *handles[ZT_OPENER_WORKERS_MAX] = { NULL };
	char name[ZT_LINK_NAME_SIZE];
	const struct zt_live_options options = {
		.name = zt_link_name(&link->state, name),
		.filter = { conf->ports.items, conf->ports.count, conf->capture.filter,
		    conf->capture.tunnels, conf->dissect.encrypted },
		.buffer_bytes = conf->capture.buffer_bytes,
		.snaplen = conf->capture.snaplen,
		.number = link->number,
		.promiscuous = conf->capture.promiscuous,
	};
	int result = open_group(o, &options, handles, err);

	if (result != 0) {
		zt_count(&link->state.open_failures, 1);
		return result;
	}
	if (zt_live_is_unfiltered(handles[0]))
		zt_notices_put(o->notices, ZT_LOG_WARNING,
		    "%s: no kernel filter can be written for this kind of interface: "
		    "every packet is looked at",
		    name);
	publish(link, handles, o->n_workers);
	return 0;
}

int
zt_opener_open(struct zt_opener *o, struct zt_err *err)
{
	uint64_t now_ns = zt_now_ns(CLOCK_REALTIME);

	for (size_t i = 0; i < o->n_links; i++) {
		struct link *link = &o->links[i];
		(void)zt_link_look(&link->state, o->fd, now_ns); /* the first look */
		int result = open_link(o, link, err);
		if (result == 0)
			continue;
		if (!o->conf->capture.wait_for_interface ||
		    (result != -ENODEV && result != -ENETDOWN))
			return result;
		zt_link_gap_begins(&link->state, now_ns);
		zt_notices_put(
		    o->notices, ZT_LOG_WARNING, "%s; waiting for it", err->text);
	}
	return 0;
}

static void
tell_change(struct zt_opener *o, struct link *link, const struct zt_link_change *change)
{
	char name[ZT_LINK_NAME_SIZE];

	(void)zt_link_name(&link->state, name);
	if (change->renamed)
		zt_notices_put(o->notices, ZT_LOG_WARNING,
		    "%s is now called %s; capture goes on", link->state.configured,
		    name);
	if (change->from == change->to)
		return;
	switch (change->to) {
	case ZT_LINK_MISSING:
		zt_notices_put(o->notices, ZT_LOG_WARNING,
		    "%s: the interface is gone; waiting for it", name);
		return;
	case ZT_LINK_DOWN:
		zt_notices_put(o->notices, ZT_LOG_WARNING,
		    "%s: the interface is down; nothing is seen", name);
		return;
	case ZT_LINK_NO_CARRIER:
		zt_notices_put(o->notices, ZT_LOG_WARNING,
		    "%s: the interface has no carrier; nothing is seen", name);
		return;
	case ZT_LINK_UP:
	case ZT_LINK_UNKNOWN:
		return; /* told when the gap ends */
	}
}

/* Close what workers gave back.  @return whether none of them has a handle. */
static bool
collect_dead(struct zt_opener *o, struct link *link, uint64_t now_ns)
{
	size_t n_out = 0;

	for (size_t i = 0; i < o->n_workers; i++) {
		/* Acquire: pairs with zt_opener_give(); the worker is done with it. */
		struct zt_live *dead = atomic_exchange_explicit(
		    &link->slots[i].dead, NULL, memory_order_acquire);
		if (dead != NULL) {
			zt_live_close(&dead);
			link->slots[i].out = false;
			atomic_store_explicit(
			    &link->state.open, false, memory_order_relaxed);
			zt_link_gap_begins(&link->state, now_ns);
		}
		n_out += link->slots[i].out;
	}
	return n_out == 0;
}

static void
reopen(struct zt_opener *o, struct link *link)
{
	uint64_t now_ns = zt_now_ns(CLOCK_MONOTONIC);
	struct zt_err err = { "" };

	if (!zt_link_is_usable(&link->state) || now_ns < link->retry_at_ns)
		return;
	if (open_link(o, link, &err) == 0) {
		link->retry_ns = 0;
		return;
	}
	link->retry_ns = link->retry_ns == 0 ? RETRY_FIRST_NS : link->retry_ns * 2;
	if (link->retry_ns > RETRY_LAST_NS)
		link->retry_ns = RETRY_LAST_NS;
	link->retry_at_ns = now_ns + link->retry_ns;
	zt_notices_put(o->notices, ZT_LOG_WARNING, "%s; next attempt in %u s", err.text,
	    (unsigned)(link->retry_ns / NS_PER_S));
}

static void
watch(struct zt_opener *o, struct link *link)
{
	uint64_t now_ns = zt_now_ns(CLOCK_REALTIME);
	struct zt_link_change change = zt_link_look(&link->state, o->fd, now_ns);
	char name[ZT_LINK_NAME_SIZE];

	tell_change(o, link, &change);
	if (change.to != change.from)
		link->retry_at_ns = 0; /* worth an attempt at once */
	if (collect_dead(o, link, now_ns))
		reopen(o, link);
	if (change.to != ZT_LINK_UP ||
	    !atomic_load_explicit(&link->state.open, memory_order_relaxed))
		return;
	uint64_t gap_ns = zt_link_gap_ends(&link->state, zt_now_ns(CLOCK_REALTIME));
	if (gap_ns != 0)
		zt_notices_put(o->notices, ZT_LOG_WARNING,
		    "%s: the interface is up, capture goes on; for %.1f s nothing was seen",
		    zt_link_name(&link->state, name),
		    (double)gap_ns / (double)NS_PER_S);
}

static void *
run(void *arg)
{
	struct zt_opener *o = arg;

	zt_sandbox_enter(o->sandbox, ZT_SANDBOX_OPENER);
	while (!zt_stop_is_wished(o->stop)) {
		struct pollfd fd = { .fd = o->stop->fd, .events = POLLIN };
		zt_count(&o->beats, 1);
		for (size_t i = 0; i < o->n_links; i++)
			watch(o, &o->links[i]);
		/* Errors only make the wait shorter. */
		(void)poll(&fd, 1, LOOK_MS);
	}
	return NULL;
}

int
zt_opener_start(struct zt_opener *opener)
{
	int error = pthread_create(&opener->thread, NULL, run, opener);

	opener->started = error == 0;
	return -error;
}

void
zt_opener_join(struct zt_opener *opener)
{
	if (opener->started)
		(void)pthread_join(opener->thread, NULL); /* our own, joinable thread */
	opener->started = false;
}

size_t
zt_opener_workers(const struct zt_opener *opener)
{
	return opener->n_links * opener->n_workers;
}

struct zt_live *
zt_opener_take(struct zt_opener *opener, size_t slot)
{
	/* Acquire: pairs with publish(). */
	return atomic_exchange_explicit(
	    &opener->slots[slot].ready, NULL, memory_order_acquire);
}

void
zt_opener_give(struct zt_opener *opener, size_t slot, struct zt_live **live)
{
	/* Release: what the worker did with it comes before it is closed. */
	atomic_store_explicit(&opener->slots[slot].dead, *live, memory_order_release);
	*live = NULL;
}

size_t
zt_opener_links(const struct zt_opener *opener)
{
	return opener->n_links;
}

const struct zt_link_state *
zt_opener_link(const struct zt_opener *opener, size_t number)
{
	return &opener->links[number].state;
}

const struct zt_link_state *
zt_opener_link_of(const struct zt_opener *opener, size_t slot)
{
	return zt_opener_link(opener, slot / opener->n_workers);
}

const zt_counter *
zt_opener_beats(const struct zt_opener *opener)
{
	return &opener->beats;
}

uint64_t
zt_opener_gaps(const struct zt_opener *opener)
{
	uint64_t gaps = 0;

	for (size_t i = 0; i < opener->n_links; i++)
		gaps += zt_counted(&opener->links[i].state.gaps);
	return gaps;
}
