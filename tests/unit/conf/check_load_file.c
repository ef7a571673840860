/* Files: which are read at all, and the words about those that are not. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/conf.h"
#include "suite.h"

/** A scratch directory for each test. */
static char directory[] = "/tmp/zt-check-load-XXXXXX";
static char path[64];

static void
make_directory(void)
{
	(void)strcpy(directory + strlen(directory) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/f.yaml", directory);
}

static void
remove_directory(void)
{
	(void)unlink(path);
	ck_assert_int_eq(rmdir(directory), 0);
}

static void
write_file(const char *text, size_t len, mode_t mode)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text, 1, len, file), len);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(chmod(path, mode), 0);
}

static void
check_file(int result, const char *error)
{
	struct zt_conf *conf = NULL;
	struct zt_err err = { "" };

	ck_assert_int_eq(zt_conf_load(path, &conf, &err), result);
	if (result == 0)
		ck_assert_uint_eq(conf->ports.items[0], 54);
	else
		ck_assert_ptr_null(conf);
	if (error != NULL) {
		ck_assert_int_eq(strncmp(err.text, path, strlen(path)), 0);
		ck_assert_str_eq(err.text + strlen(path), error);
	}
	zt_conf_free(&conf);
}

START_TEST(file_is_loaded)
{
	write_file("ports: [54]\n", 12, 0644);
	check_file(0, NULL);
}
END_TEST

START_TEST(file_error_has_path_line_and_column)
{
	write_file("# x\nports: [0]\n", 15, 0600);
	check_file(-EINVAL, ":2:9: ports: 0 is below 1; allowed is 1 to 65535");
}
END_TEST

/* O04. */
START_TEST(file_that_everybody_may_write_is_refused)
{
	write_file("ports: [54]\n", 12, 0646);
	check_file(
	    -EPERM, ": everybody may write to it (mode 0646); run: chmod o-w on it");
}
END_TEST

START_TEST(file_without_bytes_is_refused)
{
	write_file("", 0, 0644);
	check_file(-EINVAL,
	    ":1:1: the file is empty; a comment line is enough for all defaults");
}
END_TEST

START_TEST(file_that_is_missing_is_refused)
{
	check_file(-ENOENT, ": cannot open: No such file or directory");
}
END_TEST

START_TEST(file_that_is_a_fifo_is_refused_at_once)
{
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	check_file(-EINVAL, ": is not a regular file; name a file of settings");
}
END_TEST

START_TEST(file_that_is_a_directory_is_refused)
{
	struct zt_conf *conf = NULL;
	struct zt_err err = { "" };

	ck_assert_int_eq(zt_conf_load(directory, &conf, &err), -EINVAL);
}
END_TEST

#define FILE_MAX ((size_t)16 << 20)

/* O04. */
START_TEST(file_of_16_mib_is_read_and_one_byte_more_is_refused)
{
	char *text = malloc(FILE_MAX + 1);

	ck_assert_ptr_nonnull(text);
	(void)memset(text, '\n', FILE_MAX + 1);
	(void)memcpy(text, "ports: [54]\n", 12);
	write_file(text, FILE_MAX, 0600);
	check_file(0, NULL);
	write_file(text, FILE_MAX + 1, 0600);
	check_file(-EFBIG, ": is above 16 MiB; shorten the lists");
	free(text);
}
END_TEST

static Suite *
load_file_suite(void)
{
	Suite *suite = suite_create("load_file");
	TCase *file = tcase_create("file");

	tcase_add_checked_fixture(file, make_directory, remove_directory);
	tcase_add_test(file, file_is_loaded);
	tcase_add_test(file, file_error_has_path_line_and_column);
	tcase_add_test(file, file_that_everybody_may_write_is_refused);
	tcase_add_test(file, file_without_bytes_is_refused);
	tcase_add_test(file, file_that_is_missing_is_refused);
	tcase_add_test(file, file_that_is_a_fifo_is_refused_at_once);
	tcase_add_test(file, file_that_is_a_directory_is_refused);
	tcase_add_test(file, file_of_16_mib_is_read_and_one_byte_more_is_refused);
	tcase_set_timeout(file, 60);
	suite_add_tcase(suite, file);
	return suite;
}

int
main(void)
{
	return zt_suite_run(load_file_suite());
}
