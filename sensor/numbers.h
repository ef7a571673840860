/**
 * @file numbers.h
 * The numbers of a live session while it runs: counters, what the engine holds, rates.
 *
 * Counters:  those of workers and feeds are read where they are.  Those of the engine
 *            are copied by an errand each second; between two copies they stand still.
 * Rates:     per second, over the time between the two latest copies.
 * Laws:      of conservation hold only when everything stands still: they are judged at
 *            the end of a session, not here.
 * Threads:   main thread.
 */
#ifndef ZT_SENSOR_NUMBERS_H
#define ZT_SENSOR_NUMBERS_H

#include "daemon.h"
#include "statistics.h"

struct zt_numbers;

struct zt_rates {
	double packets; /**< Received, drops of the kernel included. */
	double bytes;
	double messages;
	double events;
	double kernel_drops;
	double ring_drops;
};

/** @return NULL when memory is short.  daemon is borrowed for the numbers' life. */
struct zt_numbers *zt_numbers_new(const struct zt_daemon *daemon);

/** Begin to keep up.  @return 0, or -ENOMEM. */
int zt_numbers_start(struct zt_numbers *numbers);

/** The detector must not run any more.  Accepts NULL; sets the pointer to NULL. */
void zt_numbers_free(struct zt_numbers **numbers);

/**
 * Where the numbers are, for zt_statistics_text() and zt_statistics_totals().
 *
 * @param statistics  out: borrowed, as long as the numbers live.
 */
void zt_numbers_statistics(
    const struct zt_numbers *numbers, struct zt_statistics *statistics);

/** Rates of all workers together. */
struct zt_rates zt_numbers_rates(const struct zt_numbers *numbers);

/** Rates of one worker; number is below daemon->n_workers. */
struct zt_rates zt_numbers_worker_rates(
    const struct zt_numbers *numbers, size_t number);

/** Seconds since the session started. */
double zt_numbers_uptime_s(const struct zt_numbers *numbers);

/** When the session started: nanoseconds since the epoch, system's clock. */
uint64_t zt_numbers_started_ns(const struct zt_numbers *numbers);

#endif
