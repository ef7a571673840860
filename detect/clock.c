#include "clock.h"

/* Whether t lies within [-disorder, +leap] of a reference.  Differences are taken
 * modulo 2^64, so that a stamp near either end of the range is only another far stamp.
 */
static bool
is_near(uint64_t t, uint64_t reference)
{
	return t - reference <= ZT_CLOCK_LEAP_NS ||
	       reference - t <= ZT_CLOCK_DISORDER_NS;
}

static void
believe(struct zt_clock *clock, uint64_t ts_ns)
{
	uint64_t t = ts_ns + clock->offset_ns;

	if (t - clock->now_ns < UINT64_C(1) << 63) {
		clock->now_ns = t;
		return;
	}
	/* Backwards.  What passed between the two witnesses passed here too. */
	uint64_t passed = ts_ns - clock->doubted_ns;
	if (passed <= ZT_CLOCK_LEAP_NS)
		clock->now_ns += passed;
	clock->offset_ns = clock->now_ns - ts_ns;
}

uint64_t
zt_clock_advance(struct zt_clock *clock, uint64_t ts_ns)
{
	if (!clock->started) {
		clock->started = true;
		clock->now_ns = ts_ns;
		return clock->now_ns;
	}
	uint64_t t = ts_ns + clock->offset_ns;
	if (is_near(t, clock->now_ns)) {
		clock->doubting = false;
		if (t - clock->now_ns <= ZT_CLOCK_LEAP_NS)
			clock->now_ns = t;
		return clock->now_ns;
	}
	if (clock->doubting && is_near(ts_ns, clock->doubted_ns)) {
		clock->doubting = false;
		believe(clock, ts_ns);
		return clock->now_ns;
	}
	clock->steps++;
	clock->doubting = true;
	clock->doubted_ns = ts_ns;
	return clock->now_ns;
}
