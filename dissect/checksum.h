/**
 * @file checksum.h
 * Internet checksums, and what a wrong one means on a tap.
 *
 * A receiver drops a packet whose checksum is wrong, so such a packet was never asked
 * or answered anything.  But where the capturing host, or a mirror, leaves the sum to
 * the network card, every packet of that sender shows a wrong one, on Linux that of
 * the pseudo-header alone.  So a wrong sum counts against a packet only when it is not
 * that one and its sender lately showed more than four right ones for each wrong one;
 * else it is noted and the packet taken.
 *
 * Shape:   a direct-mapped table of recent senders.  It is looked at only while wrong
 *          sums come; an ordinary packet costs its sum alone.
 * Attack:  a stranger who spoofs the sender would have to send several right packets for
 *          each of the sender's own before these were ignored.  Two senders that share a
 *          place push each other out, and then nothing is ignored.
 * Threads: one object per capture worker.
 * Source:  RFC 1071 (sum), RFC 768, RFC 9293 section 3.1, RFC 8200 section 8.1
 *          (pseudo-header).
 */
#ifndef ZT_DISSECT_CHECKSUM_H
#define ZT_DISSECT_CHECKSUM_H

#include <stdbool.h>

#include "hash.h"
#include "packet.h"
#include "reject.h"
#include "stats.h"

struct zt_checksums;

/** @return NULL when memory is short.  stats must outlive the object. */
struct zt_checksums *zt_checksums_new(
    const struct zt_hash_key *key, struct zt_dissect_stats *stats);

/** Accepts NULL; sets the pointer to NULL. */
void zt_checksums_free(struct zt_checksums **checksums);

/**
 * The ones' complement sum of len bytes, not complemented, added to sum.  It is right
 * over a header that holds its checksum when it folds to 0xffff.
 *
 * The sum does not depend on the order of bytes in a word, nor on its width, as long as
 * what runs over is added at the other end (RFC 1071 section 2).
 */
static inline uint64_t
zt_checksum_add(uint64_t sum, const uint8_t *data, size_t len)
{
	zt__wide wide = sum;
	uint64_t word;
	uint16_t half;
	uint8_t last[2] = { 0, 0 };

	/* What runs over is gathered, and added once. */
	for (; len >= sizeof(word); len -= sizeof(word), data += sizeof(word)) {
		memcpy(&word, data, sizeof(word));
		wide += word;
	}
	sum = (uint64_t)wide + (uint64_t)(wide >> 64);
	sum += sum < (uint64_t)wide;
	for (; len >= sizeof(half); len -= sizeof(half), data += sizeof(half)) {
		memcpy(&half, data, sizeof(half));
		sum += half;
		sum += sum < half;
	}
	if (len == 0)
		return sum;
	last[0] = *data;
	memcpy(&half, last, sizeof(half));
	sum += half;
	return sum + (sum < half);
}

/** Fold a sum to 16 bits. */
static inline uint16_t
zt_checksum_fold(uint64_t sum)
{
	sum = (sum & UINT32_MAX) + (sum >> 32);
	sum = (sum & UINT32_MAX) + (sum >> 32);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	return (uint16_t)sum;
}

/**
 * Judge a UDP datagram or TCP segment that was captured whole.
 *
 * @param path    its addresses and transport.
 * @param header  len bytes from its transport header to its end.
 * @param ip_is_right  the checksum of its IPv4 header holds; true for IPv6.
 * @return ZT_ACCEPT or ZT_R_BAD_CHECKSUM.
 */
enum zt_reject zt_checksums_judge(struct zt_checksums *checksums,
    const struct zt_path *path, const uint8_t *header, size_t len, bool ip_is_right);

#endif
