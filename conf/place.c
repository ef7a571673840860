#include "place.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
zt_place_refuse(
    struct zt_err *err, const struct zt_place *place, const char *format, ...)
{
	char what[ZT_ERR_SIZE];
	const char *name = place->name;
	const char *cut = "";
	va_list args;

	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args); /* cutting is fine */
	va_end(args);
	if (strlen(name) > ZT_PLACE_NAME_MAX) {
		name += strlen(name) - ZT_PLACE_NAME_MAX;
		cut = "...";
	}
	zt_err_set(
	    err, "%s%s:%zu:%zu: %s", cut, name, place->line, place->column, what);
	return -EINVAL;
}

void
zt_place_of_byte(const char *text, size_t offset, struct zt_place *place)
{
	place->line = 1;
	place->column = 1;
	for (size_t i = 0; i < offset; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte == '\n') {
			place->line++;
			place->column = 1;
		} else if ((byte & 0xc0) != 0x80) {
			/* Continuation bytes of UTF-8 are not characters of their own.
			 */
			place->column++;
		}
	}
}
