/**
 * @file tcp_frames.h
 * DNS messages with their length prefix, for the tests of TCP reassembly.
 *
 * Threads: plain data of one test.
 */
#ifndef ZT_TESTS_TCP_FRAMES_H
#define ZT_TESTS_TCP_FRAMES_H

#include "tcp_driver.h"
#include "wire.h"

#define AXFR 252

/** A message with its length prefix. */
struct frame {
	uint8_t bytes[2 + 65535];
	size_t len;
};

static inline void
frame_of(struct frame *f, const struct wire *w)
{
	f->bytes[0] = (uint8_t)(w->len >> 8);
	f->bytes[1] = (uint8_t)w->len;
	memcpy(f->bytes + 2, w->bytes, w->len);
	f->len = 2 + w->len;
}

/** A framed query. */
static inline void
query(struct frame *f, uint16_t id, const char *name, unsigned type)
{
	static struct wire w;

	wire_start(&w, id, 0x0000, (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&w, name, type);
	frame_of(f, &w);
}

/** A framed answer with n A records. */
static inline void
answer(struct frame *f, uint16_t id, const char *name, unsigned n)
{
	static struct wire w;

	wire_start(&w, id, 0x8400, (struct wire_counts){ 1, (uint16_t)n, 0, 0 });
	wire_question(&w, name, AXFR);
	for (unsigned i = 0; i < n; i++)
		wire_a(&w, NULL, 0xc0000200 + i);
	frame_of(f, &w);
}

#endif
