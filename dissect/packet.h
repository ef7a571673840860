/**
 * @file packet.h
 * What the layers hand to each other: the packet as captured, the path that led to the
 * innermost IP header, and the datagram or segment found there.
 *
 * Threads:   plain data of one capture worker.
 * Ownership: all bytes are borrowed from the packet, or from the reassembler until its
 *            next call.
 */
#ifndef ZT_DISSECT_PACKET_H
#define ZT_DISSECT_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

/** IP protocol numbers of the two transports of DNS. */
#define ZT_PROTO_TCP 6
#define ZT_PROTO_UDP 17

/** One captured packet. */
struct zt_packet {
	const uint8_t *data; /**< caplen bytes. */
	uint64_t ts_ns;	     /**< Capture time. */
	uint32_t caplen;     /**< Bytes captured. */
	uint32_t wirelen;    /**< Bytes on the wire; at least caplen. */
	uint16_t link_type;  /**< LINKTYPE_ value as in a capture file. */
	uint16_t interface;  /**< Index of the interface. */
};

/** The innermost addresses and everything that was around them. */
struct zt_path {
	uint8_t src[16]; /**< IPv4 in the first four bytes, the rest zero. */
	uint8_t dst[16];
	uint8_t outer_src[16]; /**< Outermost IP header; valid when n_ip > 1. */
	uint8_t outer_dst[16];
	uint64_t tunnel_key; /**< All VLAN and tunnel ids folded into one value; part of
				  every flow key, so equal addresses in two tunnels stay
				  apart.  0: neither VLAN nor tunnel. */
	uint32_t tunnel_id;  /**< Id of the innermost tunnel. */
	uint16_t vlan[ZT_VLAN_MAX];
	uint16_t src_port;
	uint16_t dst_port;
	uint16_t ip_id;	      /**< IPv4 identification, 0 for IPv6. */
	uint16_t interface;   /**< Index of the capture interface. */
	uint8_t family;	      /**< 4 or 6 of src and dst. */
	uint8_t outer_family; /**< 4 or 6 of outer_src and outer_dst. */
	uint8_t n_vlan;
	uint8_t n_ip;	     /**< IP headers passed. */
	uint8_t tunnel_kind; /**< enum zt_tunnel_kind of the innermost tunnel. */
	uint8_t ttl;	     /**< TTL or hop limit of the innermost header. */
	bool dont_fragment;  /**< IPv4 DF; IPv6: no fragment header. */
	uint8_t transport;   /**< ZT_PROTO_UDP or ZT_PROTO_TCP. */
};

/** TCP flags, RFC 9293 section 3.1. */
#define ZT_TCP_FIN 0x01u
#define ZT_TCP_SYN 0x02u
#define ZT_TCP_RST 0x04u
#define ZT_TCP_ACK 0x10u

/** One UDP datagram or TCP segment. */
struct zt_datagram {
	struct zt_path path;
	const uint8_t *payload;
	uint64_t ts_ns;
	uint32_t payload_len; /**< Bytes at payload. */
	uint32_t
	    payload_wire_len; /**< Bytes that were on the wire; more than payload_len
					when the snap length cut the packet. */
	uint32_t seq;	      /**< TCP only. */
	uint32_t ack;	      /**< TCP only; valid with ZT_TCP_ACK. */
	uint8_t tcp_flags;    /**< TCP only. */
};

#endif
