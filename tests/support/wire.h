/**
 * @file wire.h
 * Builds DNS messages byte by byte, also impossible ones.
 *
 * Use:       wire_start(), then add; the counts of the header are what the caller says.
 * Limits:    65535 bytes; adding more stops the test program.
 * Ownership: the caller's storage; nothing is allocated.
 * Threads:   plain data.
 */
#ifndef ZT_TESTS_WIRE_H
#define ZT_TESTS_WIRE_H

#include <stddef.h>
#include <stdint.h>

struct wire {
	uint8_t bytes[65535];
	size_t len;
};

/** Section counts of a header, in the order of the header. */
struct wire_counts {
	uint16_t qd, an, ns, ar;
};

/** Empty the message and write a header. */
void wire_start(struct wire *w, uint16_t id, uint16_t flags, struct wire_counts counts);

void wire_u8(struct wire *w, unsigned value);
void wire_u16(struct wire *w, unsigned value);
void wire_u32(struct wire *w, uint32_t value);
void wire_bytes(struct wire *w, const void *bytes, size_t n);

/** n times the same byte. */
void wire_fill(struct wire *w, uint8_t byte, size_t n);

/** A name from text such as "www.example.com"; "" is the root.  No escapes. */
void wire_name(struct wire *w, const char *text);

/** A compression pointer. */
void wire_pointer(struct wire *w, size_t target);

/** A question of class IN. */
void wire_question(struct wire *w, const char *name, unsigned type);

/**
 * A record of class IN up to its data.
 *
 * @param name  as for wire_name(); NULL: a pointer to the first question.
 * @return what wire_end_rr() wants.
 */
size_t wire_rr(struct wire *w, const char *name, unsigned type);

/** Write the length of the data that came since wire_rr(). */
void wire_end_rr(struct wire *w, size_t rr);

/** A whole A record; name as for wire_rr(). */
void wire_a(struct wire *w, const char *name, uint32_t address);

/** A whole SOA record of the given serial; name as for wire_rr(). */
void wire_soa(struct wire *w, const char *name, uint32_t serial);

/** An OPT record up to its options; flags as in its TTL field. */
size_t wire_opt(struct wire *w, unsigned size, uint32_t ttl);

#endif
