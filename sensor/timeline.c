#include "timeline.h"

#include <time.h>

#include "now.h"

#define NS_PER_S UINT64_C(1000000000)
/* Smaller changes are the work of NTP and of the moment between two readings. */
#define STEP_NS NS_PER_S

struct zt_clocks
zt_clocks_read(void)
{
	return (struct zt_clocks){
		.wall_ns = zt_now_ns(CLOCK_REALTIME),
		.boot_ns = zt_now_ns(CLOCK_BOOTTIME),
		.monotonic_ns = zt_now_ns(CLOCK_MONOTONIC),
	};
}

/* Distance between two times, modulo 2^64. */
static uint64_t
distance(uint64_t a, uint64_t b)
{
	uint64_t d = a - b;

	return d < UINT64_C(1) << 63 ? d : b - a;
}

void
zt_timeline_look(struct zt_timeline *timeline, const struct zt_clocks *clocks)
{
	uint64_t shift = zt_timeline_shift(timeline);
	uint64_t delta_ns = clocks->wall_ns - clocks->boot_ns;
	uint64_t asleep_ns = clocks->boot_ns - clocks->monotonic_ns;

	if (!timeline->started) {
		timeline->started = true;
		timeline->delta_ns = delta_ns;
		timeline->asleep_ns = asleep_ns;
	}
	if (distance(delta_ns, timeline->delta_ns) >= STEP_NS) {
		timeline->before_ns = shift;
		shift += delta_ns - timeline->delta_ns;
		atomic_store_explicit(&timeline->shift, shift, memory_order_relaxed);
		zt_count(&timeline->steps, 1);
	}
	if (distance(asleep_ns, timeline->asleep_ns) >= STEP_NS) {
		zt_count(&timeline->suspensions, 1);
		zt_count(&timeline->suspended_ns, asleep_ns - timeline->asleep_ns);
	}
	timeline->delta_ns = delta_ns;
	timeline->asleep_ns = asleep_ns;
	timeline->now_ns = clocks->wall_ns - shift;
}

bool
zt_timeline_is_far(const struct zt_timeline *timeline, uint64_t ts_ns)
{
	return distance(ts_ns - zt_timeline_shift(timeline), timeline->now_ns) >=
	       STEP_NS;
}

uint64_t
zt_timeline_of(const struct zt_timeline *timeline, uint64_t ts_ns)
{
	uint64_t t = ts_ns - zt_timeline_shift(timeline);
	uint64_t old = ts_ns - timeline->before_ns;

	return distance(old, timeline->now_ns) < distance(t, timeline->now_ns) ? old
									       : t;
}
