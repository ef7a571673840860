/**
 * @file frame.h
 * Builds captured frames from a line of text, and walks them.
 *
 * A frame is a list of words from the outermost header to the innermost:
 *
 *   E:0800      Ethernet header with this EtherType
 *   4:17 6:17   IPv4 or IPv6 header with this protocol (decimal); lengths are right
 *   U:53        UDP header to this port, from port 40000
 *   T:53        TCP header to this port, from port 40000, ACK set, sequence 1000
 *   Q           a DNS query: id 1234, example.com A IN, 29 bytes
 *   @ @+n @-n   16-bit length of everything behind this word, plus or minus n
 *   2000...     bytes in hexadecimal
 *   +n          n zero bytes
 *
 * Addresses of the IP header that is k headers away from the innermost one:
 * 10.k.0.1 to 10.k.0.2, 2001:db8:k::1 to 2001:db8:k::2.
 */
#ifndef ZT_TESTS_FRAME_H
#define ZT_TESTS_FRAME_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/layers.h"

#define FRAME_MAX 8192

struct frame {
	uint8_t bytes[FRAME_MAX]; /**< Filled from the end. */
	size_t start;
	unsigned n_ip;
};

static inline size_t
frame_len(const struct frame *f)
{
	return FRAME_MAX - f->start;
}

static inline const uint8_t *
frame_data(const struct frame *f)
{
	return f->bytes + f->start;
}

static inline void
frame_put(struct frame *f, const void *bytes, size_t n)
{
	ck_assert_uint_ge(f->start, n);
	f->start -= n;
	memcpy(f->bytes + f->start, bytes, n);
}

static inline void
frame_put_u16(struct frame *f, size_t value)
{
	uint8_t b[2] = { (uint8_t)(value >> 8), (uint8_t)value };
	frame_put(f, b, 2);
}

static inline void
frame_put_query(struct frame *f)
{
	/* id 1234, RD, one question; example.com A IN */
	static const char query[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
				    "\7example\3com\0\0\1\0\1";
	frame_put(f, query, 29);
}

static inline void
frame_put_hex(struct frame *f, const char *word, size_t len)
{
	uint8_t bytes[256];
	char digits[3] = "";

	ck_assert_msg(len % 2 == 0, "odd number of digits: %s", word);
	for (size_t i = 0; i < len; i += 2) {
		memcpy(digits, word + i, 2);
		bytes[i / 2] = (uint8_t)strtoul(digits, NULL, 16);
	}
	frame_put(f, bytes, len / 2);
}

static inline void
frame_put_v4(struct frame *f, unsigned protocol)
{
	size_t total = frame_len(f) + 20;
	/* IHL 5, id 7, DF, TTL 64 */
	uint8_t h[20] = { 0x45, 0, (uint8_t)(total >> 8), (uint8_t)total, 0, 7, 0x40, 0,
		64, (uint8_t)protocol, 0, 0, 10, (uint8_t)f->n_ip, 0, 1, 10,
		(uint8_t)f->n_ip, 0, 2 };

	f->n_ip++;
	frame_put(f, h, sizeof(h));
}

static inline void
frame_put_v6(struct frame *f, unsigned protocol)
{
	size_t len = frame_len(f);
	uint8_t h[40] = { 0x60, 0, 0, 0, (uint8_t)(len >> 8), (uint8_t)len,
		(uint8_t)protocol, 64, 0x20, 0x01, 0x0d, 0xb8, 0, (uint8_t)f->n_ip };

	memcpy(h + 24, h + 8, 16);
	h[23] = 1;
	h[39] = 2;
	f->n_ip++;
	frame_put(f, h, sizeof(h));
}

static inline void
frame_put_udp(struct frame *f, unsigned port)
{
	uint8_t h[8] = { 0x9c, 0x40, (uint8_t)(port >> 8), (uint8_t)port };
	size_t len = frame_len(f) + 8;

	h[4] = (uint8_t)(len >> 8);
	h[5] = (uint8_t)len;
	frame_put(f, h, sizeof(h));
}

static inline void
frame_put_tcp(struct frame *f, unsigned port)
{
	/* sequence 1000, acknowledgement 5, data offset 5, ACK */
	uint8_t h[20] = { 0x9c, 0x40, (uint8_t)(port >> 8), (uint8_t)port, 0, 0, 3,
		0xe8, 0, 0, 0, 5, 0x50, 0x10, 0xff, 0xff };

	frame_put(f, h, sizeof(h));
}

static inline void
frame_put_ethernet(struct frame *f, const char *type)
{
	frame_put_hex(f, type, 4);
	frame_put_hex(f, "020000000002020000000001", 24);
}

static inline void
frame_put_word(struct frame *f, const char *word, size_t len)
{
	int number = word[0] && word[1] == ':' ? atoi(word + 2) : 0;

	if (word[0] == 'E' && word[1] == ':')
		frame_put_ethernet(f, word + 2);
	else if (word[0] == '4' && word[1] == ':')
		frame_put_v4(f, (unsigned)number);
	else if (word[0] == '6' && word[1] == ':')
		frame_put_v6(f, (unsigned)number);
	else if (word[0] == 'U')
		frame_put_udp(f, (unsigned)number);
	else if (word[0] == 'T')
		frame_put_tcp(f, (unsigned)number);
	else if (word[0] == 'Q')
		frame_put_query(f);
	else if (word[0] == '@')
		frame_put_u16(f, frame_len(f) + (size_t)(len > 1 ? atoi(word + 1) : 0));
	else if (word[0] == '+')
		for (int i = 0; i < atoi(word + 1); i++)
			frame_put(f, "", 1);
	else
		frame_put_hex(f, word, len);
}

/** Put the words in front of what the frame holds already. */
static inline void
frame_wrap(struct frame *f, const char *words)
{
	size_t end = strlen(words);

	while (end > 0) {
		size_t start = end;
		while (start > 0 && words[start - 1] != ' ')
			start--;
		if (start < end)
			frame_put_word(f, words + start, end - start);
		end = start > 0 ? start - 1 : 0;
	}
}

static inline void
frame_build(struct frame *f, const char *words)
{
	memset(f, 0, sizeof(*f));
	f->start = FRAME_MAX;
	frame_wrap(f, words);
}

/** A walker, its counters and the result of the last walk. */
struct walker {
	struct zt_dissect_stats stats;
	struct zt_layers *layers;
	struct zt_datagram out;
	struct frame frame; /**< Of the last walk(): the payload points into it. */
	uint64_t now_ns;
};

static inline void
walker_start(struct walker *w, bool drop_duplicates)
{
	static const uint16_t ports[] = { 53 };
	const struct zt_layers_options options = {
		.ports = ports,
		.n_ports = 1,
		.fragment_bytes = (size_t)4 << 20,
		.drop_duplicates = drop_duplicates,
		.key = { 1, 2 },
	};

	memset(w, 0, sizeof(*w));
	w->now_ns = UINT64_C(1000000000000);
	w->layers = zt_layers_new(&options, &w->stats);
	ck_assert_ptr_nonnull(w->layers);
}

static inline void
walker_stop(struct walker *w)
{
	zt_layers_free(&w->layers);
	ck_assert_ptr_null(w->layers);
}

static inline enum zt_reject
walk_bytes(struct walker *w, unsigned link_type, const uint8_t *data, size_t caplen,
    size_t wirelen)
{
	const struct zt_packet packet = {
		.data = data,
		.ts_ns = w->now_ns,
		.caplen = (uint32_t)caplen,
		.wirelen = (uint32_t)wirelen,
		.link_type = (uint16_t)link_type,
		.interface = 3,
	};

	memset(&w->out, 0xa5, sizeof(w->out));
	return zt_layers_walk(w->layers, &packet, &w->out);
}

static inline enum zt_reject
walk_frame(struct walker *w, unsigned link_type, const struct frame *f)
{
	return walk_bytes(w, link_type, frame_data(f), frame_len(f), frame_len(f));
}

/** Walk the words as a frame of a link type. */
static inline enum zt_reject
walk(struct walker *w, unsigned link_type, const char *words)
{
	frame_build(&w->frame, words);
	return walk_frame(w, link_type, &w->frame);
}

#define assert_outcome(got, want)                                                     \
	do {                                                                          \
		enum zt_reject got_ = (got), want_ = (want);                          \
		ck_assert_msg(got_ == want_, "%s, expected %s", zt_reject_name(got_), \
		    zt_reject_name(want_));                                           \
	} while (0)

#endif
