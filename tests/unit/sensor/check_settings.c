/* From the configuration to the parameters: the two folders mean the same. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sensor/settings.h"
#include "suite.h"

static const struct zt_hash_key key = { 1, 2 };

static const char *const rule_names[ZT_N_RULES] = {
#define ZT_RULE(id, name) [ZT_RULE_##id] = (name),
#include "detect/rules.def"
#undef ZT_RULE
};

START_TEST(rules_of_detector_and_configuration_are_the_same)
{
	ck_assert_uint_eq(ZT_CONF_N_RULES, ZT_N_RULES);
	for (unsigned i = 0; i < ZT_N_RULES; i++)
		ck_assert_str_eq(
		    zt_conf_rule_name((enum zt_conf_rule_id)i), rule_names[i]);
}
END_TEST

/* A number that differs here is printed in one manual and used by the other program. */
START_TEST(defaults_of_detector_and_configuration_are_the_same)
{
	struct zt_conf *conf = NULL;
	struct zt_settings settings;
	struct zt_params plain;

	ck_assert_int_eq(zt_conf_defaults(&conf), 0);
	/* The rule's own default is on, and without this it has nothing to judge. */
	ck_assert(!conf->processes.enabled);
	ck_assert_int_eq(zt_settings_init(&settings, conf, &key), 0);
	zt_params_defaults(&plain);
	ck_assert_uint_eq(settings.params.memory_bytes, plain.memory_bytes);
	ck_assert_uint_eq(settings.params.prefix_v4, plain.prefix_v4);
	ck_assert_uint_eq(settings.params.prefix_v6, plain.prefix_v6);
	ck_assert_uint_eq(settings.params.resolver_factor, plain.resolver_factor);
	ck_assert_uint_eq(settings.params.update_interval_ns, plain.update_interval_ns);
	const struct zt_rule_params *ours = &settings.params.rules[_i];
	const struct zt_rule_params *theirs = &plain.rules[_i];
#define SAME(member)                                                                   \
	ck_assert_msg(ours->member == theirs->member, "%s: " #member ": %ju, not %ju", \
	    rule_names[_i], (uintmax_t)ours->member, (uintmax_t)theirs->member)
	SAME(enabled);
	SAME(risk);
	SAME(queries);
	SAME(names);
	SAME(types);
	SAME(sources);
	SAME(servers);
	SAME(selectors);
	SAME(zones);
	SAME(steps);
	SAME(intervals);
	SAME(names_slow);
	SAME(window_ns);
	SAME(window_slow_ns);
	SAME(pace_ns);
	SAME(n_record_types);
#undef SAME
	for (size_t i = 0; i < ours->n_record_types; i++) {
		bool found = false;
		for (size_t j = 0; j < theirs->n_record_types; j++)
			found |= ours->record_types[i] == theirs->record_types[j];
		ck_assert_msg(
		    found, "%s: type %u", rule_names[_i], ours->record_types[i]);
	}
	zt_settings_fini(&settings);
	zt_conf_free(&conf);
}
END_TEST

START_TEST(lists_arrive_whole)
{
	static const char text[] = "ports: [53, 5300]\n"
				   "internal: [192.0.2.0/24, \"2001:db8::/32\"]\n"
				   "external_only: true\n"
				   "resolvers: [203.0.113.8]\n"
				   "monitors: [203.0.113.90]\n"
				   "zones:\n"
				   "  - name: Example.com\n"
				   "    secondaries: [192.0.2.54]\n"
				   "    tsig_keys: [xfr-key.example.]\n"
				   "    require_tsig: true\n"
				   "  - name: example.net\n"
				   "scanners:\n"
				   "  - networks: [198.51.100.0/28]\n"
				   "    from: 2026-01-01T00:00:00Z\n"
				   "    until: 2026-01-31T00:00:00Z\n";
	struct zt_conf *conf = NULL;
	struct zt_err err = { "" };
	struct zt_settings s;

	ck_assert_msg(zt_conf_parse("text", text, sizeof(text) - 1, &conf, &err) == 0,
	    "%s", err.text);
	ck_assert_int_eq(zt_settings_init(&s, conf, &key), 0);
	ck_assert_uint_eq(s.dissect.n_ports, 2);
	ck_assert_uint_eq(s.dissect.ports[1], 5300);
	ck_assert_uint_eq(s.dissect.key.k1, 2);
	ck_assert_uint_eq(s.params.key.k0, 1);
	ck_assert_uint_eq(s.params.internal.count, 2);
	ck_assert_uint_eq(s.params.internal.items[1].family, 6);
	ck_assert_uint_eq(s.params.internal.items[1].bits, 32);
	ck_assert_mem_eq(s.params.internal.items[1].addr, "\x20\x01\x0d\xb8", 4);
	ck_assert(s.params.external_only);
	ck_assert_uint_eq(s.params.resolvers.count, 1);
	ck_assert_uint_eq(s.params.monitors.items[0].addr[3], 90);
	ck_assert_uint_eq(s.params.n_zones, 2);
	ck_assert_uint_eq(s.params.zones[0].name.len, 13);
	ck_assert_mem_eq(s.params.zones[0].name.wire, "\7example\3com", 13);
	ck_assert_uint_eq(s.params.zones[0].secondaries.count, 1);
	ck_assert_uint_eq(s.params.zones[0].n_tsig_keys, 1);
	ck_assert_mem_eq(s.params.zones[0].tsig_keys[0].wire, "\7xfr-key\7example", 17);
	ck_assert(s.params.zones[0].require_tsig);
	ck_assert_uint_eq(s.params.zones[1].secondaries.count, 0);
	ck_assert_uint_eq(s.params.n_scanners, 1);
	ck_assert_uint_eq(s.params.scanners[0].networks.items[0].bits, 28);
	/* 2026-01-01 and 2026-01-31, in nanoseconds. */
	ck_assert_uint_eq(s.params.scanners[0].from_ns, 1767225600000000000);
	ck_assert_uint_eq(s.params.scanners[0].until_ns, 1769817600000000000);
	zt_settings_fini(&s);
	zt_conf_free(&conf);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("settings");
	TCase *tcase = tcase_create("settings");

	tcase_add_test(tcase, rules_of_detector_and_configuration_are_the_same);
	tcase_add_loop_test(
	    tcase, defaults_of_detector_and_configuration_are_the_same, 0, ZT_N_RULES);
	tcase_add_test(tcase, lists_arrive_whole);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
