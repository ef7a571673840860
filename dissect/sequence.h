/**
 * @file sequence.h
 * TCP sequence numbers, which wrap at 2^32.
 *
 * Threads: pure functions.
 * Source:  RFC 9293 section 3.4.
 */
#ifndef ZT_DISSECT_SEQUENCE_H
#define ZT_DISSECT_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

/** How far a lies behind b in the stream; negative when it lies before. */
static inline int32_t
zt_seq_diff(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

/** Does a come before b? */
static inline bool
zt_seq_before(uint32_t a, uint32_t b)
{
	return zt_seq_diff(a, b) < 0;
}

#endif
