/**
 * @file fragment.h
 * Reassembly of IPv4 and IPv6 datagrams within a byte budget.
 *
 * Shape:   datagrams under construction in a keyed hash table, oldest first; their
 *          bytes in blocks of 1 KiB, each with a bit for every 8 bytes that it holds.
 * Threads: one object per capture worker.
 * Memory:  all of it allocated by zt_fragments_new(): at most `bytes`, but never less
 *          than one datagram of 64 KiB needs.
 * Overlap: a fragment whose bytes are all there already, with the same content, is a
 *          copy and ignored; any other overlap discards the whole datagram, including
 *          the fragments still to come.
 * Limits:  ZT_FRAGMENTS_MAX datagrams; ZT_FRAGMENT_TIMEOUT_NS of capture time; when the
 *          table or the blocks are used up, the oldest datagram is given up.
 * Source:  RFC 791 section 3.2, RFC 8200 section 4.5, RFC 5722, RFC 6946.
 */
#ifndef ZT_DISSECT_FRAGMENT_H
#define ZT_DISSECT_FRAGMENT_H

#include "hash.h"
#include "packet.h"
#include "reject.h"
#include "stats.h"

/** Datagrams under construction at once. */
#define ZT_FRAGMENTS_MAX 1024
/** Time from the first fragment that came to giving up. */
#define ZT_FRAGMENT_TIMEOUT_NS UINT64_C(30000000000)

struct zt_fragments;

/** One fragment as its header describes it. */
struct zt_fragment {
	const uint8_t *data; /**< len bytes, borrowed. */
	uint32_t len;
	uint32_t id;
	uint32_t offset; /**< Bytes; a multiple of 8. */
	bool more;	 /**< Not the last one. */
	uint8_t next;	 /**< IP protocol, or the next header of an IPv6 fragment. */
};

/** A datagram that became whole. */
struct zt_whole {
	const uint8_t *data; /**< Valid until the next call. */
	uint32_t len;
	uint8_t next; /**< Of the first fragment. */
};

/**
 * @param bytes  budget.
 * @param key    borrowed for the call.
 * @param stats  frag_timeout and frag_evicted are counted here; must outlive the
 * object.
 * @return NULL when memory is short.
 */
struct zt_fragments *zt_fragments_new(
    size_t bytes, const struct zt_hash_key *key, struct zt_dissect_stats *stats);

/** Accepts NULL; sets the pointer to NULL. */
void zt_fragments_free(struct zt_fragments **fragments);

/**
 * Add one fragment.
 *
 * @param fragments  not NULL.
 * @param path       addresses, family and tunnel of the packet.
 * @param fragment   a fragment, not an atomic one.
 * @param now_ns     capture time.
 * @param whole      filled on ZT_ACCEPT.
 * @return ZT_ACCEPT when the datagram is whole, otherwise fragment_held, frag_bad or
 *         frag_overlap.
 */
enum zt_reject zt_fragments_add(struct zt_fragments *fragments,
    const struct zt_path *path, const struct zt_fragment *fragment, uint64_t now_ns,
    struct zt_whole *whole);

/** Give up what is older than ZT_FRAGMENT_TIMEOUT_NS. */
void zt_fragments_expire(struct zt_fragments *fragments, uint64_t now_ns);

/** Datagrams under construction now. */
size_t zt_fragments_held(const struct zt_fragments *fragments);

#endif
