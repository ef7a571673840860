/**
 * @file name.h
 * Domain names in wire form: expanding compression, folding case, text.
 *
 * Limits:  255 bytes a name, 16 pointer hops a name, pointers strictly backward and not
 *          into the header; a budget of hops over the whole message.
 * Threads: pure functions on the caller's storage.
 * Source:  RFC 1035 sections 2.3.3, 3.1 and 4.1.4; RFC 4343 (case).
 */
#ifndef ZT_DISSECT_NAME_H
#define ZT_DISSECT_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "reject.h"

/** Pointer hops allowed in one name. */
#define ZT_NAME_HOPS_MAX 16
/** Pointer hops allowed in one message. */
#define ZT_MESSAGE_HOPS_MAX 1024
/** Longest presentation form: every byte as \DDD, terminator included. */
#define ZT_NAME_TEXT_MAX (4 * ZT_NAME_MAX + 1)

/** One name, expanded. */
struct zt_name {
	uint8_t wire[ZT_NAME_MAX + 1]; /**< Folded to lower case. */
	uint8_t len;		       /**< Bytes of wire, root label included. */
	uint8_t n_labels;	       /**< Without the root. */
	bool had_upper;		       /**< Some letter was upper case. */
};

/**
 * Expand and fold the name at offset.
 *
 * @param msg     the whole message, len bytes.
 * @param offset  in: where the name starts; out: the first byte after it in the message
 *                (after the first pointer where there is one).  Untouched on failure.
 * @param hops    in and out: pointer hops left for this message.
 * @param out     the name; unspecified on failure.
 * @return ZT_ACCEPT or the MESSAGE outcome: bad_label, bad_pointer, name_too_long,
 *         name_cut; ZT_R_TOO_COMPLEX when the hops are used up.
 */
enum zt_reject zt_name_expand(const uint8_t *msg, size_t len, size_t *offset,
    unsigned *hops, struct zt_name *out);

/** The same without folding; raw has room for ZT_NAME_MAX bytes. */
enum zt_reject zt_name_copy_raw(
    const uint8_t *msg, size_t len, size_t offset, uint8_t *raw, uint8_t *raw_len);

/**
 * Step over the name at offset without expanding it.
 *
 * @return false when it runs out of the message or holds an impossible label.
 */
bool zt_name_skip(const uint8_t *msg, size_t len, size_t *offset);

/** Is suffix (wire form) name itself or a name above it?  Both folded. */
bool zt_name_is_under(
    const uint8_t *name, size_t name_len, const uint8_t *suffix, size_t suffix_len);

/**
 * Presentation form with a trailing dot, every byte outside [!-~] and every special
 * character escaped (RFC 1035 section 5.1), so that the text is one line of ASCII.
 *
 * @param text  room for ZT_NAME_TEXT_MAX bytes.
 * @return bytes written, terminator left out.
 */
size_t zt_name_text(const uint8_t *wire, size_t len, char *text);

#endif
