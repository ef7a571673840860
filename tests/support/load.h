/**
 * @file load.h
 * Endless streams of events for the engine alone: ordinary traffic, and floods.
 *
 * Promise:   the same number of a stream is the same event, on every machine.
 * Ownership: events lie in the builder until the next one is made.
 */
#ifndef ZT_TESTS_LOAD_H
#define ZT_TESTS_LOAD_H

#include "event_builder.h"

enum zt_load_kind {
	/** Resolvers, people and mistakes: A, AAAA, HTTPS, one in ten NXDOMAIN. */
	ZT_LOAD_ORDINARY,
	/** Sources that are seen once or twice, each with a name of its own. */
	ZT_LOAD_SPOOFED,
	/** Sources whose addresses collide under FNV-1a modulo 2^16. */
	ZT_LOAD_COLLIDING,
	/** Sources that share a bucket of the engine's table, whose key is known. */
	ZT_LOAD_ONE_BUCKET,
	/** Random addresses of one IPv4 network of 16 bits. */
	ZT_LOAD_ONE_PREFIX,
	/** Random addresses of one IPv6 network of 48 bits. */
	ZT_LOAD_IPV6_SWEEP,
	/** Everybody asks for the mail servers of one name. */
	ZT_LOAD_ONE_NAME,
	/** Addresses of many networks asked backwards, one network after the other. */
	ZT_LOAD_REVERSE_SWEEP,
	ZT_LOADS
};

struct zt_load {
	struct zt_event_builder builder;
	enum zt_load_kind kind;
	uint32_t n_sources;  /**< Of ordinary and spoofed traffic. */
	uint64_t step_ns;    /**< Capture time from event to event. */
	uint32_t *colliding; /**< Addresses; see zt_load_init(). */
	uint32_t n_colliding;
};

/** What a kind is called. */
const char *zt_load_name(enum zt_load_kind kind);

/**
 * @param memory_bytes  of the engine, which decides what shares a bucket.
 * Ends the program when memory is short.
 */
void zt_load_init(struct zt_load *load, enum zt_load_kind kind, uint32_t n_sources,
    size_t memory_bytes);

void zt_load_fini(struct zt_load *load);

/** Event number i. */
const struct zt_event *zt_load_event(struct zt_load *load, uint64_t i);

#endif
