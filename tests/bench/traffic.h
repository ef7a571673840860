/**
 * @file traffic.h
 * What the benchmark's inputs are made of: ordinary exchanges and planted attacks.
 *
 * Promise:   equal seeds give equal bytes on every machine.
 * Ownership: frames are appended to the caller's lane.
 */
#ifndef ZT_BENCH_TRAFFIC_H
#define ZT_BENCH_TRAFFIC_H

#include "frames.h"
#include "message.h"

/** Everything that moves on from one exchange to the next. */
struct bench_traffic {
	uint64_t random;
	uint64_t next_rare; /**< Round robin over sources for rare types. */
	struct bench_message query;
	struct bench_message answer;
};

void bench_traffic_init(struct bench_traffic *traffic, uint64_t seed);

/** A number below n; n > 0. */
uint32_t bench_traffic_below(struct bench_traffic *traffic, uint32_t n);

/** A source by its number, and the server it asks; IPv6 when `family` is 6. */
void bench_traffic_ends(struct bench_traffic *traffic, struct bench_ends *ends,
    uint8_t family, uint32_t source);

/** The same with a source of the attackers' network, 198.51.100.0/24. */
void bench_traffic_attacker(
    struct bench_traffic *traffic, struct bench_ends *ends, uint8_t host);

/** One exchange as an ordinary tap sees it: UDP, now and then TCP or no DNS at all. */
void bench_traffic_ordinary(struct bench_traffic *traffic, struct bench_lane *lane);

/** One question from a source that is seen once. */
void bench_traffic_spoofed(
    struct bench_traffic *traffic, struct bench_lane *lane, uint32_t source);

/** One question and its answer over TCP. */
void bench_traffic_stream(
    struct bench_traffic *traffic, struct bench_lane *lane, uint32_t source);

/**
 * A whole zone over TCP: `records` records, both SOAs counted.
 *
 * @param message_bytes  messages are closed when they reach this size.
 */
void bench_traffic_transfer(struct bench_traffic *traffic, struct bench_lane *lane,
    const struct bench_ends *ends, uint32_t records, size_t message_bytes);

/** A transfer that is refused. */
void bench_traffic_refused(struct bench_traffic *traffic, struct bench_lane *lane,
    const struct bench_ends *ends);

/** `names` names asked for MX and for TXT, all answered. */
void bench_traffic_types(struct bench_traffic *traffic, struct bench_lane *lane,
    const struct bench_ends *ends, unsigned names);

/** `names` guessed names, all answered NXDOMAIN. */
void bench_traffic_guesses(struct bench_traffic *traffic, struct bench_lane *lane,
    const struct bench_ends *ends, unsigned names);

#endif
