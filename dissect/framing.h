/**
 * @file framing.h
 * Where does a DNS message begin in a TCP stream whose framing is lost?
 *
 * A length prefix says nothing by itself (nearly every value is a length), so a place
 * is believed only when a DNS message that fits the prefix, the direction and the
 * earlier messages follows it.  Strict on purpose: a wrong place loses the messages
 * behind it, a missed place only costs one message more.
 *
 * Work:    bounded per place: one question and ZT_FRAMING_RECORDS records.
 * Threads: pure functions.
 * Source:  RFC 1035 sections 4.1 and 4.2.2, RFC 5936 section 2.2 (no question after the
 *          first message of a transfer).
 */
#ifndef ZT_DISSECT_FRAMING_H
#define ZT_DISSECT_FRAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Shortest DNS message, RFC 1035 section 4.1.1. */
#define ZT_FRAMING_MIN 12
/** Records of one candidate that are looked at. */
#define ZT_FRAMING_RECORDS 8
/** A place is decided once this many bytes from its prefix on are there: prefix, header
 *  and question, or the first record where there is no question. */
#define ZT_FRAMING_NEED 1024

enum zt_framing {
	ZT_FRAMING_NO,
	ZT_FRAMING_MORE, /**< Cannot be told without more bytes. */
	ZT_FRAMING_YES,
};

/** What earlier messages of the stream say. */
struct zt_framing_hint {
	int qr;		 /**< QR bit of this direction, 0 or 1; -1: not known. */
	unsigned n_ids;	 /**< 0 .. 2. */
	uint16_t ids[2]; /**< Ids seen last, in this and in the other direction. */
};

/** Does a length prefix with its message begin at data?  data has len bytes. */
enum zt_framing zt_framing_check(
    const uint8_t *data, size_t len, const struct zt_framing_hint *hint);

/**
 * First place that is not ruled out.
 *
 * @param verdict  ZT_FRAMING_YES or ZT_FRAMING_MORE for the place returned,
 *                 ZT_FRAMING_NO when there is none.
 * @param final    no more bytes will come: undecided places are ruled out.
 * @return offset of the place, len when there is none.
 */
size_t zt_framing_search(const uint8_t *data, size_t len,
    const struct zt_framing_hint *hint, bool final, enum zt_framing *verdict);

/** Do whole messages, prefix and all, fill data exactly? */
bool zt_framing_fills(
    const uint8_t *data, size_t len, const struct zt_framing_hint *hint);

/** Is data exactly one message whose prefix is missing (it came in a segment before)?
 */
bool zt_framing_is_bare(
    const uint8_t *data, size_t len, const struct zt_framing_hint *hint);

#endif
