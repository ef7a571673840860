/**
 * @file stop.h
 * The wish to end, from the main thread to the capture workers.
 *
 * Threads:   set by one thread, seen by all.
 */
#ifndef ZT_SENSOR_STOP_H
#define ZT_SENSOR_STOP_H

#include <stdatomic.h>
#include <stdbool.h>

struct zt_stop {
	_Atomic bool wished;
	int fd; /**< eventfd; stays readable once stopped, for those who wait in
		   poll(2). */
};

/** @return 0, or -errno. */
int zt_stop_init(struct zt_stop *stop);

void zt_stop_fini(struct zt_stop *stop);

/** Ask everybody to end; more than once is fine. */
void zt_stop_wish(struct zt_stop *stop);

static inline bool
zt_stop_is_wished(const struct zt_stop *stop)
{
	/* Relaxed: nothing else is handed over with it. */
	return atomic_load_explicit(&stop->wished, memory_order_relaxed);
}

#endif
