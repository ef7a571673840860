#include "value.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "quote.h"

#define LABEL_MAX 63 /* RFC 1035 section 2.3.4 */

static int
refuse(const char *text, const char *what, struct zt_err *err)
{
	struct zt_quote quote;

	zt_err_set(err, "%s %s", zt_quote_text(text, &quote), what);
	return -EINVAL;
}

/** A byte of a label at *at, escaped or plain; NULL, or what is wrong with it. */
static const char *
take_byte(const char **at, uint8_t *byte)
{
	const char *p = *at;
	unsigned number;

	*byte = (uint8_t)*p;
	*at = p + 1;
	if (*byte >= 0x80)
		return "is not ASCII; write the xn-- form of the name";
	if (*byte <= ' ' || *byte > '~')
		return "has a space or control character; write it as \\DDD";
	if (*byte != '\\')
		return NULL;
	if (p[1] < '0' || p[1] > '9') {
		*byte = (uint8_t)p[1];
		*at = p + 2;
		return p[1] > ' ' && p[1] <= '~'
			   ? NULL
			   : "has a \\ with nothing to escape; write \\\\ for the character itself";
	}
	number = 0;
	for (unsigned i = 1; i <= 3; i++) {
		if (p[i] < '0' || p[i] > '9')
			return "has a \\ and digits that are not three; write \\DDD";
		number = number * 10 + (unsigned)(p[i] - '0');
	}
	if (number > 255)
		return "has a \\DDD above \\255; write \\000 to \\255";
	*byte = (uint8_t)number;
	*at = p + 4;
	return NULL;
}

/** One label up to its dot or the end; the dot is taken.  NULL, or what is wrong. */
static const char *
take_label(const char **at, struct zt_conf_name *name)
{
	size_t start = name->len;
	size_t len = 0;

	while (**at != '\0' && **at != '.') {
		uint8_t byte;
		const char *wrong = take_byte(at, &byte);

		if (wrong != NULL)
			return wrong;
		if (byte >= 'A' && byte <= 'Z')
			byte = (uint8_t)(byte - 'A' + 'a'); /* RFC 4343 */
		if (++len > LABEL_MAX)
			return "has a label above 63 bytes; RFC 1035 section 2.3.4 allows 63";
		/* One byte is kept for the root label. */
		if (start + len + 1 > ZT_CONF_NAME_MAX - 1)
			return "is above 255 bytes; RFC 1035 section 2.3.4 allows 255";
		name->wire[start + len] = byte;
	}
	if (len == 0)
		return "has an empty label; write one dot between labels";
	name->wire[start] = (uint8_t)len;
	name->len = (uint8_t)(start + len + 1);
	if (**at == '.')
		(*at)++;
	return NULL;
}

int
zt_value_parse_name(const char *text, struct zt_conf_name *value, struct zt_err *err)
{
	struct zt_conf_name name = { .len = 0 };
	const char *at = text;

	if (*text == '\0')
		return refuse(
		    text, "is not a domain name; write for example example.com", err);
	if (strcmp(text, ".") == 0)
		at++;
	while (*at != '\0') {
		const char *wrong = take_label(&at, &name);

		if (wrong != NULL)
			return refuse(text, wrong, err);
	}
	name.wire[name.len++] = 0;
	*value = name;
	return 0;
}

const char *
zt_value_print_name(const struct zt_conf_name *value, char *text)
{
	size_t used = 0;

	for (size_t at = 0; value->wire[at] != 0; at += value->wire[at] + 1u) {
		for (size_t i = 1; i <= value->wire[at]; i++) {
			uint8_t byte = value->wire[at + i];

			if (byte <= ' ' || byte > '~')
				used += (size_t)snprintf(text + used,
				    ZT_VALUE_TEXT_SIZE - used, "\\%03u", byte);
			else {
				if (strchr(".\\\"();@$", byte) != NULL)
					text[used++] = '\\';
				text[used++] = (char)byte;
			}
		}
		text[used++] = '.';
	}
	if (used == 0)
		text[used++] = '.';
	text[used] = '\0';
	return text;
}
