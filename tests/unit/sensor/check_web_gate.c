/*
 * Who may come in: hosts, tokens, cookies, and files that hold tokens.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sensor/web_gate.h"
#include "suite.h"

#define TOKEN	 "0123456789abcdef"

#define TEMPLATE "/tmp/zonetap-token-XXXXXX"

static char path[] = TEMPLATE;
static struct zt_web_gate gate;
static struct zt_err err;

static void
write_file(const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(chmod(path, mode), 0);
}

static void
setup(void)
{
	memcpy(path, TEMPLATE, sizeof(path));
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	(void)close(fd);
	write_file(TOKEN "\n", 0640);
	ck_assert_int_eq(zt_web_gate_open(&gate, path, &err), 0);
}

static void
teardown(void)
{
	(void)unlink(path); /* a test may have removed it */
}

static const struct {
	const char *host;
	bool is_known;
} hosts[] = {
	{ "localhost", true },
	{ "LocalHost:80", true },
	{ "127.0.0.1", true },
	{ "127.0.0.1:9353", true },
	{ "192.0.2.1", true },
	{ "[::1]", true },
	{ "[::1]:9353", true },
	{ "[2001:db8::1]:1", true },
	{ "", false },
	{ "::1", false },
	{ "[::1", false },
	{ "[127.0.0.1]", false },
	{ "localhost.", false },
	{ "localhost.example", false },
	{ "127.0.0.1.example", false },
	{ "127.0.0.1:80:example", false },
	{ "127.0.0.1:x", false },
	{ "example", false },
	{ "1111111111111111111111111111111111111111111111111111111111", false },
};

START_TEST(host_without_token_is_an_address_or_localhost)
{
	const struct zt_web_gate open = { .has_token = false };

	ck_assert(zt_web_gate_knows_host(&open, hosts[_i].host) == hosts[_i].is_known);
	ck_assert(zt_web_gate_knows_host(&gate, hosts[_i].host));
	ck_assert(!zt_web_gate_knows_host(&gate, NULL));
	ck_assert(!zt_web_gate_knows_host(&open, NULL));
}
END_TEST

static const struct {
	const char *text;
	mode_t mode;
	bool is_right;
} files[] = {
	{ TOKEN, 0600, true },
	{ TOKEN "\r\nmore\n", 0640, true },
	{ TOKEN "\n", 0604, false },
	{ TOKEN "\n", 0620, false },
	{ TOKEN "\n", 0602, false },
	{ "0123456789abcde\n", 0600, false },
	{ "", 0600, false },
	{ "\n" TOKEN "\n", 0600, false },
	{ "0123456789 abcdef\n", 0600, false },
	{ "0123456789abcdef\xc3\xbc\n", 0600, false },
};

START_TEST(file_holds_a_token_or_is_refused)
{
	struct zt_web_gate other;

	write_file(files[_i].text, files[_i].mode);
	int result = zt_web_gate_open(&other, path, &err);
	ck_assert_int_eq(result, files[_i].is_right ? 0 : -EINVAL);
	if (files[_i].is_right)
		ck_assert_str_eq(other.token, TOKEN);
	else
		ck_assert_ptr_nonnull(strstr(err.text, path));
}
END_TEST

/* The longest that fits, and one more. */
START_TEST(file_with_the_longest_token)
{
	char text[ZT_WEB_TOKEN_MAX + 2];
	struct zt_web_gate other;

	memset(text, 'x', sizeof(text));
	text[ZT_WEB_TOKEN_MAX] = '\0';
	write_file(text, 0600);
	ck_assert_int_eq(zt_web_gate_open(&other, path, &err), 0);
	ck_assert_uint_eq(strlen(other.token), ZT_WEB_TOKEN_MAX);
	text[ZT_WEB_TOKEN_MAX] = 'x';
	text[ZT_WEB_TOKEN_MAX + 1] = '\0';
	write_file(text, 0600);
	ck_assert_int_eq(zt_web_gate_open(&other, path, &err), -EINVAL);
}
END_TEST

START_TEST(file_that_is_missing_or_none)
{
	struct zt_web_gate other;

	ck_assert_int_eq(zt_web_gate_open(&other, "/tmp", &err), -EINVAL);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(zt_web_gate_open(&other, path, &err), -ENOENT);
	ck_assert_int_eq(zt_web_gate_open(&other, "", &err), 0);
	ck_assert(!other.has_token);
	ck_assert(zt_web_gate_admits(&other, NULL, NULL));
	ck_assert(!zt_web_gate_is_token(&other, ""));
}
END_TEST

START_TEST(token_admits_and_nothing_like_it)
{
	ck_assert(zt_web_gate_admits(&gate, "Bearer " TOKEN, NULL));
	ck_assert(zt_web_gate_admits(&gate, "bearer " TOKEN, ""));
	ck_assert(!zt_web_gate_admits(&gate, NULL, NULL));
	ck_assert(!zt_web_gate_admits(&gate, "", ""));
	ck_assert(!zt_web_gate_admits(&gate, "Bearer ", NULL));
	ck_assert(!zt_web_gate_admits(&gate, TOKEN, NULL));
	ck_assert(!zt_web_gate_admits(&gate, "Basic " TOKEN, NULL));
	ck_assert(!zt_web_gate_admits(&gate, "Bearer " TOKEN "x", NULL));
	ck_assert(!zt_web_gate_admits(&gate, "Bearer 0123456789abcde", NULL));
	ck_assert(!zt_web_gate_admits(&gate, "Bearer 0123456789abcdeF", NULL));
	ck_assert(!zt_web_gate_admits(&gate, "Bearer " TOKEN TOKEN, NULL));
	ck_assert(!zt_web_gate_is_token(&gate, NULL));
}
END_TEST

START_TEST(cookie_admits_where_it_is_ours)
{
	char text[256];

	ck_assert_uint_eq(strlen(gate.cookie), 64);
	(void)snprintf(text, sizeof(text), "zonetap=%s", gate.cookie);
	ck_assert(zt_web_gate_admits(&gate, NULL, text));
	(void)snprintf(
	    text, sizeof(text), "a=b; zonetap=x; zonetap=%s; c", gate.cookie);
	ck_assert(zt_web_gate_admits(&gate, NULL, text));
	(void)snprintf(text, sizeof(text), "xzonetap=%s", gate.cookie);
	ck_assert(!zt_web_gate_admits(&gate, NULL, text));
	(void)snprintf(text, sizeof(text), "zonetap=%.63s", gate.cookie);
	ck_assert(!zt_web_gate_admits(&gate, NULL, text));
	(void)snprintf(text, sizeof(text), "zonetap=%sx", gate.cookie);
	ck_assert(!zt_web_gate_admits(&gate, NULL, text));
	ck_assert(!zt_web_gate_admits(&gate, NULL, "zonetap=" TOKEN));
	ck_assert(!zt_web_gate_admits(&gate, NULL, "zonetap=; zonetap"));
	ck_assert(!zt_web_gate_admits(&gate, NULL, ";;; ;"));
}
END_TEST

START_TEST(cookie_is_another_one_each_time)
{
	struct zt_web_gate other;

	ck_assert_int_eq(zt_web_gate_open(&other, path, &err), 0);
	ck_assert_str_ne(other.cookie, gate.cookie);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("web_gate");
	TCase *tcase = tcase_create("gate");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, host_without_token_is_an_address_or_localhost, 0,
	    sizeof(hosts) / sizeof(hosts[0]));
	tcase_add_loop_test(tcase, file_holds_a_token_or_is_refused, 0,
	    sizeof(files) / sizeof(files[0]));
	tcase_add_test(tcase, file_with_the_longest_token);
	tcase_add_test(tcase, file_that_is_missing_or_none);
	tcase_add_test(tcase, token_admits_and_nothing_like_it);
	tcase_add_test(tcase, cookie_admits_where_it_is_ours);
	tcase_add_test(tcase, cookie_is_another_one_each_time);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
