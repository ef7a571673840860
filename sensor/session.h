/**
 * @file session.h
 * One run: its threads, its queues, and the event loop that writes what they find.
 *
 *   init    everything is made, nothing runs; errors are told in full
 *   run     threads start; the loop writes alerts until the input is over or a signal
 *           asks to stop; threads are joined
 *   report  statistics, summary, what was wrong with files
 *   fini    everything is freed
 *
 * Threads:   main thread only; it never touches packets.
 */
#ifndef ZT_SENSOR_SESSION_H
#define ZT_SENSOR_SESSION_H

#include "../conf/conf.h"
#include "exit_code.h"
#include "log.h"
#include "options.h"

struct zt_session;

/**
 * @param options  borrowed for the life of the session, as are conf and log.
 * @param session  out: owned by the caller, also on failure.
 * @return ZT_EXIT_OK, or what to exit with; the reason has been logged.
 */
enum zt_exit zt_session_init(struct zt_session **session,
    const struct zt_options *options, const struct zt_conf *conf, struct zt_log *log);

/** Capture or replay until the end.  @return ZT_EXIT_OK or what to exit with. */
enum zt_exit zt_session_run(struct zt_session *session);

/** Tell what was found.  @return ZT_EXIT_OK or what to exit with. */
enum zt_exit zt_session_report(struct zt_session *session);

/** Accepts NULL and half-built sessions; sets the pointer to NULL. */
void zt_session_fini(struct zt_session **session);

#endif
