/**
 * @file load.h
 * Endless streams of events for the engine alone: ordinary traffic, and floods.
 *
 * Promise:   the same number of a stream is the same event, on every machine.
 * Ownership: events lie in the builder until the next one is made.
 */
#ifndef ZT_BENCH_LOAD_H
#define ZT_BENCH_LOAD_H

#include "event_builder.h"

enum bench_load_kind {
	/** Resolvers, people and mistakes: A, AAAA, HTTPS, one in ten NXDOMAIN. */
	BENCH_LOAD_ORDINARY,
	/** Sources that are seen once or twice, each with a name of its own. */
	BENCH_LOAD_SPOOFED,
	/** Sources whose addresses collide under FNV-1a modulo 2^16. */
	BENCH_LOAD_COLLIDING,
	/** Sources that share a bucket of the engine's table, whose key is known. */
	BENCH_LOAD_ONE_BUCKET,
	/** Random addresses of one IPv4 network of 16 bits. */
	BENCH_LOAD_ONE_PREFIX,
	/** Random addresses of one IPv6 network of 48 bits. */
	BENCH_LOAD_IPV6_SWEEP,
	/** Everybody asks for the mail servers of one name. */
	BENCH_LOAD_ONE_NAME,
	/** Addresses of many networks asked backwards, one network after the other. */
	BENCH_LOAD_REVERSE_SWEEP,
	BENCH_LOADS
};

struct bench_load {
	struct zt_event_builder builder;
	enum bench_load_kind kind;
	uint32_t n_sources;  /**< Of ordinary and spoofed traffic. */
	uint64_t step_ns;    /**< Capture time from event to event. */
	uint32_t *colliding; /**< Addresses; see bench_load_init(). */
	uint32_t n_colliding;
};

/** What a kind is called. */
const char *bench_load_name(enum bench_load_kind kind);

/**
 * @param memory_bytes  of the engine, which decides what shares a bucket.
 * Ends the program when memory is short.
 */
void bench_load_init(struct bench_load *load, enum bench_load_kind kind,
    uint32_t n_sources, size_t memory_bytes);

void bench_load_fini(struct bench_load *load);

/** Event number i. */
const struct zt_event *bench_load_event(struct bench_load *load, uint64_t i);

#endif
