/**
 * @file byte_order.h
 * Integers in a capture file, whose writer chose the byte order.
 *
 * Threads: pure functions.  The caller has made sure that the bytes are there.
 */
#ifndef ZT_SENSOR_BYTE_ORDER_H
#define ZT_SENSOR_BYTE_ORDER_H

#include <stdbool.h>
#include <stdint.h>

/** Two bytes at p. */
static inline uint16_t
zt_get16(const uint8_t *p, bool big_endian)
{
	unsigned first = p[0];
	unsigned second = p[1];

	return (uint16_t)(big_endian ? first << 8 | second : second << 8 | first);
}

/** Four bytes at p. */
static inline uint32_t
zt_get32(const uint8_t *p, bool big_endian)
{
	uint32_t first = zt_get16(p, big_endian);
	uint32_t second = zt_get16(p + 2, big_endian);

	return big_endian ? first << 16 | second : second << 16 | first;
}

/** Eight bytes at p. */
static inline uint64_t
zt_get64(const uint8_t *p, bool big_endian)
{
	uint64_t first = zt_get32(p, big_endian);
	uint64_t second = zt_get32(p + 4, big_endian);

	return big_endian ? first << 32 | second : second << 32 | first;
}

#endif
