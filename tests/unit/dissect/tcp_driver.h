/**
 * @file tcp_driver.h
 * Feeds invented segments to the TCP reassembly and keeps what comes out.
 *
 * Use:       driver_open(), then segments and times, then look at seen[], gaps and
 *            ends; driver_close().
 * Sides:     CLIENT 198.51.100.66:40001, SERVER 192.0.2.53:53.
 * Threads:   plain data of one test.
 */
#ifndef ZT_TESTS_TCP_DRIVER_H
#define ZT_TESTS_TCP_DRIVER_H

#include "dissect/tcp.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define DRIVER_SEEN_MAX 512
#define SECOND		UINT64_C(1000000000)
#define MILLISECOND	UINT64_C(1000000)

enum driver_side {
	CLIENT,
	SERVER,
};

/** One message that came out, with a copy of its bytes. */
struct driver_seen {
	struct zt_tcp_message message;
	enum driver_side from;
	uint8_t *bytes;
};

struct driver {
	struct zt_tcp *tcp;
	struct zt_path path[2];
	uint64_t now;
	uint32_t ack[2];  /**< Sent in the segments of a side when not 0. */
	uint32_t cut_off; /**< Bytes that the snap length takes off the next segment. */
	size_t n_seen;
	size_t n_gaps;
	uint64_t gap_bytes;
	size_t n_ends;
	enum zt_tcp_end end_why;
	uint64_t end_id;
	uint64_t end_ns;
	bool keeps_no_bytes;
	struct driver_seen seen[DRIVER_SEEN_MAX];
	struct zt_dissect_stats stats;
};

static inline void
driver_message(void *arg, const struct zt_tcp_message *message)
{
	struct driver *d = arg;

	if (d->keeps_no_bytes) {
		d->n_seen++;
		return;
	}
	ck_assert_uint_lt(d->n_seen, DRIVER_SEEN_MAX);
	ck_assert_uint_ne(message->stream_id, 0);
	struct driver_seen *seen = &d->seen[d->n_seen++];
	seen->message = *message;
	seen->from = message->path->src_port == 53 ? SERVER : CLIENT;
	/* Exactly as long, so that a reader past the end is noticed. */
	seen->bytes = malloc(message->len + 1);
	memcpy(seen->bytes, message->data, message->len);
}

static inline void
driver_gap(void *arg, uint64_t stream_id, const struct zt_path *path, uint64_t bytes,
    uint64_t ts_ns)
{
	struct driver *d = arg;

	(void)path;
	(void)ts_ns;
	ck_assert_uint_ne(stream_id, 0);
	d->n_gaps++;
	d->gap_bytes += bytes;
}

static inline void
driver_end(void *arg, uint64_t stream_id, enum zt_tcp_end why, uint64_t ts_ns)
{
	struct driver *d = arg;

	d->n_ends++;
	d->end_id = stream_id;
	d->end_why = why;
	d->end_ns = ts_ns;
}

static inline struct driver *
driver_open_with(size_t max_streams, size_t buffer_bytes)
{
	struct driver *d = calloc(1, sizeof(*d));
	const struct zt_tcp_options options = {
		.max_streams = max_streams,
		.buffer_bytes = buffer_bytes,
		.idle_ns = 120 * SECOND,
		.key = { 1, 2 },
	};
	const struct zt_tcp_handler handler = { d, driver_message, driver_gap,
		driver_end };
	static const uint8_t client[4] = { 198, 51, 100, 66 };
	static const uint8_t server[4] = { 192, 0, 2, 53 };

	ck_assert_ptr_nonnull(d);
	for (unsigned side = 0; side < 2; side++) {
		struct zt_path *path = &d->path[side];
		path->family = 4;
		path->n_ip = 1;
		path->transport = ZT_PROTO_TCP;
		memcpy(path->src, side == CLIENT ? client : server, 4);
		memcpy(path->dst, side == CLIENT ? server : client, 4);
		path->src_port = side == CLIENT ? 40001 : 53;
		path->dst_port = side == CLIENT ? 53 : 40001;
	}
	d->now = 1000 * SECOND;
	d->tcp = zt_tcp_new(&options, &handler, &d->stats);
	ck_assert_ptr_nonnull(d->tcp);
	return d;
}

static inline struct driver *
driver_open(void)
{
	return driver_open_with(256, (size_t)4 << 20);
}

/** Forget what came out so far. */
static inline void
driver_clear(struct driver *d)
{
	for (size_t i = 0; i < d->n_seen && !d->keeps_no_bytes; i++)
		free(d->seen[i].bytes);
	d->n_seen = 0;
}

static inline void
driver_close(struct driver *d)
{
	zt_tcp_free(&d->tcp);
	ck_assert_ptr_null(d->tcp);
	driver_clear(d);
	free(d);
}

/** One segment with flags; its bytes lie in memory of exactly their size. */
static inline enum zt_reject
driver_segment(struct driver *d, enum driver_side from, uint32_t seq, uint8_t flags,
    const void *bytes, size_t n)
{
	uint8_t *copy = malloc(n + 1);
	struct zt_datagram segment = {
		.path = d->path[from],
		.payload = copy,
		.ts_ns = d->now,
		.payload_len = (uint32_t)n,
		.payload_wire_len = (uint32_t)n + d->cut_off,
		.seq = seq,
		.ack = d->ack[from],
		.tcp_flags = flags,
	};

	if (n > 0)
		memcpy(copy, bytes, n);
	if (d->ack[from] != 0)
		segment.tcp_flags |= ZT_TCP_ACK;
	enum zt_reject r = zt_tcp_segment(d->tcp, &segment);
	free(copy);
	d->cut_off = 0;
	return r;
}

/** Data without further flags. */
static inline void
driver_data(
    struct driver *d, enum driver_side from, uint32_t seq, const void *bytes, size_t n)
{
	ck_assert_int_eq(driver_segment(d, from, seq, 0, bytes, n), ZT_ACCEPT);
}

/** SYN of the client (sequence number isn) and the server's answer. */
static inline void
driver_handshake(struct driver *d, uint32_t client_isn, uint32_t server_isn)
{
	(void)driver_segment(d, CLIENT, client_isn, ZT_TCP_SYN, NULL, 0);
	d->ack[SERVER] = client_isn + 1;
	(void)driver_segment(d, SERVER, server_isn, ZT_TCP_SYN | ZT_TCP_ACK, NULL, 0);
	d->ack[SERVER] = 0;
}

/** Let time pass in small steps, as a live sensor would. */
static inline void
driver_wait(struct driver *d, uint64_t ns)
{
	for (unsigned i = 0; i < 64; i++) {
		d->now += ns / 64;
		zt_tcp_expire(d->tcp, d->now);
	}
}

static inline uint64_t
driver_counted(const struct driver *d, enum zt_reject outcome)
{
	return zt_counted(&d->stats.outcomes[outcome]);
}

/** Message number i is exactly these bytes and whole. */
static inline void
driver_expect(const struct driver *d, size_t i, const void *bytes, size_t n)
{
	ck_assert_uint_lt(i, d->n_seen);
	ck_assert_uint_eq(d->seen[i].message.len, n);
	ck_assert_uint_eq(d->seen[i].message.announced_len, n);
	ck_assert(!d->seen[i].message.partial);
	ck_assert_mem_eq(d->seen[i].bytes, bytes, n);
}

#endif
