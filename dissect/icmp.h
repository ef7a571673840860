/**
 * @file icmp.h
 * ICMP errors: a DNS packet quoted in one is counted, but it is no message.
 *
 * Threads: see peel.h.
 * Source:  RFC 792, RFC 4443, RFC 4861 section 4.6.3 (redirected header).
 */
#ifndef ZT_DISSECT_ICMP_H
#define ZT_DISSECT_ICMP_H

#include "peel.h"

/** Both return icmp_quote or not_udp_tcp and end the walk. */
enum zt_reject zt_icmp_v4(struct zt_peel *peel);
enum zt_reject zt_icmp_v6(struct zt_peel *peel);

#endif
