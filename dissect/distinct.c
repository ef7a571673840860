#include "distinct.h"

#include <stdlib.h>
#include <string.h>

/** Slots of one chunk. */
#define SLOTS (ZT_DISTINCT_CHUNK_BYTES / 8)
/** Fill of a chunk at which the set grows: three quarters. */
#define FULL (SLOTS / 4 * 3)
/** Registers of a sketch, and the bits of a value that choose one. */
#define REGISTERS     16384
#define REGISTER_BITS 14
/** The highest rank that the other bits can give, RANK_MAX ones never happen. */
#define RANK_MAX (64 - REGISTER_BITS + 1)

_Static_assert(REGISTERS == ZT_DISTINCT_CHUNK_BYTES, "a sketch is one chunk");

union chunk {
	uint64_t slots[SLOTS];
	uint8_t registers[REGISTERS];
};

struct zt_distinct_pool {
	union chunk *chunks;
	union chunk *scratch; /**< Values on their way from one shape to the next. */
	uint16_t *fill;	      /**< Used slots of each chunk. */
	uint16_t *spare;      /**< Stack of unused chunks. */
	size_t n_spare;
};

struct zt_distinct_pool *
zt_distinct_pool_new(size_t n_chunks)
{
	struct zt_distinct_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return NULL;
	/* calloc: untouched chunks cost no memory until they are used. */
	pool->chunks = calloc(n_chunks, sizeof(*pool->chunks));
	pool->scratch = calloc(ZT_DISTINCT_CHUNKS_MAX, sizeof(*pool->scratch));
	pool->fill = calloc(n_chunks, sizeof(*pool->fill));
	pool->spare = calloc(n_chunks, sizeof(*pool->spare));
	if (!pool->chunks || !pool->scratch || !pool->fill || !pool->spare) {
		zt_distinct_pool_free(&pool);
		return NULL;
	}
	while (n_chunks > 0)
		pool->spare[pool->n_spare++] = (uint16_t)--n_chunks;
	return pool;
}

void
zt_distinct_pool_free(struct zt_distinct_pool **pool)
{
	if (!*pool)
		return;
	free((*pool)->chunks);
	free((*pool)->scratch);
	free((*pool)->fill);
	free((*pool)->spare);
	free(*pool);
	*pool = NULL;
}

/** Take n empty chunks; @return false, and take none, when there are fewer. */
static bool
take(struct zt_distinct_pool *pool, struct zt_distinct *set, unsigned n)
{
	if (pool->n_spare < n)
		return false;
	for (unsigned i = 0; i < n; i++) {
		uint16_t c = pool->spare[--pool->n_spare];
		memset(&pool->chunks[c], 0, sizeof(pool->chunks[c]));
		pool->fill[c] = 0;
		set->chunks[set->n_chunks++] = c;
	}
	return true;
}

static void
give_back(struct zt_distinct_pool *pool, struct zt_distinct *set)
{
	while (set->n_chunks > 0)
		pool->spare[pool->n_spare++] = set->chunks[--set->n_chunks];
}

/** Which chunk of an exact set a value belongs to. */
static inline uint16_t
chunk_of(const struct zt_distinct *set, uint64_t value)
{
	return set->chunks[value >> 32 & (set->n_chunks - 1u)];
}

enum slot_result {
	SLOT_NEW,
	SLOT_KNOWN,
	SLOT_FULL, /**< The chunk takes no more. */
};

static inline enum slot_result
put(struct zt_distinct_pool *pool, const struct zt_distinct *set, uint64_t value)
{
	uint16_t c = chunk_of(set, value);
	uint64_t *slots = pool->chunks[c].slots;
	size_t i = value % SLOTS;

	/* A chunk is never full, so an empty slot ends the search. */
	while (slots[i] != 0 && slots[i] != value)
		i = (i + 1) % SLOTS;
	if (slots[i] == value)
		return SLOT_KNOWN;
	if (pool->fill[c] >= FULL)
		return SLOT_FULL;
	slots[i] = value;
	pool->fill[c]++;
	return SLOT_NEW;
}

/** Raise a register; @return whether it rose. */
static inline bool
sketch_add(union chunk *sketch, uint64_t value)
{
	size_t i = value >> (64 - REGISTER_BITS);
	uint64_t rest = value << REGISTER_BITS | UINT64_C(1) << (REGISTER_BITS - 1);
	uint8_t rank = (uint8_t)(__builtin_clzll(rest) + 1);

	if (sketch->registers[i] >= rank)
		return false;
	sketch->registers[i] = rank;
	return true;
}

/** Copy the values of a set to scratch and give its chunks back; @return chunks. */
static unsigned
lift(struct zt_distinct_pool *pool, struct zt_distinct *set)
{
	unsigned n = set->n_chunks;

	for (unsigned i = 0; i < n; i++)
		memcpy(&pool->scratch[i], &pool->chunks[set->chunks[i]],
		    sizeof(pool->scratch[i]));
	give_back(pool, set);
	return n;
}

static void
become_sketch(struct zt_distinct_pool *pool, struct zt_distinct *set)
{
	unsigned n = lift(pool, set);

	(void)take(pool, set, 1); /* At least one was just given back. */
	set->mode = ZT_DISTINCT_SKETCH;
	union chunk *sketch = &pool->chunks[set->chunks[0]];
	for (unsigned i = 0; i < n; i++)
		for (size_t j = 0; j < SLOTS; j++)
			if (pool->scratch[i].slots[j])
				(void)sketch_add(sketch, pool->scratch[i].slots[j]);
}

/** Twice the chunks, or a sketch where that cannot be. */
static void
grow(struct zt_distinct_pool *pool, struct zt_distinct *set)
{
	unsigned wanted = 2u * set->n_chunks;

	if (wanted > ZT_DISTINCT_CHUNKS_MAX || pool->n_spare + set->n_chunks < wanted) {
		become_sketch(pool, set);
		return;
	}
	unsigned n = lift(pool, set);
	(void)take(pool, set, wanted); /* Counted just above. */
	for (unsigned i = 0; i < n; i++)
		for (size_t j = 0; j < SLOTS; j++)
			if (pool->scratch[i].slots[j])
				(void)put(pool, set, pool->scratch[i].slots[j]);
}

static bool
add_exact(struct zt_distinct_pool *pool, struct zt_distinct *set, uint64_t value)
{
	enum slot_result result = put(pool, set, value);

	/* A doubled set can have one chunk as full as before: values may be chosen. */
	while (result == SLOT_FULL) {
		grow(pool, set);
		if (set->mode == ZT_DISTINCT_SKETCH)
			return sketch_add(&pool->chunks[set->chunks[0]], value);
		result = put(pool, set, value);
	}
	if (result == SLOT_KNOWN)
		return false;
	set->count++;
	return true;
}

/** Add to a set that is no sketch yet. */
__attribute__((noinline)) static bool
add_early(struct zt_distinct_pool *pool, struct zt_distinct *set, uint64_t value)
{
	if (set->mode == ZT_DISTINCT_EMPTY)
		set->mode =
		    take(pool, set, 1) ? ZT_DISTINCT_EXACT : ZT_DISTINCT_CHANGES;
	if (set->mode == ZT_DISTINCT_EXACT)
		return add_exact(pool, set, value);
	set->count++;
	return set->count == 1;
}

bool
zt_distinct_add(struct zt_distinct_pool *pool, struct zt_distinct *set, uint64_t value)
{
	/* Zero marks an empty slot. */
	value += value == 0;
	if (value == set->last && set->mode != ZT_DISTINCT_EMPTY)
		return false;
	set->last = value;
	if (set->mode == ZT_DISTINCT_SKETCH)
		return sketch_add(&pool->chunks[set->chunks[0]], value);
	return add_early(pool, set, value);
}

/** Ertl's sigma: the weight of the registers that are still zero; x below 1. */
static double
sigma(double x)
{
	double y = 1, z = x, before;

	do {
		x *= x;
		before = z;
		z += x * y;
		y += y;
	} while (z > before);
	return z;
}

static double
estimate(const union chunk *sketch)
{
	unsigned histogram[RANK_MAX + 1] = { 0 };
	const double m = REGISTERS, two_ln_2 = 1.3862943611198906;
	double z = 0;

	for (size_t i = 0; i < REGISTERS; i++)
		histogram[sketch->registers[i]]++;
	for (unsigned k = RANK_MAX; k > 0; k--)
		z = 0.5 * (z + histogram[k]);
	z += m * sigma(histogram[0] / m);
	return m * m / two_ln_2 / z;
}

uint64_t
zt_distinct_count(const struct zt_distinct_pool *pool, const struct zt_distinct *set)
{
	if (set->mode != ZT_DISTINCT_SKETCH)
		return set->count;
	uint64_t n = (uint64_t)(estimate(&pool->chunks[set->chunks[0]]) + 0.5);
	/* What was counted exactly before stays a lower bound. */
	return n > set->count ? n : set->count;
}

void
zt_distinct_release(struct zt_distinct_pool *pool, struct zt_distinct *set)
{
	give_back(pool, set);
	memset(set, 0, sizeof(*set));
}
