/**
 * @file frame_samples.h
 * One frame for each way in which zonetap can find a DNS query, and what it must find.
 */
#ifndef ZT_TESTS_FRAME_SAMPLES_H
#define ZT_TESTS_FRAME_SAMPLES_H

#include "dissect/event.h"

struct frame_sample {
	const char *name;
	unsigned link_type;
	const char *words; /**< See frame.h. */
	unsigned kind;	   /**< enum zt_tunnel_kind */
	unsigned id;	   /**< Of the innermost tunnel. */
	unsigned n_ip;
	unsigned vlan[2];
};

#define V4_QUERY  "4:17 U:53 Q"
#define V6_QUERY  "6:17 U:53 Q"
#define ETH_QUERY "E:0800 " V4_QUERY
/* LLC and SNAP */
#define SNAP_QUERY "aaaa03 000000 0800 " V4_QUERY
/* Data frame from a station: frame control 0801, duration, three addresses, sequence */
#define WLAN_DATA "0801 0000 020000000001 020000000002 020000000003 1000 "

static const struct frame_sample frame_samples[] = {
	/* Link types. */
	{ "ethernet", 1, ETH_QUERY, 0, 0, 1, { 0, 0 } },
	{ "ethernet_v6", 1, "E:86dd " V6_QUERY, 0, 0, 1, { 0, 0 } },
	{ "vlan", 1, "E:8100 0064 0800 " V4_QUERY, 0, 0, 1, { 100, 0 } },
	{ "qinq_88a8", 1, "E:88a8 0064 8100 00c8 0800 " V4_QUERY, 0, 0, 1,
	    { 100, 200 } },
	{ "qinq_8100", 1, "E:8100 0064 8100 00c8 86dd " V6_QUERY, 0, 0, 1,
	    { 100, 200 } },
	{ "qinq_9100", 1, "E:9100 0064 8100 00c8 0800 " V4_QUERY, 0, 0, 1,
	    { 100, 200 } },
	/* Priority 7, id 0: no VLAN. */
	{ "priority_tag", 1, "E:8100 e000 0800 " V4_QUERY, 0, 0, 1, { 0, 0 } },
	{ "ieee8023_snap", 1, "020000000002 020000000001 @ " SNAP_QUERY, 0, 0, 1,
	    { 0, 0 } },
	{ "ieee8023_sap6", 1, "020000000002 020000000001 @ 060603 " V4_QUERY, 0, 0, 1,
	    { 0, 0 } },
	{ "raw_v4", 101, V4_QUERY, 0, 0, 1, { 0, 0 } },
	{ "raw_v6", 101, V6_QUERY, 0, 0, 1, { 0, 0 } },
	{ "raw_12", 12, V4_QUERY, 0, 0, 1, { 0, 0 } },
	{ "raw_14", 14, V6_QUERY, 0, 0, 1, { 0, 0 } },
	{ "linktype_ipv4", 228, V4_QUERY, 0, 0, 1, { 0, 0 } },
	{ "linktype_ipv6", 229, V6_QUERY, 0, 0, 1, { 0, 0 } },
	{ "linktype_ipv4_with_v6", 228, V6_QUERY, 0, 0, 1, { 0, 0 } },
	{ "null_little", 0, "02000000 " V4_QUERY, 0, 0, 1, { 0, 0 } },
	{ "null_big", 0, "00000002 " V4_QUERY, 0, 0, 1, { 0, 0 } },
	{ "null_netbsd_v6", 0, "18000000 " V6_QUERY, 0, 0, 1, { 0, 0 } },
	{ "null_freebsd_v6", 0, "0000001c " V6_QUERY, 0, 0, 1, { 0, 0 } },
	{ "null_macos_v6", 0, "1e000000 " V6_QUERY, 0, 0, 1, { 0, 0 } },
	{ "loop", 108, "00000002 " V4_QUERY, 0, 0, 1, { 0, 0 } },
	{ "loop_v6", 108, "00000018 " V6_QUERY, 0, 0, 1, { 0, 0 } },
	{ "sll", 113, "0000 0001 0006 +8 0800 " V4_QUERY, 0, 0, 1, { 0, 0 } },
	{ "sll_vlan", 113, "0000 0001 0006 +8 8100 0064 86dd " V6_QUERY, 0, 0, 1,
	    { 100, 0 } },
	{ "sll_llc", 113, "0000 0001 0006 +8 0004 " SNAP_QUERY, 0, 0, 1, { 0, 0 } },
	{ "sll_wlan", 113, "0000 0321 0006 +8 0019 " WLAN_DATA SNAP_QUERY, 0, 0, 1,
	    { 0, 0 } },
	{ "sll_radiotap", 113,
	    "0000 0323 0006 +8 0019 0000 0800 00000000 " WLAN_DATA SNAP_QUERY, 0, 0, 1,
	    { 0, 0 } },
	{ "sll2", 276, "0800 0000 00000002 0001 00 06 +8 " V4_QUERY, 0, 0, 1,
	    { 0, 0 } },
	{ "sll2_vlan", 276, "8100 0000 00000002 0001 00 06 +8 0064 0800 " V4_QUERY, 0,
	    0, 1, { 100, 0 } },
	{ "chdlc", 104, "0f00 0800 " V4_QUERY, 0, 0, 1, { 0, 0 } },
	{ "ppp", 9, "ff03 0021 " V4_QUERY, 0, 0, 1, { 0, 0 } },
	{ "ppp_bare", 9, "0057 " V6_QUERY, 0, 0, 1, { 0, 0 } },
	{ "ppp_compressed", 9, "21 " V4_QUERY, 0, 0, 1, { 0, 0 } },
	{ "ppp_bridged", 9, "ff03 0031 0001 " ETH_QUERY, 0, 0, 1, { 0, 0 } },
	{ "ppp_hdlc", 50, "ff03 0021 " V4_QUERY, 0, 0, 1, { 0, 0 } },
	{ "ppp_hdlc_cisco", 50, "0f00 86dd " V6_QUERY, 0, 0, 1, { 0, 0 } },
	{ "ppp_ether", 51, "1100 0009 @ 0021 " V4_QUERY, ZT_TUNNEL_PPPOE, 9, 1,
	    { 0, 0 } },
	{ "fddi", 10, "50 020000000002 020000000001 " SNAP_QUERY, 0, 0, 1, { 0, 0 } },
	{ "token_ring", 6, "1040 020000000002 020000000001 " SNAP_QUERY, 0, 0, 1,
	    { 0, 0 } },
	/* Source route of six bytes. */
	{ "token_ring_routed", 6,
	    "1040 020000000002 820000000001 0600 0011 0020 " SNAP_QUERY, 0, 0, 1,
	    { 0, 0 } },
	{ "arcnet", 7, "01 02 d4 00 0001 " V4_QUERY, 0, 0, 1, { 0, 0 } },
	{ "arcnet_exception", 7, "01 02 d4 ff +4 0001 " V4_QUERY, 0, 0, 1, { 0, 0 } },
	{ "arcnet_rfc1051", 7, "01 02 f0 " V4_QUERY, 0, 0, 1, { 0, 0 } },
	{ "arcnet_linux", 129, "01 02 0000 d4 00 0001 " V4_QUERY, 0, 0, 1, { 0, 0 } },
	{ "arcnet_linux_v6", 129, "01 02 0000 c4 00 0001 " V6_QUERY, 0, 0, 1,
	    { 0, 0 } },
	{ "wlan", 105, WLAN_DATA SNAP_QUERY, 0, 0, 1, { 0, 0 } },
	/* To and from the distribution system: a fourth address. */
	{ "wlan_wds", 105, "0803 0000 +18 1000 +6 " SNAP_QUERY, 0, 0, 1, { 0, 0 } },
	{ "wlan_qos", 105, "8801 0000 +18 1000 0000 " SNAP_QUERY, 0, 0, 1, { 0, 0 } },
	/* Order bit: HT control. */
	{ "wlan_qos_ht", 105, "8881 0000 +18 1000 0000 +4 " SNAP_QUERY, 0, 0, 1,
	    { 0, 0 } },
	{ "wlan_amsdu", 105, "8801 0000 +18 1000 8000 +12 @ " SNAP_QUERY, 0, 0, 1,
	    { 0, 0 } },
	{ "radiotap", 127, "0000 0800 00000000 " WLAN_DATA SNAP_QUERY, 0, 0, 1,
	    { 0, 0 } },
	/* Two words of present bits, time stamp, flags: frame padded to four bytes. */
	{ "radiotap_padded", 127,
	    "0000 1900 03000080 00000000 +4 +8 20 8801 0000 +18 1000 0000 +2 " SNAP_QUERY,
	    0, 0, 1, { 0, 0 } },
	{ "prism", 119, "44000000 90000000 +136 " WLAN_DATA SNAP_QUERY, 0, 0, 1,
	    { 0, 0 } },
	{ "prism_avs", 119, "80211001 00000040 +56 " WLAN_DATA SNAP_QUERY, 0, 0, 1,
	    { 0, 0 } },
	{ "avs", 163, "80211001 00000040 +56 " WLAN_DATA SNAP_QUERY, 0, 0, 1,
	    { 0, 0 } },
	{ "ppi", 192, "0000 0c00 69000000 +4 " WLAN_DATA SNAP_QUERY, 0, 0, 1,
	    { 0, 0 } },
	{ "ppi_ethernet", 192, "0000 0800 01000000 " ETH_QUERY, 0, 0, 1, { 0, 0 } },
	/* Attributes: hook (1), time stamp (3), payload (9) of 4 + 57 bytes. */
	{ "nflog", 239, "02 00 0000 0800 0100 +4 0500 0300 00 +3 3d00 0900 " V4_QUERY,
	    0, 0, 1, { 0, 0 } },
	{ "pktap", 258, "10000000 01000000 01000000 +4 " ETH_QUERY, 0, 0, 1, { 0, 0 } },
	{ "pktap_user2", 149, "0c000000 01000000 0c000000 " V6_QUERY, 0, 0, 1,
	    { 0, 0 } },

	/* IP with something before UDP. */
	{ "l06_hop_by_hop", 101, "6:0 1100 +6 U:53 Q", 0, 0, 1, { 0, 0 } },
	{ "l06_routing", 101, "6:43 1102 +22 U:53 Q", 0, 0, 1, { 0, 0 } },
	{ "l06_destination", 101, "6:60 1100 +6 U:53 Q", 0, 0, 1, { 0, 0 } },
	{ "l06_three", 101, "6:0 2b00 +6 3c00 +6 1101 +14 U:53 Q", 0, 0, 1, { 0, 0 } },
	{ "l07_ah", 101, "6:51 1104 +22 U:53 Q", 0, 0, 1, { 0, 0 } },
	{ "ah_v4", 101, "4:51 1104 +22 U:53 Q", 0, 0, 1, { 0, 0 } },
	{ "f03_atomic_fragment", 101, "6:44 1100 0000 00000001 U:53 Q", 0, 0, 1,
	    { 0, 0 } },

	/* Tunnels. */
	{ "mpls", 1, "E:8847 00064140 " V4_QUERY, ZT_TUNNEL_MPLS, 100, 1, { 0, 0 } },
	{ "mpls_stack_v6", 1, "E:8848 00064040 000c8140 " V6_QUERY, ZT_TUNNEL_MPLS, 200,
	    1, { 0, 0 } },
	{ "mpls_pseudowire", 1, "E:8847 00064140 " ETH_QUERY, ZT_TUNNEL_MPLS, 100, 1,
	    { 0, 0 } },
	{ "mpls_control_word", 1, "E:8847 00064140 00000000 " ETH_QUERY, ZT_TUNNEL_MPLS,
	    100, 1, { 0, 0 } },
	{ "mpls_in_ip", 101, "4:137 00064140 " V4_QUERY, ZT_TUNNEL_MPLS, 100, 2,
	    { 0, 0 } },
	{ "mpls_in_udp", 101, "4:17 U:6635 00064140 " V4_QUERY, ZT_TUNNEL_MPLS, 100, 2,
	    { 0, 0 } },
	{ "pbb", 1, "E:88e7 00012345 " ETH_QUERY, ZT_TUNNEL_PBB, 0x12345, 1, { 0, 0 } },
	{ "pppoe", 1, "E:8864 1100 0007 @ 0021 " V4_QUERY, ZT_TUNNEL_PPPOE, 7, 1,
	    { 0, 0 } },
	{ "pppoe_vlan_v6", 1, "E:8100 0064 8864 1100 0007 @ 0057 " V6_QUERY,
	    ZT_TUNNEL_PPPOE, 7, 1, { 100, 0 } },
	{ "gre", 101, "4:47 0000 0800 " V4_QUERY, ZT_TUNNEL_GRE, 0, 2, { 0, 0 } },
	{ "gre_key", 101, "4:47 2000 86dd 0000002a " V6_QUERY, ZT_TUNNEL_GRE, 42, 2,
	    { 0, 0 } },
	{ "gre_all", 101, "6:47 b000 0800 00000000 0000002a 00000001 " V4_QUERY,
	    ZT_TUNNEL_GRE, 42, 2, { 0, 0 } },
	{ "gre_ethernet", 101, "4:47 0000 6558 E:8100 0064 0800 " V4_QUERY,
	    ZT_TUNNEL_GRE, 0, 2, { 100, 0 } },
	{ "gre_mpls", 101, "4:47 0000 8847 00064140 " V4_QUERY, ZT_TUNNEL_MPLS, 100, 2,
	    { 0, 0 } },
	{ "gre_wccp2", 101, "4:47 0000 883e 00000000 " V4_QUERY, ZT_TUNNEL_GRE, 0, 2,
	    { 0, 0 } },
	{ "gre_wccp1", 101, "4:47 0000 883e " V4_QUERY, ZT_TUNNEL_GRE, 0, 2, { 0, 0 } },
	/* Version 1: key of length and call id 5, sequence, acknowledgement. */
	{ "gre_pptp", 101, "4:47 3081 880b @-6 0005 +8 ff03 0021 " V4_QUERY,
	    ZT_TUNNEL_GRE, 5, 2, { 0, 0 } },
	{ "gre_ppp", 101, "4:47 0000 880b ff03 0021 " V4_QUERY, ZT_TUNNEL_GRE, 0, 2,
	    { 0, 0 } },
	{ "erspan_1", 101, "4:47 0000 88be " ETH_QUERY, ZT_TUNNEL_ERSPAN, 0, 2,
	    { 0, 0 } },
	/* Version 1, VLAN 100, session 33. */
	{ "erspan_2", 101, "4:47 1000 88be 00000001 1064 0021 00000000 " ETH_QUERY,
	    ZT_TUNNEL_ERSPAN, 33, 2, { 0, 0 } },
	{ "erspan_3", 101, "4:47 1000 22eb 00000001 2064 0021 +8 " ETH_QUERY,
	    ZT_TUNNEL_ERSPAN, 33, 2, { 0, 0 } },
	{ "erspan_3_subheader", 101,
	    "4:47 1000 22eb 00000001 2064 0021 +7 01 +8 " ETH_QUERY, ZT_TUNNEL_ERSPAN,
	    33, 2, { 0, 0 } },
	/* Frame type 2: IP without Ethernet. */
	{ "erspan_3_ip", 101, "4:47 1000 22eb 00000001 2064 0021 +6 0800 " V6_QUERY,
	    ZT_TUNNEL_ERSPAN, 33, 2, { 0, 0 } },
	{ "vxlan", 101, "4:17 U:4789 08000000 00002a00 " ETH_QUERY, ZT_TUNNEL_VXLAN, 42,
	    2, { 0, 0 } },
	{ "vxlan_linux_port", 101, "6:17 U:8472 08000000 00002a00 " ETH_QUERY,
	    ZT_TUNNEL_VXLAN, 42, 2, { 0, 0 } },
	{ "vxlan_gpe_v4", 101, "4:17 U:4790 0c000001 00002a00 " V4_QUERY,
	    ZT_TUNNEL_VXLAN, 42, 2, { 0, 0 } },
	{ "vxlan_gpe_v6", 101, "4:17 U:4790 0c000002 00002a00 " V6_QUERY,
	    ZT_TUNNEL_VXLAN, 42, 2, { 0, 0 } },
	{ "vxlan_gpe_ethernet", 101, "4:17 U:4790 0c000003 00002a00 " ETH_QUERY,
	    ZT_TUNNEL_VXLAN, 42, 2, { 0, 0 } },
	{ "vxlan_gpe_plain", 101, "4:17 U:4790 08000000 00002a00 " ETH_QUERY,
	    ZT_TUNNEL_VXLAN, 42, 2, { 0, 0 } },
	/* Service path header of 24 bytes, metadata type 1, then IPv4. */
	{ "vxlan_gpe_nsh", 101,
	    "4:17 U:4790 0c000004 00002a00 0006 0101 00000101 +16 " V4_QUERY,
	    ZT_TUNNEL_VXLAN, 42, 2, { 0, 0 } },
	{ "vxlan_gpe_mpls", 101, "4:17 U:4790 0c000005 00002a00 00064140 " V4_QUERY,
	    ZT_TUNNEL_MPLS, 100, 2, { 0, 0 } },
	{ "nsh", 1, "E:894f 0006 0103 00000101 +16 " ETH_QUERY, 0, 0, 1, { 0, 0 } },
	{ "geneve", 101, "4:17 U:6081 0000 6558 00002a00 " ETH_QUERY, ZT_TUNNEL_GENEVE,
	    42, 2, { 0, 0 } },
	{ "geneve_options", 101,
	    "4:17 U:6081 0240 0800 00002a00 0103 01 01 00000001 " V4_QUERY,
	    ZT_TUNNEL_GENEVE, 42, 2, { 0, 0 } },
	{ "gtpu", 101, "4:17 U:2152 30ff @-4 0000002a " V4_QUERY, ZT_TUNNEL_GTPU, 42, 2,
	    { 0, 0 } },
	{ "gtpu_sequence", 101, "4:17 U:2152 32ff @-4 0000002a 0001 00 00 " V6_QUERY,
	    ZT_TUNNEL_GTPU, 42, 2, { 0, 0 } },
	/* PDU session container: one unit of four bytes, no further header. */
	{ "gtpu_extension", 101,
	    "4:17 U:2152 34ff @-4 0000002a 0000 00 85 01 0009 00 " V4_QUERY,
	    ZT_TUNNEL_GTPU, 42, 2, { 0, 0 } },
	{ "ip_in_ip", 101, "4:4 " V4_QUERY, ZT_TUNNEL_IPIP, 0, 2, { 0, 0 } },
	{ "6in4", 101, "4:41 " V6_QUERY, ZT_TUNNEL_6IN4, 0, 2, { 0, 0 } },
	{ "4in6", 101, "6:4 " V4_QUERY, ZT_TUNNEL_IPIP, 0, 2, { 0, 0 } },
	{ "6in6", 101, "6:41 " V6_QUERY, ZT_TUNNEL_IPIP, 0, 2, { 0, 0 } },
	{ "etherip", 101, "4:97 3000 " ETH_QUERY, ZT_TUNNEL_IPIP, 0, 2, { 0, 0 } },
	{ "teredo", 101, "4:17 U:3544 " V6_QUERY, ZT_TUNNEL_TEREDO, 0, 2, { 0, 0 } },
	{ "teredo_origin", 101, "4:17 U:3544 0000 63bf 3ffffdfe " V6_QUERY,
	    ZT_TUNNEL_TEREDO, 0, 2, { 0, 0 } },
	/* Authentication with a client id of 2 and a value of 4 bytes, then origin. */
	{ "teredo_both", 101,
	    "4:17 U:3544 0001 02 04 +6 +8 00 0000 63bf 3ffffdfe " V6_QUERY,
	    ZT_TUNNEL_TEREDO, 0, 2, { 0, 0 } },
	{ "l2tp", 101, "4:17 U:1701 0002 0001 0002 ff03 0021 " V4_QUERY, ZT_TUNNEL_L2TP,
	    0x10002, 2, { 0, 0 } },
	/* Length, sequence numbers and an offset of two bytes. */
	{ "l2tp_all", 101, "4:17 U:1701 4a02 @+4 0001 0002 +4 0002 +2 0021 " V4_QUERY,
	    ZT_TUNNEL_L2TP, 0x10002, 2, { 0, 0 } },
	/* Header of two words, IEEE 802.3 inside. */
	{ "capwap", 101, "4:17 U:5247 00 10 02 00 +4 " ETH_QUERY, ZT_TUNNEL_CAPWAP, 0,
	    2, { 0, 0 } },
	{ "capwap_wlan", 101, "4:17 U:5247 00 10 03 00 +4 " WLAN_DATA SNAP_QUERY,
	    ZT_TUNNEL_CAPWAP, 0, 2, { 0, 0 } },
	/* Frame control with its bytes exchanged. */
	{ "capwap_wlan_swapped", 101,
	    "4:17 U:5247 00 10 03 00 +4 0188 0000 +18 1000 0000 " SNAP_QUERY,
	    ZT_TUNNEL_CAPWAP, 0, 2, { 0, 0 } },
	{ "jmirror", 101, "4:17 U:30030 00000009 00000001 " V4_QUERY, ZT_TUNNEL_MIRROR,
	    9, 2, { 0, 0 } },
	/* Padding, a tag of one byte, end. */
	{ "tzsp", 101, "4:17 U:37008 01 00 0001 00 0a 01 ff 01 " ETH_QUERY,
	    ZT_TUNNEL_MIRROR, 0, 2, { 0, 0 } },
	{ "tzsp_wlan", 101, "4:17 U:37008 01 01 0012 01 " WLAN_DATA SNAP_QUERY,
	    ZT_TUNNEL_MIRROR, 0, 2, { 0, 0 } },
	{ "vlan_vxlan_4in6", 1,
	    "E:8100 0064 0800 4:17 U:4789 08000000 00002a00 E:86dd 6:4 " V4_QUERY,
	    ZT_TUNNEL_IPIP, 0, 3, { 100, 0 } },
};

#define N_FRAME_SAMPLES (sizeof(frame_samples) / sizeof(frame_samples[0]))

#endif
