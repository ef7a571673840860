/**
 * @file duplicate.h
 * Packets that a tap delivers twice: both directions of a port mirrored, a routed
 * packet mirrored before and after the router, a frame with and without its tag or
 * tunnel.
 *
 * A copy is the same IP packet: addresses, ports, identification and payload are equal
 * and only a few milliseconds lie between.  A client that asks again sends a new
 * identification, or waits longer.  Where the identification says nothing (0, IPv6) the
 * time is shorter still.
 *
 * Shape:   direct-mapped table of what was seen last; a newer datagram replaces an older
 *          one.  Bytes are compared, not hashes of them, so that nobody can make one
 *          message pass for the copy of another.
 * Threads: one object per capture worker.
 * Limits:  of a UDP payload the length and the first ZT_DUPLICATE_HEAD bytes (header and
 *          the longest question) are compared; of a TCP payload these and a keyed hash of
 *          every byte.
 * Source:  own design.
 */
#ifndef ZT_DISSECT_DUPLICATE_H
#define ZT_DISSECT_DUPLICATE_H

#include <stdbool.h>

#include "hash.h"
#include "packet.h"

/** Longest time between a datagram and its copy. */
#define ZT_DUPLICATE_NS UINT64_C(5000000)
/** The same without an identification: IPv6, and IPv4 with identification 0. */
#define ZT_DUPLICATE_NO_ID_NS UINT64_C(1000000)
#define ZT_DUPLICATE_HEAD     288

struct zt_duplicates;

/** @return NULL when memory is short. */
struct zt_duplicates *zt_duplicates_new(const struct zt_hash_key *key);

/** Accepts NULL; sets the pointer to NULL. */
void zt_duplicates_free(struct zt_duplicates **duplicates);

/**
 * Fetch into the cache what zt_duplicates_saw() will look at for this datagram, which
 * must be the next one that it is asked about.
 */
void zt_duplicates_aim(
    struct zt_duplicates *duplicates, const struct zt_datagram *datagram);

/** Is this datagram or segment, the one last aimed at, a copy of an earlier one?  If not,
 *  it is remembered. */
bool zt_duplicates_saw(
    struct zt_duplicates *duplicates, const struct zt_datagram *datagram);

#endif
