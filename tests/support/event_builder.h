/**
 * @file event_builder.h
 * Events for tests of the detector, made without packets.
 *
 * Names are written as text ("www.example.com."); hashes use the key of the builder, so
 * that a test and its engine agree when they share it.
 *
 * Ownership: the event lies inside the builder and lasts until the next build.
 */
#ifndef ZT_TESTS_EVENT_BUILDER_H
#define ZT_TESTS_EVENT_BUILDER_H

#include "dissect/event.h"
#include "dissect/hash.h"

struct zt_event_builder {
	struct zt_hash_key key;
	uint64_t room[ZT_EVENT_MAX / 8];
};

/** What a test says of a query; the rest is ordinary (UDP, class IN, RD set). */
struct zt_query_spec {
	uint64_t ts_ns;
	uint32_t client; /**< IPv4 address in host order. */
	uint32_t server; /**< 0: 192.0.2.53. */
	const char *name;
	uint16_t qtype;
};

/** An IPv4 address as a number: ZT_IP(192, 0, 2, 53). */
#define ZT_IP(a, b, c, d) \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))
/** Seconds as nanoseconds. */
#define ZT_S(seconds) ((uint64_t)(seconds)*UINT64_C(1000000000))

void zt_event_builder_init(struct zt_event_builder *builder);

/** Text to wire form, folded; @return bytes written to wire (at least 255 of room). */
uint8_t zt_event_builder_name(uint8_t *wire, const char *text);

struct zt_event *zt_event_builder_query(
    struct zt_event_builder *builder, const struct zt_query_spec *spec);

/** The paired response to such a query. */
struct zt_event *zt_event_builder_response(
    struct zt_event_builder *builder, const struct zt_query_spec *spec, uint16_t rcode);

/** A transfer event over TCP; *transfer is copied into it. */
struct zt_event *zt_event_builder_transfer(struct zt_event_builder *builder,
    const struct zt_query_spec *spec, const struct zt_transfer *transfer);

/** Time goes on. */
struct zt_event *zt_event_builder_tick(
    struct zt_event_builder *builder, uint64_t ts_ns);

/** Make the client an IPv6 address, given as two halves. */
void zt_event_builder_ipv6(struct zt_event *event, uint64_t high, uint64_t low);

#endif
