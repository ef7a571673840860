/* The alert documents: full, empty and hostile alerts against the schema, and the texts
 * that they are made of. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "schema_check.h"
#include "sensor/alert_text.h"
#include "sensor/community_id.h"
#include "sensor/formats.h"
#include "sensor/health.h"
#include "suite.h"

static struct zt_interfaces *interfaces;
static json_t *schema;

static void
setup(void)
{
	char path[1024];
	const char *source = getenv("ZT_SOURCE_DIR");

	(void)snprintf(path, sizeof(path), "%s/sensor/alert.schema.json",
	    source != NULL ? source : ".");
	schema = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_msg(schema != NULL, "cannot read %s", path);
	interfaces = zt_interfaces_new();
	ck_assert_uint_eq(zt_interfaces_add(interfaces, "eth0", 4), 1);
}

static void
teardown(void)
{
	zt_interfaces_free(&interfaces);
	json_decref(schema);
}

/* The least that an alert holds. */
static struct zt_alert
bare_alert(void)
{
	struct zt_alert alert = {
		.ts_ns = 1767323045678901234, /* 2026-01-02T03:04:05.678901234Z */
		.id = "0123456789abcdef",
		.rule = "type-enumeration",
		.title = "Record types enumerated",
		.severity = ZT_LEVEL_MEDIUM,
		.confidence = ZT_LEVEL_LOW,
		.risk = 70,
		.technique = "T1590.002",
		.tactic = "TA0043",
		.family = 4,
		.source = { 203, 0, 113, 9 },
		.prefix_len = 24,
	};

	return alert;
}

/* The longest name there is, every byte of which takes the most room in JSON. */
static void
longest_name(struct zt_alert_name *name)
{
	uint8_t *p = name->wire;

	for (unsigned label = 0; label < 4; label++) {
		unsigned len = label < 3 ? 63 : 61;
		*p++ = (uint8_t)len;
		memset(p, label % 2 == 0 ? 0x1b : '"', len);
		p += len;
	}
	*p++ = 0;
	name->len = (uint8_t)(p - name->wire);
	ck_assert_uint_eq(name->len, 255);
}

static struct zt_alert
full_alert(void)
{
	struct zt_alert alert = bare_alert();
	struct zt_transfer *t = &alert.transfer;

	alert.event = ZT_ALERT_UPDATE;
	alert.source_port = 40001;
	alert.have_server = true;
	memcpy(alert.server, (uint8_t[]){ 192, 0, 2, 53 }, 4);
	alert.server_port = 53;
	alert.transport = 6;
	alert.n_vlan = 2;
	alert.vlan[0] = 100;
	alert.vlan[1] = 4095;
	alert.interface = 1;
	alert.have_origin = alert.origin_tunnel = alert.origin_ecs = true;
	alert.origin.tunnel_kind = ZT_TUNNEL_VXLAN;
	alert.origin.tunnel_id = 4096;
	alert.origin.outer_family = 4;
	alert.origin.outer_src[0] = 10;
	alert.origin.ecs_family = 6;
	alert.origin.ecs_bits = 56;
	alert.origin.ecs_addr[0] = 0x20;
	memcpy(alert.zone.wire, "\7example\3com", 13);
	alert.zone.len = 13;
	alert.have_transfer = true;
	t->kind = ZT_TRANSFER_IXFR;
	t->verdict = ZT_VERDICT_COMPLETE;
	t->records = 312;
	t->started_ns = 1000000000;
	t->last_ns = 1012000000;
	t->flags = ZT_TF_HAVE_TO | ZT_TF_TSIG;
	t->serial_to = 2026010101;
	t->n_types = 1;
	t->types[0].type = ZT_RR_A;
	t->types[0].count = 210;
	t->tsig.key_len = 5;
	memcpy(t->tsig.key, "\3xfr", 5);
	t->providers = 1;
	t->n_samples = 2;
	t->sample_len = 8;
	memcpy(t->samples, "\1a\1b\0\1c", 8);
	alert.window.present = true;
	alert.window.seconds = 600;
	alert.window.first_ns = 1;
	alert.window.n_types = 1;
	alert.window.types[0].code = ZT_RR_MX;
	alert.window.n_rcodes = 1;
	alert.window.rcodes[0].code = ZT_RCODE_NXDOMAIN;
	alert.window.rcodes[0].count = 12;
	alert.window.names_estimated = true;
	alert.window.names_error_ppm = 16250;
	alert.learned = (struct zt_alert_learned){ .present = true,
		.names_found = 3,
		.addresses = 2,
		.private_addresses = 1,
		.providers = 1,
		.intervals = 40,
		.have_share = true,
		.share_ppm = 250000,
		.n_samples = 2,
		.samples = { { 4, { 10, 0, 0, 1 } }, { 6, { 0x20, 0x01 } } } };
	alert.tool.name = "dnsrecon";
	alert.tool.score_ppm = 900000;
	alert.tool.n_because = 1;
	alert.tool.because[0] = "SRV list order";
	memcpy(alert.campaign, "c1", 3);
	return alert;
}

/* The line as text and as JSON; it obeys the schema and is one line of plain ASCII. */
static json_t *
checked(const struct zt_alert *alert, size_t *len)
{
	const struct zt_format_context context = { "tap1", interfaces };
	char why[256];
	char *line = zt_format_native(alert, &context);

	ck_assert_ptr_nonnull(line);
	*len = strlen(line);
	for (const char *p = line; *p != '\0'; p++)
		ck_assert_msg(*p >= ' ' && *p <= '~', "byte 0x%02x", (unsigned char)*p);
	json_t *document = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_msg(document != NULL, "no JSON: %s", line);
	ck_assert_msg(
	    zt_schema_check(schema, document, why, sizeof(why)), "%s\n%s", why, line);
	free(line);
	return document;
}

static const char *
text_at(const json_t *document, const char *key)
{
	return json_string_value(json_object_get(document, key));
}

START_TEST(native_bare_alert_has_null_for_the_unknown)
{
	static const char *const nulls[] = { "server", "transport", "community_id",
		"vlan", "tunnel", "client_subnet", "zone", "verdict", "transfer",
		"window", "learned", "tool", "health", "interface", "campaign" };
	struct zt_alert alert = bare_alert();
	size_t len = 0;
	json_t *document = checked(&alert, &len);

	for (size_t i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++)
		ck_assert_msg(
		    json_is_null(json_object_get(document, nulls[i])), "%s", nulls[i]);
	ck_assert_str_eq(text_at(document, "time"), "2026-01-02T03:04:05.678901234Z");
	ck_assert_str_eq(text_at(document, "event"), "open");
	ck_assert_str_eq(text_at(document, "severity"), "medium");
	const json_t *source = json_object_get(document, "source");
	ck_assert_str_eq(text_at(source, "ip"), "203.0.113.9");
	ck_assert_str_eq(text_at(source, "prefix"), "203.0.113.0/24");
	ck_assert(json_is_null(json_object_get(source, "port")));
	json_decref(document);
}
END_TEST

/* What the sensor says about itself, for each blind spot. */
START_TEST(native_health_alert_has_no_source)
{
	const struct zt_health_text *text = zt_health_text((enum zt_blind_spot)_i);
	struct zt_alert alert = {
		.ts_ns = 1767323045678901234,
		.id = "0123456789abcdef",
		.rule = text->name,
		.title = text->title,
		.risk = text->risk,
		.interface = 1,
		.health = { .present = true,
		    .meaning = text->meaning,
		    .advice = text->advice,
		    .count = 3,
		    .of = 7,
		    .seconds = 60,
		    .subject = "eth0" },
	};
	size_t len = 0;

	json_t *document = checked(&alert, &len);
	ck_assert_str_eq(text_at(document, "rule"), text->name);
	ck_assert(json_is_null(json_object_get(document, "source")));
	ck_assert(json_is_null(json_object_get(document, "technique")));
	json_t *health = json_object_get(document, "health");
	ck_assert_str_eq(text_at(health, "subject"), "eth0");
	ck_assert_str_eq(text_at(health, "advice"), text->advice);
	ck_assert_int_eq(json_integer_value(json_object_get(health, "count")), 3);
	ck_assert_int_eq(json_integer_value(json_object_get(health, "of")), 7);
	json_decref(document);
	alert.health.subject[0] = '\0';
	document = checked(&alert, &len);
	health = json_object_get(document, "health");
	ck_assert(json_is_null(json_object_get(health, "subject")));
	json_decref(document);
}
END_TEST

START_TEST(native_full_alert_keeps_every_value)
{
	struct zt_alert alert = full_alert();
	const struct zt_format_context context = { "tap1", interfaces };
	size_t len = 0;
	json_t *document = checked(&alert, &len);

	json_decref(document);
	char *line = zt_format_native(&alert, &context);
	static const char *const parts[] = {
		"\"event\":\"update\",\"rule\":\"type-enumeration\"",
		"\"source\":{\"ip\":\"203.0.113.9\",\"port\":40001,",
		"\"server\":{\"ip\":\"192.0.2.53\",\"port\":53},\"transport\":\"tcp\"",
		"\"vlan\":[100,4095],\"tunnel\":{\"kind\":\"vxlan\",\"id\":4096,"
		"\"outer_source\":\"10.0.0.0\",\"outer_destination\":\"0.0.0.0\"}",
		"\"client_subnet\":\"2000::/56\",\"zone\":\"example.com.\","
		"\"verdict\":\"complete\"",
		"\"seconds\":0.012,\"serial_from\":null,\"serial_to\":2026010101,"
		"\"types\":{\"A\":210},\"tsig\":{\"key\":\"xfr.\",\"algorithm\":null,",
		"\"samples\":[\"a.b.\",\"c.\"]}",
		"\"types\":[\"MX\"],\"first\":\"1970-01-01T00:00:00.000000001Z\","
		"\"last\":null,\"rcodes\":{\"NXDOMAIN\":12},\"samples\":[],"
		"\"names_error\":0.01625},\"learned\":{\"names_found\":3,"
		"\"names_absent\":0,\"addresses\":2,\"private_addresses\":1,"
		"\"samples\":[\"10.0.0.1\",\"2001::\"],\"mail_hosts\":0,\"providers\":[",
		"],\"intervals\":40,\"zone_share\":0.25,\"error\":0.0,\"at_least\":false}",
		"\"tool\":{\"name\":\"dnsrecon\",\"score\":0.9,\"because\":"
		"[\"SRV list order\"]}",
		"\"sensor\":\"tap1\",\"interface\":\"eth0\",\"campaign\":\"c1\"}",
	};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		ck_assert_msg(
		    strstr(line, parts[i]) != NULL, "%s\nnot in\n%s", parts[i], line);
	free(line);
}
END_TEST

/* O01, O02. */
START_TEST(native_hostile_names_stay_one_short_line)
{
	struct zt_alert alert = full_alert();
	size_t len = 0;

	longest_name(&alert.zone);
	alert.window.n_samples = ZT_ALERT_SAMPLES_MAX;
	for (unsigned i = 0; i < ZT_ALERT_SAMPLES_MAX; i++)
		longest_name(&alert.window.samples[i]);
	alert.transfer.tsig.key_len = alert.zone.len;
	memcpy(alert.transfer.tsig.key, alert.zone.wire, alert.zone.len);
	json_t *document = checked(&alert, &len);
	ck_assert_uint_le(len, 8192);
	json_decref(document);
}
END_TEST

START_TEST(native_samples_that_run_out_of_their_bytes_are_left_out)
{
	struct zt_alert alert = full_alert();
	size_t len = 0;

	alert.transfer.n_samples = 9; /* and there are only two, the second one cut */
	alert.transfer.sample_len = 7;
	json_t *document = checked(&alert, &len);
	const json_t *samples =
	    json_object_get(json_object_get(document, "transfer"), "samples");
	ck_assert_uint_eq(json_array_size(samples), 1);
	json_decref(document);
}
END_TEST

START_TEST(schema_refuses_what_it_does_not_know)
{
	struct zt_alert alert = full_alert();
	char why[256];
	size_t len = 0;
	json_t *document = checked(&alert, &len);

	json_object_set_new(document, "surprise", json_true());
	ck_assert(!zt_schema_check(schema, document, why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "'surprise' is not known"));
	json_object_del(document, "surprise");
	json_object_set_new(document, "risk", json_integer(101));
	ck_assert(!zt_schema_check(schema, document, why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "$.risk"));
	json_object_set_new(document, "risk", json_integer(100));
	ck_assert(zt_schema_check(schema, document, why, sizeof(why)));
	json_object_del(document, "rule");
	ck_assert(!zt_schema_check(schema, document, why, sizeof(why)));
	json_decref(document);
}
END_TEST

static const struct {
	uint64_t ns;
	const char *text;
} times[] = {
	{ 0, "1970-01-01T00:00:00.000000000Z" },
	{ 951782399999999999, "2000-02-28T23:59:59.999999999Z" },
	{ 951782400000000000, "2000-02-29T00:00:00.000000000Z" },
	{ 4107542399000000000, "2100-02-28T23:59:59.000000000Z" },
	{ 4107542400000000000, "2100-03-01T00:00:00.000000000Z" }, /* no leap year */
	{ UINT64_MAX, "2554-07-21T23:34:33.709551615Z" },
};

START_TEST(time_text_is_the_calendar_day)
{
	char text[ZT_TIME_TEXT_SIZE];

	ck_assert_str_eq(zt_time_text(times[_i].ns, text), times[_i].text);
}
END_TEST

static const struct {
	uint8_t bits;
	const char *text;
} prefixes[] = {
	{ 0, "::/0" },
	{ 1, "8000::/1" },
	{ 63, "ffff:ffff:ffff:fffe::/63" },
	{ 64, "ffff:ffff:ffff:ffff::/64" },
	{ 128, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128" },
};

START_TEST(prefix_text_has_host_bits_cleared)
{
	char text[ZT_ADDRESS_TEXT_SIZE];
	uint8_t addr[16];

	memset(addr, 0xff, sizeof(addr));
	ck_assert_str_eq(
	    zt_prefix_text(6, addr, prefixes[_i].bits, text), prefixes[_i].text);
}
END_TEST

/* The example of the Community ID specification; both directions have one name. */
START_TEST(community_id_is_the_same_in_both_directions)
{
	static const uint8_t a[] = { 128, 232, 110, 120 };
	static const uint8_t b[] = { 66, 35, 250, 204 };
	struct zt_flow_ends there = { a, b, 34855, 80, 4, 6 };
	struct zt_flow_ends back = { b, a, 80, 34855, 4, 6 };
	char text[ZT_COMMUNITY_ID_SIZE];

	ck_assert_str_eq(
	    zt_community_id(&there, text), "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
	ck_assert_str_eq(
	    zt_community_id(&back, text), "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
}
END_TEST

#define N(array) ((int)(sizeof(array) / sizeof((array)[0])))

int
main(void)
{
	Suite *suite = suite_create("format");
	TCase *native = tcase_create("native");
	TCase *texts = tcase_create("texts");

	tcase_add_checked_fixture(native, setup, teardown);
	tcase_add_test(native, native_bare_alert_has_null_for_the_unknown);
	tcase_add_loop_test(
	    native, native_health_alert_has_no_source, 0, ZT_N_BLIND_SPOTS);
	tcase_add_test(native, native_full_alert_keeps_every_value);
	tcase_add_test(native, native_hostile_names_stay_one_short_line);
	tcase_add_test(native, native_samples_that_run_out_of_their_bytes_are_left_out);
	tcase_add_test(native, schema_refuses_what_it_does_not_know);
	tcase_add_loop_test(texts, time_text_is_the_calendar_day, 0, N(times));
	tcase_add_loop_test(texts, prefix_text_has_host_bits_cleared, 0, N(prefixes));
	tcase_add_test(texts, community_id_is_the_same_in_both_directions);
	suite_add_tcase(suite, native);
	suite_add_tcase(suite, texts);
	return zt_suite_run(suite);
}
