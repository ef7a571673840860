#include "frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
frame_put(struct frame *f, const void *bytes, size_t n)
{
	if (n > f->start) {
		fprintf(stderr, "frame: too long\n");
		abort();
	}
	f->start -= n;
	memcpy(f->bytes + f->start, bytes, n);
}

static void
frame_put_u16(struct frame *f, size_t value)
{
	uint8_t b[2] = { (uint8_t)(value >> 8), (uint8_t)value };
	frame_put(f, b, 2);
}

static void
frame_put_query(struct frame *f)
{
	/* id 1234, RD, one question; example.com A IN */
	static const char query[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
				    "\7example\3com\0\0\1\0\1";
	frame_put(f, query, 29);
}

static void
frame_put_hex(struct frame *f, const char *word, size_t len)
{
	uint8_t bytes[256];
	char digits[3] = "";

	if (len % 2 != 0 || len / 2 > sizeof(bytes)) {
		fprintf(stderr, "frame: not hexadecimal: %s\n", word);
		abort();
	}
	for (size_t i = 0; i < len; i += 2) {
		memcpy(digits, word + i, 2);
		bytes[i / 2] = (uint8_t)strtoul(digits, NULL, 16);
	}
	frame_put(f, bytes, len / 2);
}

static void
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

static void
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

static void
frame_put_udp(struct frame *f, unsigned port)
{
	uint8_t h[8] = { 0x9c, 0x40, (uint8_t)(port >> 8), (uint8_t)port };
	size_t len = frame_len(f) + 8;

	h[4] = (uint8_t)(len >> 8);
	h[5] = (uint8_t)len;
	frame_put(f, h, sizeof(h));
}

static void
frame_put_tcp(struct frame *f, unsigned port)
{
	/* sequence 1000, acknowledgement 5, data offset 5, ACK */
	uint8_t h[20] = { 0x9c, 0x40, (uint8_t)(port >> 8), (uint8_t)port, 0, 0, 3,
		0xe8, 0, 0, 0, 5, 0x50, 0x10, 0xff, 0xff };

	frame_put(f, h, sizeof(h));
}

static void
frame_put_ethernet(struct frame *f, const char *type)
{
	frame_put_hex(f, type, 4);
	frame_put_hex(f, "020000000002020000000001", 24);
}

static void
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

void
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

void
frame_build(struct frame *f, const char *words)
{
	memset(f, 0, sizeof(*f));
	f->start = FRAME_MAX;
	frame_wrap(f, words);
}
