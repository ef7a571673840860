/**
 * @file statistics.h
 * The numbers of a run as one JSON document, and the laws that they must obey.
 *
 * Threads:   main thread.  While others run, the counters are those of different
 *            moments, and engine is a copy that was made on the detector thread.
 * Ownership: everything is borrowed for the call.
 */
#ifndef ZT_SENSOR_STATISTICS_H
#define ZT_SENSOR_STATISTICS_H

#include "daemon.h"
#include "detector.h"
#include "worker.h"

/** Where the numbers are. */
struct zt_statistics {
	const struct zt_worker *workers;
	const struct zt_feed *feeds; /**< One for each worker. */
	size_t n_workers;
	const struct zt_engine_stats *engine;
	const struct zt_source *source; /**< NULL when live. */
	const struct zt_opener *opener; /**< NULL in a replay. */
	uint64_t alerts_own;		/**< Raised by the sensor about itself. */
	uint64_t
	    alerts_handed; /**< With is_running: all that came to the main thread. */
	struct zt_sink_counts alerts; /**< What became of them; replay: written only. */
	const struct zt_daemon *daemon; /**< NULL in replay. */
	const struct zt_keeper *keeper; /**< NULL: no zone is kept. */
	/** Threads still count: what is on its way is not lost, and laws are not
	 *  judged. */
	bool is_running;
};

/** The numbers that people are told, summed over workers. */
struct zt_totals {
	uint64_t received; /**< Packets, kernel drops included. */
	uint64_t delivered;
	uint64_t kernel_drops;
	uint64_t unread;    /**< Lost with an interface that went away. */
	uint64_t truncated; /**< Longer than capture.snaplen. */
	uint64_t bytes;
	uint64_t parsed;
	uint64_t messages;
	uint64_t messages_ok;
	uint64_t rejected_packets;
	uint64_t ignored_packets;
	uint64_t rejected_messages;
	uint64_t pushed;
	uint64_t popped;
	uint64_t ring_drops;
	uint64_t events;
	uint64_t alerts_raised; /**< By the rules and about the sensor. */
	uint64_t alerts_lost;
};

/** Sum up. */
struct zt_totals zt_statistics_totals(const struct zt_statistics *statistics);

/**
 * The document.
 *
 * @param n_broken  out: how many laws of conservation do not hold; 0 is right, and
 *                  what a run gets that has not ended.
 * @return one line, freed by the caller with free(3); NULL when memory is short.
 */
char *zt_statistics_text(const struct zt_statistics *statistics, unsigned *n_broken);

#endif
