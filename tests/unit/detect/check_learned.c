/* What alerts say of the answers: through the engine, one rule at a time. */
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
static struct zt_zone_policy zone;
static struct zt_engine *engine;
static struct zt_alert_log alerts;

static void
setup(void)
{
	zt_event_builder_init(&builder);
	zt_params_defaults(&params);
	params.key = builder.key;
	params.memory_bytes = 1 << 20;
	for (unsigned id = 0; id < ZT_N_RULES; id++)
		params.rules[id].enabled = false;
	memset(&alerts, 0, sizeof(alerts));
	memset(&zone, 0, sizeof(zone));
	zone.name.len = zt_event_builder_name(zone.name.wire, "example.com.");
	params.zones = &zone;
	params.n_zones = 1;
}

static void
teardown(void)
{
	zt_engine_free(&engine);
}

static void
start(enum zt_rule_id rule)
{
	params.rules[rule].enabled = true;
	engine = zt_engine_new(&params, zt_alert_log_keep, &alerts);
	ck_assert_ptr_nonnull(engine);
}

static struct zt_query_spec
spec_of(const char *name, uint16_t qtype)
{
	return (struct zt_query_spec){
		.ts_ns = T0, .client = ATTACKER, .name = name, .qtype = qtype
	};
}

/* An answer with data; n of the addresses follow one another from first. */
static void
answer(const char *name, uint16_t qtype, uint32_t first, uint8_t n)
{
	struct zt_query_spec spec = spec_of(name, qtype);
	struct zt_event *event = zt_event_builder_response(&builder, &spec, 0);
	uint8_t *at = (uint8_t *)event + zt_event_records_offset(event);
	struct zt_answer_addr addr = { .family = 4 };

	event->answer_hash = event->name_hash + first;
	event->n_answers = n > 0 ? n : 2;
	event->n_addrs = n;
	for (uint8_t i = 0; i < n; i++) {
		for (unsigned byte = 0; byte < 4; byte++)
			addr.addr[byte] = (uint8_t)((first + i) >> (24 - 8 * byte));
		memcpy(at + i * sizeof(addr), &addr, sizeof(addr));
	}
	event->size = (uint16_t)(zt_event_records_offset(event) + n * sizeof(addr));
	if (qtype == ZT_RR_MX)
		event->providers = 5;
	zt_engine_feed(engine, event);
}

static void
miss(unsigned number)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "no%u.example.com.", number);
	struct zt_query_spec spec = spec_of(name, ZT_RR_A);
	struct zt_event *event =
	    zt_event_builder_response(&builder, &spec, ZT_RCODE_NXDOMAIN);
	event->flags |= ZT_EF_ZONE; /* the SOA of example.com */
	event->zone_off = (uint8_t)(zt_event_name(event)[0] + 1);
	zt_engine_feed(engine, event);
}

static void
ask_type(unsigned number, uint16_t qtype)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "q%u.example.com.", number);
	struct zt_query_spec spec = spec_of(name, qtype);
	zt_engine_feed(engine, zt_event_builder_query(&builder, &spec));
}

/* A record of the NSEC3 chain in a negative answer for a name of its own. */
static void
show_link(unsigned number, uint64_t owner, uint64_t next, uint16_t type)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "x%u.example.com.", number);
	struct zt_query_spec spec = spec_of(name, ZT_RR_A);
	struct zt_event *event =
	    zt_event_builder_response(&builder, &spec, ZT_RCODE_NXDOMAIN);
	struct zt_nsec nsec = { .owner = owner, .next = next, .type = type };
	memcpy((uint8_t *)event + zt_event_records_offset(event), &nsec, sizeof(nsec));
	event->n_nsec = 1;
	event->size = (uint16_t)(zt_event_records_offset(event) + sizeof(nsec));
	zt_engine_feed(engine, event);
}

static const struct zt_alert_learned *
learned_at_end(void)
{
	zt_engine_finish(engine);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_CLOSE], 1);
	return &zt_alert_log_last(&alerts)->learned;
}

START_TEST(bruteforce_tells_what_was_found_and_what_was_not)
{
	start(ZT_RULE_name_bruteforce);
	answer("before.example.com.", ZT_RR_A, ZT_IP(192, 0, 2, 1), 1);
	for (unsigned i = 0; i < 51; i++)
		miss(i);
	ck_assert_uint_eq(alerts.n, 1);
	/* The window held the misses that opened it. */
	ck_assert(alerts.alerts[0].learned.present);
	ck_assert_uint_eq(alerts.alerts[0].learned.names_absent, 51);
	ck_assert_uint_eq(alerts.alerts[0].learned.names_found, 0);
	miss(7);
	miss(60);
	answer("www.example.com.", ZT_RR_A, ZT_IP(192, 0, 2, 1), 3);
	answer("www.example.com.", ZT_RR_A, ZT_IP(192, 0, 2, 1), 3);
	answer("in.example.com.", ZT_RR_A, ZT_IP(10, 255, 255, 255), 2);
	answer("out.example.org.", ZT_RR_A, ZT_IP(192, 0, 2, 9), 1);
	answer("example.com.", ZT_RR_MX, 0, 0);
	answer("example.com.", ZT_RR_MX, 0, 0);
	const struct zt_alert_learned *learned = learned_at_end();
	ck_assert_uint_eq(learned->names_absent, 52);
	ck_assert_uint_eq(learned->names_found, 3);
	ck_assert_uint_eq(learned->addresses, 5);
	/* 10.255.255.255 is private, 11.0.0.0 is not. */
	ck_assert_uint_eq(learned->private_addresses, 1);
	ck_assert_uint_eq(learned->mail_hosts, 2);
	ck_assert_uint_eq(learned->providers, 5);
	ck_assert_uint_eq(learned->n_samples, 5);
	ck_assert_uint_eq(learned->samples[2].family, 4);
	ck_assert_mem_eq(learned->samples[2].addr, ((uint8_t[]){ 192, 0, 2, 3 }), 4);
	ck_assert_uint_eq(learned->intervals, 0);
	ck_assert(!learned->have_share);
	ck_assert(!learned->at_least);
	ck_assert_uint_eq(learned->error_ppm, 0);
}
END_TEST

/* Nobody configured the zone: misses tell it, answers with data do not. */
START_TEST(names_found_under_a_zone_that_only_misses_tell_are_counted)
{
	params.n_zones = 0;
	start(ZT_RULE_name_bruteforce);
	for (unsigned i = 0; i < 51; i++)
		miss(i);
	answer("www.example.com.", ZT_RR_A, ZT_IP(192, 0, 2, 1), 1);
	answer("a.b.example.com.", ZT_RR_A, ZT_IP(192, 0, 2, 2), 1);
	answer("www.example.org.", ZT_RR_A, ZT_IP(192, 0, 2, 3), 1);
	answer("com.", ZT_RR_A, ZT_IP(192, 0, 2, 4), 1);
	const struct zt_alert_learned *learned = learned_at_end();
	ck_assert_uint_eq(learned->names_absent, 51);
	ck_assert_uint_eq(learned->names_found, 2);
	ck_assert_uint_eq(learned->addresses, 2);
}
END_TEST

START_TEST(private_blocks_end_where_they_should)
{
	static const struct {
		uint32_t addr;
		unsigned is_private;
	} rows[] = {
		{ ZT_IP(9, 255, 255, 255), 0 },
		{ ZT_IP(10, 0, 0, 0), 1 },
		{ ZT_IP(172, 15, 255, 255), 0 },
		{ ZT_IP(172, 16, 0, 0), 1 },
		{ ZT_IP(172, 31, 255, 255), 1 },
		{ ZT_IP(172, 32, 0, 0), 0 },
		{ ZT_IP(192, 168, 255, 255), 1 },
		{ ZT_IP(192, 169, 0, 0), 0 },
	};

	start(ZT_RULE_name_bruteforce);
	for (unsigned i = 0; i < 51; i++)
		miss(i);
	answer("a.example.com.", ZT_RR_A, rows[_i].addr, 1);
	const struct zt_alert_learned *learned = learned_at_end();
	ck_assert_uint_eq(learned->addresses, 1);
	ck_assert_uint_eq(learned->private_addresses, rows[_i].is_private);
}
END_TEST

START_TEST(nothing_answered_is_nothing_learned)
{
	start(ZT_RULE_type_enumeration);
	for (unsigned i = 0; i < 40; i++)
		ask_type(i, ZT_RR_TXT);
	ck_assert(!learned_at_end()->present);
}
END_TEST

START_TEST(many_names_are_exact_to_256_and_estimated_beyond)
{
	unsigned n = _i == 0 ? 256 : 5000;

	start(ZT_RULE_name_bruteforce);
	for (unsigned i = 0; i < n; i++)
		miss(i);
	const struct zt_alert_learned *learned = learned_at_end();
	if (_i == 0)
		ck_assert_uint_eq(learned->names_absent, 256);
	ck_assert_uint_eq(learned->error_ppm, _i == 0 ? 0 : 32500);
	ck_assert_uint_gt(learned->names_absent, n - n / 10);
	ck_assert_uint_lt(learned->names_absent, n + n / 10);
}
END_TEST

/* 64 records that cover the ring, the first 32 of them 3/128 each and the others 1/128.
 * The 33rd opens the incident, and of the last ones 10 * _i are never shown. */
START_TEST(nsec3_share_is_the_part_of_the_ring_that_was_shown)
{
	const uint64_t part = UINT64_C(1) << 57;
	unsigned shown = 64 - 10 * (unsigned)_i;
	uint64_t owner = 12345;

	start(ZT_RULE_nsec_walk);
	for (unsigned i = 0; i < shown; i++) {
		uint64_t next = owner + (i < 32 ? 3 * part : part);
		show_link(i, owner, next, ZT_RR_NSEC3);
		owner = next;
	}
	/* Shown again: nothing new. */
	show_link(100, 12345 + 3 * part, 12345 + 6 * part, ZT_RR_NSEC3);
	const struct zt_alert_learned *learned = learned_at_end();
	ck_assert_uint_eq(learned->intervals, shown);
	ck_assert(learned->have_share);
	unsigned share_ppm = (unsigned)((96 + shown - 32) * UINT64_C(1000000) / 128);
	ck_assert_uint_ge(learned->share_ppm, share_ppm - 1);
	ck_assert_uint_le(learned->share_ppm, share_ppm);
}
END_TEST

START_TEST(nsec_links_are_counted_without_a_share)
{
	start(ZT_RULE_nsec_walk);
	for (unsigned i = 0; i < 20; i++) {
		char name[64];
		uint8_t wire[255];
		(void)snprintf(name, sizeof(name), "q%u.example.com.", i + 1);
		uint8_t len = zt_event_builder_name(wire, name);
		show_link(i, i, zt_hash(&builder.key, wire, len), ZT_RR_NSEC);
		ask_type(i + 1, ZT_RR_A);
	}
	const struct zt_alert_learned *learned = learned_at_end();
	ck_assert_uint_eq(learned->intervals, 20);
	ck_assert(!learned->have_share);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("learned");
	TCase *tcase = tcase_create("through the engine");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, bruteforce_tells_what_was_found_and_what_was_not);
	tcase_add_test(
	    tcase, names_found_under_a_zone_that_only_misses_tell_are_counted);
	tcase_add_loop_test(tcase, private_blocks_end_where_they_should, 0, 8);
	tcase_add_test(tcase, nothing_answered_is_nothing_learned);
	tcase_add_loop_test(
	    tcase, many_names_are_exact_to_256_and_estimated_beyond, 0, 2);
	tcase_add_loop_test(
	    tcase, nsec3_share_is_the_part_of_the_ring_that_was_shown, 0, 3);
	tcase_add_test(tcase, nsec_links_are_counted_without_a_share);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
