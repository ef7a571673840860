#include "owner.h"

#include <string.h>

#include "name.h"

/** Labels of the longest name, RFC 1035 section 3.1: 127 of one byte and the root. */
#define LABELS_MAX 127

/** The same byte in all eight places of a word. */
#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

void
zt_owners_init(struct zt_owners *owners, const struct zt_hash_key *key)
{
	memset(owners, 0, sizeof(*owners));
	owners->root = zt_hash(key, "owner", 5);
	owners->message = 1;
}

void
zt_owners_next_message(struct zt_owners *owners)
{
	/* After 2^32 messages a stale suffix could pass for a fresh one. */
	if (++owners->message == 0) {
		memset(owners->memo, 0, sizeof(owners->memo));
		owners->message = 1;
	}
}

/** Fold the letters of eight bytes; a length byte is below 64 and never a letter. */
static inline uint64_t
fold(uint64_t word)
{
	uint64_t low = word & EIGHT(0x7f);
	uint64_t upper = (low + EIGHT(0x80 - 'A')) & ~(low + EIGHT(0x80 - 'Z' - 1));

	return word | (upper & ~word & EIGHT(0x80)) >> 2;
}

/** Up to eight bytes as a little-endian word; what lies behind them is zero. */
static inline uint64_t
load(const uint8_t *msg, size_t len, size_t pos, size_t n)
{
	uint64_t word = 0;

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	if (pos + 8 <= len) {
		memcpy(&word, msg + pos, 8);
		return n < 8 ? word & ((UINT64_C(1) << 8 * n) - 1) : word;
	}
#endif
	for (size_t i = 0; i < n && i < 8; i++)
		word |= (uint64_t)msg[pos + i] << 8 * i;
	return word;
}

/** 128 bits of product, for joining; __extension__: ISO C11 has no such type. */
__extension__ typedef unsigned __int128 product;

/** Mix two words that no sender can choose both of: a is, or holds, a keyed hash. */
static inline uint64_t
multiply(uint64_t a, uint64_t b)
{
	product p = (product)(a ^ UINT64_C(0x9e3779b97f4a7c15)) *
		    (b ^ UINT64_C(0xd6e8feb86659fd93));

	return (uint64_t)p ^ (uint64_t)(p >> 64);
}

/** The bytes 6 _ m s d c s from the lowest up. */
#define MSDCS UINT64_C(0x736364736d5f06)

/** The rotation keeps equal words from cancelling each other. */
static inline uint64_t
join_words(uint64_t rest, uint64_t first, uint64_t second)
{
	return multiply(rest ^ first, (rest << 32 | rest >> 32) ^ second);
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/** Bytes that join_short() may look at. */
#	define SHORT_READS 16
/** Longest label that it takes. */
#	define SHORT_LABEL 14

/** join() without a branch on the length, for short labels well inside the message. */
static inline void
join_short(const uint8_t *msg, size_t pos, struct zt_owner *owner)
{
	unsigned n = 1u + msg[pos], n_first = n < 8 ? n : 8, n_second = n - n_first;
	uint64_t first, second;

	memcpy(&first, msg + pos, 8);
	memcpy(&second, msg + pos + 8, 8);
	first = fold(first & ~UINT64_C(0) >> (64 - 8 * n_first));
	second = fold(second & ~UINT64_C(0) >> 1 >> (63 - 8 * n_second));
	owner->is_directory |= first == MSDCS;
	owner->hash = join_words(owner->hash, first, second);
}
#endif

/** Put the label at pos in front of the name in `owner`. */
static void
join(const uint8_t *msg, size_t len, size_t pos, struct zt_owner *owner)
{
	size_t n = 1u + msg[pos];
	uint64_t first = fold(load(msg, len, pos, n));
	uint64_t second = n > 8 ? fold(load(msg, len, pos + 8, n - 8)) : 0;

	if (first == MSDCS)
		owner->is_directory = true;
	owner->hash = join_words(owner->hash, first, second);
	for (size_t i = 16; i < n; i += 8)
		owner->hash =
		    multiply(owner->hash, fold(load(msg, len, pos + i, n - i)));
}

static inline struct zt_owners_suffix *
memo_slot(struct zt_owners *owners, size_t offset)
{
	return &owners->memo[offset % ZT_OWNERS_MEMO];
}

static inline bool
recall(struct zt_owners *owners, size_t offset, struct zt_owner *out)
{
	const struct zt_owners_suffix *suffix = memo_slot(owners, offset);

	if (suffix->message != owners->message || suffix->offset != offset)
		return false;
	*out = suffix->owner;
	return true;
}

/** The labels of a name in the order in which they stand. */
struct label_stack {
	uint16_t offset[LABELS_MAX];
	unsigned n;
};

/**
 * Collect labels until the root, or until a suffix whose hash is known.
 *
 * @param out  the hash of what follows the collected labels.
 */
static bool
collect(struct zt_owners *owners, const uint8_t *msg, size_t len, size_t pos,
    struct label_stack *stack, struct zt_owner *out)
{
	size_t run = pos;

	stack->n = 0;
	for (unsigned hops = ZT_NAME_HOPS_MAX; pos < len;) {
		unsigned label = msg[pos];
		if (label == 0) {
			*out = (struct zt_owner){ owners->root, false };
			return true;
		}
		if (label >= 0xc0) {
			if (pos + 2 > len || hops-- == 0)
				return false;
			size_t target = (size_t)(label & 0x3f) << 8 | msg[pos + 1];
			if (target < 12 || target >= run)
				return false;
			if (recall(owners, target, out))
				return true;
			pos = run = target;
			continue;
		}
		if (label > 63 || pos + 1 + label > len || stack->n == LABELS_MAX)
			return false;
		stack->offset[stack->n++] = (uint16_t)pos;
		pos += 1 + label;
	}
	return false;
}

static inline void
join_front(const uint8_t *msg, size_t len, size_t pos, struct zt_owner *owner)
{
#ifdef SHORT_LABEL
	if (msg[pos] <= SHORT_LABEL && pos + SHORT_READS <= len) {
		join_short(msg, pos, owner);
		return;
	}
#endif
	join(msg, len, pos, owner);
}

/**
 * The usual forms: a pointer to a known suffix, or one label in front of such a
 * pointer.
 *
 * @return false when the name has another form.
 */
static inline bool
read_short(struct zt_owners *owners, const uint8_t *msg, size_t len, size_t pos,
    struct zt_owner *out)
{
	size_t start = pos;

	if (pos >= len)
		return false;
	if (msg[pos] > 0 && msg[pos] <= 63)
		pos += 1u + msg[pos];
	if (pos + 2 > len || msg[pos] < 0xc0)
		return false;
	size_t target = (size_t)(msg[pos] & 0x3f) << 8 | msg[pos + 1];
	if (target < 12 || target >= start || !recall(owners, target, out))
		return false;
	/* Not remembered: when it is pointed at, the long way does that. */
	if (pos > start)
		join_front(msg, len, start, out);
	return true;
}

/** Any form.  Apart, so that its stack is not set up for the usual forms. */
__attribute__((noinline)) static bool
read_long(struct zt_owners *owners, const uint8_t *msg, size_t len, size_t offset,
    struct zt_owner *out)
{
	struct label_stack stack;

	if (!collect(owners, msg, len, offset, &stack, out))
		return false;
	while (stack.n > 0) {
		size_t pos = stack.offset[--stack.n];
		join(msg, len, pos, out);
		struct zt_owners_suffix *suffix = memo_slot(owners, pos);
		suffix->owner = *out;
		suffix->message = owners->message;
		suffix->offset = (uint16_t)pos;
	}
	return true;
}

bool
zt_owners_read(struct zt_owners *owners, const uint8_t *msg, size_t len, size_t offset,
    struct zt_owner *out)
{
	if (!read_short(owners, msg, len, offset, out) &&
	    !read_long(owners, msg, len, offset, out))
		return false;
	/* One product alone leaves a pattern that a sketch of many names shows. */
	out->hash = multiply(out->hash, owners->root);
	return true;
}
