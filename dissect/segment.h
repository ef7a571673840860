/**
 * @file segment.h
 * The TCP header.  Every segment of a DNS port is handed on, also without data: SYN,
 * FIN and RST matter to the stream.
 *
 * Threads: see peel.h.
 * Source:  RFC 9293 section 3.1.
 */
#ifndef ZT_DISSECT_SEGMENT_H
#define ZT_DISSECT_SEGMENT_H

#include "peel.h"

enum zt_reject zt_segment(struct zt_peel *peel);

#endif
