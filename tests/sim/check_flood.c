/* The engine under floods: memory within the budget, the real one found, laws kept. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/engine.h"
#include "event_builder.h"
#include "suite.h"

#define ATTACKER ZT_IP(198, 51, 100, 66)
#define FLOOD	 ZT_IP(11, 0, 0, 0)
#define T0	 ZT_S(1700000000)
/* A flood of 200,000 packets a second. */
#define FLOOD_NS 5000u

static struct zt_event_builder builder;
static struct zt_params params;
static struct zt_engine *engine;
static uint64_t n_opens;
static uint64_t n_closes;
static uint64_t n_attacker_opens;
static uint64_t digest;
static uint8_t last_prefix_len;

static void
note(void *arg, const struct zt_alert *alert)
{
	static const struct zt_hash_key key = { 5, 6 };

	(void)arg;
	digest = zt_hash_mix(digest, zt_hash(&key, alert->id, strlen(alert->id)));
	digest =
	    zt_hash_mix(digest, zt_hash(&key, &alert->ts_ns, sizeof(alert->ts_ns)));
	digest = zt_hash_mix(digest, alert->window.queries << 8 | alert->event);
	digest = zt_hash_mix(digest, alert->window.names);
	last_prefix_len = alert->prefix_len;
	n_closes += alert->event == ZT_ALERT_CLOSE;
	if (alert->event != ZT_ALERT_OPEN)
		return;
	n_opens++;
	n_attacker_opens += alert->source[0] == 198;
}

static void
setup(void)
{
	zt_event_builder_init(&builder);
	zt_params_defaults(&params);
	params.key = builder.key;
	params.memory_bytes = 16 << 20;
	/* One rule, so that every number here has one cause. */
	for (unsigned id = 0; id < ZT_N_RULES; id++)
		params.rules[id].enabled = id == ZT_RULE_type_enumeration;
	n_opens = 0;
	n_closes = 0;
	n_attacker_opens = 0;
	digest = 0;
}

static void
start(void)
{
	engine = zt_engine_new(&params, note, NULL);
	ck_assert_ptr_nonnull(engine);
}

static void
finish(void)
{
	zt_engine_finish(engine);
	const struct zt_engine_stats *stats = zt_engine_stats(engine);
	ck_assert_uint_eq(stats->sources_created,
	    stats->sources_live + stats->sources_expired + stats->sources_evicted);
	ck_assert_uint_eq(stats->tracks_created,
	    stats->tracks_live + stats->tracks_expired + stats->tracks_evicted);
	ck_assert_uint_eq(stats->incidents_opened,
	    stats->incidents_closed + stats->incidents_evicted);
	ck_assert_uint_eq(stats->incidents_live, 0);
	ck_assert_uint_eq(n_opens, stats->incidents_opened);
	ck_assert_uint_eq(n_closes, n_opens);
	ck_assert_uint_le(stats->memory_bytes, stats->memory_peak_bytes);
	ck_assert_uint_le(stats->memory_peak_bytes, params.memory_bytes);
	zt_engine_free(&engine);
}

static void
ask(uint64_t ts_ns, uint32_t client, const char *name, uint16_t qtype)
{
	struct zt_query_spec spec = {
		.ts_ns = ts_ns, .client = client, .name = name, .qtype = qtype
	};
	zt_engine_feed(engine, zt_event_builder_query(&builder, &spec));
}

/* n sources, one question each; the attacker asks five questions a second. */
static void
flood(uint32_t n, uint16_t qtype)
{
	unsigned asked = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint64_t ts_ns = T0 + (uint64_t)i * FLOOD_NS;
		char name[32];

		ask(ts_ns, FLOOD + i, "www.example.com.", qtype);
		if (ts_ns < T0 + asked * ZT_S(1) / 5)
			continue;
		snprintf(name, sizeof(name), "n%u.example.com.", asked++);
		ask(ts_ns, ATTACKER, name, ZT_RR_MX);
	}
}

/* S02. */
START_TEST(attacker_in_a_flood_of_sources_seen_once_is_found)
{
	start();
	flood(1000000, ZT_RR_A);
	ck_assert_uint_eq(n_attacker_opens, 1);
	ck_assert_uint_eq(n_opens, 1);
	ck_assert_uint_gt(zt_engine_stats(engine)->sources_evicted, 100000);
	finish();
}
END_TEST

START_TEST(attacker_in_a_flood_of_the_types_that_count_is_found)
{
	start();
	flood(1000000, ZT_RR_MX);
	ck_assert_uint_eq(n_attacker_opens, 1);
	ck_assert_uint_eq(n_opens, 1);
	ck_assert_uint_gt(zt_engine_stats(engine)->tracks_refused, 100000);
	finish();
}
END_TEST

/* S04. */
START_TEST(offender_that_falls_silent_survives_a_flood_until_its_close)
{
	start();
	for (unsigned i = 0; i < 31; i++)
		ask(T0 + i, ATTACKER, "example.com.", ZT_RR_MX);
	ck_assert_uint_eq(n_opens, 1);
	for (uint32_t i = 0; i < 1000000; i++)
		ask(T0 + 31 + (uint64_t)i * FLOOD_NS, FLOOD + i, "a.", ZT_RR_MX);
	ck_assert_uint_eq(n_closes, 0);
	ask(T0 + 30 + ZT_S(600), ATTACKER, "example.com.", ZT_RR_MX);
	ck_assert_uint_eq(n_closes, 1);
	ck_assert_uint_eq(zt_engine_stats(engine)->incidents_evicted, 0);
	finish();
}
END_TEST

/* S07: One alert for each where there is memory for all of them.  Where there is not, those
 * that were told keep their place and the others are counted as refused. */
START_TEST(hundred_thousand_offenders_in_a_second_are_told_or_counted)
{
	params.rules[ZT_RULE_type_enumeration].queries = 2;
	params.memory_bytes = (size_t)16 << 20 << (3 * _i);
	start();
	for (uint32_t i = 0; i < 100000; i++) {
		for (unsigned n = 0; n < 3; n++)
			ask(T0 + (uint64_t)i * 10000, FLOOD + i, "a.", ZT_RR_MX);
	}
	const struct zt_engine_stats *stats = zt_engine_stats(engine);
	if (_i == 1) {
		ck_assert_uint_eq(n_opens, 100000);
		ck_assert_uint_eq(stats->incidents_live, 100000);
		ck_assert_uint_eq(stats->tracks_refused + stats->sources_refused, 0);
	} else {
		ck_assert_uint_gt(n_opens, 15000);
		ck_assert_uint_eq(
		    stats->incidents_live + stats->incidents_evicted, n_opens);
		ck_assert_uint_gt(stats->tracks_refused + stats->sources_refused, 0);
	}
	finish();
}
END_TEST

/* S03. */
START_TEST(scan_from_random_addresses_of_one_network_is_one_incident)
{
	struct zt_query_spec spec = { .name = "example.com.", .qtype = ZT_RR_MX };

	start();
	for (unsigned i = 0; i < 31; i++) {
		spec.ts_ns = T0 + i;
		struct zt_event *event = zt_event_builder_query(&builder, &spec);
		zt_event_builder_ipv6(event, UINT64_C(0x20010db80bad0000),
		    i * UINT64_C(0x9e3779b97f4a7c15));
		zt_engine_feed(engine, event);
		ck_assert_uint_eq(n_opens, i == 30);
	}
	ck_assert_uint_eq(last_prefix_len, 64);
	finish();
}
END_TEST

START_TEST(inside_addresses_of_one_network_are_apart)
{
	static const struct zt_prefix internal = { { 0x20, 0x01, 0x0d, 0xb8 }, 6, 32 };
	struct zt_query_spec spec = { .name = "example.com.", .qtype = ZT_RR_MX };

	params.internal = (struct zt_prefix_list){ &internal, 1 };
	start();
	for (unsigned i = 0; i < 100; i++) {
		spec.ts_ns = T0 + i;
		struct zt_event *event = zt_event_builder_query(&builder, &spec);
		zt_event_builder_ipv6(event, UINT64_C(0x20010db80bad0000), i);
		zt_engine_feed(engine, event);
	}
	ck_assert_uint_eq(n_opens, 0);
	ck_assert_uint_eq(zt_engine_stats(engine)->sources_live, 100);
	ck_assert_uint_eq(zt_engine_stats(engine)->policy_internal, 100);
	finish();
}
END_TEST

/* S09. */
START_TEST(one_wild_stamp_does_not_save_the_attacker)
{
	start();
	for (unsigned i = 0; i < 30; i++)
		ask(T0 + i, ATTACKER, "example.com.", ZT_RR_MX);
	ask(T0 + ZT_S(315360000), FLOOD, "example.com.", ZT_RR_A);
	ask(T0 + 30, FLOOD, "example.com.", ZT_RR_A);
	ask(5, FLOOD, "example.com.", ZT_RR_A);
	ask(T0 + 31, ATTACKER, "example.com.", ZT_RR_MX);
	ck_assert_uint_eq(n_opens, 1);
	ck_assert_uint_eq(zt_engine_stats(engine)->clock_steps, 2);
	finish();
}
END_TEST

/* S09. */
START_TEST(million_events_of_one_time_are_judged_and_forgotten)
{
	start();
	for (unsigned i = 0; i < 1000000; i++)
		ask(T0, FLOOD + i % 7, "example.com.", ZT_RR_MX);
	ck_assert_uint_eq(n_opens, 7);
	ask(T0 + ZT_S(600), FLOOD + 100, "example.com.", ZT_RR_A);
	ck_assert_uint_eq(n_closes, 7);
	ask(T0 + ZT_S(1201), FLOOD + 100, "example.com.", ZT_RR_A);
	ck_assert_uint_eq(zt_engine_stats(engine)->tracks_live, 0);
	finish();
}
END_TEST

START_TEST(same_events_twice_give_the_same_alerts)
{
	uint64_t digests[2];

	for (unsigned run = 0; run < 2; run++) {
		digest = 0;
		n_opens = 0;
		n_closes = 0;
		params.memory_bytes = 8 << 20;
		params.rules[ZT_RULE_type_enumeration].queries = 2;
		start();
		for (uint32_t i = 0; i < 200000; i++)
			ask(T0 + i * UINT64_C(100000),
			    FLOOD + i * UINT32_C(2654435761) % 9973, "a.", ZT_RR_MX);
		finish();
		ck_assert_uint_gt(n_opens, 1000);
		digests[run] = digest;
	}
	ck_assert_uint_eq(digests[0], digests[1]);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("flood");
	TCase *tcase = tcase_create("memory");
	TCase *time = tcase_create("time");

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_test(tcase, attacker_in_a_flood_of_sources_seen_once_is_found);
	tcase_add_test(tcase, attacker_in_a_flood_of_the_types_that_count_is_found);
	tcase_add_test(
	    tcase, offender_that_falls_silent_survives_a_flood_until_its_close);
	tcase_add_loop_test(
	    tcase, hundred_thousand_offenders_in_a_second_are_told_or_counted, 0, 2);
	tcase_add_test(
	    tcase, scan_from_random_addresses_of_one_network_is_one_incident);
	tcase_add_test(tcase, inside_addresses_of_one_network_are_apart);
	suite_add_tcase(suite, tcase);
	tcase_set_timeout(time, 120);
	tcase_add_checked_fixture(time, setup, NULL);
	tcase_add_test(time, one_wild_stamp_does_not_save_the_attacker);
	tcase_add_test(time, million_events_of_one_time_are_judged_and_forgotten);
	tcase_add_test(time, same_events_twice_give_the_same_alerts);
	suite_add_tcase(suite, time);
	return zt_suite_run(suite);
}
