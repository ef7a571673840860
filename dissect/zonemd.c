#include "zonemd.h"

#include <string.h>

#include "cursor.h"

#define TYPE_RRSIG 46
/** ZONEMD records of an apex that are looked at. */
#define CANDIDATES_MAX 8
/** Serial, scheme and hash algorithm, section 2.2. */
#define FIXED_LEN     6
#define SCHEME_SIMPLE 1

/** One ZONEMD record of the apex. */
struct candidate {
	const uint8_t *digest;
	size_t digest_len;
	uint32_t serial;
	uint8_t scheme;
	uint8_t algorithm;
};

/** What the apex says. */
struct apex {
	uint8_t key[ZT_CANON_KEY_MAX];
	size_t key_len;
	struct candidate candidates[CANDIDATES_MAX];
	unsigned n;
	uint32_t serial; /**< Of the SOA. */
	bool has_serial;
	bool has_too_many;
};

/** Hash algorithms of section 5.3; ZT_N_DIGESTS: none of them. */
static enum zt_digest_kind
kind_of(const struct candidate *candidate)
{
	if (candidate->scheme != SCHEME_SIMPLE)
		return ZT_N_DIGESTS;
	return candidate->algorithm == 1   ? ZT_DIGEST_SHA384
	       : candidate->algorithm == 2 ? ZT_DIGEST_SHA512
					   : ZT_N_DIGESTS;
}

static bool
is_apex(const struct apex *apex, const struct zt_collected *record)
{
	return record->key_len == apex->key_len &&
	       memcmp(record->key, apex->key, apex->key_len) == 0;
}

/** A key begins with those of the names above. */
static bool
is_inside(const struct apex *apex, const struct zt_collected *record)
{
	return record->key_len >= apex->key_len &&
	       memcmp(record->key, apex->key, apex->key_len) == 0;
}

static void
note_zonemd(struct apex *apex, const struct zt_collected *record)
{
	if (apex->n == CANDIDATES_MAX) {
		apex->has_too_many = true;
		return;
	}
	struct candidate *candidate = &apex->candidates[apex->n++];
	memset(candidate, 0, sizeof(*candidate));
	if (record->rdlen < FIXED_LEN)
		return;
	candidate->serial = zt_be32(record->rdata);
	candidate->scheme = record->rdata[4];
	candidate->algorithm = record->rdata[5];
	candidate->digest = record->rdata + FIXED_LEN;
	candidate->digest_len = record->rdlen - (size_t)FIXED_LEN;
}

static void
note_apex(struct apex *apex, const struct zt_collected *record)
{
	if (!is_apex(apex, record))
		return;
	if (record->type == ZT_RR_ZONEMD)
		note_zonemd(apex, record);
	if (record->type == ZT_RR_SOA && record->rdlen > 20) {
		apex->serial = zt_be32(record->rdata + record->rdlen - 20);
		apex->has_serial = true;
	}
}

/** Section 3.3.1: everything but the ZONEMD records of the apex and their signatures. */
static bool
is_covered(const struct apex *apex, const struct zt_collected *record)
{
	if (!is_inside(apex, record))
		return false;
	if (!is_apex(apex, record))
		return true;
	bool is_signature = record->type == TYPE_RRSIG && record->rdlen >= 2 &&
			    zt_be16(record->rdata) == ZT_RR_ZONEMD;
	return record->type != ZT_RR_ZONEMD && !is_signature;
}

/** @return false when the library fails. */
static bool
digest_zone(const struct zt_collections *collections,
    const struct zt_collection *collection, const struct apex *apex,
    const struct zt_digests *digests, void *digest)
{
	uint8_t head[ZT_NAME_MAX + 10];
	struct zt_collected record;

	if (!digests->start(digest))
		return false;
	for (uint32_t place = zt_collection_first(collections, collection, &record);
	     place; place = zt_collection_next(collections, place, &record)) {
		if (!is_covered(apex, &record))
			continue;
		size_t n = zt_collected_head(&record, head);
		if (!digests->add(digest, head, n) ||
		    !digests->add(digest, record.rdata, record.rdlen))
			return false;
	}
	return true;
}

/** @return ZT_ZONEMD_UNKNOWN when the library fails. */
static enum zt_zonemd_state
try_candidate(const struct zt_collections *collections,
    const struct zt_collection *collection, const struct apex *apex,
    const struct candidate *candidate, const struct zt_digests *digests)
{
	enum zt_digest_kind kind = kind_of(candidate);
	uint8_t ours[ZT_DIGEST_MAX];

	if (kind == ZT_N_DIGESTS)
		return ZT_ZONEMD_UNSUPPORTED;
	if (!apex->has_serial || candidate->serial != apex->serial ||
	    candidate->digest_len != zt_digest_bytes(kind))
		return ZT_ZONEMD_MISMATCH;
	void *digest = digests->open(kind, NULL, 0);
	bool is_done = digest &&
		       digest_zone(collections, collection, apex, digests, digest) &&
		       digests->finish(digest, ours);
	digests->close(digest);
	if (!is_done)
		return ZT_ZONEMD_UNKNOWN;
	return memcmp(ours, candidate->digest, candidate->digest_len) == 0
		   ? ZT_ZONEMD_VERIFIED
		   : ZT_ZONEMD_MISMATCH;
}

/** Section 4 step 4.1.2: of one scheme and algorithm there may be one record. */
static bool
is_alone(const struct apex *apex, const struct candidate *candidate)
{
	for (unsigned i = 0; i < apex->n; i++) {
		const struct candidate *other = &apex->candidates[i];
		if (other != candidate && other->scheme == candidate->scheme &&
		    other->algorithm == candidate->algorithm)
			return false;
	}
	return true;
}

enum zt_zonemd_state
zt_zonemd_verify(struct zt_collections *collections, struct zt_collection *collection,
    const struct zt_name *apex_name, const struct zt_digests *digests)
{
	enum zt_zonemd_state best = ZT_ZONEMD_NONE;
	struct apex apex = { .n = 0 };
	struct zt_collected record;

	apex.key_len = zt_canon_key(apex_name->wire, apex_name->len, apex.key);
	zt_collection_sort(collections, collection);
	for (uint32_t place = zt_collection_first(collections, collection, &record);
	     place; place = zt_collection_next(collections, place, &record))
		note_apex(&apex, &record);
	if (apex.has_too_many)
		return ZT_ZONEMD_UNSUPPORTED;
	/* Any one that holds is enough; otherwise the graver news. */
	for (unsigned i = 0; i < apex.n && best != ZT_ZONEMD_VERIFIED; i++) {
		enum zt_zonemd_state state = ZT_ZONEMD_MISMATCH;
		if (is_alone(&apex, &apex.candidates[i]))
			state = try_candidate(collections, collection, &apex,
			    &apex.candidates[i], digests);
		if (best == ZT_ZONEMD_NONE || best == ZT_ZONEMD_UNSUPPORTED ||
		    state == ZT_ZONEMD_VERIFIED)
			best = state;
	}
	return best;
}
