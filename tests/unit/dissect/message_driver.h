/**
 * @file message_driver.h
 * Drives the message module with datagrams, keeps its events and checks its counters.
 *
 * Use:     add setup() and teardown() as a checked fixture; build a message in b.w, set
 *          b.path, send_udp(), look at event(0).
 * Threads: one test program; the state is static.
 */
#ifndef ZT_TESTS_MESSAGE_DRIVER_H
#define ZT_TESTS_MESSAGE_DRIVER_H

#include "dissect/message.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/screen.h"
#include "wire.h"

#define SECOND UINT64_C(1000000000)
/** Events of one test that are kept. */
#define KEPT_MAX 16

static const struct zt_hash_key key = { 3, 4 };

/** The module under test, what it emitted, and the message in work. */
struct bench {
	struct zt_messages *messages;
	struct zt_dissect_stats stats;
	struct wire w;
	struct zt_path path;
	uint64_t ts_ns;
	unsigned n_events;
	union {
		struct zt_event event;
		uint8_t bytes[ZT_EVENT_MAX];
	} kept[KEPT_MAX];
};

static struct bench b;

static inline void
keep(void *arg, const struct zt_event *ev)
{
	(void)arg;
	/* No ck_assert: each one writes to a pipe, and this is timed. */
	if (ev->size < sizeof(*ev) || ev->size > ZT_EVENT_MAX || ev->size % 8 != 0)
		ck_abort_msg("an event of %u bytes", ev->size);
	if (b.n_events < KEPT_MAX)
		memcpy(b.kept[b.n_events].bytes, ev, ev->size);
	b.n_events++;
}

static inline void
setup(void)
{
	struct zt_dissect_options options;

	memset(&b, 0, sizeof(b));
	zt_dissect_defaults(&options);
	options.key = key;
	options.exchanges = 1024;
	options.transfers = 64;
	options.worker = 3;
	options.emit = keep;
	b.messages = zt_messages_new(&options, &b.stats);
	ck_assert_ptr_nonnull(b.messages);
	b.ts_ns = SECOND;
	/* 192.0.2.1:4000 to 198.51.100.53:53 */
	memcpy(b.path.src, "\300\0\2\1", 4);
	memcpy(b.path.dst, "\306\63\144\65", 4);
	b.path.src_port = 4000;
	b.path.dst_port = 53;
	b.path.family = 4;
	b.path.n_ip = 1;
	b.path.ttl = 57;
	b.path.dont_fragment = true;
	b.path.transport = ZT_PROTO_UDP;
}

/** Every message has exactly one outcome, whatever the test did. */
static inline void
teardown(void)
{
	uint64_t sum = zt_counted(&b.stats.messages_ok), headers = 0;

	for (int i = 1; i < ZT_N_REJECTS; i++)
		if (zt_reject_level((enum zt_reject)i) == ZT_REJECT_MESSAGE)
			sum += zt_counted(&b.stats.outcomes[i]);
	ck_assert_uint_eq(sum, zt_counted(&b.stats.messages));
	for (int i = 0; i < ZT_N_STATS_TRANSPORTS; i++)
		headers +=
		    zt_counted(&b.stats.queries[i]) + zt_counted(&b.stats.responses[i]);
	ck_assert_uint_eq(headers + zt_counted(&b.stats.outcomes[ZT_R_SHORT_HEADER]) +
			      zt_counted(&b.stats.outcomes[ZT_R_BAD_TCP_LEN]),
	    zt_counted(&b.stats.messages));
	ck_assert_uint_eq(zt_counted(&b.stats.events), b.n_events);
	zt_messages_free(&b.messages);
	ck_assert_ptr_null(b.messages);
}

/** Send b.w as a datagram of which cut bytes were not captured. */
static inline void
send_cut(size_t cut)
{
	struct zt_datagram datagram;
	uint8_t *exact = malloc(b.w.len - cut + 1);

	ck_assert_ptr_nonnull(exact);
	memcpy(exact, b.w.bytes, b.w.len - cut);
	memset(&datagram, 0, sizeof(datagram));
	datagram.path = b.path;
	datagram.payload = exact;
	datagram.ts_ns = b.ts_ns;
	datagram.payload_len = (uint32_t)(b.w.len - cut);
	datagram.payload_wire_len = (uint32_t)b.w.len;
	zt_messages_udp(b.messages, &datagram);
	free(exact);
}

static inline void
send_udp(void)
{
	send_cut(0);
}

/** Turn the path round, for the way back. */
static inline void
turn(void)
{
	struct zt_path path = b.path;

	memcpy(b.path.src, path.dst, sizeof(path.dst));
	memcpy(b.path.dst, path.src, sizeof(path.src));
	b.path.src_port = path.dst_port;
	b.path.dst_port = path.src_port;
}

static inline void
query(const char *name, unsigned type)
{
	wire_start(&b.w, 9, ZT_DNS_RD, (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&b.w, name, type);
}

static inline void
response(const char *name, unsigned type, unsigned flags, struct wire_counts counts)
{
	wire_start(&b.w, 9, (uint16_t)(ZT_DNS_QR | flags), counts);
	wire_question(&b.w, name, type);
}

static inline const struct zt_event *
event(unsigned i)
{
	ck_assert_uint_lt(i, b.n_events);
	return &b.kept[i].event;
}

static inline uint64_t
outcome(enum zt_reject r)
{
	return zt_counted(&b.stats.outcomes[r]);
}

#endif
