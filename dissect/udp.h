/**
 * @file udp.h
 * The UDP header: the end of the walk for a DNS port, a tunnel, or nothing for us.
 *
 * Threads: see peel.h.
 * Source:  RFC 768.
 */
#ifndef ZT_DISSECT_UDP_H
#define ZT_DISSECT_UDP_H

#include "peel.h"

enum zt_reject zt_udp(struct zt_peel *peel);

#endif
