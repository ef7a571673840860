#include <check.h>
#include <string.h>

#include "sensor/command_line.h"
#include "sensor/connector.h"
#include "suite.h"

/* A message as the kernel writes it: netlink header, connector header, event. */
static uint8_t message[76];

static void
put(size_t at, uint32_t number)
{
	memcpy(message + at, &number, sizeof(number));
}

/* Numbers are in the order of the machine. */
static void
setup(void)
{
	memset(message, 0, sizeof(message));
	put(0, 76); /* nlmsg_len */
	put(4, 3);  /* NLMSG_DONE */
	put(16, 1); /* CN_IDX_PROC */
	put(20, 1); /* CN_VAL_PROC */
	put(32, 40);
	put(36, 2);   /* PROC_EVENT_EXEC */
	put(52, 721); /* thread */
	put(56, 721); /* process */
}

static void
is(enum zt_connector_kind kind, uint32_t value, size_t len)
{
	struct zt_connector_event event = zt_connector_parse(message, len);

	ck_assert_int_eq(event.kind, kind);
	if (kind != ZT_CONNECTOR_OTHER)
		ck_assert_uint_eq(event.value, value);
}

START_TEST(starts_ends_and_answers_are_read)
{
	is(ZT_CONNECTOR_EXEC, 721, sizeof(message));
	put(36, 0x80000000u);
	is(ZT_CONNECTOR_EXIT, 721, sizeof(message));
	put(36, 0);
	put(52, 1);
	is(ZT_CONNECTOR_ACK, 1, sizeof(message));
}
END_TEST

START_TEST(other_events_and_threads_are_nothing)
{
	put(56, 720);
	is(ZT_CONNECTOR_OTHER, 0, sizeof(message));
	put(56, 721);
	put(36, 1); /* fork */
	is(ZT_CONNECTOR_OTHER, 0, sizeof(message));
	put(36, 2);
	put(16, 2); /* another user of the connector */
	is(ZT_CONNECTOR_OTHER, 0, sizeof(message));
	put(16, 1);
	put(20, 2);
	is(ZT_CONNECTOR_OTHER, 0, sizeof(message));
}
END_TEST

START_TEST(short_messages_are_nothing)
{
	for (size_t len = 0; len < 56; len++)
		is(ZT_CONNECTOR_OTHER, 0, len);
	put(0, 55); /* says less than it has */
	is(ZT_CONNECTOR_OTHER, 0, sizeof(message));
	put(0, 77); /* says more than it has */
	is(ZT_CONNECTOR_OTHER, 0, sizeof(message));
	put(0, 60);
	is(ZT_CONNECTOR_EXEC, 721, 60);
	is(ZT_CONNECTOR_OTHER, 0, 59);
}
END_TEST

static struct zt_command_line line;

static void
fill(const char *args, size_t len)
{
	memcpy(line.args, args, len);
	line.args_len = len;
}

START_TEST(command_line_is_escaped)
{
	static const char args[] = "dig\0a b\0\x1b[2J\\\xc3\xa9\n\0"
				   "\0end\0";
	char text[64];

	fill(args, sizeof(args));
	ck_assert(zt_command_line_text(&line, text, sizeof(text)));
	ck_assert_str_eq(text, "dig a\\x20b \\x1b[2J\\x5c\\xc3\\xa9\\x0a  end");
	fill("\0\0\0", 3);
	ck_assert(zt_command_line_text(&line, text, sizeof(text)));
	ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(command_line_is_cut_between_characters)
{
	char text[8];

	fill("1234567", 8);
	ck_assert(zt_command_line_text(&line, text, sizeof(text)));
	ck_assert_str_eq(text, "1234567");
	fill("12345678", 9);
	ck_assert(!zt_command_line_text(&line, text, sizeof(text)));
	ck_assert_str_eq(text, "1234567");
	fill("1234 ", 6);
	ck_assert(!zt_command_line_text(&line, text, sizeof(text)));
	ck_assert_str_eq(text, "1234");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("connector");
	TCase *tcase = tcase_create("messages");

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_test(tcase, starts_ends_and_answers_are_read);
	tcase_add_test(tcase, other_events_and_threads_are_nothing);
	tcase_add_test(tcase, short_messages_are_nothing);
	tcase_add_test(tcase, command_line_is_escaped);
	tcase_add_test(tcase, command_line_is_cut_between_characters);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return zt_suite_run(make_suite());
}
