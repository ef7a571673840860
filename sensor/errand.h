/**
 * @file errand.h
 * Work that the main thread wants done on the detector thread: to look at the engine, or
 * to change its settings, between two events.
 *
 * Way:       the main thread posts; the detector thread runs it at its next turn; the
 *            main thread collects and `done` is called there.
 * Ownership: an errand belongs to the poster again when done is called; until then it
 *            must not be touched.
 * Limits:    an errand keeps the detector from its events while it runs: it copies what
 *            it needs and leaves the rest to done.
 * Threads:   post, collect: main thread.  serve: detector thread, and the main thread
 *            once that has been joined.
 */
#ifndef ZT_SENSOR_ERRAND_H
#define ZT_SENSOR_ERRAND_H

#include <pthread.h>
#include <stdatomic.h>

#include "../detect/engine.h"
#include "bell.h"

/** Embedded in what the poster wants to keep with it. */
struct zt_errand {
	void (*run)(struct zt_errand *errand, struct zt_engine *engine);
	void (*done)(struct zt_errand *errand);
	struct zt_errand *next; /**< Of the list it is in. */
};

struct zt_errand_list {
	struct zt_errand *first;
	struct zt_errand *last;
};

struct zt_errands {
	pthread_mutex_t lock;
	struct zt_errand_list posted;
	struct zt_errand_list finished;
	_Atomic bool
	    pending; /**< posted holds something: looked at without the lock. */
	struct zt_bell *data; /**< Borrowed: the bell that the detector sleeps by. */
	struct zt_bell ready; /**< Rung when something is finished; watch its fd. */
	bool is_made;
};

/** @return 0, or -errno; then no fini is needed. */
int zt_errands_init(struct zt_errands *errands, struct zt_bell *data);

/** Accepts one that was zeroed.  Errands still inside are forgotten, not freed. */
void zt_errands_fini(struct zt_errands *errands);

/** Hand an errand over. */
void zt_errands_post(struct zt_errands *errands, struct zt_errand *errand);

/** Is there something to serve?  Cheap. */
static inline bool
zt_errands_wait(const struct zt_errands *errands)
{
	/* Acquire: who sleeps only when this is false must not look at it earlier. */
	return atomic_load_explicit(&errands->pending, memory_order_acquire);
}

/** Run everything that was posted. */
void zt_errands_serve(struct zt_errands *errands, struct zt_engine *engine);

/** Call done for everything that has been run. */
void zt_errands_collect(struct zt_errands *errands);

#endif
