/*
 * TCP reassembly.  The first byte says what the rest is:
 *
 *   even  recipe: pieces of a known conversation of 7,000 bytes in any order, doubled
 * and overlapping; then the rest of it in order.  The messages must be the same. Four
 * bytes a piece: side and length, length, offset. odd   raw: any segments with any
 * flags, numbers and times.  Nothing may break, and every stream must end once. Eight
 * bytes a segment: flags, side and time, number, acknowledgement, length; the data
 * follows.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/cursor.h"
#include "dissect/tcp.h"
#include "target.h"

#define N_MESSAGES 12
#define STREAM_MAX 8192
/** Fewer pieces than holes that may be held, so that nothing need be given up. */
#define PIECES_MAX 30

/** One side of the known conversation. */
struct side {
	uint8_t bytes[STREAM_MAX];
	uint32_t len;
	uint32_t starts[N_MESSAGES + 1];
	unsigned next; /**< Message expected next. */
};

struct run {
	struct zt_tcp *tcp;
	struct side side[2];
	struct zt_path path[2];
	struct zt_dissect_stats stats;
	uint64_t now_ns;
	uint64_t n_ends;
	bool is_raw;
};

static void
stop_unless(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_tcp: %s\n", what);
	abort();
}

static void
put_u16(uint8_t *p, unsigned value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

/** Messages of 12 to 2,500 bytes; headers such as a search would believe. */
static void
build(struct side *side, unsigned qr)
{
	static const uint16_t sizes[N_MESSAGES] = { 30, 12, 600, 41, 2500, 13, 17, 1460,
		1000, 12, 33, 1200 };

	side->len = 0;
	for (unsigned i = 0; i < N_MESSAGES; i++) {
		uint8_t *p = side->bytes + side->len;
		unsigned len = qr ? sizes[i] : 20u + i;
		side->starts[i] = side->len;
		for (unsigned k = 0; k < len; k++)
			p[2 + k] = (uint8_t)(k * 31 + i);
		put_u16(p, len);
		put_u16(p + 2, 0x7000 + i);
		put_u16(p + 4, qr << 15);
		side->len += 2 + len;
	}
	side->starts[N_MESSAGES] = side->len;
}

static void
on_message(void *arg, const struct zt_tcp_message *m)
{
	struct run *run = arg;
	struct side *side = &run->side[m->path->src_port == 53];
	volatile uint8_t last;

	stop_unless(m->stream_id != 0, "no id");
	stop_unless(m->len <= m->announced_len, "longer than announced");
	if (m->len > 0)
		last = m->data[m->len - 1];
	(void)last;
	if (run->is_raw)
		return;
	stop_unless(!m->alternate && !m->partial, "alternate or partial");
	stop_unless(side->next < N_MESSAGES, "too many messages");
	uint32_t at = side->starts[side->next] + 2;
	stop_unless(m->len == side->starts[side->next + 1] - at, "length");
	stop_unless(memcmp(m->data, side->bytes + at, m->len) == 0, "content");
	side->next++;
}

static void
on_gap(void *arg, uint64_t stream_id, const struct zt_path *path, uint64_t bytes,
    uint64_t ts_ns)
{
	const struct run *run = arg;

	(void)path;
	(void)bytes;
	(void)ts_ns;
	stop_unless(stream_id != 0, "gap without id");
	stop_unless(run->is_raw, "gap");
}

static void
on_end(void *arg, uint64_t stream_id, enum zt_tcp_end why, uint64_t ts_ns)
{
	struct run *run = arg;

	(void)why;
	(void)ts_ns;
	stop_unless(stream_id != 0, "end without id");
	run->n_ends++;
}

/** One segment; its data is copied, so that reading past it is noticed. */
static void
send(struct run *run, struct zt_datagram *segment, unsigned from)
{
	uint8_t *copy = malloc(segment->payload_len + 1);

	if (copy == NULL)
		return;
	if (segment->payload_len > 0)
		memcpy(copy, segment->payload, segment->payload_len);
	segment->payload = copy;
	segment->path = run->path[from];
	segment->ts_ns = run->now_ns;
	(void)zt_tcp_segment(run->tcp, segment);
	free(copy);
}

static void
send_piece(struct run *run, uint32_t isn, unsigned from, uint32_t at, uint32_t len)
{
	const struct side *side = &run->side[from];

	if (at >= side->len || len == 0)
		return;
	if (len > side->len - at)
		len = side->len - at;
	struct zt_datagram segment = {
		.payload = side->bytes + at,
		.payload_len = len,
		.payload_wire_len = len,
		.seq = isn + 1 + at,
	};
	send(run, &segment, from);
}

static void
run_recipe(struct run *run, struct zt_cursor *c)
{
	uint32_t isn = zt_cursor_u32(c);

	for (unsigned from = 0; from < 2; from++) {
		struct zt_datagram syn = { .seq = isn, .tcp_flags = ZT_TCP_SYN };
		build(&run->side[from], from);
		send(run, &syn, from);
	}
	for (unsigned i = 0; i < PIECES_MAX && zt_cursor_left(c) >= 4; i++) {
		unsigned len = zt_cursor_u16(c);
		unsigned at = zt_cursor_u16(c);
		send_piece(run, isn, len >> 15, at % STREAM_MAX, len % 4096);
	}
	for (unsigned from = 0; from < 2; from++) {
		for (uint32_t at = 0; at < run->side[from].len; at += 700)
			send_piece(run, isn, from, at, 700);
		stop_unless(run->side[from].next == N_MESSAGES, "messages missing");
	}
}

static void
run_raw(struct run *run, struct zt_cursor *c)
{
	uint32_t seq[2] = { 100, 200 };

	while (zt_cursor_left(c) >= 8) {
		unsigned flags = zt_cursor_u8(c);
		unsigned how = zt_cursor_u8(c);
		unsigned from = how & 1;
		struct zt_datagram segment = { .tcp_flags = (uint8_t)flags };
		/* Small steps from where the side is, now and then a large one. */
		uint32_t step = zt_cursor_u16(c);
		segment.seq = seq[from] + (how & 2 ? step << 15 : step - 0x8000u);
		segment.ack = seq[1 - from] + zt_cursor_u16(c) - 0x8000u;
		size_t len = zt_cursor_u16(c) % 3000;
		if (len > zt_cursor_left(c))
			len = zt_cursor_left(c);
		segment.payload = zt_cursor_take(c, len);
		segment.payload_len = (uint32_t)len;
		segment.payload_wire_len = (uint32_t)len + (how & 4 ? 100 : 0);
		send(run, &segment, from);
		if (how & 8)
			seq[from] = segment.seq + (uint32_t)len;
		run->now_ns += (uint64_t)(how >> 4) * 300000000u;
		if (how & 0x80)
			zt_tcp_expire(run->tcp, run->now_ns);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct run run;
	struct zt_cursor c = zt_cursor_init(data, size);
	const struct zt_tcp_options options = { 64, 1 << 20, UINT64_C(60000000000),
		{ 1, 2 } };
	const struct zt_tcp_handler handler = { &run, on_message, on_gap, on_end };

	memset(&run, 0, sizeof(run));
	run.is_raw = (zt_cursor_u8(&c) & 1) != 0;
	run.now_ns = UINT64_C(1000000000000);
	run.tcp = zt_tcp_new(&options, &handler, &run.stats);
	if (run.tcp == NULL)
		return 0;
	for (unsigned from = 0; from < 2; from++) {
		run.path[from].family = 4;
		run.path[from].transport = ZT_PROTO_TCP;
		run.path[from].src[0] = (uint8_t)(1 + from);
		run.path[from].dst[0] = (uint8_t)(2 - from);
		run.path[from].src_port = from ? 53 : 4000;
		run.path[from].dst_port = from ? 4000 : 53;
	}
	if (run.is_raw)
		run_raw(&run, &c);
	else
		run_recipe(&run, &c);
	zt_tcp_flush(run.tcp, run.now_ns);
	stop_unless(
	    run.n_ends == zt_counted(&run.stats.tcp_streams), "ends and streams");
	zt_tcp_free(&run.tcp);
	return 0;
}
