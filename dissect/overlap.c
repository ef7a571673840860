#include "overlap.h"

#include <string.h>

#include "cursor.h"
#include "cutter.h"
#include "second.h"

/** Two versions of the same bytes, from the beginning of a message on. */
struct versions {
	const uint8_t *first;
	const uint8_t *second;
	size_t len;
	size_t
	    first_at; /**< A boundary of the first version, at or behind second_at. */
	size_t second_at; /**< The boundary of the second version that is looked at. */
	bool same_framing;
};

/** Prefix at `at`; 0 when it is cut. */
static uint32_t
frame_at(const uint8_t *data, size_t len, size_t at)
{
	if (len - at < 2)
		return 0;
	return 2u + ((uint32_t)data[at] << 8 | data[at + 1]);
}

/** Do the n bytes at second_at make another message than the first version has there?
 */
static bool
is_other(struct versions *v, size_t n)
{
	while (v->first_at < v->second_at) {
		uint32_t frame = frame_at(v->first, v->len, v->first_at);
		if (frame == 0 || frame > v->len - v->first_at)
			break;
		v->first_at += frame;
	}
	if (v->first_at != v->second_at)
		v->same_framing = false;
	else if (frame_at(v->first, v->len, v->first_at) !=
		 frame_at(v->second, v->len, v->second_at))
		v->same_framing = false;
	return v->first_at != v->second_at ||
	       memcmp(v->first + v->second_at, v->second + v->second_at, n) != 0;
}

/** Hand over the whole messages of the second version that differ, keep the rest. */
static void
hand_over(struct zt_flow *flow, struct versions *v)
{
	while (v->len - v->second_at >= 2) {
		uint32_t frame = frame_at(v->second, v->len, v->second_at);
		if (frame < 2 + ZT_FRAMING_MIN) {
			v->same_framing = false;
			return;
		}
		if (frame > v->len - v->second_at)
			break;
		if (is_other(v, frame))
			zt_cut_alternate(
			    flow, v->second + v->second_at + 2, frame - 2, frame - 2);
		v->second_at += frame;
	}
	size_t left = v->len - v->second_at;
	bool differs = is_other(v, left);
	/* Both versions at a boundary, or both inside a message of the same length. */
	bool is_in_step =
	    left == 0 ? zt_cut_is_boundary(flow, flow->dir->next) : v->same_framing;
	if (differs || !is_in_step)
		zt_second_begin(flow, v->second + v->second_at, left, !is_in_step);
}

/** Lay n other bytes at seq over the remembered ones and look at the messages from
 * begin on; @return whether framing is unchanged. */
static bool
overlay(struct zt_flow *flow, const struct zt_history *history, uint32_t begin,
    uint32_t seq, struct zt_cursor bytes)
{
	uint8_t *first = flow->shared->work;
	uint8_t *second = first + ZT_HISTORY_BYTES;
	struct versions v = { .first = first,
		.second = second,
		.len = history->hi - begin,
		.same_framing = true };

	zt_history_read(history, begin, first, v.len);
	memcpy(second, first, v.len);
	if (zt_seq_before(seq, begin)) {
		zt_cursor_skip(&bytes, begin - seq);
		seq = begin;
	}
	memcpy(second + (seq - begin), bytes.pos, zt_cursor_left(&bytes));
	hand_over(flow, &v);
	return v.same_framing;
}

void
zt_overlap_check(struct zt_flow *flow, uint32_t seq, const uint8_t *data, size_t n)
{
	struct zt_history *history = zt_flow_history(flow);
	uint32_t end = seq + (uint32_t)n;
	uint32_t begin;

	if (history == NULL)
		return;
	struct zt_framing_hint hint = zt_cut_hint(flow);
	uint32_t lo = zt_seq_before(seq, history->lo) ? history->lo : seq;
	uint32_t hi = zt_seq_before(end, history->hi) ? end : history->hi;
	if (!zt_seq_before(lo, hi)) {
		/* Too old to compare.  When the receiver has not got it yet, what was
		 * read before may have been forged. */
		if (flow->peer->ack_known && !zt_seq_before(seq, flow->peer->ack) &&
		    zt_framing_fills(data, n, &hint))
			zt_cut_apart(flow, data, n, true);
		return;
	}
	const uint8_t *bytes = data + (lo - seq);
	size_t len = hi - lo;
	size_t same = zt_history_match(history, lo, bytes, len);
	if (same == len)
		return;
	zt_flow_count(flow, ZT_R_TCP_OVERLAP_CONFLICT);
	bool same_framing = true;
	if (zt_history_message_at(history, lo + (uint32_t)same, &begin))
		same_framing =
		    overlay(flow, history, begin, lo, zt_cursor_init(bytes, len));
	else if (zt_framing_fills(data, n, &hint))
		zt_cut_apart(flow, data, n, true);
	if (same_framing)
		zt_history_write(history, lo, bytes, len);
}
