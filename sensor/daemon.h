/**
 * @file daemon.h
 * A live session as its parts see it: the configuration, the event loop, the threads and
 * their counters, and each other.
 *
 * Threads:   main thread.  workers, feeds: only their counters may be looked at; the
 *            engine only through errands.
 * Ownership: everything but the parts' states is borrowed from the session.
 */
#ifndef ZT_SENSOR_DAEMON_H
#define ZT_SENSOR_DAEMON_H

#include <event2/event.h>

#include "detector.h"
#include "errand.h"
#include "formats.h"
#include "landlock.h"
#include "log.h"
#include "options.h"
#include "part.h"
#include "processes.h"
#include "pulse.h"
#include "sandbox.h"
#include "sinks.h"
#include "worker.h"

struct zt_daemon {
	const struct zt_options *options;
	const struct zt_conf *conf; /**< The one in force; a reload replaces it. */
	const char *user;	    /**< We become, when root has started us; "". */
	struct zt_log *log;
	struct event_base *base;
	struct zt_format_context context; /**< For formats. */
	struct zt_worker *workers;
	struct zt_feed *feeds; /**< One for each worker. */
	size_t n_workers;
	struct zt_detector *detector;
	struct zt_errands *errands;
	struct zt_opener *opener;	/**< Its links tell the state of interfaces. */
	struct zt_processes *processes; /**< NULL: switched off. */
	struct zt_notices *notices;	/**< From other threads to the log. */
	void *states[ZT_N_PARTS];	/**< NULL: the part is not open. */
	struct zt_stop *stop;
	enum zt_exit result;	 /**< Why a part ended the daemon. */
	uint64_t alerts;	 /**< Handed to the parts. */
	uint64_t alerts_own;	 /**< Of them, raised by a part about the sensor. */
	struct zt_hash_key key;	 /**< Of all hashes of this run. */
	struct zt_pulses pulses; /**< Threads whose life is watched. */
	/** Where the process may still read and write when the parts are open.  A part
	 *  adds in open what it will open again: zt_places_add_parent(). */
	struct zt_places places;
	int landlock; /**< Version in force; 0: none. */
	/** A thread of a part enters it.  A part that opens internet sockets later (not
	 *  only accepts) sets inet in open. */
	struct zt_sandbox sandbox;
	char layers[160];	  /**< What protects this process, for people. */
	struct zt_conf *reloaded; /**< conf, once it is not the first one; owned. */
	uint64_t loaded_ns;	  /**< When conf came into force, since 1970. */
	uint64_t reloads;	  /**< Configurations taken over since the start. */
	uint64_t reloads_failed;  /**< And refused. */
	/** Load the configuration anew: zt_reload().  For whoever is asked to. */
	int (*reload)(struct zt_daemon *daemon, struct zt_err *err);
	/** Go on in fresh files: zt_daemon_rotate(). */
	void (*rotate)(struct zt_daemon *daemon);
	/** How the sinks ended, kept when they are closed; zt_sinks_each() has both. */
	struct zt_sink_status sinks[ZT_CONF_OUTPUTS_MAX];
	size_t n_sinks;
};

/** Open every part.  @return ZT_EXIT_OK, or what to exit with; it has been logged. */
enum zt_exit zt_daemon_open(struct zt_daemon *daemon);

/** Start every part.  @return false when one cannot; it has been logged. */
bool zt_daemon_start(struct zt_daemon *daemon);

/** Hand an alert to every part. */
void zt_daemon_alert(struct zt_daemon *daemon, const struct zt_alert *alert);

/**
 * Take a new configuration over in every part, or in none.
 *
 * @param next  must outlive the daemon, or its next reconfiguration.
 * @return 0; -EINVAL with the reason in err, and nothing has changed.
 */
int zt_daemon_reconfigure(
    struct zt_daemon *daemon, const struct zt_conf *next, struct zt_err *err);

/** Let every part that writes files go on in fresh ones. */
void zt_daemon_rotate(struct zt_daemon *daemon);

/** Put an object for each part that has something to say of itself. */
void zt_daemon_describe(
    const struct zt_daemon *daemon, struct zt_document *document, json_t *object);

/** For parts: end the daemon, with this exit status unless there is one already. */
void zt_daemon_end(struct zt_daemon *daemon, enum zt_exit result);

/** Nothing more will come.  @return whether every part has finished. */
bool zt_daemon_finish(struct zt_daemon *daemon);

/** Accepts a zeroed or half-opened one. */
void zt_daemon_close(struct zt_daemon *daemon);

#endif
