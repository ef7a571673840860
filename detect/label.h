/**
 * @file label.h
 * Steps along the labels of a domain name in folded wire form.
 *
 * Input:   names as they come in events: whole, uncompressed, ending in the root label.
 *          Cut or impossible names are accepted and end where they end.
 * Threads: pure functions.
 * Source:  RFC 1035 section 3.1.
 */
#ifndef ZT_DETECT_LABEL_H
#define ZT_DETECT_LABEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Offset of the label after n labels; len when there are fewer. */
static inline size_t
zt_label_skip(const uint8_t *name, size_t len, unsigned n)
{
	size_t at = 0;

	for (; n > 0 && at < len && name[at] != 0; n--)
		at += name[at] + 1u;
	return n == 0 && at <= len ? at : len;
}

/** Whether the label at the start of name is text (lower case). */
static inline bool
zt_label_is(const uint8_t *name, size_t len, const char *text)
{
	size_t n = strlen(text);

	return len > n && name[0] == n && memcmp(name + 1, text, n) == 0;
}

/** Whether the label at the start of name begins with an underscore, as the names of
 *  services do (RFC 8552). */
static inline bool
zt_label_is_underscored(const uint8_t *name, size_t len)
{
	return len > 1 && name[0] > 0 && name[1] == '_';
}

/** Whether the label at the start of name is a number of one to three digits. */
static inline bool
zt_label_is_octet(const uint8_t *name, size_t len)
{
	size_t n = len > 0 ? name[0] : 0;

	if (n == 0 || n > 3 || n >= len)
		return false;
	for (size_t i = 1; i <= n; i++) {
		if (name[i] < '0' || name[i] > '9')
			return false;
	}
	return true;
}

/** How a name says an address backwards. */
enum zt_reverse {
	ZT_REVERSE_NONE,
	ZT_REVERSE_V4, /**< Under in-addr.arpa. */
	ZT_REVERSE_V6, /**< Under ip6.arpa. */
};

/** Which reverse tree a name of n_labels labels is in, RFC 1035 3.5 and RFC 3596 2.5.
 */
static inline enum zt_reverse
zt_label_reverse(const uint8_t *name, size_t len, unsigned n_labels)
{
	static const uint8_t v4[] = "\7in-addr\4arpa";
	static const uint8_t v6[] = "\3ip6\4arpa";

	if (n_labels < 2)
		return ZT_REVERSE_NONE;
	size_t at = zt_label_skip(name, len, n_labels - 2);
	if (len - at == sizeof(v4) && memcmp(name + at, v4, sizeof(v4)) == 0)
		return ZT_REVERSE_V4;
	if (len - at == sizeof(v6) && memcmp(name + at, v6, sizeof(v6)) == 0)
		return ZT_REVERSE_V6;
	return ZT_REVERSE_NONE;
}

#endif
