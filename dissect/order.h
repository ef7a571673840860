/**
 * @file order.h
 * The segments of one direction in their order.
 *
 * Window:    a segment that begins more than ZT_ORDER_AHEAD bytes ahead or
 *            ZT_ORDER_BEHIND bytes behind the expected place is stale: counted, and its
 *            messages are handed over flagged alternate when it holds nothing else.
 *            ZT_ORDER_STALE_RUN stale segments that follow each other are believed.
 * Holes:     skipped when too much is held behind them (held.h), when the other side
 *            has acknowledged what is behind them, after a time, or at the end.
 * Beginning: with a SYN at its number, without one at the first message boundary.
 * Threads:   one capture worker.
 * Source:    RFC 9293 section 3.10.7.4; the limits are our own, see NOTES.md.
 */
#ifndef ZT_DISSECT_ORDER_H
#define ZT_DISSECT_ORDER_H

#include "stream.h"

/** Bytes ahead that a sender with the largest usual window may be. */
#define ZT_ORDER_AHEAD (64 << 20)
/** Bytes behind that may still be an honest retransmission. */
#define ZT_ORDER_BEHIND (1 << 20)
/** Bytes behind a SYN, or around the first data, that belong to the same connection. */
#define ZT_ORDER_START (1 << 20)
/** Distance at which old marks of a stream are pulled along. */
#define ZT_ORDER_MARKS (1u << 28)
/** Stale segments in a row that are believed after all. */
#define ZT_ORDER_STALE_RUN 4
/** Time between the acknowledgement of lost bytes and skipping them: a tap may deliver
 *  the two directions slightly out of order. */
#define ZT_ORDER_ACK_GRACE_NS UINT64_C(20000000)
/** Time a hole is waited for when the other side is not seen. */
#define ZT_ORDER_HOLE_NS UINT64_C(5000000000)
/** The same when the other side is seen but does not acknowledge. */
#define ZT_ORDER_HOLE_SEEN_NS UINT64_C(30000000000)
/** Time an unfinished message is waited for. */
#define ZT_ORDER_MESSAGE_NS UINT64_C(50000000000)

/**
 * A SYN was seen.
 *
 * @return false when its number does not belong to the connection that is known.
 */
bool zt_order_syn(struct zt_flow *flow, uint32_t isn);

/** The n bytes at seq have been seen. */
void zt_order_data(struct zt_flow *flow, uint32_t seq, const uint8_t *data, size_t n);

/** n bytes at seq were cut off by the snap length and will not come. */
void zt_order_cut_off(struct zt_flow *flow, uint32_t seq, uint32_t n);

/** The other side acknowledged everything before ack. */
void zt_order_ack(struct zt_flow *flow, uint32_t ack);

/** Time goes on: skip and give up what has been waited for long enough. */
void zt_order_check(struct zt_flow *flow);

/** The direction ends: skip all holes and hand over what is unfinished. */
void zt_order_end(struct zt_flow *flow);

/** Does the direction hold blocks? */
bool zt_order_is_waiting(const struct zt_direction *dir);

#endif
