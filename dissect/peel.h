/**
 * @file peel.h
 * A packet while its layers are taken off, one function per layer.
 *
 * Shape:     each layer function reads its own header from the cursor, limits the
 * cursor to what that header covers, and names the function of the next layer in
 *            `next`; NULL ends the walk.
 * Threads:   one object per packet, on the stack of the capture worker.
 * Ownership: borrows the packet, the datagram under construction and the layers object.
 * Limits:    ZT_LAYERS_MAX tunnels around the innermost IP header.  Every layer
 * consumes bytes, at most two VLAN tags stand in one frame, and a reassembled datagram
 *            counts as the same IP header, so the loop is bounded.
 * Source:    own design.
 */
#ifndef ZT_DISSECT_PEEL_H
#define ZT_DISSECT_PEEL_H

#include "checksum.h"
#include "cursor.h"
#include "duplicate.h"
#include "fragment.h"
#include "hash.h"
#include "layers.h"
#include "packet.h"
#include "reject.h"
#include "stats.h"

/** DNS ports that can be set. */
#define ZT_LAYERS_PORTS_MAX 16

struct zt_layers {
	struct zt_dissect_stats *stats; /**< Borrowed. */
	struct zt_fragments *fragments;
	struct zt_duplicates *duplicates; /**< NULL: copies are not looked for. */
	struct zt_checksums *checksums;	  /**< NULL: checksums are not judged. */
	size_t n_ports;
	uint16_t ports[ZT_LAYERS_PORTS_MAX];
	uint16_t sealed_port; /**< TCP only; 0: none. */
};

struct zt_peel;

/** Takes one header off; the result is final unless it is ZT_ACCEPT with a next layer.
 */
typedef enum zt_reject (*zt_layer_fn)(struct zt_peel *peel);

struct zt_peel {
	struct zt_cursor at; /**< What is left, as far as it was captured. */
	zt_layer_fn next;    /**< The layer that starts at the cursor. */
	struct zt_datagram *out;
	struct zt_layers *layers;
	uint32_t missing; /**< Bytes that followed on the wire and were not captured. */
	uint16_t
	    protocol; /**< EtherType or IP protocol of what starts at the cursor. */
	uint8_t n_tunnels;
	uint8_t n_tags;	   /**< VLAN tags of the present frame. */
	uint8_t n_headers; /**< IPv6 extension headers of the present IP header. */
	bool bad_ip_sum;   /**< The present IPv4 header's checksum is wrong. */
	bool pads_wlan;	   /**< 802.11 header padded to a multiple of 4 bytes. */
};

/** Is one of the two ports a DNS port? */
static inline bool
zt_peel_is_dns_port(const struct zt_layers *layers, uint16_t src, uint16_t dst)
{
	for (size_t i = 0; i < layers->n_ports; i++) {
		if (layers->ports[i] == dst || layers->ports[i] == src)
			return true;
	}
	return false;
}

/** Is one of the two the port of TCP connections that are wanted though sealed? */
static inline bool
zt_peel_is_sealed(const struct zt_layers *layers, uint16_t src, uint16_t dst)
{
	return layers->sealed_port != 0 &&
	       (layers->sealed_port == src || layers->sealed_port == dst);
}

/** A header inside the packet says that n bytes follow it; the rest is surplus. */
static inline void
zt_peel_limit(struct zt_peel *peel, size_t n)
{
	size_t left = zt_cursor_left(&peel->at);

	if (n <= left) {
		zt_cursor_limit(&peel->at, n);
		peel->missing = 0;
	} else if (n - left < peel->missing) {
		peel->missing = (uint32_t)(n - left);
	}
}

/**
 * An IP header says that n bytes follow it.  Where fewer were captured the rest is
 * taken as cut, whatever the capture says of the frame's length: mirrors and some tools
 * cut packets without leaving a trace.
 */
static inline void
zt_peel_limit_ip(struct zt_peel *peel, size_t n)
{
	size_t left = zt_cursor_left(&peel->at);

	zt_cursor_limit(&peel->at, n);
	peel->missing = n > left ? (uint32_t)(n - left) : 0;
}

/** Whether a datagram whose transport header starts at header, and which ends where the
 *  cursor does, is what its sender sent.  What was cut cannot be judged. */
static inline enum zt_reject
zt_peel_checksum(struct zt_peel *peel, const uint8_t *header)
{
	if (!peel->layers->checksums || peel->missing > 0)
		return ZT_ACCEPT;
	return zt_checksums_judge(peel->layers->checksums, &peel->out->path, header,
	    (size_t)(peel->at.end - header), !peel->bad_ip_sum);
}

/** Go on with another layer. */
static inline enum zt_reject
zt_peel_to(struct zt_peel *peel, zt_layer_fn next)
{
	peel->next = next;
	return ZT_ACCEPT;
}

#endif
