#include "tcp.h"

#include <stdlib.h>
#include <string.h>

#include "cutter.h"
#include "tcp_priv.h"

/** A quarter of the budget is for what retransmissions are compared with. */
#define HISTORY_SHARE 4
/** Less than this does not hold one stream at its limits. */
#define BUFFER_BYTES_MIN (1u << 20)
/** Smallest and largest table. */
#define STREAMS_MIN 64
#define STREAMS_MAX 1048576

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

/** The ports are used by another connection now. */
static void
give_up_for_new(struct zt_tcp *tcp, struct zt_stream *stream, uint64_t ts_ns)
{
	zt__tcp_finish_as_it_stands(tcp, stream, ZT_TCP_END_REUSED, ts_ns);
	zt__tcp_release(tcp, stream);
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
		give_up_for_new(tcp, stream, segment->ts_ns);
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

	if (dir->state == ZT_DIRECTION_NEW)
		dir->path = *flow->path;
	if (is_over)
		zt__tcp_name_stream(tcp, stream);
	zt__tcp_reserve(tcp, stream, n, segment->ts_ns);
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
		zt__tcp_set_life(tcp, stream, stream->is_closing, segment->ts_ns);
	zt__tcp_set_waiting(
	    tcp, stream, progress && dir->prefix_len == 0, segment->ts_ns);
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
	zt__tcp_set_life(tcp, stream, true, segment->ts_ns);
}

/** Both sides have closed and all their data was read: no need to linger. */
static void
end_when_closed(struct zt_tcp *tcp, struct zt_stream *stream, uint64_t ts_ns)
{
	if (stream->id == 0 || !stream->is_closing || !has_closed(&stream->dir[0]) ||
	    !has_closed(&stream->dir[1]))
		return;
	zt__tcp_finish(tcp, stream, (enum zt_tcp_end)stream->end_why, stream->end_ns);
	zt__tcp_set_life(tcp, stream, false, ts_ns);
}

/** Data that belongs to the stream.  A RST may carry a text that explains it (RFC 9293
 *  section 3.5.3); only whole messages are read from one. */
static bool
is_stream_data(const struct zt_flow *flow, const struct zt_datagram *segment)
{
	struct zt_framing_hint hint = zt_cut_hint(flow);

	return (segment->tcp_flags & ZT_TCP_RST) == 0 ||
	       zt_framing_fills(segment->payload, segment->payload_len, &hint);
}

/**
 * The stream of a segment.
 *
 * @return NULL when there is none and the segment, having no data, begins none.
 */
static struct zt_stream *
stream_of(struct zt_tcp *tcp, const struct zt_datagram *segment,
    const struct zt_stream_key *key, uint64_t hash, unsigned from)
{
	uint32_t index = zt_stream_table_find(&tcp->table, key, hash);
	bool is_syn = (segment->tcp_flags & ZT_TCP_SYN) != 0;

	if (index != ZT_NO_STREAM) {
		struct zt_stream *stream = &tcp->table.streams[index];
		struct zt_flow flow =
		    zt__tcp_flow_of(tcp, stream, from, segment->ts_ns);
		flow.path = &segment->path;
		if (is_syn && !take_syn(tcp, &flow, hash, segment))
			index = ZT_NO_STREAM;
		else if (segment->payload_len == 0 || !stream->is_doubted ||
			 !is_of_new_connection(tcp, &flow, hash, data_seq(segment)))
			return stream;
		else
			give_up_for_new(tcp, stream, segment->ts_ns);
	} else if (is_syn) {
		zt_syn_notes_put(&tcp->notes, hash, from, segment->seq);
	}
	if (segment->payload_len == 0)
		return NULL;
	return zt__tcp_begin_stream(tcp, key, hash, segment->ts_ns);
}

enum zt_reject
zt_tcp_segment(struct zt_tcp *tcp, const struct zt_datagram *segment)
{
	struct zt_stream_key key;
	unsigned from = zt_stream_key_of(&segment->path, &key);
	uint64_t hash = zt_stream_key_hash(&tcp->key, &key);
	struct zt_stream *stream = stream_of(tcp, segment, &key, hash, from);
	bool has_data = segment->payload_len > 0;

	if (stream == NULL)
		return ZT_R_NO_PAYLOAD;
	struct zt_flow flow = zt__tcp_flow_of(tcp, stream, from, segment->ts_ns);
	struct zt_flow back = zt__tcp_flow_of(tcp, stream, 1 - from, segment->ts_ns);
	flow.path = &segment->path;
	flow.dir->seen = true;
	if ((segment->tcp_flags & ZT_TCP_ACK) != 0)
		zt_order_ack(&back, segment->ack);
	if (has_data && is_stream_data(&flow, segment))
		take_data(tcp, &flow, segment);
	else if (!has_data && segment->payload_wire_len > 0 && stream->id != 0)
		zt_order_cut_off(&flow, data_seq(segment), segment->payload_wire_len);
	if ((segment->tcp_flags & (ZT_TCP_FIN | ZT_TCP_RST)) != 0)
		take_end(tcp, &flow, segment);
	end_when_closed(tcp, stream, segment->ts_ns);
	return has_data ? ZT_ACCEPT : ZT_R_NO_PAYLOAD;
}
