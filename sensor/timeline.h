/**
 * @file timeline.h
 * Time of a live capture, without the steps of the wall clock.
 *
 * Purpose:  packets carry wall time.  When somebody sets the clock, windows must neither
 *           empty nor fill, and streams must not time out.  So the steps are found, by
 *           comparison with a clock that nobody sets, and taken out of every stamp.
 *           Alerts get the sum of the steps added again: they say what clocks say now.
 * Rules:    wall time minus boot time changes slowly (NTP slews) or by a step: a change
 *           of one second or more between two looks is a step.  A stamp from before the
 *           step, of a packet that waited, is known by lying closer to the present.
 *           Suspension is no step: both clocks go on.  It is counted apart.
 * Threads:  owner: one capture worker; steps, suspensions and the shift may be read by
 *           any thread.
 */
#ifndef ZT_SENSOR_TIMELINE_H
#define ZT_SENSOR_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "../dissect/stats.h"

/** The three clocks, read at one moment; nanoseconds. */
struct zt_clocks {
	uint64_t wall_ns;
	uint64_t boot_ns;      /**< Never set; goes on during suspension. */
	uint64_t monotonic_ns; /**< Never set; stands still during suspension. */
};

struct zt_timeline {
	uint64_t now_ns;	/**< Timeline at the last look. */
	uint64_t delta_ns;	/**< Wall minus boot at the last look, modulo 2^64. */
	uint64_t asleep_ns;	/**< Boot minus monotonic at the last look. */
	uint64_t before_ns;	/**< The shift before the last step. */
	_Atomic uint64_t shift; /**< Sum of all steps, modulo 2^64. */
	zt_counter steps;
	zt_counter suspensions;
	zt_counter suspended_ns;
	bool started;
};

/** Read the clocks of this machine. */
struct zt_clocks zt_clocks_read(void);

/** Look at the clocks; the first look makes the timeline equal to the wall clock. */
void zt_timeline_look(struct zt_timeline *timeline, const struct zt_clocks *clocks);

/** Whether a stamp is far from the last look, so that another look is due. */
bool zt_timeline_is_far(const struct zt_timeline *timeline, uint64_t ts_ns);

/** A packet's wall time on the timeline. */
uint64_t zt_timeline_of(const struct zt_timeline *timeline, uint64_t ts_ns);

/** What to add to a time of the timeline to get the present wall clock's. */
static inline uint64_t
zt_timeline_shift(const struct zt_timeline *timeline)
{
	/* Relaxed: a recent value will do. */
	return atomic_load_explicit(&timeline->shift, memory_order_relaxed);
}

#endif
