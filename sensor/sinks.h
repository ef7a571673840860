/**
 * @file sinks.h
 * The sinks of a live session as other parts see them.
 *
 * Threads:   main thread.
 * Law:       of each sink, offered + recovered = written + merged + queued + spooled +
 *            lost; of all alerts of the session, raised = offered + skipped.
 */
#ifndef ZT_SENSOR_SINKS_H
#define ZT_SENSOR_SINKS_H

#include <stdbool.h>
#include <stdint.h>

#include "../conf/conf.h"

struct zt_daemon;

struct zt_sink_counts {
	uint64_t offered; /**< Alerts that it was given. */
	uint64_t skipped; /**< Too little risk for it, or raised before it was there. */
	uint64_t recovered; /**< Found in the spool at the start. */
	uint64_t written;   /**< The system took them. */
	uint64_t queued;    /**< Wait in memory. */
	uint64_t spooled;   /**< Wait on disk. */
	uint64_t merged; /**< Updates that a later record of the incident stands for. */
	uint64_t lost;
	uint64_t retries; /**< Attempts after a failure. */
	uint64_t torn;	  /**< Half-written records that were taken back. */
	uint64_t rotations;
};

struct zt_sink_status {
	const char *kind; /**< "file", ... */
	char name[320];	  /**< Kind and place: "file /var/log/x", "stdout". */
	char error[192];  /**< The last failure; "": none so far. */
	bool is_ok;	  /**< Takes alerts. */
	uint64_t since_s; /**< Of is_ok, seconds since 1970. */
	struct zt_sink_counts counts;
};

typedef void (*zt_sink_fn)(const struct zt_sink_status *status, void *arg);

/** Call visit for each sink, in the order of the configuration; also after the sinks
 *  were closed, with how they ended. */
void zt_sinks_each(const struct zt_daemon *daemon, zt_sink_fn visit, void *arg);

/** Counts of the sink that lost least, of those the one that wrote most. */
struct zt_sink_counts zt_sinks_best(const struct zt_daemon *daemon);

/** Alerts that any sink has lost so far, those included that a reload took out; while
 *  the session runs. */
uint64_t zt_sinks_lost(const struct zt_daemon *daemon);

/** What the configuration cannot know itself: do the formats of outputs exist?
 *  @return 0, or -EINVAL with the reason in err. */
int zt_sinks_check(const struct zt_conf *conf, struct zt_err *err);

#endif
