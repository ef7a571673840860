/**
 * @file frequency.h
 * How often a key came lately, roughly, in a fixed number of bytes.
 *
 * Purpose: a full table admits a newcomer only when it comes at least as often as the
 *          entry that it would push out, so that a flood of sources seen once cannot
 *          empty it.
 * Shape:   a count-min sketch of four 4-bit counters per key, all in one block of 64
 *          bytes (one cache line); one block for 32 table entries.
 * Ageing:  each 64th call halves the next block, so that every counter is halved once
 *          in 2 calls per table entry.
 * Error:   never too low since the last halving, except by saturation at 15; too high
 *          by about one in a flood, which favours the newcomer.
 * Work:    one cache line per call, two on each 64th.
 * Threads: one.
 * Source:  G. Einziger, R. Friedman, B. Manes, "TinyLFU: A Highly Efficient Cache
 *          Admission Policy" (2017).
 */
#ifndef ZT_DETECT_FREQUENCY_H
#define ZT_DETECT_FREQUENCY_H

#include <stddef.h>
#include <stdint.h>

struct zt_frequency {
	uint64_t *words; /**< n_blocks * 8. */
	uint32_t n_blocks;
	uint32_t aged; /**< The block to halve next. */
	uint32_t calls;
};

/** @return 0, or -1 when memory is short.  entries: size of the table it serves. */
int zt_frequency_init(struct zt_frequency *frequency, size_t entries);

/** Accepts one that was zeroed or failed to start. */
void zt_frequency_fini(struct zt_frequency *frequency);

/** Bytes that a sketch for so many entries takes. */
size_t zt_frequency_bytes(size_t entries);

/** Count one more and tell how often the key came, this time included: 1 .. 15. */
unsigned zt_frequency_note(struct zt_frequency *frequency, uint64_t hash);

#endif
