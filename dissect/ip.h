/**
 * @file ip.h
 * IPv4 and IPv6 headers, extension headers, and what follows them.
 *
 * Threads: see peel.h.
 * Limits:  ZT_IP_HEADERS_MAX extension headers (hop-by-hop, routing, destination
 *          options, fragment, AH, mobility, HIP, shim6) for each IP header.
 * Source:  RFC 791, RFC 8200, RFC 4302 (AH), RFC 6275, RFC 7401, RFC 5533.
 */
#ifndef ZT_DISSECT_IP_H
#define ZT_DISSECT_IP_H

#include "peel.h"

/** Extension headers walked before a packet is given up as ext_chain. */
#define ZT_IP_HEADERS_MAX 8

enum zt_reject zt_ip_v4(struct zt_peel *peel);
enum zt_reject zt_ip_v6(struct zt_peel *peel);

/** An IP header whose version only its first four bits tell. */
enum zt_reject zt_ip_any(struct zt_peel *peel);

/** Does the cursor stand on something that can be an IP header? */
bool zt_ip_is_plausible(const struct zt_cursor *at);

#endif
