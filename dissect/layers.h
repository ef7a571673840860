/**
 * @file layers.h
 * From a captured packet to the innermost UDP datagram or TCP segment.
 *
 * Walks link layer, VLAN tags, tunnels, IPv4 and IPv6 with extension headers, and
 * fragments, in a loop of at most ZT_LAYERS_MAX steps; each layer has its own file
 * (link.c, tunnel.c, ip.c, fragment.c, udp.c).
 *
 * Threads:   one object per capture worker.
 * Memory:    all of it allocated at creation; nothing per packet.
 * Work:      bounded per packet: ZT_LAYERS_MAX headers, 8 extension headers each.
 */
#ifndef ZT_DISSECT_LAYERS_H
#define ZT_DISSECT_LAYERS_H

#include <stddef.h>

#include "hash.h"
#include "packet.h"
#include "stats.h"

/** Headers that may wrap each other, design limit against nesting attacks. */
#define ZT_LAYERS_MAX 8

struct zt_layers;

struct zt_layers_options {
	const uint16_t *ports; /**< DNS ports, borrowed for the call to new. */
	size_t n_ports;	       /**< 1 .. 16. */
	uint16_t sealed_port;  /**< Of TCP segments that are wanted as well; 0: none. */
	size_t fragment_bytes; /**< Budget of the reassembler. */
	bool drop_duplicates;  /**< Recognise packets that a SPAN port copies twice. */
	bool check_sums;       /**< Ignore packets that their receiver drops. */
	struct zt_hash_key key;
};

/**
 * @param options  borrowed for the call.
 * @param stats    counters to write NOTED outcomes to; must outlive the object.
 * @return NULL when memory is short.
 */
struct zt_layers *zt_layers_new(
    const struct zt_layers_options *options, struct zt_dissect_stats *stats);

/** Accepts NULL and half-built objects; sets the pointer to NULL. */
void zt_layers_free(struct zt_layers **layers);

/** Can packets of this LINKTYPE_ value be read at all? */
bool zt_layers_knows_link(uint16_t link_type);

/**
 * Find the datagram in one packet.
 *
 * @param layers  not NULL.
 * @param packet  borrowed for the call.
 * @param out     filled on ZT_ACCEPT, unspecified otherwise; payload is borrowed from
 *                the packet or, after reassembly, valid until the next call.
 * @return ZT_ACCEPT, or the PACKET or IGNORED outcome, which the caller counts.
 */
enum zt_reject zt_layers_walk(
    struct zt_layers *layers, const struct zt_packet *packet, struct zt_datagram *out);

/** Give up fragments whose time is over; called with capture time. */
void zt_layers_expire(struct zt_layers *layers, uint64_t now_ns);

#endif
