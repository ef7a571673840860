#include "scalar.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "conf.h"
#include "quote.h"
#include "value.h"

const char *
zt_scalar_number_text(const struct zt_schema_row *row, uint64_t number, char *text)
{
	if (row->type == ZT_SCHEMA_DURATION)
		return zt_value_print_duration(number, text);
	if (row->type == ZT_SCHEMA_SIZE)
		return zt_value_print_size(number, text);
	if (row->type == ZT_SCHEMA_TIME)
		return zt_value_print_time(number, text);
	(void)snprintf(text, ZT_VALUE_TEXT_SIZE, "%" PRIu64, number);
	return text;
}

const char *
zt_scalar_wanted(const struct zt_schema_row *row)
{
	static const char *const wanted[ZT_SCHEMA_N_TYPES] = {
		[ZT_SCHEMA_BOOL] = "true or false",
		[ZT_SCHEMA_U32] = "a whole number",
		[ZT_SCHEMA_PORT] = "a port number",
		[ZT_SCHEMA_RRTYPE] = "a record type such as MX",
		[ZT_SCHEMA_DURATION] = "a duration such as 10m",
		[ZT_SCHEMA_SIZE] = "a size such as 256MiB",
		[ZT_SCHEMA_TIME] = "a time such as 2026-01-31T00:00:00Z",
		[ZT_SCHEMA_STRING] = "a text",
		[ZT_SCHEMA_PREFIX] = "an address or network such as 192.0.2.0/24",
		[ZT_SCHEMA_NAME] = "a domain name such as example.com",
		[ZT_SCHEMA_CHOICE] = "one of the words that it takes",
		[ZT_SCHEMA_MAP] = "a map of keys and values",
	};

	return wanted[row->type];
}

static int
check_range(const struct zt_schema_row *row, const char *text, uint64_t number,
    struct zt_err *err)
{
	char limit[ZT_VALUE_TEXT_SIZE];
	char low[ZT_VALUE_TEXT_SIZE];
	char high[ZT_VALUE_TEXT_SIZE];
	struct zt_quote quote;
	bool is_below = number < row->min;

	if (!is_below && number <= row->max)
		return 0;
	zt_err_set(err, "%s is %s %s; allowed is %s to %s", zt_quote_text(text, &quote),
	    is_below ? "below" : "above",
	    zt_scalar_number_text(row, is_below ? row->min : row->max, limit),
	    zt_scalar_number_text(row, row->min, low),
	    zt_scalar_number_text(row, row->max, high));
	return -EINVAL;
}

static int
parse_number(
    const struct zt_schema_row *row, const char *text, void *item, struct zt_err *err)
{
	uint64_t number = 0;
	uint32_t u32;
	uint16_t u16;
	int rc;

	if (row->type == ZT_SCHEMA_DURATION)
		rc = zt_value_parse_duration(text, &number, err);
	else if (row->type == ZT_SCHEMA_SIZE)
		rc = zt_value_parse_size(text, &number, err);
	else if (row->type == ZT_SCHEMA_TIME)
		rc = zt_value_parse_time(text, &number, err);
	else
		rc = zt_value_parse_number(text, &number, err);
	if (rc == 0)
		rc = check_range(row, text, number, err);
	if (rc != 0)
		return rc;
	/* The range of a row lies in the range of its member; a test holds that. */
	u32 = (uint32_t)number;
	u16 = (uint16_t)number;
	if (row->type == ZT_SCHEMA_U32)
		(void)memcpy(item, &u32, sizeof(u32));
	else if (row->type == ZT_SCHEMA_PORT)
		(void)memcpy(item, &u16, sizeof(u16));
	else
		(void)memcpy(item, &number, sizeof(number));
	return 0;
}

static int
parse_string(
    const struct zt_schema_row *row, const char *text, void *item, struct zt_err *err)
{
	struct zt_quote quote;
	size_t len = strlen(text);
	char *copy;

	if (len < row->min || len > row->max) {
		zt_err_set(err,
		    "%s has %zu bytes; allowed is %" PRIu64 " to %" PRIu64 " bytes",
		    row->flags & ZT_SCHEMA_SECRET ? ZT_SCHEMA_HIDDEN
						  : zt_quote_text(text, &quote),
		    len, row->min, row->max);
		return -EINVAL;
	}
	copy = strdup(text);
	if (copy == NULL)
		return -ENOMEM;
	(void)memcpy(item, &copy, sizeof(copy));
	return 0;
}

static int
parse_choice(
    const struct zt_schema_row *row, const char *text, void *item, struct zt_err *err)
{
	char known[256] = "";
	struct zt_quote quote;

	for (uint32_t i = 0, at = 0; row->words[i] != NULL; i++) {
		if (strcmp(row->words[i], text) == 0) {
			(void)memcpy(item, &i, sizeof(i));
			return 0;
		}
		if (at < sizeof(known))
			at += (uint32_t)snprintf(known + at, sizeof(known) - at, "%s%s",
			    i == 0 ? "" : ", ", row->words[i]);
	}
	zt_err_set(
	    err, "%s is unknown; write one of %s", zt_quote_text(text, &quote), known);
	return -EINVAL;
}

int
zt_scalar_parse(
    const struct zt_schema_row *row, const char *text, void *item, struct zt_err *err)
{
	switch (row->type) {
	case ZT_SCHEMA_BOOL:
		return zt_value_parse_bool(text, item, err);
	case ZT_SCHEMA_U32:
	case ZT_SCHEMA_PORT:
	case ZT_SCHEMA_DURATION:
	case ZT_SCHEMA_SIZE:
	case ZT_SCHEMA_TIME:
		return parse_number(row, text, item, err);
	case ZT_SCHEMA_RRTYPE:
		return zt_value_parse_rrtype(text, item, err);
	case ZT_SCHEMA_STRING:
		return parse_string(row, text, item, err);
	case ZT_SCHEMA_PREFIX:
		return zt_value_parse_prefix(text, item, err);
	case ZT_SCHEMA_NAME:
		return zt_value_parse_name(text, item, err);
	case ZT_SCHEMA_CHOICE:
		return parse_choice(row, text, item, err);
	case ZT_SCHEMA_MAP:
	case ZT_SCHEMA_N_TYPES:
		break;
	}
	return -EINVAL;
}

/** Is it the same text to YAML with and without quotes? */
static bool
is_plain(const char *text)
{
	static const char safe[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";
	size_t len = strlen(text);

	return len != 0 && strchr("-/._", text[0]) == NULL &&
	       strcasecmp(text, "null") != 0 && strspn(text, safe) == len;
}

/** The character of UTF-8 at *at, which YAML has checked; moves behind it. */
static unsigned
take_character(const char **at)
{
	unsigned first = (unsigned char)**at;
	unsigned character = first < 0x80   ? first
			     : first < 0xe0 ? first & 0x1f
			     : first < 0xf0 ? first & 0x0f
					    : first & 0x07;

	for ((*at)++; ((unsigned char)**at & 0xc0) == 0x80; (*at)++)
		character = character << 6 | ((unsigned char)**at & 0x3f);
	return character;
}

static void
print_text(const char *text, FILE *out)
{
	if (is_plain(text)) {
		(void)fputs(text, out);
		return;
	}
	(void)fputc('"', out);
	while (*text != '\0') {
		unsigned character = take_character(&text);

		/* YAML has characters that it reads only as escapes; nothing is lost by
		 * escaping all that are not ASCII. */
		if (character < ' ' || character >= 0x7f)
			(void)fprintf(out, "\\U%08X", character);
		else if (character == '"' || character == '\\')
			(void)fprintf(out, "\\%c", (char)character);
		else
			(void)fputc((char)character, out);
	}
	(void)fputc('"', out);
}

static uint64_t
number_of(const struct zt_schema_row *row, const void *item)
{
	uint64_t u64 = 0;
	uint32_t u32;
	uint16_t u16;

	if (row->type == ZT_SCHEMA_U32 || row->type == ZT_SCHEMA_CHOICE) {
		(void)memcpy(&u32, item, sizeof(u32));
		return u32;
	}
	if (row->type == ZT_SCHEMA_PORT || row->type == ZT_SCHEMA_RRTYPE) {
		(void)memcpy(&u16, item, sizeof(u16));
		return u16;
	}
	(void)memcpy(&u64, item, sizeof(u64));
	return u64;
}

bool
zt_scalar_is_present(const struct zt_schema_row *row, const void *item)
{
	return row->type != ZT_SCHEMA_TIME || number_of(row, item) != 0;
}

void
zt_scalar_print(const struct zt_schema_row *row, const void *item, FILE *out)
{
	char text[ZT_VALUE_TEXT_SIZE];
	const char *string;
	bool flag;

	switch (row->type) {
	case ZT_SCHEMA_BOOL:
		(void)memcpy(&flag, item, sizeof(flag));
		(void)fputs(flag ? "true" : "false", out);
		break;
	case ZT_SCHEMA_U32:
	case ZT_SCHEMA_PORT:
	case ZT_SCHEMA_DURATION:
	case ZT_SCHEMA_SIZE:
	case ZT_SCHEMA_TIME:
		(void)fputs(
		    zt_scalar_number_text(row, number_of(row, item), text), out);
		break;
	case ZT_SCHEMA_RRTYPE:
		(void)fputs(
		    zt_value_print_rrtype((uint16_t)number_of(row, item), text), out);
		break;
	case ZT_SCHEMA_STRING:
		(void)memcpy(&string, item, sizeof(string));
		if (row->flags & ZT_SCHEMA_SECRET && string[0] != '\0')
			string = ZT_SCHEMA_HIDDEN;
		print_text(string, out);
		break;
	case ZT_SCHEMA_PREFIX:
		/* A colon next to a bracket would end the value: IPv6 goes in quotes.
		 */
		(void)zt_value_print_prefix(item, text);
		print_text(text, out);
		break;
	case ZT_SCHEMA_NAME:
		print_text(zt_value_print_name(item, text), out);
		break;
	case ZT_SCHEMA_CHOICE:
		print_text(row->words[number_of(row, item)], out);
		break;
	case ZT_SCHEMA_MAP:
	case ZT_SCHEMA_N_TYPES:
		break;
	}
}
