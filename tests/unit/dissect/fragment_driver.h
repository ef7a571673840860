/**
 * @file fragment_driver.h
 * Cuts a datagram of known bytes into fragments and walks them.
 */
#ifndef ZT_TESTS_FRAGMENT_DRIVER_H
#define ZT_TESTS_FRAGMENT_DRIVER_H

#include "dissect/fragment.h"
#include "walker.h"

#define SECOND UINT64_C(1000000000)

static struct walker w;

static inline void
setup(void)
{
	walker_start(&w, false);
}

static inline void
teardown(void)
{
	walker_stop(&w);
}

static inline uint64_t
counted(enum zt_reject reject)
{
	return zt_counted(&w.stats.outcomes[reject]);
}

/** A datagram to be cut: UDP to port 53 with a payload of known bytes. */
static uint8_t whole[65536];

static inline void
make_whole(size_t len)
{
	for (size_t i = 0; i < len; i++)
		whole[i] = (uint8_t)(i * 7 + i / 256);
	memcpy(whole, "\x9c\x40\x00\x35", 4);
	whole[4] = (uint8_t)(len >> 8);
	whole[5] = (uint8_t)len;
}

struct cut {
	size_t offset;
	size_t len;
	bool more;
	unsigned id;
	unsigned protocol;
};

static inline struct cut
cut_of(size_t offset, size_t len, bool more, unsigned id, unsigned protocol)
{
	struct cut c = { offset, len, more, id, protocol };
	return c;
}

static inline struct cut
cut(size_t offset, size_t len, bool more, unsigned id)
{
	return cut_of(offset, len, more, id, ZT_PROTO_UDP);
}

static uint8_t packet[65536 + 64];

static inline enum zt_reject
send_v4_bytes(struct cut c, const uint8_t *data)
{
	size_t total = 20 + c.len;
	size_t field = c.offset / 8 | (c.more ? 0x2000u : 0);
	const uint8_t h[20] = { 0x45, 0, (uint8_t)(total >> 8), (uint8_t)total,
		(uint8_t)(c.id >> 8), (uint8_t)c.id, (uint8_t)(field >> 8),
		(uint8_t)field, 64, (uint8_t)c.protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0,
		2 };

	memcpy(packet, h, 20);
	memcpy(packet + 20, data, c.len);
	return walk_bytes(&w, 101, packet, total, total);
}

static inline enum zt_reject
send_v4(struct cut c)
{
	return send_v4_bytes(c, whole + c.offset);
}

static inline enum zt_reject
send_v6_bytes(struct cut c, const uint8_t *data)
{
	size_t len = 8 + c.len;
	size_t field = c.offset | (c.more ? 1u : 0);
	const uint8_t h[48] = { 0x60, 0, 0, 0, (uint8_t)(len >> 8), (uint8_t)len, 44,
		64, [8] = 0x20, 1, 0x0d, 0xb8, [23] = 1, [24] = 0x20, 1, 0x0d,
		0xb8, [39] = 2, [40] = (uint8_t)c.protocol, 0, (uint8_t)(field >> 8),
		(uint8_t)field, 0, 0, (uint8_t)(c.id >> 8), (uint8_t)c.id };

	memcpy(packet, h, 48);
	memcpy(packet + 48, data, c.len);
	return walk_bytes(&w, 101, packet, 40 + len, 40 + len);
}

static inline enum zt_reject
send_v6(struct cut c)
{
	return send_v6_bytes(c, whole + c.offset);
}

static inline void
assert_whole(size_t len)
{
	ck_assert_uint_eq(w.out.payload_len, len - 8);
	ck_assert_uint_eq(w.out.payload_wire_len, len - 8);
	ck_assert_mem_eq(w.out.payload, whole + 8, len - 8);
	ck_assert_uint_eq(w.out.path.dst_port, 53);
}

#endif
