/**
 * @file link.h
 * Link layers: from the first captured byte, or the inside of a tunnel, to IP.
 *
 * A new link type is a function in a link_<family>.c and a row in the table of link.c.
 *
 * Threads: see peel.h; the table is constant.
 * Limits:  two VLAN tags in one frame, then vlan_depth.
 * Source:  tcpdump.org/linktypes.html; IEEE 802.3, 802.1Q, 802.1ad, 802.2; the clauses
 * of the others stand in their files.
 */
#ifndef ZT_DISSECT_LINK_H
#define ZT_DISSECT_LINK_H

#include "peel.h"

/** EtherTypes below this are the length of an IEEE 802.3 frame. */
#define ZT_ETHERTYPE_MIN 0x0600

/** The first layer of a LINKTYPE_ value; NULL when zonetap cannot read it. */
zt_layer_fn zt_link_find(uint16_t link_type);

enum zt_reject zt_link_ethernet(struct zt_peel *peel);

/** What an EtherType in peel->protocol names, VLAN tags included. */
enum zt_reject zt_link_ethertype(struct zt_peel *peel);

/** IEEE 802.2 header with or without SNAP. */
enum zt_reject zt_link_llc(struct zt_peel *peel);

enum zt_reject zt_link_sll(struct zt_peel *peel);
enum zt_reject zt_link_sll2(struct zt_peel *peel);
enum zt_reject zt_link_null(struct zt_peel *peel);
enum zt_reject zt_link_loop(struct zt_peel *peel);
enum zt_reject zt_link_chdlc(struct zt_peel *peel);
enum zt_reject zt_link_ppp_hdlc(struct zt_peel *peel);
enum zt_reject zt_link_fddi(struct zt_peel *peel);
enum zt_reject zt_link_token_ring(struct zt_peel *peel);
enum zt_reject zt_link_arcnet(struct zt_peel *peel);
enum zt_reject zt_link_arcnet_linux(struct zt_peel *peel);
enum zt_reject zt_link_wlan(struct zt_peel *peel);
enum zt_reject zt_link_wlan_swapped(struct zt_peel *peel);
enum zt_reject zt_link_radiotap(struct zt_peel *peel);
enum zt_reject zt_link_prism(struct zt_peel *peel);
enum zt_reject zt_link_avs(struct zt_peel *peel);
enum zt_reject zt_link_ppi(struct zt_peel *peel);
enum zt_reject zt_link_nflog(struct zt_peel *peel);
enum zt_reject zt_link_netlink(struct zt_peel *peel);
enum zt_reject zt_link_pktap(struct zt_peel *peel);

#endif
