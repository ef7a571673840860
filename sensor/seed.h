/**
 * @file seed.h
 * The key of all keyed hashes of one run.
 *
 * Live:    random, from the kernel; without it zonetap does not start.
 * Replay:  a constant, so that the same file gives the same alerts, ids included.
 */
#ifndef ZT_SENSOR_SEED_H
#define ZT_SENSOR_SEED_H

#include "../dissect/hash.h"

/**
 * Waits for the kernel's generator to be ready.
 *
 * @param key  out: not all zero.
 * @return 0, or -errno.
 */
int zt_seed_random(struct zt_hash_key *key);

/** The key of replays; public, see hash.h for why that is safe. */
struct zt_hash_key zt_seed_fixed(void);

#endif
