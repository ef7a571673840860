/**
 * @file clock.h
 * Engine time: capture time made monotone.
 *
 * Purpose:  windows need a time that never runs backwards, and one packet with a wild
 *           stamp must neither empty them nor keep them for ever.
 * Rules:    with `now` the engine time so far and t the stamp of an event (plus the
 *           offset collected so far):
 *             now - 10 s <= t <= now + 1 h   ordinary: now becomes max(now, t);
 *             anything else                  a step: not believed, now stays.
 *           The next event confirms a step when its stamp lies within [-10 s, +1 h]
 *           of the stamp that is not yet believed.  A confirmed step forward is taken
 *           as it is (the link was silent, or the next file is younger).  A confirmed
 *           step backwards shifts the offset: time goes on from now at the same rate.
 * Threads:  plain data of its owner.
 * Work:     a few comparisons per event.
 */
#ifndef ZT_DETECT_CLOCK_H
#define ZT_DETECT_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/** Packets of several workers and reordering taps are out of order by less than this.
 */
#define ZT_CLOCK_DISORDER_NS (UINT64_C(10) * 1000000000)
/** A live link is never silent for so long, because of its ticks; a step above asks for
 * a second witness. */
#define ZT_CLOCK_LEAP_NS (UINT64_C(3600) * 1000000000)

struct zt_clock {
	uint64_t now_ns;
	uint64_t offset_ns;  /**< Added to each stamp, modulo 2^64. */
	uint64_t doubted_ns; /**< Stamp of the step that waits for its witness. */
	uint64_t steps;	     /**< Stamps that ran backwards or jumped. */
	bool doubting;
	bool started;
};

/**
 * Take one event's stamp.
 *
 * @param clock  zeroed before the first call.
 * @param ts_ns  capture time; any value.
 * @return the engine time at which the event is judged; never less than before.
 */
uint64_t zt_clock_advance(struct zt_clock *clock, uint64_t ts_ns);

#endif
