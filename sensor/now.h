/**
 * @file now.h
 * What time it is.
 *
 * Threads: any.
 */
#ifndef ZT_SENSOR_NOW_H
#define ZT_SENSOR_NOW_H

#include <stdint.h>
#include <time.h>

/** Nanoseconds of a clock that every Linux has: CLOCK_MONOTONIC, CLOCK_REALTIME, ... */
static inline uint64_t
zt_now_ns(clockid_t clock)
{
	struct timespec now = { 0, 0 };

	(void)clock_gettime(clock, &now); /* cannot fail for these clocks */
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/** Milliseconds of CLOCK_MONOTONIC. */
static inline uint64_t
zt_now_ms(void)
{
	return zt_now_ns(CLOCK_MONOTONIC) / 1000000;
}

#endif
