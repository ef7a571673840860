/**
 * @file digest.h
 * What the dissector asks of a library of hash functions; who uses the dissector brings
 * it along.
 *
 * Shape:     a digest is open() with or without a secret (with: HMAC, RFC 2104), then any
 *            number of rounds of start(), add() and finish(), then close().
 * Ownership: a digest belongs to who opened it; secrets are borrowed for open().
 * Errors:    any call may fail (libraries allocate); open() then gives NULL and the
 *            others false, and the digest has to be started again.
 * Threads:   a digest belongs to one thread, the functions to all.
 */
#ifndef ZT_DISSECT_DIGEST_H
#define ZT_DISSECT_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes of the longest digest. */
#define ZT_DIGEST_MAX 64

/** From the weakest to the strongest. */
enum zt_digest_kind {
	ZT_DIGEST_MD5,
	ZT_DIGEST_SHA1,
	ZT_DIGEST_SHA224,
	ZT_DIGEST_SHA256,
	ZT_DIGEST_SHA384,
	ZT_DIGEST_SHA512,
	ZT_N_DIGESTS
};

struct zt_digests {
	/** @param secret  of the HMAC, len bytes; NULL: a plain digest. */
	void *(*open)(enum zt_digest_kind kind, const uint8_t *secret, size_t len);
	/** Accepts NULL. */
	void (*close)(void *digest);
	bool (*start)(void *digest);
	bool (*add)(void *digest, const void *bytes, size_t len);
	/** @param out  as many bytes as zt_digest_bytes() says. */
	bool (*finish)(void *digest, uint8_t out[ZT_DIGEST_MAX]);
};

/** Bytes of a digest. */
static inline size_t
zt_digest_bytes(enum zt_digest_kind kind)
{
	static const uint8_t bytes[ZT_N_DIGESTS] = {
		[ZT_DIGEST_MD5] = 16,
		[ZT_DIGEST_SHA1] = 20,
		[ZT_DIGEST_SHA224] = 28,
		[ZT_DIGEST_SHA256] = 32,
		[ZT_DIGEST_SHA384] = 48,
		[ZT_DIGEST_SHA512] = 64,
	};

	return bytes[kind];
}

#endif
