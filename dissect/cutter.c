#include "cutter.h"

#include <string.h>

#include "second.h"

struct zt_framing_hint
zt_cut_hint(const struct zt_flow *flow)
{
	struct zt_framing_hint hint = { .qr = flow->dir->qr };

	if (hint.qr < 0 && flow->peer->qr >= 0)
		hint.qr = 1 - flow->peer->qr;
	if (flow->dir->qr >= 0)
		hint.ids[hint.n_ids++] = flow->dir->last_id;
	if (flow->peer->qr >= 0)
		hint.ids[hint.n_ids++] = flow->peer->last_id;
	return hint;
}

static uint16_t
read_u16(const uint8_t *p)
{
	return (uint16_t)((unsigned)p[0] << 8 | p[1]);
}

/** What this message tells about the next ones. */
static void
learn(struct zt_direction *dir, const uint8_t *message, uint32_t len)
{
	if (len < ZT_FRAMING_MIN)
		return;
	dir->last_id = read_u16(message);
	dir->qr = (int8_t)(message[2] >> 7);
}

/** Hand a message to the user; whole when len equals announced. */
static void
deliver(struct zt_flow *flow, const uint8_t *data, uint32_t len, uint32_t announced,
    bool alternate)
{
	struct zt_direction *dir = flow->dir;
	struct zt_tcp_message message = {
		.path = flow->path,
		.data = data,
		.ts_ns = flow->ts_ns,
		.stream_id = flow->stream->id,
		.gap_bytes = dir->gap_bytes,
		.len = len,
		.announced_len = announced,
		.partial = len < announced && announced >= ZT_FRAMING_MIN,
		.alternate = alternate,
		.one_sided = !flow->peer->seen,
	};

	if (message.partial)
		message.ts_ns = dir->last_ns;
	else if (len > 0)
		flow->stream->had_message = true;
	flow->stream->has_spoken = true;
	if (!alternate) {
		learn(dir, data, len);
		if (dir->resynced)
			zt_flow_count(flow, ZT_R_TCP_RESYNC);
		dir->resynced = false;
	}
	flow->shared->handler.message(flow->shared->handler.arg, &message);
}

/** Framing is lost; the next bytes are searched. */
static void
lose_framing(struct zt_flow *flow)
{
	struct zt_history *history = zt_flow_history(flow);

	flow->dir->state = ZT_DIRECTION_SEARCHING;
	flow->dir->resynced = true;
	flow->dir->prefix_len = 0;
	flow->dir->skip = 0;
	if (history != NULL)
		history->start_known = false;
}

/** A prefix that no message can have is handed on as an empty message. */
static void
refuse_prefix(struct zt_flow *flow, const uint8_t *prefix)
{
	deliver(flow, prefix, 0, read_u16(prefix), false);
	lose_framing(flow);
}

/** The prefix is whole; wait for announced bytes. */
static void
begin_body(struct zt_flow *flow, uint16_t announced)
{
	flow->dir->announced = announced;
	flow->dir->prefix_len = 2;
	zt_chain_clear(&flow->shared->pool, &flow->dir->body);
}

/** The unfinished message is handed on as far as it came. */
static void
give_up(struct zt_flow *flow)
{
	struct zt_direction *dir = flow->dir;
	struct zt_reassembly *shared = flow->shared;
	uint32_t len = dir->body.bytes;
	bool is_message = dir->prefix_len == 2 && len > 0;

	if (is_message)
		zt_chain_copy(&shared->pool, &dir->body, shared->message, len);
	zt_chain_clear(&shared->pool, &dir->body);
	dir->prefix_len = 0;
	if (is_message)
		deliver(flow, shared->message, len, dir->announced, false);
}

/** Store a piece of the unfinished message.  No room: it is given up as it is. */
static void
store_body(struct zt_flow *flow, const uint8_t *data, size_t n)
{
	struct zt_direction *dir = flow->dir;

	size_t stored = zt_chain_append(&flow->shared->pool, &dir->body, data, n);
	if (stored == n)
		return;
	uint32_t left = dir->announced - dir->body.bytes - (uint32_t)(n - stored);
	give_up(flow);
	dir->skip = left;
}

/** At a boundary; @return bytes used. */
static size_t
cut_first(struct zt_flow *flow, const uint8_t *data, size_t n, uint32_t seq)
{
	struct zt_direction *dir = flow->dir;
	struct zt_history *history = zt_flow_history(flow);

	if (dir->unsure > 0 && n >= 2 + ZT_FRAMING_MIN) {
		struct zt_framing_hint hint = zt_cut_hint(flow);
		if (zt_framing_check(data, n, &hint) == ZT_FRAMING_NO) {
			lose_framing(flow);
			return 0;
		}
		dir->unsure--;
	}
	if (history != NULL)
		zt_history_note_start(history, seq);
	dir->body_since_ns = flow->ts_ns;
	if (n == 1) {
		dir->prefix[0] = data[0];
		dir->prefix_len = 1;
		return 1;
	}
	uint16_t announced = read_u16(data);
	if (announced < ZT_FRAMING_MIN) {
		refuse_prefix(flow, data);
		return 2;
	}
	if (n - 2 >= announced) {
		deliver(flow, data + 2, announced, announced, false);
		return 2u + announced;
	}
	begin_body(flow, announced);
	store_body(flow, data + 2, n - 2);
	return n;
}

/** Inside a message whose prefix is whole; @return bytes used. */
static size_t
cut_body(struct zt_flow *flow, const uint8_t *data, size_t n)
{
	struct zt_direction *dir = flow->dir;
	struct zt_reassembly *shared = flow->shared;
	uint32_t announced = dir->announced;
	uint32_t have = dir->body.bytes;
	uint32_t left = announced - have;

	if (n < left) {
		store_body(flow, data, n);
		return n;
	}
	dir->prefix_len = 0;
	if (have == 0) {
		deliver(flow, data, announced, announced, false);
		return left;
	}
	zt_chain_copy(&shared->pool, &dir->body, shared->message, have);
	memcpy(shared->message + have, data, left);
	zt_chain_clear(&shared->pool, &dir->body);
	deliver(flow, shared->message, announced, announced, false);
	return left;
}

/** Inside a prefix or message; @return bytes used. */
static size_t
cut_next(struct zt_flow *flow, const uint8_t *data, size_t n)
{
	struct zt_direction *dir = flow->dir;

	if (dir->prefix_len == 2)
		return cut_body(flow, data, n);
	dir->prefix[1] = data[0];
	uint16_t announced = read_u16(dir->prefix);
	if (announced < ZT_FRAMING_MIN)
		refuse_prefix(flow, dir->prefix);
	else
		begin_body(flow, announced);
	return 1;
}

static void cut(struct zt_flow *flow, const uint8_t *data, size_t n, uint32_t seq);

/**
 * Look for a boundary in data.  Without bytes kept from before the search is done in
 * place; otherwise in the work buffer, whose good end is cut at once.
 *
 * @return bytes used.
 */
static size_t
search(struct zt_flow *flow, const uint8_t *data, size_t n, uint32_t seq)
{
	struct zt_direction *dir = flow->dir;
	struct zt_reassembly *shared = flow->shared;
	struct zt_framing_hint hint = zt_cut_hint(flow);
	uint32_t kept = dir->body.bytes;
	const uint8_t *from = data;
	size_t used = n;
	enum zt_framing verdict;

	if (kept > 0) {
		if (used > ZT_FRAME_MAX)
			used = ZT_FRAME_MAX;
		zt_chain_copy(&shared->pool, &dir->body, shared->work, kept);
		memcpy(shared->work + kept, data, used);
		zt_chain_clear(&shared->pool, &dir->body);
		from = shared->work;
	}
	size_t len = kept + used;
	size_t at = zt_framing_search(from, len, &hint, false, &verdict);
	if (verdict == ZT_FRAMING_MORE)
		(void)zt_chain_append(&shared->pool, &dir->body, from + at, len - at);
	if (verdict != ZT_FRAMING_YES)
		return used;
	dir->state = ZT_DIRECTION_SYNCED;
	dir->unsure = ZT_CUT_UNSURE;
	if (kept == 0)
		return at;
	cut(flow, from + at, len - at, seq - kept + (uint32_t)at);
	return used;
}

/** Cut n bytes whose first has the sequence number seq. */
static void
cut(struct zt_flow *flow, const uint8_t *data, size_t n, uint32_t seq)
{
	struct zt_direction *dir = flow->dir;

	while (n > 0) {
		size_t used;
		if (dir->skip > 0) {
			used = dir->skip < n ? dir->skip : n;
			dir->skip -= (uint32_t)used;
		} else if (dir->state == ZT_DIRECTION_SEARCHING) {
			used = search(flow, data, n, seq);
		} else if (dir->prefix_len == 0) {
			used = cut_first(flow, data, n, seq);
		} else {
			used = cut_next(flow, data, n);
		}
		data += used;
		n -= used;
		seq += (uint32_t)used;
	}
}

void
zt_cut_feed(struct zt_flow *flow, const uint8_t *data, size_t n)
{
	struct zt_direction *dir = flow->dir;
	uint32_t seq = dir->next;

	if (n == 0)
		return;
	struct zt_history *history = zt_flow_history(flow);
	if (history == NULL) {
		dir->history = zt_history_claim(
		    &flow->shared->histories, zt_flow_owner(flow), seq);
		history = zt_flow_history(flow);
	}
	if (history != NULL)
		zt_history_append(history, data, n);
	dir->next += (uint32_t)n;
	dir->last_ns = flow->ts_ns;
	bool has_second = zt_second_is_on(dir);
	cut(flow, data, n, seq);
	if (has_second)
		zt_second_feed(flow, data, n, seq);
}

/** Nothing before dir->next can be compared any more. */
static void
forget(struct zt_flow *flow)
{
	struct zt_history *history = zt_flow_history(flow);

	if (history == NULL)
		return;
	history->lo = flow->dir->next;
	history->hi = flow->dir->next;
	history->start_known = false;
}

void
zt_cut_gap(struct zt_flow *flow, uint32_t n)
{
	struct zt_direction *dir = flow->dir;
	bool is_inside = dir->state == ZT_DIRECTION_SYNCED &&
			 (dir->skip > 0 || dir->prefix_len == 2);
	uint32_t left = dir->skip > 0 ? dir->skip : dir->announced - dir->body.bytes;

	give_up(flow);
	zt_second_end(flow);
	dir->gap_bytes += n;
	dir->next += n;
	zt_count(&flow->shared->stats->tcp_gap_bytes, n);
	zt_flow_count(flow, ZT_R_TCP_GAP);
	flow->shared->handler.gap(
	    flow->shared->handler.arg, flow->stream->id, flow->path, n, flow->ts_ns);
	lose_framing(flow);
	forget(flow);
	if (!is_inside || n > left)
		return;
	/* The hole ends inside the message: the prefix says where the next one begins.
	 */
	dir->state = ZT_DIRECTION_SYNCED;
	dir->skip = left - n;
}

void
zt_cut_apart(struct zt_flow *flow, const uint8_t *data, size_t n, bool alternate)
{
	while (n >= 2) {
		uint32_t len = read_u16(data);
		if (len > n - 2)
			break;
		deliver(flow, data + 2, len, len, alternate);
		data += 2 + len;
		n -= 2 + len;
	}
}

void
zt_cut_bare(struct zt_flow *flow, const uint8_t *message, uint32_t len)
{
	deliver(flow, message, len, len, false);
}

void
zt_cut_alternate(
    struct zt_flow *flow, const uint8_t *message, uint32_t len, uint32_t announced)
{
	deliver(flow, message, len, announced, true);
}

bool
zt_cut_is_boundary(const struct zt_flow *flow, uint32_t seq)
{
	const struct zt_direction *dir = flow->dir;
	const struct zt_history *history = zt_flow_history(flow);
	uint32_t begin;

	if (seq == dir->next)
		return dir->state == ZT_DIRECTION_SYNCED && dir->prefix_len == 0 &&
		       dir->skip == 0;
	return history != NULL && zt_history_message_at(history, seq, &begin) &&
	       begin == seq;
}

void
zt_cut_overdue(struct zt_flow *flow)
{
	struct zt_direction *dir = flow->dir;

	if (!dir->is_astray)
		zt_second_end(flow);
	if (dir->state != ZT_DIRECTION_SYNCED || dir->prefix_len < 2)
		return;
	uint32_t left = dir->announced - dir->body.bytes;
	give_up(flow);
	dir->skip = left;
}

void
zt_cut_end(struct zt_flow *flow)
{
	struct zt_direction *dir = flow->dir;
	struct zt_reassembly *shared = flow->shared;

	if (dir->state == ZT_DIRECTION_SEARCHING && dir->body.bytes > 0) {
		struct zt_framing_hint hint = zt_cut_hint(flow);
		enum zt_framing verdict;
		size_t len = zt_chain_copy(
		    &shared->pool, &dir->body, shared->work, ZT_FRAME_MAX);
		zt_chain_clear(&shared->pool, &dir->body);
		size_t at = zt_framing_search(shared->work, len, &hint, true, &verdict);
		if (verdict == ZT_FRAMING_YES) {
			dir->state = ZT_DIRECTION_SYNCED;
			cut(flow, shared->work + at, len - at,
			    dir->next - (uint32_t)(len - at));
		}
	}
	zt_cut_overdue(flow);
	give_up(flow);
	zt_second_end(flow);
}
