/*
 * Each enumeration rule at its threshold: one fewer is silent, one more is told; and
 * the ordinary traffic that resembles it stays silent.
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
#define RESOLVER ZT_IP(192, 0, 2, 10)
#define T0	 ZT_S(1700000000)
#define MS(n)	 ((uint64_t)(n)*UINT64_C(1000000))

static struct zt_event_builder builder;
static struct zt_params params;
static struct zt_engine *engine;
static struct zt_alert_log alerts;
static struct zt_zone_policy zone;
static uint64_t now_ns;

static void
start_only(enum zt_rule_id id)
{
	for (unsigned i = 0; i < ZT_N_RULES; i++)
		params.rules[i].enabled = i == (unsigned)id;
	engine = zt_engine_new(&params, zt_alert_log_keep, &alerts);
	ck_assert_ptr_nonnull(engine);
}

static void
setup(void)
{
	zt_event_builder_init(&builder);
	zt_params_defaults(&params);
	params.key = builder.key;
	params.memory_bytes = 8 << 20;
	memset(&zone, 0, sizeof(zone));
	zone.name.len = zt_event_builder_name(zone.name.wire, "example.com.");
	memset(&alerts, 0, sizeof(alerts));
	now_ns = T0;
}

static void
teardown(void)
{
	zt_engine_free(&engine);
}

static struct zt_query_spec
spec_of(uint32_t client, const char *name, uint16_t qtype)
{
	struct zt_query_spec spec = {
		.ts_ns = now_ns += MS(10),
		.client = client,
		.name = name,
		.qtype = qtype,
	};

	return spec;
}

static void
ask(uint32_t client, const char *name, uint16_t qtype)
{
	struct zt_query_spec spec = spec_of(client, name, qtype);

	zt_engine_feed(engine, zt_event_builder_query(&builder, &spec));
}

/* An answer; its zone is the last two labels of the name. */
static struct zt_event *
answer(uint32_t client, const char *name, uint16_t qtype, uint16_t rcode)
{
	struct zt_query_spec spec = spec_of(client, name, qtype);
	struct zt_event *event = zt_event_builder_response(&builder, &spec, rcode);
	const uint8_t *wire = zt_event_name(event);
	unsigned labels = event->n_labels;

	for (size_t at = 0; labels > 2; at += wire[at] + 1u, labels--)
		event->zone_off = (uint8_t)(at + wire[at] + 1u);
	if (rcode == ZT_RCODE_NXDOMAIN)
		event->flags |= ZT_EF_ZONE;
	return event;
}

static void
miss(uint32_t client, const char *name)
{
	zt_engine_feed(engine, answer(client, name, ZT_RR_A, ZT_RCODE_NXDOMAIN));
}

/* The i-th name of a family; lasts until the next call. */
static const char *
numbered(const char *before, unsigned i, const char *after)
{
	static char text[128];

	(void)snprintf(text, sizeof(text), "%s%u%s", before, i, after);
	return text;
}

START_TEST(bruteforce_fires_above_fifty_misses_in_a_minute)
{
	start_only(ZT_RULE_name_bruteforce);
	for (unsigned i = 0; i < 50; i++)
		miss(ATTACKER, numbered("host", i, ".example.com."));
	miss(ATTACKER, "host0.example.com.");
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
	miss(ATTACKER, "one-more.example.com.");
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 1);
	ck_assert_str_eq(alerts.alerts[0].rule, "name-bruteforce");
	ck_assert_uint_eq(alerts.alerts[0].window.names, 51);
	ck_assert_uint_eq(alerts.alerts[0].zone.len, 13);
}
END_TEST

START_TEST(bruteforce_ignores_services_reverse_names_and_block_lists)
{
	start_only(ZT_RULE_name_bruteforce);
	for (unsigned i = 0; i < 250; i++) {
		miss(ATTACKER, numbered("_s", i, "._tcp.example.com."));
		miss(ATTACKER, numbered("", i, ".2.0.192.in-addr.arpa."));
		miss(ATTACKER, numbered("", i, ".2.0.192.bl.example.org."));
	}
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
}
END_TEST

START_TEST(bruteforce_is_silent_while_most_names_exist)
{
	start_only(ZT_RULE_name_bruteforce);
	params.zones = &zone;
	params.n_zones = 1;
	zt_engine_free(&engine);
	start_only(ZT_RULE_name_bruteforce);
	for (unsigned i = 0; i < 80; i++) {
		miss(RESOLVER, numbered("typo", i, ".example.com."));
		for (unsigned hit = 0; hit < 4; hit++)
			zt_engine_feed(engine, answer(RESOLVER, "www.example.com.",
						   ZT_RR_A, ZT_RCODE_NOERROR));
	}
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
}
END_TEST

START_TEST(bruteforce_behind_a_wildcard_is_told_by_the_equal_answers)
{
	start_only(ZT_RULE_name_bruteforce);
	for (unsigned i = 0; i < 70; i++) {
		struct zt_event *event = answer(ATTACKER,
		    numbered("host", i, ".wild.example."), ZT_RR_A, ZT_RCODE_NOERROR);
		event->answer_hash = UINT64_C(0x123456789abcdef);
		zt_engine_feed(engine, event);
	}
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 1);
	ck_assert_str_eq(alerts.alerts[0].rule, "name-bruteforce");
}
END_TEST

START_TEST(reverse_sweep_fires_above_thirty_two_neighbours)
{
	start_only(ZT_RULE_reverse_sweep);
	for (unsigned i = 0; i < 32; i++)
		ask(ATTACKER, numbered("", i, ".2.0.192.in-addr.arpa."), ZT_RR_PTR);
	/* Another neighbourhood does not help. */
	ask(ATTACKER, "1.3.0.192.in-addr.arpa.", ZT_RR_PTR);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
	ask(ATTACKER, "32.2.0.192.in-addr.arpa.", ZT_RR_PTR);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 1);
	ck_assert_uint_eq(alerts.alerts[0].window.names, 33);
}
END_TEST

START_TEST(srv_sweep_fires_above_ten_services_of_one_domain)
{
	start_only(ZT_RULE_srv_sweep);
	for (unsigned i = 0; i < 10; i++)
		ask(ATTACKER, numbered("_s", i, "._tcp.example.com."), ZT_RR_SRV);
	ask(ATTACKER, "_s1._tcp.example.net.", ZT_RR_SRV);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
	/* A misspelt protocol label is the same domain. */
	ask(ATTACKER, "_imap.tcp.example.com.", ZT_RR_SRV);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 1);
}
END_TEST

START_TEST(tld_expansion_fires_on_one_label_and_not_on_many)
{
	start_only(ZT_RULE_tld_expansion);
	for (unsigned i = 0; i < 40; i++)
		ask(RESOLVER, numbered("site", i, ".com."), ZT_RR_A);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
	/* Three win the vote, eleven are above ten. */
	for (unsigned i = 0; i < 13; i++)
		ask(ATTACKER, numbered("example.t", i, "."), ZT_RR_A);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
	ask(ATTACKER, "example.co.uk.", ZT_RR_A);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 1);
	ck_assert_str_eq(alerts.alerts[0].rule, "tld-expansion");
}
END_TEST

START_TEST(cache_snooping_needs_a_server_that_offers_recursion)
{
	start_only(ZT_RULE_cache_snooping);
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < 21; i++) {
			struct zt_event *event =
			    answer(ATTACKER, numbered("site", i, ".example."), ZT_RR_A,
				ZT_RCODE_NOERROR);
			event->dns_flags = ZT_DNS_QR;
			if (round == 1)
				event->dns_flags |= ZT_DNS_RA;
			zt_engine_feed(engine, event);
		}
		ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], round);
	}
}
END_TEST

START_TEST(server_probe_fires_at_the_first_question)
{
	struct zt_query_spec spec = spec_of(ATTACKER, "version.bind.", ZT_RR_TXT);
	struct zt_event *event = zt_event_builder_query(&builder, &spec);

	start_only(ZT_RULE_server_probe);
	zt_engine_feed(engine, event);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
	event->qclass = ZT_CLASS_CH;
	zt_engine_feed(engine, event);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 1);
}
END_TEST

START_TEST(server_sweep_counts_servers_of_questions_that_want_recursion)
{
	start_only(ZT_RULE_server_sweep);
	for (unsigned flags = 0; flags <= ZT_DNS_RD; flags += ZT_DNS_RD) {
		for (unsigned i = 0; i < 30; i++) {
			struct zt_query_spec spec =
			    spec_of(ATTACKER, "www.example.com.", ZT_RR_A);
			spec.server = ZT_IP(192, 0, 2, 1) + i;
			struct zt_event *event =
			    zt_event_builder_query(&builder, &spec);
			event->dns_flags = (uint16_t)flags;
			zt_engine_feed(engine, event);
		}
		ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], flags == 0 ? 0 : 1);
	}
}
END_TEST

START_TEST(mail_mapping_fires_above_five_selectors_of_one_domain)
{
	start_only(ZT_RULE_mail_mapping);
	for (unsigned i = 0; i < 5; i++)
		ask(ATTACKER, numbered("s", i, "._domainkey.example.com."), ZT_RR_TXT);
	ask(ATTACKER, "s1._domainkey.example.net.", ZT_RR_TXT);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
	ask(ATTACKER, "google._domainkey.example.com.", ZT_RR_TXT);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 1);
}
END_TEST

START_TEST(mail_mapping_fires_above_five_whole_domains)
{
	start_only(ZT_RULE_mail_mapping);
	for (unsigned i = 0; i < 6; i++) {
		ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
		ask(ATTACKER, numbered("c", i, ".example."), ZT_RR_MX);
		ask(ATTACKER, numbered("c", i, ".example."), ZT_RR_TXT);
		ask(ATTACKER, numbered("_dmarc.c", i, ".example."), ZT_RR_TXT);
	}
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 1);
}
END_TEST

START_TEST(lookalike_sweep_compares_with_our_zones)
{
	static const char letters[] = "bcdfghijklnoqrstuvwyz";
	char name[32];

	params.zones = &zone;
	params.n_zones = 1;
	start_only(ZT_RULE_lookalike_sweep);
	ask(ATTACKER, "example.com.", ZT_RR_NS);
	ask(ATTACKER, "elsewhere.com.", ZT_RR_NS);
	for (unsigned i = 0; i < 20; i++) {
		(void)snprintf(name, sizeof(name), "exa%cple.com.", letters[i]);
		ask(ATTACKER, name, ZT_RR_NS);
	}
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
	ask(ATTACKER, "example-login.com.", ZT_RR_NS);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 1);
}
END_TEST

/* A negative answer with one NSEC record. */
static void
show_nsec(uint32_t client, const char *name, const char *next)
{
	struct zt_event *event = answer(client, name, ZT_RR_A, ZT_RCODE_NXDOMAIN);
	struct zt_nsec nsec = { .type = ZT_RR_NSEC };
	uint8_t wire[ZT_NAME_MAX];

	nsec.next = zt_hash(&builder.key, wire, zt_event_builder_name(wire, next));
	nsec.owner = nsec.next + 1;
	event->n_nsec = 1;
	memcpy((uint8_t *)event + event->size, &nsec, sizeof(nsec));
	event->size = (uint16_t)(event->size + sizeof(nsec));
	zt_engine_feed(engine, event);
}

START_TEST(nsec_walk_fires_above_three_steps_along_the_chain)
{
	static const char *const chain[] = { "a", "b", "c", "d", "e" };
	char name[64], next[64];

	start_only(ZT_RULE_nsec_walk);
	for (unsigned i = 0; i < 4; i++) {
		ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
		(void)snprintf(name, sizeof(name), "0.%s.example.org.", chain[i]);
		(void)snprintf(next, sizeof(next), "%s.example.org.", chain[i + 1]);
		ask(ATTACKER, name, ZT_RR_A);
		show_nsec(ATTACKER, name, next);
	}
	/* Steps: 0.b 0.c 0.d; the fourth is the name itself with a byte behind it. */
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
	ask(ATTACKER, "e-.example.org.", ZT_RR_A);
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 1);
	ck_assert_str_eq(alerts.alerts[0].rule, "nsec-walk");
}
END_TEST

/* S06. */
START_TEST(slow_enumeration_needs_its_pace)
{
	start_only(ZT_RULE_slow_enumeration);
	for (unsigned i = 0; i < 120; i++)
		miss(ATTACKER, numbered("fast", i, ".example.com."));
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
	for (unsigned i = 0; i < 100; i++) {
		now_ns += ZT_S(20);
		miss(RESOLVER, numbered("slow", i, ".example.com."));
	}
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
	miss(RESOLVER, "slow100.example.com.");
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 1);
}
END_TEST

START_TEST(distributed_enumeration_names_each_participant)
{
	start_only(ZT_RULE_distributed_enumeration);
	for (unsigned i = 0; i < 200; i++)
		miss(ATTACKER + i % 10, numbered("part", i, ".example.com."));
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
	for (unsigned i = 200; i < 230; i++)
		miss(ATTACKER + i % 10, numbered("part", i, ".example.com."));
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 10);
	/* What was tried before is not new for the job. */
	miss(ATTACKER + 20, "part1.example.com.");
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 10);
}
END_TEST

START_TEST(distributed_enumeration_needs_eight_sources)
{
	start_only(ZT_RULE_distributed_enumeration);
	for (unsigned i = 0; i < 400; i++)
		miss(ATTACKER + i % 7, numbered("part", i, ".example.com."));
	ck_assert_uint_eq(alerts.n_by_event[ZT_ALERT_OPEN], 0);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("rules");
	TCase *tc = tcase_create("thresholds");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, bruteforce_fires_above_fifty_misses_in_a_minute);
	tcase_add_test(tc, bruteforce_ignores_services_reverse_names_and_block_lists);
	tcase_add_test(tc, bruteforce_is_silent_while_most_names_exist);
	tcase_add_test(tc, bruteforce_behind_a_wildcard_is_told_by_the_equal_answers);
	tcase_add_test(tc, reverse_sweep_fires_above_thirty_two_neighbours);
	tcase_add_test(tc, srv_sweep_fires_above_ten_services_of_one_domain);
	tcase_add_test(tc, tld_expansion_fires_on_one_label_and_not_on_many);
	tcase_add_test(tc, cache_snooping_needs_a_server_that_offers_recursion);
	tcase_add_test(tc, server_probe_fires_at_the_first_question);
	tcase_add_test(
	    tc, server_sweep_counts_servers_of_questions_that_want_recursion);
	tcase_add_test(tc, mail_mapping_fires_above_five_selectors_of_one_domain);
	tcase_add_test(tc, mail_mapping_fires_above_five_whole_domains);
	tcase_add_test(tc, lookalike_sweep_compares_with_our_zones);
	tcase_add_test(tc, nsec_walk_fires_above_three_steps_along_the_chain);
	tcase_add_test(tc, slow_enumeration_needs_its_pace);
	tcase_add_test(tc, distributed_enumeration_names_each_participant);
	tcase_add_test(tc, distributed_enumeration_needs_eight_sources);
	suite_add_tcase(s, tc);
	return s;
}

int
main(void)
{
	return zt_suite_run(suite());
}
