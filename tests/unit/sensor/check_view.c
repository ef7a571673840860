/* JSON results as text for people: units, tables, widths. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sensor/view.h"
#include "suite.h"

struct cell {
	const char *key;
	const char *json;
	const char *text;
};

static const struct cell cells[] = {
	{ "n", "0", "0" },
	{ "n", "18446744", "18446744" },
	{ "n", "2.25", "2.2" },
	{ "bytes", "1023", "1023 B" },
	{ "x_bytes", "1024", "1.0 KiB" },
	{ "x_bytes", "24289216", "23.2 MiB" },
	{ "x_bytes", "268435456", "256 MiB" },
	{ "bytes_per_s", "2048.0", "2.0 KiB" },
	{ "packets_per_s", "12.34", "12.3" },
	{ "idle_s", "0.0015", "2 ms" },
	{ "idle_s", "1.404", "1.4 s" },
	{ "seconds", "59.94", "59.9 s" },
	{ "idle_s", "60.0", "1 min" },
	{ "idle_s", "62.0", "1 min 2 s" },
	{ "idle_s", "3599", "59 min 59 s" },
	{ "idle_s", "3600", "1 h" },
	{ "idle_s", "86399", "23 h 59 min" },
	{ "idle_s", "86400", "1 d" },
	{ "idle_s", "93600", "1 d 2 h" },
	{ "t", "\"2026-01-02T03:04:05.678901234Z\"", "2026-01-02 03:04:05" },
	{ "t", "\"2026-01-02T03:04:05Z\"", "2026-01-02 03:04:05" },
	{ "t", "\"no T time, but it ends: Z\"", "no T time, but it ends: Z" },
	{ "t", "\"a\\u001b[2Jb\\n\"", "a?[2Jb?" },
	{ "b", "true", "yes" },
	{ "b", "false", "no" },
	{ "b", "null", "-" },
	{ "a", "[]", "-" },
	{ "a", "[\"x\", 2, null]", "x, 2, -" },
	{ "o", "{}", "-" },
	{ "o", "{\"A\": 1, \"x_bytes\": 2048}", "A 1, x_bytes 2.0 KiB" },
};

START_TEST(values_carry_their_units)
{
	json_t *value = json_loads(cells[_i].json, JSON_DECODE_ANY, NULL);

	ck_assert_ptr_nonnull(value);
	char *text = zt_view_cell(cells[_i].key, value);
	ck_assert_str_eq(text, cells[_i].text);
	free(text);
	json_decref(value);
}
END_TEST

static void
check_view(const char *json, unsigned width, const char *expected)
{
	json_t *value = json_loads(json, 0, NULL);
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(value);
	zt_view_print(value, width, to);
	ck_assert_int_eq(fclose(to), 0);
	ck_assert_str_eq(text, expected);
	free(text);
	json_decref(value);
}

#define LIST                                                             \
	"{\"rows\":[{\"id\":\"a\",\"n_bytes\":1,\"long_name\":\"xyz\"}," \
	"{\"id\":\"bcd\",\"n_bytes\":2048,\"long_name\":null}],"         \
	"\"matched\":2,\"more\":null}"

START_TEST(lists_are_tables_with_a_summary)
{
	check_view(LIST, 80,
	    "ID         N  LONG NAME\n"
	    "a        1 B  xyz\n"
	    "bcd  2.0 KiB  -\n"
	    "\n"
	    "matched 2\n");
	check_view("{\"rows\":[],\"matched\":0}", 80, "none\n\nmatched 0\n");
}
END_TEST

START_TEST(columns_that_do_not_fit_are_left_out)
{
	const char *narrow = "ID         N\n"
			     "a        1 B\n"
			     "bcd  2.0 KiB\n"
			     "(1 more columns with -j or in a wider window)\n"
			     "\n"
			     "matched 2\n";

	/* The table is 23 wide. */
	check_view(LIST, 23,
	    "ID         N  LONG NAME\n"
	    "a        1 B  xyz\n"
	    "bcd  2.0 KiB  -\n"
	    "\n"
	    "matched 2\n");
	check_view(LIST, 22, narrow);
	check_view(LIST, 1, narrow);
}
END_TEST

START_TEST(objects_are_members_plain_ones_first)
{
	check_view("{\"a\":1,\"part\":{\"x_s\":2.0,\"inner\":{\"y\":3}},\"long_name\":"
		   "\"t\",\"rows\":[{\"k\":1}]}",
	    80,
	    "a          1\n"
	    "long name  t\n"
	    "\n"
	    "part\n"
	    "  x  2.0 s\n"
	    "  inner\n"
	    "    y  3\n"
	    "\n"
	    "rows\n"
	    "  K\n"
	    "  1\n");
	check_view("{}", 80, "");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("view");
	TCase *view = tcase_create("view");

	tcase_add_loop_test(
	    view, values_carry_their_units, 0, (int)(sizeof(cells) / sizeof(cells[0])));
	tcase_add_test(view, lists_are_tables_with_a_summary);
	tcase_add_test(view, columns_that_do_not_fit_are_left_out);
	tcase_add_test(view, objects_are_members_plain_ones_first);
	suite_add_tcase(suite, view);
	return zt_suite_run(suite);
}
