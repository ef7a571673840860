/* The dump and the generated documents: they load again to the same, and the example file
 * in the tree is the one that the schema prints. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "conf/schema_doc.h"
#include "suite.h"

/** What print writes, to be freed. */
static char *
capture(void (*print)(FILE *out), size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	ck_assert_ptr_nonnull(out);
	print(out);
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

static char *
dump(const struct zt_conf *conf)
{
	size_t len = 0;
	char *text = NULL;
	FILE *out = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(zt_conf_dump(conf, out), 0);
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

static struct zt_conf *
parse(const char *text)
{
	struct zt_conf *conf = NULL;
	struct zt_err err = { "" };

	ck_assert_msg(zt_conf_parse("dump", text, strlen(text), &conf, &err) == 0,
	    "%s in\n%s", err.text, text);
	return conf;
}

/** Every kind of value away from its default, with texts that YAML would bend. */
static const char changed[] =
    "interfaces: [\"null\", \"1\", \"-\", \"~\", \"a'b\", \"a#b\", \"#\", \"tr\\u00fc\"]\n"
    "sensor_name: \"\\e[1m \\\"quoted\\\" \\\\ \\u0085 \\u2028 \\U0001F600 : # \\n\"\n"
    "ports: [53, 5353]\n"
    "internal: [0.0.0.0/0, \"::/0\", 10.0.0.0/8, \"2001:db8::1\"]\n"
    "external_only: true\n"
    "outputs:\n"
    "  - {type: syslog, address: \"[2001:db8::1]:65535\", facility: local7}\n"
    "  - {type: file, path: /x y, fsync: always, rotate_every: 1d}\n"
    "zones:\n"
    "  - {name: \".\", secondaries: [\"::1\"], require_tsig: true}\n"
    "  - {name: 'a\\.b\\000\\\"x.example', tsig_keys: [k1, 'k\\;2']}\n"
    "scanners:\n"
    "  - {networks: [192.0.2.1]}\n"
    "  - {networks: [\"2001:db8::/32\"], from: 2026-01-01T00:00:00.000000001Z}\n"
    "  - {networks: [192.0.2.0/31], until: 2026-06-01T02:00:00+02:00}\n"
    "dissect: {tcp_idle: 1500ms, fragment_memory: 300001, drop_duplicates: false}\n"
    "detect:\n"
    "  memory: 1GiB\n"
    "  update_interval: 1h1m1s1ms\n"
    "  rules:\n"
    "    type-enumeration: {enabled: false, record_types: [TYPE65280, 'NULL', mx]}\n";

START_TEST(dump_of_changed_settings_loads_to_the_same)
{
	struct zt_conf *first = parse(changed);
	char *text = dump(first);
	struct zt_conf *second = parse(text);
	char *again = dump(second);

	ck_assert_str_eq(again, text);
	ck_assert_str_eq(second->sensor_name, first->sensor_name);
	ck_assert_str_eq(second->sensor_name,
	    "\x1b[1m \"quoted\" \\ \xc2\x85 \xe2\x80\xa8 \xf0\x9f\x98\x80 : # \n");
	ck_assert_uint_eq(second->interfaces.count, 8);
	for (size_t i = 0; i < 8; i++)
		ck_assert_str_eq(
		    second->interfaces.items[i], first->interfaces.items[i]);
	ck_assert_mem_eq(second->internal.items, first->internal.items,
	    4 * sizeof(*first->internal.items));
	ck_assert_uint_eq(second->zones.items[0].name.len, 1);
	ck_assert(second->zones.items[0].require_tsig);
	ck_assert_mem_eq(&second->zones.items[1].name, &first->zones.items[1].name,
	    sizeof(first->zones.items[1].name));
	ck_assert_uint_eq(second->zones.items[1].tsig_keys.count, 2);
	ck_assert_uint_eq(second->scanners.items[0].from_ns, 0);
	ck_assert_uint_eq(
	    second->scanners.items[1].from_ns, UINT64_C(1767225600000000001));
	ck_assert_uint_eq(second->scanners.items[2].until_ns,
	    UINT64_C(1780272000000000000)); /* 2026-06-01T00:00:00Z */
	ck_assert_uint_eq(second->outputs.count, 2);
	ck_assert_str_eq(second->outputs.items[0].address, "[2001:db8::1]:65535");
	ck_assert_uint_eq(second->outputs.items[0].facility, 23);
	ck_assert_uint_eq(second->outputs.items[0].fsync, ZT_CONF_FSYNC_SECOND);
	ck_assert_uint_eq(second->outputs.items[1].type, ZT_CONF_OUTPUT_FILE);
	ck_assert_str_eq(second->outputs.items[1].path, "/x y");
	ck_assert_uint_eq(second->outputs.items[1].fsync, ZT_CONF_FSYNC_ALWAYS);
	ck_assert_uint_eq(
	    second->outputs.items[1].rotate_every_ns, UINT64_C(86400000000000));
	ck_assert_uint_eq(second->dissect.tcp_idle_ns, UINT64_C(1500000000));
	ck_assert_uint_eq(second->dissect.fragment_bytes, 300001);
	ck_assert_uint_eq(second->detect.update_interval_ns, UINT64_C(3661001000000));
	zt_conf_free(&first);
	zt_conf_free(&second);
	free(text);
	free(again);
}
END_TEST

START_TEST(dump_of_defaults_is_stable_text)
{
	static const char start[] = "interfaces: []\n"
				    "ports: [53]\n"
				    "internal: []\n"
				    "external_only: false\n"
				    "zones: []\n"
				    "keys: []\n"
				    "resolvers: []\n"
				    "monitors: []\n"
				    "scanners: []\n"
				    "outputs: []\n"
				    "sensor_name: \"\"\n"
				    "capture:\n"
				    "  workers: 1\n"
				    "  cpus: []\n"
				    "  buffer: 64MiB\n";
	struct zt_conf *conf = NULL;
	char *text;

	ck_assert_int_eq(zt_conf_defaults(&conf), 0);
	text = dump(conf);
	ck_assert_int_eq(strncmp(text, start, strlen(start)), 0);
	ck_assert_ptr_nonnull(strstr(text, "    type-enumeration:\n"
					   "      enabled: true\n"
					   "      risk: 70\n"
					   "      window: 10m\n"
					   "      queries: 30\n"));
	zt_conf_free(&conf);
	free(text);
}
END_TEST

START_TEST(dump_to_a_full_device_is_reported)
{
	struct zt_conf *conf = NULL;
	FILE *out = fopen("/dev/full", "w");

	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(zt_conf_defaults(&conf), 0);
	ck_assert_int_eq(zt_conf_dump(conf, out), -EIO);
	(void)fclose(out);
	zt_conf_free(&conf);
}
END_TEST

START_TEST(example_loads_to_the_defaults)
{
	size_t len;
	char *example = capture(zt_schema_doc_example, &len);
	struct zt_conf *from_example = parse(example);
	struct zt_conf *defaults = NULL;
	char *text[2];

	ck_assert_int_eq(zt_conf_defaults(&defaults), 0);
	text[0] = dump(from_example);
	text[1] = dump(defaults);
	ck_assert_str_eq(text[0], text[1]);
	zt_conf_free(&from_example);
	zt_conf_free(&defaults);
	free(text[0]);
	free(text[1]);
	free(example);
}
END_TEST

/* The commented examples must be right too: "# key: value" lines of the maps. */
START_TEST(example_of_maps_without_comment_marks_loads)
{
	static const char *const keys[] = { "\n# zones:\n", "\n# scanners:\n" };
	size_t len;
	char *example = capture(zt_schema_doc_example, &len);

	for (size_t i = 0; i < 2; i++) {
		const char *at = strstr(example, keys[i]);
		char text[1024];
		size_t used = 0;
		struct zt_conf *conf;

		ck_assert_ptr_nonnull(at);
		for (at++; strncmp(at, "# ", 2) == 0 && (used == 0 || at[2] == ' ');) {
			size_t line = strcspn(at, "\n") + 1;

			ck_assert_uint_lt(used + line, sizeof(text));
			(void)memcpy(text + used, at + 2, line - 2);
			used += line - 2;
			at += line;
		}
		text[used] = '\0';
		conf = parse(text);
		ck_assert_uint_eq(i == 0 ? conf->zones.count : conf->scanners.count, 1);
		zt_conf_free(&conf);
	}
	free(example);
}
END_TEST

START_TEST(example_in_the_tree_is_the_generated_one)
{
	const char *tree = getenv("ZT_SOURCE_DIR");
	size_t len;
	char *example = capture(zt_schema_doc_example, &len);
	char path[512];
	char *found = malloc(len + 2);
	size_t found_len;
	FILE *file;

	ck_assert_ptr_nonnull(found);
	if (tree == NULL)
		tree = ".";
	(void)snprintf(path, sizeof(path), "%s/conf/zonetap.yaml", tree);
	file = fopen(path, "r");
	ck_assert_msg(file != NULL, "no %s", path);
	found_len = fread(found, 1, len + 1, file);
	ck_assert_msg(found_len == len && memcmp(found, example, len) == 0,
	    "%s is not what the schema says; run in the source folder: "
	    "ZT_WRITE_EXAMPLE=conf/zonetap.yaml <build>/tests/check_dump",
	    path);
	(void)fclose(file);
	free(found);
	free(example);
}
END_TEST

/* Every path of the example is in the other two documents as well. */
START_TEST(documents_name_every_setting)
{
	static const char *const paths[] = { "interfaces", "zones.name",
		"scanners.until", "dissect.tcp_streams", "detect.memory",
		"detect.rules.slow-enumeration.pace" };
	size_t len;
	char *man = capture(zt_schema_doc_man, &len);
	char *table = capture(zt_schema_doc_table, &len);

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		char line[128];

		(void)snprintf(line, sizeof(line), ".It Cm %s\n", paths[i]);
		ck_assert_ptr_nonnull(strstr(man, line));
		(void)snprintf(line, sizeof(line), "| `%s` |", paths[i]);
		ck_assert_ptr_nonnull(strstr(table, line));
	}
	ck_assert_ptr_nonnull(strstr(man, "Takes: size, 16MiB to 64GiB.\n"
					  "Default: 256MiB.\n"
					  "Since 0.1.0; needs a restart.\n"));
	ck_assert_ptr_nonnull(strstr(
	    table, "| `detect.memory` | size, 16MiB to 64GiB | `256MiB` | no | "));
	free(man);
	free(table);
}
END_TEST

/** With ZT_WRITE_EXAMPLE set, write the example there and stop. */
static int
write_example(const char *path)
{
	FILE *out = fopen(path, "w");

	if (out == NULL)
		return EXIT_FAILURE;
	zt_schema_doc_example(out);
	return fclose(out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(void)
{
	Suite *suite = suite_create("dump");
	TCase *again = tcase_create("again");
	TCase *documents = tcase_create("documents");

	if (getenv("ZT_WRITE_EXAMPLE") != NULL)
		return write_example(getenv("ZT_WRITE_EXAMPLE"));
	tcase_add_test(again, dump_of_changed_settings_loads_to_the_same);
	tcase_add_test(again, dump_of_defaults_is_stable_text);
	tcase_add_test(again, dump_to_a_full_device_is_reported);
	tcase_add_test(documents, example_loads_to_the_defaults);
	tcase_add_test(documents, example_of_maps_without_comment_marks_loads);
	tcase_add_test(documents, example_in_the_tree_is_the_generated_one);
	tcase_add_test(documents, documents_name_every_setting);
	suite_add_tcase(suite, again);
	suite_add_tcase(suite, documents);
	return zt_suite_run(suite);
}
