/**
 * @file screen.h
 * Header and questions of a DNS message, read straight from the packet.
 *
 * The hot path: no allocation, no copy but the name's, bounded work (4 questions, 16
 * pointer hops each).  A readable question counts, whatever garbage follows it.
 *
 * Threads: pure function on the caller's storage.
 * Source:  RFC 1035 section 4.1, RFC 9619 (QDCOUNT).
 */
#ifndef ZT_DISSECT_SCREEN_H
#define ZT_DISSECT_SCREEN_H

#include "hash.h"
#include "name.h"

#define ZT_DNS_HEADER_LEN 12
/** Questions read of one message. */
#define ZT_QUESTIONS_MAX 4

struct zt_question {
	struct zt_name name;
	uint64_t hash; /**< Keyed hash of the folded name. */
	uint16_t name_offset;
	uint16_t type;
	uint16_t klass;
};

struct zt_screen {
	uint16_t id;
	uint16_t flags;	  /**< The 16-bit flags word. */
	uint16_t qdcount; /**< Counts as the header promises them. */
	uint16_t ancount;
	uint16_t nscount;
	uint16_t arcount;
	uint16_t body;	     /**< Offset of the first byte after the questions. */
	uint8_t n_questions; /**< Questions read, 0 .. ZT_QUESTIONS_MAX. */
	bool body_known; /**< All promised questions were read; body is where records
			      start. */
	struct zt_question questions[ZT_QUESTIONS_MAX];
};

/**
 * @param key  for the name hash.
 * @param msg  len bytes, 0 .. 65535.
 * @param out  filled as far as the message could be read: after short_header nothing is
 *             valid, after any other outcome the header fields are.
 * @return ZT_ACCEPT when at least one question was read or QDCOUNT is 0; else the
 * MESSAGE outcome of the first question.
 */
enum zt_reject zt_screen(const struct zt_hash_key *key, const uint8_t *msg, size_t len,
    struct zt_screen *out);

#endif
