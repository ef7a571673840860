#include "value.h"

#include <errno.h>
#include <string.h>

#include "quote.h"

int
zt_value_parse_bool(const char *text, bool *value, struct zt_err *err)
{
	struct zt_quote quote;

	if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
		zt_err_set(err, "%s is neither true nor false; write true or false",
		    zt_quote_text(text, &quote));
		return -EINVAL;
	}
	*value = text[0] == 't';
	return 0;
}

uint64_t
zt_value_add_times(uint64_t a, uint64_t b, uint64_t factor)
{
	if (b > UINT64_MAX / factor || a > UINT64_MAX - b * factor)
		return UINT64_MAX;
	return a + b * factor;
}

bool
zt_value_digits(const char **at, uint64_t *value)
{
	const char *p = *at;
	uint64_t sum = 0;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++)
		sum = zt_value_add_times((uint64_t)(*p - '0'), sum, 10);
	*at = p;
	*value = sum;
	return true;
}

int
zt_value_parse_number(const char *text, uint64_t *value, struct zt_err *err)
{
	struct zt_quote quote;
	const char *at = text;
	uint64_t number = 0;

	if (!zt_value_digits(&at, &number) || *at != '\0') {
		zt_err_set(err, "%s is not a whole number; write digits only",
		    zt_quote_text(text, &quote));
		return -EINVAL;
	}
	/* YAML 1.1 reads 010 as eight, people read it as ten. */
	if (text[0] == '0' && text[1] != '\0') {
		zt_err_set(err, "%s has leading zeros; leave them out",
		    zt_quote_text(text, &quote));
		return -EINVAL;
	}
	*value = number;
	return 0;
}
