/**
 * @file decode.h
 * What ldns is asked: names of types and codes, and a second opinion on domain names.
 *
 * Gate:    ldns never sees captured bytes.  It gets one expanded, pointer-free name of
 *          at most 255 bytes at a time, or a number.
 * Budget:  at most ZT_DECODE_NAMES_PER_SECOND names per second of capture time; beyond
 *          it our own reading stands alone.
 * Failure: every call of ldns may fail (it allocates); failures are counted and mean
 *          "no second opinion" or "no name for this number", never a lost message.
 * Threads: one object per capture worker; the look-ups of names are pure.
 * Source:  ldns 1.8; which of its functions may be used is in NOTES.md.
 */
#ifndef ZT_DISSECT_DECODE_H
#define ZT_DISSECT_DECODE_H

#include "name.h"
#include "stats.h"

/** A name costs ldns two allocations and about 60 ns. */
#define ZT_DECODE_NAMES_PER_SECOND 10000
/** Room for any text that the look-ups below write. */
#define ZT_DECODE_TEXT_MAX 32

struct zt_decode {
	struct zt_dissect_stats *stats; /**< Where calls and failures are counted. */
	uint64_t second;		/**< Second of capture time that is running. */
	uint32_t left;			/**< Names left in it. */
};

/** stats must outlive the object. */
void zt_decode_init(struct zt_decode *decode, struct zt_dissect_stats *stats);

/** What ldns said of a name. */
enum zt_decode_verdict {
	ZT_DECODE_AGREES, /**< It read the same name. */
	ZT_DECODE_DISAGREES,
	ZT_DECODE_NO_ANSWER, /**< Budget used up or memory short. */
};

/** Ask for a second opinion on an expanded name. */
enum zt_decode_verdict zt_decode_check_name(
    struct zt_decode *decode, const struct zt_name *name, uint64_t ts_ns);

/**
 * Mnemonic of a record type, or TYPEnnn (RFC 3597 section 5).
 *
 * @param text  cap bytes, at least ZT_DECODE_TEXT_MAX.
 * @return bytes written, terminator left out.
 */
size_t zt_decode_type_name(uint16_t type, char *text, size_t cap);

/** Mnemonic of a class, or CLASSnnn. */
size_t zt_decode_class_name(uint16_t klass, char *text, size_t cap);

/** Mnemonic of a response code, extended or not, or RCODEnnn. */
size_t zt_decode_rcode_name(uint16_t rcode, char *text, size_t cap);

/** Mnemonic of an opcode, or OPCODEnnn. */
size_t zt_decode_opcode_name(uint16_t opcode, char *text, size_t cap);

/** Bytes of a SHA-1 digest. */
#define ZT_DECODE_SHA1_BYTES 20

/** SHA-1 of len bytes, which are not changed (FIPS 180-4); for names of flows only. */
void zt_decode_sha1(uint8_t *data, size_t len, uint8_t digest[ZT_DECODE_SHA1_BYTES]);

#endif
