#include "value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "quote.h"

#define YEAR_MIN 1970
#define YEAR_MAX 2500 /* 64 bits of nanoseconds end in 2554. */

static int
refuse(const char *text, const char *what, struct zt_err *err)
{
	struct zt_quote quote;

	zt_err_set(err, "%s %s; write for example 2026-01-31T00:00:00Z",
	    zt_quote_text(text, &quote), what);
	return -EINVAL;
}

/** Exactly n digits and then the byte after, '\0' for any; false when it is otherwise.
 */
static bool
take(const char **at, unsigned n, char after, int *number)
{
	const char *p = *at;

	*number = 0;
	for (unsigned i = 0; i < n; i++, p++) {
		if (*p < '0' || *p > '9')
			return false;
		*number = *number * 10 + (*p - '0');
	}
	if (after != '\0' && *p++ != after)
		return false;
	*at = p;
	return true;
}

/** ".123" behind the seconds; digits beyond the ninth are refused. */
static bool
take_fraction(const char **at, uint64_t *ns)
{
	const char *p = *at;
	uint64_t unit = ZT_VALUE_SECOND / 10;

	*ns = 0;
	if (*p != '.')
		return true;
	for (p++; *p >= '0' && *p <= '9'; p++, unit /= 10) {
		if (unit == 0)
			return false;
		*ns += (uint64_t)(*p - '0') * unit;
	}
	if (p == *at + 1)
		return false;
	*at = p;
	return true;
}

/** Z or +hh:mm or -hh:mm up to the end of the text. */
static bool
take_zone(const char *at, int *offset_s)
{
	int sign = *at == '-' ? -1 : 1;
	int hours;
	int minutes;

	*offset_s = 0;
	if (*at == 'Z' || *at == 'z')
		return at[1] == '\0';
	if (*at != '+' && *at != '-')
		return false;
	at++;
	if (!take(&at, 2, ':', &hours) || !take(&at, 2, '\0', &minutes) || *at != '\0')
		return false;
	*offset_s = sign * (hours * 3600 + minutes * 60);
	return hours <= 23 && minutes <= 59;
}

/** Year to second; tm as struct tm wants it. */
static bool
take_fields(const char **at, struct tm *tm)
{
	if (!take(at, 4, '-', &tm->tm_year) || !take(at, 2, '-', &tm->tm_mon) ||
	    !take(at, 2, '\0', &tm->tm_mday))
		return false;
	if (**at != 'T' && **at != 't')
		return false;
	(*at)++;
	if (!take(at, 2, ':', &tm->tm_hour) || !take(at, 2, ':', &tm->tm_min) ||
	    !take(at, 2, '\0', &tm->tm_sec))
		return false;
	tm->tm_mon -= 1;
	tm->tm_year -= 1900;
	return true;
}

int
zt_value_parse_time(const char *text, uint64_t *value, struct zt_err *err)
{
	const char *at = text;
	struct tm tm = { 0 };
	struct tm same;
	uint64_t ns;
	int offset_s;
	time_t seconds;

	if (!take_fields(&at, &tm) || !take_fraction(&at, &ns) ||
	    !take_zone(at, &offset_s))
		return refuse(text, "is not a time with date and zone", err);
	if (tm.tm_year < YEAR_MIN - 1900 || tm.tm_year > YEAR_MAX - 1900)
		return refuse(text, "is outside the years 1970 to 2500", err);
	/* timegm() takes 31 February for 3 March: what comes back must be what went in.
	 */
	same = tm;
	seconds = timegm(&same);
	if (same.tm_mon != tm.tm_mon || same.tm_mday != tm.tm_mday ||
	    same.tm_hour != tm.tm_hour || same.tm_min != tm.tm_min ||
	    same.tm_sec != tm.tm_sec)
		return refuse(text, "is not a day and time of the calendar", err);
	seconds -= offset_s;
	if (seconds < 0)
		return refuse(text, "is before 1970", err);
	*value = (uint64_t)seconds * ZT_VALUE_SECOND + ns;
	return 0;
}

const char *
zt_value_print_time(uint64_t value, char *text)
{
	time_t seconds = (time_t)(value / ZT_VALUE_SECOND);
	uint64_t ns = value % ZT_VALUE_SECOND;
	struct tm tm = { 0 };
	size_t used;

	(void)gmtime_r(&seconds, &tm); /* cannot fail for 64 bits of nanoseconds */
	used = strftime(text, ZT_VALUE_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
	if (ns != 0)
		used += (size_t)snprintf(
		    text + used, ZT_VALUE_TEXT_SIZE - used, ".%09" PRIu64, ns);
	(void)memcpy(text + used, "Z", 2);
	return text;
}
