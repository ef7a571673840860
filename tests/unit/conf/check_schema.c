/* The rows: each complete, none missing, none wrong about its member or its range. */
#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "conf/scalar.h"
#include "conf/schema.h"
#include "conf/value.h"
#include "suite.h"

static const struct zt_schema_table *const tables[] = { &zt_schema_conf,
	&zt_schema_zone, &zt_schema_key, &zt_schema_scanner, &zt_schema_output };

#define N_TABLES ((int)(sizeof(tables) / sizeof(tables[0])))

/** Runs for every table. */
START_TEST(row_is_complete)
{
	for (size_t i = 0; i < tables[_i]->n_rows; i++) {
		const struct zt_schema_row *row = &tables[_i]->rows[i];
		bool is_list = row->flags & ZT_SCHEMA_LIST;

		ck_assert_msg(row->key[0] != '\0', "row %zu has no key", i);
		ck_assert_msg(
		    row->doc != NULL && strlen(row->doc) > 10, "%s", row->key);
		ck_assert_msg(row->doc[strlen(row->doc) - 1] == '.', "%s", row->key);
		ck_assert_msg(
		    row->unit != NULL && row->unit[0] != '\0', "%s", row->key);
		ck_assert_msg(row->since != NULL, "%s", row->key);
		ck_assert_msg(
		    row->fallback != NULL || row->example != NULL, "%s", row->key);
		ck_assert_msg((row->type == ZT_SCHEMA_MAP) == (row->table != NULL),
		    "%s", row->key);
		ck_assert_msg(is_list == (row->items_max != 0), "%s", row->key);
		ck_assert_msg(row->items_min <= row->items_max, "%s", row->key);
		ck_assert_msg(row->min <= row->max, "%s", row->key);
		ck_assert_msg(row->type != ZT_SCHEMA_U32 || row->max <= UINT32_MAX,
		    "%s", row->key);
		ck_assert_msg(row->type != ZT_SCHEMA_PORT || row->max <= UINT16_MAX,
		    "%s", row->key);
		/* Lists of all types have one shape, see struct zt_object_list. */
		ck_assert_msg(row->size == (is_list ? sizeof(void *) + sizeof(size_t)
						    : zt_schema_item_size(row)),
		    "%s", row->key);
	}
}
END_TEST

START_TEST(rows_of_a_section_stand_together_with_unique_keys)
{
	const struct zt_schema_row *rows = tables[_i]->rows;

	for (size_t i = 0; i < tables[_i]->n_rows; i++)
		for (size_t j = 0; j < i; j++) {
			bool is_same = strcmp(rows[i].section, rows[j].section) == 0;

			ck_assert_msg(!is_same || strcmp(rows[i].key, rows[j].key) != 0,
			    "%s twice", rows[i].key);
			ck_assert_msg(!is_same || strcmp(rows[i - 1].section,
						      rows[i].section) == 0,
			    "%s apart", rows[i].key);
		}
}
END_TEST

/** Which row covers each byte of an object. */
static const struct zt_schema_row **
cover(const struct zt_schema_table *table)
{
	const struct zt_schema_row **by = calloc(table->object_size, sizeof(*by));

	ck_assert_ptr_nonnull(by);
	for (size_t i = 0; i < table->n_rows; i++) {
		const struct zt_schema_row *row = &table->rows[i];

		ck_assert_uint_le(row->offset + row->size, table->object_size);
		for (size_t at = row->offset; at < row->offset + row->size; at++) {
			ck_assert_msg(by[at] == NULL, "two rows for a member: %s, %s",
			    row->key, by[at] != NULL ? by[at]->key : "");
			by[at] = row;
		}
	}
	return by;
}

#define RULES_START offsetof(struct zt_conf, detect.rules)
#define RULES_END   (RULES_START + ZT_CONF_N_RULES * sizeof(struct zt_conf_rule))

/* Members are ordered by falling size, so that padding comes only at the end of a struct:
 * a gap is shorter than the alignment and begins after a small member. */
START_TEST(rows_cover_every_member)
{
	const struct zt_schema_row **by = cover(tables[_i]);
	size_t gap = 0;

	for (size_t at = 0; at < tables[_i]->object_size; at++) {
		bool is_rule = _i == 0 && at >= RULES_START && at < RULES_END;

		gap = by[at] != NULL || is_rule ? 0 : gap + 1;
		ck_assert_msg(
		    gap < 8, "no row for the member at byte %zu", at - gap + 1);
		ck_assert_msg(gap == 0 || at % 8 != 0,
		    "no row for the member at byte %zu", at - gap + 1);
	}
	free(by);
}
END_TEST

/* A rule has rows only for what it uses, but each member is used by some rule. */
START_TEST(rule_members_are_all_used)
{
	const struct zt_schema_row **by = cover(&zt_schema_conf);
	size_t gap = 0;

	for (size_t at = 0; at < sizeof(struct zt_conf_rule); at++) {
		bool is_used = false;

		for (size_t rule = 0; rule < ZT_CONF_N_RULES; rule++)
			is_used |=
			    by[RULES_START + rule * sizeof(struct zt_conf_rule) + at] !=
			    NULL;
		gap = is_used ? 0 : gap + 1;
		ck_assert_msg(
		    gap < 4, "no row for the rule's member at byte %zu", at - gap + 1);
	}
	free(by);
}
END_TEST

START_TEST(rule_has_a_name_of_its_own)
{
	for (unsigned i = 0; i < ZT_CONF_N_RULES; i++) {
		ck_assert_str_ne(zt_conf_rule_name((enum zt_conf_rule_id)i), "");
		for (unsigned j = 0; j < i; j++)
			ck_assert_str_ne(zt_conf_rule_name((enum zt_conf_rule_id)i),
			    zt_conf_rule_name((enum zt_conf_rule_id)j));
	}
	ck_assert_str_eq(
	    zt_conf_rule_name(ZT_CONF_RULE_ZONE_TRANSFER), "zone-transfer");
	ck_assert_str_eq(
	    zt_conf_rule_name(ZT_CONF_RULE_TYPE_ENUMERATION), "type-enumeration");
	ck_assert_str_eq(
	    zt_conf_rule_name(ZT_CONF_RULE_SLOW_ENUMERATION), "slow-enumeration");
}
END_TEST

/** A file that sets nothing but the row, to a number of its type. */
static void
compose(const struct zt_schema_row *row, uint64_t number, char *text, size_t size)
{
	char value[ZT_VALUE_TEXT_SIZE];
	const char *at = row->section;
	int indent = 0;
	size_t used = 0;

	while (*at != '\0') {
		size_t len = strcspn(at, ".");

		used += (size_t)snprintf(
		    text + used, size - used, "%*s%.*s:\n", indent, "", (int)len, at);
		indent += 2;
		at += len + (at[len] == '.');
	}
	(void)zt_scalar_number_text(row, number, value);
	(void)snprintf(text + used, size - used,
	    row->flags & ZT_SCHEMA_LIST ? "%*s%s: [%s]\n" : "%*s%s: %s\n", indent, "",
	    row->key, value);
}

static int
load(const struct zt_schema_row *row, uint64_t number, struct zt_err *err)
{
	char text[1024];
	struct zt_conf *conf = NULL;
	int rc;

	compose(row, number, text, sizeof(text));
	rc = zt_conf_parse("f", text, strlen(text), &conf, err);
	zt_conf_free(&conf);
	return rc;
}

static bool
has_limits(const struct zt_schema_row *row)
{
	return row->type == ZT_SCHEMA_U32 || row->type == ZT_SCHEMA_PORT ||
	       row->type == ZT_SCHEMA_DURATION || row->type == ZT_SCHEMA_SIZE;
}

START_TEST(number_is_refused_just_outside_of_its_limits)
{
	unsigned n_checked = 0;

	for (size_t i = 0; i < zt_schema_conf.n_rows; i++) {
		const struct zt_schema_row *row = &zt_schema_conf.rows[i];
		uint64_t step = row->type == ZT_SCHEMA_DURATION ? ZT_VALUE_MS : 1;
		struct zt_err err = { "" };

		if (!has_limits(row))
			continue;
		n_checked++;
		ck_assert_msg(load(row, row->min, &err) == 0, "%s", err.text);
		ck_assert_msg(load(row, row->max, &err) == 0, "%s", err.text);
		ck_assert_int_eq(load(row, row->max + step, &err), -EINVAL);
		ck_assert_msg(strstr(err.text, " is above ") != NULL, "%s", err.text);
		ck_assert_msg(
		    strstr(err.text, "; allowed is ") != NULL, "%s", err.text);
		if (row->min == 0)
			continue;
		ck_assert_int_eq(load(row, row->min - step, &err), -EINVAL);
		ck_assert_msg(strstr(err.text, " is below ") != NULL, "%s", err.text);
	}
	ck_assert_uint_gt(n_checked, 40);
}
END_TEST

START_TEST(example_of_a_row_is_accepted)
{
	for (size_t i = 0; i < zt_schema_conf.n_rows; i++) {
		const struct zt_schema_row *row = &zt_schema_conf.rows[i];
		struct zt_conf *conf = NULL;
		struct zt_err err = { "" };
		char text[256];

		if (row->example == NULL || row->section[0] != '\0')
			continue;
		(void)snprintf(text, sizeof(text), "%s: %s\n", row->key, row->example);
		ck_assert_msg(zt_conf_parse("f", text, strlen(text), &conf, &err) == 0,
		    "%s", err.text);
		zt_conf_free(&conf);
	}
}
END_TEST

START_TEST(defaults_are_those_of_the_manual)
{
	/* IANA numbers of NS MX TXT SOA ANY AXFR IXFR SRV CAA SPF DNSKEY NAPTR HINFO LOC
	 * CNAME */
	static const uint16_t types[] = { 2, 15, 16, 6, 255, 252, 251, 33, 257, 99, 48,
		35, 13, 29, 5 };
	const struct zt_conf_rule *rule;
	struct zt_conf *conf = NULL;

	ck_assert_int_eq(zt_conf_defaults(&conf), 0);
	ck_assert_uint_eq(conf->ports.count, 1);
	ck_assert_uint_eq(conf->ports.items[0], 53);
	ck_assert_uint_eq(conf->interfaces.count, 0);
	ck_assert_str_eq(conf->sensor_name, "");
	ck_assert_uint_eq(conf->dissect.fragment_bytes, 4194304);
	ck_assert_uint_eq(conf->dissect.tcp_bytes, 16777216);
	ck_assert_uint_eq(conf->dissect.tcp_idle_ns, UINT64_C(60000000000));
	ck_assert_uint_eq(conf->dissect.transfer_timeout_ns, UINT64_C(30000000000));
	ck_assert_uint_eq(conf->dissect.tcp_streams, 65536);
	ck_assert(conf->dissect.drop_duplicates);
	ck_assert_uint_eq(conf->detect.memory_bytes, 268435456);
	ck_assert_uint_eq(conf->detect.update_interval_ns, UINT64_C(60000000000));
	ck_assert_uint_eq(conf->detect.prefix_v4, 32);
	ck_assert_uint_eq(conf->detect.prefix_v6, 64);
	ck_assert_uint_eq(conf->detect.resolver_factor, 20);
	ck_assert_uint_eq(conf->sensor.ring_bytes, 8388608);
	ck_assert(!conf->external_only);
	rule = &conf->detect.rules[ZT_CONF_RULE_TYPE_ENUMERATION];
	ck_assert(rule->enabled);
	ck_assert_uint_eq(rule->queries, 30);
	ck_assert_uint_eq(rule->names, 20);
	ck_assert_uint_eq(rule->types, 3);
	ck_assert_uint_eq(rule->window_ns, UINT64_C(600000000000));
	ck_assert_uint_eq(rule->risk, 70);
	ck_assert_uint_eq(rule->record_types.count, 15);
	ck_assert_mem_eq(rule->record_types.items, types, sizeof(types));
	rule = &conf->detect.rules[ZT_CONF_RULE_ZONE_TRANSFER];
	ck_assert(rule->enabled);
	ck_assert_uint_eq(rule->risk, 90);
	zt_conf_free(&conf);
	ck_assert_ptr_null(conf);
	zt_conf_free(&conf);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("schema");
	TCase *rows = tcase_create("rows");
	TCase *values = tcase_create("values");

	tcase_add_loop_test(rows, row_is_complete, 0, N_TABLES);
	tcase_add_loop_test(
	    rows, rows_of_a_section_stand_together_with_unique_keys, 0, N_TABLES);
	tcase_add_loop_test(rows, rows_cover_every_member, 0, N_TABLES);
	tcase_add_test(rows, rule_members_are_all_used);
	tcase_add_test(rows, rule_has_a_name_of_its_own);
	tcase_add_test(values, number_is_refused_just_outside_of_its_limits);
	tcase_add_test(values, example_of_a_row_is_accepted);
	tcase_add_test(values, defaults_are_those_of_the_manual);
	suite_add_tcase(suite, rows);
	suite_add_tcase(suite, values);
	return zt_suite_run(suite);
}
