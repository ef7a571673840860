/*
 * DNS over TLS.  The first byte says what the rest is:
 *
 *   even  stream: what a client sends.  What is read of its beginning must hold when more
 *         comes, and cut into segments it must be told in the end exactly when it offers
 *         "dot".  The next byte says how long the segments are.
 *   odd   raw: any segments of some clients, with any flags, numbers and times.  Nothing
 *         may break, and what is told must be possible.  Eight bytes a segment: flags,
 *         client and side, number, length, time; the data follows.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/cursor.h"
#include "dissect/hello.h"
#include "dissect/sealed.h"
#include "target.h"

#define CLIENTS 8u
struct run {
	struct zt_seals *seals;
	struct zt_dissect_stats stats;
	struct zt_sealed last;
	uint64_t now_ns;
	uint64_t n_events;
	uint64_t n_bytes; /* Handed in. */
	uint64_t n_ahead; /* That sequence numbers may have claimed beside. */
};

static void
stop_unless(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_hello: %s\n", what);
	abort();
}

static void
on_event(void *arg, const struct zt_event *event)
{
	struct run *run = arg;
	const struct zt_sealed *sealed = zt_event_sealed(event);

	stop_unless(event->kind == ZT_EVENT_SEALED, "kind");
	stop_unless(event->size == sizeof(*event) + sizeof(*sealed), "size");
	stop_unless(event->server_port == ZT_SEALED_PORT, "port");
	stop_unless(sealed->longest_run <= sealed->to_client, "run");
	stop_unless(sealed->started_ns <= sealed->last_ns, "times");
	stop_unless(event->ts_ns == sealed->last_ns, "time of the event");
	stop_unless(sealed->turns <= sealed->to_server, "turns");
	stop_unless(
	    sealed->to_server + sealed->to_client <= run->n_bytes + run->n_ahead,
	    "bytes");
	run->last = *sealed;
	run->n_events++;
}

/** One segment; its data is copied, so that reading past it is noticed. */
static void
send(struct run *run, struct zt_datagram *segment, unsigned client, bool from_client)
{
	uint8_t *copy = malloc(segment->payload_len + 1);

	if (copy == NULL)
		return;
	if (segment->payload_len > 0)
		memcpy(copy, segment->payload, segment->payload_len);
	segment->payload = copy;
	segment->ts_ns = run->now_ns;
	segment->path = (struct zt_path){ .family = 4, .transport = ZT_PROTO_TCP };
	(from_client ? segment->path.src : segment->path.dst)[3] = (uint8_t)client;
	segment->path.src_port = from_client ? 40000 : ZT_SEALED_PORT;
	segment->path.dst_port = from_client ? ZT_SEALED_PORT : 40000;
	run->n_bytes += segment->payload_wire_len;
	enum zt_reject said = zt_seals_segment(run->seals, segment);
	stop_unless(
	    said == (segment->payload_wire_len > 0 ? ZT_ACCEPT : ZT_R_NO_PAYLOAD),
	    "outcome");
	free(copy);
}

static enum zt_hello
read_copy(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len + 1);

	if (copy == NULL)
		return ZT_HELLO_OTHER;
	if (len > 0)
		memcpy(copy, bytes, len);
	enum zt_hello said = zt_hello_read(copy, len);
	free(copy);
	return said;
}

/** @return what the whole says; what a beginning says is never taken back. */
static enum zt_hello
read_growing(const uint8_t *bytes, size_t len)
{
	enum zt_hello whole = zt_hello_read(bytes, len);

	/* The first ones all, then fewer and fewer. */
	for (size_t n = 0; n < len; n += 1 + n / 64) {
		enum zt_hello said = read_copy(bytes, n);
		stop_unless(said == ZT_HELLO_MORE || said == whole, "taken back");
		stop_unless(n > 0 || said == ZT_HELLO_MORE, "said of nothing");
	}
	return whole;
}

static void
run_stream(struct run *run, struct zt_cursor *c)
{
	uint32_t step = zt_cursor_u8(c) * 8u + 1;
	size_t len = zt_cursor_left(c);
	const uint8_t *bytes = zt_cursor_take(c, len);
	enum zt_hello said = read_growing(bytes, len);

	for (size_t at = 0; at < len; at += step) {
		uint32_t n = len - at < step ? (uint32_t)(len - at) : step;
		struct zt_datagram segment = { .payload = bytes + at,
			.payload_len = n,
			.payload_wire_len = n,
			.seq = UINT32_MAX - 99 + (uint32_t)at };
		send(run, &segment, 1, true);
	}
	zt_seals_flush(run->seals);
	bool is_lost = zt_counted(&run->stats.outcomes[ZT_R_HELLO_UNREAD]) != 0;
	/* Headers may take more room than there is. */
	stop_unless(
	    !is_lost || said == ZT_HELLO_LONG || len > ZT_SEALED_HELLO_MAX, "lost");
	stop_unless(said != ZT_HELLO_LONG || is_lost, "lost and not counted");
	stop_unless(run->n_events == (said == ZT_HELLO_DOT && !is_lost), "told");
	stop_unless(run->n_events == 0 || run->last.to_server == len, "length");
}

static void
run_raw(struct run *run, struct zt_cursor *c)
{
	uint32_t seq[2][CLIENTS] = { { 0 } };

	while (zt_cursor_left(c) >= 8) {
		unsigned flags = zt_cursor_u8(c);
		unsigned how = zt_cursor_u8(c);
		unsigned side = how & 1;
		unsigned client = how >> 1 & (CLIENTS - 1);
		uint32_t step = zt_cursor_u16(c);
		struct zt_datagram segment = { .tcp_flags = (uint8_t)flags };
		/* As it should be, or a small step off, or a large one. */
		segment.seq = seq[side][client] + (how & 0x10 ? step : 0) +
			      (how & 0x20 ? step << 14 : 0);
		size_t len = zt_cursor_u16(c) % 5000;
		run->now_ns += (uint64_t)zt_cursor_u16(c) * 100000000u;
		if (len > zt_cursor_left(c))
			len = zt_cursor_left(c);
		segment.payload = zt_cursor_take(c, len);
		segment.payload_len = (uint32_t)len;
		segment.payload_wire_len = (uint32_t)len + (how & 0x40 ? 100 : 0);
		run->n_ahead += UINT64_C(1) << 26;
		send(run, &segment, client, side == 0);
		seq[side][client] =
		    segment.seq + (uint32_t)len + ((flags & ZT_TCP_SYN) != 0);
		if (how & 0x80)
			zt_seals_expire(run->seals, run->now_ns);
	}
	zt_seals_flush(run->seals);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct run run;
	struct zt_dissect_options options;

	if (size < 2)
		return 0;
	struct zt_cursor c = zt_cursor_init(data, size);
	memset(&run, 0, sizeof(run));
	run.now_ns = UINT64_C(1000000000000);
	zt_dissect_defaults(&options);
	options.key = (struct zt_hash_key){ 1, 2 };
	options.emit = on_event;
	options.emit_arg = &run;
	options.tcp_idle_ns = UINT64_C(60000000000);
	run.seals = zt_seals_new(&options, &run.stats);
	if (run.seals == NULL)
		return 0;
	if ((zt_cursor_u8(&c) & 1) != 0)
		run_raw(&run, &c);
	else
		run_stream(&run, &c);
	uint64_t n_events = run.n_events;
	zt_seals_flush(run.seals);
	stop_unless(run.n_events == n_events, "told twice");
	stop_unless(n_events == zt_counted(&run.stats.events), "events");
	zt_seals_free(&run.seals);
	return 0;
}
