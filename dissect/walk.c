#include "walk.h"

#include <string.h>

#include "cursor.h"

/** EDNS options that are looked into; IANA DNS EDNS0 option codes. */
enum {
	OPTION_ECS = 8, /**< RFC 7871. */
	OPTION_LAST_BIT = 31,
};

/** TYPE, CLASS, TTL and RDLENGTH, RFC 1035 section 4.1.3. */
#define FIXED_LEN 10

/** Longest label and lowest first byte of a pointer, RFC 1035 section 4.1.4. */
#define LABEL_MAX 63
#define POINTER	  0xc0

/** A cursor over the data of a record. */
static struct zt_cursor
rdata_cursor(const uint8_t *msg, const struct zt_rr *rr)
{
	return zt_cursor_init(msg + rr->rdata, rr->rdlen);
}

void
zt_walk_init(struct zt_walk *walk, const uint8_t *msg, size_t len,
    const struct zt_screen *screen)
{
	memset(walk, 0, sizeof(*walk));
	walk->msg = msg;
	walk->len = len;
	walk->pos = screen->body;
	walk->end = ZT_ACCEPT;
	if (screen->body_known) {
		walk->left[ZT_SECTION_ANSWER] = screen->ancount;
		walk->left[ZT_SECTION_AUTHORITY] = screen->nscount;
		walk->left[ZT_SECTION_ADDITIONAL] = screen->arcount;
	} else {
		/* Where the records start is unknown: there is nothing to walk. */
		walk->section = ZT_SECTION_ADDITIONAL;
		walk->end = ZT_R_BAD_SECTION;
	}
}

/** End the walk for a reason. */
static bool
stop(struct zt_walk *walk, enum zt_reject why)
{
	walk->end = why;
	walk->section = ZT_SECTION_ADDITIONAL;
	memset(walk->left, 0, sizeof(walk->left));
	return false;
}

/** Any owner name.  Apart, so that the usual ones need no stack. */
__attribute__((noinline)) static size_t
skip_any_owner(const uint8_t *msg, size_t len, size_t pos)
{
	return zt_name_skip(msg, len, &pos) ? pos : 0;
}

/** Where an owner name ends, or 0: mostly it is a pointer or one label before one. */
static inline size_t
skip_owner(const uint8_t *msg, size_t len, size_t pos)
{
	size_t p = pos;

	if (p + 1 + LABEL_MAX + 2 <= len) {
		if (msg[p] - 1u < LABEL_MAX)
			p += 1u + msg[p];
		if (msg[p] >= POINTER)
			return p + 2;
	}
	return skip_any_owner(msg, len, pos);
}

bool
zt_walk_next(struct zt_walk *walk, struct zt_rr *rr)
{
	while (walk->left[walk->section] == 0) {
		if (walk->section == ZT_SECTION_ADDITIONAL)
			return false;
		walk->section++;
	}
	size_t pos = skip_owner(walk->msg, walk->len, walk->pos);
	if (pos == 0 || walk->len - pos < FIXED_LEN)
		return stop(walk, ZT_R_BAD_SECTION);
	const uint8_t *fixed = walk->msg + pos;
	rr->type = zt_be16(fixed);
	rr->klass = zt_be16(fixed + 2);
	rr->ttl = zt_be32(fixed + 4);
	rr->rdlen = zt_be16(fixed + 8);
	if (walk->len - pos - FIXED_LEN < rr->rdlen)
		return stop(walk, ZT_R_BAD_RDATA);
	/* A message has at most 65535 bytes, so offsets fit. */
	rr->owner = (uint16_t)walk->pos;
	rr->rdata = (uint16_t)(pos + FIXED_LEN);
	rr->section = walk->section;
	walk->pos = (size_t)rr->rdata + rr->rdlen;
	walk->left[walk->section]--;
	walk->counted[walk->section]++;
	return true;
}

/** Step over a name in record data that has to end inside the data. */
static bool
skip_rdata_name(const uint8_t *msg, const struct zt_rr *rr, size_t *pos)
{
	return zt_name_skip(msg, (size_t)rr->rdata + rr->rdlen, pos);
}

bool
zt_walk_soa(const uint8_t *msg, size_t len, const struct zt_rr *rr, struct zt_soa *soa)
{
	size_t pos = rr->rdata;
	size_t end = pos + rr->rdlen;

	if (rr->type != ZT_RR_SOA || end > len)
		return false;
	if (!skip_rdata_name(msg, rr, &pos) || !skip_rdata_name(msg, rr, &pos))
		return false;
	/* SERIAL REFRESH RETRY EXPIRE MINIMUM, four bytes each. */
	if (end - pos != 20)
		return false;
	struct zt_cursor c = zt_cursor_init(msg + pos, end - pos);
	soa->serial = zt_cursor_u32(&c);
	soa->refresh = zt_cursor_u32(&c);
	return true;
}

bool
zt_walk_soa_serial(
    const uint8_t *msg, size_t len, const struct zt_rr *rr, uint32_t *serial)
{
	struct zt_soa soa;

	if (!zt_walk_soa(msg, len, rr, &soa))
		return false;
	*serial = soa.serial;
	return true;
}

/** Is the data n_fixed bytes, then n_names names, then n_tail bytes, and no more? */
static bool
has_shape(const uint8_t *msg, const struct zt_rr *rr, size_t n_fixed, unsigned n_names,
    size_t n_tail)
{
	size_t pos = (size_t)rr->rdata + n_fixed;
	size_t end = (size_t)rr->rdata + rr->rdlen;

	if (pos > end)
		return false;
	for (unsigned i = 0; i < n_names; i++)
		if (!skip_rdata_name(msg, rr, &pos))
			return false;
	return end - pos == n_tail;
}

bool
zt_walk_rdata_fits(const uint8_t *msg, size_t len, const struct zt_rr *rr)
{
	if ((size_t)rr->rdata + rr->rdlen > len)
		return false;
	switch (rr->type) {
	case ZT_RR_A:
		/* Class CH gives A another form, RFC 1035 section 3.4.1 is for IN. */
		return rr->klass != ZT_CLASS_IN || rr->rdlen == 4;
	case ZT_RR_AAAA:
		return rr->rdlen == 16;
	case ZT_RR_NS:
	case ZT_RR_CNAME:
	case ZT_RR_PTR:
		return has_shape(msg, rr, 0, 1, 0);
	case ZT_RR_MX:
		return has_shape(msg, rr, 2, 1, 0);
	case ZT_RR_SRV:
		return has_shape(msg, rr, 6, 1, 0);
	case ZT_RR_SOA:
		return has_shape(msg, rr, 0, 2, 20);
	case ZT_RR_TXT:
	case ZT_RR_TSIG:
		return rr->rdlen > 0;
	default:
		return true;
	}
}

/** Read the Client Subnet option, RFC 7871 section 6; @return false when malformed. */
static bool
read_ecs(struct zt_cursor option, struct zt_edns *out)
{
	unsigned family = zt_cursor_u16(&option);
	unsigned bits = zt_cursor_u8(&option);

	zt_cursor_skip(&option, 1); /* scope prefix length */
	size_t n = zt_cursor_left(&option);
	size_t addr_len = family == 1 ? 4 : family == 2 ? 16 : 0;
	if (option.failed || bits > 8 * addr_len || n != (bits + 7) / 8)
		return false;
	out->ecs_family = family == 1 ? 4 : 6;
	out->ecs_bits = (uint8_t)bits;
	zt_cursor_copy(&option, out->ecs_addr, n);
	if (bits % 8 != 0)
		out->ecs_addr[bits / 8] &= (uint8_t)(0xff00u >> bits % 8);
	return true;
}

void
zt_walk_edns(
    const uint8_t *msg, size_t len, const struct zt_rr *rr, struct zt_edns *out)
{
	memset(out, 0, sizeof(*out));
	/* RFC 6891 section 6.1.3: CLASS is the size, TTL is rcode, version, flags. */
	out->size = rr->klass;
	out->extended_rcode = (uint8_t)(rr->ttl >> 24);
	out->version = (uint8_t)(rr->ttl >> 16);
	out->flags = (uint16_t)rr->ttl;
	out->bad = msg[rr->owner] != 0 || rr->section != ZT_SECTION_ADDITIONAL;
	if ((size_t)rr->rdata + rr->rdlen > len) {
		out->bad = true;
		return;
	}
	struct zt_cursor c = rdata_cursor(msg, rr);
	while (zt_cursor_left(&c) > 0) {
		unsigned code = zt_cursor_u16(&c);
		size_t option_len = zt_cursor_u16(&c);
		const uint8_t *data = zt_cursor_take(&c, option_len);
		if (!data) {
			out->bad = true;
			return;
		}
		out->options |=
		    1u << (code < OPTION_LAST_BIT ? code : (unsigned)OPTION_LAST_BIT);
		if (code == OPTION_ECS && out->ecs_family == 0 &&
		    !read_ecs(zt_cursor_init(data, option_len), out))
			out->bad = true;
	}
}

bool
zt_walk_tsig(
    const uint8_t *msg, size_t len, const struct zt_rr *rr, struct zt_tsig_record *out)
{
	unsigned hops = 2 * ZT_NAME_HOPS_MAX;
	size_t owner = rr->owner, pos = rr->rdata;
	size_t end = pos + rr->rdlen;

	if (rr->type != ZT_RR_TSIG || end > len ||
	    zt_name_expand(msg, len, &owner, &hops, &out->key) != ZT_ACCEPT ||
	    zt_name_expand(msg, end, &pos, &hops, &out->algorithm) != ZT_ACCEPT)
		return false;
	struct zt_cursor c = zt_cursor_init(msg + pos, end - pos);
	out->rr = *rr;
	out->time_signed = (uint64_t)zt_cursor_u16(&c) << 32;
	out->time_signed |= zt_cursor_u32(&c);
	out->fudge = zt_cursor_u16(&c);
	out->mac_len = zt_cursor_u16(&c);
	out->mac = zt_cursor_take(&c, out->mac_len);
	out->original_id = zt_cursor_u16(&c);
	out->error = zt_cursor_u16(&c);
	out->other_len = zt_cursor_u16(&c);
	out->other = zt_cursor_take(&c, out->other_len);
	return !c.failed && zt_cursor_left(&c) == 0;
}
