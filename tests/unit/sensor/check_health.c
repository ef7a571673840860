/*
 * Blind spots: each row opens at its own share, stays silent just below it, says so once
 * and closes when it was good for a window.
 */
#include <check.h>
#include <stddef.h>
#include <string.h>

#include "sensor/health.h"
#include "suite.h"

#define S UINT64_C(1000000000)
/* A time of day, to be told from the clock. */
#define EPOCH (UINT64_C(1767323045) * S)

static struct zt_health health;
static struct zt_alert alerts[64];
static unsigned n_alerts;
static uint64_t second;
static struct zt_health_counters totals;

static void
deliver(void *arg, const struct zt_alert *alert)
{
	ck_assert_ptr_eq(arg, &health);
	ck_assert_uint_lt(n_alerts, 64);
	alerts[n_alerts++] = *alert;
}

static void
setup(void)
{
	memset(&health, 0, sizeof(health));
	memset(&totals, 0, sizeof(totals));
	memset(alerts, 0, sizeof(alerts));
	n_alerts = 0;
	second = 1000;
	health.window_ns = 60 * S;
	health.update_ns = 60 * S;
	health.deliver = deliver;
	health.arg = &health;
	health.interface = 3;
	memcpy(health.subject, "eth7", 5);
	zt_health_step(&health, second * S, EPOCH, &totals);
}

/* Let seconds go by in which each counter grows by what it is in more. */
static void
run(unsigned seconds, const struct zt_health_counters *more)
{
	enum {
		N_TOTALS = offsetof(struct zt_health_counters, silent) / 8
	};

	for (unsigned i = 0; i < seconds; i++) {
		uint64_t to[N_TOTALS];
		uint64_t add[N_TOTALS];
		memcpy(to, &totals, sizeof(to));
		memcpy(add, more, sizeof(add));
		for (unsigned k = 0; k < N_TOTALS; k++)
			to[k] += add[k];
		memcpy(&totals, to, sizeof(to));
		totals.silent = more->silent;
		totals.down = more->down;
		totals.sinks_failing = more->sinks_failing;
		second++;
		zt_health_step(&health, second * S, EPOCH + second * S, &totals);
	}
}

/* What a healthy tap counts in a second. */
#define HEALTHY                                                           \
	.packets = 1000, .events = 400, .queries = 200, .responses = 200, \
	.paired = 200, .tcp_messages = 40

/* One second that is bad and one that is just good enough, for sixty of each. */
static const struct example {
	const char *rule;
	struct zt_health_counters bad;
	struct zt_health_counters good;
} examples[] = {
	{ "health-interface-down", { HEALTHY, .down = 1 }, { HEALTHY } },
	{ "health-no-responses",
	    { .packets = 100, .queries = 100, .responses = 10, .paired = 10 },
	    { .packets = 100, .queries = 100, .responses = 11, .paired = 11 } },
	{ "health-no-queries",
	    { .packets = 100, .queries = 10, .responses = 100, .paired = 10 },
	    { .packets = 100, .queries = 11, .responses = 100, .paired = 11 } },
	{ "health-vlan-one-way",
	    { .packets = 200, .queries = 100, .responses = 100, .tagged_queries = 80 },
	    { .packets = 200,
		.queries = 100,
		.responses = 100,
		.paired = 25,
		.tagged_queries = 79 } },
	{ "health-vlan-one-way",
	    { .packets = 200,
		.queries = 100,
		.responses = 100,
		.paired = 20,
		.tagged_queries = 20,
		.tagged_responses = 100 },
	    { .packets = 200,
		.queries = 100,
		.responses = 100,
		.paired = 100,
		.tagged_queries = 100,
		.tagged_responses = 100 } },
	{ "health-unpaired",
	    { .packets = 200, .queries = 100, .responses = 100, .paired = 20 },
	    { .packets = 200, .queries = 100, .responses = 100, .paired = 21 } },
	{ "health-truncated", { HEALTHY, .truncated = 1 },
	    { .packets = 1001,
		.queries = 200,
		.responses = 200,
		.paired = 200,
		.truncated = 1 } },
	{ "health-doubled", { HEALTHY, .duplicates = 100 },
	    { HEALTHY, .duplicates = 99 } },
	{ "health-undecoded", { HEALTHY, .undecoded = 10 },
	    { HEALTHY, .undecoded = 9 } },
	{ "health-tcp-gaps", { .packets = 100, .tcp_messages = 95, .gaps = 5 },
	    { .packets = 100, .tcp_messages = 96, .gaps = 5 } },
	{ "health-streams-full", { HEALTHY, .given_up = 1 }, { HEALTHY } },
	{ "health-kernel-drops", { HEALTHY, .kernel_drops = 1 }, { HEALTHY } },
	{ "health-ring-drops", { HEALTHY, .ring_drops = 1 }, { HEALTHY } },
	{ "health-silent", { .silent = 1 }, { HEALTHY } },
	{ "health-alerts-lost", { HEALTHY, .alerts_lost = 1 }, { HEALTHY } },
	{ "health-sink-failing", { HEALTHY, .sinks_failing = 1 }, { HEALTHY } },
	{ "health-memory", { HEALTHY, .forgotten = 1 }, { HEALTHY } },
};

#define N_EXAMPLES ((int)(sizeof(examples) / sizeof(examples[0])))

START_TEST(row_good_enough_stays_silent)
{
	run(300, &examples[_i].good);
	ck_assert_msg(n_alerts == 0, "%s", alerts[0].rule);
}
END_TEST

START_TEST(row_bad_opens_once_and_closes_when_good)
{
	const struct example *e = &examples[_i];
	const struct zt_health_counters healthy = { HEALTHY };

	run(120, &e->bad);
	ck_assert_uint_ge(n_alerts, 1);
	ck_assert_str_eq(alerts[0].rule, e->rule);
	ck_assert_int_eq(alerts[0].event, ZT_ALERT_OPEN);
	for (unsigned i = 1; i < n_alerts; i++)
		ck_assert_int_eq(alerts[i].event, ZT_ALERT_UPDATE);
	run(130, &healthy);
	const struct zt_alert *last = &alerts[n_alerts - 1];
	ck_assert_str_eq(last->rule, e->rule);
	ck_assert_int_eq(last->event, ZT_ALERT_CLOSE);
	ck_assert_str_eq(last->id, alerts[0].id);
	unsigned told = n_alerts;
	run(300, &healthy);
	ck_assert_uint_eq(n_alerts, told);
}
END_TEST

START_TEST(alert_says_what_and_what_to_do)
{
	const struct zt_health_counters bad = { HEALTHY, .kernel_drops = 7 };

	run(1, &bad);
	ck_assert_uint_eq(n_alerts, 1);
	ck_assert_uint_eq(alerts[0].ts_ns, EPOCH + 1001 * S);
	ck_assert_uint_eq(alerts[0].family, 0);
	ck_assert_ptr_null(alerts[0].technique);
	ck_assert_uint_eq(alerts[0].interface, 3);
	ck_assert(alerts[0].health.present);
	ck_assert_str_eq(alerts[0].health.subject, "eth7");
	ck_assert_uint_eq(alerts[0].health.count, 7);
	ck_assert_uint_eq(alerts[0].health.of, 1007);
	ck_assert_uint_eq(alerts[0].health.seconds, 1);
}
END_TEST

/* Growth by ten, and not more often than once a minute. */
START_TEST(update_on_tenfold_growth_only)
{
	const struct zt_health_counters bad = { HEALTHY, .kernel_drops = 1 };

	run(61, &bad);
	ck_assert_uint_eq(n_alerts, 2);
	ck_assert_int_eq(alerts[1].event, ZT_ALERT_UPDATE);
	ck_assert_uint_eq(alerts[1].health.count, 61);
	run(548, &bad);
	ck_assert_uint_eq(n_alerts, 2);
	run(1, &bad);
	ck_assert_uint_eq(n_alerts, 3);
	ck_assert_uint_eq(alerts[2].health.count, 610);
}
END_TEST

/* A share that wanders between the two limits opens nothing and closes nothing. */
START_TEST(share_between_limits_keeps_its_state)
{
	const struct zt_health_counters middle = { HEALTHY, .duplicates = 70 };
	const struct zt_health_counters bad = { HEALTHY, .duplicates = 100 };

	run(200, &middle);
	ck_assert_uint_eq(n_alerts, 0);
	run(60, &bad);
	ck_assert_uint_eq(n_alerts, 1);
	run(600, &middle);
	ck_assert_uint_ge(n_alerts, 1);
	ck_assert_int_ne(alerts[n_alerts - 1].event, ZT_ALERT_CLOSE);
}
END_TEST

START_TEST(flapping_link_within_two_seconds_is_one_incident)
{
	const struct zt_health_counters down = { HEALTHY, .down = 1 };
	const struct zt_health_counters up = { HEALTHY };

	for (unsigned i = 0; i < 20; i++) {
		run(1, &down);
		run(1, &up);
	}
	ck_assert_uint_eq(n_alerts, 1);
	run(2, &up);
	ck_assert_uint_eq(n_alerts, 2);
	ck_assert_int_eq(alerts[1].event, ZT_ALERT_CLOSE);
}
END_TEST

/* A clock that stands still or a step that comes late does not hurt. */
START_TEST(late_steps_judge_what_they_have)
{
	const struct zt_health_counters drop = { HEALTHY, .kernel_drops = 1 };

	second += 100000;
	run(1, &drop);
	ck_assert_uint_eq(n_alerts, 1);
	second--;
	const struct zt_health_counters none = { 0 };
	run(1, &none);
	ck_assert_uint_eq(n_alerts, 1);
}
END_TEST

START_TEST(whole_run_is_judged_at_once)
{
	const struct zt_health_counters all = {
		.packets = 1000, .queries = 500, .responses = 10, .paired = 10
	};
	uint64_t count = 0, of = 0;

	ck_assert(zt_health_applies(ZT_BLIND_SPOT_NO_RESPONSES, &all, &count, &of));
	ck_assert_uint_eq(count, 490);
	ck_assert_uint_eq(of, 500);
	ck_assert(!zt_health_applies(ZT_BLIND_SPOT_NO_QUERIES, &all, &count, &of));
	ck_assert(!zt_health_applies(ZT_BLIND_SPOT_UNPAIRED, &all, &count, &of));
}
END_TEST

START_TEST(every_row_speaks)
{
	for (int i = 0; i < ZT_N_BLIND_SPOTS; i++) {
		const struct zt_health_text *text =
		    zt_health_text((enum zt_blind_spot)i);
		bool found = false;
		ck_assert_int_eq(strncmp(text->name, "health-", 7), 0);
		ck_assert_uint_gt(strlen(text->meaning), 30);
		ck_assert_uint_gt(strlen(text->advice), 30);
		for (int k = 0; k < N_EXAMPLES; k++)
			found |= strcmp(examples[k].rule, text->name) == 0;
		ck_assert_msg(found, "%s has no example here", text->name);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("health");
	TCase *tcase = tcase_create("blind spots");

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_loop_test(tcase, row_good_enough_stays_silent, 0, N_EXAMPLES);
	tcase_add_loop_test(
	    tcase, row_bad_opens_once_and_closes_when_good, 0, N_EXAMPLES);
	tcase_add_test(tcase, alert_says_what_and_what_to_do);
	tcase_add_test(tcase, update_on_tenfold_growth_only);
	tcase_add_test(tcase, share_between_limits_keeps_its_state);
	tcase_add_test(tcase, flapping_link_within_two_seconds_is_one_incident);
	tcase_add_test(tcase, late_steps_judge_what_they_have);
	tcase_add_test(tcase, whole_run_is_judged_at_once);
	tcase_add_test(tcase, every_row_speaks);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
