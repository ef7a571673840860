/**
 * @file bell.h
 * One thread sleeps until another one rings.
 *
 * Protocol:  the sleeper arms the bell, looks once more whether there is work, and only
 *            then waits.  The other side makes work visible and then rings; ringing is
 *            one atomic exchange unless somebody sleeps.
 * Threads:   one sleeper; any number of ringers.
 * Ownership: the caller's storage; two descriptors' worth of kernel state at most.
 * Source:    own design; the memory orders are explained in bell.c.
 */
#ifndef ZT_SENSOR_BELL_H
#define ZT_SENSOR_BELL_H

#include <stdatomic.h>
#include <stdbool.h>

struct zt_bell {
	_Atomic unsigned armed;
	int fd; /**< eventfd; readable while rung, so an event loop can watch it. */
};

/** @return 0, or -errno. */
int zt_bell_init(struct zt_bell *bell);

void zt_bell_fini(struct zt_bell *bell);

/** The sleeper is about to sleep; it must look for work after this. */
void zt_bell_arm(struct zt_bell *bell);

/** There is work after all, or the sleeper was woken. */
void zt_bell_disarm(struct zt_bell *bell);

/**
 * Sleep until rung.
 *
 * @param timeout_ms  longest sleep; -1: no limit.
 */
void zt_bell_wait(struct zt_bell *bell, int timeout_ms);

/** Wake the sleeper if there is one.  Never blocks. */
void zt_bell_ring(struct zt_bell *bell);

#endif
