/*
 * The rule recon-tool-process with invented time: what is joined, what is not, and that
 * repetition raises no flood.
 */
#include <check.h>
#include <string.h>

#include "alert_log.h"
#include "detect/engine.h"
#include "detect/recon_tools.h"
#include "event_builder.h"
#include "suite.h"

#define OWN   ZT_IP(192, 0, 2, 7)
#define OTHER ZT_IP(192, 0, 2, 8)
#define T0    ZT_S(1700000000)

static const struct zt_prefix inside = { { 192, 0, 2, 0 }, 4, 24 };
static struct zt_event_builder builder;
static struct zt_params params;
static struct zt_engine *engine;
static struct zt_alert_log alerts;

static void
setup(void)
{
	zt_event_builder_init(&builder);
	zt_params_defaults(&params);
	for (unsigned id = 0; id < ZT_N_RULES; id++)
		params.rules[id].enabled = id == ZT_RULE_recon_tool_process;
	params.key = builder.key;
	params.memory_bytes = 1 << 20;
	params.internal = (struct zt_prefix_list){ &inside, 1 };
	params.external_only = true; /* the rule is about the inside all the same */
	memset(&alerts, 0, sizeof(alerts));
	engine = zt_engine_new(&params, zt_alert_log_keep, &alerts);
	ck_assert_ptr_nonnull(engine);
}

static void
teardown(void)
{
	zt_engine_free(&engine);
}

/* @return how many alerts there are now. */
static size_t
process(uint64_t id, enum zt_process_phase phase, uint64_t ts_ns, const char *args,
    size_t len)
{
	struct zt_query_spec spec = { ts_ns, OWN, 0, ".", 0 };
	struct zt_event *event = zt_event_builder_query(&builder, &spec);
	struct zt_process own = {
		.id = id, .started_ns = ts_ns, .pid = 4711, .phase = (uint8_t)phase
	};
	const struct zt_recon_command command = { "", args, len };
	struct zt_recon_match match;

	ck_assert(zt_recon_find(&command, &match));
	own.tool = match.tool;
	own.clue = match.clue;
	memcpy(own.command, args, strlen(args));
	event->kind = ZT_EVENT_PROCESS;
	event->name_len = event->n_labels = 0;
	event->client_port = event->server_port = event->transport = 0;
	event->n_addrs = 1;
	struct zt_answer_addr addr = { .family = 4 };
	memcpy(addr.addr, event->client, sizeof(addr.addr));
	memset(event->server, 0, sizeof(event->server));
	uint8_t *tail = (uint8_t *)event + zt_event_records_offset(event);
	memcpy(tail, &addr, sizeof(addr));
	memcpy(tail + sizeof(addr), &own, sizeof(own));
	event->size =
	    (uint16_t)(zt_event_records_offset(event) + sizeof(addr) + sizeof(own));
	zt_engine_feed(engine, event);
	return alerts.n;
}

#define PROCESS(id, phase, ts_ns, args) \
	process(id, ZT_PROCESS_##phase, ts_ns, args, sizeof(args))

static size_t
ask(uint64_t ts_ns, uint32_t client, const char *name, uint16_t qtype)
{
	struct zt_query_spec spec = { ts_ns, client, 0, name, qtype };

	zt_engine_feed(engine, zt_event_builder_query(&builder, &spec));
	return alerts.n;
}

START_TEST(first_question_opens_and_close_has_all)
{
	ck_assert_uint_eq(PROCESS(1, STARTED, T0, "dnsrecon"), 0);
	ck_assert_uint_eq(ask(T0 + ZT_S(1), OTHER, "a.example.com.", ZT_RR_A), 0);
	ck_assert_uint_eq(ask(T0 + ZT_S(1), OWN, "a.example.com.", ZT_RR_A), 1);
	const struct zt_alert *alert = zt_alert_log_last(&alerts);
	ck_assert_str_eq(alert->rule, "recon-tool-process");
	ck_assert_uint_eq(alert->risk, 60);
	ck_assert_int_eq(alert->confidence, ZT_LEVEL_MEDIUM);
	ck_assert(alert->have_process && alert->process_on_wire && alert->have_server);
	ck_assert_uint_eq(alert->process.pid, 4711);
	ck_assert_str_ne(alert->campaign, "");
	ck_assert_uint_eq(ask(T0 + ZT_S(2), OWN, "b.example.com.", ZT_RR_MX), 1);
	zt_engine_finish(engine);
	alert = zt_alert_log_last(&alerts);
	ck_assert_int_eq(alert->event, ZT_ALERT_CLOSE);
	ck_assert_uint_eq(alert->window.queries, 2);
	ck_assert_uint_eq(alert->window.names, 2);
	ck_assert_uint_eq(alert->process.starts, 1);
}
END_TEST

START_TEST(silent_tool_is_told_once)
{
	(void)PROCESS(1, STARTED, T0, "dnsrecon");
	ck_assert_uint_eq(PROCESS(1, RUNNING, T0 + ZT_S(10), "dnsrecon"), 1);
	const struct zt_alert *alert = zt_alert_log_last(&alerts);
	ck_assert_int_eq(alert->confidence, ZT_LEVEL_LOW);
	ck_assert(!alert->process_on_wire && !alert->have_server);
	ck_assert(strstr(alert->title, "nothing seen") != NULL);
	/* It asks after all: told at once. */
	ck_assert_uint_eq(ask(T0 + ZT_S(11), OWN, "a.example.com.", ZT_RR_A), 2);
	alert = zt_alert_log_last(&alerts);
	ck_assert_int_eq(alert->event, ZT_ALERT_UPDATE);
	ck_assert(alert->process_on_wire && alert->have_server);
	ck_assert_uint_eq(alert->transport, 17);
	ck_assert_uint_eq(PROCESS(1, PASSED, T0 + ZT_S(20), "dnsrecon"), 2);
}
END_TEST

START_TEST(what_comes_outside_its_life_is_not_joined)
{
	(void)PROCESS(1, STARTED, T0 + ZT_S(5), "dnsrecon");
	ck_assert_uint_eq(ask(T0 + ZT_S(5) - 1, OWN, "a.example.com.", ZT_RR_A), 0);
	(void)PROCESS(1, ENDED, T0 + ZT_S(6), "dnsrecon");
	ck_assert_uint_eq(ask(T0 + ZT_S(6) + 1, OWN, "b.example.com.", ZT_RR_A), 0);
	/* A packet from before that comes late. */
	ck_assert_uint_eq(ask(T0 + ZT_S(6), OWN, "c.example.com.", ZT_RR_A), 1);
	ck_assert_uint_eq(PROCESS(1, PASSED, T0 + ZT_S(8), "dnsrecon"), 1);
	(void)PROCESS(2, STARTED, T0 + ZT_S(10), "dnsenum");
	ck_assert_uint_eq(ask(T0 + ZT_S(610), OWN, "d.example.com.", ZT_RR_A), 2);
	ck_assert_int_eq(zt_alert_log_last(&alerts)->event, ZT_ALERT_CLOSE);
}
END_TEST

START_TEST(types_tell_two_tools_apart)
{
	(void)PROCESS(1, STARTED, T0, "gobuster");
	(void)PROCESS(2, STARTED, T0 + 1, "dig\0mx");
	ck_assert_uint_eq(ask(T0 + 2, OWN, "a.example.com.", ZT_RR_A), 1);
	const struct zt_alert *alert = zt_alert_log_last(&alerts);
	ck_assert_str_eq(zt_recon_tool_name(alert->process.tool), "gobuster");
	ck_assert_uint_eq(ask(T0 + 3, OWN, "example.com.", ZT_RR_MX), 2);
	alert = zt_alert_log_last(&alerts);
	ck_assert_str_eq(zt_recon_tool_name(alert->process.tool), "dig");
	ck_assert_uint_eq(alert->risk, 30);
	ck_assert_uint_eq(ask(T0 + 4, OWN, "4.3.2.1.in-addr.arpa.", ZT_RR_PTR), 2);
}
END_TEST

START_TEST(transfer_goes_with_its_worst_verdict)
{
	struct zt_query_spec spec = { T0 + 2, OWN, 0, "example.com.", ZT_RR_AXFR };
	struct zt_transfer transfer = { .id = 1,
		.kind = ZT_TRANSFER_AXFR,
		.verdict = ZT_VERDICT_COMPLETE,
		.records = 12 };

	(void)PROCESS(1, STARTED, T0, "host\0-l");
	ck_assert_uint_eq(ask(T0 + 1, OWN, "example.com.", ZT_RR_AXFR), 1);
	zt_engine_feed(engine, zt_event_builder_transfer(&builder, &spec, &transfer));
	ck_assert_uint_eq(alerts.n, 2);
	transfer.verdict = ZT_VERDICT_REFUSED;
	transfer.records = 0;
	zt_engine_feed(engine, zt_event_builder_transfer(&builder, &spec, &transfer));
	ck_assert_uint_eq(alerts.n, 2);
	zt_engine_finish(engine);
	const struct zt_alert *alert = zt_alert_log_last(&alerts);
	ck_assert_uint_eq(alert->transfer.verdict, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(alert->transfer.records, 12);
	ck_assert_uint_eq(alert->zone.len, 13);
}
END_TEST

/* A script that starts dig all day, now with an answer in between, now without. */
START_TEST(repetition_is_no_flood)
{
	for (uint64_t i = 1; i <= 1000; i++) {
		uint64_t ts_ns = T0 + i * ZT_S(1);
		(void)PROCESS(i, STARTED, ts_ns, "dig\0axfr");
		if (i % 3 == 0)
			(void)ask(ts_ns + 1, OWN, "example.com.", ZT_RR_AXFR);
		(void)PROCESS(i, ENDED, ts_ns + 2, "dig\0axfr");
		(void)PROCESS(i, PASSED, ts_ns + 3, "dig\0axfr");
	}
	ck_assert_uint_le(alerts.n, 6);
	zt_engine_finish(engine);
	ck_assert_uint_eq(zt_alert_log_last(&alerts)->process.starts, 1000);
	ck_assert_uint_eq(zt_alert_log_last(&alerts)->window.queries, 333);
}
END_TEST

START_TEST(full_table_forgets_the_oldest_and_counts)
{
	for (uint64_t i = 1; i <= 65; i++)
		(void)PROCESS(i, STARTED, T0 + i, "dnsrecon");
	ck_assert_uint_eq(zt_engine_stats(engine)->starts_evicted, 1);
	ck_assert_uint_eq(PROCESS(1, PASSED, T0 + ZT_S(1), "dnsrecon"), 0);
	ck_assert_uint_eq(PROCESS(2, PASSED, T0 + ZT_S(1), "dnsrecon"), 1);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("processes");
	TCase *tcase = tcase_create("join");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, first_question_opens_and_close_has_all);
	tcase_add_test(tcase, silent_tool_is_told_once);
	tcase_add_test(tcase, what_comes_outside_its_life_is_not_joined);
	tcase_add_test(tcase, types_tell_two_tools_apart);
	tcase_add_test(tcase, transfer_goes_with_its_worst_verdict);
	tcase_add_test(tcase, repetition_is_no_flood);
	tcase_add_test(tcase, full_table_forgets_the_oldest_and_counts);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return zt_suite_run(make_suite());
}
