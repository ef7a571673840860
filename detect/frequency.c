#include "frequency.h"

#include "region.h"

#define WORDS_PER_BLOCK	  8u
#define ENTRIES_PER_BLOCK 32u
#define CALLS_PER_AGEING  64u
#define NIBBLE_MAX	  15u

static size_t
blocks_of(size_t entries)
{
	return entries / ENTRIES_PER_BLOCK + 1;
}

int
zt_frequency_init(struct zt_frequency *frequency, size_t entries)
{
	*frequency = (struct zt_frequency){ .n_blocks = (uint32_t)blocks_of(entries) };
	frequency->words = zt_region_new(zt_frequency_bytes(entries));
	return frequency->words == NULL ? -1 : 0;
}

void
zt_frequency_fini(struct zt_frequency *frequency)
{
	zt_region_free(frequency->words,
	    (size_t)frequency->n_blocks * WORDS_PER_BLOCK * sizeof(uint64_t));
	frequency->words = NULL;
}

size_t
zt_frequency_bytes(size_t entries)
{
	return blocks_of(entries) * WORDS_PER_BLOCK * sizeof(uint64_t);
}

static void
halve_next(struct zt_frequency *frequency)
{
	uint64_t *words = frequency->words + (size_t)frequency->aged * WORDS_PER_BLOCK;

	for (unsigned i = 0; i < WORDS_PER_BLOCK; i++)
		words[i] = words[i] >> 1 & UINT64_C(0x7777777777777777);
	frequency->aged++;
	if (frequency->aged == frequency->n_blocks)
		frequency->aged = 0;
}

unsigned
zt_frequency_note(struct zt_frequency *frequency, uint64_t hash)
{
	uint64_t block = (hash >> 32) * frequency->n_blocks >> 32;
	uint64_t *words = frequency->words + block * WORDS_PER_BLOCK;
	unsigned least = NIBBLE_MAX;

	/* Row r has two of the eight words: five bits of the hash choose one of its 32
	 * counters. */
	for (unsigned row = 0; row < 4; row++) {
		unsigned pick = (unsigned)(hash >> (5 * row)) & 31u;
		uint64_t *word = &words[2 * row + pick / 16];
		unsigned shift = pick % 16 * 4;
		unsigned count = (unsigned)(*word >> shift) & NIBBLE_MAX;

		if (count < NIBBLE_MAX) {
			*word += UINT64_C(1) << shift;
			count++;
		}
		least = count < least ? count : least;
	}
	if (++frequency->calls % CALLS_PER_AGEING == 0)
		halve_next(frequency);
	return least;
}
