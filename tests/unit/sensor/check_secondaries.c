#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/conf.h"
#include "event_builder.h"
#include "sensor/secondaries.h"
#include "sensor/whole_file.h"
#include "suite.h"

#define PRIMARY ZT_IP(192, 0, 2, 53)
#define T0	ZT_S(1700000000)

static struct zt_event_builder builder;
static struct zt_params params;
static struct zt_engine *engine;
static struct zt_log quiet_log = { .level = ZT_LOG_ERROR };
static char place[32];
static char path[64];
static char state[80];

static void
drop(void *arg, const struct zt_alert *alert)
{
	(void)arg;
	(void)alert;
}

static void
start(void)
{
	zt_engine_free(&engine);
	engine = zt_engine_new(&params, drop, NULL);
	ck_assert_ptr_nonnull(engine);
}

static void
setup(void)
{
	/* A new template each time: all tests may run in one process. */
	(void)strcpy(place, "/tmp/check_secondaries.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(place));
	snprintf(path, sizeof(path), "%s/list.yaml", place);
	snprintf(state, sizeof(state), "%s.state", path);
	zt_event_builder_init(&builder);
	zt_params_defaults(&params);
	params.key = builder.key;
	params.memory_bytes = 1 << 20;
	params.learn_period_ns = ZT_S(3600);
	start();
}

static void
teardown(void)
{
	zt_engine_free(&engine);
	(void)unlink(path);
	(void)unlink(state);
	(void)rmdir(place);
}

static void
fetch(const char *zone, uint32_t from, const char *key, uint64_t ts_ns)
{
	struct zt_query_spec spec = { ts_ns, from, PRIMARY, zone, ZT_RR_AXFR };
	struct zt_transfer transfer = { .kind = ZT_TRANSFER_AXFR,
		.verdict = ZT_VERDICT_COMPLETE,
		.flags = ZT_TF_ENDED,
		.started_ns = ts_ns };

	if (key != NULL) {
		transfer.flags |= ZT_TF_TSIG;
		transfer.tsig.key_len = zt_event_builder_name(transfer.tsig.key, key);
	}
	zt_engine_feed(engine, zt_event_builder_transfer(&builder, &spec, &transfer));
}

static void
learn_some(void)
{
	fetch("example.com.", ZT_IP(203, 0, 113, 54), "k2.example.", T0);
	fetch("example.com.", ZT_IP(203, 0, 113, 53), "k1.example.", T0 + 1);
	fetch("example.net.", ZT_IP(203, 0, 113, 53), NULL, T0);
	fetch("example.net.", ZT_IP(203, 0, 113, 53), NULL, T0 + ZT_S(900));
}

START_TEST(list_says_who_fetches_what)
{
	learn_some();
	char *yaml = zt_secondaries_yaml(zt_engine_roster(engine));
	ck_assert_ptr_nonnull(yaml);
	const char *list = strstr(yaml, "zones:");
	ck_assert_ptr_nonnull(list);
	ck_assert_str_eq(list,
	    "zones:\n"
	    "  - name: \"example.com.\"\n"
	    "    # \"203.0.113.53\": AXFR 1, IXFR 0, signed 1, unsigned 0\n"
	    "    # \"203.0.113.54\": AXFR 1, IXFR 0, signed 1, unsigned 0\n"
	    "    secondaries: [\"203.0.113.53\", \"203.0.113.54\"]\n"
	    "    tsig_keys: [\"k1.example.\", \"k2.example.\"]\n"
	    "    require_tsig: true\n"
	    "  - name: \"example.net.\"\n"
	    "    # \"203.0.113.53\": AXFR 2, IXFR 0, signed 0, unsigned 2, "
	    "every 900s to 900s\n"
	    "    secondaries: [\"203.0.113.53\"]\n");
	free(yaml);
}
END_TEST

START_TEST(list_is_a_configuration)
{
	static const uint8_t odd[] = "\4a\"\\.\3com";
	struct zt_err err = { "" };
	struct zt_conf *conf = NULL;
	struct zt_query_spec spec = { T0, ZT_IP(203, 0, 113, 9), PRIMARY, "abcd.com.",
		ZT_RR_AXFR };
	struct zt_transfer transfer = { .kind = ZT_TRANSFER_AXFR,
		.verdict = ZT_VERDICT_COMPLETE,
		.flags = ZT_TF_ENDED };

	learn_some();
	struct zt_event *event = zt_event_builder_transfer(&builder, &spec, &transfer);
	uint8_t *name = (uint8_t *)(event + 1);
	memcpy(name, odd, sizeof(odd));
	name[4] = 0x01;
	zt_event_builder_ipv6(event, UINT64_C(0x20010db8) << 32, 0x53);
	zt_engine_feed(engine, event);
	char *yaml = zt_secondaries_yaml(zt_engine_roster(engine));
	ck_assert_ptr_nonnull(yaml);
	int result = zt_conf_parse("list", yaml, strlen(yaml), &conf, &err);
	ck_assert_msg(result == 0, "%s in:\n%s", err.text, yaml);
	ck_assert_uint_eq(conf->zones.count, 3);
	const struct zt_conf_zone *zones = conf->zones.items;
	ck_assert_uint_eq(zones[0].name.len, sizeof(odd));
	ck_assert_mem_eq(zones[0].name.wire, name, sizeof(odd));
	ck_assert_uint_eq(zones[0].secondaries.items[0].family, 6);
	ck_assert_uint_eq(zones[1].secondaries.count, 2);
	ck_assert_uint_eq(zones[1].tsig_keys.count, 2);
	ck_assert(zones[1].require_tsig && !zones[2].require_tsig);
	zt_conf_free(&conf);
	free(yaml);
}
END_TEST

static void
store(void)
{
	const struct zt_roster *roster = zt_engine_roster(engine);
	uint8_t *saved = malloc(zt_roster_save_max(roster));
	size_t len = zt_roster_save(roster, saved);

	ck_assert(zt_secondaries_store(&quiet_log, path, saved, len));
	free(saved);
}

START_TEST(restart_goes_on)
{
	learn_some();
	store();
	ck_assert_int_eq(access(path, R_OK), 0);
	start();
	zt_secondaries_restore(&quiet_log, path, engine);
	ck_assert_uint_eq(zt_engine_roster(engine)->n, 3);
	ck_assert_uint_eq(zt_engine_roster(engine)->since_ns, T0);
}
END_TEST

/* X35. */
START_TEST(damaged_state_is_a_clean_start)
{
	uint8_t *bytes = NULL;
	size_t len = 0;

	learn_some();
	store();
	ck_assert_int_eq(zt_whole_file_read(state, 1 << 20, &bytes, &len), 0);
	start();
	for (unsigned i = 0; i < 3; i++) {
		size_t cut = i == 0 ? len - 1 : i == 1 ? len : 0;
		bytes[40] ^= i == 1;
		ck_assert_int_eq(zt_whole_file_write(state, bytes, cut), 0);
		bytes[40] ^= i == 1;
		zt_secondaries_restore(&quiet_log, path, engine);
		ck_assert_uint_eq(zt_engine_roster(engine)->n, 0);
		ck_assert_uint_eq(zt_engine_roster(engine)->since_ns, 0);
	}
	ck_assert_int_eq(zt_whole_file_write(state, bytes, len), 0);
	zt_secondaries_restore(&quiet_log, path, engine);
	ck_assert_uint_eq(zt_engine_roster(engine)->n, 3);
	free(bytes);
}
END_TEST

START_TEST(write_that_fails_leaves_the_old_file)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	char beside[96];

	ck_assert_int_eq(zt_whole_file_write(path, "old", 3), 0);
	/* A directory in the way of the new file. */
	snprintf(beside, sizeof(beside), "%s.new", path);
	ck_assert_int_eq(mkdir(beside, 0700), 0);
	ck_assert_int_lt(zt_whole_file_write(path, "fresh", 5), 0);
	ck_assert_int_eq(rmdir(beside), 0);
	ck_assert_int_eq(zt_whole_file_read(path, 100, &bytes, &len), 0);
	ck_assert_uint_eq(len, 3);
	ck_assert_mem_eq(bytes, "old", 3);
	free(bytes);
	ck_assert_int_eq(zt_whole_file_read(path, 2, &bytes, &len), -EFBIG);
	ck_assert_int_eq(zt_whole_file_read(place, 100, &bytes, &len), -EINVAL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("secondaries");
	TCase *tcase = tcase_create("list");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, list_says_who_fetches_what);
	tcase_add_test(tcase, list_is_a_configuration);
	tcase_add_test(tcase, restart_goes_on);
	tcase_add_test(tcase, damaged_state_is_a_clean_start);
	tcase_add_test(tcase, write_that_fails_leaves_the_old_file);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
