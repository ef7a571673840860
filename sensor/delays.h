/**
 * @file delays.h
 * A histogram of delays, in the shape in which Prometheus wants it.
 *
 * Threads: main thread.
 */
#ifndef ZT_SENSOR_DELAYS_H
#define ZT_SENSOR_DELAYS_H

#include <stddef.h>
#include <stdint.h>

#define ZT_N_DELAYS 12

struct zt_delays {
	uint64_t buckets[ZT_N_DELAYS]; /**< Up to and with the limit of each. */
	uint64_t count;
	double sum_s;
};

/** Upper limit of a bucket in seconds; i < ZT_N_DELAYS. */
double zt_delays_limit_s(size_t i);

/** Count one delay. */
void zt_delays_add(struct zt_delays *delays, double delay_s);

#endif
