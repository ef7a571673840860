/* Numbers, durations, sizes and times from text and back: last valid, first invalid, and
 * what the error says. */
#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "conf/value.h"
#include "suite.h"

/** A text, and either its value (error NULL) or the error. */
struct number_case {
	const char *text;
	uint64_t value;
	const char *error;
};

typedef int (*number_fn)(const char *text, uint64_t *value, struct zt_err *err);

static void
check_number(const struct number_case *c, number_fn parse)
{
	uint64_t value = 12345;
	struct zt_err err = { "" };
	int rc = parse(c->text, &value, &err);

	if (c->error == NULL) {
		ck_assert_msg(rc == 0, "%s: %s", c->text, err.text);
		ck_assert_uint_eq(value, c->value);
		return;
	}
	ck_assert_msg(rc == -EINVAL, "%s is accepted", c->text);
	ck_assert_str_eq(err.text, c->error);
	ck_assert_uint_eq(value, 12345); /* untouched */
	ck_assert_int_eq(parse(c->text, &value, NULL), -EINVAL);
}

#define N_CASES(cases) ((int)(sizeof(cases) / sizeof((cases)[0])))

static const struct number_case numbers[] = {
	{ "0", 0, NULL },
	{ "18446744073709551615", UINT64_MAX, NULL },
	/* 2^64 does not fit: the caller's range refuses the largest number. */
	{ "18446744073709551616", UINT64_MAX, NULL },
	{ "99999999999999999999999999", UINT64_MAX, NULL },
	{ "", 0, "\"\" is not a whole number; write digits only" },
	{ "-1", 0, "-1 is not a whole number; write digits only" },
	{ "+1", 0, "+1 is not a whole number; write digits only" },
	{ "1 ", 0, "1  is not a whole number; write digits only" },
	{ "0x10", 0, "0x10 is not a whole number; write digits only" },
	{ "1e3", 0, "1e3 is not a whole number; write digits only" },
	{ "1_000", 0, "1_000 is not a whole number; write digits only" },
	{ "010", 0, "010 has leading zeros; leave them out" },
	{ "00", 0, "00 has leading zeros; leave them out" },
};

START_TEST(number_text_gives_value_or_error)
{
	check_number(&numbers[_i], zt_value_parse_number);
}
END_TEST

#define DURATION_HINT "; write for example 500ms, 60s, 10m, 1h30m or 1d"

static const struct number_case durations[] = {
	{ "0", 0, NULL },
	{ "0s", 0, NULL },
	{ "1ms", 1000000, NULL },
	{ "500ms", 500000000, NULL },
	{ "60s", UINT64_C(60000000000), NULL },
	{ "10m", UINT64_C(600000000000), NULL },
	{ "1h30m", UINT64_C(5400000000000), NULL },
	{ "1d2h3m4s5ms", UINT64_C(93784005000000), NULL },
	{ "90m", UINT64_C(5400000000000), NULL },
	{ "18446744073709ms", UINT64_C(18446744073709000000), NULL },
	{ "18446744073710ms", UINT64_MAX, NULL },
	{ "213504d", UINT64_MAX, NULL },
	{ "18446744073709551616d", UINT64_MAX, NULL },
	{ "", 0, "\"\" is not a duration" DURATION_HINT },
	{ "m", 0, "m is not a duration" DURATION_HINT },
	{ "-1s", 0, "-1s is not a duration" DURATION_HINT },
	{ "10", 0, "10 has no unit" DURATION_HINT },
	{ "1h30", 0, "1h30 has no unit" DURATION_HINT },
	{ "10x", 0, "10x has none of the units d h m s ms" DURATION_HINT },
	{ "10 m", 0, "10 m has none of the units d h m s ms" DURATION_HINT },
	{ "1.5h", 0, "1.5h has none of the units d h m s ms" DURATION_HINT },
	{ "10M", 0, "10M has none of the units d h m s ms" DURATION_HINT },
	{ "10us", 0, "10us has none of the units d h m s ms" DURATION_HINT },
	{ "30m1h", 0,
	    "30m1h must name each unit once, the longest first" DURATION_HINT },
	{ "1m1m", 0, "1m1m must name each unit once, the longest first" DURATION_HINT },
	{ "1m ", 0, "1m  is not a duration" DURATION_HINT },
};

START_TEST(duration_text_gives_nanoseconds_or_error)
{
	check_number(&durations[_i], zt_value_parse_duration);
}
END_TEST

START_TEST(duration_printed_is_shortest_and_reads_back)
{
	static const char *const texts[] = { "0s", "1ms", "999ms", "1s", "1m", "10m",
		"1h30m", "1d", "1d1ms", "365d" };
	char text[ZT_VALUE_TEXT_SIZE];
	uint64_t value;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ck_assert_int_eq(zt_value_parse_duration(texts[i], &value, NULL), 0);
		ck_assert_str_eq(zt_value_print_duration(value, text), texts[i]);
	}
	ck_assert_int_eq(zt_value_parse_duration("90m", &value, NULL), 0);
	ck_assert_str_eq(zt_value_print_duration(value, text), "1h30m");
}
END_TEST

#define SIZE_HINT " is not a size; write for example 256MiB, 64KiB or 65536"
#define SIZE_UNIT \
	" has an unknown unit; units are KiB, MiB, GiB, TiB, or none for bytes"

static const struct number_case sizes[] = {
	{ "0", 0, NULL },
	{ "65536", 65536, NULL },
	{ "64KiB", 65536, NULL },
	{ "256MiB", 268435456, NULL },
	{ "64GiB", UINT64_C(68719476736), NULL },
	{ "2TiB", UINT64_C(2199023255552), NULL },
	{ "16777215TiB", UINT64_C(16777215) << 40, NULL },
	{ "16777216TiB", UINT64_MAX, NULL }, /* 2^64 */
	{ "", 0, "\"\"" SIZE_HINT },
	{ "MiB", 0, "MiB" SIZE_HINT },
	{ "-1MiB", 0, "-1MiB" SIZE_HINT },
	{ "1MB", 0, "1MB" SIZE_UNIT },
	{ "1M", 0, "1M" SIZE_UNIT },
	{ "1 MiB", 0, "1 MiB" SIZE_UNIT },
	{ "1mib", 0, "1mib" SIZE_UNIT },
	{ "1.5GiB", 0, "1.5GiB" SIZE_UNIT },
	{ "1GiB1MiB", 0, "1GiB1MiB" SIZE_UNIT },
};

START_TEST(size_text_gives_bytes_or_error)
{
	check_number(&sizes[_i], zt_value_parse_size);
}
END_TEST

START_TEST(size_printed_has_largest_exact_unit)
{
	char text[ZT_VALUE_TEXT_SIZE];

	ck_assert_str_eq(zt_value_print_size(0, text), "0");
	ck_assert_str_eq(zt_value_print_size(1023, text), "1023");
	ck_assert_str_eq(zt_value_print_size(1024, text), "1KiB");
	ck_assert_str_eq(zt_value_print_size(1025, text), "1025");
	ck_assert_str_eq(zt_value_print_size(1536 * UINT64_C(1024), text), "1536KiB");
	ck_assert_str_eq(zt_value_print_size(UINT64_C(1) << 41, text), "2TiB");
}
END_TEST

#define TIME_HINT "; write for example 2026-01-31T00:00:00Z"
#define NS	  UINT64_C(1000000000)

static const struct number_case times[] = {
	{ "1970-01-01T00:00:00Z", 0, NULL },
	{ "2026-01-01T00:00:00Z", UINT64_C(1767225600) * NS, NULL },
	{ "2026-01-01t00:00:00z", UINT64_C(1767225600) * NS, NULL },
	{ "2026-01-01T02:00:00+02:00", UINT64_C(1767225600) * NS, NULL },
	{ "2025-12-31T18:30:00-05:30", UINT64_C(1767225600) * NS, NULL },
	{ "2026-01-01T00:00:00.5Z", UINT64_C(1767225600) * NS + 500000000, NULL },
	{ "2026-01-01T00:00:00.123456789Z", UINT64_C(1767225600) * NS + 123456789,
	    NULL },
	{ "2024-02-29T23:59:59Z", UINT64_C(1709251199) * NS, NULL },
	{ "2500-12-31T23:59:59Z", UINT64_C(16756761599) * NS, NULL },
	{ "2501-01-01T00:00:00Z", 0,
	    "2501-01-01T00:00:00Z is outside the years 1970 to 2500" TIME_HINT },
	{ "1969-12-31T23:59:59Z", 0,
	    "1969-12-31T23:59:59Z is outside the years 1970 to 2500" TIME_HINT },
	{ "1970-01-01T00:00:00+00:01", 0,
	    "1970-01-01T00:00:00+00:01 is before 1970" TIME_HINT },
	{ "2026-02-29T00:00:00Z", 0,
	    "2026-02-29T00:00:00Z is not a day and time of the calendar" TIME_HINT },
	{ "2026-13-01T00:00:00Z", 0,
	    "2026-13-01T00:00:00Z is not a day and time of the calendar" TIME_HINT },
	{ "2026-00-01T00:00:00Z", 0,
	    "2026-00-01T00:00:00Z is not a day and time of the calendar" TIME_HINT },
	{ "2026-01-01T24:00:00Z", 0,
	    "2026-01-01T24:00:00Z is not a day and time of the calendar" TIME_HINT },
	{ "2026-01-01T00:00:60Z", 0,
	    "2026-01-01T00:00:60Z is not a day and time of the calendar" TIME_HINT },
	{ "2026-01-01", 0, "2026-01-01 is not a time with date and zone" TIME_HINT },
	{ "2026-01-01T00:00:00", 0,
	    "2026-01-01T00:00:00 is not a time with date and zone" TIME_HINT },
	{ "2026-01-01T00:00:00.Z", 0,
	    "2026-01-01T00:00:00.Z is not a time with date and zone" TIME_HINT },
	{ "2026-01-01T00:00:00.1234567891Z", 0,
	    "2026-01-01T00:00:00.1234567891Z is not a time with date and zone" TIME_HINT },
	{ "2026-01-01T00:00:00Zx", 0,
	    "2026-01-01T00:00:00Zx is not a time with date and zone" TIME_HINT },
	{ "2026-01-01T00:00:00+24:00", 0,
	    "2026-01-01T00:00:00+24:00 is not a time with date and zone" TIME_HINT },
	{ "2026-1-01T00:00:00Z", 0,
	    "2026-1-01T00:00:00Z is not a time with date and zone" TIME_HINT },
	{ "", 0, "\"\" is not a time with date and zone" TIME_HINT },
};

START_TEST(time_text_gives_nanoseconds_or_error)
{
	check_number(&times[_i], zt_value_parse_time);
}
END_TEST

START_TEST(time_printed_reads_back)
{
	static const uint64_t values[] = { 1, UINT64_C(1709251199) * NS,
		UINT64_C(1767225600) * NS + 120000000, UINT64_C(16756761599) * NS };
	char text[ZT_VALUE_TEXT_SIZE];

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		uint64_t back = 0;

		(void)zt_value_print_time(values[i], text);
		ck_assert_int_eq(zt_value_parse_time(text, &back, NULL), 0);
		ck_assert_uint_eq(back, values[i]);
	}
	ck_assert_str_eq(zt_value_print_time(UINT64_C(1709251199) * NS, text),
	    "2024-02-29T23:59:59Z");
}
END_TEST

START_TEST(bool_text_is_true_or_false_only)
{
	static const char *const wrong[] = { "", "True", "yes", "on", "1", "0",
		"true " };
	struct zt_err err = { "" };
	bool value = false;

	ck_assert_int_eq(zt_value_parse_bool("true", &value, NULL), 0);
	ck_assert(value);
	ck_assert_int_eq(zt_value_parse_bool("false", &value, NULL), 0);
	ck_assert(!value);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_int_eq(zt_value_parse_bool(wrong[i], &value, &err), -EINVAL);
	ck_assert_int_eq(zt_value_parse_bool("yes", &value, &err), -EINVAL);
	ck_assert_str_eq(
	    err.text, "yes is neither true nor false; write true or false");
}
END_TEST

static Suite *
value_suite(void)
{
	Suite *suite = suite_create("value");
	TCase *quantity = tcase_create("quantity");

	tcase_add_loop_test(
	    quantity, number_text_gives_value_or_error, 0, N_CASES(numbers));
	tcase_add_loop_test(
	    quantity, duration_text_gives_nanoseconds_or_error, 0, N_CASES(durations));
	tcase_add_test(quantity, duration_printed_is_shortest_and_reads_back);
	tcase_add_loop_test(
	    quantity, size_text_gives_bytes_or_error, 0, N_CASES(sizes));
	tcase_add_test(quantity, size_printed_has_largest_exact_unit);
	tcase_add_loop_test(
	    quantity, time_text_gives_nanoseconds_or_error, 0, N_CASES(times));
	tcase_add_test(quantity, time_printed_reads_back);
	tcase_add_test(quantity, bool_text_is_true_or_false_only);
	suite_add_tcase(suite, quantity);
	return suite;
}

int
main(void)
{
	return zt_suite_run(value_suite());
}
