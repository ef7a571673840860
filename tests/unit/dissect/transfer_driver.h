/**
 * @file transfer_driver.h
 * Feeds invented messages to the transfer machine and keeps what it says.
 *
 * Use:     driver_open(), then messages and times, then look at seen[]; driver_close().
 *          Addresses: client 198.51.100.66:40001, server 192.0.2.53:53.
 * Threads: plain data of one test.
 */
#ifndef ZT_TESTS_TRANSFER_DRIVER_H
#define ZT_TESTS_TRANSFER_DRIVER_H

#include "dissect/transfer.h"

#include <check.h>
#include <string.h>

#include "wire.h"

#define DRIVER_SEEN_MAX 64
#define SECOND		UINT64_C(1000000000)
/** A stream id where the number does not matter. */
#define TCP_STREAM 7

/** One event, taken apart. */
struct driver_seen {
	struct zt_event event;
	struct zt_transfer transfer;
	uint8_t name[ZT_NAME_MAX];
};

struct driver {
	struct zt_transfers *transfers;
	struct zt_path to_server;
	struct zt_path to_client;
	uint64_t stream_id; /**< 0: UDP. */
	uint64_t now;
	uint64_t gap_bytes;
	bool one_sided;
	bool alternate;
	bool partial;
	size_t n_seen;
	struct driver_seen seen[DRIVER_SEEN_MAX];
	struct zt_dissect_stats stats;
};

static const struct zt_hash_key driver_key = { 1, 2 };

static inline void
driver_keep(void *arg, const struct zt_event *ev)
{
	struct driver *d = arg;
	struct driver_seen *seen = &d->seen[d->n_seen];

	ck_assert_uint_lt(d->n_seen, DRIVER_SEEN_MAX);
	ck_assert_uint_eq(ev->kind, ZT_EVENT_TRANSFER);
	ck_assert_uint_eq(ev->size % 8, 0);
	seen->event = *ev;
	memcpy(seen->name, zt_event_name(ev), ev->name_len);
	memcpy(&seen->transfer, zt_event_transfer(ev), sizeof(seen->transfer));
	/* The upper bits are the worker's. */
	ck_assert_uint_eq(seen->transfer.id >> 48, 3);
	seen->transfer.id &= (UINT64_C(1) << 48) - 1;
	ck_assert_ptr_eq((const uint8_t *)ev + ev->size,
	    (const uint8_t *)(zt_event_transfer(ev) + 1));
	d->n_seen++;
}

static inline void
driver_open(struct driver *d, uint64_t stream_id, size_t n_transfers)
{
	static const uint16_t ports[] = { 53 };
	struct zt_dissect_options options = { .ports = ports,
		.n_ports = 1,
		.transfers = n_transfers,
		.transfer_timeout_ns = 10 * SECOND,
		.worker = 3,
		.key = driver_key,
		.emit = driver_keep,
		.emit_arg = d };

	memset(d, 0, sizeof(*d));
	d->stream_id = stream_id;
	d->now = 1000 * SECOND;
	d->to_server.family = 4;
	d->to_server.transport = stream_id ? ZT_PROTO_TCP : ZT_PROTO_UDP;
	memcpy(d->to_server.src, "\xc6\x33\x64\x42", 4); /* 198.51.100.66 */
	memcpy(d->to_server.dst, "\xc0\x00\x02\x35", 4); /* 192.0.2.53 */
	d->to_server.src_port = 40001;
	d->to_server.dst_port = 53;
	d->to_client = d->to_server;
	memcpy(d->to_client.src, d->to_server.dst, 16);
	memcpy(d->to_client.dst, d->to_server.src, 16);
	d->to_client.src_port = 53;
	d->to_client.dst_port = 40001;
	d->transfers = zt_transfers_new(&options, &d->stats);
	ck_assert_ptr_nonnull(d->transfers);
}

static inline void
driver_close(struct driver *d)
{
	zt_transfers_free(&d->transfers);
	ck_assert_ptr_null(d->transfers);
}

/** Hand over a message one millisecond after the last; @return what an answer is. */
static inline bool
driver_feed(struct driver *d, const struct wire *w)
{
	struct zt_screen screen;
	bool is_answer = w->bytes[2] & 0x80;
	struct zt_transfer_message message = {
		.path = is_answer ? &d->to_client : &d->to_server,
		.screen = &screen,
		.msg = w->bytes,
		.ts_ns = d->now += SECOND / 1000,
		.stream_id = d->stream_id,
		.gap_bytes = d->gap_bytes,
		.len = w->len,
		.partial = d->partial,
		.one_sided = d->one_sided,
		.alternate = d->alternate,
	};

	(void)zt_screen(&driver_key, w->bytes, w->len, &screen);
	if (is_answer)
		return zt_transfers_response(d->transfers, &message);
	zt_transfers_request(d->transfers, &message);
	return false;
}

static inline void
driver_end(struct driver *d, enum zt_tcp_end why)
{
	if (why == ZT_TCP_END_FLUSH)
		zt_transfers_flush(d->transfers, d->now);
	else
		zt_transfers_stream_end(d->transfers, d->stream_id, why, d->now);
}

/** The last event. */
static inline const struct zt_transfer *
driver_last(const struct driver *d)
{
	ck_assert_uint_gt(d->n_seen, 0);
	return &d->seen[d->n_seen - 1].transfer;
}

/** A request for the zone; serial only for IXFR. */
static inline void
driver_ask(
    struct driver *d, uint16_t id, const char *zone, unsigned type, uint32_t serial)
{
	struct wire w;

	wire_start(&w, id, 0, (struct wire_counts){ 1, 0, type == ZT_RR_IXFR, 0 });
	wire_question(&w, zone, type);
	if (type == ZT_RR_IXFR)
		wire_soa(&w, NULL, serial);
	driver_feed(d, &w);
}

/**
 * An answer about example.com from a script: a digit is a SOA whose serial is that
 * digit, a letter an A record of that host.
 *
 * @param type  of the question; 0: no question.
 */
static inline void
driver_script(struct wire *w, uint16_t id, unsigned type, const char *records)
{
	wire_start(w, id, ZT_DNS_QR | ZT_DNS_AA,
	    (struct wire_counts){ type != 0, (uint16_t)strlen(records), 0, 0 });
	if (type)
		wire_question(w, "example.com", type);
	for (; *records; records++) {
		char host[] = "h.example.com";
		host[0] = *records;
		if (*records >= '0' && *records <= '9')
			wire_soa(w, "example.com", (uint32_t)(*records - '0'));
		else
			wire_a(w, host, 0xc0000201); /* 192.0.2.1 */
	}
}

static inline bool
driver_answer(struct driver *d, uint16_t id, unsigned type, const char *records)
{
	struct wire w;

	driver_script(&w, id, type, records);
	return driver_feed(d, &w);
}

/** An answer without records. */
static inline bool
driver_refuse(struct driver *d, uint16_t id, unsigned type, unsigned rcode)
{
	struct wire w;

	wire_start(
	    &w, id, (uint16_t)(ZT_DNS_QR | rcode), (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&w, "example.com", type);
	return driver_feed(d, &w);
}

#endif
