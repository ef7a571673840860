/* Lines to files: whole ones only, whatever the disk does. */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sensor/output.h"
#include "suite.h"

static char directory[] = "/tmp/zonetap-check-XXXXXX";
static char path[64];
static struct zt_output output;
static char text[4 * ZT_OUTPUT_BUFFER_BYTES];

static void
setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/lines", directory);
}

static void
teardown(void)
{
	(void)unlink(path);
	(void)rmdir(directory);
	memcpy(directory, "/tmp/zonetap-check-XXXXXX", sizeof(directory));
}

static size_t
file_text(void)
{
	FILE *file = fopen(path, "rb");

	ck_assert_ptr_nonnull(file);
	size_t len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = '\0';
	fclose(file);
	return len;
}

START_TEST(output_replaced_or_appended_as_asked)
{
	struct zt_err err;
	struct stat st;

	umask(0);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(
		    zt_output_open(&output, path, ZT_OUTPUT_REPLACE, &err), 0);
		ck_assert(zt_output_line(&output, "one", 3));
		ck_assert(zt_output_close(&output));
		ck_assert_uint_eq(output.lines, 1);
	}
	ck_assert_uint_eq(file_text(), 4);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0640);
	ck_assert_int_eq(zt_output_open(&output, path, ZT_OUTPUT_APPEND, &err), 0);
	ck_assert(zt_output_line(&output, "two", 3));
	ck_assert(zt_output_close(&output));
	(void)file_text();
	ck_assert_str_eq(text, "one\ntwo\n");
}
END_TEST

START_TEST(output_lines_longer_than_the_buffer_are_whole)
{
	static char line[2 * ZT_OUTPUT_BUFFER_BYTES + 7];
	struct zt_err err;

	memset(line, 'x', sizeof(line));
	ck_assert_int_eq(zt_output_open(&output, path, ZT_OUTPUT_REPLACE, &err), 0);
	ck_assert(zt_output_line(&output, "a", 1));
	ck_assert(zt_output_line(&output, line, sizeof(line)));
	ck_assert(zt_output_line(&output, "b", 1));
	ck_assert(zt_output_close(&output));
	ck_assert_uint_eq(output.lines, 3);
	ck_assert_uint_eq(file_text(), sizeof(line) + 5);
	ck_assert_int_eq(text[1], '\n');
	ck_assert_int_eq(text[2 + sizeof(line)], '\n');
	ck_assert_str_eq(text + 3 + sizeof(line), "b\n");
}
END_TEST

/* A limit of 100 bytes stands for a full disk: two lines of 40 fit, the third is torn.
 */
START_TEST(output_torn_line_is_taken_back)
{
	struct rlimit limit, before;
	char line[39];
	struct zt_err err;

	memset(line, 'x', sizeof(line));
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){ 100, before.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert_int_eq(zt_output_open(&output, path, ZT_OUTPUT_REPLACE, &err), 0);
	for (unsigned i = 0; i < 4; i++)
		ck_assert(zt_output_line(&output, line, sizeof(line)));
	ck_assert(!zt_output_flush(&output));
	ck_assert_int_eq(output.error, EFBIG);
	ck_assert_uint_eq(output.lines, 2);
	ck_assert(!zt_output_line(&output, line, sizeof(line)));
	ck_assert(!zt_output_close(&output));
	/* Without a process of its own, the next test writes files too. */
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	ck_assert_uint_eq(file_text(), 80);
	ck_assert_int_eq(text[79], '\n');
}
END_TEST

START_TEST(output_that_cannot_be_opened_names_the_path)
{
	struct zt_err err;

	ck_assert_int_eq(
	    zt_output_open(&output, "/nonexistent/x", ZT_OUTPUT_REPLACE, &err),
	    -ENOENT);
	ck_assert_str_eq(err.text, "/nonexistent/x: No such file or directory");
	ck_assert_int_eq(
	    zt_output_open(&output, directory, ZT_OUTPUT_APPEND, &err), -EISDIR);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("output");
	TCase *tcase = tcase_create("output");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, output_replaced_or_appended_as_asked);
	tcase_add_test(tcase, output_lines_longer_than_the_buffer_are_whole);
	tcase_add_test(tcase, output_that_cannot_be_opened_names_the_path);
	/* The last one: its limit stays for the rest of the process. */
	tcase_add_test(tcase, output_torn_line_is_taken_back);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
