/* Marks, habits and the table: which tool is named, and above all when none is. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/engine.h"
#include "detect/fingerprint.h"
#include "detect/mark.h"
#include "event_builder.h"
#include "suite.h"

#define ATTACKER ZT_IP(198, 51, 100, 66)
#define T0	 ZT_S(1700000000)
#define KEPT	 64
#define COOKIE	 (1u << 10)
#define DO	 0x8000u

static struct zt_event_builder builder;
static struct zt_params params;
static struct zt_engine *engine;
static struct zt_alert alerts[KEPT];
static size_t n_alerts;

/* A question as a tool sends it. */
struct asked {
	const char *name;
	uint32_t edns_options;
	uint16_t qtype;
	uint16_t id;
	uint16_t port;
	uint16_t flags;
	uint16_t edns_size; /* 0: no EDNS. */
	uint16_t edns_flags;
	bool df;
	bool tcp;
};

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
	/* Three questions of a type are an incident here. */
	params.rules[ZT_RULE_type_enumeration].queries = 2;
	n_alerts = 0;
	engine = zt_engine_new(&params, keep, NULL);
	ck_assert_ptr_nonnull(engine);
}

static void
teardown(void)
{
	zt_engine_free(&engine);
}

static struct zt_event *
build(const struct asked *asked, uint64_t ts_ns)
{
	struct zt_query_spec spec = { .ts_ns = ts_ns,
		.client = ATTACKER,
		.name = asked->name,
		.qtype = asked->qtype };
	struct zt_event *event = zt_event_builder_query(&builder, &spec);

	event->dns_id = asked->id;
	event->dns_flags = asked->flags;
	event->client_port = asked->port;
	event->transport = asked->tcp ? 6 : 17;
	event->ip_ttl = 60;
	event->edns_size = asked->edns_size;
	event->edns_flags = asked->edns_flags;
	event->edns_options = asked->edns_options;
	if (asked->edns_size > 0)
		event->flags |= ZT_EF_EDNS;
	if (asked->df)
		event->flags |= ZT_EF_IP_DF;
	return event;
}

static void
ask(const struct asked *asked, uint64_t ts_ns)
{
	zt_engine_feed(engine, build(asked, ts_ns));
}

static const struct asked dig = { .name = "example.com.",
	.qtype = ZT_RR_MX,
	.id = 0x1234,
	.port = 40000,
	.flags = ZT_DNS_RD | ZT_DNS_AD,
	.edns_size = 1232,
	.edns_options = COOKIE };

/* Marks of one question. */

struct marked {
	struct asked asked;
	uint64_t marks;
};

#define M(feature) (UINT64_C(1) << ZT_FEATURE_##feature)
#define AXFR	   .name = "example.com.", .qtype = ZT_RR_AXFR, .tcp = true
#define NAME(text) .name = text, .qtype = ZT_RR_A, .id = 7, .flags = ZT_DNS_RD

static const struct marked questions[] = {
	{ { NAME("www.example.com.") }, 0 },
	/* A resolver's question: DO, no RD, with and without its cookie. */
	{ { .name = "www.example.com.",
	      .qtype = ZT_RR_A,
	      .id = 7,
	      .flags = ZT_DNS_CD,
	      .edns_size = 1232,
	      .edns_flags = DO,
	      .edns_options = COOKIE },
	    0 },
	/* A stub that trusts AD. */
	{ { NAME("www.example.com."), .edns_size = 1232 }, 0 },
	{ { AXFR, .id = 7 }, M(AXFR_PLAIN) },
	{ { AXFR, .id = 0 }, M(AXFR_ID_ZERO) },
	{ { AXFR, .id = 0xdead }, M(AXFR_ID_DEAD) },
	{ { AXFR, .id = 7, .flags = ZT_DNS_RD }, M(AXFR_RD) },
	{ { AXFR, .id = 7, .flags = ZT_DNS_RD | ZT_DNS_AD }, M(AXFR_RD_AD) },
	{ { AXFR, .id = 7, .edns_size = 1232, .edns_options = 1u << 9 },
	    M(AXFR_EXPIRE) },
	{ { AXFR, .id = 7, .flags = ZT_DNS_AD, .edns_size = 1232,
	      .edns_options = COOKIE },
	    M(DIG_QUERY) },
	{ { .name = "example.com.",
	      .qtype = ZT_RR_IXFR,
	      .id = 7,
	      .tcp = true,
	      .edns_size = 1232,
	      .edns_options = COOKIE },
	    M(IXFR_COOKIE) },
	{ { .name = "example.com.",
	      .qtype = ZT_RR_IXFR,
	      .id = 7,
	      .tcp = true,
	      .edns_size = 1232,
	      .edns_options = COOKIE | 1u << 9 },
	    0 },
	{ { NAME("www.example.com."), .edns_size = 1232, .edns_flags = DO,
	      .edns_options = COOKIE },
	    M(DELV_QUERY) },
	/* The same with DF is somebody else. */
	{ { NAME("www.example.com."), .edns_size = 1232, .edns_flags = DO,
	      .edns_options = COOKIE, .df = true },
	    0 },
	{ { NAME("*.example.com.") }, M(PROBE_STAR) },
	{ { NAME("12345678901.example.com.") }, M(PROBE_DIGITS_11) },
	{ { NAME("12345678901.xyz.") }, M(PROBE_DIGITS_XYZ) },
	/* Passed on by a resolver. */
	{ { .name = "12345678901.example.com.",
	      .qtype = ZT_RR_A,
	      .id = 7,
	      .edns_size = 1232 },
	    0 },
	{ { .name = "xx--abcdefghij0123456789--xx.example.com.",
	      .qtype = ZT_RR_A,
	      .id = 7,
	      .edns_size = 512 },
	    M(PROBE_FRAMED) },
	{ { .name = "xn--nameservertest.iis.se.",
	      .qtype = ZT_RR_A,
	      .id = 7,
	      .edns_size = 512 },
	    M(NAME_IIS_TEST) },
	{ { .name = "www.google.com.", .qtype = ZT_RR_NS, .id = 7, .flags = ZT_DNS_RD },
	    M(GOOGLE_NS) },
	{ { .name = "www.google.com.", .qtype = ZT_RR_A, .id = 7, .flags = ZT_DNS_RD },
	    0 },
	{ { .name = "_imap.tcp.example.com.",
	      .qtype = ZT_RR_SRV,
	      .id = 7,
	      .flags = ZT_DNS_RD },
	    M(SRV_MISSPELT) },
	{ { .name = "_imap._tcp.example.com.",
	      .qtype = ZT_RR_SRV,
	      .id = 7,
	      .flags = ZT_DNS_RD },
	    0 },
	{ { .name = "example.com.", .qtype = ZT_RR_SOA, .id = 7 }, M(SOA_ITERATIVE) },
	{ { .name = "etaoinsh.example.com.",
	      .qtype = ZT_RR_NSEC3,
	      .id = 7,
	      .flags = ZT_DNS_RD },
	    M(PROBE_NSEC3) },
	{ { .name = "example.com.",
	      .qtype = ZT_RR_ANY,
	      .id = 7,
	      .tcp = true,
	      .flags = ZT_DNS_RD },
	    M(ANY_TCP) },
};

START_TEST(question_shows_its_marks_and_no_others)
{
	const struct marked *marked = &questions[_i];
	uint64_t marks = zt_marks_of(build(&marked->asked, T0));

	ck_assert_msg(
	    marks == marked->marks, "%d: %llx", _i, (unsigned long long)marks);
}
END_TEST

START_TEST(answer_that_stands_for_a_question_shows_less)
{
	struct asked asked = { AXFR, .id = 0xdead, .flags = ZT_DNS_RD };
	struct zt_event *event = build(&asked, T0);

	event->kind = ZT_EVENT_RESPONSE;
	event->flags |= ZT_EF_STANDS_FOR_QUERY;
	ck_assert_uint_eq(zt_marks_of(event), M(AXFR_ID_DEAD));
	event = build(&dig, T0);
	event->kind = ZT_EVENT_RESPONSE;
	event->flags |= ZT_EF_STANDS_FOR_QUERY;
	ck_assert_uint_eq(zt_marks_of(event), 0);
}
END_TEST

START_TEST(version_question_tells_nmap_and_masscan_apart)
{
	struct asked asked = { .name = "version.bind.",
		.qtype = ZT_RR_TXT,
		.id = 0x7777,
		.flags = ZT_DNS_RD };
	struct zt_event *event = build(&asked, T0);

	event->qclass = ZT_CLASS_CH;
	ck_assert_uint_eq(zt_marks_of(event), M(VERSION_ID_7777));
	event->dns_id = 7;
	event->dns_flags |= ZT_DNS_AD;
	event->ip_ttl = 128;
	ck_assert_uint_eq(zt_marks_of(event), 0);
	event->ip_ttl = 129;
	ck_assert_uint_eq(zt_marks_of(event), M(VERSION_RAW));
}
END_TEST

START_TEST(label_that_ends_in_a_zero_byte_is_a_mark)
{
	struct asked asked = { NAME("wwwx.example.com.") };
	struct zt_event *event = build(&asked, T0);
	uint8_t *name = (uint8_t *)(event + 1);

	name[4] = 0; /* "www\000" */
	ck_assert_uint_eq(zt_marks_of(event), M(LABEL_ZERO));
	event = build(&asked, T0);
	name[1] = 0; /* "\000www": only the end counts. */
	ck_assert_uint_eq(zt_marks_of(event), 0);
}
END_TEST

START_TEST(status_without_a_question_is_a_mark)
{
	struct asked asked = { .name = ".", .qtype = 0, .flags = 2u << 11 };
	struct zt_event *event = build(&asked, T0);

	ck_assert_uint_eq(zt_marks_of(event), 0);
	event->name_len = 0;
	ck_assert_uint_eq(zt_marks_of(event), M(STATUS_EMPTY));
}
END_TEST

/* The table. */

static const char *
named(uint64_t features)
{
	struct zt_alert_tool tool = { 0 };

	zt_fingerprint_judge(features, &tool);
	return tool.name != NULL ? tool.name : "unknown";
}

START_TEST(tool_score_is_that_of_independent_evidence)
{
	struct zt_alert_tool tool = { 0 };

	/* 1 - (1 - 0.75) * (1 - 0.3) */
	zt_fingerprint_judge(M(LABEL_ZERO) | M(FLAGS_RD_CD), &tool);
	ck_assert_str_eq(tool.name, "ldns-walk");
	ck_assert_uint_eq(tool.score_ppm, 825000);
	ck_assert_uint_eq(tool.n_because, 2);
	ck_assert_str_eq(tool.because[0], "labels that end in a zero byte");
}
END_TEST

START_TEST(tool_is_not_named_by_any_weak_habit_or_all_of_them)
{
	uint64_t weak = M(PLAIN_DF) | M(A_ONLY) | M(ALPHABETICAL) | M(PORTS_KEPT) |
			M(AXFR_RD) | M(LIST_TOP);

	ck_assert_str_eq(named(0), "unknown");
	ck_assert_str_eq(named(M(PLAIN_DF)), "unknown");
	ck_assert_str_eq(named(M(PLAIN_NO_DF)), "unknown");
	ck_assert_str_eq(named(M(AXFR_PLAIN)), "unknown");
	ck_assert_str_eq(named(M(AXFR_RD)), "unknown");
	ck_assert_str_eq(named(weak), "unknown");
}
END_TEST

START_TEST(tool_is_not_named_by_a_shape_that_others_share)
{
	ck_assert_str_eq(named(M(PROBE_HEX_32) | M(PLAIN_DF)), "unknown");
	ck_assert_str_eq(named(M(PROBE_UUID_4)), "unknown");
	ck_assert_str_eq(named(M(PROBE_DIGITS_16) | M(PLAIN_DF)), "unknown");
	ck_assert_str_eq(named(M(PROBE_UUID_4) | M(EDNS_GO)), "gobuster");
}
END_TEST

START_TEST(tool_is_not_named_when_two_fit_about_equally)
{
	/* dnsmap 0.6, dnsrecon 0.6 */
	ck_assert_str_eq(named(M(PROBE_DIGITS_XYZ)), "dnsmap");
	ck_assert_str_eq(named(M(PROBE_DIGITS_XYZ) | M(GOOGLE_NS)), "unknown");
}
END_TEST

START_TEST(tool_is_not_named_of_a_source_that_asks_as_resolvers_do)
{
	ck_assert_str_eq(named(M(SRV_MISSPELT)), "dnsrecon");
	ck_assert_str_eq(named(M(SRV_MISSPELT) | M(ITERATIVE)), "unknown");
	ck_assert_str_eq(named(M(PROBE_FRAMED) | M(ITERATIVE)), "zonemaster");
}
END_TEST

START_TEST(tool_because_holds_the_six_loudest)
{
	struct zt_alert_tool tool = { 0 };
	uint64_t all = M(PROBE_STAR) | M(PROBE_LETTERS_12) | M(LIST_DNSENUM) |
		       M(AXFR_RD) | M(PORTS_KEPT) | M(A_ONLY) | M(PLAIN_DF);

	zt_fingerprint_judge(all, &tool);
	ck_assert_str_eq(tool.name, "dnsenum");
	ck_assert_uint_eq(tool.n_because, ZT_ALERT_BECAUSE_MAX);
	ck_assert_str_eq(tool.because[0], "list that starts with 1003 1025 1027");
	ck_assert_str_eq(tool.because[1], "asked for a literal star");
	for (unsigned i = 0; i < tool.n_because; i++)
		ck_assert_ptr_nonnull(tool.because[i]);
}
END_TEST

START_TEST(tool_of_features_at_random_keeps_its_bounds)
{
	uint64_t x = 88172645463325252u;

	for (unsigned i = 0; i < 200000; i++) {
		struct zt_alert_tool tool = { 0 };
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		zt_fingerprint_judge(i % 2 == 0 ? x : x & x >> 3, &tool);
		if (tool.name == NULL)
			continue;
		ck_assert_uint_ge(tool.score_ppm, ZT_FINGERPRINT_LIMIT_PPM);
		ck_assert_uint_le(tool.score_ppm, 1000000);
		ck_assert_uint_ge(tool.n_because, 1);
	}
}
END_TEST

/* The engine. */

START_TEST(source_without_marks_leaves_no_fingerprint)
{
	struct asked asked = { NAME("www.example.com."), .port = 40000, .df = true };

	for (unsigned i = 0; i < 1000; i++) {
		asked.id = (uint16_t)(i * 40503u);
		asked.port++;
		ask(&asked, T0 + i);
	}
	ck_assert_uint_eq(zt_engine_stats(engine)->tracks_created, 0);
}
END_TEST

START_TEST(alert_that_opens_names_dig_by_the_question_that_opens_it)
{
	params.rules[ZT_RULE_type_enumeration].queries = 0;
	zt_engine_free(&engine);
	engine = zt_engine_new(&params, keep, NULL);
	ask(&dig, T0);
	ck_assert_uint_eq(n_alerts, 1);
	ck_assert_str_eq(alerts[0].tool.name, "dig");
	ck_assert_uint_eq(alerts[0].tool.score_ppm, 850000);
	ck_assert_uint_eq(alerts[0].tool.n_because, 1);
}
END_TEST

START_TEST(alert_of_an_unknown_program_has_no_tool)
{
	struct asked asked = { NAME("example.com."), .port = 40000, .df = true };

	asked.qtype = ZT_RR_MX;
	for (unsigned i = 0; i < 200; i++) {
		asked.id = (uint16_t)(i * 40503u + 77);
		asked.port = (uint16_t)(40000 + i);
		ask(&asked, T0 + i);
	}
	zt_engine_finish(engine);
	ck_assert_uint_ge(n_alerts, 2);
	ck_assert_uint_le(n_alerts, KEPT);
	for (size_t i = 0; i < n_alerts; i++)
		ck_assert_ptr_null(alerts[i].tool.name);
}
END_TEST

/* One question more or less decides: ids need three questions from new ports. */
START_TEST(alert_names_nmap_by_an_id_that_never_changes)
{
	struct asked asked = { NAME("example.com."), .df = true };

	asked.id = 1;
	asked.qtype = ZT_RR_MX;
	for (unsigned i = 0; i < 10; i++) {
		asked.port = (uint16_t)(_i == 0 ? 40000 + i : 40000);
		ask(&asked, T0 + i);
	}
	zt_engine_finish(engine);
	const struct zt_alert *last = &alerts[n_alerts - 1];
	ck_assert_int_eq(last->event, ZT_ALERT_CLOSE);
	if (_i == 0)
		ck_assert_str_eq(last->tool.name, "nmap");
	else
		ck_assert_ptr_null(last->tool.name);
}
END_TEST

START_TEST(alert_names_dnsx_by_ids_kept_from_type_to_type)
{
	static const uint16_t types[] = { ZT_RR_MX, ZT_RR_NS, ZT_RR_TXT };
	char name[40];
	struct asked asked = {
		.name = name, .flags = ZT_DNS_RD, .edns_size = 4096, .df = true
	};

	/* Eight names at once, type by type. */
	for (unsigned i = 0; i < 3 * 8 * 40; i++) {
		unsigned host = i / 24 * 8 + i % 8;
		snprintf(name, sizeof(name), "n%u.example.com.", host);
		asked.qtype = types[i / 8 % 3];
		asked.id = (uint16_t)((_i == 0 ? host : i) * 40503u + 99);
		asked.port = (uint16_t)(33000 + i);
		ask(&asked, T0 + i);
	}
	zt_engine_finish(engine);
	const struct zt_alert *last = &alerts[n_alerts - 1];
	if (_i == 0)
		ck_assert_str_eq(last->tool.name, "dnsx");
	else
		ck_assert_ptr_null(last->tool.name);
}
END_TEST

START_TEST(fingerprint_is_forgotten_after_its_horizon)
{
	struct asked asked = { NAME("*.example.com.") };

	ask(&asked, T0);
	ck_assert_uint_eq(zt_engine_stats(engine)->tracks_live, 1);
	zt_engine_feed(engine,
	    zt_event_builder_tick(&builder, T0 + ZT_FINGERPRINT_HORIZON_NS - 1));
	ck_assert_uint_eq(zt_engine_stats(engine)->tracks_live, 1);
	zt_engine_feed(engine,
	    zt_event_builder_tick(&builder, T0 + ZT_FINGERPRINT_HORIZON_NS + ZT_S(1)));
	ck_assert_uint_eq(zt_engine_stats(engine)->tracks_live, 0);
}
END_TEST

static void
add_marks(Suite *suite)
{
	TCase *tcase = tcase_create("marks");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, question_shows_its_marks_and_no_others, 0,
	    sizeof(questions) / sizeof(questions[0]));
	tcase_add_test(tcase, answer_that_stands_for_a_question_shows_less);
	tcase_add_test(tcase, version_question_tells_nmap_and_masscan_apart);
	tcase_add_test(tcase, label_that_ends_in_a_zero_byte_is_a_mark);
	tcase_add_test(tcase, status_without_a_question_is_a_mark);
	suite_add_tcase(suite, tcase);
}

static void
add_table(Suite *suite)
{
	TCase *tcase = tcase_create("table");

	tcase_add_test(tcase, tool_score_is_that_of_independent_evidence);
	tcase_add_test(tcase, tool_is_not_named_by_any_weak_habit_or_all_of_them);
	tcase_add_test(tcase, tool_is_not_named_by_a_shape_that_others_share);
	tcase_add_test(tcase, tool_is_not_named_when_two_fit_about_equally);
	tcase_add_test(tcase, tool_is_not_named_of_a_source_that_asks_as_resolvers_do);
	tcase_add_test(tcase, tool_because_holds_the_six_loudest);
	tcase_add_test(tcase, tool_of_features_at_random_keeps_its_bounds);
	suite_add_tcase(suite, tcase);
}

static void
add_engine(Suite *suite)
{
	TCase *tcase = tcase_create("engine");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, source_without_marks_leaves_no_fingerprint);
	tcase_add_test(tcase, alert_that_opens_names_dig_by_the_question_that_opens_it);
	tcase_add_test(tcase, alert_of_an_unknown_program_has_no_tool);
	tcase_add_loop_test(tcase, alert_names_nmap_by_an_id_that_never_changes, 0, 2);
	tcase_add_loop_test(
	    tcase, alert_names_dnsx_by_ids_kept_from_type_to_type, 0, 2);
	tcase_add_test(tcase, fingerprint_is_forgotten_after_its_horizon);
	suite_add_tcase(suite, tcase);
}

int
main(void)
{
	Suite *suite = suite_create("fingerprint");

	add_marks(suite);
	add_table(suite);
	add_engine(suite);
	return zt_suite_run(suite);
}
