#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "alert_log.h"
#include "detect/engine.h"
#include "event_builder.h"
#include "suite.h"

#define PRIMARY	  ZT_IP(192, 0, 2, 53)
#define OTHER	  ZT_IP(192, 0, 2, 54)
#define SECONDARY ZT_IP(203, 0, 113, 53)
#define T0	  ZT_S(1700000000)
#define MINUTE	  ZT_S(60)

static struct zt_event_builder builder;
static struct zt_params params;
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
	memset(&alerts, 0, sizeof(alerts));
	memset(&transfer, 0, sizeof(transfer));
	engine = zt_engine_new(&params, zt_alert_log_keep, &alerts);
	ck_assert_ptr_nonnull(engine);
}

static void
teardown(void)
{
	zt_engine_free(&engine);
}

static void
notify(uint64_t ts_ns, uint32_t from, uint32_t to)
{
	struct zt_query_spec spec = { ts_ns, from, to, "example.com.", ZT_RR_SOA };
	struct zt_event *event = zt_event_builder_query(&builder, &spec);

	event->dns_flags = 4u << 11 | ZT_DNS_AA;
	zt_engine_feed(engine, event);
}

static void
ask_soa(uint64_t ts_ns, uint32_t from, uint16_t dns_flags)
{
	struct zt_query_spec spec = { ts_ns, from, PRIMARY, "example.com.", ZT_RR_SOA };
	struct zt_event *event = zt_event_builder_query(&builder, &spec);

	event->dns_flags = dns_flags;
	zt_engine_feed(engine, event);
}

static const struct zt_alert *
move(uint64_t ts_ns, uint32_t from, enum zt_transfer_verdict verdict)
{
	struct zt_query_spec spec = { ts_ns, from, PRIMARY, "example.com.",
		ZT_RR_AXFR };

	if (verdict == ZT_VERDICT_ATTEMPTED)
		transfer.started_ns = ts_ns;
	transfer.kind = ZT_TRANSFER_AXFR;
	transfer.verdict = (uint8_t)verdict;
	zt_engine_feed(engine, zt_event_builder_transfer(&builder, &spec, &transfer));
	return zt_alert_log_last(&alerts);
}

static void
check(const struct zt_alert *alert, enum zt_prelude prelude, unsigned risk,
    enum zt_level confidence)
{
	ck_assert_int_eq(alert->prelude, prelude);
	ck_assert_uint_eq(alert->risk, risk);
	ck_assert_int_eq(alert->confidence, confidence);
}

START_TEST(stranger_who_just_asks_is_worst)
{
	check(move(T0, SECONDARY, ZT_VERDICT_ATTEMPTED), ZT_PRELUDE_COLD, 90,
	    ZT_LEVEL_MEDIUM);
	check(move(T0 + 1, SECONDARY, ZT_VERDICT_COMPLETE), ZT_PRELUDE_COLD, 100,
	    ZT_LEVEL_HIGH);
}
END_TEST

START_TEST(notified_secondary_is_less)
{
	notify(T0, PRIMARY, SECONDARY);
	ask_soa(T0 + 1, SECONDARY, 0);
	check(move(T0 + 2, SECONDARY, ZT_VERDICT_ATTEMPTED), ZT_PRELUDE_NOTIFY, 60,
	    ZT_LEVEL_LOW);
	check(move(T0 + 3, SECONDARY, ZT_VERDICT_COMPLETE), ZT_PRELUDE_NOTIFY, 70,
	    ZT_LEVEL_MEDIUM);
	/* Not for somebody else. */
	check(move(T0 + 4, SECONDARY + 1, ZT_VERDICT_ATTEMPTED), ZT_PRELUDE_COLD, 90,
	    ZT_LEVEL_MEDIUM);
}
END_TEST

START_TEST(notify_of_another_sender_is_not_believed)
{
	notify(T0, OTHER, SECONDARY);
	check(move(T0 + 2, SECONDARY, ZT_VERDICT_ATTEMPTED), ZT_PRELUDE_COLD, 90,
	    ZT_LEVEL_MEDIUM);
}
END_TEST

START_TEST(soa_question_without_recursion_is_a_little_less)
{
	ask_soa(T0, SECONDARY, 0);
	check(move(T0 + ZT_S(119), SECONDARY, ZT_VERDICT_ATTEMPTED), ZT_PRELUDE_SOA, 85,
	    ZT_LEVEL_MEDIUM);
	/* Tools may ask so as well: how bad it is stays. */
	ck_assert_int_eq(zt_alert_log_last(&alerts)->severity, ZT_LEVEL_HIGH);
	const struct zt_alert *left =
	    move(T0 + ZT_S(119), SECONDARY, ZT_VERDICT_COMPLETE);
	check(left, ZT_PRELUDE_SOA, 95, ZT_LEVEL_HIGH);
	ck_assert_int_eq(left->severity, ZT_LEVEL_CRITICAL);
	/* Tools want recursion. */
	ask_soa(T0, SECONDARY + 1, ZT_DNS_RD);
	check(move(T0 + ZT_S(119), SECONDARY + 1, ZT_VERDICT_ATTEMPTED),
	    ZT_PRELUDE_COLD, 90, ZT_LEVEL_MEDIUM);
	ask_soa(T0 + ZT_S(200), SECONDARY + 2, 0);
	check(move(T0 + ZT_S(320), SECONDARY + 2, ZT_VERDICT_ATTEMPTED),
	    ZT_PRELUDE_COLD, 90, ZT_LEVEL_MEDIUM);
}
END_TEST

START_TEST(notify_counts_for_an_hour_before_the_request)
{
	notify(T0, PRIMARY, SECONDARY);
	notify(T0, PRIMARY, SECONDARY + 1);
	(void)move(T0 + 60 * MINUTE - 1, SECONDARY, ZT_VERDICT_ATTEMPTED);
	/* A long transfer was notified when it began. */
	check(move(T0 + 70 * MINUTE, SECONDARY, ZT_VERDICT_COMPLETE), ZT_PRELUDE_NOTIFY,
	    70, ZT_LEVEL_MEDIUM);
	check(move(T0 + 71 * MINUTE, SECONDARY + 1, ZT_VERDICT_ATTEMPTED),
	    ZT_PRELUDE_COLD, 90, ZT_LEVEL_MEDIUM);
}
END_TEST

START_TEST(request_that_was_not_seen_tells_nothing)
{
	transfer.flags = ZT_TF_MID_STREAM;
	transfer.started_ns = T0;
	check(move(T0 + 1, SECONDARY, ZT_VERDICT_STARTED), ZT_PRELUDE_UNKNOWN, 100,
	    ZT_LEVEL_HIGH);
}
END_TEST

START_TEST(soa_questions_do_not_push_out_a_notify)
{
	notify(T0, PRIMARY, SECONDARY);
	for (uint32_t i = 0; i < 20000; i++)
		ask_soa(T0 + i, ZT_IP(10, 0, 0, 0) + i, 0);
	ck_assert_uint_gt(zt_engine_stats(engine)->preludes_evicted, 10000);
	check(move(T0 + MINUTE, SECONDARY, ZT_VERDICT_ATTEMPTED), ZT_PRELUDE_NOTIFY, 60,
	    ZT_LEVEL_LOW);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("choreography");
	TCase *tcase = tcase_create("preludes");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, stranger_who_just_asks_is_worst);
	tcase_add_test(tcase, notified_secondary_is_less);
	tcase_add_test(tcase, notify_of_another_sender_is_not_believed);
	tcase_add_test(tcase, soa_question_without_recursion_is_a_little_less);
	tcase_add_test(tcase, notify_counts_for_an_hour_before_the_request);
	tcase_add_test(tcase, request_that_was_not_seen_tells_nothing);
	tcase_add_test(tcase, soa_questions_do_not_push_out_a_notify);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
