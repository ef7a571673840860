#include "sha1.h"

#include <string.h>

#include "byte_order.h"

#define BLOCK_BYTES 64
#define ROUNDS	    80

static uint32_t
rotate(uint32_t x, unsigned n)
{
	return x << n | x >> (32 - n);
}

/* The function f_t and constant K_t of FIPS 180-4 sections 4.1.1 and 4.2.1. */
static uint32_t
round_term(unsigned t, const uint32_t *h)
{
	if (t < 20)
		return ((h[1] & h[2]) | (~h[1] & h[3])) + 0x5a827999u;
	if (t < 40)
		return (h[1] ^ h[2] ^ h[3]) + 0x6ed9eba1u;
	if (t < 60)
		return ((h[1] & h[2]) | (h[1] & h[3]) | (h[2] & h[3])) + 0x8f1bbcdcu;
	return (h[1] ^ h[2] ^ h[3]) + 0xca62c1d6u;
}

static void
compress(uint32_t state[5], const uint8_t *block)
{
	uint32_t w[ROUNDS];
	uint32_t h[5];

	for (unsigned t = 0; t < 16; t++)
		w[t] = zt_get32(block + 4 * t, true);
	for (unsigned t = 16; t < ROUNDS; t++)
		w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
	memcpy(h, state, sizeof(h));
	for (unsigned t = 0; t < ROUNDS; t++) {
		uint32_t next = rotate(h[0], 5) + round_term(t, h) + h[4] + w[t];
		h[4] = h[3];
		h[3] = h[2];
		h[2] = rotate(h[1], 30);
		h[1] = h[0];
		h[0] = next;
	}
	for (unsigned i = 0; i < 5; i++)
		state[i] += h[i];
}

void
zt_sha1(const uint8_t *message, size_t len, uint8_t digest[ZT_SHA1_BYTES])
{
	uint32_t state[5] = { 0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u,
		0xc3d2e1f0u };
	uint8_t block[BLOCK_BYTES] = { 0 };
	size_t used = len > ZT_SHA1_MESSAGE_MAX ? ZT_SHA1_MESSAGE_MAX : len;

	memcpy(block, message, used);
	block[used] = 0x80;
	/* The length in bits; at most 440, so two bytes hold it. */
	block[BLOCK_BYTES - 2] = (uint8_t)(used * 8 >> 8);
	block[BLOCK_BYTES - 1] = (uint8_t)(used * 8);
	compress(state, block);
	for (unsigned i = 0; i < ZT_SHA1_BYTES; i++)
		digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}
