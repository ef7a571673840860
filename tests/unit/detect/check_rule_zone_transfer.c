#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "alert_log.h"
#include "detect/engine.h"
#include "event_builder.h"
#include "suite.h"

#define ATTACKER  ZT_IP(198, 51, 100, 66)
#define SECONDARY ZT_IP(203, 0, 113, 53)
#define T0	  ZT_S(1700000000)

static const struct zt_prefix secondary = { { 203, 0, 113, 53 }, 4, 32 };

static struct zt_event_builder builder;
static struct zt_params params;
static struct zt_zone_policy zone;
static struct zt_zone_name tsig_key;
static struct zt_engine *engine;
static struct zt_alert_log alerts;
static struct zt_transfer transfer;

static void
setup(void)
{
	zt_event_builder_init(&builder);
	zt_params_defaults(&params);
	for (unsigned id = 0; id < ZT_N_RULES; id++)
		params.rules[id].enabled = id == ZT_RULE_zone_transfer;
	params.key = builder.key;
	params.memory_bytes = 1 << 20;
	memset(&zone, 0, sizeof(zone));
	zone.name.len = zt_event_builder_name(zone.name.wire, "example.com.");
	zone.secondaries = (struct zt_prefix_list){ &secondary, 1 };
	params.zones = &zone;
	params.n_zones = 1;
	tsig_key.len = zt_event_builder_name(tsig_key.wire, "xfr-key.example.");
	memset(&alerts, 0, sizeof(alerts));
	memset(&transfer, 0, sizeof(transfer));
	transfer.id = 1;
	transfer.kind = ZT_TRANSFER_AXFR;
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

static void
move(
    uint32_t client, const char *name, uint64_t ts_ns, enum zt_transfer_verdict verdict)
{
	struct zt_query_spec spec = {
		.ts_ns = ts_ns, .client = client, .name = name, .qtype = ZT_RR_AXFR
	};

	transfer.verdict = (uint8_t)verdict;
	zt_engine_feed(engine, zt_event_builder_transfer(&builder, &spec, &transfer));
}

static void
sign(uint16_t response_error)
{
	transfer.flags |= ZT_TF_TSIG;
	transfer.tsig.key_len = tsig_key.len;
	memcpy(transfer.tsig.key, tsig_key.wire, tsig_key.len);
	transfer.tsig.response_error = response_error;
}

START_TEST(secondary_of_the_zone_is_silent_and_counted)
{
	start();
	move(SECONDARY, "example.com.", T0, ZT_VERDICT_ATTEMPTED);
	move(SECONDARY, "example.com.", T0 + 1, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(alerts.n, 0);
	ck_assert_uint_eq(zt_engine_stats(engine)->policy_secondary, 2);
}
END_TEST

/* S08. */
START_TEST(secondary_of_another_zone_is_told)
{
	start();
	move(SECONDARY, "example.net.", T0, ZT_VERDICT_ATTEMPTED);
	ck_assert_uint_eq(alerts.n, 1);
	/* Zone inside ours: the secondary has its names too. */
	move(SECONDARY, "sub.example.com.", T0, ZT_VERDICT_ATTEMPTED);
	ck_assert_uint_eq(alerts.n, 1);
}
END_TEST

START_TEST(root_in_the_configuration_stands_for_all_zones)
{
	zone.name.len = zt_event_builder_name(zone.name.wire, ".");
	start();
	move(SECONDARY, "customer01.example.", T0, ZT_VERDICT_ATTEMPTED);
	ck_assert_uint_eq(alerts.n, 0);
	move(ATTACKER, "customer01.example.", T0, ZT_VERDICT_ATTEMPTED);
	ck_assert_uint_eq(alerts.n, 1);
}
END_TEST

START_TEST(unsigned_secondary_is_told_where_signatures_are_wanted)
{
	zone.require_tsig = true;
	zone.tsig_keys = &tsig_key;
	zone.n_tsig_keys = 1;
	start();
	move(SECONDARY, "example.com.", T0, ZT_VERDICT_ATTEMPTED);
	ck_assert_uint_eq(alerts.n, 1);
}
END_TEST

START_TEST(signature_with_a_key_of_the_zone_is_enough)
{
	zone.require_tsig = true;
	zone.tsig_keys = &tsig_key;
	zone.n_tsig_keys = 1;
	start();
	sign(0);
	move(ATTACKER, "example.com.", T0, ZT_VERDICT_ATTEMPTED);
	move(ATTACKER, "example.com.", T0 + 1, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(alerts.n, 0);
}
END_TEST

START_TEST(signature_that_the_server_refuses_is_told)
{
	zone.tsig_keys = &tsig_key;
	zone.n_tsig_keys = 1;
	start();
	sign(0);
	move(ATTACKER, "example.com.", T0, ZT_VERDICT_ATTEMPTED);
	ck_assert_uint_eq(alerts.n, 0);
	sign(16); /* BADSIG */
	move(ATTACKER, "example.com.", T0 + 1, ZT_VERDICT_NOTAUTH);
	ck_assert_uint_eq(alerts.n, 1);
	ck_assert_uint_eq(alerts.alerts[0].risk, 60);
}
END_TEST

START_TEST(answer_that_ends_unsigned_is_told_when_it_is_whole)
{
	zone.tsig_keys = &tsig_key;
	zone.n_tsig_keys = 1;
	start();
	sign(0);
	move(ATTACKER, "example.com.", T0, ZT_VERDICT_STARTED);
	transfer.flags |= ZT_TF_UNSIGNED_TAIL;
	move(ATTACKER, "example.com.", T0 + 1, ZT_VERDICT_PARTIAL);
	transfer.flags |= ZT_TF_AT_LEAST;
	move(ATTACKER, "example.com.", T0 + 2, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(alerts.n, 0);
	transfer.flags &= ~(uint32_t)ZT_TF_AT_LEAST;
	move(ATTACKER, "example.com.", T0 + 3, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(alerts.n, 1);
}
END_TEST

/** What the rule says of a state of the request and of the answer. */
static const struct {
	enum zt_tsig_state request;
	enum zt_tsig_state answer;
	bool is_stranger_fine;	/**< Somebody with the name of the key. */
	bool is_secondary_fine; /**< An address of the zone. */
} states[] = {
	{ ZT_TSIG_UNVERIFIED, ZT_TSIG_UNVERIFIED, true, true },
	{ ZT_TSIG_VERIFIED, ZT_TSIG_NONE, true, true },
	{ ZT_TSIG_VERIFIED, ZT_TSIG_VERIFIED, true, true },
	{ ZT_TSIG_VERIFIED, ZT_TSIG_UNKNOWN, true, true },
	{ ZT_TSIG_VERIFIED, ZT_TSIG_OUTSIDE_TIME, true, true },
	{ ZT_TSIG_VERIFIED, ZT_TSIG_UNSIGNED_TAIL, false, true },
	{ ZT_TSIG_VERIFIED, ZT_TSIG_DOWNGRADED, false, true },
	{ ZT_TSIG_VERIFIED, ZT_TSIG_FORGED, false, false },
	{ ZT_TSIG_UNKNOWN, ZT_TSIG_NONE, false, true },
	{ ZT_TSIG_OUTSIDE_TIME, ZT_TSIG_NONE, false, true },
	{ ZT_TSIG_DOWNGRADED, ZT_TSIG_NONE, false, true },
	{ ZT_TSIG_FORGED, ZT_TSIG_NONE, false, false },
};

START_TEST(signature_that_can_be_verified_has_to_be_right)
{
	zone.tsig_keys = &tsig_key;
	zone.n_tsig_keys = 1;
	start();
	sign(0);
	transfer.tsig.request_state = (uint8_t)states[_i].request;
	transfer.tsig.answer_state = (uint8_t)states[_i].answer;
	move(ATTACKER, "example.com.", T0, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(alerts.n, states[_i].is_stranger_fine ? 0 : 1);
	move(SECONDARY, "example.com.", T0, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(alerts.n, (states[_i].is_stranger_fine ? 0u : 1u) +
					(states[_i].is_secondary_fine ? 0u : 1u));
}
END_TEST

START_TEST(forged_signature_has_a_title_of_its_own)
{
	start();
	sign(0);
	transfer.tsig.request_state = ZT_TSIG_FORGED;
	move(SECONDARY, "example.com.", T0, ZT_VERDICT_NOTAUTH);
	ck_assert_str_eq(
	    alerts.alerts[0].title, "Zone transfer asked for with a forged signature");
	move(SECONDARY, "example.com.", T0 + 1, ZT_VERDICT_COMPLETE);
	ck_assert_str_eq(alerts.alerts[1].title,
	    "Zone transfer answered in spite of a forged signature");
	transfer.tsig.request_state = ZT_TSIG_VERIFIED;
	transfer.tsig.answer_state = ZT_TSIG_FORGED;
	move(SECONDARY, "example.com.", T0 + 2, ZT_VERDICT_FULL);
	ck_assert_str_eq(alerts.alerts[2].title, "Zone transfer with a forged answer");
}
END_TEST

START_TEST(monitor_is_not_excused)
{
	static const struct zt_prefix monitor = { { 198, 51, 100, 66 }, 4, 32 };

	params.monitors = (struct zt_prefix_list){ &monitor, 1 };
	start();
	move(ATTACKER, "example.com.", T0, ZT_VERDICT_ATTEMPTED);
	ck_assert_uint_eq(alerts.n, 1);
	ck_assert_uint_eq(zt_engine_stats(engine)->policy_monitor, 1);
}
END_TEST

START_TEST(scanner_is_marked_within_its_time)
{
	static const struct zt_prefix network = { { 198, 51, 100, 0 }, 4, 24 };
	struct zt_scanner_policy scanner = {
		.networks = { &network, 1 }, .from_ns = T0, .until_ns = T0 + 10
	};

	params.scanners = &scanner;
	params.n_scanners = 1;
	start();
	move(ATTACKER, "example.com.", T0 + 10, ZT_VERDICT_ATTEMPTED);
	ck_assert(alerts.alerts[0].authorised);
	move(ATTACKER + 1, "example.com.", T0 + 11, ZT_VERDICT_ATTEMPTED);
	ck_assert(!alerts.alerts[1].authorised);
}
END_TEST

START_TEST(verdicts_have_their_risk_and_severity)
{
	static const struct {
		enum zt_transfer_verdict verdict;
		uint8_t risk;
		enum zt_level severity;
	} rows[] = {
		{ ZT_VERDICT_ATTEMPTED, 90, ZT_LEVEL_HIGH },
		{ ZT_VERDICT_REFUSED, 60, ZT_LEVEL_MEDIUM },
		{ ZT_VERDICT_NOTAUTH, 60, ZT_LEVEL_MEDIUM },
		{ ZT_VERDICT_TIMED_OUT, 60, ZT_LEVEL_MEDIUM },
		{ ZT_VERDICT_EMPTY, 60, ZT_LEVEL_MEDIUM },
		{ ZT_VERDICT_UP_TO_DATE, 90, ZT_LEVEL_HIGH },
		{ ZT_VERDICT_STARTED, 100, ZT_LEVEL_CRITICAL },
		{ ZT_VERDICT_PARTIAL, 100, ZT_LEVEL_CRITICAL },
		{ ZT_VERDICT_DELTA, 100, ZT_LEVEL_CRITICAL },
		{ ZT_VERDICT_COMPLETE, 100, ZT_LEVEL_CRITICAL },
		{ ZT_VERDICT_FULL, 100, ZT_LEVEL_CRITICAL },
	};

	start();
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		move(ATTACKER + i, "example.com.", T0, rows[i].verdict);
		ck_assert_uint_eq(alerts.n, i + 1);
		ck_assert_uint_eq(alerts.alerts[i].risk, rows[i].risk);
		ck_assert_int_eq(alerts.alerts[i].severity, rows[i].severity);
		ck_assert_uint_eq(alerts.alerts[i].transfer.verdict, rows[i].verdict);
		ck_assert(!alerts.alerts[i].window.present);
	}
}
END_TEST

START_TEST(attempt_that_is_refused_loses_risk_and_one_that_leaks_gains)
{
	start();
	move(ATTACKER, "example.com.", T0, ZT_VERDICT_ATTEMPTED);
	move(ATTACKER, "example.com.", T0 + 1, ZT_VERDICT_REFUSED);
	ck_assert_uint_eq(alerts.n, 2);
	ck_assert_uint_eq(alerts.alerts[1].risk, 60);
	ck_assert_str_eq(alerts.alerts[1].title, "Zone transfer refused");
	transfer.id = 2;
	transfer.records = 5;
	move(ATTACKER, "example.com.", T0 + 2, ZT_VERDICT_ATTEMPTED);
	ck_assert_uint_eq(alerts.n, 2);
	move(ATTACKER, "example.com.", T0 + 3, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(alerts.n, 3);
	ck_assert_uint_eq(alerts.alerts[2].risk, 100);
	ck_assert_uint_eq(alerts.alerts[2].transfer.id, 2);
	ck_assert_str_eq(alerts.alerts[0].id, alerts.alerts[2].id);
}
END_TEST

START_TEST(zones_of_one_source_are_incidents_of_one_campaign)
{
	start();
	move(ATTACKER, "example.com.", T0, ZT_VERDICT_ATTEMPTED);
	move(ATTACKER, "example.net.", T0, ZT_VERDICT_ATTEMPTED);
	move(ATTACKER + 1, "example.net.", T0, ZT_VERDICT_ATTEMPTED);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 3);
	ck_assert_str_ne(alerts.alerts[0].id, alerts.alerts[1].id);
	ck_assert_str_eq(alerts.alerts[0].campaign, alerts.alerts[1].campaign);
	ck_assert_str_ne(alerts.alerts[0].campaign, alerts.alerts[2].campaign);
	ck_assert_uint_eq(strlen(alerts.alerts[0].id), 16);
	ck_assert_uint_eq(strlen(alerts.alerts[0].campaign), 16);
}
END_TEST

START_TEST(growing_transfer_is_updated_tenfold_and_once_a_minute)
{
	start();
	transfer.records = 1;
	move(ATTACKER, "example.com.", T0, ZT_VERDICT_STARTED);
	transfer.records = 9;
	move(ATTACKER, "example.com.", T0 + ZT_S(61), ZT_VERDICT_STARTED);
	ck_assert_uint_eq(alerts.n, 1);
	transfer.records = 10;
	move(ATTACKER, "example.com.", T0 + ZT_S(62), ZT_VERDICT_STARTED);
	ck_assert_uint_eq(alerts.n, 2);
	transfer.records = 100;
	move(
	    ATTACKER, "example.com.", T0 + ZT_S(62) + ZT_S(60) - 1, ZT_VERDICT_STARTED);
	ck_assert_uint_eq(alerts.n, 2);
	move(ATTACKER, "example.com.", T0 + ZT_S(62) + ZT_S(60), ZT_VERDICT_STARTED);
	ck_assert_uint_eq(alerts.n, 3);
	ck_assert_uint_eq(alerts.alerts[2].transfer.records, 100);
}
END_TEST

START_TEST(losses_since_the_opening_reach_the_alert)
{
	start();
	zt_engine_losses(engine, 5, 7);
	move(ATTACKER, "example.com.", T0, ZT_VERDICT_ATTEMPTED);
	ck_assert_uint_eq(alerts.alerts[0].trust.kernel_drops, 0);
	ck_assert(!alerts.alerts[0].trust.at_least);
	zt_engine_losses(engine, 6, 9);
	transfer.gap_bytes = 1460;
	transfer.flags |= ZT_TF_ONE_SIDED;
	move(ATTACKER, "example.com.", T0, ZT_VERDICT_PARTIAL);
	ck_assert_uint_eq(alerts.alerts[1].trust.kernel_drops, 1);
	ck_assert_uint_eq(alerts.alerts[1].trust.ring_drops, 2);
	ck_assert_uint_eq(alerts.alerts[1].trust.gap_bytes, 1460);
	ck_assert(alerts.alerts[1].trust.one_sided);
	ck_assert(alerts.alerts[1].trust.at_least);
}
END_TEST

START_TEST(inside_source_is_watched_unless_only_the_outside_is)
{
	static const struct zt_prefix internal = { { 198, 51, 100, 0 }, 4, 24 };

	params.internal = (struct zt_prefix_list){ &internal, 1 };
	params.external_only = _i == 1;
	start();
	move(ATTACKER, "example.com.", T0, ZT_VERDICT_ATTEMPTED);
	ck_assert_uint_eq(alerts.n, _i == 1 ? 0 : 1);
	if (_i == 0)
		ck_assert(alerts.alerts[0].source_internal);
}
END_TEST

START_TEST(verdict_that_does_not_exist_is_ignored)
{
	struct zt_query_spec spec = {
		.ts_ns = T0, .client = ATTACKER, .name = "a.", .qtype = ZT_RR_AXFR
	};

	start();
	transfer.verdict = ZT_N_VERDICTS;
	transfer.sample_len = UINT16_MAX;
	zt_engine_feed(engine, zt_event_builder_transfer(&builder, &spec, &transfer));
	ck_assert_uint_eq(alerts.n, 0);
	move(ATTACKER, "a.", T0, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(alerts.n, 1);
}
END_TEST

static void
add_authority_tests(TCase *tcase)
{
	tcase_add_test(tcase, secondary_of_the_zone_is_silent_and_counted);
	tcase_add_test(tcase, secondary_of_another_zone_is_told);
	tcase_add_test(tcase, root_in_the_configuration_stands_for_all_zones);
	tcase_add_test(tcase, unsigned_secondary_is_told_where_signatures_are_wanted);
	tcase_add_test(tcase, signature_with_a_key_of_the_zone_is_enough);
	tcase_add_test(tcase, signature_that_the_server_refuses_is_told);
	tcase_add_test(tcase, answer_that_ends_unsigned_is_told_when_it_is_whole);
	tcase_add_loop_test(tcase, signature_that_can_be_verified_has_to_be_right, 0,
	    (int)(sizeof(states) / sizeof(states[0])));
	tcase_add_test(tcase, forged_signature_has_a_title_of_its_own);
	tcase_add_test(tcase, monitor_is_not_excused);
	tcase_add_test(tcase, scanner_is_marked_within_its_time);
	tcase_add_loop_test(
	    tcase, inside_source_is_watched_unless_only_the_outside_is, 0, 2);
}

static void
add_verdict_tests(TCase *tcase)
{
	tcase_add_test(tcase, verdicts_have_their_risk_and_severity);
	tcase_add_test(
	    tcase, attempt_that_is_refused_loses_risk_and_one_that_leaks_gains);
	tcase_add_test(tcase, zones_of_one_source_are_incidents_of_one_campaign);
	tcase_add_test(tcase, growing_transfer_is_updated_tenfold_and_once_a_minute);
	tcase_add_test(tcase, losses_since_the_opening_reach_the_alert);
	tcase_add_test(tcase, verdict_that_does_not_exist_is_ignored);
}

int
main(void)
{
	Suite *suite = suite_create("zone-transfer");
	TCase *authority = tcase_create("authority");
	TCase *verdict = tcase_create("verdict");

	tcase_add_checked_fixture(authority, setup, teardown);
	add_authority_tests(authority);
	suite_add_tcase(suite, authority);
	tcase_add_checked_fixture(verdict, setup, teardown);
	add_verdict_tests(verdict);
	suite_add_tcase(suite, verdict);
	return zt_suite_run(suite);
}
