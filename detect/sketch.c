#include "sketch.h"

#define INDEX_BITS 10u
/* Ranks that the other 54 bits can show: 1 .. 55. */
#define RANKS 55u
/* 1 / (2 ln 2). */
#define ALPHA_INF 0.72134752044448170368

void
zt_sketch_add(struct zt_sketch *sketch, uint64_t hash)
{
	uint64_t rest = hash << INDEX_BITS;
	uint8_t *reg = &sketch->registers[hash >> (64 - INDEX_BITS)];
	unsigned rank = rest == 0 ? RANKS : (unsigned)__builtin_clzll(rest) + 1;

	if (rank > *reg)
		*reg = (uint8_t)rank;
}

/* Ertl's sigma: x + sum of x^(2^k) 2^(k-1); the share of empty registers, below 1. */
static double
sigma(double x)
{
	double y = 1.0;
	double z = x;
	double before;

	do {
		before = z;
		x *= x;
		z += x * y;
		y += y;
	} while (z > before);
	return z;
}

uint64_t
zt_sketch_count(const struct zt_sketch *sketch)
{
	uint32_t histogram[RANKS + 1] = { 0 };
	const double m = ZT_SKETCH_REGISTERS;

	for (unsigned i = 0; i < ZT_SKETCH_REGISTERS; i++)
		histogram[sketch->registers[i] <= RANKS ? sketch->registers[i]
							: RANKS]++;
	if (histogram[0] == ZT_SKETCH_REGISTERS)
		return 0;
	/* Registers at the last rank need 2^54 keys; they count as one rank less. */
	double z = (double)histogram[RANKS];
	for (unsigned rank = RANKS - 1; rank >= 1; rank--)
		z = 0.5 * (z + (double)histogram[rank]);
	z += m * sigma((double)histogram[0] / m);
	return (uint64_t)(ALPHA_INF * m * m / z + 0.5);
}
