#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "alert_log.h"
#include "detect/engine.h"
#include "event_builder.h"
#include "suite.h"

#define PRIMARY	  ZT_IP(192, 0, 2, 53)
#define SECONDARY ZT_IP(203, 0, 113, 53)
#define STRANGER  ZT_IP(198, 51, 100, 66)
#define T0	  ZT_S(1700000000)
#define MINUTE	  ZT_S(60)
#define HOUR	  ZT_S(3600)

static const struct zt_prefix listed = { { 203, 0, 113, 0 }, 4, 24 };
static struct zt_event_builder builder;
static struct zt_params params;
static struct zt_zone_policy zone;
static struct zt_zone_name key_name;
static struct zt_engine *engine;
static struct zt_alert_log alerts;
static uint8_t saved[4096];

/* What a test says of a transfer; the rest is a whole AXFR over TCP, unsigned. */
struct fetch {
	uint64_t ts_ns;
	uint32_t from;
	const char *key;
	enum zt_transfer_kind kind;
	enum zt_transfer_verdict verdict;
	bool is_udp;
};

static void
setup(void)
{
	zt_event_builder_init(&builder);
	zt_params_defaults(&params);
	for (unsigned id = 0; id < ZT_N_RULES; id++)
		params.rules[id].enabled = id == ZT_RULE_transfer_deviation;
	params.key = builder.key;
	params.memory_bytes = 1 << 20;
	memset(&alerts, 0, sizeof(alerts));
	memset(&zone, 0, sizeof(zone));
}

static void
teardown(void)
{
	zt_engine_free(&engine);
}

static void
start(void)
{
	zt_engine_free(&engine);
	engine = zt_engine_new(&params, zt_alert_log_keep, &alerts);
	ck_assert_ptr_nonnull(engine);
}

/* Secondaries are known by the configuration. */
static void
start_listed(void)
{
	zone.name.len = zt_event_builder_name(zone.name.wire, "example.com.");
	zone.secondaries = (struct zt_prefix_list){ &listed, 1 };
	params.zones = &zone;
	params.n_zones = 1;
	start();
}

static void
start_learning(uint64_t period_ns)
{
	params.learn_period_ns = period_ns;
	start();
}

static void
fetch(const struct fetch *what)
{
	struct zt_transfer transfer = {
		.kind = (uint8_t)(what->kind != 0 ? what->kind : ZT_TRANSFER_AXFR),
		.verdict =
		    (uint8_t)(what->verdict != 0 ? what->verdict : ZT_VERDICT_COMPLETE),
		.flags = ZT_TF_ENDED,
		.started_ns = what->ts_ns,
	};
	struct zt_query_spec spec = { what->ts_ns, what->from, PRIMARY, "example.com.",
		ZT_RR_AXFR };

	if (what->key != NULL) {
		transfer.flags |= ZT_TF_TSIG;
		transfer.tsig.key_len =
		    zt_event_builder_name(transfer.tsig.key, what->key);
	}
	struct zt_event *event = zt_event_builder_transfer(&builder, &spec, &transfer);
	if (what->is_udp)
		event->transport = 17;
	zt_engine_feed(engine, event);
}

static void
fetch_at(uint64_t ts_ns)
{
	fetch(&(struct fetch){ .ts_ns = ts_ns, .from = SECONDARY });
}

static void
check_told(const char *part, unsigned risk)
{
	const struct zt_alert *alert = zt_alert_log_last(&alerts);

	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 1);
	ck_assert_str_eq(alert->rule, "transfer-deviation");
	ck_assert_msg(strstr(alert->title, part) != NULL, "%s: %s", part, alert->title);
	ck_assert_uint_eq(alert->risk, risk);
}

START_TEST(everybody_is_learned_while_learning)
{
	start_learning(HOUR);
	zt_engine_feed(engine, zt_event_builder_tick(&builder, T0));
	fetch_at(T0 + 1);
	fetch(&(struct fetch){ .ts_ns = T0 + HOUR - 1, .from = STRANGER });
	/* Anybody can write any address over UDP. */
	fetch(&(struct fetch){ .ts_ns = T0 + 2, .from = STRANGER + 1, .is_udp = true });
	fetch(&(struct fetch){
	    .ts_ns = T0 + 2, .from = STRANGER + 2, .verdict = ZT_VERDICT_PARTIAL });
	const struct zt_roster *roster = zt_engine_roster(engine);
	ck_assert_uint_eq(roster->n, 2);
	ck_assert_uint_eq(roster->secondaries[0].n_axfr, 1);
	ck_assert_uint_eq(alerts.n, 0);
}
END_TEST

START_TEST(newcomer_after_learning_is_told_and_not_learned)
{
	start_learning(HOUR);
	zt_engine_feed(engine, zt_event_builder_tick(&builder, T0));
	fetch_at(T0 + 1);
	fetch_at(T0 + HOUR);
	ck_assert_uint_eq(alerts.n, 0);
	fetch(&(struct fetch){ .ts_ns = T0 + HOUR, .from = STRANGER });
	check_told("never seen", 70);
	ck_assert_uint_eq(zt_engine_roster(engine)->n, 1);
}
END_TEST

START_TEST(without_learning_only_the_listed_are_known)
{
	start_listed();
	fetch_at(T0);
	fetch(&(struct fetch){ .ts_ns = T0 + 1, .from = STRANGER });
	ck_assert_uint_eq(zt_engine_roster(engine)->n, 1);
	ck_assert_uint_eq(zt_engine_stats(engine)->secondaries_known, 1);
	ck_assert_uint_eq(alerts.n, 0);
}
END_TEST

static void
fetch_signed(uint64_t ts_ns, const char *key)
{
	fetch(&(struct fetch){ .ts_ns = ts_ns, .from = SECONDARY, .key = key });
}

START_TEST(unsigned_after_signed_is_told)
{
	start_listed();
	for (unsigned i = 0; i < 3; i++)
		fetch_signed(T0 + i * MINUTE, "k1.example.");
	fetch_at(T0 + 3 * MINUTE);
	check_told("unsigned", 70);
	/* It does not become the habit. */
	ck_assert_uint_eq(zt_engine_roster(engine)->secondaries[0].n_unsigned, 0);
}
END_TEST

START_TEST(unsigned_now_and_then_is_no_deviation)
{
	start_listed();
	fetch_at(T0);
	for (unsigned i = 1; i < 5; i++)
		fetch_signed(T0 + i * MINUTE, "k1.example.");
	fetch_at(T0 + 5 * MINUTE);
	ck_assert_uint_eq(alerts.n, 0);
}
END_TEST

START_TEST(other_key_is_told_once)
{
	start_listed();
	fetch_signed(T0, "k1.example.");
	fetch_signed(T0 + MINUTE, "k2.example.");
	check_told("another key", 70);
	fetch_signed(T0 + 2 * MINUTE, "k2.example.");
	ck_assert_uint_eq(alerts.n, 1);
}
END_TEST

START_TEST(listed_key_is_no_deviation)
{
	key_name.len = zt_event_builder_name(key_name.wire, "k2.example.");
	zone.tsig_keys = &key_name;
	zone.n_tsig_keys = 1;
	start_listed();
	fetch_signed(T0, "k1.example.");
	fetch_signed(T0 + MINUTE, "k2.example.");
	ck_assert_uint_eq(alerts.n, 0);
}
END_TEST

static void
fetch_differences(uint64_t ts_ns)
{
	fetch(&(struct fetch){ .ts_ns = ts_ns,
	    .from = SECONDARY,
	    .kind = ZT_TRANSFER_IXFR,
	    .verdict = ZT_VERDICT_DELTA });
}

START_TEST(whole_zone_where_differences_are_the_habit_is_told)
{
	start_listed();
	fetch_at(T0);
	for (unsigned i = 1; i <= 3; i++)
		fetch_differences(T0 + i * HOUR);
	fetch_at(T0 + 4 * HOUR);
	ck_assert_uint_eq(alerts.n, 0);
	for (unsigned i = 5; i < 9; i++)
		fetch_differences(T0 + i * HOUR);
	fetch_at(T0 + 9 * HOUR);
	check_told("all of a zone", 40);
}
END_TEST

START_TEST(server_that_answers_differences_with_all_is_no_deviation)
{
	start_listed();
	for (unsigned i = 0; i < 5; i++)
		fetch_differences(T0 + i * HOUR);
	fetch(&(struct fetch){ .ts_ns = T0 + 5 * HOUR,
	    .from = SECONDARY,
	    .kind = ZT_TRANSFER_IXFR,
	    .verdict = ZT_VERDICT_FULL });
	ck_assert_uint_eq(alerts.n, 0);
}
END_TEST

/* Six transfers, an hour apart. */
static void
keep_time(void)
{
	start_listed();
	for (unsigned i = 0; i < 6; i++)
		fetch_at(T0 + i * HOUR);
}

START_TEST(much_too_early_is_told)
{
	keep_time();
	fetch_at(T0 + 5 * HOUR + HOUR / 4 - 1);
	check_told("schedule", 40);
}
END_TEST

START_TEST(much_too_late_is_told)
{
	keep_time();
	fetch_at(T0 + 5 * HOUR + 5 * HOUR);
	check_told("schedule", 40);
}
END_TEST

START_TEST(a_little_early_and_late_is_within_the_schedule)
{
	keep_time();
	fetch_at(T0 + 5 * HOUR + HOUR / 4);
	fetch_at(T0 + 5 * HOUR + HOUR / 4 + 4 * HOUR);
	ck_assert_uint_eq(alerts.n, 0);
}
END_TEST

START_TEST(notified_is_never_off_schedule)
{
	struct zt_query_spec spec = { T0 + 5 * HOUR + 1, PRIMARY, SECONDARY,
		"example.com.", ZT_RR_SOA };

	keep_time();
	struct zt_event *event = zt_event_builder_query(&builder, &spec);
	event->dns_flags = 4u << 11;
	zt_engine_feed(engine, event);
	fetch_at(T0 + 5 * HOUR + 2);
	ck_assert_uint_eq(alerts.n, 0);
	ck_assert_uint_eq(zt_engine_roster(engine)->secondaries[0].n_gaps, 5);
}
END_TEST

static size_t
save(void)
{
	const struct zt_roster *roster = zt_engine_roster(engine);

	ck_assert_uint_le(zt_roster_save_max(roster), sizeof(saved));
	return zt_roster_save(roster, saved);
}

START_TEST(saved_roster_goes_on_where_it_was)
{
	const char *why;

	start_learning(HOUR);
	fetch_signed(T0, "k1.example.");
	fetch_signed(T0 + 1, "k1.example.");
	fetch_signed(T0 + 2, "k1.example.");
	fetch(&(struct fetch){ .ts_ns = T0 + 3, .from = STRANGER });
	struct zt_secondary before = zt_engine_roster(engine)->secondaries[0];
	size_t len = save();
	start();
	ck_assert(zt_engine_load_roster(engine, saved, len, &why));
	const struct zt_roster *roster = zt_engine_roster(engine);
	ck_assert_uint_eq(roster->n, 2);
	ck_assert_uint_eq(roster->since_ns, T0);
	ck_assert_mem_eq(&roster->secondaries[0], &before, sizeof(before));
	/* Learning is over when it would have been. */
	fetch_at(T0 + HOUR);
	check_told("unsigned", 70);
}
END_TEST

START_TEST(damaged_roster_is_refused_whole)
{
	const char *why = NULL;

	start_learning(HOUR);
	fetch_signed(T0, "k1.example.");
	fetch(&(struct fetch){ .ts_ns = T0 + 3, .from = STRANGER });
	size_t len = save();
	start();
	for (size_t cut = 0; cut < len; cut++) {
		uint8_t *exact = malloc(cut + 1);
		memcpy(exact, saved, cut);
		ck_assert(!zt_engine_load_roster(engine, exact, cut, &why));
		ck_assert_ptr_nonnull(why);
		free(exact);
	}
	for (size_t bit = 0; bit < 8 * len; bit++) {
		saved[bit / 8] ^= (uint8_t)(1u << bit % 8);
		ck_assert(!zt_engine_load_roster(engine, saved, len, &why));
		saved[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	ck_assert_uint_eq(zt_engine_roster(engine)->n, 0);
	saved[11] = 2;
	ck_assert(!zt_engine_load_roster(engine, saved, len, &why));
	ck_assert_str_eq(why, "another version wrote it");
	saved[11] = 0;
	ck_assert(!zt_engine_load_roster(engine, saved, len, &why));
	ck_assert_str_eq(why, "another version wrote it");
	saved[11] = 1;
	ck_assert(zt_engine_load_roster(engine, saved, len, &why));
}
END_TEST

START_TEST(full_roster_refuses_and_counts)
{
	start_learning(HOUR);
	uint32_t cap = zt_engine_roster(engine)->cap;
	for (uint32_t i = 0; i < cap + 5; i++)
		fetch(&(struct fetch){ .ts_ns = T0 + i, .from = STRANGER + i });
	ck_assert_uint_eq(zt_engine_roster(engine)->n, cap);
	ck_assert_uint_eq(zt_engine_stats(engine)->secondaries_refused, 5);
	fetch(&(struct fetch){ .ts_ns = T0 + cap, .from = STRANGER });
	ck_assert_uint_eq(zt_engine_roster(engine)->secondaries[0].n_axfr, 2);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("roster");
	TCase *tcase = tcase_create("habits");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, everybody_is_learned_while_learning);
	tcase_add_test(tcase, newcomer_after_learning_is_told_and_not_learned);
	tcase_add_test(tcase, without_learning_only_the_listed_are_known);
	tcase_add_test(tcase, unsigned_after_signed_is_told);
	tcase_add_test(tcase, unsigned_now_and_then_is_no_deviation);
	tcase_add_test(tcase, other_key_is_told_once);
	tcase_add_test(tcase, listed_key_is_no_deviation);
	tcase_add_test(tcase, whole_zone_where_differences_are_the_habit_is_told);
	tcase_add_test(tcase, server_that_answers_differences_with_all_is_no_deviation);
	tcase_add_test(tcase, much_too_early_is_told);
	tcase_add_test(tcase, much_too_late_is_told);
	tcase_add_test(tcase, a_little_early_and_late_is_within_the_schedule);
	tcase_add_test(tcase, notified_is_never_off_schedule);
	tcase_add_test(tcase, saved_roster_goes_on_where_it_was);
	tcase_add_test(tcase, damaged_roster_is_refused_whole);
	tcase_add_test(tcase, full_roster_refuses_and_counts);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
