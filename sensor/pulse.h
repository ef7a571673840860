/**
 * @file pulse.h
 * The threads of the daemon whose life is watched: each counts its turns, and whoever
 * feeds the service manager's watchdog looks whether every count has moved.
 *
 * Adding:    a thread that moves a zt_counter at least every ZT_PULSE_MS, also when it
 *            has nothing to do, and a call of zt_pulses_add() before it is watched
 *            (a part: in open or start).
 * Threads:   main thread; only the counters belong to others.
 * Ownership: names and counters are borrowed for the life of the daemon.
 */
#ifndef ZT_SENSOR_PULSE_H
#define ZT_SENSOR_PULSE_H

#include <stdbool.h>
#include <stddef.h>

#include "../dissect/stats.h"

/** A thread that did not move for longer than this is stuck. */
#define ZT_PULSE_MS  1000
#define ZT_PULSE_MAX 80

struct zt_pulse {
	const char *name;
	const zt_counter *beats;
	uint64_t seen; /**< At the last look. */
};

struct zt_pulses {
	struct zt_pulse items[ZT_PULSE_MAX];
	size_t count;
};

/** @return false when there are ZT_PULSE_MAX already. */
bool zt_pulses_add(struct zt_pulses *pulses, const char *name, const zt_counter *beats);

/** One look at all of them.  @return the name of one that has not moved since the last
 *  look, or NULL: all have. */
const char *zt_pulses_look(struct zt_pulses *pulses);

#endif
