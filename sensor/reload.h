/**
 * @file reload.h
 * A new configuration while the daemon runs: all of it or nothing.
 *
 * Order:     the file is loaded; settings that only a start reads must be unchanged;
 *            what the engine needs is prepared; every part checks.  Up to here nothing
 *            has changed, and each step may refuse.  Then the parts adopt, and the
 *            engine gets its share between two events, on its own thread.
 * State:     windows, incidents, connections and counters stay; no packet waits.
 * Threads:   main thread.
 */
#ifndef ZT_SENSOR_RELOAD_H
#define ZT_SENSOR_RELOAD_H

#include "daemon.h"

/**
 * Load the file that zonetap was started with again.  What happened is counted and
 * logged.
 *
 * @param err  out: why it was refused, with file and line where there is one.
 * @return 0, or -errno; then the configuration before stays in force in full.
 */
int zt_reload(struct zt_daemon *daemon, struct zt_err *err);

#endif
