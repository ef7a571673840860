/**
 * @file processes.h
 * The thread that sees programs start on this machine and tells the detector of those
 * that map networks (detect/recon_tools.h).
 *
 * Told:      a start and an end at once; ten seconds after the start, if the program is
 *            still there; and two seconds after its end, when its last packets have passed.
 * Limits:    ZT_PROCESSES_FOLLOWED programs are followed at a time; of more, only the
 *            start is told (counted).  Programs that end before /proc is read, and
 *            messages that the kernel could not deliver, are counted.
 * Threads:   open, start, join and free: main thread.  Counters: anybody.
 */
#ifndef ZT_SENSOR_PROCESSES_H
#define ZT_SENSOR_PROCESSES_H

#include <stdbool.h>

#include "../conf/err.h"
#include "feed.h"
#include "opener.h"
#include "sandbox.h"
#include "stop.h"

#define ZT_PROCESSES_FOLLOWED 64u

struct zt_processes;

struct zt_processes_options {
	struct zt_feed *feed; /**< Borrowed, as is everything here. */
	const struct zt_opener *opener;
	const struct zt_stop *stop;
	const struct zt_sandbox *sandbox;
};

struct zt_processes_counts {
	zt_counter executed;   /**< Programs that were started. */
	zt_counter tools;      /**< Of them, told to the detector. */
	zt_counter unread;     /**< Of them, gone before they could be looked at. */
	zt_counter unfollowed; /**< Tools of which only the start was told. */
	zt_counter lost;       /**< Times that the kernel lost messages. */
	zt_counter events;     /**< Handed to the feed. */
	zt_counter beats;      /**< Turns of the thread. */
};

/**
 * @param processes  out: on success only; freed with zt_processes_free().
 * @return 0, or -errno with the reason in err.
 */
int zt_processes_open(struct zt_processes **processes,
    const struct zt_processes_options *options, struct zt_err *err);

/** @return 0, or -errno when the thread cannot be made. */
int zt_processes_start(struct zt_processes *processes);

/** Wait for the end of the thread, which comes with the wish to stop and is the end of
 *  its feed.  Accepts NULL. */
void zt_processes_join(struct zt_processes *processes);

/** Accepts NULL; the thread must have been joined. */
void zt_processes_free(struct zt_processes **processes);

const struct zt_processes_counts *zt_processes_counts(
    const struct zt_processes *processes);

const struct zt_feed *zt_processes_feed(const struct zt_processes *processes);

#endif
