/* Secrets of TSIG keys: where they may come from, and that they stay secret. */
#include "sensor/keys.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"

static char directory[] = "/tmp/zonetap-check-XXXXXX";
static char path[64];

static void
setup(void)
{
	memcpy(directory, "/tmp/zonetap-check-XXXXXX", sizeof(directory));
	ck_assert_ptr_nonnull(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/secret", directory);
}

static void
teardown(void)
{
	(void)unlink(path);
	(void)rmdir(directory);
}

static void
save(const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(chmod(path, mode), 0);
}

static struct zt_conf *
configure(const char *member, const char *value, struct zt_err *err)
{
	struct zt_conf *conf = NULL;
	char text[512];

	(void)snprintf(text, sizeof(text),
	    "keys:\n  - {name: Xfr-key, algorithm: hmac-sha1, %s: \"%s\"}\n", member,
	    value);
	(void)zt_conf_parse("f", text, strlen(text), &conf, err);
	return conf;
}

static int
load_file(struct zt_keys *keys, struct zt_err *err)
{
	struct zt_conf *conf = configure("secret_file", path, err);

	ck_assert_ptr_nonnull(conf);
	int result = zt_keys_load(keys, &conf->keys, err);
	zt_conf_free(&conf);
	return result;
}

START_TEST(secret_of_a_file_is_read)
{
	struct zt_err err = { "" };
	struct zt_keys keys;

	save("  aGVsbG8=\n\n", 0640);
	ck_assert_msg(load_file(&keys, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(keys.count, 1);
	ck_assert_uint_eq(keys.items[0].kind, ZT_DIGEST_SHA1);
	ck_assert_uint_eq(keys.items[0].name_len, 9);
	ck_assert_mem_eq(keys.items[0].name, "\7xfr-key", 9);
	ck_assert_uint_eq(keys.items[0].secret_len, 5);
	ck_assert_mem_eq(keys.items[0].secret, "hello", 5);
	zt_keys_fini(&keys);
	ck_assert_ptr_null(keys.items);
}
END_TEST

static const struct {
	const char *text;
	mode_t mode;
	int result;
} refused[] = {
	{ "aGVsbG8=", 0644, -EPERM },
	{ "aGVsbG8=", 0602, -EPERM },
	{ "", 0600, -EINVAL },
	{ "aGVsbG8", 0600, -EINVAL },
	{ "aGVsbG9=", 0600, -EINVAL }, /* bits that belong to no byte */
	{ "aGV=bG8=", 0600, -EINVAL },
	{ "aGVs\001G8=", 0600, -EINVAL },
	{ "====", 0600, -EINVAL },
};

START_TEST(file_that_is_not_right_is_refused_without_its_text)
{
	struct zt_err err = { "" };
	struct zt_keys keys;

	save(refused[_i].text, refused[_i].mode);
	ck_assert_int_eq(load_file(&keys, &err), refused[_i].result);
	ck_assert_ptr_nonnull(strstr(err.text, path));
	ck_assert_ptr_null(strstr(err.text, "aGV"));
	ck_assert_ptr_null(keys.items);
}
END_TEST

START_TEST(file_that_is_none_is_refused)
{
	struct zt_err err = { "" };
	struct zt_keys keys;

	ck_assert_int_eq(load_file(&keys, &err), -ENOENT);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(load_file(&keys, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "not a regular file"));
}
END_TEST

START_TEST(secret_in_the_configuration_is_never_told)
{
	static const char *const secrets[] = { "c2VjcmV0IHNlY3JldA", "c2VjcmV0\\n" };
	struct zt_err err = { "" };
	char long_secret[700];

	for (size_t i = 0; i < 2; i++) {
		ck_assert_ptr_null(configure("secret", secrets[i], &err));
		ck_assert_ptr_nonnull(strstr(err.text, "not base64"));
		ck_assert_ptr_null(strstr(err.text, "c2Vj"));
	}
	memset(long_secret, 'A', sizeof(long_secret));
	long_secret[sizeof(long_secret) - 1] = '\0';
	ck_assert_ptr_null(configure("secret", long_secret + 250, &err));
	ck_assert_ptr_null(strstr(err.text, "AAAA"));
}
END_TEST

START_TEST(printed_configuration_hides_the_secret)
{
	struct zt_err err = { "" };
	struct zt_conf *conf = configure("secret", "aGVsbG8=", &err);
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct zt_conf *again = NULL;

	ck_assert_ptr_nonnull(conf);
	ck_assert_int_eq(zt_conf_dump(conf, out), 0);
	(void)fclose(out);
	ck_assert_ptr_null(strstr(text, "aGVs"));
	ck_assert_ptr_nonnull(strstr(text, "secret: \"(not shown)\""));
	/* What is printed in its place is no secret. */
	ck_assert_int_eq(zt_conf_parse("f", text, len, &again, &err), -EINVAL);
	zt_conf_free(&conf);
	free(text);
}
END_TEST

START_TEST(key_wants_one_secret)
{
	struct zt_err err = { "" };

	ck_assert_ptr_null(configure("secret", "", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "either a secret or a secret_file"));
	ck_assert_ptr_null(configure("secret_file: /etc/x, secret", "aGVsbG8=", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "either a secret or a secret_file"));
	ck_assert_ptr_null(configure("secret_file", "relative", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "begin with a slash"));
}
END_TEST

START_TEST(changed_secret_is_no_matter_of_a_reload)
{
	struct zt_err err = { "" };
	struct zt_conf *now = configure("secret", "aGVsbG8=", &err);
	struct zt_conf *next = configure("secret", "aGVsbG9v", &err);

	ck_assert_int_eq(zt_conf_allows_reload("f", now, now, &err), 0);
	ck_assert_int_eq(zt_conf_allows_reload("f", now, next, &err), -EINVAL);
	ck_assert_ptr_null(strstr(err.text, "aGVs"));
	zt_conf_free(&now);
	zt_conf_free(&next);
}
END_TEST

static Suite *
keys_suite(void)
{
	Suite *suite = suite_create("keys");
	TCase *files = tcase_create("files");
	TCase *settings = tcase_create("settings");

	tcase_add_checked_fixture(files, setup, teardown);
	tcase_add_test(files, secret_of_a_file_is_read);
	tcase_add_loop_test(files, file_that_is_not_right_is_refused_without_its_text,
	    0, (int)(sizeof(refused) / sizeof(refused[0])));
	tcase_add_test(files, file_that_is_none_is_refused);
	suite_add_tcase(suite, files);
	tcase_add_test(settings, secret_in_the_configuration_is_never_told);
	tcase_add_test(settings, printed_configuration_hides_the_secret);
	tcase_add_test(settings, key_wants_one_secret);
	tcase_add_test(settings, changed_secret_is_no_matter_of_a_reload);
	suite_add_tcase(suite, settings);
	return suite;
}

int
main(void)
{
	return zt_suite_run(keys_suite());
}
