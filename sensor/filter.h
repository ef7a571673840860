/**
 * @file filter.h
 * The kernel's filter: which packets are worth a copy, as a text for pcap_compile(3).
 *
 * Promise:   a packet that the dissector makes a message of, or that is a part of one,
 *            passes; a test holds it against every capture.  Much of the rest does not:
 *            ordinary traffic never reaches the capture ring.
 * Passes:    the DNS ports over UDP and TCP; every later fragment; IPv6 extension
 *            headers; all of it behind no, one or two VLAN tags, stripped by the card or
 *            not; with tunnels, everything that the dissector can unwrap.
 * Limits:    what is inside of a tunnel is not looked at: it passes as a whole.
 * Source:    pcap-filter(7); the tables of dissect/link.c and dissect/tunnel.c.
 */
#ifndef ZT_SENSOR_FILTER_H
#define ZT_SENSOR_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes of the longest generated text, terminator included. */
#define ZT_FILTER_SIZE 16384

struct zt_filter_options {
	const uint16_t *ports; /**< DNS ports, borrowed. */
	size_t n_ports;	       /**< 1 .. 16. */
	const char *own;       /**< The user's expression; "": generate. */
	bool tunnels;
	bool encrypted; /**< DNS over TLS as well. */
};

/**
 * The filter for interfaces of one link type.
 *
 * @param link_type  LINKTYPE_ value.
 * @param text       out: ZT_FILTER_SIZE bytes; "" when there is none.
 * @return false when no expression can be written for this link type: everything has to
 *         be looked at.
 */
bool zt_filter_text(
    const struct zt_filter_options *options, uint16_t link_type, char *text);

#endif
