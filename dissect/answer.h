/**
 * @file answer.h
 * What the records of one message disclose: EDNS, signatures, addresses, the zone, the
 * links of a denial chain, and one value by which equal answers are recognised.
 *
 * Work:      records up to ZT_ANSWER_RECORDS_MAX are looked into, the others only
 * counted; ZT_ANSWER_HASHED_MAX bytes of data are hashed; names share one budget of
 *            pointer hops.
 * Memory:    none of its own.
 * Threads:   pure functions on the caller's storage, but for the counters of ldns.
 * Ownership: the message is borrowed for the call.
 * Source:    RFC 1035, RFC 2308 section 2 (SOA in negative answers), RFC 4034 section
 * 4, RFC 5155 section 3, RFC 6891, RFC 8945.
 */
#ifndef ZT_DISSECT_ANSWER_H
#define ZT_DISSECT_ANSWER_H

#include "decode.h"
#include "walk.h"

/** Pointer hops that the names of one message may cost here; a message of 8 intervals
 * or a chain of 10 aliases needs about 40. */
#define ZT_ANSWER_HOPS_MAX 64
/** Bytes of record data of one message that go into its answer hash. */
#define ZT_ANSWER_HASHED_MAX 4096

struct zt_answer {
	uint64_t hash;	     /**< Keyed, order-free hash of the answer data; 0: none. */
	uint64_t providers;  /**< Bit i: row i of the provider table. */
	uint64_t noted;	     /**< Bit n: outcome n of enum zt_reject was met. */
	uint32_t flags;	     /**< Those of enum zt_event_flag that records decide. */
	uint16_t n_answers;  /**< Records present in the answer section. */
	uint16_t ns_records; /**< NS records present in the authority section. */
	uint8_t zone_off;    /**< With ZT_EF_ZONE, ZT_EF_CUT: where the zone starts. */
	uint8_t n_nsec;
	uint8_t n_addrs;
	struct zt_soa soa;   /**< With ZT_EF_SOA. */
	struct zt_edns edns; /**< With ZT_EF_EDNS. */
	struct zt_nsec nsec[ZT_EVENT_NSEC_MAX];
	struct zt_answer_addr addrs[ZT_EVENT_ADDR_MAX];
};

_Static_assert(ZT_N_REJECTS <= 64, "outcomes fit the bits of noted");

/** Everything that reading needs; borrowed for the call. */
struct zt_answer_input {
	const struct zt_hash_key *key;
	struct zt_decode *decode;
	const struct zt_screen *screen;
	const uint8_t *msg;
	size_t len;
	size_t max_read;    /**< Records looked into at most; the others are counted. */
	size_t max_records; /**< Records walked at most; more are too_complex. */
	uint64_t ts_ns;
};

/** Read the records of a message.  Counters and flags start from zero. */
void zt_answer_read(const struct zt_answer_input *in, struct zt_answer *out);

#endif
