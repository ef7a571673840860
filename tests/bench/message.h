/**
 * @file message.h
 * Writes DNS messages for the benchmark's inputs.
 *
 * Ownership: the caller owns the message; nothing is allocated.
 * Limits:    a message that would grow beyond 65,535 bytes stays as it is and says so.
 * Source:    RFC 1035 section 4, RFC 6891 section 6.1.2.
 */
#ifndef ZT_BENCH_MESSAGE_H
#define ZT_BENCH_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_MESSAGE_MAX 65535

enum bench_section {
	BENCH_ANSWER = 6, /**< The value is the offset of the section's count. */
	BENCH_AUTHORITY = 8,
	BENCH_ADDITIONAL = 10,
};

struct bench_message {
	size_t len;
	size_t zone_at; /**< Offset of the zone inside the question's name. */
	uint8_t bytes[BENCH_MESSAGE_MAX];
};

/**
 * Begin a message with one question.
 *
 * @param name   presentation form without a trailing dot; "" is the root.
 * @param zone   the tail of name that owner names may point to; a suffix of name.
 * @param flags  the header's flags word.
 */
void bench_message_begin(struct bench_message *msg, uint16_t id, uint16_t flags,
    const char *name, const char *zone, uint16_t qtype);

/**
 * Add a record whose owner is `label` under the zone, or the zone itself for "".
 *
 * @return false when there is no room: the message is unchanged.
 */
bool bench_message_add(struct bench_message *msg, enum bench_section section,
    const char *label, uint16_t type, const void *rdata, uint16_t rdata_len);

/** Add an SOA of the zone. */
bool bench_message_add_soa(
    struct bench_message *msg, enum bench_section section, uint32_t serial);

/** Add an OPT record with the DO bit. */
void bench_message_add_opt(struct bench_message *msg);

#endif
