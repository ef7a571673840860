/**
 * @file opener.h
 * The only place that opens capture handles: all at the start, and again those of an
 * interface that went away and came back.
 *
 * Start:     open on the main thread, before privileges are dropped; then the opener's
 *            thread, which keeps what it needs to open again (CAP_NET_RAW) when the
 *            others lose it.
 * Handles:   every worker has a slot.  It takes a handle from it; when the handle says
 *            that the interface is gone, it gives it back and takes what comes next.
 *            Those of one interface are opened together, as one group, when all have
 *            been given back.
 * Watching:  twice a second the thread looks at each interface; what changed is told
 *            once, to notices.
 * Retries:   as soon as the interface is there, and after a failure 1, 2, 4 ... 30 s
 *            later.
 * Threads:   new, open, start, join and free belong to the main thread; take and give
 *            to the worker of the slot; links may be read by any thread.
 */
#ifndef ZT_SENSOR_OPENER_H
#define ZT_SENSOR_OPENER_H

#include <stddef.h>

#include "../conf/conf.h"
#include "capture_live.h"
#include "interfaces.h"
#include "link.h"
#include "notices.h"
#include "sandbox.h"
#include "stop.h"

/** Workers of all interfaces together. */
#define ZT_OPENER_WORKERS_MAX 128

struct zt_opener;

struct zt_opener_options {
	const struct zt_conf *conf; /**< Borrowed, as is everything here. */
	const char *const *names;
	size_t n_names; /**< 1 .. 32 */
	struct zt_interfaces *interfaces;
	const struct zt_stop *stop;
	const struct zt_sandbox *sandbox;
	struct zt_notices *notices;
};

/** @return 0; -ENOMEM; -E2BIG for more than ZT_OPENER_WORKERS_MAX workers. */
int zt_opener_new(const struct zt_opener_options *options, struct zt_opener **opener);

/** Accepts NULL and half-built objects; the thread must have been joined. */
void zt_opener_free(struct zt_opener **opener);

/**
 * Open every interface; with capture.wait_for_interface those that are missing or down
 * are left to the thread.
 *
 * @return 0, or what zt_live_open() says of the first that cannot be opened.
 */
int zt_opener_open(struct zt_opener *opener, struct zt_err *err);

/** @return 0, or -errno when the thread cannot be made. */
int zt_opener_start(struct zt_opener *opener);

/** Wait for the end of the thread, which comes with the wish to stop. */
void zt_opener_join(struct zt_opener *opener);

/** Slots: interfaces times capture.workers. */
size_t zt_opener_workers(const struct zt_opener *opener);

/** Worker: a handle, which is then its own; NULL when there is none yet. */
struct zt_live *zt_opener_take(struct zt_opener *opener, size_t slot);

/** Worker: the interface of this handle is gone.  Ownership moves; *live becomes NULL. */
void zt_opener_give(struct zt_opener *opener, size_t slot, struct zt_live **live);

size_t zt_opener_links(const struct zt_opener *opener);

/** The state of an interface, in the order of the configuration. */
const struct zt_link_state *zt_opener_link(
    const struct zt_opener *opener, size_t number);

/** The interface of a slot. */
const struct zt_link_state *zt_opener_link_of(
    const struct zt_opener *opener, size_t slot);

/** Turns of the thread, borrowed; moves at least every 500 ms. */
const zt_counter *zt_opener_beats(const struct zt_opener *opener);

/** Times that any interface could not be watched, since the start. */
uint64_t zt_opener_gaps(const struct zt_opener *opener);

#endif
