#include "order.h"

#include <string.h>

#include "cutter.h"
#include "held.h"
#include "overlap.h"

/** Second versions of what has been read by now. */
static void
check_later(struct zt_flow *flow)
{
	struct zt_direction *dir = flow->dir;
	struct zt_block_pool *pool = &flow->shared->pool;

	while (dir->later.first != ZT_NO_BLOCK) {
		struct zt_block *block = zt_block_at(pool, dir->later.first);
		if (zt_seq_before(dir->next, block->seq + block->len))
			break;
		uint32_t index = zt_chain_pop(pool, &dir->later);
		zt_overlap_check(flow, block->seq, block->data, block->len);
		zt_block_give(pool, index);
	}
}

/** Read the first held block, which is next.  It is free again before its bytes are
 *  stored elsewhere, so that this works with an empty pool. */
static void
read_first(struct zt_flow *flow)
{
	struct zt_block_pool *pool = &flow->shared->pool;
	uint32_t index = zt_chain_pop(pool, &flow->dir->held);
	const struct zt_block *block = zt_block_at(pool, index);
	uint8_t data[ZT_BLOCK_BYTES];
	size_t n = block->len;

	memcpy(data, block->data, n);
	zt_block_give(pool, index);
	zt_cut_feed(flow, data, n);
}

/**
 * Read the held bytes that are next.
 *
 * @param own_time  messages take the time of the held segments, not of this step, since
 *                  nothing came now that completes them.
 */
static void
drain(struct zt_flow *flow, bool own_time)
{
	struct zt_direction *dir = flow->dir;
	uint64_t now_ns = flow->ts_ns;
	struct zt_block *block;

	if (own_time)
		flow->ts_ns = 0;
	while ((block = zt_held_first(flow)) != NULL && block->seq == dir->next) {
		if (block->ts_ns > flow->ts_ns)
			flow->ts_ns = block->ts_ns;
		read_first(flow);
	}
	flow->ts_ns = now_ns;
	check_later(flow);
	dir->hole_since_ns = now_ns;
	dir->acked_since_ns = 0;
}

/** The beginning is known: what is held from there on is read. */
static void
begin_at(struct zt_flow *flow, uint32_t seq, enum zt_direction_state state)
{
	struct zt_direction *dir = flow->dir;

	dir->state = (uint8_t)state;
	dir->next = seq;
	dir->origin = seq;
	dir->unsure = ZT_CUT_UNSURE;
	drain(flow, true);
}

/** No boundary showed at the beginning: search behind it. */
static void
settle(struct zt_flow *flow)
{
	struct zt_block *first = zt_held_first(flow);

	flow->dir->resynced = true;
	if (first != NULL)
		begin_at(flow, first->seq, ZT_DIRECTION_SEARCHING);
}

/** Skip the first hole. */
static void
skip_hole(struct zt_flow *flow)
{
	struct zt_direction *dir = flow->dir;
	struct zt_block *first = zt_held_first(flow);

	if (first == NULL)
		return;
	if (dir->state == ZT_DIRECTION_FLOATING) {
		settle(flow);
		return;
	}
	dir->lost_lo = dir->next;
	dir->lost_hi = first->seq;
	zt_cut_gap(flow, first->seq - dir->next);
	drain(flow, true);
}

/** Is what is held acknowledged, so that the hole before it cannot be filled? */
static bool
is_acked(const struct zt_flow *flow)
{
	const struct zt_block *first = zt_held_first(flow);

	return first != NULL && flow->peer->ack_known &&
	       !zt_seq_before(flow->peer->ack, first->seq);
}

static void
hold(struct zt_flow *flow, uint32_t seq, const uint8_t *data, size_t n)
{
	struct zt_direction *dir = flow->dir;

	if (dir->held.first == ZT_NO_BLOCK) {
		dir->hole_since_ns = flow->ts_ns;
		dir->acked_since_ns = 0;
	}
	if (!zt_held_put(flow, seq, data, n))
		zt_flow_count(flow, ZT_R_TCP_OVERLAP_CONFLICT);
}

/** Picked up in the middle: does a message begin here? */
static void
data_floating(struct zt_flow *flow, uint32_t seq, const uint8_t *data, size_t n)
{
	struct zt_direction *dir = flow->dir;
	struct zt_framing_hint hint = zt_cut_hint(flow);
	bool is_first = dir->held.first == ZT_NO_BLOCK;
	uint8_t run[ZT_FRAMING_NEED];

	if (is_first && zt_framing_check(data, n, &hint) == ZT_FRAMING_NO &&
	    zt_framing_is_bare(data, n, &hint)) {
		/* Its prefix came in a segment of its own, before the tap did. */
		begin_at(flow, seq + (uint32_t)n, ZT_DIRECTION_SYNCED);
		zt_cut_bare(flow, data, (uint32_t)n);
		return;
	}
	hold(flow, seq, data, n);
	size_t len = zt_held_run(flow, run, sizeof(run));
	struct zt_block *first = zt_held_first(flow);
	if (first == NULL)
		return;
	if (zt_framing_check(run, len, &hint) == ZT_FRAMING_YES)
		begin_at(flow, first->seq, ZT_DIRECTION_SYNCED);
	else if (zt_held_is_over(flow))
		settle(flow);
}

/** First data of the direction. */
static void
begin(struct zt_flow *flow, uint32_t seq)
{
	struct zt_direction *dir = flow->dir;
	int32_t behind = zt_seq_diff(seq, dir->isn + 1);

	dir->state = ZT_DIRECTION_FLOATING;
	if (dir->isn_known && behind >= 0 && behind <= ZT_ORDER_START) {
		dir->state = ZT_DIRECTION_SYNCED;
		dir->next = dir->isn + 1;
		dir->origin = dir->next;
	}
}

/** Forget the position; the next data begins anew. */
static void
cast_off(struct zt_flow *flow)
{
	zt_order_end(flow);
	zt_cut_gap(flow, 0);
	flow->dir->isn_known = false;
	flow->dir->state = ZT_DIRECTION_FLOATING;
	flow->dir->n_stale = 0;
}

/** @return true when the segment is stale and has been dealt with. */
static bool
is_stale(struct zt_flow *flow, uint32_t seq, const uint8_t *data, size_t n)
{
	struct zt_direction *dir = flow->dir;
	const struct zt_block *first = zt_held_first(flow);
	bool is_floating = dir->state == ZT_DIRECTION_FLOATING;
	uint32_t base = is_floating && first != NULL ? first->seq : dir->next;
	int32_t ahead = zt_seq_diff(seq, base);

	if ((is_floating && first == NULL) ||
	    (ahead <= ZT_ORDER_AHEAD && ahead >= -ZT_ORDER_BEHIND)) {
		dir->n_stale = 0;
		return false;
	}
	zt_flow_count(flow, ZT_R_TCP_STALE);
	dir->n_stale = seq == dir->stale_next ? (uint8_t)(dir->n_stale + 1u) : 1u;
	dir->stale_next = seq + (uint32_t)n;
	if (dir->n_stale >= ZT_ORDER_STALE_RUN) {
		cast_off(flow);
		return false;
	}
	struct zt_framing_hint hint = zt_cut_hint(flow);
	if (zt_framing_fills(data, n, &hint))
		zt_cut_apart(flow, data, n, true);
	return true;
}

/**
 * Data in a place that was passed without reading it: before the first data of a stream
 * that was picked up, or in a hole that was skipped.
 *
 * @return true when it has been dealt with.
 */
static bool
is_late(struct zt_flow *flow, uint32_t seq, const uint8_t *data, size_t n)
{
	struct zt_direction *dir = flow->dir;
	struct zt_framing_hint hint = zt_cut_hint(flow);
	uint32_t end = seq + (uint32_t)n;
	bool is_before = !zt_seq_before(dir->origin, end) &&
			 !(dir->isn_known && dir->origin == dir->isn + 1);
	bool is_lost =
	    !zt_seq_before(seq, dir->lost_lo) && zt_seq_before(seq, dir->lost_hi);

	if (!is_before && !is_lost)
		return false;
	if (zt_framing_fills(data, n, &hint))
		zt_cut_apart(flow, data, n, false);
	if (is_before)
		dir->origin = seq;
	else
		dir->lost_lo = end;
	return true;
}

/** Sequence numbers are compared by halves of their circle, so marks that the stream
 * has left far behind must follow it. */
static void
pull_marks(struct zt_direction *dir)
{
	if (dir->next - dir->origin > ZT_ORDER_MARKS)
		dir->origin = dir->next - ZT_ORDER_MARKS / 2;
	if (dir->next - dir->lost_hi > ZT_ORDER_MARKS) {
		dir->lost_lo = dir->next;
		dir->lost_hi = dir->next;
	}
}

/** In order; what is held already for the same place came first and stays. */
static void
data_in_order(struct zt_flow *flow, const uint8_t *data, size_t n)
{
	struct zt_direction *dir = flow->dir;
	uint32_t seq = dir->next;
	size_t done = 0;
	bool is_same = true;

	if (dir->held.first == ZT_NO_BLOCK) {
		zt_cut_feed(flow, data, n);
		return;
	}
	while (done < n) {
		struct zt_block *block = zt_held_first(flow);
		size_t k = n - done;
		if (block == NULL || block->seq - dir->next >= k) {
			zt_cut_feed(flow, data + done, k);
			break;
		}
		k = block->seq - dir->next;
		zt_cut_feed(flow, data + done, k);
		done += k;
		k = block->len < n - done ? block->len : n - done;
		if (memcmp(block->data, data + done, k) != 0)
			is_same = false;
		read_first(flow);
		done += k;
	}
	drain(flow, false);
	if (!is_same)
		zt_overlap_check(flow, seq, data, n);
}

void
zt_order_data(struct zt_flow *flow, uint32_t seq, const uint8_t *data, size_t n)
{
	struct zt_direction *dir = flow->dir;

	if (dir->state == ZT_DIRECTION_NEW)
		begin(flow, seq);
	if (is_stale(flow, seq, data, n))
		return;
	if (dir->state == ZT_DIRECTION_FLOATING) {
		data_floating(flow, seq, data, n);
		return;
	}
	pull_marks(dir);
	int32_t ahead = zt_seq_diff(seq, dir->next);
	/* Keep-alive: one byte, often garbage, before the expected place; RFC 9293
	 * section 3.8.4. */
	if (ahead == -1 && n == 1)
		return;
	if (ahead < 0 && is_late(flow, seq, data, n))
		return;
	if (ahead < 0) {
		size_t old = (size_t) - (int64_t)ahead;
		zt_overlap_check(flow, seq, data, old < n ? old : n);
		if (old >= n)
			return;
		data += old;
		n -= old;
		ahead = 0;
	}
	if (ahead == 0) {
		data_in_order(flow, data, n);
		return;
	}
	hold(flow, seq, data, n);
	while (zt_held_is_over(flow))
		skip_hole(flow);
}

bool
zt_order_syn(struct zt_flow *flow, uint32_t isn)
{
	struct zt_direction *dir = flow->dir;
	struct zt_block *first = zt_held_first(flow);
	uint32_t base = dir->state == ZT_DIRECTION_FLOATING && first != NULL
			    ? first->seq
			    : dir->origin;

	if (dir->isn_known && dir->state != ZT_DIRECTION_NEW)
		return dir->isn == isn;
	int32_t ahead = zt_seq_diff(base, isn + 1);
	if (dir->state != ZT_DIRECTION_NEW && (ahead < 0 || ahead > ZT_ORDER_START))
		return false;
	dir->isn = isn;
	dir->isn_known = true;
	if (dir->state == ZT_DIRECTION_FLOATING)
		begin_at(flow, isn + 1, ZT_DIRECTION_SYNCED);
	return true;
}

void
zt_order_cut_off(struct zt_flow *flow, uint32_t seq, uint32_t n)
{
	struct zt_direction *dir = flow->dir;
	const struct zt_block *first = zt_held_first(flow);

	if (dir->state < ZT_DIRECTION_SEARCHING || dir->next != seq)
		return;
	if (first != NULL && first->seq - seq < n)
		n = first->seq - seq;
	zt_cut_gap(flow, n);
	drain(flow, true);
}

void
zt_order_ack(struct zt_flow *flow, uint32_t ack)
{
	struct zt_direction *peer = flow->peer;

	int32_t step = zt_seq_diff(ack, peer->ack);
	/* An older one is late; one far off means that we were wrong before. */
	if (!peer->ack_known || step > 0 || step < -ZT_ORDER_AHEAD)
		peer->ack = ack;
	peer->ack_known = true;
	if (!is_acked(flow))
		return;
	if (flow->dir->acked_since_ns == 0)
		flow->dir->acked_since_ns = flow->ts_ns;
	zt_order_check(flow);
}

void
zt_order_check(struct zt_flow *flow)
{
	struct zt_direction *dir = flow->dir;
	bool is_alone = !flow->peer->seen || dir->state == ZT_DIRECTION_FLOATING;
	uint64_t patience = is_alone ? ZT_ORDER_HOLE_NS : ZT_ORDER_HOLE_SEEN_NS;

	if (dir->held.first != ZT_NO_BLOCK) {
		bool is_acked_long =
		    dir->acked_since_ns != 0 &&
		    flow->ts_ns >= dir->acked_since_ns + ZT_ORDER_ACK_GRACE_NS;
		if (is_acked_long || flow->ts_ns >= dir->hole_since_ns + patience)
			skip_hole(flow);
	}
	if (zt_cut_is_unfinished(dir) &&
	    flow->ts_ns >= dir->body_since_ns + ZT_ORDER_MESSAGE_NS)
		zt_cut_overdue(flow);
}

/** Bytes at the end that the other side has got, or that a FIN stands behind, and that
 *  the tap has not seen. */
static uint32_t
missing_tail(const struct zt_flow *flow)
{
	const struct zt_direction *dir = flow->dir;
	uint32_t end = dir->next;

	if (dir->state < ZT_DIRECTION_SEARCHING)
		return 0;
	if (flow->peer->ack_known)
		end = flow->peer->ack;
	else if (dir->fin_known && !flow->peer->seen)
		end = dir->fin_seq;
	uint32_t n = end - dir->next;
	/* A FIN takes a sequence number, whether it was seen or not. */
	if (n == 1 || (dir->fin_known && end == dir->fin_seq + 1))
		n--;
	return zt_seq_before(dir->next, end) && n <= ZT_ORDER_START ? n : 0;
}

void
zt_order_end(struct zt_flow *flow)
{
	struct zt_direction *dir = flow->dir;
	struct zt_block_pool *pool = &flow->shared->pool;

	while (zt_held_first(flow) != NULL)
		skip_hole(flow);
	uint32_t n = missing_tail(flow);
	if (n > 0)
		zt_cut_gap(flow, n);
	zt_chain_clear(pool, &dir->later);
	zt_cut_end(flow);
}

bool
zt_order_is_waiting(const struct zt_direction *dir)
{
	return dir->body.bytes > 0 || dir->second.bytes > 0 || dir->held.bytes > 0 ||
	       dir->later.bytes > 0;
}
