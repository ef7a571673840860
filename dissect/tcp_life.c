#include "tcp_priv.h"

/** Quiet time after a FIN or RST before the stream is over: a forged one is followed by
 *  data, a real one is not. */
#define LINGER_NS UINT64_C(2000000000)
/** How often a stream that holds something is looked at. */
#define WAIT_NS UINT64_C(1000000000)
/** Streams looked at by one call to expire. */
#define EXPIRE_MAX 64

static uint32_t
index_of(const struct zt_tcp *tcp, const struct zt_stream *stream)
{
	return (uint32_t)(stream - tcp->table.streams);
}

struct zt_flow
zt__tcp_flow_of(
    struct zt_tcp *tcp, struct zt_stream *stream, unsigned from, uint64_t ts_ns)
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

void
zt__tcp_set_life(
    struct zt_tcp *tcp, struct zt_stream *stream, bool is_closing, uint64_t ts_ns)
{
	zt_stream_list_remove(life_list(tcp, stream), index_of(tcp, stream));
	stream->is_closing = is_closing;
	stream->life_ns = ts_ns;
	zt_stream_list_add(life_list(tcp, stream), index_of(tcp, stream));
}

void
zt__tcp_set_waiting(
    struct zt_tcp *tcp, struct zt_stream *stream, bool progress, uint64_t ts_ns)
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

void
zt__tcp_finish(
    struct zt_tcp *tcp, struct zt_stream *stream, enum zt_tcp_end why, uint64_t ts_ns)
{
	if (stream->id == 0)
		return;
	for (unsigned from = 0; from < 2; from++) {
		struct zt_flow flow =
		    zt__tcp_flow_of(tcp, stream, from, stream->dir[from].last_ns);
		zt_order_end(&flow);
	}
	tcp->shared.handler.end(tcp->shared.handler.arg, stream->id, why, ts_ns);
	stream->id = 0;
	stream->has_spoken = false;
	zt__tcp_set_waiting(tcp, stream, false, ts_ns);
}

void
zt__tcp_finish_as_it_stands(
    struct zt_tcp *tcp, struct zt_stream *stream, enum zt_tcp_end why, uint64_t ts_ns)
{
	if (stream->is_closing)
		zt__tcp_finish(
		    tcp, stream, (enum zt_tcp_end)stream->end_why, stream->end_ns);
	else
		zt__tcp_finish(tcp, stream, why, ts_ns);
}

void
zt__tcp_release(struct zt_tcp *tcp, struct zt_stream *stream)
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
	zt__tcp_finish_as_it_stands(tcp, stream, ZT_TCP_END_EVICTED, ts_ns);
	zt__tcp_release(tcp, stream);
}

void
zt__tcp_reserve(
    struct zt_tcp *tcp, const struct zt_stream *stream, size_t n, uint64_t ts_ns)
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

void
zt__tcp_name_stream(struct zt_tcp *tcp, struct zt_stream *stream)
{
	stream->id = ++tcp->last_id;
	stream->has_spoken = false;
}

struct zt_stream *
zt__tcp_begin_stream(
    struct zt_tcp *tcp, const struct zt_stream_key *key, uint64_t hash, uint64_t ts_ns)
{
	uint32_t index = zt_stream_table_place(&tcp->table, hash);

	if (tcp->table.tags[index] != 0)
		evict(tcp, &tcp->table.streams[index], ts_ns);
	struct zt_stream *stream = zt_stream_table_take(&tcp->table, index, key, hash);
	zt__tcp_name_stream(tcp, stream);
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
			    zt__tcp_flow_of(tcp, &streams[waiting], from, now_ns);
			zt_order_check(&flow);
		}
		zt__tcp_set_waiting(tcp, &streams[waiting], true, now_ns);
		return true;
	}
	if (closing != ZT_NO_STREAM &&
	    is_due(streams[closing].life_ns, LINGER_NS, now_ns)) {
		struct zt_stream *stream = &streams[closing];
		zt__tcp_finish_as_it_stands(tcp, stream, ZT_TCP_END_FIN, now_ns);
		zt__tcp_set_life(tcp, stream, false, now_ns);
		return true;
	}
	if (active != ZT_NO_STREAM &&
	    is_due(streams[active].life_ns, tcp->idle_ns, now_ns)) {
		struct zt_stream *stream = &streams[active];
		zt__tcp_finish(
		    tcp, stream, ZT_TCP_END_IDLE, stream->life_ns + tcp->idle_ns);
		zt__tcp_release(tcp, stream);
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
			zt__tcp_finish_as_it_stands(
			    tcp, stream, ZT_TCP_END_FLUSH, now_ns);
			zt__tcp_release(tcp, stream);
		}
	}
}
