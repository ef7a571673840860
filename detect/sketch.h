/**
 * @file sketch.h
 * How many distinct keys there were, in 1024 bytes.
 *
 * Shape:   1024 registers, each the largest rank seen among the keys that fell to it.
 * Error:   standard error 1.04 / sqrt(1024) = 3.25 % over the whole range; small
 *          counts are nearly exact.
 * Keys:    must be uniform 64-bit hashes (the keyed hash is).
 * Threads: plain data of its owner; the bytes may lie anywhere.
 * Source:  P.  Flajolet et al., "HyperLogLog" (2007), with the estimator of O.  Ertl,
 *          "New cardinality estimation algorithms for HyperLogLog sketches" (2017),
 *          section 2.
 */
#ifndef ZT_DETECT_SKETCH_H
#define ZT_DETECT_SKETCH_H

#include <stdint.h>

#define ZT_SKETCH_REGISTERS 1024u
/** Standard error in parts per million. */
#define ZT_SKETCH_ERROR_PPM 32500u

struct zt_sketch {
	uint8_t registers[ZT_SKETCH_REGISTERS];
};

/** Add a key; adding it again changes nothing.  sketch is zeroed before the first. */
void zt_sketch_add(struct zt_sketch *sketch, uint64_t hash);

/** The estimate.  Work: about a thousand steps. */
uint64_t zt_sketch_count(const struct zt_sketch *sketch);

#endif
