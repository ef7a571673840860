/*
 * The roster as bytes: a head, the secondaries one after the other, a checksum over all
 * of it.  Numbers have their most significant byte first.
 *
 *   head       8 bytes "ztroster", version 4, how many 4, since 8
 *   secondary  four times 8, five counters of 4, family 1, address 16,
 *              zone: length 1 and so many bytes; key: the same
 *   checksum   8
 */
#include <string.h>

#include "roster.h"
#include "roster_priv.h"

#define VERSION	   1u
#define HEAD_BYTES 24u
#define SUM_BYTES  8u
/* Without the bytes of the two names. */
#define EACH_BYTES (4u * 8 + 5u * 4 + 1 + 16 + 1 + 1)

static const char magic[8] = { 'z', 't', 'r', 'o', 's', 't', 'e', 'r' };

/* Against accidents; whoever can write the file needs no collision. */
static const struct zt_hash_key sum_key = {
	UINT64_C(0x7a6f6e6574617020), /* "zonetap " */
	UINT64_C(0x726f737465722020), /* "roster  " */
};

struct writer {
	uint8_t *at;
};

static void
put(struct writer *w, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		*w->at++ = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

static void
put_bytes(struct writer *w, const void *bytes, size_t n)
{
	memcpy(w->at, bytes, n);
	w->at += n;
}

static void
put_name(struct writer *w, const struct zt_zone_name *name)
{
	put(w, name->len, 1);
	put_bytes(w, name->wire, name->len);
}

static void
put_secondary(struct writer *w, const struct zt_secondary *s)
{
	put(w, s->first_ns, 8);
	put(w, s->last_ns, 8);
	put(w, s->shortest_ns, 8);
	put(w, s->longest_ns, 8);
	put(w, s->n_gaps, 4);
	put(w, s->n_axfr, 4);
	put(w, s->n_ixfr, 4);
	put(w, s->n_signed, 4);
	put(w, s->n_unsigned, 4);
	put(w, s->family, 1);
	put_bytes(w, s->addr, sizeof(s->addr));
	put_name(w, &s->zone);
	put_name(w, &s->key);
}

size_t
zt_roster_save_max(const struct zt_roster *roster)
{
	return HEAD_BYTES + roster->n * (EACH_BYTES + 2u * ZT_NAME_MAX) + SUM_BYTES;
}

size_t
zt_roster_save(const struct zt_roster *roster, uint8_t *out)
{
	struct writer w = { out };

	put_bytes(&w, magic, sizeof(magic));
	put(&w, VERSION, 4);
	put(&w, roster->n, 4);
	put(&w, roster->since_ns, 8);
	for (uint32_t i = 0; i < roster->n; i++)
		put_secondary(&w, &roster->secondaries[i]);
	put(&w, zt_hash(&sum_key, out, (size_t)(w.at - out)), 8);
	return (size_t)(w.at - out);
}

struct reader {
	const uint8_t *at;
	size_t left;
	bool failed; /* Sticky: something ran out of the bytes, or makes no sense. */
};

static const uint8_t *
take(struct reader *r, size_t n)
{
	const uint8_t *at = r->at;

	if (r->failed || n > r->left) {
		r->failed = true;
		return NULL;
	}
	r->at += n;
	r->left -= n;
	return at;
}

static uint64_t
get(struct reader *r, unsigned bytes)
{
	const uint8_t *at = take(r, bytes);
	uint64_t value = 0;

	for (unsigned i = 0; at != NULL && i < bytes; i++)
		value = value << 8 | at[i];
	return value;
}

/* A name in wire form of exactly its length; the key may be absent. */
static void
get_name(struct reader *r, struct zt_zone_name *name)
{
	size_t at = 0;

	name->len = (uint8_t)get(r, 1);
	const uint8_t *wire = take(r, name->len);
	if (wire == NULL || name->len == 0)
		return;
	memcpy(name->wire, wire, name->len);
	while (at < name->len && wire[at] != 0 && wire[at] < 64)
		at += wire[at] + 1u;
	r->failed |= at + 1u != name->len || wire[at] != 0;
}

static void
get_secondary(struct reader *r, struct zt_secondary *s)
{
	memset(s, 0, sizeof(*s));
	s->first_ns = get(r, 8);
	s->last_ns = get(r, 8);
	s->shortest_ns = get(r, 8);
	s->longest_ns = get(r, 8);
	s->n_gaps = (uint32_t)get(r, 4);
	s->n_axfr = (uint32_t)get(r, 4);
	s->n_ixfr = (uint32_t)get(r, 4);
	s->n_signed = (uint32_t)get(r, 4);
	s->n_unsigned = (uint32_t)get(r, 4);
	s->family = (uint8_t)get(r, 1);
	const uint8_t *addr = take(r, sizeof(s->addr));
	if (addr != NULL)
		memcpy(s->addr, addr, sizeof(s->addr));
	get_name(r, &s->zone);
	get_name(r, &s->key);
	r->failed |= s->zone.len == 0 || (s->family != 4 && s->family != 6);
}

/* Why the head and the checksum are not accepted; NULL when they are. */
static const char *
refuse_frame(const uint8_t *bytes, size_t len)
{
	if (len < sizeof(magic) || memcmp(bytes, magic, sizeof(magic)) != 0)
		return "it is no saved roster";
	if (len < HEAD_BYTES + SUM_BYTES)
		return "it is cut";
	struct reader version = { bytes + sizeof(magic), 4, false };
	if (get(&version, 4) != VERSION)
		return "another version wrote it";
	struct reader sum = { bytes + len - SUM_BYTES, SUM_BYTES, false };
	if (get(&sum, SUM_BYTES) != zt_hash(&sum_key, bytes, len - SUM_BYTES))
		return "its checksum is wrong";
	return NULL;
}

/* Read everything; with a roster, take it over. */
static bool
read_all(struct reader r, struct zt_roster *roster)
{
	struct zt_secondary secondary;
	uint64_t n = get(&r, 4);
	uint64_t since_ns = get(&r, 8);

	for (uint64_t i = 0; i < n && !r.failed; i++) {
		get_secondary(&r, &secondary);
		if (roster != NULL)
			/* Where there is less room than before, the latest are refused
			 * and counted. */
			(void)zt_roster_append(roster, &secondary);
	}
	if (roster != NULL)
		roster->since_ns = since_ns;
	return !r.failed && r.left == 0;
}

bool
zt_roster_load(
    struct zt_roster *roster, const uint8_t *bytes, size_t len, const char **why)
{
	struct reader r;

	*why = refuse_frame(bytes, len);
	if (*why != NULL)
		return false;
	r = (struct reader){ bytes + sizeof(magic) + 4,
		len - sizeof(magic) - 4 - SUM_BYTES, false };
	if (!read_all(r, NULL)) {
		*why = "what it holds makes no sense";
		return false;
	}
	return read_all(r, roster);
}
