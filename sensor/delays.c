#include "delays.h"

/* Around the promised 5 ms, and up to what only a fault explains. */
static const double limits_s[ZT_N_DELAYS] = { 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
	0.1, 0.25, 0.5, 1, 2.5, 10 };

double
zt_delays_limit_s(size_t i)
{
	return limits_s[i];
}

void
zt_delays_add(struct zt_delays *delays, double delay_s)
{
	delays->count++;
	delays->sum_s += delay_s;
	for (size_t i = ZT_N_DELAYS; i-- > 0 && delay_s <= limits_s[i];)
		delays->buckets[i]++;
}
