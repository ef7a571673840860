/*
 * One source with very many names: found whatever the pace, and its memory does not grow
 * with what it asks.
 */
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

static struct zt_event_builder builder;
static struct zt_params params;
static struct zt_engine *engine;
static struct zt_alert_log alerts;
static uint64_t now_ns;

static void
setup(void)
{
	zt_event_builder_init(&builder);
	zt_params_defaults(&params);
	params.key = builder.key;
	params.memory_bytes = 16 << 20;
	memset(&alerts, 0, sizeof(alerts));
	engine = zt_engine_new(&params, zt_alert_log_keep, &alerts);
	ck_assert_ptr_nonnull(engine);
	now_ns = T0;
}

static void
teardown(void)
{
	zt_engine_free(&engine);
}

static void
ask(const char *name, uint16_t qtype, uint64_t step_ns)
{
	struct zt_query_spec spec = { now_ns += step_ns, ATTACKER, 0, name, qtype };

	zt_engine_feed(engine, zt_event_builder_query(&builder, &spec));
}

static size_t
opens_of(const char *rule)
{
	size_t n = 0;

	for (size_t i = 0; i < alerts.n && i < ZT_ALERT_LOG_MAX; i++)
		n += alerts.alerts[i].event == ZT_ALERT_OPEN &&
		     strcmp(alerts.alerts[i].rule, rule) == 0;
	return n;
}

/** The i-th name of 255 bytes on the wire, in example.com. */
static const char *
longest_name(unsigned i)
{
	static char text[300];
	static const char letters[64] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
					"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

	/* Labels of 63, 63, 63, 49, example (8) and com (4): 1 for the root. */
	(void)snprintf(text, sizeof(text), "%.57s%06u.%s.%s.%.49s.example.com.",
	    letters, i, letters, letters, letters);
	return text;
}

START_TEST(d31_sixty_five_thousand_names_of_255_bytes_are_told_and_bounded)
{
	uint64_t early = 0;

	ck_assert_uint_eq(
	    zt_event_builder_name((uint8_t[256]){ 0 }, longest_name(0)), 255);
	for (unsigned i = 0; i < 65536; i++) {
		ask(longest_name(i), ZT_RR_TXT, 1000000);
		if (i == 40000)
			early = zt_engine_stats(engine)->memory_bytes;
	}
	ck_assert_uint_eq(opens_of("type-enumeration"), 1);
	ck_assert_uint_gt(early, 0);
	ck_assert_uint_eq(zt_engine_stats(engine)->memory_bytes, early);
}
END_TEST

/** The name of an address of 10.0.0.0/8, or of 2001:db8::/96. */
static const char *
reverse_name(bool is_v6, unsigned i)
{
	static char text[128];
	char *at = text;

	if (!is_v6) {
		(void)snprintf(text, sizeof(text), "%u.%u.%u.10.in-addr.arpa.", i & 255,
		    i >> 8 & 255, i >> 16 & 255);
		return text;
	}
	for (unsigned k = 0; k < 8; k++)
		at += snprintf(at, 3, "%x.", i >> 4 * k & 15);
	(void)snprintf(
	    at, 80, "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.");
	return text;
}

START_TEST(d32_reverse_sweep_is_told_at_any_pace_and_bounded)
{
	bool is_v6 = _i & 1;
	/* One a second for an hour, then a thousand a second. */
	uint64_t step_ns = _i & 2 ? 1000000 : ZT_S(1);
	unsigned n = _i & 2 ? 60000 : 3600;
	uint64_t early = 0;

	for (unsigned i = 0; i < n; i++) {
		ask(reverse_name(is_v6, i), ZT_RR_PTR, step_ns);
		if (i == n / 2)
			early = zt_engine_stats(engine)->memory_bytes;
	}
	ck_assert_uint_ge(opens_of("reverse-sweep"), 1);
	/* 33 neighbours in 10 minutes. */
	ck_assert_uint_le(alerts.alerts[0].ts_ns, T0 + 40 * step_ns);
	/* In IPv4 each network of 256 addresses is an incident of its own, so only the
	 * budget bounds what a thousand a second make. */
	if (_i == 2)
		ck_assert_uint_le(
		    zt_engine_stats(engine)->memory_peak_bytes, params.memory_bytes);
	else
		ck_assert_uint_le(zt_engine_stats(engine)->memory_bytes, early + 4096);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("names");
	TCase *tc = tcase_create("one_source");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(
	    tc, d31_sixty_five_thousand_names_of_255_bytes_are_told_and_bounded);
	tcase_add_loop_test(
	    tc, d32_reverse_sweep_is_told_at_any_pace_and_bounded, 0, 4);
	suite_add_tcase(suite, tc);
	return zt_suite_run(suite);
}
