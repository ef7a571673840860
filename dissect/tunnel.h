/**
 * @file tunnel.h
 * Tunnels and the tables that find them: by EtherType, by IP protocol, by UDP port.
 *
 * A new tunnel is a new file tunnel_<kind>.c, its functions below, and a row in a table
 * of tunnel.c.
 *
 * A tunnel over UDP is only guessed from its port, so its function checks the header
 * strictly and answers other_port when it is not what the port promises.
 *
 * Threads: see peel.h; the tables are constant.
 * Limits:  ZT_LAYERS_MAX tunnels around one packet, then tunnel_skipped.
 */
#ifndef ZT_DISSECT_TUNNEL_H
#define ZT_DISSECT_TUNNEL_H

#include "peel.h"

/** What of a tunnel tells its flows apart from equal flows elsewhere. */
enum zt_tunnel_scope {
	/** The id, equal in both directions (VNI, GRE key). */
	ZT_TUNNEL_BY_ID,
	/** The two ends: there is no id, or each direction has its own (TEID). */
	ZT_TUNNEL_BY_ENDS,
	/** Nothing: often only one direction is wrapped (MPLS). */
	ZT_TUNNEL_BY_NOTHING,
};

/** The layer function for what a table row names; NULL when there is none. */
zt_layer_fn zt_tunnel_of_ethertype(uint16_t ethertype);
zt_layer_fn zt_tunnel_of_ip(uint16_t protocol);
zt_layer_fn zt_tunnel_of_udp(uint16_t src_port, uint16_t dst_port);

/**
 * Note that a tunnel begins and go on inside it.
 *
 * @param peel   cursor behind the tunnel header.
 * @param kind   enum zt_tunnel_kind.
 * @param id     0 where the tunnel has none.
 * @param scope  what goes into the flow key.
 * @param next   the layer inside.
 * @return ZT_ACCEPT, or tunnel_skipped when the packet has too many tunnels.
 */
enum zt_reject zt_tunnel_enter(struct zt_peel *peel, enum zt_tunnel_kind kind,
    uint32_t id, enum zt_tunnel_scope scope, zt_layer_fn next);

/** The layer for a payload that an EtherType names, Ethernet frames (6558) included. */
zt_layer_fn zt_tunnel_payload(uint16_t ethertype);

enum zt_reject zt_tunnel_mpls(struct zt_peel *peel);
enum zt_reject zt_tunnel_pbb(struct zt_peel *peel);
enum zt_reject zt_tunnel_pppoe(struct zt_peel *peel);
enum zt_reject zt_tunnel_pppoe_discovery(struct zt_peel *peel);
enum zt_reject zt_tunnel_ppp(struct zt_peel *peel);
enum zt_reject zt_tunnel_gre(struct zt_peel *peel);
enum zt_reject zt_tunnel_ipv4(struct zt_peel *peel);
enum zt_reject zt_tunnel_ipv6(struct zt_peel *peel);
enum zt_reject zt_tunnel_etherip(struct zt_peel *peel);
enum zt_reject zt_tunnel_vxlan(struct zt_peel *peel);
enum zt_reject zt_tunnel_vxlan_gpe(struct zt_peel *peel);
enum zt_reject zt_tunnel_nsh(struct zt_peel *peel);
enum zt_reject zt_tunnel_geneve(struct zt_peel *peel);
enum zt_reject zt_tunnel_gtp(struct zt_peel *peel);
enum zt_reject zt_tunnel_teredo(struct zt_peel *peel);
enum zt_reject zt_tunnel_l2tp(struct zt_peel *peel);
enum zt_reject zt_tunnel_l2tp_ip(struct zt_peel *peel);
enum zt_reject zt_tunnel_capwap(struct zt_peel *peel);
enum zt_reject zt_tunnel_jmirror(struct zt_peel *peel);
enum zt_reject zt_tunnel_tzsp(struct zt_peel *peel);

#endif
