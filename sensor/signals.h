/**
 * @file signals.h
 * What signals ask of a session, in its event loop.
 *
 *   INT, TERM  end: at the second one the program ends at once
 *   HUP        load the configuration anew
 *   USR1       go on in fresh files
 *   USR2       say more, or less again
 *
 * A storm of HUP or USR1 is answered every ZT_SIGNALS_PAUSE_MS at most; the last one
 * always is.
 *
 * Threads:   main thread; the others run with all signals blocked.
 */
#ifndef ZT_SENSOR_SIGNALS_H
#define ZT_SENSOR_SIGNALS_H

#include <event2/event.h>

#define ZT_SIGNALS_PAUSE_MS 50

/** What to call; those that are NULL leave their signal alone. */
struct zt_signal_actions {
	void (*end)(void *arg);
	void (*reload)(void *arg);
	void (*rotate)(void *arg);
	void (*verbosity)(void *arg);
	void *arg;
};

struct zt_signals;

/** @return NULL when something cannot be made. */
struct zt_signals *zt_signals_watch(
    struct event_base *base, const struct zt_signal_actions *actions);

/** Accepts NULL; sets the pointer to NULL. */
void zt_signals_free(struct zt_signals **signals);

#endif
