#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert_log.h"
#include "detect/engine.h"
#include "event_builder.h"
#include "suite.h"

#define ATTACKER ZT_IP(198, 51, 100, 66)
#define T0	 ZT_S(1700000000)
#define WINDOW	 ZT_S(600)

static const struct zt_prefix attacker = { { 198, 51, 100, 66 }, 4, 32 };
static const struct zt_prefix_list attackers = { &attacker, 1 };

static struct zt_event_builder builder;
static struct zt_params params;
static struct zt_zone_policy zone;
static struct zt_engine *engine;
static struct zt_alert_log alerts;

static void
setup(void)
{
	zt_event_builder_init(&builder);
	zt_params_defaults(&params);
	for (unsigned id = 0; id < ZT_N_RULES; id++)
		params.rules[id].enabled = id == ZT_RULE_type_enumeration;
	params.key = builder.key;
	params.memory_bytes = 1 << 20;
	memset(&alerts, 0, sizeof(alerts));
	memset(&zone, 0, sizeof(zone));
}

static void
start(void)
{
	engine = zt_engine_new(&params, zt_alert_log_keep, &alerts);
	ck_assert_ptr_nonnull(engine);
}

static void
teardown(void)
{
	zt_engine_free(&engine);
}

static struct zt_event *
question(uint64_t ts_ns, const char *name, uint16_t qtype)
{
	struct zt_query_spec spec = {
		.ts_ns = ts_ns, .client = ATTACKER, .name = name, .qtype = qtype
	};
	return zt_event_builder_query(&builder, &spec);
}

static void
ask(uint64_t ts_ns, const char *name, uint16_t qtype)
{
	zt_engine_feed(engine, question(ts_ns, name, qtype));
}

/* Questions for n names, one nanosecond apart. */
static void
ask_names(uint64_t ts_ns, unsigned n, uint16_t qtype)
{
	for (unsigned i = 0; i < n; i++) {
		char name[32];
		snprintf(name, sizeof(name), "n%u.example.com.", i);
		ask(ts_ns + i, name, qtype);
	}
}

START_TEST(names_twenty_stay_silent_and_one_more_fires)
{
	start();
	ask_names(T0, 20, ZT_RR_TXT);
	ck_assert_uint_eq(alerts.n, 0);
	ask(T0 + 20, "n20.example.com.", ZT_RR_NS);
	ck_assert_uint_eq(alerts.n, 1);
	ck_assert_uint_eq(alerts.alerts[0].window.names, 21);
	ck_assert(!alerts.alerts[0].window.names_estimated);
	ck_assert_uint_eq(alerts.alerts[0].window.queries, 21);
	ck_assert_uint_eq(alerts.alerts[0].window.n_types, 2);
	ck_assert_uint_eq(alerts.alerts[0].window.n_samples, 8);
	ck_assert_uint_eq(alerts.alerts[0].window.seconds, 600);
}
END_TEST

START_TEST(names_first_and_last_a_window_apart_stay_silent)
{
	start();
	ask(T0, "first.example.com.", ZT_RR_TXT);
	ask_names(T0 + 100, 19, ZT_RR_TXT);
	ask(T0 + WINDOW + (uint64_t)_i, "last.example.com.", ZT_RR_TXT);
	ck_assert_uint_eq(alerts.n, 0);
}
END_TEST

/* S05. */
START_TEST(names_first_and_last_a_nanosecond_closer_fire)
{
	start();
	ask(T0, "first.example.com.", ZT_RR_TXT);
	ask_names(T0 + 100, 19, ZT_RR_TXT);
	ask(T0 + WINDOW - 1, "last.example.com.", ZT_RR_TXT);
	ck_assert_uint_eq(alerts.n, 1);
	ck_assert_uint_eq(alerts.alerts[0].window.first_ns, T0);
}
END_TEST

START_TEST(types_that_are_not_in_the_set_do_not_count)
{
	start();
	ask_names(T0, 500, ZT_RR_A);
	ask_names(T0 + 1000, 500, ZT_RR_AAAA);
	ask_names(T0 + 2000, 500, ZT_RR_PTR);
	ask_names(T0 + 3000, 500, 65); /* HTTPS */
	ask_names(T0 + 3000, 500, 65280);
	ck_assert_uint_eq(alerts.n, 0);
	ck_assert_uint_eq(zt_engine_stats(engine)->tracks_created, 0);
}
END_TEST

START_TEST(type_beyond_the_bit_map_counts_when_it_is_set)
{
	static const uint16_t types[] = { 65280 };

	params.rules[ZT_RULE_type_enumeration].record_types = types;
	params.rules[ZT_RULE_type_enumeration].n_record_types = 1;
	start();
	ask_names(T0, 21, 65281);
	ck_assert_uint_eq(alerts.n, 0);
	ask_names(T0, 21, 65280);
	ck_assert_uint_eq(alerts.n, 1);
}
END_TEST

START_TEST(other_class_opcode_or_direction_does_not_count)
{
	start();
	for (unsigned i = 0; i < 100; i++) {
		struct zt_event *event = question(T0 + i, "a.", ZT_RR_TXT);
		if (_i == 0)
			event->qclass = ZT_CLASS_CH;
		if (_i == 1)
			event->dns_flags |= 5u << 11; /* UPDATE */
		if (_i == 2) {
			event->kind = ZT_EVENT_RESPONSE;
			event->flags |= ZT_EF_PAIRED;
		}
		if (_i == 3) {
			event->kind = ZT_EVENT_RESPONSE;
			event->flags |= ZT_EF_UNSOLICITED;
		}
		zt_engine_feed(engine, event);
	}
	ck_assert_uint_eq(alerts.n, 0);
}
END_TEST

START_TEST(answer_that_stands_for_its_question_counts)
{
	start();
	for (unsigned i = 0; i < 31; i++) {
		struct zt_event *event = question(T0 + i, "a.", ZT_RR_TXT);
		event->kind = ZT_EVENT_RESPONSE;
		event->flags |= ZT_EF_STANDS_FOR_QUERY;
		event->rcode = ZT_RCODE_NXDOMAIN;
		zt_engine_feed(engine, event);
	}
	ck_assert_uint_eq(alerts.n, 1);
	ck_assert(alerts.alerts[0].trust.one_sided);
	ck_assert(alerts.alerts[0].trust.at_least);
	ck_assert_uint_eq(alerts.alerts[0].window.rcodes[0].code, ZT_RCODE_NXDOMAIN);
	/* The answer of the event that fired is noted after it. */
	ck_assert_uint_eq(alerts.alerts[0].window.rcodes[0].count, 30);
}
END_TEST

START_TEST(types_of_one_name_fire_at_more_than_three_and_soa_is_two)
{
	start();
	ask(T0, "example.com.", ZT_RR_MX);
	ask(T0 + 1, "example.com.", ZT_RR_TXT);
	ask(T0 + 2, "example.com.", ZT_RR_NS);
	for (unsigned i = 0; i < 5; i++)
		ask(T0 + 3, "example.com.", ZT_RR_NS);
	ask(T0 + 4, "www.example.com.", ZT_RR_CAA);
	ask(T0 + 5, "example.com.", ZT_RR_AXFR);
	/* Ten questions are a look at one's own mail, eleven are above a third. */
	ask(T0 + 6, "www.example.com.", ZT_RR_CAA);
	ck_assert_uint_eq(alerts.n, 0);
	ask(T0 + 7, "example.com.", _i == 0 ? ZT_RR_SOA : ZT_RR_CAA);
	ck_assert_uint_eq(alerts.n, 1);
	ck_assert_uint_eq(alerts.alerts[0].risk, 50);
	ck_assert_str_eq(
	    alerts.alerts[0].title, "Many record types of one name queried");
}
END_TEST

START_TEST(two_types_and_soa_fire)
{
	start();
	for (unsigned i = 0; i < 9; i++)
		ask(T0, "example.com.", ZT_RR_NS);
	ask(T0, "example.com.", ZT_RR_SOA);
	ck_assert_uint_eq(alerts.n, 0);
	ask(T0, "example.com.", ZT_RR_MX);
	ck_assert_uint_eq(alerts.n, 1);
	/* More of it: the stronger criterion is told at once. */
	for (unsigned i = 0; i < 20; i++)
		ask(T0 + i, "example.com.", ZT_RR_MX);
	ck_assert_uint_eq(alerts.n, 2);
	ck_assert_int_eq(alerts.alerts[1].event, ZT_ALERT_UPDATE);
	ck_assert_uint_eq(alerts.alerts[1].risk, 70);
	ck_assert_uint_eq(alerts.alerts[1].window.queries, 31);
}
END_TEST

START_TEST(resolver_gets_its_thresholds_raised)
{
	params.resolvers = attackers;
	params.resolver_factor = 3;
	start();
	ask_names(T0, 60, ZT_RR_TXT);
	ck_assert_uint_eq(alerts.n, 0);
	ask(T0 + 60, "n60.example.com.", ZT_RR_TXT);
	ck_assert_uint_eq(alerts.n, 1);
}
END_TEST

/* Questions of a machine inside: to a recursive server about the world (0), about
 * a zone of ours (1), to a server that offers no recursion (2), by an outsider (3). */
START_TEST(inside_client_of_a_recursive_server_is_judged_on_our_zones)
{
	params.resolver_factor = 3;
	if (_i != 3)
		params.internal = attackers;
	zone.name.len = zt_event_builder_name(
	    zone.name.wire, _i == 1 ? "example.com." : "example.org.");
	params.zones = &zone;
	params.n_zones = 1;
	start();
	struct zt_query_spec spec = {
		.ts_ns = T0, .client = ATTACKER, .name = "x.", .qtype = ZT_RR_TXT
	};
	struct zt_event *answer = zt_event_builder_response(&builder, &spec, 0);
	if (_i != 2)
		answer->dns_flags |= ZT_DNS_RA;
	zt_engine_feed(engine, answer);
	ask_names(T0, 60, ZT_RR_TXT);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], _i == 0 ? 0 : 1);
	ask(T0 + 60, "n60.example.com.", ZT_RR_TXT);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 1);
}
END_TEST

START_TEST(monitor_is_silent)
{
	params.monitors = attackers;
	start();
	ask_names(T0, 300, ZT_RR_TXT);
	ck_assert_uint_eq(alerts.n, 0);
}
END_TEST

START_TEST(secondary_is_not_judged_on_names_of_its_zones)
{
	zone.name.len = zt_event_builder_name(zone.name.wire, "example.com.");
	zone.secondaries = attackers;
	params.zones = &zone;
	params.n_zones = 1;
	start();
	ask_names(T0, 300, ZT_RR_SOA);
	ck_assert_uint_eq(alerts.n, 0);
	for (unsigned i = 0; i < 31; i++)
		ask(T0 + 400 + i, "example.net.", ZT_RR_TXT);
	ck_assert_uint_eq(alerts.n, 1);
}
END_TEST

START_TEST(many_names_are_exact_then_estimated_with_an_error)
{
	start();
	ask_names(T0, 256, ZT_RR_TXT);
	zt_engine_feed(engine, zt_event_builder_tick(&builder, T0 + WINDOW + 300));
	const struct zt_alert *close = zt_alert_log_last(&alerts);
	ck_assert_int_eq(close->event, ZT_ALERT_CLOSE);
	ck_assert_uint_eq(close->window.names, 256);
	ck_assert(!close->window.names_estimated);
	ask_names(T0 + 2 * WINDOW, 10000, ZT_RR_TXT);
	zt_engine_finish(engine);
	close = zt_alert_log_last(&alerts);
	ck_assert_uint_eq(close->window.queries, 10000);
	ck_assert(close->window.names_estimated);
	ck_assert_uint_eq(close->window.names_error_ppm, 32500);
	ck_assert_uint_gt(close->window.names, 9000);
	ck_assert_uint_lt(close->window.names, 11000);
}
END_TEST

START_TEST(incident_closes_when_it_has_not_fired_for_a_window_and_may_open_again)
{
	start();
	ask_names(T0, 21, ZT_RR_TXT);
	ck_assert_uint_eq(alerts.n, 1);
	/* The window still holds the others: it fires once more. */
	ask(T0 + WINDOW / 2, "a.", ZT_RR_TXT);
	/* One question now and then is not the incident going on. */
	ask(T0 + WINDOW / 2 + WINDOW - 1, "b.", ZT_RR_TXT);
	ck_assert_uint_eq(alerts.n, 1);
	ask(T0 + WINDOW / 2 + WINDOW, "c.", ZT_RR_TXT);
	ck_assert_uint_eq(alerts.n, 2);
	ck_assert_int_eq(alerts.alerts[1].event, ZT_ALERT_CLOSE);
	ck_assert_uint_eq(alerts.alerts[1].window.queries, 23);
	ask_names(T0 + 4 * WINDOW, 21, ZT_RR_TXT);
	ck_assert_uint_eq(alerts.n, 3);
	ck_assert_int_eq(alerts.alerts[2].event, ZT_ALERT_OPEN);
	ck_assert_uint_eq(alerts.alerts[2].window.names, 21);
	ck_assert_str_ne(alerts.alerts[2].id, alerts.alerts[0].id);
	ck_assert_str_eq(alerts.alerts[2].campaign, alerts.alerts[0].campaign);
}
END_TEST

/* S08. */
START_TEST(confidence_follows_the_handshake_and_the_answers)
{
	static const enum zt_level levels[] = { ZT_LEVEL_LOW, ZT_LEVEL_MEDIUM,
		ZT_LEVEL_MEDIUM, ZT_LEVEL_HIGH };
	struct zt_query_spec spec = {
		.ts_ns = T0, .client = ATTACKER, .name = "a.", .qtype = ZT_RR_TXT
	};
	bool is_tcp = (_i & 2) != 0;
	bool is_answered = (_i & 1) != 0;

	start();
	for (unsigned i = 0; i < 31; i++) {
		struct zt_event *event = zt_event_builder_query(&builder, &spec);
		event->transport = is_tcp ? 6 : 17;
		zt_engine_feed(engine, event);
		event = zt_event_builder_response(&builder, &spec, 0);
		event->transport = is_tcp ? 6 : 17;
		if (is_answered)
			zt_engine_feed(engine, event);
	}
	ck_assert_uint_eq(alerts.n, 1);
	ck_assert_int_eq(alerts.alerts[0].confidence, levels[_i]);
	ck_assert_uint_eq(alerts.alerts[0].transport, is_tcp ? 6 : 17);
}
END_TEST

START_TEST(sample_keeps_the_spelling_that_was_sent)
{
	start();
	for (unsigned i = 0; i < 31; i++) {
		struct zt_event *event = question(T0 + i, "ab.", ZT_RR_TXT);
		uint8_t *raw = (uint8_t *)(event + 1) + event->name_len;
		memcpy(raw, "\2aB", 4);
		event->flags |= ZT_EF_RAW_NAME;
		zt_engine_feed(engine, event);
	}
	ck_assert_uint_eq(alerts.n, 1);
	ck_assert_mem_eq(alerts.alerts[0].window.samples[0].wire, "\2aB", 4);
}
END_TEST

static void
add_count_tests(TCase *tcase)
{
	tcase_add_test(tcase, names_twenty_stay_silent_and_one_more_fires);
	tcase_add_loop_test(
	    tcase, names_first_and_last_a_window_apart_stay_silent, 0, 2);
	tcase_add_test(tcase, names_first_and_last_a_nanosecond_closer_fire);
	tcase_add_test(tcase, types_that_are_not_in_the_set_do_not_count);
	tcase_add_test(tcase, type_beyond_the_bit_map_counts_when_it_is_set);
	tcase_add_loop_test(
	    tcase, other_class_opcode_or_direction_does_not_count, 0, 4);
	tcase_add_test(tcase, answer_that_stands_for_its_question_counts);
	tcase_add_loop_test(
	    tcase, types_of_one_name_fire_at_more_than_three_and_soa_is_two, 0, 2);
	tcase_add_test(tcase, two_types_and_soa_fire);
}

static void
add_alert_tests(TCase *tcase)
{
	tcase_add_test(tcase, resolver_gets_its_thresholds_raised);
	tcase_add_loop_test(
	    tcase, inside_client_of_a_recursive_server_is_judged_on_our_zones, 0, 4);
	tcase_add_test(tcase, monitor_is_silent);
	tcase_add_test(tcase, secondary_is_not_judged_on_names_of_its_zones);
	tcase_add_test(tcase, many_names_are_exact_then_estimated_with_an_error);
	tcase_add_test(tcase,
	    incident_closes_when_it_has_not_fired_for_a_window_and_may_open_again);
	tcase_add_loop_test(
	    tcase, confidence_follows_the_handshake_and_the_answers, 0, 4);
	tcase_add_test(tcase, sample_keeps_the_spelling_that_was_sent);
}

int
main(void)
{
	Suite *suite = suite_create("type-enumeration");
	TCase *counts = tcase_create("counts");
	TCase *alert = tcase_create("policy and alert");

	tcase_add_checked_fixture(counts, setup, teardown);
	add_count_tests(counts);
	suite_add_tcase(suite, counts);
	tcase_add_checked_fixture(alert, setup, teardown);
	add_alert_tests(alert);
	suite_add_tcase(suite, alert);
	return zt_suite_run(suite);
}
