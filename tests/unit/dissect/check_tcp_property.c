#include "dissect/tcp.h"
#include "suite.h"

#include "tcp_frames.h"

/*
 * One zone transfer, cut into segments in thousands of ways.  However it is cut, put
 * out of order, doubled and overlapped, the messages are the same; with a segment
 * missing everything outside the hole is.
 */

/** Ways to cut; fewer where every access is checked. */
#if defined(__SANITIZE_ADDRESS__)
#	define ROUNDS 1000
#elif defined(__has_feature)
#	if __has_feature(address_sanitizer)
#		define ROUNDS 1000
#	endif
#endif
#ifndef ROUNDS
#	define ROUNDS 10000
#endif

#define N_MESSAGES    24
#define N_QUERIES     3
#define STREAM_MAX    200000
#define N_SEGMENT_MAX 20000
/** Segments shuffled among each other; their bytes stay below what is held. */
#define SHUFFLE	      14
#define SHUFFLE_BYTES 48000

struct segment {
	enum driver_side from;
	uint32_t at; /**< Offset in the stream of its side. */
	uint32_t len;
};

/** What a side says, and where its messages begin. */
struct side {
	uint8_t bytes[STREAM_MAX];
	uint32_t len;
	uint32_t starts[N_MESSAGES + 1];
	unsigned n_messages;
	uint32_t first; /**< Sequence number of the first byte. */
	unsigned next;	/**< Message expected next. */
	unsigned n_partial;
};

struct round {
	struct side side[2];
	struct segment segments[N_SEGMENT_MAX];
	unsigned n_segments;
	uint64_t random;
	uint64_t gap_bytes;
	/** Hole in the server's stream: [hole, hole_end). */
	uint32_t hole;
	uint32_t hole_end;
	struct zt_tcp *tcp;
	struct zt_dissect_stats stats;
	struct zt_path path[2];
	unsigned n_ends;
};

static struct round *r;

/** xorshift64*: repeatable on every machine. */
static uint32_t
roll(uint32_t n)
{
	r->random ^= r->random >> 12;
	r->random ^= r->random << 25;
	r->random ^= r->random >> 27;
	return (uint32_t)((r->random * UINT64_C(2685821657736338717)) >> 33) % n;
}

static void
add_message(struct side *side, const struct wire *w)
{
	uint32_t at = side->len;

	side->starts[side->n_messages++] = at;
	side->bytes[at] = (uint8_t)(w->len >> 8);
	side->bytes[at + 1] = (uint8_t)w->len;
	memcpy(side->bytes + at + 2, w->bytes, w->len);
	side->len += 2 + (uint32_t)w->len;
	side->starts[side->n_messages] = side->len;
}

/** 24 messages with 1,127 records, from 29 to 65,535 bytes. */
static void
build_transfer(struct side *side)
{
	static struct wire w;
	unsigned n_records = 0;

	for (unsigned i = 0; i < N_MESSAGES; i++) {
		unsigned n = i == 5 ? 0 : 20 + i * 7 % 61;
		wire_start(&w, 0x4242, 0x8400,
		    (struct wire_counts){ i < 2, (uint16_t)(n + 1), 0, 0 });
		if (i < 2)
			wire_question(&w, "zone.example", AXFR);
		for (unsigned k = 0; k < n; k++)
			wire_a(&w, "h.example", 0x0a000000 + i * 256 + k);
		size_t rr = wire_rr(&w, "", 16);
		size_t fill = i == 7 ? 65535 - w.len : 1 + i;
		for (size_t k = 0; k < fill; k++)
			wire_u8(&w, (unsigned)(k * k >> 3) & 0xff);
		wire_end_rr(&w, rr);
		add_message(side, &w);
		n_records += n + 1;
	}
	ck_assert_uint_ge(n_records, 1000);
}

static void
build_queries(struct side *side)
{
	static struct wire w;

	for (unsigned i = 0; i < N_QUERIES; i++) {
		wire_start(
		    &w, (uint16_t)(0x4242 + i), 0, (struct wire_counts){ 1, 0, 0, 0 });
		wire_question(&w, "zone.example", AXFR);
		add_message(side, &w);
	}
}

static void
on_message(void *arg, const struct zt_tcp_message *m)
{
	enum driver_side from = m->path->src_port == 53 ? SERVER : CLIENT;
	struct side *side = &r->side[from];

	(void)arg;
	/* Plain tests: an assertion of Check costs a system call. */
	if (m->alternate)
		ck_abort_msg("an alternate");
	if (m->partial) {
		side->n_partial++;
		return;
	}
	/* What touches the hole cannot come. */
	while (from == SERVER && side->next < side->n_messages &&
	       side->starts[side->next] < r->hole_end &&
	       side->starts[side->next + 1] > r->hole)
		side->next++;
	if (side->next >= side->n_messages)
		ck_abort_msg("a message too many");
	uint32_t at = side->starts[side->next] + 2;
	if (m->len != side->starts[side->next + 1] - at ||
	    memcmp(m->data, side->bytes + at, m->len) != 0)
		ck_abort_msg("message %u differs", side->next);
	side->next++;
}

static void
on_gap(void *arg, uint64_t id, const struct zt_path *path, uint64_t n, uint64_t ts_ns)
{
	(void)arg;
	(void)id;
	(void)ts_ns;
	ck_assert_uint_eq(path->src_port, 53);
	r->gap_bytes += n;
}

static void
on_end(void *arg, uint64_t id, enum zt_tcp_end why, uint64_t ts_ns)
{
	(void)arg;
	(void)id;
	(void)why;
	(void)ts_ns;
	r->n_ends++;
}

static void
setup(void)
{
	const struct zt_tcp_options options = { 64, 1 << 20, 60 * SECOND, { 3, 4 } };
	const struct zt_tcp_handler handler = { NULL, on_message, on_gap, on_end };

	r = calloc(1, sizeof(*r));
	ck_assert_ptr_nonnull(r);
	build_transfer(&r->side[SERVER]);
	build_queries(&r->side[CLIENT]);
	r->tcp = zt_tcp_new(&options, &handler, &r->stats);
	for (unsigned from = 0; from < 2; from++) {
		struct zt_path *path = &r->path[from];
		path->family = 6;
		path->transport = ZT_PROTO_TCP;
		path->src[15] = (uint8_t)(1 + from);
		path->dst[15] = (uint8_t)(2 - from);
		path->src_port = from == SERVER ? 53 : 55555;
		path->dst_port = from == SERVER ? 55555 : 53;
	}
}

static void
teardown(void)
{
	zt_tcp_free(&r->tcp);
	free(r);
}

static void
add_segment(enum driver_side from, uint32_t at, uint32_t len)
{
	if (r->n_segments == N_SEGMENT_MAX)
		ck_abort_msg("too many segments");
	r->segments[r->n_segments++] = (struct segment){ from, at, len };
}

/** Cut both streams, mixed with each other. */
static void
cut_streams(bool overlaps)
{
	static const uint32_t sizes[] = { 64, 536, 1220, 1448, 1448, 4344, 16384,
		65000 };
	uint32_t size = sizes[roll(50) == 0 ? 0 : 1 + roll(7)];
	uint32_t at[2] = { 0, 0 };

	r->n_segments = 0;
	while (at[CLIENT] < r->side[CLIENT].len || at[SERVER] < r->side[SERVER].len) {
		enum driver_side from = roll(8) == 0 ? CLIENT : SERVER;
		struct side *side = &r->side[from];
		uint32_t left = side->len - at[from];
		if (left == 0)
			continue;
		uint32_t len = roll(20) == 0  ? 1 + roll(4)
			       : roll(2) == 0 ? size
					      : 1 + roll(size);
		if (len > left)
			len = left;
		uint32_t before = 0, behind = 0;
		if (overlaps && roll(10) == 0)
			before = roll(at[from] < 3000 ? at[from] + 1 : 3000);
		if (overlaps && roll(10) == 0)
			behind = roll(left - len < 3000 ? left - len + 1 : 3000);
		add_segment(from, at[from] - before, before + len + behind);
		at[from] += len;
	}
}

/** Shuffle neighbours, never more bytes than may be held. */
static void
shuffle(void)
{
	unsigned from = 0;

	while (from < r->n_segments) {
		uint32_t bytes = 0;
		unsigned n = 0;
		unsigned want = 1 + roll(SHUFFLE);
		while (n < want && from + n < r->n_segments) {
			bytes += r->segments[from + n].len;
			if (bytes > SHUFFLE_BYTES && n > 0)
				break;
			n++;
		}
		for (unsigned i = n; i > 1; i--) {
			unsigned k = roll(i);
			struct segment s = r->segments[from + k];
			r->segments[from + k] = r->segments[from + i - 1];
			r->segments[from + i - 1] = s;
		}
		from += n;
	}
}

static void
send(
    enum driver_side from, uint32_t seq, uint8_t flags, const uint8_t *data, uint32_t n)
{
	struct zt_datagram segment = {
		.path = r->path[from],
		.payload = data,
		.ts_ns = 1000 * SECOND,
		.payload_len = n,
		.payload_wire_len = n,
		.seq = seq,
		.tcp_flags = flags,
	};

	(void)zt_tcp_segment(r->tcp, &segment);
}

static void
send_segments(unsigned skip, bool doubles)
{
	for (unsigned i = 0; i < r->n_segments; i++) {
		const struct segment *s = &r->segments[i];
		const struct side *side = &r->side[s->from];
		if (i == skip)
			continue;
		send(s->from, side->first + s->at, 0, side->bytes + s->at, s->len);
		if (!doubles || roll(10) != 0)
			continue;
		s = &r->segments[roll(i + 1)];
		side = &r->side[s->from];
		send(s->from, side->first + s->at, 0, side->bytes + s->at, s->len);
	}
}

/** A fresh connection; half of them cross the end of the sequence numbers. */
static void
begin_round(void)
{
	for (unsigned from = 0; from < 2; from++) {
		struct side *side = &r->side[from];
		side->first = roll(2) == 0 ? 0u - roll(side->len) : roll(UINT32_MAX);
		side->next = 0;
		side->n_partial = 0;
		send((enum driver_side)from, side->first - 1, ZT_TCP_SYN, NULL, 0);
	}
	r->gap_bytes = 0;
	r->hole = 0;
	r->hole_end = 0;
	r->n_ends = 0;
}

START_TEST(transfer_in_any_cut_gives_the_same_messages)
{
	r->random = UINT64_C(0x9e3779b97f4a7c15);
	for (unsigned round = 0; round < ROUNDS; round++) {
		begin_round();
		cut_streams(true);
		shuffle();
		send_segments(UINT32_MAX, true);
		/* Nothing had to wait for the end. */
		ck_assert_uint_eq(r->side[SERVER].next, N_MESSAGES);
		ck_assert_uint_eq(r->side[CLIENT].next, N_QUERIES);
		zt_tcp_flush(r->tcp, 1000 * SECOND);
		ck_assert_uint_eq(r->n_ends, 1);
		ck_assert_uint_eq(r->side[SERVER].n_partial, 0);
		ck_assert_uint_eq(r->gap_bytes, 0);
	}
	ck_assert_uint_eq(zt_counted(&r->stats.outcomes[ZT_R_TCP_OVERLAP_CONFLICT]), 0);
	ck_assert_uint_eq(zt_counted(&r->stats.outcomes[ZT_R_FLOW_EVICTED]), 0);
}
END_TEST

START_TEST(transfer_with_a_segment_missing_gives_everything_else)
{
	unsigned n_resynced = 0;

	r->random = UINT64_C(0xd1b54a32d192ed03);
	for (unsigned round = 0; round < ROUNDS; round++) {
		begin_round();
		cut_streams(false);
		unsigned skip;
		do
			skip = roll(r->n_segments);
		while (r->segments[skip].from == CLIENT ||
		       r->segments[skip].at + r->segments[skip].len ==
			   r->side[SERVER].len);
		r->hole = r->segments[skip].at;
		r->hole_end = r->hole + r->segments[skip].len;
		send_segments(skip, false);
		zt_tcp_flush(r->tcp, 1000 * SECOND);
		ck_assert_uint_eq(r->gap_bytes, r->segments[skip].len);
		/* All messages that do not touch the hole have come. */
		struct side *side = &r->side[SERVER];
		while (
		    side->next < N_MESSAGES && side->starts[side->next] < r->hole_end)
			side->next++;
		ck_assert_uint_eq(side->next, N_MESSAGES);
		ck_assert_uint_eq(r->side[CLIENT].next, N_QUERIES);
		n_resynced += r->hole_end <= side->starts[N_MESSAGES - 1];
	}
	ck_assert_uint_eq(zt_counted(&r->stats.outcomes[ZT_R_TCP_GAP]), ROUNDS);
	ck_assert_uint_eq(zt_counted(&r->stats.outcomes[ZT_R_TCP_RESYNC]), n_resynced);
}
END_TEST

static Suite *
tcp_suite(void)
{
	Suite *s = suite_create("tcp_property");
	TCase *t = tcase_create("transfer");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, transfer_in_any_cut_gives_the_same_messages);
	tcase_add_test(t, transfer_with_a_segment_missing_gives_everything_else);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return zt_suite_run(tcp_suite());
}
