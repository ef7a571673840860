/**
 * @file provider.h
 * Which services a domain uses, as its own records tell: verification strings in TXT,
 * includes in SPF, mail exchangers, aliases and DKIM selectors.
 *
 * Data:    provider.def, the only list; each mark names where its provider documents
 *          it.
 * Result:  a set of bits, bit i for row i of the providers in that list.
 * Work:    TXT data is read up to ZT_PROVIDER_TEXT_MAX bytes; each name is compared
 *          with the marks of its kind.
 * Threads: pure functions and constants.
 * Source:  RFC 7208 (SPF), RFC 6376 (DKIM), and the pages named in provider.def.
 */
#ifndef ZT_DISSECT_PROVIDER_H
#define ZT_DISSECT_PROVIDER_H

#include "walk.h"

/** Bytes of TXT data that are looked at. */
#define ZT_PROVIDER_TEXT_MAX 1024

/** Bytes of the longest pattern. */
#define ZT_PROVIDER_PATTERN_MAX 47

enum zt_provider_id {
#define ZT_PROVIDER(id, name) ZT_PROVIDER_##id,
#include "provider.def"
	ZT_N_PROVIDERS
};

/** What a mark is compared with; names match at label borders, nothing minds case. */
enum zt_provider_kind {
	ZT_PROVIDER_BY_TXT,   /**< Start of a TXT record. */
	ZT_PROVIDER_BY_SPF,   /**< End of a domain in an SPF record. */
	ZT_PROVIDER_BY_MX,    /**< End of a mail exchanger's name. */
	ZT_PROVIDER_BY_CNAME, /**< End of an alias's target. */
	ZT_PROVIDER_BY_OWNER, /**< First labels of the owner of a TXT or CNAME. */
	ZT_N_PROVIDER_KINDS
};

/** One mark by which a provider is known. */
struct zt_provider_mark {
	char pattern[ZT_PROVIDER_PATTERN_MAX + 1]; /**< Lower case. */
	const char *source; /**< Page of the provider that says so. */
	uint8_t len;	    /**< Of pattern. */
	uint8_t provider;   /**< enum zt_provider_id. */
	uint8_t kind;	    /**< enum zt_provider_kind. */
};

/**
 * The providers that one record discloses.
 *
 * @param msg  the whole message, len bytes; rr lies inside it.
 */
uint64_t zt_provider_match(const uint8_t *msg, size_t len, const struct zt_rr *rr);

/** Public name of a bit; "" for a bit without provider. */
const char *zt_provider_name(unsigned bit);

/** All marks, for documents and tests. @return how many there are. */
size_t zt_provider_marks(const struct zt_provider_mark **marks);

#endif
