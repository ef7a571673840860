/**
 * @file hash.h
 * The keyed hash behind every table that a sender of packets can fill.
 *
 * Algorithm: SipHash-1-3 with a 128-bit key, 64-bit result.  Chosen over faster hashes
 *            because colliding keys cannot be found without the key.
 * Threads:   pure functions; the key is read only.
 * Key:       random per start when live; fixed in replay, so that the same file gives
 *            the same alerts.  Tables must therefore bound the work of one look-up by
 *            themselves and never rely on the key being secret.
 * Source:    J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF" (2012);
 *            c = 1, d = 3.
 */
#ifndef ZT_DISSECT_HASH_H
#define ZT_DISSECT_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** 128 bits of key.  All zero is a bug except in tests. */
struct zt_hash_key {
	uint64_t k0;
	uint64_t k1;
};

struct zt__sip {
	uint64_t v0;
	uint64_t v1;
	uint64_t v2;
	uint64_t v3;
};

static inline uint64_t
zt__rotl(uint64_t x, unsigned b)
{
	return (x << b) | (x >> (64 - b));
}

static inline void
zt__sip_round(struct zt__sip *s)
{
	s->v0 += s->v1;
	s->v1 = zt__rotl(s->v1, 13) ^ s->v0;
	s->v0 = zt__rotl(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = zt__rotl(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = zt__rotl(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = zt__rotl(s->v1, 17) ^ s->v2;
	s->v2 = zt__rotl(s->v2, 32);
}

static inline void
zt__sip_word(struct zt__sip *s, uint64_t word)
{
	s->v3 ^= word;
	zt__sip_round(s);
	s->v0 ^= word;
}

/**
 * Hash len bytes.
 *
 * @param key   not NULL.
 * @param data  len readable bytes; may be NULL when len is 0; no alignment needed.
 * @param len   bytes.
 * @return the 64-bit hash, equal on every machine for equal key and bytes.
 */
static inline uint64_t
zt_hash(const struct zt_hash_key *key, const void *data, size_t len)
{
	const uint8_t *p = data;
	size_t left = len;
	struct zt__sip s = {
		key->k0 ^ UINT64_C(0x736f6d6570736575),
		key->k1 ^ UINT64_C(0x646f72616e646f6d),
		key->k0 ^ UINT64_C(0x6c7967656e657261),
		key->k1 ^ UINT64_C(0x7465646279746573),
	};

	for (; left >= 8; left -= 8, p += 8) {
		uint64_t word;
		memcpy(&word, p, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		word = __builtin_bswap64(word);
#endif
		zt__sip_word(&s, word);
	}
	uint64_t tail = (uint64_t)(len & 0xff) << 56;
	for (size_t i = 0; i < left; i++)
		tail |= (uint64_t)p[i] << (8 * i);
	zt__sip_word(&s, tail);
	s.v2 ^= 0xff;
	zt__sip_round(&s);
	zt__sip_round(&s);
	zt__sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

/**
 * Join two values that are already keyed hashes (or one of them a small constant) into
 * one.  Bijective in each argument, so two different parts never collapse by themselves.
 */
static inline uint64_t
zt_hash_mix(uint64_t a, uint64_t b)
{
	uint64_t x = a ^ (zt__rotl(b, 29) * UINT64_C(0x9e3779b97f4a7c15));
	x ^= x >> 32;
	x *= UINT64_C(0xd6e8feb86659fd93);
	x ^= x >> 32;
	return x;
}

__extension__ typedef unsigned __int128 zt__wide;

static inline uint64_t
zt__fold(uint64_t a, uint64_t b)
{
	zt__wide product = (zt__wide)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/**
 * Hash four words: a third of the time that zt_hash() takes for them.
 *
 * Whoever does not know the key cannot find two inputs with equal hashes: each word is
 * hidden by a part of the key before it is multiplied.  Weaker than zt_hash() all the
 * same, so only for what a collision costs nobody but its maker, and never shown.
 */
static inline uint64_t
zt_hash_words(const struct zt_hash_key *key, const uint64_t words[4])
{
	/* Bits of pi, as many ones as zeros: a word or a key that is small would leave
	 * little of the other factor. */
	uint64_t k0 = key->k0 ^ UINT64_C(0x243f6a8885a308d3);
	uint64_t k1 = key->k1 ^ UINT64_C(0x13198a2e03707344);
	uint64_t a = zt__fold(words[0] ^ k0, words[1] ^ k1);
	uint64_t b = zt__fold(words[2] ^ ~k1, words[3] ^ zt__rotl(k0, 32));
	return zt__fold(a ^ k1, b ^ zt__rotl(k0, 17));
}

#endif
