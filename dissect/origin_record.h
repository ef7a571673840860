/**
 * @file origin_record.h
 * What an event says of the way of a message beyond its own addresses: a part of event.h.
 *
 * Threads: plain data.
 * Source:  RFC 7871 for the client subnet; tunnels as in tunnel.h.
 */
#ifndef ZT_DISSECT_ORIGIN_RECORD_H
#define ZT_DISSECT_ORIGIN_RECORD_H

#include <stdint.h>

/** Which wrapping was innermost when the DNS packet was found. */
enum zt_tunnel_kind {
	ZT_TUNNEL_NONE = 0,
	ZT_TUNNEL_MPLS,
	ZT_TUNNEL_PPPOE,
	ZT_TUNNEL_GRE,
	ZT_TUNNEL_ERSPAN,
	ZT_TUNNEL_VXLAN,
	ZT_TUNNEL_GENEVE,
	ZT_TUNNEL_GTPU,
	ZT_TUNNEL_IPIP,
	ZT_TUNNEL_6IN4,
	ZT_TUNNEL_TEREDO,
	ZT_TUNNEL_L2TP,
	ZT_TUNNEL_CAPWAP,
	ZT_TUNNEL_PBB,
	ZT_TUNNEL_MIRROR, /**< Remote mirroring: Juniper, TZSP. */
	ZT_N_TUNNELS
};

/** Where a message came from beyond its own addresses. */
struct zt_origin {
	uint8_t outer_src[16]; /**< With ZT_EF_TUNNEL: addresses of the outermost IP. */
	uint8_t outer_dst[16];
	uint8_t ecs_addr[16]; /**< With ZT_EF_ECS: the client subnet, host bits zero. */
	uint32_t tunnel_id;   /**< VNI, GRE key, TEID, MPLS label, PPPoE session. */
	uint8_t tunnel_kind;  /**< enum zt_tunnel_kind of the innermost tunnel. */
	uint8_t outer_family; /**< 4 or 6; 0: tunnelled without an outer IP header. */
	uint8_t ecs_family;   /**< 4 or 6. */
	uint8_t ecs_bits;     /**< Source prefix length. */
};

#endif
