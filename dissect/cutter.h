/**
 * @file cutter.h
 * From the ordered bytes of one direction to DNS messages.
 *
 * Shape:     a message that lies whole inside a segment is handed on where it is; one
 *            that spans segments is collected in blocks and put together once.
 * Framing:   after a bad length prefix or a hole the next believable message is looked
 *            for (framing.h); the first few after that are checked as well.
 * Work:      each byte is looked at once; while searching the undecided end, at most
 *            ZT_FRAMING_NEED bytes, again with each segment.
 * Counts:    tcp_resync and tcp_gap; what becomes of a message is counted by its user.
 * Bad prefix: handed on as an empty message with that announced_len.
 * Threads:   one capture worker.
 */
#ifndef ZT_DISSECT_CUTTER_H
#define ZT_DISSECT_CUTTER_H

#include "framing.h"
#include "stream.h"

/** Message headers checked after framing was found again. */
#define ZT_CUT_UNSURE 3

/** What the earlier messages of both directions tell a search. */
struct zt_framing_hint zt_cut_hint(const struct zt_flow *flow);

/** The n bytes at dir->next have come. */
void zt_cut_feed(struct zt_flow *flow, const uint8_t *data, size_t n);

/** The n bytes at dir->next will not come; what lies behind them is next. */
void zt_cut_gap(struct zt_flow *flow, uint32_t n);

/** Whole messages side by side, apart from the stream's own order. */
void zt_cut_apart(struct zt_flow *flow, const uint8_t *data, size_t n, bool alternate);

/** A message whose prefix was not seen lies just before dir->next. */
void zt_cut_bare(struct zt_flow *flow, const uint8_t *message, uint32_t len);

/** A second version of a message (without prefix); whole when len is announced. */
void zt_cut_alternate(
    struct zt_flow *flow, const uint8_t *message, uint32_t len, uint32_t announced);

/** Does a message of the first version begin at seq, at or shortly before dir->next? */
bool zt_cut_is_boundary(const struct zt_flow *flow, uint32_t seq);

/** The unfinished message has been waited for long enough; its rest is passed over. */
void zt_cut_overdue(struct zt_flow *flow);

/** Nothing more comes in this direction. */
void zt_cut_end(struct zt_flow *flow);

/** Is a part of a message waiting for the rest? */
static inline bool
zt_cut_is_unfinished(const struct zt_direction *dir)
{
	return dir->prefix_len > 0 || dir->body.bytes > 0 || dir->second.bytes > 0;
}

#endif
