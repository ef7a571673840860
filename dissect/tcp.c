#include "tcp.h"

#include <stdlib.h>
#include <string.h>

#include "cutter.h"
#include "order.h"
#include "stream_table.h"
#include "syn_notes.h"

/** Quiet time after a FIN or RST before the stream is over: a forged one is followed by
 *  data, a real one is not. */
#define LINGER_NS UINT64_C(2000000000)
/** How often a stream that holds something is looked at. */
#define WAIT_NS UINT64_C(1000000000)
/** Streams looked at by one call to expire. */
#define EXPIRE_MAX 64
/** A quarter of the budget is for what retransmissions are compared with. */
#define HISTORY_SHARE 4
/** Less than this would not hold one stream. */
#define BUFFER_BYTES_MIN (1u << 20)
/** Smallest and largest table. */
#define STREAMS_MIN 64
#define STREAMS_MAX 1048576

struct zt_tcp {
	struct zt_reassembly shared;
	struct zt_stream_table table;
	struct zt_syn_notes notes;
	struct zt_stream_list active;  /**< By their last new data. */
	struct zt_stream_list closing; /**< By FIN, RST or data after that. */
	struct zt_stream_list waiting; /**< Hold blocks; by their last progress. */
	struct zt_hash_key key;
	uint64_t idle_ns;
	uint64_t last_id;
};

struct zt_tcp *
zt_tcp_new(const struct zt_tcp_options *options, const struct zt_tcp_handler *handler,
    struct zt_dissect_stats *stats)
{
	struct zt_tcp *tcp = calloc(1, sizeof(*tcp));
	size_t streams = options->max_streams;
	size_t bytes = options->buffer_bytes;

	if (tcp == NULL)
		return NULL;
	if (streams < STREAMS_MIN)
		streams = STREAMS_MIN;
	if (streams > STREAMS_MAX)
		streams = STREAMS_MAX;
	if (bytes < BUFFER_BYTES_MIN)
		bytes = BUFFER_BYTES_MIN;
	size_t history = bytes / HISTORY_SHARE;
	tcp->shared.handler = *handler;
	tcp->shared.stats = stats;
	tcp->key = options->key;
	tcp->idle_ns = options->idle_ns;
	tcp->shared.message = malloc(ZT_FRAME_MAX);
	tcp->shared.work = malloc(2 * ZT_FRAME_MAX);
	if (tcp->shared.message == NULL || tcp->shared.work == NULL ||
	    !zt_stream_table_init(&tcp->table, streams) ||
	    !zt_syn_notes_init(&tcp->notes, streams) ||
	    !zt_histories_init(
		&tcp->shared.histories, history / sizeof(struct zt_history)) ||
	    !zt_block_pool_init(
		&tcp->shared.pool, (bytes - history) / sizeof(struct zt_block))) {
		zt_tcp_free(&tcp);
		return NULL;
	}
	zt_stream_list_init(&tcp->active, tcp->table.streams, ZT_STREAM_LIFE);
	zt_stream_list_init(&tcp->closing, tcp->table.streams, ZT_STREAM_LIFE);
	zt_stream_list_init(&tcp->waiting, tcp->table.streams, ZT_STREAM_WAIT);
	return tcp;
}

void
zt_tcp_free(struct zt_tcp **tcp)
{
	struct zt_tcp *t = *tcp;

	if (t == NULL)
		return;
	zt_stream_table_fini(&t->table);
	zt_syn_notes_fini(&t->notes);
	zt_histories_fini(&t->shared.histories);
	zt_block_pool_fini(&t->shared.pool);
	free(t->shared.message);
	free(t->shared.work);
	free(t);
	*tcp = NULL;
}

static uint32_t
index_of(const struct zt_tcp *tcp, const struct zt_stream *stream)
{
	return (uint32_t)(stream - tcp->table.streams);
}

/** Work on one direction without a segment. */
static struct zt_flow
flow_of(struct zt_tcp *tcp, struct zt_stream *stream, unsigned from, uint64_t ts_ns)
{
	struct zt_flow flow = {
		.shared = &tcp->shared,
		.stream = stream,
		.dir = &stream->dir[from],
		.peer = &stream->dir[1 - from],
		.path = &stream->dir[from].path,
		.ts_ns = ts_ns,
	};
	return flow;
}

/** The list that the stream's life link is in. */
static struct zt_stream_list *
life_list(struct zt_tcp *tcp, const struct zt_stream *stream)
{
	return stream->is_closing ? &tcp->closing : &tcp->active;
}

/** Put the stream last into the list of its kind. */
static void
set_life(struct zt_tcp *tcp, struct zt_stream *stream, bool is_closing, uint64_t ts_ns)
{
	zt_stream_list_remove(life_list(tcp, stream), index_of(tcp, stream));
	stream->is_closing = is_closing;
	stream->life_ns = ts_ns;
	zt_stream_list_add(life_list(tcp, stream), index_of(tcp, stream));
}

/** Keep the stream in or out of the waiting list; progress puts it last. */
static void
set_waiting(struct zt_tcp *tcp, struct zt_stream *stream, bool progress, uint64_t ts_ns)
{
	uint32_t index = index_of(tcp, stream);
	bool is_waiting = zt_order_is_waiting(&stream->dir[0]) ||
			  zt_order_is_waiting(&stream->dir[1]);

	if (stream->is_waiting && (progress || !is_waiting)) {
		zt_stream_list_remove(&tcp->waiting, index);
		stream->is_waiting = false;
	}
	if (is_waiting && !stream->is_waiting) {
		zt_stream_list_add(&tcp->waiting, index);
		stream->is_waiting = true;
		stream->wait_ns = ts_ns;
	}
}

/** The stream is over: hand over what is left and say so.  The slot stays, so that
 *  retransmissions that still come are known for what they are. */
static void
finish(
    struct zt_tcp *tcp, struct zt_stream *stream, enum zt_tcp_end why, uint64_t ts_ns)
{
	if (stream->id == 0)
		return;
	for (unsigned from = 0; from < 2; from++) {
		struct zt_flow flow =
		    flow_of(tcp, stream, from, stream->dir[from].last_ns);
		zt_order_end(&flow);
	}
	tcp->shared.handler.end(tcp->shared.handler.arg, stream->id, why, ts_ns);
	stream->id = 0;
	stream->has_spoken = false;
	set_waiting(tcp, stream, false, ts_ns);
}

/** Finish with the reason that the stream has itself, if any. */
static void
finish_as_it_stands(
    struct zt_tcp *tcp, struct zt_stream *stream, enum zt_tcp_end why, uint64_t ts_ns)
{
	if (stream->is_closing)
		finish(tcp, stream, (enum zt_tcp_end)stream->end_why, stream->end_ns);
	else
		finish(tcp, stream, why, ts_ns);
}

/** Free the slot of a finished stream. */
static void
release(struct zt_tcp *tcp, struct zt_stream *stream)
{
	uint32_t index = index_of(tcp, stream);

	zt_stream_list_remove(life_list(tcp, stream), index);
	zt_stream_table_give(&tcp->table, index);
}

static void
evict(struct zt_tcp *tcp, struct zt_stream *stream, uint64_t ts_ns)
{
	if (stream->id != 0 && !stream->is_closing)
		zt_count(&tcp->shared.stats->outcomes[ZT_R_FLOW_EVICTED], 1);
	finish_as_it_stands(tcp, stream, ZT_TCP_END_EVICTED, ts_ns);
	release(tcp, stream);
}

/** Have blocks for n more bytes of this stream, at the cost of those that wait longest.
 */
static void
reserve(struct zt_tcp *tcp, const struct zt_stream *stream, size_t n, uint64_t ts_ns)
{
	/* The bytes may be stored twice (second version), each time with a partly used
	 * block at both ends. */
	size_t need = 2 * (n / ZT_BLOCK_BYTES) + 6;

	while (tcp->shared.pool.n_free < need) {
		uint32_t index = tcp->waiting.oldest;
		if (index != ZT_NO_STREAM && &tcp->table.streams[index] == stream)
			index = stream->link[ZT_STREAM_WAIT].newer;
		if (index == ZT_NO_STREAM)
			break;
		evict(tcp, &tcp->table.streams[index], ts_ns);
	}
}

static void
name_stream(struct zt_tcp *tcp, struct zt_stream *stream)
{
	stream->id = ++tcp->last_id;
	stream->has_spoken = false;
}

/** A new stream for these endpoints. */
static struct zt_stream *
begin_stream(
    struct zt_tcp *tcp, const struct zt_stream_key *key, uint64_t hash, uint64_t ts_ns)
{
	uint32_t index = zt_stream_table_place(&tcp->table, hash);

	if (tcp->table.tags[index] != 0)
		evict(tcp, &tcp->table.streams[index], ts_ns);
	struct zt_stream *stream = zt_stream_table_take(&tcp->table, index, key, hash);
	name_stream(tcp, stream);
	zt_count(&tcp->shared.stats->tcp_streams, 1);
	stream->serial = stream->id;
	stream->life_ns = ts_ns;
	zt_stream_list_add(&tcp->active, index);
	struct zt_syn_note *note = zt_syn_notes_get(&tcp->notes, hash);
	if (note == NULL)
		return stream;
	for (unsigned from = 0; from < 2; from++) {
		stream->dir[from].isn = note->isn[from];
		stream->dir[from].isn_known = note->is_known[from];
		stream->dir[from].seen = note->is_known[from];
	}
	/* Used up: the same ports may be picked up again without a SYN. */
	note->tag = 0;
	return stream;
}

/** A SYN on a stream that is known; @return false when the stream is over by it. */
static bool
take_syn(struct zt_tcp *tcp, struct zt_flow *flow, uint64_t hash,
    const struct zt_datagram *segment)
{
	struct zt_stream *stream = flow->stream;
	unsigned from = flow->dir == &stream->dir[1];
	struct zt_syn_note *note = zt_syn_notes_get(&tcp->notes, hash);

	if (stream->id != 0 && zt_order_syn(flow, segment->seq))
		return true;
	if (stream->id == 0 && flow->dir->isn_known && flow->dir->isn == segment->seq)
		return true;
	bool is_answer = (segment->tcp_flags & ZT_TCP_ACK) != 0 && stream->is_doubted &&
			 note != NULL && note->is_known[1 - from] &&
			 segment->ack == note->isn[1 - from] + 1;
	zt_syn_notes_put(&tcp->notes, hash, from, segment->seq);
	if (is_answer || stream->is_closing || stream->id == 0) {
		finish_as_it_stands(tcp, stream, ZT_TCP_END_REUSED, segment->ts_ns);
		release(tcp, stream);
		return false;
	}
	/* It may be forged: data decides. */
	stream->is_doubted = true;
	return true;
}

/** Data on a stream of which another SYN was seen: does it follow that SYN? */
static bool
is_of_new_connection(
    const struct zt_tcp *tcp, const struct zt_flow *flow, uint64_t hash, uint32_t seq)
{
	const struct zt_syn_note *note = zt_syn_notes_get(&tcp->notes, hash);
	unsigned from = flow->dir == &flow->stream->dir[1];

	if (note == NULL || !note->is_known[from] || seq == flow->dir->next)
		return false;
	int32_t behind = zt_seq_diff(seq, note->isn[from] + 1);
	int32_t ahead = zt_seq_diff(seq, flow->dir->next);
	if (behind == 0)
		return true;
	bool fits_old = flow->dir->state != ZT_DIRECTION_NEW &&
			ahead > -ZT_ORDER_BEHIND && ahead < ZT_ORDER_BEHIND;
	return behind > 0 && behind <= ZT_ORDER_START && !fits_old;
}

/** The first sequence number of the data. */
static uint32_t
data_seq(const struct zt_datagram *segment)
{
	return segment->seq + ((segment->tcp_flags & ZT_TCP_SYN) != 0);
}

static void
take_data(struct zt_tcp *tcp, struct zt_flow *flow, const struct zt_datagram *segment)
{
	struct zt_stream *stream = flow->stream;
	struct zt_direction *dir = flow->dir;
	uint32_t seq = data_seq(segment);
	uint32_t n = segment->payload_len;
	uint64_t gap_bytes = dir->gap_bytes;
	uint32_t next = dir->next;
	bool is_over = stream->id == 0;

	if (is_over)
		name_stream(tcp, stream);
	reserve(tcp, stream, n, segment->ts_ns);
	zt_order_data(flow, seq, segment->payload, n);
	if (segment->payload_wire_len > n)
		zt_order_cut_off(flow, seq + n, segment->payload_wire_len - n);
	if (zt_order_is_waiting(dir))
		dir->path = *flow->path;
	bool progress = dir->next != next || dir->gap_bytes != gap_bytes;
	/* Data behind a FIN: it was forged. */
	if (dir->fin_known && zt_seq_before(dir->fin_seq, dir->next))
		dir->fin_known = false;
	if (is_over && !stream->has_spoken && !zt_order_is_waiting(dir) && !progress) {
		/* Only what was known already. */
		stream->id = 0;
		tcp->last_id--;
	} else if (is_over) {
		zt_count(&tcp->shared.stats->tcp_streams, 1);
	}
	if (progress || is_over)
		set_life(tcp, stream, stream->is_closing, segment->ts_ns);
	set_waiting(tcp, stream, progress && dir->prefix_len == 0, segment->ts_ns);
}

/** Is a FIN or RST with this number believable? */
static bool
fits(const struct zt_direction *dir, uint32_t seq)
{
	if (dir->state == ZT_DIRECTION_NEW && dir->isn_known)
		return seq - dir->isn <= ZT_ORDER_START;
	if (dir->state < ZT_DIRECTION_SEARCHING)
		return true;
	int32_t ahead = zt_seq_diff(seq, dir->next);
	return ahead >= -ZT_ORDER_BEHIND && ahead <= ZT_ORDER_AHEAD;
}

static bool
has_closed(const struct zt_direction *dir)
{
	return dir->fin_known &&
	       (dir->state == ZT_DIRECTION_NEW || dir->next == dir->fin_seq);
}

/** FIN and RST. */
static void
take_end(struct zt_tcp *tcp, struct zt_flow *flow, const struct zt_datagram *segment)
{
	struct zt_stream *stream = flow->stream;
	uint32_t seq = data_seq(segment) + segment->payload_wire_len;
	bool is_reset = (segment->tcp_flags & ZT_TCP_RST) != 0;

	if (stream->id == 0)
		return;
	if (!fits(flow->dir, seq)) {
		zt_count(&tcp->shared.stats->outcomes[ZT_R_TCP_STALE], 1);
		return;
	}
	if (!is_reset) {
		flow->dir->fin_seq = seq;
		flow->dir->fin_known = true;
	}
	if (!stream->is_closing || stream->end_why != ZT_TCP_END_RST) {
		stream->end_why = is_reset ? ZT_TCP_END_RST : ZT_TCP_END_FIN;
		stream->end_ns = segment->ts_ns;
	}
	set_life(tcp, stream, true, segment->ts_ns);
}

/** Both sides have closed and all their data was read: no need to linger. */
static void
end_when_closed(struct zt_tcp *tcp, struct zt_stream *stream, uint64_t ts_ns)
{
	if (stream->id == 0 || !stream->is_closing || !has_closed(&stream->dir[0]) ||
	    !has_closed(&stream->dir[1]))
		return;
	finish(tcp, stream, (enum zt_tcp_end)stream->end_why, stream->end_ns);
	set_life(tcp, stream, false, ts_ns);
}

/** Data that belongs to the stream.  A RST may carry a text that explains it (RFC 9293
 *  section 3.10.7.4); only whole messages are read from one. */
static bool
is_stream_data(const struct zt_flow *flow, const struct zt_datagram *segment)
{
	struct zt_framing_hint hint = zt_cut_hint(flow);

	return (segment->tcp_flags & ZT_TCP_RST) == 0 ||
	       zt_framing_fills(segment->payload, segment->payload_len, &hint);
}

enum zt_reject
zt_tcp_segment(struct zt_tcp *tcp, const struct zt_datagram *segment)
{
	struct zt_stream_key key;
	unsigned from = zt_stream_key_of(&segment->path, &key);
	uint64_t hash = zt_hash(&tcp->key, &key, sizeof(key));
	uint32_t index = zt_stream_table_find(&tcp->table, &key, hash);
	bool is_syn = (segment->tcp_flags & ZT_TCP_SYN) != 0;
	bool has_data = segment->payload_len > 0;
	struct zt_flow flow;

	if (index != ZT_NO_STREAM) {
		flow = flow_of(tcp, &tcp->table.streams[index], from, segment->ts_ns);
		flow.path = &segment->path;
		flow.dir->seen = true;
		if (is_syn && !take_syn(tcp, &flow, hash, segment))
			index = ZT_NO_STREAM;
	} else if (is_syn) {
		zt_syn_notes_put(&tcp->notes, hash, from, segment->seq);
	}
	if (index != ZT_NO_STREAM && has_data && flow.stream->is_doubted &&
	    is_of_new_connection(tcp, &flow, hash, data_seq(segment))) {
		finish_as_it_stands(
		    tcp, flow.stream, ZT_TCP_END_REUSED, segment->ts_ns);
		release(tcp, flow.stream);
		index = ZT_NO_STREAM;
	}
	if (index == ZT_NO_STREAM) {
		if (!has_data)
			return ZT_R_NO_PAYLOAD;
		struct zt_stream *stream =
		    begin_stream(tcp, &key, hash, segment->ts_ns);
		flow = flow_of(tcp, stream, from, segment->ts_ns);
		flow.path = &segment->path;
		flow.dir->seen = true;
	}
	if ((segment->tcp_flags & ZT_TCP_ACK) != 0) {
		struct zt_flow back =
		    flow_of(tcp, flow.stream, 1 - from, segment->ts_ns);
		zt_order_ack(&back, segment->ack);
	}
	if (has_data && is_stream_data(&flow, segment))
		take_data(tcp, &flow, segment);
	else if (!has_data && segment->payload_wire_len > 0 && flow.stream->id != 0)
		zt_order_cut_off(&flow, data_seq(segment), segment->payload_wire_len);
	if ((segment->tcp_flags & (ZT_TCP_FIN | ZT_TCP_RST)) != 0)
		take_end(tcp, &flow, segment);
	end_when_closed(tcp, flow.stream, segment->ts_ns);
	return has_data ? ZT_ACCEPT : ZT_R_NO_PAYLOAD;
}

static bool
is_due(uint64_t since_ns, uint64_t span_ns, uint64_t now_ns)
{
	return now_ns >= since_ns && now_ns - since_ns >= span_ns;
}

/** The oldest stream of each list whose time has come; @return false: none. */
static bool
expire_one(struct zt_tcp *tcp, uint64_t now_ns)
{
	struct zt_stream *streams = tcp->table.streams;
	uint32_t waiting = tcp->waiting.oldest;
	uint32_t closing = tcp->closing.oldest;
	uint32_t active = tcp->active.oldest;

	if (waiting != ZT_NO_STREAM &&
	    is_due(streams[waiting].wait_ns, WAIT_NS, now_ns)) {
		for (unsigned from = 0; from < 2; from++) {
			struct zt_flow flow =
			    flow_of(tcp, &streams[waiting], from, now_ns);
			zt_order_check(&flow);
		}
		set_waiting(tcp, &streams[waiting], true, now_ns);
		return true;
	}
	if (closing != ZT_NO_STREAM &&
	    is_due(streams[closing].life_ns, LINGER_NS, now_ns)) {
		struct zt_stream *stream = &streams[closing];
		finish_as_it_stands(tcp, stream, ZT_TCP_END_FIN, now_ns);
		set_life(tcp, stream, false, now_ns);
		return true;
	}
	if (active != ZT_NO_STREAM &&
	    is_due(streams[active].life_ns, tcp->idle_ns, now_ns)) {
		struct zt_stream *stream = &streams[active];
		finish(tcp, stream, ZT_TCP_END_IDLE, stream->life_ns + tcp->idle_ns);
		release(tcp, stream);
		return true;
	}
	return false;
}

void
zt_tcp_expire(struct zt_tcp *tcp, uint64_t now_ns)
{
	for (unsigned i = 0; i < EXPIRE_MAX; i++) {
		if (!expire_one(tcp, now_ns))
			break;
	}
}

void
zt_tcp_flush(struct zt_tcp *tcp, uint64_t now_ns)
{
	struct zt_stream_list *lists[] = { &tcp->closing, &tcp->active };

	for (unsigned i = 0; i < 2; i++) {
		while (lists[i]->oldest != ZT_NO_STREAM) {
			struct zt_stream *stream =
			    &tcp->table.streams[lists[i]->oldest];
			finish_as_it_stands(tcp, stream, ZT_TCP_END_FLUSH, now_ns);
			release(tcp, stream);
		}
	}
}
