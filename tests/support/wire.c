#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
wire_bytes(struct wire *w, const void *bytes, size_t n)
{
	if (n > sizeof(w->bytes) - w->len) {
		fprintf(stderr, "wire: message too long\n");
		abort();
	}
	if (n > 0)
		memcpy(w->bytes + w->len, bytes, n);
	w->len += n;
}

void
wire_u8(struct wire *w, unsigned value)
{
	uint8_t byte = (uint8_t)value;
	wire_bytes(w, &byte, 1);
}

void
wire_u16(struct wire *w, unsigned value)
{
	wire_u8(w, value >> 8);
	wire_u8(w, value);
}

void
wire_u32(struct wire *w, uint32_t value)
{
	wire_u16(w, value >> 16);
	wire_u16(w, value & 0xffff);
}

void
wire_fill(struct wire *w, uint8_t byte, size_t n)
{
	while (n-- > 0)
		wire_u8(w, byte);
}

void
wire_start(struct wire *w, uint16_t id, uint16_t flags, struct wire_counts counts)
{
	w->len = 0;
	wire_u16(w, id);
	wire_u16(w, flags);
	wire_u16(w, counts.qd);
	wire_u16(w, counts.an);
	wire_u16(w, counts.ns);
	wire_u16(w, counts.ar);
}

void
wire_name(struct wire *w, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, ".");
		wire_u8(w, (unsigned)n);
		wire_bytes(w, text, n);
		text += n + (text[n] == '.');
	}
	wire_u8(w, 0);
}

void
wire_pointer(struct wire *w, size_t target)
{
	wire_u16(w, 0xc000u | (unsigned)target);
}

void
wire_question(struct wire *w, const char *name, unsigned type)
{
	wire_name(w, name);
	wire_u16(w, type);
	wire_u16(w, 1);
}

size_t
wire_rr(struct wire *w, const char *name, unsigned type)
{
	if (name)
		wire_name(w, name);
	else
		wire_pointer(w, 12);
	wire_u16(w, type);
	wire_u16(w, 1);
	wire_u32(w, 300);
	wire_u16(w, 0);
	return w->len;
}

void
wire_end_rr(struct wire *w, size_t rr)
{
	size_t n = w->len - rr;
	w->bytes[rr - 2] = (uint8_t)(n >> 8);
	w->bytes[rr - 1] = (uint8_t)n;
}

void
wire_a(struct wire *w, const char *name, uint32_t address)
{
	size_t rr = wire_rr(w, name, 1);
	wire_u32(w, address);
	wire_end_rr(w, rr);
}

void
wire_soa(struct wire *w, const char *name, uint32_t serial)
{
	size_t rr = wire_rr(w, name, 6);
	wire_name(w, "ns1.example.com");
	wire_name(w, "hostmaster.example.com");
	wire_u32(w, serial);
	for (int i = 0; i < 4; i++)
		wire_u32(w, 3600);
	wire_end_rr(w, rr);
}

size_t
wire_opt(struct wire *w, unsigned size, uint32_t ttl)
{
	wire_name(w, "");
	wire_u16(w, 41);
	wire_u16(w, size);
	wire_u32(w, ttl);
	wire_u16(w, 0);
	return w->len;
}
