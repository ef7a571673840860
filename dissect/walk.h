/**
 * @file walk.h
 * The records of a DNS message, one after the other, without allocation.
 *
 * RDLENGTH alone says where the next record starts, whatever the data claims.  Counts
 * of the header are a promise only: the walk ends where the message does.
 *
 * Use:     zt_walk_init(), then zt_walk_next() until it says false, then look at `end`.
 * Work:    one bounded step a record; owner names are skipped, not expanded.
 * Threads: pure functions on the caller's storage.
 * Source:  RFC 1035 section 4.1.3, RFC 6891 section 6.1 (OPT), RFC 8945 section 4.2
 * (TSIG).
 */
#ifndef ZT_DISSECT_WALK_H
#define ZT_DISSECT_WALK_H

#include "screen.h"

enum zt_section {
	ZT_SECTION_ANSWER,
	ZT_SECTION_AUTHORITY,
	ZT_SECTION_ADDITIONAL,
};

/** One record; offsets count from the start of the message. */
struct zt_rr {
	uint32_t ttl;
	uint16_t owner; /**< Offset of the owner name. */
	uint16_t type;
	uint16_t klass;
	uint16_t rdata; /**< Offset of the data. */
	uint16_t rdlen;
	uint8_t section; /**< enum zt_section. */
};

struct zt_walk {
	const uint8_t *msg;
	size_t len;
	size_t pos;
	uint16_t left[3];    /**< Records still promised, by section. */
	uint16_t counted[3]; /**< Records really seen, by section. */
	uint8_t section;
	/** ZT_ACCEPT: all promised records were there; ZT_R_BAD_SECTION: fewer;
	 *  ZT_R_BAD_RDATA: a length ran out of the message. */
	enum zt_reject end;
};

/** Start behind the questions.  msg is borrowed while the walk lasts. */
void zt_walk_init(struct zt_walk *walk, const uint8_t *msg, size_t len,
    const struct zt_screen *screen);

/** @return true and the next record, or false at the end. */
bool zt_walk_next(struct zt_walk *walk, struct zt_rr *rr);

/**
 * Can the data be what its type says, by its length alone?  Looks at A, AAAA, NS,
 * CNAME, PTR, MX, SRV, SOA, TXT and TSIG; any other type may hold anything.  Not for
 * UPDATE (RFC 2136), where empty data is regular.
 */
bool zt_walk_rdata_fits(const uint8_t *msg, size_t len, const struct zt_rr *rr);

/**
 * SERIAL and REFRESH of a SOA record, RFC 1035 section 3.3.13.
 *
 * @return false when the data is no SOA.
 */
bool zt_walk_soa(
    const uint8_t *msg, size_t len, const struct zt_rr *rr, struct zt_soa *soa);

/**
 * Its SERIAL alone.
 *
 * @return false when the data is no SOA.
 */
bool zt_walk_soa_serial(
    const uint8_t *msg, size_t len, const struct zt_rr *rr, uint32_t *serial);

/** What the additional section says of EDNS. */
struct zt_edns {
	uint32_t options; /**< Bit n: option n (n < 31); bit 31: any other. */
	uint16_t size;
	uint16_t flags;
	uint8_t version;
	uint8_t extended_rcode; /**< Upper eight bits. */
	uint8_t ecs_family;	/**< 4, 6 or 0. */
	uint8_t ecs_bits;
	uint8_t ecs_addr[16];
	bool bad; /**< Options run out of RDLENGTH, or the owner is not the root. */
};

/** Read an OPT record. */
void zt_walk_edns(
    const uint8_t *msg, size_t len, const struct zt_rr *rr, struct zt_edns *out);

/** A TSIG record, RFC 8945 section 4.2. */
struct zt_tsig_record {
	struct zt_rr rr;
	struct zt_name key;
	struct zt_name algorithm;
	uint64_t time_signed; /**< Seconds since the epoch, 48 bits. */
	const uint8_t *mac;   /**< mac_len bytes of the message. */
	const uint8_t *other; /**< other_len bytes of the message. */
	uint16_t mac_len;
	uint16_t other_len;
	uint16_t fudge; /**< Seconds. */
	uint16_t original_id;
	uint16_t error;
};

/** Read a TSIG record; @return false when it is cut or its names are bad. */
bool zt_walk_tsig(
    const uint8_t *msg, size_t len, const struct zt_rr *rr, struct zt_tsig_record *out);

#endif
