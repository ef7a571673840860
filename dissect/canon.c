#include "canon.h"

#include <string.h>

/** A form of data that has names: "n" is a name, "s" a character string, a digit or
 *  letter from A so many plain bytes (1 to 9, A is 10), "*" the rest. */
struct shape {
	uint16_t type;
	const char *form;
};

/* RFC 4034 section 6.2 without NSEC (RFC 6840 section 5.1); HINFO has no names. */
static const struct shape shapes[] = {
	{ 2, "n" },	 /* NS */
	{ 3, "n" },	 /* MD */
	{ 4, "n" },	 /* MF */
	{ 5, "n" },	 /* CNAME */
	{ 6, "nnK" },	 /* SOA */
	{ 7, "n" },	 /* MB */
	{ 8, "n" },	 /* MG */
	{ 9, "n" },	 /* MR */
	{ 12, "n" },	 /* PTR */
	{ 14, "nn" },	 /* MINFO */
	{ 15, "2n" },	 /* MX */
	{ 17, "nn" },	 /* RP */
	{ 18, "2n" },	 /* AFSDB */
	{ 21, "2n" },	 /* RT */
	{ 24, "In*" },	 /* SIG */
	{ 26, "2nn" },	 /* PX */
	{ 30, "n*" },	 /* NXT */
	{ 33, "6n" },	 /* SRV */
	{ 35, "4sssn" }, /* NAPTR */
	{ 36, "2n" },	 /* KX */
	{ 39, "n" },	 /* DNAME */
	{ 46, "In*" },	 /* RRSIG */
};

#define TYPE_A6 38

/** Data on its way. */
struct copy {
	const uint8_t *msg;
	size_t pos; /**< In the message. */
	size_t end;
	uint8_t *out;
	size_t used;
	size_t cap;
};

static bool
copy_bytes(struct copy *c, size_t n)
{
	if (n > c->end - c->pos || n > c->cap - c->used)
		return false;
	memcpy(c->out + c->used, c->msg + c->pos, n);
	c->pos += n;
	c->used += n;
	return true;
}

static bool
copy_name(struct copy *c)
{
	unsigned hops = ZT_NAME_HOPS_MAX;
	struct zt_name name;

	if (zt_name_expand(c->msg, c->end, &c->pos, &hops, &name) != ZT_ACCEPT ||
	    name.len > c->cap - c->used)
		return false;
	memcpy(c->out + c->used, name.wire, name.len);
	c->used += name.len;
	return true;
}

static bool
copy_part(struct copy *c, char part)
{
	switch (part) {
	case 'n':
		return copy_name(c);
	case 's':
		return c->pos < c->end && copy_bytes(c, 1u + c->msg[c->pos]);
	case '*':
		return copy_bytes(c, c->end - c->pos);
	default:
		return copy_bytes(
		    c, (size_t)(part <= '9' ? part - '0' : part - 'A' + 10));
	}
}

/** A6, RFC 2874 section 3.1.1: prefix length, the rest of the address, a name. */
static bool
copy_a6(struct copy *c)
{
	if (c->pos == c->end)
		return false;
	unsigned bits = c->msg[c->pos];
	if (bits > 128 || !copy_bytes(c, 1) || !copy_bytes(c, (128 - bits + 7) / 8))
		return false;
	return bits == 0 || copy_name(c);
}

bool
zt_canon_rdata(const uint8_t *msg, size_t msg_len, const struct zt_rr *rr, uint8_t *out,
    size_t cap, size_t *len)
{
	struct copy c = { .msg = msg,
		.pos = rr->rdata,
		.end = (size_t)rr->rdata + rr->rdlen,
		.out = out,
		.cap = cap };
	const char *form = "*";

	if (c.end > msg_len)
		return false;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (shapes[i].type == rr->type)
			form = shapes[i].form;
	if (rr->type == TYPE_A6) {
		if (!copy_a6(&c))
			return false;
	} else {
		for (; *form; form++)
			if (!copy_part(&c, *form))
				return false;
	}
	*len = c.used;
	return c.pos == c.end;
}

size_t
zt_canon_key(const uint8_t *name, size_t len, uint8_t *key)
{
	uint8_t starts[128];
	unsigned n = 0;
	size_t used = 0;

	for (size_t at = 0; at < len && name[at] != 0 && n < sizeof(starts);
	     at += 1u + name[at])
		starts[n++] = (uint8_t)at;
	while (n-- > 0) {
		const uint8_t *label = name + starts[n];
		for (unsigned i = 1; i <= label[0]; i++) {
			if (label[i] <= 1)
				key[used++] = 1;
			key[used++] = (uint8_t)(label[i] + (label[i] <= 1));
		}
		key[used++] = 0;
	}
	return used;
}

size_t
zt_canon_name(const uint8_t *key, size_t len, uint8_t *name)
{
	uint8_t reversed[ZT_NAME_MAX];
	size_t at = ZT_NAME_MAX - 1, used = 0;

	/* Labels are written from the end of the place towards its beginning. */
	reversed[at] = 0;
	for (size_t i = 0; i < len; i++) {
		uint8_t label[63];
		uint8_t n = 0;
		for (; i < len && key[i] != 0 && n < sizeof(label); i++) {
			bool is_escaped = key[i] == 1 && i + 1 < len;
			i += is_escaped;
			label[n++] = (uint8_t)(key[i] - is_escaped);
		}
		if (at < n + 1u)
			break;
		at -= n + 1u;
		reversed[at] = n;
		memcpy(reversed + at + 1, label, n);
	}
	used = ZT_NAME_MAX - at;
	memcpy(name, reversed + at, used);
	return used;
}
