/**
 * @file metrics.h
 * The numbers of a running session in the text format of Prometheus, version 0.0.4.
 *
 * Labels:   only what we choose: workers, interfaces, reasons, rules, common record
 *           types.  Nothing that traffic could invent.
 * Names:    one table in metrics.c; counters end in _total, units are in the name.
 * Threads:  main thread.
 */
#ifndef ZT_SENSOR_METRICS_H
#define ZT_SENSOR_METRICS_H

#include "board.h"
#include "delays.h"
#include "part_health.h"
#include "statistics.h"

/** What the web server counts of itself. */
struct zt_web_counts {
	uint64_t requests;
	uint64_t refused;	  /**< Wrong host, no token, unknown path or method. */
	uint64_t connections;	  /**< Open now. */
	uint64_t streams;	  /**< Of them, event streams. */
	uint64_t streams_dropped; /**< Readers that were too slow. */
};

struct zt_metrics {
	const struct zt_statistics *statistics;
	const char *const *interfaces; /**< Name for each worker. */
	const struct zt_board_counts *board;
	const struct zt_delays *delays; /**< Packet to alert. */
	const struct zt_health_problem *problems;
	size_t n_problems;
	const struct zt_web_counts *web;
	const struct zt_opener *opener; /**< NULL: no interfaces. */
	const struct zt_sink_status *sinks;
	size_t n_sinks;
	double started_s; /**< Since the epoch. */
	uint64_t memory_limit_bytes;
	uint64_t reloads;
	uint64_t reloads_failed;
};

/** @return the text, freed by the caller with free(3); NULL when memory is short. */
char *zt_metrics_text(const struct zt_metrics *metrics);

#endif
