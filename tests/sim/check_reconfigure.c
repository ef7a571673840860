/*
 * The engine goes on by other settings: what it knew stays, what is new holds from the
 * next event on, and for a source that comes later it is as if it had always been so.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/engine.h"
#include "detect/setup.h"
#include "event_builder.h"
#include "suite.h"

#define ATTACKER   ZT_IP(198, 51, 100, 66)
#define INSIDER	   ZT_IP(10, 0, 0, 5)
#define T0	   ZT_S(1700000000)
#define ALERTS_MAX 2048
#define STREAMS	   400
#define EVENTS	   300

/* The alerts of an engine, whole. */
struct record {
	size_t n;
	struct zt_alert alerts[ALERTS_MAX];
};

static struct zt_event_builder builder;
static struct zt_params params;
static struct zt_engine *engine;
static struct record record;
static struct record other;
static uint64_t now_ns;
static uint64_t seed;

static void
keep(void *arg, const struct zt_alert *alert)
{
	struct record *to = arg;

	ck_assert_uint_lt(to->n, ALERTS_MAX);
	memcpy(&to->alerts[to->n++], alert, sizeof(*alert));
}

static void
setup(void)
{
	zt_event_builder_init(&builder);
	zt_params_defaults(&params);
	params.key = builder.key;
	params.memory_bytes = 8 << 20;
	for (unsigned i = 0; i < ZT_N_RULES; i++)
		params.rules[i].enabled = i == ZT_RULE_type_enumeration;
	record.n = other.n = 0;
	now_ns = T0;
	seed = UINT64_C(88172645463325252);
	engine = zt_engine_new(&params, keep, &record);
	ck_assert_ptr_nonnull(engine);
}

static void
teardown(void)
{
	zt_engine_free(&engine);
}

/* Give the engine what params say now. */
static void
reconfigure(struct zt_engine *which, const struct zt_params *next)
{
	struct zt_setup *given = zt_setup_new(next);

	ck_assert_ptr_nonnull(given);
	zt_engine_reconfigure(which, &given);
	ck_assert_ptr_nonnull(given);
	zt_setup_free(&given);
}

static void
ask_at(struct zt_engine *which, uint64_t ts_ns, uint32_t client, unsigned name)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "host%u.example.com.", name);
	struct zt_query_spec spec = {
		.ts_ns = ts_ns, .client = client, .name = text, .qtype = ZT_RR_TXT
	};
	zt_engine_feed(which, zt_event_builder_query(&builder, &spec));
}

static void
ask(uint32_t client, unsigned n_names)
{
	for (unsigned i = 0; i < n_names; i++)
		ask_at(engine, now_ns += ZT_S(1), client, i);
}

static struct zt_prefix_list
list_of(uint32_t address)
{
	static struct zt_prefix prefix;
	struct zt_prefix_list list = { &prefix, 1 };

	prefix.family = 4;
	prefix.bits = 32;
	for (unsigned i = 0; i < 4; i++)
		prefix.addr[i] = (uint8_t)(address >> (24 - 8 * i));
	return list;
}

START_TEST(windows_stay_and_the_alert_comes_once)
{
	ask(ATTACKER, 20);
	reconfigure(engine, &params);
	ck_assert_uint_eq(record.n, 0);
	ask_at(engine, now_ns += ZT_S(1), ATTACKER, 20);
	ck_assert_uint_eq(record.n, 1);
	ck_assert_uint_eq(record.alerts[0].window.names, 21);
	ck_assert_uint_eq(record.alerts[0].window.first_ns, T0 + ZT_S(1));
	reconfigure(engine, &params);
	ask_at(engine, now_ns += ZT_S(1), ATTACKER, 21);
	ck_assert_uint_eq(record.n, 1);
	ck_assert_uint_eq(zt_engine_stats(engine)->sources_created, 1);
	ck_assert_uint_eq(zt_engine_stats(engine)->events, 22);
}
END_TEST

START_TEST(lower_threshold_holds_at_the_next_event)
{
	ask(ATTACKER, 12);
	params.rules[ZT_RULE_type_enumeration].names = 10;
	reconfigure(engine, &params);
	ck_assert_uint_eq(record.n, 0);
	ask_at(engine, now_ns += ZT_S(1), ATTACKER, 12);
	ck_assert_uint_eq(record.n, 1);
	ck_assert_uint_eq(record.alerts[0].window.names, 13);
}
END_TEST

START_TEST(higher_threshold_holds_at_the_next_event)
{
	ask(ATTACKER, 20);
	params.rules[ZT_RULE_type_enumeration].names = 100;
	params.rules[ZT_RULE_type_enumeration].queries = 200;
	reconfigure(engine, &params);
	for (unsigned i = 20; i < 100; i++)
		ask_at(engine, now_ns += ZT_S(1), ATTACKER, i);
	ck_assert_uint_eq(record.n, 0);
	ask_at(engine, now_ns += ZT_S(1), ATTACKER, 100);
	ck_assert_uint_eq(record.n, 1);
}
END_TEST

START_TEST(known_source_is_looked_up_in_the_new_lists)
{
	ask(INSIDER, 15);
	params.monitors = list_of(INSIDER);
	reconfigure(engine, &params);
	ask(INSIDER, 30);
	ck_assert_uint_eq(record.n, 0);
	params.monitors.count = 0;
	params.internal = list_of(INSIDER);
	reconfigure(engine, &params);
	ask(INSIDER, 21);
	ck_assert_uint_eq(record.n, 1);
	ck_assert(record.alerts[0].source_internal);
	ck_assert_uint_eq(zt_engine_stats(engine)->sources_created, 1);
}
END_TEST

START_TEST(a_rule_that_is_switched_off_falls_silent_and_its_incident_closes)
{
	ask(ATTACKER, 21);
	ck_assert_uint_eq(record.n, 1);
	params.rules[ZT_RULE_type_enumeration].enabled = false;
	reconfigure(engine, &params);
	ask(ATTACKER, 300);
	ck_assert_uint_eq(record.n, 1);
	now_ns += ZT_S(600);
	zt_engine_feed(engine, zt_event_builder_tick(&builder, now_ns));
	ck_assert_uint_eq(record.n, 2);
	ck_assert_int_eq(record.alerts[1].event, ZT_ALERT_CLOSE);
}
END_TEST

START_TEST(a_shorter_window_closes_what_was_quiet_for_so_long)
{
	ask(ATTACKER, 21);
	now_ns += ZT_S(60);
	params.rules[ZT_RULE_type_enumeration].window_ns = ZT_S(30);
	reconfigure(engine, &params);
	ck_assert_uint_eq(record.n, 1);
	zt_engine_feed(engine, zt_event_builder_tick(&builder, now_ns));
	ck_assert_uint_eq(record.n, 2);
	ck_assert_int_eq(record.alerts[1].event, ZT_ALERT_CLOSE);
}
END_TEST

static uint32_t
next_random(uint32_t below)
{
	/* xorshift64; any generator does. */
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % below;
}

static void
random_thresholds(struct zt_params *p)
{
	struct zt_rule_params *rule = &p->rules[ZT_RULE_type_enumeration];

	rule->names = 1 + next_random(20);
	rule->queries = 1 + next_random(30);
	rule->window_ns = ZT_S(10 + next_random(600));
	rule->risk = (uint8_t)next_random(100);
	p->resolver_factor = 1 + next_random(3);
}

static void
compare(void)
{
	ck_assert_uint_eq(record.n, other.n);
	for (size_t i = 0; i < record.n; i++) {
		const struct zt_alert *a = &record.alerts[i];
		const struct zt_alert *b = &other.alerts[i];
		ck_assert_str_eq(a->id, b->id);
		ck_assert_int_eq(a->event, b->event);
		ck_assert_uint_eq(a->ts_ns, b->ts_ns);
		ck_assert_uint_eq(a->risk, b->risk);
		ck_assert_uint_eq(a->window.names, b->window.names);
		ck_assert_uint_eq(a->window.queries, b->window.queries);
		ck_assert_uint_eq(a->window.seconds, b->window.seconds);
		ck_assert_uint_eq(a->source_internal, b->source_internal);
	}
}

/* Equal settings anew, at any moment and as often as one likes, change nothing. */
START_TEST(equal_settings_change_nothing)
{
	size_t total = 0;

	for (unsigned i = 0; i < STREAMS; i++) {
		struct zt_engine *still = NULL;
		zt_engine_free(&engine);
		record.n = other.n = 0;
		random_thresholds(&params);
		engine = zt_engine_new(&params, keep, &record);
		still = zt_engine_new(&params, keep, &other);
		ck_assert(engine != NULL && still != NULL);
		for (unsigned j = 0; j < EVENTS; j++) {
			uint32_t client = ATTACKER + next_random(4);
			unsigned name = next_random(40);
			now_ns += ZT_S(next_random(30));
			if (next_random(3) == 0)
				reconfigure(engine, &params);
			ask_at(engine, now_ns, client, name);
			ask_at(still, now_ns, client, name);
		}
		zt_engine_finish(engine);
		zt_engine_finish(still);
		compare();
		total += record.n;
		zt_engine_free(&still);
	}
	ck_assert_uint_gt(total, STREAMS);
}
END_TEST

/* Those who come after the change are judged as by an engine that was started so. */
START_TEST(later_sources_are_judged_as_after_a_restart)
{
	size_t total = 0;

	for (unsigned i = 0; i < STREAMS; i++) {
		struct zt_engine *fresh = NULL;
		zt_engine_free(&engine);
		record.n = other.n = 0;
		random_thresholds(&params);
		engine = zt_engine_new(&params, keep, &record);
		for (unsigned j = 0; j < EVENTS / 2; j++)
			ask_at(engine, now_ns += ZT_S(next_random(3)),
			    INSIDER + next_random(4), next_random(40));
		random_thresholds(&params);
		if (next_random(2) == 0)
			params.internal = list_of(ATTACKER + 1);
		if (next_random(2) == 0)
			params.resolvers = list_of(ATTACKER + 1);
		fresh = zt_engine_new(&params, keep, &other);
		ck_assert(engine != NULL && fresh != NULL);
		reconfigure(engine, &params);
		/* Nothing of those before is open any more. */
		now_ns += ZT_S(3600);
		zt_engine_feed(engine, zt_event_builder_tick(&builder, now_ns));
		zt_engine_feed(fresh, zt_event_builder_tick(&builder, now_ns));
		record.n = 0;
		for (unsigned j = 0; j < EVENTS; j++) {
			uint32_t client = ATTACKER + next_random(4);
			unsigned name = next_random(40);
			now_ns += ZT_S(next_random(30));
			ask_at(engine, now_ns, client, name);
			ask_at(fresh, now_ns, client, name);
		}
		zt_engine_finish(engine);
		zt_engine_finish(fresh);
		compare();
		total += record.n;
		params.internal.count = params.resolvers.count = 0;
		zt_engine_free(&fresh);
	}
	ck_assert_uint_gt(total, STREAMS);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("reconfigure");
	TCase *tc = tcase_create("engine");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, windows_stay_and_the_alert_comes_once);
	tcase_add_test(tc, lower_threshold_holds_at_the_next_event);
	tcase_add_test(tc, higher_threshold_holds_at_the_next_event);
	tcase_add_test(tc, known_source_is_looked_up_in_the_new_lists);
	tcase_add_test(
	    tc, a_rule_that_is_switched_off_falls_silent_and_its_incident_closes);
	tcase_add_test(tc, a_shorter_window_closes_what_was_quiet_for_so_long);
	tcase_add_test(tc, equal_settings_change_nothing);
	tcase_add_test(tc, later_sources_are_judged_as_after_a_restart);
	suite_add_tcase(s, tc);
	return s;
}

int
main(void)
{
	return zt_suite_run(suite());
}
