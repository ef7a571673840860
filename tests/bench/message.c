#include "message.h"

#include <string.h>

enum {
	HEADER_BYTES = 12,
	TYPE_SOA = 6,
	TYPE_OPT = 41,
	CLASS_IN = 1,
};

static void
put16(struct bench_message *msg, unsigned value)
{
	msg->bytes[msg->len++] = (uint8_t)(value >> 8);
	msg->bytes[msg->len++] = (uint8_t)value;
}

static void
put32(struct bench_message *msg, uint32_t value)
{
	put16(msg, value >> 16);
	put16(msg, value & 0xffff);
}

/** One label; `len` bytes of text. */
static void
put_label(struct bench_message *msg, const char *text, size_t len)
{
	msg->bytes[msg->len++] = (uint8_t)len;
	memcpy(msg->bytes + msg->len, text, len);
	msg->len += len;
}

static void
put_labels(struct bench_message *msg, const char *name)
{
	while (*name) {
		size_t len = strcspn(name, ".");
		put_label(msg, name, len);
		name += len;
		if (*name == '.')
			name++;
	}
}

static void
count(struct bench_message *msg, enum bench_section section)
{
	uint8_t *at = msg->bytes + section;
	unsigned n = (unsigned)(at[0] << 8 | at[1]) + 1;
	at[0] = (uint8_t)(n >> 8);
	at[1] = (uint8_t)n;
}

void
bench_message_begin(struct bench_message *msg, uint16_t id, uint16_t flags,
    const char *name, const char *zone, uint16_t qtype)
{
	msg->len = 0;
	put16(msg, id);
	put16(msg, flags);
	put16(msg, 1);
	put16(msg, 0);
	put32(msg, 0);
	put_labels(msg, name);
	msg->bytes[msg->len++] = 0;
	/* Label lengths take the place of the dots, so tails keep their distance. */
	msg->zone_at = HEADER_BYTES + strlen(name) - strlen(zone);
	put16(msg, qtype);
	put16(msg, CLASS_IN);
}

bool
bench_message_add(struct bench_message *msg, enum bench_section section,
    const char *label, uint16_t type, const void *rdata, uint16_t rdata_len)
{
	if (msg->len + strlen(label) + 14 + rdata_len > sizeof(msg->bytes))
		return false;
	put_labels(msg, label);
	put16(msg, 0xc000u | (unsigned)msg->zone_at);
	put16(msg, type);
	put16(msg, CLASS_IN);
	put32(msg, 3600);
	put16(msg, rdata_len);
	memcpy(msg->bytes + msg->len, rdata, rdata_len);
	msg->len += rdata_len;
	count(msg, section);
	return true;
}

bool
bench_message_add_soa(
    struct bench_message *msg, enum bench_section section, uint32_t serial)
{
	uint8_t rdata[24];
	uint8_t pointer[2] = { (uint8_t)(0xc0u | msg->zone_at >> 8),
		(uint8_t)msg->zone_at };
	uint32_t numbers[5] = { serial, 7200, 900, 1209600, 300 };
	memcpy(rdata, pointer, 2);
	memcpy(rdata + 2, pointer, 2);
	for (size_t i = 0; i < 5; i++)
		for (size_t b = 0; b < 4; b++)
			rdata[4 + 4 * i + b] = (uint8_t)(numbers[i] >> (24 - 8 * b));
	return bench_message_add(msg, section, "", TYPE_SOA, rdata, sizeof(rdata));
}

void
bench_message_add_opt(struct bench_message *msg)
{
	if (msg->len + 11 > sizeof(msg->bytes))
		return;
	msg->bytes[msg->len++] = 0;
	put16(msg, TYPE_OPT);
	put16(msg, 1232);
	put32(msg, 0x8000u);
	put16(msg, 0);
	count(msg, BENCH_ADDITIONAL);
}
