#include "name.h"

#include <string.h>

/** Label types, the top two bits of a length byte (RFC 1035 section 4.1.4). */
#define LABEL_TYPE    0xc0u
#define LABEL_POINTER 0xc0u
/** A pointer may not aim into the message header. */
#define POINTER_MIN 12u

/** The same byte in all eight places of a word. */
#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/**
 * Fold eight bytes.  Length bytes are below 64 and so are never taken for letters.
 *
 * @param word   the bytes, in any order.
 * @param upper  bit 7 of each byte that was an upper case letter is added.
 */
static inline uint64_t
fold_word(uint64_t word, uint64_t *upper)
{
	uint64_t low = word & EIGHT(0x7f);
	uint64_t from_a = low + EIGHT(0x80 - 'A');
	uint64_t beyond_z = low + EIGHT(0x80 - 'Z' - 1);
	uint64_t found = from_a & ~beyond_z & ~word & EIGHT(0x80);

	*upper |= found;
	return word | found >> 2;
}

/** Copy eight bytes folded. */
static inline void
copy_word(uint8_t *dst, const uint8_t *src, uint64_t *upper)
{
	uint64_t word;

	memcpy(&word, src, 8);
	word = fold_word(word, upper);
	memcpy(dst, &word, 8);
}

/** Copy n bytes folded; @return whether one of them was upper case. */
static inline bool
copy_folded(uint8_t *dst, const uint8_t *src, size_t n)
{
	uint64_t upper = 0;

	if (n < 8) {
		for (size_t i = 0; i < n; i++) {
			bool is_upper = src[i] >= 'A' && src[i] <= 'Z';
			dst[i] = is_upper ? (uint8_t)(src[i] | 0x20u) : src[i];
			upper |= is_upper;
		}
		return upper != 0;
	}
	for (size_t i = 0; i + 8 <= n; i += 8)
		copy_word(dst + i, src + i, &upper);
	/* The last eight bytes once more, for those that filled no word. */
	copy_word(dst + n - 8, src + n - 8, &upper);
	return upper != 0;
}

/** Labels that lie one behind the other, up to a root label or a pointer. */
struct run {
	size_t start;
	size_t end; /**< First byte after the last label; the root label counts. */
	uint8_t n_labels; /**< Without the root. */
	bool is_last;	  /**< It ended with the root label, not with a pointer. */
};

/**
 * Find the end of the run at run->start.
 *
 * @param room  bytes that the name may still take.
 */
static inline enum zt_reject
find_run(const uint8_t *msg, size_t len, size_t room, struct run *run)
{
	size_t pos = run->start;

	run->n_labels = 0;
	while (pos < len) {
		unsigned label = msg[pos];
		if (label == 0) {
			run->end = pos + 1;
			run->is_last = true;
			return run->end - run->start <= room ? ZT_ACCEPT
							     : ZT_R_NAME_TOO_LONG;
		}
		if (label > 63) {
			run->end = pos;
			run->is_last = false;
			return (label & LABEL_TYPE) == LABEL_POINTER ? ZT_ACCEPT
								     : ZT_R_BAD_LABEL;
		}
		pos += 1 + label;
		/* The root label is still to come, so equal is too long already. */
		if (pos - run->start >= room)
			return ZT_R_NAME_TOO_LONG;
		run->n_labels++;
	}
	return ZT_R_NAME_CUT;
}

/**
 * Follow the pointer that ends a run; the next run then starts at its target.
 *
 * The target must lie before the run: one inside it leads back to the same pointer.
 */
static inline enum zt_reject
follow(const uint8_t *msg, size_t len, unsigned *hops, struct run *run)
{
	if (run->end + 2 > len)
		return ZT_R_NAME_CUT;
	size_t target = (size_t)(msg[run->end] & 0x3fu) << 8 | msg[run->end + 1];
	if (target < POINTER_MIN || target >= run->start)
		return ZT_R_BAD_POINTER;
	if (*hops == 0)
		return ZT_R_TOO_COMPLEX;
	--*hops;
	run->start = target;
	return ZT_ACCEPT;
}

enum zt_reject
zt_name_expand(
    const uint8_t *msg, size_t len, size_t *offset, unsigned *hops, struct zt_name *out)
{
	struct run run = { *offset, *offset, 0, false };
	size_t used = 0, after = 0;
	unsigned n_labels = 0;
	bool upper = false;

	for (unsigned n_hops = 0; n_hops <= ZT_NAME_HOPS_MAX; n_hops++) {
		enum zt_reject r = find_run(msg, len, ZT_NAME_MAX - used, &run);
		if (r != ZT_ACCEPT)
			return r;
		size_t n = run.end - run.start;
		if (n > 0)
			upper |= copy_folded(out->wire + used, msg + run.start, n);
		used += n;
		n_labels += run.n_labels;
		if (n_hops == 0)
			after = run.is_last ? run.end : run.end + 2;
		if (run.is_last) {
			*offset = after;
			out->len = (uint8_t)used;
			out->n_labels = (uint8_t)n_labels;
			out->had_upper = upper;
			return ZT_ACCEPT;
		}
		r = follow(msg, len, hops, &run);
		if (r != ZT_ACCEPT)
			return r;
	}
	return ZT_R_TOO_COMPLEX;
}

enum zt_reject
zt_name_copy_raw(
    const uint8_t *msg, size_t len, size_t offset, uint8_t *raw, uint8_t *raw_len)
{
	struct run run = { offset, offset, 0, false };
	unsigned hops = ZT_NAME_HOPS_MAX;
	size_t used = 0;

	for (;;) {
		enum zt_reject r = find_run(msg, len, ZT_NAME_MAX - used, &run);
		if (r != ZT_ACCEPT)
			return r;
		memcpy(raw + used, msg + run.start, run.end - run.start);
		used += run.end - run.start;
		if (run.is_last) {
			*raw_len = (uint8_t)used;
			return ZT_ACCEPT;
		}
		r = follow(msg, len, &hops, &run);
		if (r != ZT_ACCEPT)
			return r;
	}
}

bool
zt_name_skip(const uint8_t *msg, size_t len, size_t *offset)
{
	struct run run = { *offset, *offset, 0, false };

	/* Nearly every owner name is a lone pointer. */
	if (*offset + 2 <= len && msg[*offset] >= LABEL_POINTER) {
		*offset += 2;
		return true;
	}
	if (find_run(msg, len, ZT_NAME_MAX, &run) != ZT_ACCEPT)
		return false;
	if (!run.is_last && run.end + 2 > len)
		return false;
	*offset = run.is_last ? run.end : run.end + 2;
	return true;
}

bool
zt_name_is_under(
    const uint8_t *name, size_t name_len, const uint8_t *suffix, size_t suffix_len)
{
	if (suffix_len > name_len)
		return false;
	size_t start = name_len - suffix_len, pos = 0;

	/* Equal bytes are not enough: they have to begin at a label. */
	while (pos < start)
		pos += 1u + name[pos];
	return pos == start && memcmp(name + start, suffix, suffix_len) == 0;
}

/** Write one byte of a label; @return the place after it. */
static char *
put_escaped(char *text, uint8_t byte)
{
	if (byte > ' ' && byte <= '~') {
		if (strchr(".\\\"();@$", byte))
			*text++ = '\\';
		*text++ = (char)byte;
		return text;
	}
	*text++ = '\\';
	*text++ = (char)('0' + byte / 100);
	*text++ = (char)('0' + byte / 10 % 10);
	*text++ = (char)('0' + byte % 10);
	return text;
}

size_t
zt_name_text(const uint8_t *wire, size_t len, char *text)
{
	char *out = text;
	size_t pos = 0;

	while (pos < len && wire[pos] != 0) {
		size_t label_end = pos + 1 + wire[pos];
		if (label_end > len)
			label_end = len;
		for (pos++; pos < label_end; pos++)
			out = put_escaped(out, wire[pos]);
		*out++ = '.';
	}
	if (out == text)
		*out++ = '.';
	*out = '\0';
	return (size_t)(out - text);
}
