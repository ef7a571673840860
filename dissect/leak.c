#include "leak.h"

#include <string.h>

#include "provider.h"

/** RRSIG and what it covers, RFC 4034 section 3.1. */
#define TYPE_RRSIG 46

/** Count a type that is not where the hint says. */
__attribute__((noinline)) static void
find_type(struct zt_leak *leak, uint16_t type, struct zt_transfer *out)
{
	struct zt_type_count *types = out->types;
	unsigned i = 0;

	while (i < out->n_types && types[i].type != type)
		i++;
	if (i == ZT_TRANSFER_TYPES_MAX) {
		out->other_types++;
		return;
	}
	if (i == out->n_types) {
		types[i] = (struct zt_type_count){ .type = type };
		out->n_types++;
	}
	types[i].count++;
	leak->type_hints[type % ZT_LEAK_TYPE_HINTS] = (uint8_t)i;
}

/** What is frequent moves to the front. */
__attribute__((noinline)) static void
move_forward(struct zt_leak *leak, struct zt_type_count *types, unsigned i)
{
	struct zt_type_count moved = types[i];

	types[i] = types[i - 1];
	types[i - 1] = moved;
	leak->type_hints[types[i].type % ZT_LEAK_TYPE_HINTS] = (uint8_t)i;
	leak->type_hints[moved.type % ZT_LEAK_TYPE_HINTS] = (uint8_t)(i - 1);
}

static inline void
count_type(struct zt_leak *leak, uint16_t type, struct zt_transfer *out)
{
	struct zt_type_count *types = out->types;
	const uint8_t *hint = &leak->type_hints[type % ZT_LEAK_TYPE_HINTS];

	if (*hint < out->n_types && types[*hint].type == type)
		types[*hint].count++;
	else
		find_type(leak, type, out);
	unsigned i = *hint;
	if (i > 0 && types[i].type == type && types[i].count > types[i - 1].count)
		move_forward(leak, types, i);
}

/** Is the owner a hash and no name: NSEC3 or its signature? */
static bool
has_hashed_owner(const uint8_t *msg, const struct zt_rr *rr)
{
	if (rr->type == ZT_RR_NSEC3)
		return true;
	return rr->type == TYPE_RRSIG && rr->rdlen >= 2 && msg[rr->rdata] == 0 &&
	       msg[rr->rdata + 1u] == ZT_RR_NSEC3;
}

static void
add_sample(
    const struct zt_leak_place *place, const struct zt_rr *rr, struct zt_transfer *out)
{
	unsigned hops = ZT_NAME_HOPS_MAX;
	size_t pos = rr->owner;
	struct zt_name name;

	if (zt_name_expand(place->msg, place->len, &pos, &hops, &name) != ZT_ACCEPT ||
	    name.len > sizeof(out->samples) - out->sample_len)
		return;
	memcpy(out->samples + out->sample_len, name.wire, name.len);
	out->sample_len = (uint16_t)(out->sample_len + name.len);
	out->n_samples++;
}

static void
count_owner(struct zt_leak *leak, const struct zt_leak_place *place,
    const struct zt_rr *rr, struct zt_transfer *out)
{
	bool is_new = zt_distinct_add(place->pool, &leak->names, place->owner.hash);

	if (is_new && out->n_samples < ZT_TRANSFER_SAMPLES_MAX &&
	    place->owner.hash != leak->apex && !has_hashed_owner(place->msg, rr))
		add_sample(place, rr, out);
}

/** RFC 1918 or, for AAAA, fc00::/7. */
static bool
is_private_address(const uint8_t *msg, const struct zt_rr *rr)
{
	const uint8_t *a = msg + rr->rdata;

	if (rr->type == ZT_RR_AAAA)
		return rr->rdlen == 16 && (a[0] & 0xfe) == 0xfc;
	if (rr->rdlen != 4)
		return false;
	return a[0] == 10 || (a[0] == 172 && (a[1] & 0xf0) == 16) ||
	       (a[0] == 192 && a[1] == 168);
}

/** Does the owner's first label belong to the SRV records of a directory server? */
static bool
is_directory_service(const uint8_t *msg, size_t len, const struct zt_rr *rr)
{
	static const char *const labels[] = { "\5_ldap", "\11_kerberos", "\10_kpasswd",
		"\3_gc" };
	uint8_t first[10];
	size_t n = 1u + (msg[rr->owner] & 0x3fu);

	if (msg[rr->owner] >= sizeof(first) || rr->owner + n > len)
		return false;
	first[0] = msg[rr->owner];
	for (size_t i = 1; i < n; i++) {
		uint8_t byte = msg[rr->owner + i];
		first[i] = byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
	}
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (n == strlen(labels[i]) && memcmp(first, labels[i], n) == 0)
			return true;
	return false;
}

static void
count_directory(
    struct zt_leak *leak, const struct zt_leak_place *place, struct zt_transfer *out)
{
	if (leak->directory == place->owner.hash)
		return;
	leak->directory = place->owner.hash;
	out->directory_names++;
}

static void
count_service(struct zt_leak *leak, const struct zt_leak_place *place,
    const struct zt_rr *rr, struct zt_transfer *out)
{
	if (leak->srv != place->owner.hash)
		out->srv_names++;
	leak->srv = place->owner.hash;
	if (is_directory_service(place->msg, place->len, rr))
		count_directory(leak, place, out);
}

/** What the less frequent types disclose. */
__attribute__((noinline)) static void
count_disclosure(struct zt_leak *leak, const struct zt_leak_place *place,
    const struct zt_rr *rr, struct zt_transfer *out)
{
	switch (rr->type) {
	case ZT_RR_SRV:
		count_service(leak, place, rr, out);
		return;
	case ZT_RR_MX:
		out->mail_hosts++;
		out->providers |= zt_provider_match(place->msg, place->len, rr);
		return;
	case ZT_RR_TXT:
	case ZT_RR_SPF:
	case ZT_RR_CNAME:
		out->providers |= zt_provider_match(place->msg, place->len, rr);
		return;
	default:
		return;
	}
}

void
zt_leak_record(struct zt_leak *leak, const struct zt_leak_place *place,
    const struct zt_rr *rr, struct zt_transfer *out)
{
	count_type(leak, rr->type, out);
	if (place->owner.hash != leak->names.last ||
	    leak->names.mode == ZT_DISTINCT_EMPTY)
		count_owner(leak, place, rr, out);
	if (place->owner.is_directory)
		count_directory(leak, place, out);
	if (rr->type == ZT_RR_A || rr->type == ZT_RR_AAAA)
		out->private_addresses += is_private_address(place->msg, rr);
	else
		count_disclosure(leak, place, rr, out);
}
