/**
 * @file probe.h
 * The shape of a label that was made up by a program.
 *
 * Purpose: before they try a list, tools ask for a name that cannot exist, to see
 *          whether the zone has a wildcard.  How they make it up tells them apart.
 * Input:   names as they come in events, whole, folded and as spelled.
 * Work:    the length of the first label decides; most are left after that.
 * Threads: pure functions.
 */
#ifndef ZT_DETECT_PROBE_H
#define ZT_DETECT_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum zt_probe {
	ZT_PROBE_NONE = 0,
	ZT_PROBE_STAR,	 /**< A literal star. */
	ZT_PROBE_DIGITS, /**< 9 to 18 digits, save 11 and 16. */
	ZT_PROBE_DIGITS_11,
	ZT_PROBE_DIGITS_16,
	ZT_PROBE_LETTERS_12, /**< Lower case; many ordinary names are like that. */
	ZT_PROBE_LETTERS_24, /**< Lower case. */
	ZT_PROBE_MIXED_12,   /**< Letters of both cases and digits, none repeated. */
	ZT_PROBE_MIXED_20,
	ZT_PROBE_FRAMED, /**< xx--, twenty letters and digits, --xx. */
	ZT_PROBE_HEX_32,
	ZT_PROBE_UUID_4, /**< RFC 9562 section 5.4. */
};

/**
 * The shape of the first label.
 *
 * @param name  folded wire form of len bytes.
 * @param raw   the same as spelled; may be name itself.
 */
enum zt_probe zt_probe_of(const uint8_t *name, const uint8_t *raw, size_t len);

/** Whether the first label is eight of the letters "etaoinshrdlucmfw". */
bool zt_probe_is_frequent_letters(const uint8_t *name, size_t len);

#endif
