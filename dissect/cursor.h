/**
 * @file cursor.h
 * Bounded reader of big-endian wire data with a sticky error.
 *
 * Shape:   start .. pos .. end; pos never leaves [start, end].
 * Use:     read as many fields as wanted, then look at `failed` once.  A read past the
 *          end sets `failed`, returns zeros, and every later read does the same, so no
 *          path sees stale bytes.
 * Threads: a cursor belongs to one thread.
 * Rule:    this is the only file that does pointer arithmetic on captured bytes for the
 *          layers below DNS.
 */
#ifndef ZT_DISSECT_CURSOR_H
#define ZT_DISSECT_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct zt_cursor {
	const uint8_t *start; /**< First byte of what this cursor covers. */
	const uint8_t *pos;   /**< Next byte to read. */
	const uint8_t *end;   /**< One past the last readable byte. */
	bool failed;	      /**< A read went past the end; sticky. */
};

/** A cursor over len bytes at data, which it borrows. */
static inline struct zt_cursor
zt_cursor_init(const uint8_t *data, size_t len)
{
	struct zt_cursor c = { data, data, data + len, false };
	return c;
}

/** Bytes left to read; 0 after a failure. */
static inline size_t
zt_cursor_left(const struct zt_cursor *c)
{
	return c->failed ? 0 : (size_t)(c->end - c->pos);
}

/** Bytes read so far. */
static inline size_t
zt_cursor_offset(const struct zt_cursor *c)
{
	return (size_t)(c->pos - c->start);
}

/** True and unchanged when n bytes can be read; false and failed otherwise. */
static inline bool
zt_cursor_need(struct zt_cursor *c, size_t n)
{
	if (c->failed || (size_t)(c->end - c->pos) < n) {
		c->failed = true;
		return false;
	}
	return true;
}

/** Skip n bytes. */
static inline void
zt_cursor_skip(struct zt_cursor *c, size_t n)
{
	if (zt_cursor_need(c, n))
		c->pos += n;
}

/** Borrow the next n bytes and step over them; NULL when there are fewer. */
static inline const uint8_t *
zt_cursor_take(struct zt_cursor *c, size_t n)
{
	const uint8_t *p = c->pos;
	if (!zt_cursor_need(c, n))
		return NULL;
	c->pos += n;
	return p;
}

static inline uint8_t
zt_cursor_u8(struct zt_cursor *c)
{
	const uint8_t *p = zt_cursor_take(c, 1);
	return p ? p[0] : 0;
}

static inline uint16_t
zt_cursor_u16(struct zt_cursor *c)
{
	const uint8_t *p = zt_cursor_take(c, 2);
	return p ? (uint16_t)((unsigned)p[0] << 8 | p[1]) : 0;
}

static inline uint32_t
zt_cursor_u32(struct zt_cursor *c)
{
	const uint8_t *p = zt_cursor_take(c, 4);
	return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
		       p[3]
		 : 0;
}

/** Copy n bytes to out; out is zeroed when there are fewer. */
static inline void
zt_cursor_copy(struct zt_cursor *c, void *out, size_t n)
{
	const uint8_t *p = zt_cursor_take(c, n);
	if (p)
		memcpy(out, p, n);
	else
		memset(out, 0, n);
}

/** Shorten the cursor so that at most n bytes are left; never lengthens it. */
static inline void
zt_cursor_limit(struct zt_cursor *c, size_t n)
{
	if ((size_t)(c->end - c->pos) > n)
		c->end = c->pos + n;
}

/** The two bytes at p in network order; for headers that zt_cursor_take() handed out.
 */
static inline uint16_t
zt_be16(const uint8_t *p)
{
	return (uint16_t)((unsigned)p[0] << 8 | p[1]);
}

/** The three bytes at p in network order. */
static inline uint32_t
zt_be24(const uint8_t *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

/** The four bytes at p in network order. */
static inline uint32_t
zt_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | zt_be24(p + 1);
}

/** The two bytes at p, least significant first. */
static inline uint16_t
zt_le16(const uint8_t *p)
{
	return (uint16_t)((unsigned)p[1] << 8 | p[0]);
}

/** The four bytes at p, least significant first. */
static inline uint32_t
zt_le32(const uint8_t *p)
{
	return (uint32_t)zt_le16(p + 2) << 16 | zt_le16(p);
}

#endif
