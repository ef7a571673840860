/**
 * @file frame_samples.h
 * One frame for each way in which zonetap can find a DNS query, and what it must find.
 */
#ifndef ZT_TESTS_FRAME_SAMPLES_H
#define ZT_TESTS_FRAME_SAMPLES_H

#include <stddef.h>

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

extern const struct frame_sample frame_samples[];
extern const size_t n_frame_samples;

#endif
