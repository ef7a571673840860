#include "value.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "quote.h"

static const struct {
	const char *name;
	uint64_t bytes;
} units[] = {
	{ "TiB", ZT_VALUE_TIB },
	{ "GiB", ZT_VALUE_GIB },
	{ "MiB", ZT_VALUE_MIB },
	{ "KiB", ZT_VALUE_KIB },
	{ "", 1 },
};

#define N_UNITS (sizeof(units) / sizeof(units[0]))

int
zt_value_parse_size(const char *text, uint64_t *value, struct zt_err *err)
{
	struct zt_quote quote;
	const char *at = text;
	uint64_t number = 0;

	if (!zt_value_digits(&at, &number)) {
		zt_err_set(err,
		    "%s is not a size; write for example 256MiB, 64KiB or 65536",
		    zt_quote_text(text, &quote));
		return -EINVAL;
	}
	for (size_t i = 0; i < N_UNITS; i++) {
		if (strcmp(at, units[i].name) != 0)
			continue;
		*value = zt_value_add_times(0, number, units[i].bytes);
		return 0;
	}
	/* MB is 1000 or 1024 kilobytes, depending on who reads it. */
	zt_err_set(err,
	    "%s has an unknown unit; units are KiB, MiB, GiB, TiB, or none for bytes",
	    zt_quote_text(text, &quote));
	return -EINVAL;
}

const char *
zt_value_print_size(uint64_t value, char *text)
{
	size_t i = 0;

	while (value == 0 ? units[i].bytes != 1 : value % units[i].bytes != 0)
		i++;
	(void)snprintf(text, ZT_VALUE_TEXT_SIZE, "%" PRIu64 "%s",
	    value / units[i].bytes, units[i].name);
	return text;
}
