/* Lines for the log: in order, bounded, and a loss is admitted. */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sensor/notices.h"
#include "suite.h"

static struct zt_notices notices;

/* What the log writes, from standard error. */
static size_t
logged(char *text, size_t size)
{
	FILE *file = tmpfile();
	struct zt_log log = { .level = ZT_LOG_WARNING };
	int saved = dup(STDERR_FILENO);

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(dup2(fileno(file), STDERR_FILENO), 0);
	zt_notices_log(&notices, &log);
	ck_assert_int_ge(dup2(saved, STDERR_FILENO), 0);
	rewind(file);
	size_t len = fread(text, 1, size - 1, file);
	text[len] = '\0';
	(void)fclose(file);
	(void)close(saved);
	return len;
}

START_TEST(lines_come_out_once_and_in_order)
{
	char text[1024];

	ck_assert_int_eq(zt_notices_init(&notices), 0);
	zt_notices_put(&notices, ZT_LOG_WARNING, "first %d", 1);
	zt_notices_put(&notices, ZT_LOG_INFO, "not asked for");
	zt_notices_put(&notices, ZT_LOG_ERROR, "second");
	(void)logged(text, sizeof(text));
	ck_assert_str_eq(text, "zonetap: first 1\nzonetap: second\n");
	ck_assert_uint_eq(logged(text, sizeof(text)), 0);
	zt_notices_fini(&notices);
}
END_TEST

START_TEST(what_finds_no_room_is_counted)
{
	char text[4096];

	ck_assert_int_eq(zt_notices_init(&notices), 0);
	for (int i = 0; i < ZT_NOTICES_MAX + 3; i++)
		zt_notices_put(&notices, ZT_LOG_WARNING, "line %d", i);
	(void)logged(text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "line 31\n"));
	ck_assert_ptr_null(strstr(text, "line 32\n"));
	ck_assert_ptr_nonnull(strstr(text, "3 lines more were lost here\n"));
	zt_notices_fini(&notices);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("notices");
	TCase *all = tcase_create("all");

	tcase_add_test(all, lines_come_out_once_and_in_order);
	tcase_add_test(all, what_finds_no_room_is_counted);
	suite_add_tcase(suite, all);
	return zt_suite_run(suite);
}
