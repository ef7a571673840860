/* Texts: what is accepted, what is refused, and the exact words with line and column. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "suite.h"

#define N_CASES(cases) ((int)(sizeof(cases) / sizeof((cases)[0])))

#define ADDRESS_HINT \
	"is not an address; write for example 192.0.2.0/24 or 2001:db8::/32"

static const struct {
	const char *text;
	const char *error;
} refusals[] = {
	{ "detect:\n  memory: 10MiB\n",
	    "f:2:11: detect.memory: 10MiB is below 16MiB; allowed is 16MiB to 64GiB" },
	{ "detect:\n  memory: 65GiB\n",
	    "f:2:11: detect.memory: 65GiB is above 64GiB; allowed is 16MiB to 64GiB" },
	{ "detect: {rules: {type-enumeration: {queries: 18446744073709551616}}}\n",
	    "f:1:46: detect.rules.type-enumeration.queries: 18446744073709551616 is above "
	    "100000; allowed is 1 to 100000" },
	{ "detect:\n  prefix_v4: -1\n",
	    "f:2:14: detect.prefix_v4: -1 is not a whole number; write digits only" },
	{ "ports: [53, 65536]\n",
	    "f:1:13: ports: 65536 is above 65535; allowed is 1 to 65535" },
	{ "ports: [53, 53]\n",
	    "f:1:13: ports: 53 is in the list twice; write it once" },
	{ "ports: []\n", "f:1:8: ports: has 0 items; allowed is 1 to 16" },
	{ "ports:\n", "f:1:7: ports: has 0 items; allowed is 1 to 16" },
	{ "ports: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]\n",
	    "f:1:8: ports: has 17 items; allowed is 1 to 16" },
	{ "ports: 53\n",
	    "f:1:8: ports: found a single value; write a list such as [53, 5353]" },
	{ "ports: {53: 54}\n",
	    "f:1:8: ports: found a map; write a list such as [53, 5353]" },
	{ "ports: [[53]]\n", "f:1:9: ports: found a list; write a port number" },
	{ "internal:\n  - 10.0.0.1/8\n",
	    "f:2:5: internal: 10.0.0.1/8 has bits set behind the prefix length; write "
	    "10.0.0.0/8" },
	{ "internal: [\"\"]\n", "f:1:12: internal: \"\" " ADDRESS_HINT },
	{ "internal: [a: b]\n",
	    "f:1:12: internal: found a map; write an address or network such as "
	    "192.0.2.0/24, IPv6 in quotes" },
	{ "external_only: yes\n",
	    "f:1:16: external_only: yes is neither true nor false; write true or false" },
	{ "external_only:\n",
	    "f:1:15: external_only: has no value; write true or false, or leave the line "
	    "out" },
	{ "external_only: ~\n",
	    "f:1:16: external_only: has no value; write true or false, or leave the line "
	    "out" },
	{ "external_only: [true]\n",
	    "f:1:16: external_only: found a list; write true or false" },
	{ "sensor_name: \"a\\0b\"\n",
	    "f:1:14: found a NUL character in a text; leave it out" },
	{ "interfaces: [abcdefghijklmnop]\n",
	    "f:1:14: interfaces: abcdefghijklmnop has 16 bytes; allowed is 1 to 15 bytes" },
	{ "interfaces: [eth0, eth1, eth0]\n",
	    "f:1:26: interfaces: eth0 is in the list twice; write it once" },
	{ "interfaces: [../x]\n",
	    "f:1:13: interfaces: ../x has a blank or a slash; \"ip link\" shows the right "
	    "names" },
	{ "interfaces: [\"\\e[31m\"]\n", /* a terminal escape must not come out */
	    NULL },
	{ "prots: [53]\n", "f:1:1: prots: unknown key; did you mean ports?" },
	{ "detect:\n  memroy: 1GiB\n",
	    "f:2:3: detect.memroy: unknown key; did you mean memory?" },
	{ "detect:\n  rules:\n    type-enum: {}\n",
	    "f:3:5: detect.rules.type-enum: unknown key; did you mean type-enumeration?" },
	{ "memory: 1GiB\n",
	    "f:1:1: memory: unknown key; perhaps detect.memory is meant" },
	{ "sensor:\n  xyz: 1\n", "f:2:3: sensor.xyz: unknown key; known here: ring, " },
	{ "\"\": 1\n", "f:1:1: \"\": unknown key; known here: interfaces, " },
	{ "detect:\n  memory: 1GiB\n  memory: 2GiB\n",
	    "f:3:3: key memory is here twice; the first is in line 2" },
	{ "detect: {}\nports: [53]\ndetect: {}\n",
	    "f:3:1: key detect is here twice; the first is in line 1" },
	{ "detect: [1]\n",
	    "f:1:9: detect: found a list; write lines of the form \"key: value\"" },
	{ "hello\n", "f:1:1: found a value; write lines of the form \"key: value\"" },
	{ "- ports\n", "f:1:1: found a list; write lines of the form \"key: value\"" },
	{ "zones:\n  - secondaries: []\n",
	    "f:2:5: zones: the key name is missing; write name: example.com" },
	{ "zones:\n  - example.com\n",
	    "f:2:5: zones: found a value; write lines of the form \"key: value\"" },
	{ "zones:\n  - {name: a, nam: b}\n",
	    "f:2:15: zones.nam: unknown key; did you mean name?" },
	{ "zones:\n  - name: a..b\n",
	    "f:2:11: zones.name: a..b has an empty label; write one dot between labels" },
	{ "zones:\n  - name: x.example\n  - name: b\n  - name: X.EXAMPLE.\n",
	    "f:4:5: zones: x.example. is here twice, first in line 2; write one entry" },
	{ "scanners: [{from: 2026-01-01T00:00:00Z}]\n",
	    "f:1:12: scanners: the key networks is missing; write networks: "
	    "[198.51.100.0/28]" },
	{ "scanners:\n  - networks: [192.0.2.1]\n    from: 2026-01-02T00:00:00Z\n"
	  "    until: 2026-01-02T00:00:00Z\n",
	    "f:4:12: scanners.until: until is not after from; write a later time" },
	{ "scanners:\n  - networks: [192.0.2.1]\n    until: 1970-01-01T00:00:00Z\n",
	    NULL },
	{ "detect:\n\tmemory: 1GiB\n",
	    "f:2:1: found a tab; YAML is indented with blanks" },
	{ "&a ports: [53]\n",
	    "f:1:1: found an anchor (&...); write the value out where it is needed" },
	{ "ports: &a [53]\n",
	    "f:1:8: found an anchor (&...); write the value out where it is needed" },
	{ "detect: &a {}\n",
	    "f:1:9: found an anchor (&...); write the value out where it is needed" },
	{ "ports: *a\n",
	    "f:1:8: found an alias (*...); write the value out, or put it in quotes" },
	{ "*a : 1\n",
	    "f:1:1: found an alias (*...); write the value out, or put it in quotes" },
	{ "ports: !!seq [53]\n",
	    "f:1:8: found a tag (!...); write the value without it" },
	{ "%YAML 1.1\n---\nports: [53]\n",
	    "f:1:1: found a directive (%...); leave the line out" },
	{ "---\nports: [53]\n---\nports: [54]\n",
	    "f:3:1: a second document starts here; keep everything in one" },
	{ "? [53]\n: 1\n",
	    "f:1:3: found a list or map in the place of a key; put IPv6 addresses and "
	    "brackets in quotes" },
	{ "internal: [::1]\n",
	    "f:1:12: not YAML: did not find expected node content (while parsing a flow "
	    "node that began in line 1); check indentation, and quotes around what has "
	    "colons" },
	{ "ports: [53\n",
	    "f:2:1: not YAML: did not find expected ',' or ']' (while parsing a flow "
	    "sequence that began in line 1); check indentation, and quotes around what has "
	    "colons" },
	{ "a: [[[[[[[[1]]]]]]]]\n",
	    "f:1:11: more than 8 lists and maps inside of one another; no setting is so "
	    "deep" },
	{ "outputs: [{type: pipe}]\n",
	    "f:1:18: outputs.type: pipe is unknown; write one of file, stdout, unix, "
	    "unix-datagram, syslog, journal" },
	{ "outputs: [{path: /x}]\n",
	    "f:1:11: outputs: the key type is missing; write type: file" },
	{ "outputs: [{type: unix}]\n",
	    "f:1:18: outputs.type: an output of type unix needs a path; write path: /..." },
	{ "outputs: [{type: file, path: x}]\n",
	    "f:1:30: outputs.path: x does not begin with /; write the whole path" },
	{ "outputs: [{type: stdout, path: /x}]\n",
	    "f:1:32: outputs.path: standard output has no path; use type: file" },
	{ "outputs: [{type: stdout, keep: 0}]\n",
	    "f:1:32: outputs.keep: 0 is below 1; allowed is 1 to 1000" },
	{ "outputs: [{type: stdout, rotate_size: 1}]\n",
	    "f:1:39: outputs.rotate_size: only an output of type file is rotated; take it "
	    "out" },
	{ "outputs: [{type: syslog, address: \"log.example:601\"}]\n",
	    "f:1:35: outputs.address: log.example:601 is no address and port; write "
	    "192.0.2.1:601 or [2001:db8::1]:601, names are not looked up" },
	{ "outputs: [{type: syslog, address: \"192.0.2.1:0\"}]\n",
	    "f:1:35: outputs.address: 192.0.2.1:0 is no address and port; write "
	    "192.0.2.1:601 or [2001:db8::1]:601, names are not looked up" },
	{ "outputs: [{type: journal, address: \"192.0.2.1:601\"}]\n",
	    "f:1:36: outputs.address: only an output of type syslog without path has an "
	    "address; take one of them out" },
	{ "outputs: [{type: file, path: /x}, {type: file, path: /x, keep: 3}]\n",
	    "f:1:10: outputs: entries 1 and 2 are both file /x; write one of them" },
	{ "sensor_name: \xff\n",
	    "f:1:14: invalid leading UTF-8 octet; write the file as UTF-8 text" },
	/* Columns count characters: u with diaeresis is two bytes. */
	{ "sensor_name: \xc3\xbc\nports: [\"\xc3\xbc\", x]\n", NULL },
	{ "ports: [53]\r\nprots: [53]",
	    "f:2:1: prots: unknown key; did you mean ports?" },
	/* The byte order mark is not a character. */
	{ "\xef\xbb\xbfprots: [53]\n",
	    "f:1:1: prots: unknown key; did you mean ports?" },
};

/** Printable ASCII, one line. */
static bool
is_clean(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

/** The text is the expected one; one that ends with a blank is the beginning of a list. */
static void
assert_begins(const char *text, const char *expected)
{
	size_t n = strlen(expected);

	if (expected[n - 1] == ' ')
		ck_assert_msg(strncmp(text, expected, n) == 0, "%s", text);
	else
		ck_assert_str_eq(text, expected);
}

/* O04. */
START_TEST(text_with_a_mistake_is_refused_in_exact_words)
{
	struct zt_conf untouched;
	struct zt_conf *conf = &untouched;
	struct zt_err err = { "" };
	const char *text = refusals[_i].text;

	ck_assert_msg(zt_conf_parse("f", text, strlen(text), &conf, &err) == -EINVAL,
	    "accepted: %s", text);
	ck_assert_ptr_eq(conf, &untouched);
	if (refusals[_i].error != NULL)
		assert_begins(err.text, refusals[_i].error);
	ck_assert_msg(is_clean(err.text), "%s", err.text);
	ck_assert_int_eq(strncmp(err.text, "f:", 2), 0);
	ck_assert_int_eq(zt_conf_parse("f", text, strlen(text), &conf, NULL), -EINVAL);
}
END_TEST

/** Texts that say nothing that the defaults do not say. */
static const char *const plain[] = {
	"", "\n", "# a comment\n", "# no final newline", "---\n", "---\n...\n", "{}",
	"null\n", "detect:\ndissect: ~\n", "detect:\n  rules:\n",
	"detect:\n  rules:\n    zone-transfer:\n", "internal:\n", "internal: []\n",
	"ports: [53]", "ports:\r\n  - 53\r\n", "\"ports\": ['53']\n",
	"detect: {memory: 268435456}\n",
	"\xef\xbb\xbfports: [53]\n", /* byte order mark */
};

START_TEST(text_without_news_gives_the_defaults)
{
	struct zt_conf *conf = NULL;
	struct zt_err err = { "" };

	ck_assert_msg(
	    zt_conf_parse("f", plain[_i], strlen(plain[_i]), &conf, &err) == 0, "%s",
	    err.text);
	ck_assert_uint_eq(conf->ports.count, 1);
	ck_assert_uint_eq(conf->ports.items[0], 53);
	ck_assert_uint_eq(conf->internal.count, 0);
	ck_assert_uint_eq(conf->detect.memory_bytes, 268435456);
	ck_assert(conf->detect.rules[ZT_CONF_RULE_ZONE_TRANSFER].enabled);
	zt_conf_free(&conf);
}
END_TEST

/* The example of the design, as a user would write it. */
static const char policy[] =
    "interfaces: [eth0]\n"
    "ports: [53]\n"
    "internal: [10.0.0.0/8, 192.0.2.0/24, \"2001:db8:10::/48\"]\n"
    "external_only: true\n"
    "zones:                       # zones that are ours\n"
    "  - name: Example.com\n"
    "    secondaries: [192.0.2.54, \"2001:db8::54\"]\n"
    "    tsig_keys: [xfr-key.example.]\n"
    "    require_tsig: true\n"
    "  - name: b.example\n"
    "resolvers: [203.0.113.8]\n"
    "monitors: [203.0.113.90]\n"
    "scanners:\n"
    "  - networks: [198.51.100.0/28]\n"
    "    from: 2026-01-01T00:00:00Z\n"
    "    until: 2026-01-31T00:00:00Z\n"
    "detect:\n"
    "  memory: 32MiB\n"
    "  rules:\n"
    "    type-enumeration: {enabled: false, queries: 31, names: 21, window: 5m, risk: 71}\n";

START_TEST(policy_of_the_manual_is_loaded)
{
	/* 7 "example" 3 "com" 0 */
	static const uint8_t name[] = { 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 3, 'c',
		'o', 'm', 0 };
	const struct zt_conf_rule *rule;
	const struct zt_conf_zone *zone;
	struct zt_conf *conf = NULL;
	struct zt_err err = { "" };

	ck_assert_msg(zt_conf_parse("f", policy, strlen(policy), &conf, &err) == 0,
	    "%s", err.text);
	ck_assert_uint_eq(conf->interfaces.count, 1);
	ck_assert_str_eq(conf->interfaces.items[0], "eth0");
	ck_assert_uint_eq(conf->internal.count, 3);
	ck_assert_uint_eq(conf->internal.items[2].family, 6);
	ck_assert_uint_eq(conf->internal.items[2].bits, 48);
	ck_assert(conf->external_only);
	ck_assert_uint_eq(conf->zones.count, 2);
	zone = &conf->zones.items[0];
	ck_assert_uint_eq(zone->name.len, sizeof(name));
	ck_assert_mem_eq(zone->name.wire, name, sizeof(name));
	ck_assert_uint_eq(zone->secondaries.count, 2);
	ck_assert_uint_eq(zone->secondaries.items[1].bits, 128);
	ck_assert_uint_eq(zone->tsig_keys.count, 1);
	ck_assert_uint_eq(zone->tsig_keys.items[0].len, 17);
	ck_assert(zone->require_tsig);
	ck_assert(!conf->zones.items[1].require_tsig);
	ck_assert_uint_eq(conf->zones.items[1].secondaries.count, 0);
	ck_assert_uint_eq(conf->resolvers.count, 1);
	ck_assert_uint_eq(conf->monitors.count, 1);
	ck_assert_uint_eq(
	    conf->scanners.items[0].from_ns, UINT64_C(1767225600000000000));
	ck_assert_uint_eq(
	    conf->scanners.items[0].until_ns, UINT64_C(1769817600000000000));
	ck_assert_uint_eq(conf->detect.memory_bytes, 33554432);
	rule = &conf->detect.rules[ZT_CONF_RULE_TYPE_ENUMERATION];
	ck_assert(!rule->enabled);
	ck_assert_uint_eq(rule->queries, 31);
	ck_assert_uint_eq(rule->names, 21);
	ck_assert_uint_eq(rule->types, 3);
	ck_assert_uint_eq(rule->window_ns, UINT64_C(300000000000));
	ck_assert_uint_eq(rule->risk, 71);
	zt_conf_free(&conf);
}
END_TEST

/** head and n times line, which has a number in it. */
static char *
repeat(const char *head, const char *line, unsigned n, size_t *len)
{
	size_t cap = strlen(head) + (size_t)n * (strlen(line) + 16) + 1;
	char *text = malloc(cap);

	ck_assert_ptr_nonnull(text);
	*len = (size_t)snprintf(text, cap, "%s", head);
	for (unsigned i = 0; i < n; i++)
		*len += (size_t)snprintf(
		    text + *len, cap - *len, "%s%u.%u\n", line, i / 256, i % 256);
	return text;
}

START_TEST(list_of_many_lines_is_accepted_up_to_its_limit)
{
	struct zt_conf *conf = NULL;
	struct zt_err err = { "" };
	size_t len;
	char *text = repeat("internal:\n", "  - 10.1.", 10000, &len);

	ck_assert_msg(zt_conf_parse("f", text, len, &conf, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(conf->internal.count, 10000);
	ck_assert_uint_eq(conf->internal.items[9999].addr[2], 9999 / 256);
	ck_assert_uint_eq(conf->internal.items[9999].addr[3], 9999 % 256);
	zt_conf_free(&conf);
	free(text);
	text = repeat("zones:\n", "  - name: z", 100001, &len);
	ck_assert_int_eq(zt_conf_parse("f", text, len, &conf, &err), -EINVAL);
	ck_assert_str_eq(
	    err.text, "f:2:3: zones: has 100001 items; allowed is 0 to 100000");
	free(text);
}
END_TEST

/* O04. */
START_TEST(text_with_nul_byte_is_refused)
{
	static const char text[] = "ports: [53]\nsensor_name: a\0b\n";
	struct zt_conf *conf = NULL;
	struct zt_err err = { "" };

	ck_assert_int_eq(
	    zt_conf_parse("f", text, sizeof(text) - 1, &conf, &err), -EINVAL);
	ck_assert_str_eq(
	    err.text, "f:2:15: found a NUL byte; write the file as UTF-8 text");
}
END_TEST

START_TEST(text_cut_anywhere_never_crashes)
{
	for (size_t len = 0; len < strlen(policy); len++) {
		char *cut = malloc(len + 1); /* a copy, so that reading on is found */
		struct zt_conf *conf = NULL;
		struct zt_err err = { "" };

		ck_assert_ptr_nonnull(cut);
		(void)memcpy(cut, policy, len);
		if (zt_conf_parse("f", cut, len, &conf, &err) != 0)
			ck_assert_str_ne(err.text, "");
		zt_conf_free(&conf);
		free(cut);
	}
}
END_TEST

static Suite *
load_suite(void)
{
	Suite *suite = suite_create("load");
	TCase *text = tcase_create("text");

	tcase_add_loop_test(
	    text, text_with_a_mistake_is_refused_in_exact_words, 0, N_CASES(refusals));
	tcase_add_loop_test(
	    text, text_without_news_gives_the_defaults, 0, N_CASES(plain));
	tcase_add_test(text, policy_of_the_manual_is_loaded);
	tcase_add_test(text, list_of_many_lines_is_accepted_up_to_its_limit);
	tcase_add_test(text, text_with_nul_byte_is_refused);
	tcase_add_test(text, text_cut_anywhere_never_crashes);
	tcase_set_timeout(text, 60);
	suite_add_tcase(suite, text);
	return suite;
}

int
main(void)
{
	return zt_suite_run(load_suite());
}
