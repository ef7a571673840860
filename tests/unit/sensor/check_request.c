/* Requests of the control socket: what is accepted, and why the rest is not; and the list
 * of commands against itself. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sensor/request.h"
#include "suite.h"

#define V "\"version\":1,"

struct refused {
	const char *line;
	const char *code;
};

static const struct refused refused[] = {
	{ "", "request" },
	{ "[]", "request" },
	{ "{", "request" },
	{ "null", "request" },
	{ "{\"version\":1}x", "request" },
	{ "{\"version\":1,\"version\":1,\"command\":\"status\"}", "request" },
	{ "{\"command\":\"status\"}", "version" },
	{ "{\"version\":2,\"command\":\"status\"}", "version" },
	{ "{\"version\":\"1\",\"command\":\"status\"}", "version" },
	{ "{\"version\":1}", "request" },
	{ "{" V "\"command\":1}", "request" },
	{ "{" V "\"command\":\"status\",\"x\":1}", "request" },
	{ "{" V "\"command\":\"status\",\"arguments\":[]}", "request" },
	{ "{" V "\"command\":\"Status\"}", "command" },
	{ "{" V "\"command\":\"\\u0001\"}", "command" },
	{ "{" V "\"command\":\"status\",\"arguments\":{\"limit\":1}}", "argument" },
	{ "{" V "\"command\":\"sources\",\"arguments\":{\"limit\":0}}", "argument" },
	{ "{" V "\"command\":\"sources\",\"arguments\":{\"limit\":101}}", "argument" },
	{ "{" V "\"command\":\"sources\",\"arguments\":{\"limit\":-1}}", "argument" },
	{ "{" V "\"command\":\"sources\",\"arguments\":{\"limit\":1.0}}", "argument" },
	{ "{" V "\"command\":\"sources\",\"arguments\":{\"limit\":\"1\"}}",
	    "argument" },
	{ "{" V "\"command\":\"sources\",\"arguments\":{\"by\":\"x\"}}", "argument" },
	{ "{" V "\"command\":\"sources\",\"arguments\":{\"source\":\"\"}}",
	    "argument" },
	{ "{" V "\"command\":\"incidents\",\"arguments\":{\"open\":1}}", "argument" },
	{ "{" V "\"command\":\"incidents\",\"arguments\":{\"since\":-1}}", "argument" },
	{ "{" V "\"command\":\"source\"}", "argument" },
	{ "{" V "\"command\":\"source\",\"arguments\":{}}", "argument" },
};

START_TEST(wrong_requests_are_refused_by_name)
{
	const struct refused *one = &refused[_i];
	struct zt_request request;
	struct zt_err err = { "" };
	const char *code =
	    zt_request_parse(&request, one->line, strlen(one->line), &err);

	ck_assert_msg(code != NULL && strcmp(code, one->code) == 0, "%s: %s", one->line,
	    code != NULL ? code : "accepted");
	ck_assert(err.text[0] != '\0');
	for (const char *p = err.text; *p != '\0'; p++)
		ck_assert(*p >= ' ' && *p <= '~');
	zt_request_fini(&request);
}
END_TEST

START_TEST(right_requests_give_their_arguments)
{
	const char *line = "{\"arguments\":{\"open\":true,\"limit\":100,\"rule\":\"x\","
			   "\"since\":9223372036854775807},\"command\":\"incidents\"," V
			   "\"version\":1}";
	struct zt_request request;

	/* Twice the same member is refused, so V goes. */
	ck_assert_str_eq(
	    zt_request_parse(&request, line, strlen(line), NULL), "request");
	zt_request_fini(&request);
	line =
	    "{\"arguments\":{\"open\":true,\"limit\":100,\"rule\":\"x\","
	    "\"since\":9223372036854775807},\"command\":\"incidents\",\"version\":1}";
	ck_assert_ptr_null(zt_request_parse(&request, line, strlen(line), NULL));
	ck_assert_int_eq(request.id, ZT_COMMAND_INCIDENTS);
	ck_assert(zt_request_is(&request, "open"));
	ck_assert_uint_eq(zt_request_number(&request, "limit", 7), 100);
	ck_assert_uint_eq(zt_request_number(&request, "since", 7), INT64_MAX);
	ck_assert_uint_eq(zt_request_number(&request, "before", 7), 7);
	ck_assert_str_eq(zt_request_text(&request, "rule"), "x");
	ck_assert_ptr_null(zt_request_text(&request, "source"));
	ck_assert_ptr_null(zt_request_text(&request, "nothing"));
	zt_request_fini(&request);
	line = "{" V "\"command\":\"status\"}";
	ck_assert_ptr_null(zt_request_parse(&request, line, strlen(line), NULL));
	ck_assert_int_eq(request.id, ZT_COMMAND_STATUS);
	zt_request_fini(&request);
}
END_TEST

START_TEST(every_cut_of_a_request_is_refused)
{
	const char *line = "{" V "\"command\":\"source\",\"arguments\":{\"address\":"
			   "\"192.0.2.1\"}}";

	for (size_t len = 0; len < strlen(line); len++) {
		struct zt_request request;
		ck_assert_str_eq(
		    zt_request_parse(&request, line, len, NULL), "request");
		zt_request_fini(&request);
	}
}
END_TEST

START_TEST(the_list_of_commands_is_whole)
{
	for (unsigned i = 0; i < ZT_N_COMMANDS; i++) {
		const struct zt_command *command =
		    zt_command_get((enum zt_command_id)i);
		ck_assert_ptr_nonnull(command->name);
		ck_assert_uint_eq(zt_command_find(command->name), i);
		ck_assert(command->help[strlen(command->help) - 1] != '.');
		int n = 0;
		for (const struct zt_argument *a = command->arguments; a->name != NULL;
		     a++, n++) {
			ck_assert_int_eq(zt_command_argument(command, a->name), n);
			ck_assert_ptr_nonnull(a->help);
			ck_assert((a->kind == ZT_ARGUMENT_WORD) == (a->words != NULL));
			ck_assert(
			    (a->kind == ZT_ARGUMENT_SWITCH) == (a->value == NULL));
		}
		ck_assert_int_le(n, ZT_COMMAND_ARGUMENTS);
	}
	ck_assert_uint_eq(zt_command_find("nothing"), ZT_N_COMMANDS);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("request");
	TCase *request = tcase_create("request");

	tcase_add_loop_test(request, wrong_requests_are_refused_by_name, 0,
	    (int)(sizeof(refused) / sizeof(refused[0])));
	tcase_add_test(request, right_requests_give_their_arguments);
	tcase_add_test(request, every_cut_of_a_request_is_refused);
	tcase_add_test(request, the_list_of_commands_is_whole);
	suite_add_tcase(suite, request);
	return zt_suite_run(suite);
}
