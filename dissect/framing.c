#include "framing.h"

#include "cursor.h"

/** One candidate while it is looked at. */
struct candidate {
	struct zt_cursor c; /**< Bytes that are there. */
	size_t len;	    /**< Length of the message by its prefix. */
	uint16_t id;
	uint16_t flags;
	uint16_t counts[4]; /**< QDCOUNT, ANCOUNT, NSCOUNT, ARCOUNT. */
};

static bool
is_known_class(uint16_t klass)
{
	/* IN, CH, HS, NONE, ANY; RFC 6895 section 3.2. */
	return klass == 1 || klass == 3 || klass == 4 || klass == 254 || klass == 255;
}

static bool
is_known_id(const struct zt_framing_hint *hint, uint16_t id)
{
	for (unsigned i = 0; i < hint->n_ids; i++) {
		if (hint->ids[i] == id)
			return true;
	}
	return false;
}

/** Flags that a sender in its right mind sets, RFC 1035 section 4.1.1. */
static bool
flags_fit(uint16_t flags, const struct zt_framing_hint *hint)
{
	unsigned qr = flags >> 15;
	unsigned opcode = flags >> 11 & 15u;

	if (hint->qr >= 0 && qr != (unsigned)hint->qr)
		return false;
	if ((flags & 0x0040u) != 0) /* Z */
		return false;
	if (opcode == 3 || opcode > 6)
		return false;
	return qr == 1 || (flags & 15u) == 0; /* no RCODE in a question */
}

/** Counts that fit the kind of message and its length. */
static bool
counts_fit(const struct candidate *m)
{
	uint32_t records = (uint32_t)m->counts[1] + m->counts[2] + m->counts[3];
	bool is_response = m->flags >> 15 != 0;
	unsigned opcode = m->flags >> 11 & 15u;

	if (m->counts[0] > 1)
		return false;
	/* A record takes at least 11 bytes, a question 5. */
	if (12 + 5 * (uint32_t)m->counts[0] + 11 * records > m->len)
		return false;
	if (is_response)
		return m->counts[0] == 1 || records > 0 || m->len == 12;
	if (m->counts[0] == 0)
		return opcode == 6; /* DSO, RFC 8490 */
	if (opcode == 5)
		return true; /* UPDATE: the counts are its sections */
	return m->counts[1] <= 1 && m->counts[2] <= 1 && m->counts[3] <= 3;
}

/** Step over a name. */
static enum zt_framing
skip_name(struct candidate *m, bool pointers)
{
	size_t total = 0;

	while (zt_cursor_left(&m->c) > 0) {
		unsigned n = zt_cursor_u8(&m->c);
		if (n == 0)
			return ZT_FRAMING_YES;
		if (n >= 0xc0 && pointers) {
			size_t before = zt_cursor_offset(&m->c) - 1;
			if (zt_cursor_left(&m->c) == 0)
				return ZT_FRAMING_MORE;
			size_t target = (n & 0x3f) << 8 | zt_cursor_u8(&m->c);
			return target >= 12 && target < before ? ZT_FRAMING_YES
							       : ZT_FRAMING_NO;
		}
		total += n + 1;
		if (n > 63 || total > 254)
			return ZT_FRAMING_NO;
		if (zt_cursor_left(&m->c) < n)
			return ZT_FRAMING_MORE;
		zt_cursor_skip(&m->c, n);
	}
	return ZT_FRAMING_MORE;
}

static enum zt_framing
check_question(struct candidate *m)
{
	/* A first question has nothing to point back to. */
	enum zt_framing name = skip_name(m, false);
	if (name != ZT_FRAMING_YES)
		return name;
	if (zt_cursor_left(&m->c) < 4)
		return ZT_FRAMING_MORE;
	uint16_t type = zt_cursor_u16(&m->c);
	uint16_t klass = zt_cursor_u16(&m->c);
	if (type == 0 || !is_known_class(klass) || zt_cursor_offset(&m->c) > m->len)
		return ZT_FRAMING_NO;
	return ZT_FRAMING_YES;
}

/** One record; its data may be missing. */
static enum zt_framing
check_record(struct candidate *m)
{
	enum zt_framing name = skip_name(m, true);
	if (name != ZT_FRAMING_YES)
		return name;
	if (zt_cursor_left(&m->c) < 10)
		return ZT_FRAMING_MORE;
	uint16_t type = zt_cursor_u16(&m->c);
	uint16_t klass = zt_cursor_u16(&m->c);
	zt_cursor_skip(&m->c, 4);
	size_t rdlen = zt_cursor_u16(&m->c);
	if (type == 0 || (type != 41 && !is_known_class(klass)) ||
	    zt_cursor_offset(&m->c) + rdlen > m->len)
		return ZT_FRAMING_NO;
	if (zt_cursor_left(&m->c) < rdlen)
		return ZT_FRAMING_MORE;
	zt_cursor_skip(&m->c, rdlen);
	return ZT_FRAMING_YES;
}

/**
 * The first records, as far as they are there.
 *
 * @param n_wanted  how many of them must be there in full.
 */
static enum zt_framing
check_records(struct candidate *m, unsigned n_wanted)
{
	uint32_t left = (uint32_t)m->counts[1] + m->counts[2] + m->counts[3];
	size_t have = (size_t)(m->c.end - m->c.start);

	if (left < n_wanted)
		return ZT_FRAMING_NO;
	for (unsigned i = 0; left > 0 && i < ZT_FRAMING_RECORDS; i++, left--) {
		enum zt_framing record = check_record(m);
		if (record == ZT_FRAMING_YES)
			continue;
		/* Cut by its own end: no.  Cut by what is there: that may do. */
		if (record == ZT_FRAMING_NO || have == m->len)
			return ZT_FRAMING_NO;
		if (i >= n_wanted)
			return ZT_FRAMING_YES;
		return have + 2 < ZT_FRAMING_NEED ? ZT_FRAMING_MORE : ZT_FRAMING_NO;
	}
	/* All records read: nothing may be left. */
	if (left == 0 && zt_cursor_offset(&m->c) != m->len)
		return ZT_FRAMING_NO;
	return ZT_FRAMING_YES;
}

/** A message of len bytes, of which there are `have`. */
static enum zt_framing
check_message(
    const uint8_t *data, size_t len, size_t have, const struct zt_framing_hint *hint)
{
	struct candidate m = { .c = zt_cursor_init(data, have < len ? have : len),
		.len = len };

	m.id = zt_cursor_u16(&m.c);
	m.flags = zt_cursor_u16(&m.c);
	for (unsigned i = 0; i < 4; i++)
		m.counts[i] = zt_cursor_u16(&m.c);
	if (m.c.failed)
		return ZT_FRAMING_MORE;
	if (!flags_fit(m.flags, hint) || !counts_fit(&m))
		return ZT_FRAMING_NO;
	if (m.counts[0] == 1) {
		enum zt_framing question = check_question(&m);
		if (question == ZT_FRAMING_MORE && have >= len)
			return ZT_FRAMING_NO;
		if (question != ZT_FRAMING_YES)
			return question;
	}
	/* Without a question the id has to speak for the message, or a record. */
	return check_records(&m, m.counts[0] == 0 && !is_known_id(hint, m.id));
}

enum zt_framing
zt_framing_check(const uint8_t *data, size_t len, const struct zt_framing_hint *hint)
{
	struct zt_cursor c = zt_cursor_init(data, len);
	size_t announced = zt_cursor_u16(&c);

	if (c.failed)
		return ZT_FRAMING_MORE;
	if (announced < ZT_FRAMING_MIN)
		return ZT_FRAMING_NO;
	return check_message(c.pos, announced, zt_cursor_left(&c), hint);
}

size_t
zt_framing_search(const uint8_t *data, size_t len, const struct zt_framing_hint *hint,
    bool final, enum zt_framing *verdict)
{
	for (size_t at = 0; at < len; at++) {
		enum zt_framing here = zt_framing_check(data + at, len - at, hint);
		if (here == ZT_FRAMING_YES || (here == ZT_FRAMING_MORE && !final)) {
			*verdict = here;
			return at;
		}
	}
	*verdict = ZT_FRAMING_NO;
	return len;
}

bool
zt_framing_fills(const uint8_t *data, size_t len, const struct zt_framing_hint *hint)
{
	struct zt_cursor c = zt_cursor_init(data, len);

	if (len == 0)
		return false;
	while (zt_cursor_left(&c) > 0) {
		if (zt_framing_check(c.pos, zt_cursor_left(&c), hint) != ZT_FRAMING_YES)
			return false;
		zt_cursor_skip(&c, zt_cursor_u16(&c));
	}
	return !c.failed;
}

bool
zt_framing_is_bare(const uint8_t *data, size_t len, const struct zt_framing_hint *hint)
{
	return len >= ZT_FRAMING_MIN && len <= UINT16_MAX &&
	       check_message(data, len, len, hint) == ZT_FRAMING_YES;
}
