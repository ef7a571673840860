#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "alert_log.h"
#include "detect/engine.h"
#include "event_builder.h"
#include "suite.h"

#define PRIMARY	  ZT_IP(192, 0, 2, 53)
#define SECONDARY ZT_IP(203, 0, 113, 53)
#define T0	  ZT_S(1700000000)
#define LIMIT	  (UINT64_C(128) << 10)

static const struct zt_prefix listed = { { 203, 0, 113, 53 }, 4, 32 };
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
		params.rules[id].enabled = id == ZT_RULE_encrypted_transfer;
	params.key = builder.key;
	params.memory_bytes = 1 << 20;
	memset(&alerts, 0, sizeof(alerts));
	memset(&zone, 0, sizeof(zone));
	zone.name.len = zt_event_builder_name(zone.name.wire, "example.net.");
	zone.secondaries = (struct zt_prefix_list){ &listed, 1 };
	params.zones = &zone;
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
connection(uint64_t run, uint64_t to_server, uint64_t turns)
{
	struct zt_query_spec spec = { T0 + 9, SECONDARY, PRIMARY, ".", 0 };
	struct zt_sealed sealed = { .started_ns = T0,
		.last_ns = T0 + 9,
		.to_server = to_server,
		.to_client = run + 3000,
		.longest_run = run,
		.turns = turns };
	struct zt_event *event = zt_event_builder_query(&builder, &spec);

	event->kind = ZT_EVENT_SEALED;
	event->transport = 6;
	event->name_len = 0;
	event->n_labels = 0;
	event->size = (uint16_t)zt_event_records_offset(event);
	memcpy((uint8_t *)event + event->size, &sealed, sizeof(sealed));
	event->size = (uint16_t)(event->size + sizeof(sealed));
	zt_engine_feed(engine, event);
	return alerts.n;
}

static void
notify(uint32_t from)
{
	struct zt_query_spec spec = { T0, from, SECONDARY, "example.com.", ZT_RR_SOA };
	struct zt_event *event = zt_event_builder_query(&builder, &spec);

	event->dns_flags = 4u << 11;
	zt_engine_feed(engine, event);
}

START_TEST(more_than_a_message_at_a_stretch_is_told)
{
	ck_assert_uint_eq(connection(LIMIT - 1, 700, 2), 0);
	ck_assert_uint_eq(connection(LIMIT, 700, 2), 1);
	const struct zt_alert *alert = zt_alert_log_last(&alerts);
	ck_assert_str_eq(alert->rule, "encrypted-transfer");
	ck_assert_int_eq(alert->confidence, ZT_LEVEL_LOW);
	ck_assert_uint_eq(alert->risk, 50);
	ck_assert(alert->have_sealed && !alert->have_transfer);
	ck_assert_uint_eq(alert->sealed.longest_run, LIMIT);
	ck_assert_uint_eq(alert->zone.len, 0);
}
END_TEST

START_TEST(client_that_speaks_much_or_often_is_none)
{
	ck_assert_uint_eq(connection(LIMIT, 700, 9), 0);
	ck_assert_uint_eq(connection(LIMIT, LIMIT / 8 + 1, 2), 0);
	ck_assert_uint_eq(connection(LIMIT, LIMIT / 8, 8), 1);
}
END_TEST

START_TEST(listed_secondary_is_let_pass)
{
	zt_engine_free(&engine);
	params.n_zones = 1;
	engine = zt_engine_new(&params, zt_alert_log_keep, &alerts);
	ck_assert_uint_eq(connection(LIMIT, 700, 2), 0);
	ck_assert_uint_eq(zt_engine_stats(engine)->policy_secondary, 1);
}
END_TEST

START_TEST(notified_client_needs_less)
{
	notify(PRIMARY + 1);
	ck_assert_uint_eq(connection(4096, 700, 2), 0);
	notify(PRIMARY);
	ck_assert_uint_eq(connection(4095, 700, 2), 0);
	ck_assert_uint_eq(connection(4096, 700, 2), 1);
}
END_TEST

START_TEST(known_size_of_the_zone_counts)
{
	struct zt_query_spec spec = { T0, PRIMARY + 9, PRIMARY, "example.com.",
		ZT_RR_AXFR };
	struct zt_transfer transfer = { .kind = ZT_TRANSFER_AXFR,
		.verdict = ZT_VERDICT_COMPLETE,
		.bytes = 50000,
		.flags = ZT_TF_ENDED };

	zt_engine_feed(engine, zt_event_builder_transfer(&builder, &spec, &transfer));
	notify(PRIMARY);
	ck_assert_uint_eq(connection(24999, 700, 2), 0);
	ck_assert_uint_eq(connection(25000, 700, 2), 1);
	ck_assert_mem_eq(zt_alert_log_last(&alerts)->zone.wire, "\7example\3com", 13);
}
END_TEST

static void
transfer_in_the_clear(uint32_t server, const char *zone_name, uint64_t bytes)
{
	struct zt_query_spec spec = { T0, PRIMARY + 9, server, zone_name, ZT_RR_AXFR };
	struct zt_transfer transfer = { .kind = ZT_TRANSFER_AXFR,
		.verdict = ZT_VERDICT_COMPLETE,
		.bytes = bytes,
		.flags = ZT_TF_ENDED };

	zt_engine_feed(engine, zt_event_builder_transfer(&builder, &spec, &transfer));
}

START_TEST(size_of_a_zone_of_the_server_counts_without_notify)
{
	transfer_in_the_clear(PRIMARY, "example.com.", 80000);
	transfer_in_the_clear(PRIMARY, "example.org.", 20000);
	transfer_in_the_clear(PRIMARY, "tiny.example.org.", 15000);
	transfer_in_the_clear(PRIMARY + 1, "example.net.", 50000);
	ck_assert_uint_eq(connection(69999, 700, 2), 0);
	ck_assert_uint_eq(connection(90001, 700, 2), 0);
	ck_assert_uint_eq(connection(50000, 700, 2), 0);
	ck_assert_uint_eq(connection(16383, 700, 2), 0);
	ck_assert_uint_eq(connection(80000, 700, 9), 0);
	ck_assert_uint_eq(connection(80000, 10001, 2), 0);
	ck_assert_uint_eq(connection(70000, 700, 2), 1);
	const struct zt_alert *alert = zt_alert_log_last(&alerts);
	ck_assert_mem_eq(alert->zone.wire, "\7example\3com", 13);
	ck_assert_str_eq(alert->title,
	    "Probable encrypted zone transfer, about the size of the zone");
	ck_assert_int_eq(alert->confidence, ZT_LEVEL_LOW);
}
END_TEST

/* Any size is found from an eighth below to an eighth above, and no further. */
START_TEST(sizes_are_found_exactly_as_far_as_said)
{
	static struct zt_zonebook book;
	struct zt_query_spec spec = { T0, SECONDARY, PRIMARY, "example.com.",
		ZT_RR_AXFR };

	for (uint64_t size = 16384; size < 100000000; size += size / 7 + 13) {
		struct zt_transfer transfer = { .kind = ZT_TRANSFER_AXFR,
			.verdict = ZT_VERDICT_COMPLETE,
			.bytes = size,
			.flags = ZT_TF_ENDED };
		const struct zt_event *event =
		    zt_event_builder_transfer(&builder, &spec, &transfer);
		ck_assert_int_eq(zt_zonebook_init(&book, 1 << 16, &builder.key), 0);
		zt_zonebook_note(&book, event, T0);
		uint64_t off = size / 8;
		ck_assert_ptr_nonnull(zt_zonebook_by_size(&book, event, size));
		ck_assert_ptr_nonnull(zt_zonebook_by_size(&book, event, size - off));
		ck_assert_ptr_nonnull(zt_zonebook_by_size(&book, event, size + off));
		ck_assert_ptr_null(zt_zonebook_by_size(&book, event, size - off - 1));
		ck_assert_ptr_null(zt_zonebook_by_size(&book, event, size + off + 1));
		ck_assert_ptr_null(zt_zonebook_by_size(&book, event, 0));
		zt_zonebook_fini(&book);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("encrypted-transfer");
	TCase *tcase = tcase_create("outside");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, more_than_a_message_at_a_stretch_is_told);
	tcase_add_test(tcase, client_that_speaks_much_or_often_is_none);
	tcase_add_test(tcase, listed_secondary_is_let_pass);
	tcase_add_test(tcase, notified_client_needs_less);
	tcase_add_test(tcase, known_size_of_the_zone_counts);
	tcase_add_test(tcase, size_of_a_zone_of_the_server_counts_without_notify);
	tcase_add_test(tcase, sizes_are_found_exactly_as_far_as_said);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
