#include "zone_file.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>

#include "../dissect/code.h"
#include "../dissect/cursor.h"
#include "../dissect/name.h"

#define TYPE_DNAME 39
#define CLASS_CH   3
#define CLASS_HS   4

/* A name that is whole: no pointers. */
static bool
take_name(struct zt_cursor *c, char text[ZT_NAME_TEXT_MAX])
{
	const uint8_t *start = c->pos;
	size_t len = 0;
	uint8_t label;

	do {
		label = zt_cursor_u8(c);
		if (label > 63)
			return false;
		zt_cursor_skip(c, label);
		len += 1u + label;
	} while (!c->failed && label != 0 && len <= ZT_NAME_MAX);
	if (c->failed || len > ZT_NAME_MAX)
		return false;
	text[zt_name_text(start, len, text)] = '\0';
	return true;
}

static bool
print_name(struct zt_cursor *c, FILE *out)
{
	char text[ZT_NAME_TEXT_MAX];

	if (!take_name(c, text))
		return false;
	(void)fprintf(out, " %s", text); /* errors stay in the stream, here and below */
	return true;
}

static void
print_quoted(const uint8_t *bytes, size_t len, FILE *out)
{
	(void)fputs(" \"", out);
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] < ' ' || bytes[i] > '~')
			(void)fprintf(out, "\\%03u", bytes[i]);
		else if (bytes[i] == '"' || bytes[i] == '\\')
			(void)fprintf(out, "\\%c", bytes[i]);
		else
			(void)fputc(bytes[i], out);
	}
	(void)fputc('"', out);
}

static bool
print_address(struct zt_cursor *c, int family, size_t len, FILE *out)
{
	const uint8_t *bytes = zt_cursor_take(c, len);
	char text[INET6_ADDRSTRLEN];

	if (bytes == NULL || inet_ntop(family, bytes, text, sizeof(text)) == NULL)
		return false;
	(void)fprintf(out, " %s", text);
	return true;
}

static bool
print_strings(struct zt_cursor *c, FILE *out)
{
	do {
		size_t len = zt_cursor_u8(c);
		const uint8_t *bytes = zt_cursor_take(c, len);
		if (bytes == NULL)
			return false;
		print_quoted(bytes, len, out);
	} while (zt_cursor_left(c) > 0);
	return true;
}

static bool
print_soa(struct zt_cursor *c, FILE *out)
{
	if (!print_name(c, out) || !print_name(c, out))
		return false;
	for (unsigned i = 0; i < 5; i++)
		(void)fprintf(out, " %" PRIu32, zt_cursor_u32(c));
	return !c->failed;
}

/* RFC 8659 section 4.1.1: a tag is letters and digits. */
static bool
print_caa(struct zt_cursor *c, FILE *out)
{
	unsigned flags = zt_cursor_u8(c);
	size_t len = zt_cursor_u8(c);
	const uint8_t *tag = zt_cursor_take(c, len);

	if (tag == NULL || len == 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		bool is_digit = tag[i] >= '0' && tag[i] <= '9';
		bool is_letter = (tag[i] | 0x20) >= 'a' && (tag[i] | 0x20) <= 'z';
		if (!is_digit && !is_letter)
			return false;
	}
	(void)fprintf(out, " %u ", flags);
	(void)fwrite(tag, 1, len, out);
	size_t left = zt_cursor_left(c);
	print_quoted(zt_cursor_take(c, left), left, out);
	return true;
}

static bool
print_numbered(struct zt_cursor *c, unsigned n_numbers, FILE *out)
{
	for (unsigned i = 0; i < n_numbers; i++)
		(void)fprintf(out, " %u", zt_cursor_u16(c));
	return !c->failed && print_name(c, out);
}

/* Type and data as people write them. @return false when they cannot be. */
static bool
print_known(uint16_t type, bool is_internet, struct zt_cursor c, FILE *out)
{
	bool is_done = false;

	/* Other classes give some types another form. */
	if (!is_internet)
		return false;
	switch (type) {
	case ZT_RR_A:
		(void)fputs("A", out);
		is_done = print_address(&c, AF_INET, 4, out);
		break;
	case ZT_RR_AAAA:
		(void)fputs("AAAA", out);
		is_done = print_address(&c, AF_INET6, 16, out);
		break;
	case ZT_RR_NS:
	case ZT_RR_CNAME:
	case ZT_RR_PTR:
	case TYPE_DNAME:
		(void)fputs(type == ZT_RR_NS	  ? "NS"
			    : type == ZT_RR_CNAME ? "CNAME"
			    : type == ZT_RR_PTR	  ? "PTR"
						  : "DNAME",
		    out);
		is_done = print_name(&c, out);
		break;
	case ZT_RR_MX:
		(void)fputs("MX", out);
		is_done = print_numbered(&c, 1, out);
		break;
	case ZT_RR_SRV:
		(void)fputs("SRV", out);
		is_done = print_numbered(&c, 3, out);
		break;
	case ZT_RR_SOA:
		(void)fputs("SOA", out);
		is_done = print_soa(&c, out);
		break;
	case ZT_RR_TXT:
	case ZT_RR_SPF:
		(void)fputs(type == ZT_RR_TXT ? "TXT" : "SPF", out);
		is_done = print_strings(&c, out);
		break;
	case ZT_RR_CAA:
		(void)fputs("CAA", out);
		is_done = print_caa(&c, out);
		break;
	default:
		break;
	}
	return is_done && zt_cursor_left(&c) == 0 && !c.failed;
}

/* RFC 3597 section 5. */
static void
print_generic(uint16_t type, struct zt_cursor c, FILE *out)
{
	size_t len = zt_cursor_left(&c);

	(void)fprintf(out, "TYPE%u \\# %zu", type, len);
	if (len > 0)
		(void)fputc(' ', out);
	while (zt_cursor_left(&c) > 0)
		(void)fprintf(out, "%02x", zt_cursor_u8(&c));
}

/* The known form is tried into memory, so that half of it is never in the file. */
static bool
print_data(uint16_t type, bool is_internet, struct zt_cursor data, FILE *out)
{
	char *text = NULL;
	size_t len = 0;
	FILE *draft = open_memstream(&text, &len);

	if (draft == NULL)
		return false;
	bool is_known = print_known(type, is_internet, data, draft);
	bool is_whole = fclose(draft) == 0;
	if (is_known && is_whole)
		(void)fwrite(text, 1, len, out);
	else
		print_generic(type, data, out);
	free(text);
	return is_whole;
}

static bool
print_record(struct zt_cursor *c, FILE *out)
{
	char owner[ZT_NAME_TEXT_MAX];

	if (!take_name(c, owner))
		return false;
	uint16_t type = zt_cursor_u16(c);
	uint16_t klass = zt_cursor_u16(c);
	uint32_t ttl = zt_cursor_u32(c);
	size_t len = zt_cursor_u16(c);
	const uint8_t *data = zt_cursor_take(c, len);
	if (data == NULL)
		return false;
	(void)fprintf(out, "%s %" PRIu32 " ", owner, ttl);
	if (klass == ZT_CLASS_IN || klass == CLASS_CH || klass == CLASS_HS)
		(void)fputs(klass == ZT_CLASS_IN ? "IN "
			    : klass == CLASS_CH	 ? "CH "
						 : "HS ",
		    out);
	else
		(void)fprintf(out, "CLASS%u ", klass);
	bool is_done =
	    print_data(type, klass == ZT_CLASS_IN, zt_cursor_init(data, len), out);
	(void)fputc('\n', out);
	return is_done;
}

bool
zt_zone_file_print(const uint8_t *records, size_t len, FILE *out)
{
	struct zt_cursor c = zt_cursor_init(records, len);

	while (zt_cursor_left(&c) > 0)
		if (!print_record(&c, out))
			return false;
	return true;
}
