/* An address with a port, or nothing. */
#include <check.h>
#include <string.h>

#include "conf/listen.h"
#include "suite.h"

static const struct {
	const char *text;
	uint16_t port;
	uint8_t family;
	bool is_loopback;
} good[] = {
	{ "127.0.0.1:9353", 9353, 4, true },
	{ "127.255.0.9:1", 1, 4, true },
	{ "0.0.0.0:65535", 65535, 4, false },
	{ "192.0.2.1:80", 80, 4, false },
	{ "128.0.0.1:80", 80, 4, false },
	{ "[::1]:9353", 9353, 6, true },
	{ "[::]:9353", 9353, 6, false },
	{ "[2001:db8::1]:9353", 9353, 6, false },
	{ "[::ffff:127.0.0.1]:9353", 9353, 6, false },
};

static const char *const bad[] = { "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0",
	"127.0.0.1:65536", "127.0.0.1:99999999999", "127.0.0.1:080", "127.0.0.1:8 ",
	"127.1:80", "localhost:80", ":80", "*:80", "::1:80", "[::1]", "[::1]80", "[::1",
	"[127.0.0.1]:80", "[]:80", "[fe80::1%eth0]:80", " 127.0.0.1:80",
	"[1111111111111111111111111111111111111111111111111111111111111111]:80" };

START_TEST(address_and_port_are_read)
{
	struct zt_listen listen = { .port = 7 };

	ck_assert(zt_listen_parse(good[_i].text, &listen));
	ck_assert_uint_eq(listen.port, good[_i].port);
	ck_assert_uint_eq(listen.family, good[_i].family);
	ck_assert(zt_listen_is_loopback(&listen) == good[_i].is_loopback);
}
END_TEST

START_TEST(anything_else_is_refused_and_changes_nothing)
{
	struct zt_listen listen = { .port = 7 };

	ck_assert(!zt_listen_parse(bad[_i], &listen));
	ck_assert_uint_eq(listen.port, 7);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("listen");
	TCase *tcase = tcase_create("text");

	tcase_add_loop_test(
	    tcase, address_and_port_are_read, 0, sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(tcase, anything_else_is_refused_and_changes_nothing, 0,
	    sizeof(bad) / sizeof(bad[0]));
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
