/* The engine as its callers see it: events in, alerts out. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "detect/engine.h"
#include "event_builder.h"
#include "suite.h"

#define ATTACKER ZT_IP(198, 51, 100, 66)
#define T0	 ZT_S(1700000000)
#define KEPT	 64

static struct zt_event_builder builder;
static struct zt_params params;
static struct zt_engine *engine;
static struct zt_alert alerts[KEPT];
static size_t n_alerts;

static void
keep(void *arg, const struct zt_alert *alert)
{
	(void)arg;
	if (n_alerts < KEPT)
		alerts[n_alerts] = *alert;
	n_alerts++;
}

static void
setup(void)
{
	zt_event_builder_init(&builder);
	zt_params_defaults(&params);
	params.key = builder.key;
	n_alerts = 0;
}

static void
start(void)
{
	engine = zt_engine_new(&params, keep, NULL);
	ck_assert_ptr_nonnull(engine);
}

static void
teardown(void)
{
	const struct zt_engine_stats *stats = zt_engine_stats(engine);

	ck_assert_uint_eq(stats->sources_created,
	    stats->sources_live + stats->sources_expired + stats->sources_evicted);
	ck_assert_uint_eq(stats->tracks_created,
	    stats->tracks_live + stats->tracks_expired + stats->tracks_evicted);
	ck_assert_uint_eq(stats->incidents_opened,
	    stats->incidents_live + stats->incidents_closed + stats->incidents_evicted);
	ck_assert_uint_eq(stats->alerts_raised, n_alerts);
	zt_engine_free(&engine);
}

static void
ask(uint64_t ts_ns, const char *name, uint16_t qtype)
{
	struct zt_query_spec spec = {
		.ts_ns = ts_ns, .client = ATTACKER, .name = name, .qtype = qtype
	};
	zt_engine_feed(engine, zt_event_builder_query(&builder, &spec));
}

START_TEST(queries_thirty_of_a_type_stay_silent_and_one_more_fires)
{
	start();
	for (unsigned i = 0; i < 30; i++)
		ask(T0 + ZT_S(i), "example.com.", ZT_RR_MX);
	ck_assert_uint_eq(n_alerts, 0);
	ask(T0 + ZT_S(30), "example.com.", ZT_RR_MX);
	ck_assert_uint_eq(n_alerts, 1);
	ck_assert_str_eq(alerts[0].rule, "type-enumeration");
	ck_assert_int_eq(alerts[0].event, ZT_ALERT_OPEN);
	ck_assert_uint_eq(alerts[0].risk, 70);
	ck_assert_uint_eq(alerts[0].window.queries, 31);
	ck_assert_uint_eq(alerts[0].window.names, 1);
	ck_assert_uint_eq(alerts[0].window.first_ns, T0);
	ck_assert_uint_eq(alerts[0].window.last_ns, T0 + ZT_S(30));
	ck_assert_uint_eq(alerts[0].window.n_types, 1);
	ck_assert_uint_eq(alerts[0].window.types[0].code, ZT_RR_MX);
	ck_assert_uint_eq(alerts[0].window.types[0].count, 31);
	ck_assert_uint_eq(alerts[0].window.n_samples, 1);
	zt_engine_finish(engine);
	ck_assert_uint_eq(n_alerts, 2);
	ck_assert_int_eq(alerts[1].event, ZT_ALERT_CLOSE);
	ck_assert_str_eq(alerts[0].id, alerts[1].id);
}
END_TEST

START_TEST(transfer_verdict_change_is_told_at_once_and_leak_is_critical)
{
	struct zt_query_spec spec = {
		.ts_ns = T0, .client = ATTACKER, .name = "example.com.", .qtype = 252
	};
	struct zt_transfer transfer = { .id = 1, .kind = ZT_TRANSFER_AXFR };

	start();
	zt_engine_feed(engine, zt_event_builder_transfer(&builder, &spec, &transfer));
	ck_assert_uint_eq(n_alerts, 1);
	ck_assert_uint_eq(alerts[0].risk, 90);
	ck_assert_uint_eq(alerts[0].transfer.verdict, ZT_VERDICT_ATTEMPTED);
	transfer.verdict = ZT_VERDICT_COMPLETE;
	transfer.records = 312;
	spec.ts_ns += 1000;
	zt_engine_feed(engine, zt_event_builder_transfer(&builder, &spec, &transfer));
	ck_assert_uint_eq(n_alerts, 2);
	ck_assert_int_eq(alerts[1].event, ZT_ALERT_UPDATE);
	ck_assert_uint_eq(alerts[1].risk, 100);
	ck_assert_int_eq(alerts[1].severity, ZT_LEVEL_CRITICAL);
	ck_assert_int_eq(alerts[1].confidence, ZT_LEVEL_HIGH);
	ck_assert_uint_eq(alerts[1].transfer.records, 312);
	ck_assert_uint_eq(alerts[1].zone.len, 13);
	ck_assert_str_eq(alerts[0].id, alerts[1].id);
	ck_assert_str_eq(alerts[0].campaign, alerts[1].campaign);
	/* A later refusal does not take back what leaked. */
	transfer.id = 2;
	transfer.verdict = ZT_VERDICT_REFUSED;
	zt_engine_feed(engine, zt_event_builder_transfer(&builder, &spec, &transfer));
	ck_assert_uint_eq(n_alerts, 3);
	ck_assert_int_eq(alerts[2].event, ZT_ALERT_UPDATE);
	ck_assert_uint_eq(alerts[2].transfer.verdict, ZT_VERDICT_REFUSED);
	ck_assert_uint_eq(alerts[2].risk, 100);
	/* Told once is enough. */
	transfer.id = 3;
	zt_engine_feed(engine, zt_event_builder_transfer(&builder, &spec, &transfer));
	ck_assert_uint_eq(n_alerts, 3);
	/* Quiet for ten minutes: closed by time alone. */
	zt_engine_feed(
	    engine, zt_event_builder_tick(&builder, T0 + 1000 + ZT_S(600) - 1));
	ck_assert_uint_eq(n_alerts, 3);
	zt_engine_feed(engine, zt_event_builder_tick(&builder, T0 + 1000 + ZT_S(600)));
	ck_assert_uint_eq(n_alerts, 4);
	ck_assert_int_eq(alerts[3].event, ZT_ALERT_CLOSE);
	ck_assert_uint_eq(alerts[3].transfer.verdict, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(alerts[3].ts_ns, T0 + 1000 + ZT_S(600));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("engine");
	TCase *tcase = tcase_create("rules");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, queries_thirty_of_a_type_stay_silent_and_one_more_fires);
	tcase_add_test(
	    tcase, transfer_verdict_change_is_told_at_once_and_leak_is_critical);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
