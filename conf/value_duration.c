#include "value.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "quote.h"

static const struct {
	const char *name;
	uint64_t ns;
} units[] = {
	{ "d", ZT_VALUE_DAY },
	{ "h", ZT_VALUE_HOUR },
	{ "m", ZT_VALUE_MINUTE },
	{ "s", ZT_VALUE_SECOND },
	{ "ms", ZT_VALUE_MS },
};

#define N_UNITS (sizeof(units) / sizeof(units[0]))

static int
refuse(const char *text, const char *what, struct zt_err *err)
{
	struct zt_quote quote;

	zt_err_set(err, "%s %s; write for example 500ms, 60s, 10m, 1h30m or 1d",
	    zt_quote_text(text, &quote), what);
	return -EINVAL;
}

/** Index of the unit at *at, N_UNITS when it is none; moves behind its letters. */
static size_t
take_unit(const char **at)
{
	size_t len = strspn(*at, "abcdefghijklmnopqrstuvwxyz");
	size_t i;

	for (i = 0; i < N_UNITS; i++)
		if (strlen(units[i].name) == len &&
		    memcmp(units[i].name, *at, len) == 0)
			break;
	*at += len;
	return i;
}

int
zt_value_parse_duration(const char *text, uint64_t *value, struct zt_err *err)
{
	const char *at = text;
	size_t next_unit = 0;
	uint64_t sum = 0;

	if (strcmp(text, "0") == 0) {
		*value = 0;
		return 0;
	}
	do {
		uint64_t number = 0;
		size_t unit;

		if (!zt_value_digits(&at, &number))
			return refuse(text, "is not a duration", err);
		if (*at == '\0')
			return refuse(text, "has no unit", err);
		unit = take_unit(&at);
		if (unit == N_UNITS)
			return refuse(text, "has none of the units d h m s ms", err);
		if (unit < next_unit)
			return refuse(
			    text, "must name each unit once, the longest first", err);
		next_unit = unit + 1;
		sum = zt_value_add_times(sum, number, units[unit].ns);
	} while (*at != '\0');
	*value = sum;
	return 0;
}

const char *
zt_value_print_duration(uint64_t value, char *text)
{
	size_t used = 0;

	(void)memcpy(text, "0s", 3);
	for (size_t i = 0; i < N_UNITS; i++) {
		uint64_t number = value / units[i].ns;

		if (number == 0)
			continue;
		used += (size_t)snprintf(text + used, ZT_VALUE_TEXT_SIZE - used,
		    "%" PRIu64 "%s", number, units[i].name);
		value %= units[i].ns;
	}
	return text;
}
