/**
 * @file session_priv.h
 * The inside of a session, shared by session.c (making), session_loop.c (running) and
 * session_report.c (telling).
 */
#ifndef ZT_SENSOR_SESSION_PRIV_H
#define ZT_SENSOR_SESSION_PRIV_H

#include "alert_queue.h"
#include "daemon.h"
#include "detector.h"
#include "output.h"
#include "processes.h"
#include "progress.h"
#include "session.h"
#include "summary.h"
#include "worker.h"

/** Longest name of a sensor, terminator included. */
#define ZT_SENSOR_NAME_SIZE 256

struct zt_session {
	const struct zt_options *options;
	const struct zt_conf *conf;
	struct zt_log *log;
	bool is_replay;
	bool interrupted; /**< A signal asked to stop. */
	char sensor[ZT_SENSOR_NAME_SIZE];
	struct zt_stop stop;
	struct zt_bell data; /**< Events wait for the detector. */
	struct zt_interfaces *interfaces;
	struct zt_paths paths;
	struct zt_source source;
	size_t n_workers;
	struct zt_notices notices; /**< Live: from other threads to the log. */
	struct zt_opener *opener;  /**< Live. */
	/** One for each worker, and one for the programs of this machine. */
	struct zt_feed feeds[ZT_OPENER_WORKERS_MAX + 1];
	struct zt_processes *processes; /**< Live; NULL: switched off. */
	struct zt_worker workers[ZT_OPENER_WORKERS_MAX];
	struct zt_detector detector;
	struct zt_keeper keeper;
	struct zt_errands errands;
	struct zt_alert_queue queue;
	struct zt_output output; /**< Replay. */
	struct zt_daemon daemon; /**< Live. */
	struct zt_summary summary;
	struct zt_progress progress;
	double seconds; /**< How long the run took. */
};

/** Live, when everything is open and no thread runs: places and privileges. */
enum zt_exit zt__session_confine(struct zt_session *session);

/** Live, when the opener runs: no capability is left.  @return false: do not go on. */
bool zt__session_forget(struct zt_session *session);

/** Live, when everything runs: the list of system calls of the main thread. */
void zt__session_enter_sandbox(struct zt_session *session);

#endif
