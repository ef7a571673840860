/*
 * What the service manager gets, as it would get it; and nobody there is no trouble.
 */
#include <check.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sensor/notify.h"
#include "sensor/pulse.h"
#include "suite.h"

static struct zt_notify notify;
static char directory[64];
static char path[128];
static int manager = -1;

static void
listen_at(const struct sockaddr_un *address, size_t len)
{
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_ge(manager, 0);
	ck_assert_int_eq(
	    bind(manager, (const struct sockaddr *)address, (socklen_t)len), 0);
}

static const char *
received(void)
{
	static char text[2048];
	ssize_t len = recv(manager, text, sizeof(text) - 1, 0);

	if (len < 0)
		return NULL;
	text[len] = '\0';
	return text;
}

static void
setup(void)
{
	(void)strcpy(directory, "/tmp/zonetap-notify-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/socket", directory);
}

static void
teardown(void)
{
	zt_notify_close(&notify);
	if (manager >= 0)
		(void)close(manager);
	manager = -1;
	(void)unlink(path);
	(void)rmdir(directory);
}

START_TEST(lines_reach_a_socket_in_the_file_system)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	(void)strcpy(address.sun_path, path);
	listen_at(&address, sizeof(address));
	ck_assert(zt_notify_open(&notify, path));
	zt_notify_send(&notify, "READY=1\nSTATUS=%d of %s", 3, "four");
	ck_assert_str_eq(received(), "READY=1\nSTATUS=3 of four");
	ck_assert_uint_eq(notify.sent, 1);
	ck_assert_uint_eq(notify.lost, 0);
}
END_TEST

START_TEST(lines_reach_an_abstract_socket)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char name[64];

	(void)snprintf(name, sizeof(name), "@zonetap-test-%ld", (long)getpid());
	memcpy(address.sun_path, name, strlen(name));
	address.sun_path[0] = '\0';
	listen_at(&address, offsetof(struct sockaddr_un, sun_path) + strlen(name));
	ck_assert(zt_notify_open(&notify, name));
	zt_notify_send(&notify, "WATCHDOG=1");
	ck_assert_str_eq(received(), "WATCHDOG=1");
}
END_TEST

static const char *const nobody[] = { NULL, "", "/", "@", "relative", "vsock:2:1234",
	"/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };

START_TEST(names_that_are_no_socket_mean_nobody)
{
	ck_assert(!zt_notify_open(&notify, nobody[_i]));
	zt_notify_send(&notify, "READY=1");
	ck_assert_uint_eq(notify.sent + notify.lost, 0);
}
END_TEST

START_TEST(a_manager_that_is_gone_or_does_not_read_costs_nothing)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	ck_assert(zt_notify_open(&notify, path));
	zt_notify_send(&notify, "READY=1");
	ck_assert_uint_eq(notify.lost, 1);
	(void)strcpy(address.sun_path, path);
	listen_at(&address, sizeof(address));
	/* More than any queue of datagrams holds. */
	for (unsigned i = 0; i < 5000; i++)
		zt_notify_send(&notify, "WATCHDOG=1");
	ck_assert_uint_eq(notify.sent + notify.lost, 5001);
	ck_assert_uint_gt(notify.sent, 0);
	ck_assert_uint_gt(notify.lost, 1);
}
END_TEST

START_TEST(long_texts_are_cut)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char text[3000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	(void)strcpy(address.sun_path, path);
	listen_at(&address, sizeof(address));
	ck_assert(zt_notify_open(&notify, path));
	zt_notify_send(&notify, "STATUS=%s", text);
	ck_assert_uint_eq(strlen(received()), 1023);
}
END_TEST

START_TEST(a_thread_that_stands_still_is_named)
{
	static struct zt_pulses pulses;
	zt_counter one = 0;
	zt_counter two = 0;

	ck_assert(zt_pulses_add(&pulses, "one", &one));
	ck_assert(zt_pulses_add(&pulses, "two", &two));
	ck_assert_ptr_null(zt_pulses_look(&pulses));
	zt_count(&one, 1);
	ck_assert_str_eq(zt_pulses_look(&pulses), "two");
	zt_count(&two, 7);
	ck_assert_str_eq(zt_pulses_look(&pulses), "one");
	zt_count(&one, 1);
	zt_count(&two, 1);
	ck_assert_ptr_null(zt_pulses_look(&pulses));
	for (size_t i = 2; i < ZT_PULSE_MAX; i++)
		ck_assert(zt_pulses_add(&pulses, "more", &one));
	ck_assert(!zt_pulses_add(&pulses, "too many", &one));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("notify");
	TCase *tc = tcase_create("service manager");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, lines_reach_a_socket_in_the_file_system);
	tcase_add_test(tc, lines_reach_an_abstract_socket);
	tcase_add_loop_test(tc, names_that_are_no_socket_mean_nobody, 0,
	    sizeof(nobody) / sizeof(nobody[0]));
	tcase_add_test(tc, a_manager_that_is_gone_or_does_not_read_costs_nothing);
	tcase_add_test(tc, long_texts_are_cut);
	tcase_add_test(tc, a_thread_that_stands_still_is_named);
	suite_add_tcase(s, tc);
	return s;
}

int
main(void)
{
	return zt_suite_run(suite());
}
