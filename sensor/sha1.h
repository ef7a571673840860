/**
 * @file sha1.h
 * SHA-1, for the Community ID only, which is defined by it.  Not for anything secret.
 *
 * Threads: pure function.
 * Source:  FIPS 180-4 section 6.1.
 */
#ifndef ZT_SENSOR_SHA1_H
#define ZT_SENSOR_SHA1_H

#include <stddef.h>
#include <stdint.h>

#define ZT_SHA1_BYTES 20
/** Longest message: what fits into one block with its padding. */
#define ZT_SHA1_MESSAGE_MAX 55

/**
 * @param message  len bytes.
 * @param len      0 .. ZT_SHA1_MESSAGE_MAX.
 * @param digest   out: ZT_SHA1_BYTES bytes.
 */
void zt_sha1(const uint8_t *message, size_t len, uint8_t digest[ZT_SHA1_BYTES]);

#endif
