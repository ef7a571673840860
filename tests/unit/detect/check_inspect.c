/* What an engine shows of itself: sources, one source, the policy's hits, its memory; and
 * that looking changes nothing. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/inspect.h"
#include "event_builder.h"
#include "suite.h"

#define T0	 ZT_S(1700000000)
#define ATTACKER ZT_IP(198, 51, 100, 66)
#define MONITOR	 ZT_IP(203, 0, 113, 90)
#define INSIDER	 ZT_IP(10, 1, 2, 3)

static struct zt_event_builder builder;
static struct zt_params params;
static struct zt_engine *engine;
static uint64_t incident;
static uint64_t campaign;

static const struct zt_prefix internal[] = {
	{ .addr = { 10 }, .family = 4, .bits = 8 },
	{ .addr = { 192, 0, 2 }, .family = 4, .bits = 24 },
};
static const struct zt_prefix monitors[] = {
	{ .addr = { 203, 0, 113, 90 }, .family = 4, .bits = 32 },
};
static const struct zt_prefix testers[] = {
	{ .addr = { 198, 51, 100, 64 }, .family = 4, .bits = 28 },
};
static const struct zt_prefix secondaries[] = {
	{ .addr = { 192, 0, 2, 54 }, .family = 4, .bits = 32 },
};

static void
keep(void *arg, const struct zt_alert *alert)
{
	(void)arg;
	incident = strtoull(alert->id, NULL, 16);
	campaign = strtoull(alert->campaign, NULL, 16);
}

static void
ask(uint32_t client, unsigned number, uint16_t qtype)
{
	char name[32];
	struct zt_query_spec spec = {
		.ts_ns = T0 + ZT_S(number),
		.client = client,
		.name = name,
		.qtype = qtype,
	};

	(void)snprintf(name, sizeof(name), "n%u.example.com", number);
	zt_engine_feed(engine, zt_event_builder_query(&builder, &spec));
}

static void
setup(void)
{
	static struct zt_scanner_policy scanner = { .networks = { testers, 1 } };
	static struct zt_zone_policy zone = { .secondaries = { secondaries, 1 } };

	zt_event_builder_init(&builder);
	zone.name.len = zt_event_builder_name(zone.name.wire, "example.com");
	zt_params_defaults(&params);
	params.key = builder.key;
	params.internal = (struct zt_prefix_list){ internal, 2 };
	params.monitors = (struct zt_prefix_list){ monitors, 1 };
	params.scanners = &scanner;
	params.n_scanners = 1;
	params.zones = &zone;
	params.n_zones = 1;
	incident = campaign = 0;
	engine = zt_engine_new(&params, keep, NULL);
	ck_assert_ptr_nonnull(engine);
	/* 21 names of type TXT (16) are one more than type-enumeration allows. */
	for (unsigned i = 0; i < 21; i++)
		ask(ATTACKER, i, 16);
	ask(MONITOR, 30, 1);
	ask(INSIDER, 31, 1);
	ask(INSIDER, 40, 1);
	ck_assert_uint_ne(incident, 0);
}

static void
teardown(void)
{
	zt_engine_free(&engine);
}

static struct zt_prefix
host(uint32_t address)
{
	struct zt_prefix prefix = { .family = 4, .bits = 32 };

	for (unsigned i = 0; i < 4; i++)
		prefix.addr[i] = (uint8_t)(address >> (24 - 8 * i));
	return prefix;
}

struct seen {
	unsigned n;
	struct zt_inspect_source sources[8];
};

static void
see(void *arg, const struct zt_inspect_source *source)
{
	struct seen *seen = arg;

	ck_assert_uint_lt(seen->n, 8);
	seen->sources[seen->n++] = *source;
}

START_TEST(sources_are_visited_once_a_stretch_at_a_time)
{
	struct seen seen = { .n = 0 };
	struct zt_inspect_memory memory;
	uint64_t place = 0;
	uint64_t n_calls = 1;
	uint64_t events = 0;

	zt_inspect_memory(engine, &memory);
	while (zt_inspect_sources(engine, &place, 1000, see, &seen))
		n_calls++;
	ck_assert_uint_eq(place, memory.sources_cap);
	ck_assert_uint_eq(n_calls, (memory.sources_cap + 999) / 1000);
	ck_assert_uint_eq(seen.n, 3);
	for (unsigned i = 0; i < seen.n; i++)
		events += seen.sources[i].events;
	ck_assert_uint_eq(events, 24);
}
END_TEST

START_TEST(one_source_shows_what_rules_keep_of_it)
{
	struct zt_prefix attacker = host(ATTACKER);
	struct zt_inspect_source source;
	struct zt_inspect_track tracks[64];
	bool found = false;

	long n = zt_inspect_source(engine, &attacker, &source, tracks, 64);
	ck_assert_int_gt(n, 0);
	ck_assert_int_eq(n, source.n_tracks);
	ck_assert_uint_eq(source.events, 21);
	ck_assert_uint_eq(source.n_incidents, 1);
	ck_assert_uint_eq(source.campaign, campaign);
	ck_assert(source.is_scanner && !source.is_internal && !source.is_monitor);
	/* Its last question came at second 20, the last event at 40. */
	ck_assert_uint_eq(source.idle_ns, ZT_S(20));
	for (long i = 0; i < n; i++) {
		if (tracks[i].incident == 0)
			continue;
		found = true;
		ck_assert_str_eq(tracks[i].rule, "type-enumeration");
		ck_assert_uint_eq(tracks[i].incident, incident);
		ck_assert_uint_eq(tracks[i].queries, 21);
		ck_assert_uint_eq(tracks[i].names, 21);
		ck_assert_uint_eq(tracks[i].idle_ns, ZT_S(20));
		ck_assert(!tracks[i].is_tcp);
	}
	ck_assert(found);
	ck_assert_int_eq(zt_inspect_source(engine, &attacker, &source, tracks, 2), 2);
}
END_TEST

START_TEST(sources_know_their_lists_and_strangers_are_unknown)
{
	struct zt_prefix insider = host(INSIDER);
	struct zt_prefix monitor = host(MONITOR);
	struct zt_prefix stranger = host(ZT_IP(8, 8, 8, 8));
	struct zt_inspect_source source;
	struct zt_inspect_track tracks[4];

	ck_assert_int_ge(zt_inspect_source(engine, &insider, &source, tracks, 4), 0);
	ck_assert(source.is_internal && !source.is_monitor && !source.is_scanner);
	ck_assert_uint_eq(source.events, 2);
	ck_assert_int_ge(zt_inspect_source(engine, &monitor, &source, tracks, 4), 0);
	ck_assert(source.is_monitor && !source.is_internal);
	ck_assert_int_eq(zt_inspect_source(engine, &stranger, &source, tracks, 4), -1);
}
END_TEST

START_TEST(a_source_counted_by_its_prefix_is_found_by_an_address)
{
	struct zt_query_spec spec = {
		.ts_ns = T0 + ZT_S(50), .name = "a.example.com", .qtype = 1
	};
	struct zt_event *event = zt_event_builder_query(&builder, &spec);
	struct zt_prefix address = { .family = 6,
		.bits = 128,
		.addr = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 7, 9, 9, 9, 9, 9, 9, 9, 9 } };
	struct zt_inspect_source source;
	struct zt_inspect_track tracks[4];

	zt_event_builder_ipv6(event, UINT64_C(0x20010db800000007), 1);
	zt_engine_feed(engine, event);
	ck_assert_int_ge(zt_inspect_source(engine, &address, &source, tracks, 4), 0);
	ck_assert_uint_eq(source.family, 6);
	ck_assert_uint_eq(source.prefix_len, 64);
	ck_assert_uint_eq(source.addr[7], 7);
	ck_assert_uint_eq(source.addr[8], 0);
}
END_TEST

struct hits {
	unsigned n;
	struct zt_inspect_entry entries[8];
};

static void
count(void *arg, const struct zt_inspect_entry *entry)
{
	struct hits *hits = arg;

	ck_assert_uint_lt(hits->n, 8);
	hits->entries[hits->n++] = *entry;
}

START_TEST(policy_lists_count_their_hits)
{
	static const struct {
		const char *list;
		uint8_t first;
		uint8_t bits;
		uint64_t hits;
	} expected[] = {
		{ "internal", 10, 8, 1 },
		{ "internal", 192, 24, 0 },
		{ "monitors", 203, 32, 1 },
		{ "scanners", 198, 28, 0 },
		{ "zones", 192, 32, 0 },
	};
	struct hits hits = { .n = 0 };

	zt_inspect_policy(engine, count, &hits);
	ck_assert_uint_eq(hits.n, 5);
	for (unsigned i = 0; i < 5; i++) {
		ck_assert_str_eq(hits.entries[i].list, expected[i].list);
		ck_assert_uint_eq(hits.entries[i].prefix.addr[0], expected[i].first);
		ck_assert_uint_eq(hits.entries[i].prefix.bits, expected[i].bits);
		/* Testers are looked up again for each finding. */
		if (i == 3)
			ck_assert_uint_ge(hits.entries[i].hits, 1);
		else
			ck_assert_uint_eq(hits.entries[i].hits, expected[i].hits);
		ck_assert((hits.entries[i].zone != NULL) == (i == 4));
	}
}
END_TEST

START_TEST(memory_adds_up_within_the_budget)
{
	struct zt_inspect_memory memory;

	zt_inspect_memory(engine, &memory);
	ck_assert_uint_eq(memory.sources_live, 3);
	ck_assert_uint_eq(memory.sources_bytes, memory.sources_cap * 64);
	ck_assert_uint_le(memory.budget_bytes, params.memory_bytes);
	ck_assert_uint_gt(memory.budget_bytes, params.memory_bytes / 10 * 9);
	ck_assert_uint_gt(memory.arena_used_bytes, 0);
	ck_assert_uint_ge(memory.arena_peak_bytes, memory.arena_used_bytes);
	ck_assert_uint_le(memory.arena_peak_bytes, memory.arena_bytes);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("inspect");
	TCase *inspect = tcase_create("inspect");

	tcase_add_checked_fixture(inspect, setup, teardown);
	tcase_add_test(inspect, sources_are_visited_once_a_stretch_at_a_time);
	tcase_add_test(inspect, one_source_shows_what_rules_keep_of_it);
	tcase_add_test(inspect, sources_know_their_lists_and_strangers_are_unknown);
	tcase_add_test(inspect, a_source_counted_by_its_prefix_is_found_by_an_address);
	tcase_add_test(inspect, policy_lists_count_their_hits);
	tcase_add_test(inspect, memory_adds_up_within_the_budget);
	suite_add_tcase(suite, inspect);
	return zt_suite_run(suite);
}
