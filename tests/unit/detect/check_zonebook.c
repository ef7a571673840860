#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert_log.h"
#include "detect/engine.h"
#include "event_builder.h"
#include "suite.h"

#define CLIENT ZT_IP(198, 51, 100, 66)
#define T0     ZT_S(1700000000)
#define ROOM   ((size_t)256 << 10)

static struct zt_event_builder builder;
static struct zt_zonebook book;
static struct zt_engine *engine;
static struct zt_alert_log alerts;

static void
setup(void)
{
	zt_event_builder_init(&builder);
	memset(&alerts, 0, sizeof(alerts));
	ck_assert_int_eq(zt_zonebook_init(&book, ROOM, &builder.key), 0);
	ck_assert_uint_le(zt_zonebook_bytes(&book), ROOM);
}

static void
teardown(void)
{
	ck_assert_uint_eq(book.learned, book.live + book.evicted);
	zt_zonebook_fini(&book);
	zt_engine_free(&engine);
}

static struct zt_event *
answer(const char *name, uint16_t qtype, uint16_t rcode, uint64_t ts_ns)
{
	struct zt_query_spec spec = {
		.ts_ns = ts_ns, .client = CLIENT, .name = name, .qtype = qtype
	};
	struct zt_event *event = zt_event_builder_response(&builder, &spec, rcode);

	if (rcode == ZT_RCODE_NOERROR) {
		event->n_answers = 1;
		event->answer_hash = event->name_hash;
	}
	return event;
}

/* A negative answer whose SOA starts off bytes into the name. */
static struct zt_event *
negative(const char *name, uint8_t off, uint64_t ts_ns)
{
	struct zt_event *event = answer(name, ZT_RR_A, ZT_RCODE_NXDOMAIN, ts_ns);

	event->flags |= ZT_EF_ZONE;
	event->zone_off = off;
	return event;
}

/* The same where the zone starts behind the first label. */
static struct zt_event *
miss(const char *name, uint64_t ts_ns)
{
	return negative(name, (uint8_t)(strchr(name, '.') - name + 1), ts_ns);
}

static void
note(const struct zt_event *event)
{
	zt_zonebook_note(&book, event, event->ts_ns);
}

static void
add_soa(struct zt_event *event, uint32_t serial, uint32_t refresh)
{
	struct zt_soa soa = { serial, refresh };

	event->flags |= ZT_EF_SOA;
	memcpy((uint8_t *)event + event->size, &soa, sizeof(soa));
	event->size = (uint16_t)(event->size + sizeof(soa));
}

static const struct zt_zonebook_entry *
find(const char *name, size_t *off)
{
	uint8_t wire[ZT_NAME_MAX];
	uint8_t len = zt_event_builder_name(wire, name);

	return zt_zonebook_find(&book, wire, len, off);
}

START_TEST(zone_needs_two_names_that_tell_of_it)
{
	size_t off = 99;

	note(miss("a.example.com.", T0));
	note(miss("a.example.com.", T0));
	ck_assert_ptr_null(find("www.example.com.", NULL));
	note(miss("b.example.com.", T0));
	ck_assert_ptr_nonnull(find("www.example.com.", &off));
	ck_assert_uint_eq(off, 4);
	ck_assert_ptr_null(find("www.example.net.", NULL));
	ck_assert_uint_eq(book.learned, 1);
}
END_TEST

START_TEST(what_nobody_asked_for_teaches_nothing)
{
	for (unsigned i = 0; i < 4; i++) {
		struct zt_event *event =
		    miss(i & 1 ? "a.example.com." : "b.example.com.", T0);
		event->flags &= ~(uint32_t)ZT_EF_PAIRED;
		event->flags |= ZT_EF_UNSOLICITED;
		note(event);
	}
	ck_assert_uint_eq(book.learned, 0);
}
END_TEST

START_TEST(root_and_top_level_zones_are_left_out)
{
	note(miss("a.com.", T0));
	note(miss("b.com.", T0));
	note(negative("a.invalid.", 10, T0));
	note(negative("b.invalid.", 10, T0));
	ck_assert_uint_eq(book.learned, 0);
}
END_TEST

START_TEST(offset_behind_the_name_teaches_nothing)
{
	note(negative("a.example.com.", 15, T0));
	note(negative("b.example.com.", 200, T0));
	ck_assert_uint_eq(book.learned, 0);
}
END_TEST

START_TEST(delegation_below_a_zone_is_the_closer_one)
{
	size_t off;

	note(miss("a.example.com.", T0));
	note(miss("b.example.com.", T0));
	for (unsigned i = 0; i < 2; i++) {
		struct zt_event *event = answer(
		    i ? "x.sub.example.com." : "y.sub.example.com.", ZT_RR_A, 0, T0);
		event->n_answers = 0;
		event->flags |= ZT_EF_REFERRAL | ZT_EF_CUT;
		event->zone_off = 2;
		note(event);
	}
	const struct zt_zonebook_entry *entry = find("www.sub.example.com.", &off);
	ck_assert_ptr_nonnull(entry);
	ck_assert_uint_eq(off, 4);
	ck_assert_uint_eq(entry->sources, ZT_ZS_DELEGATION);
	ck_assert_ptr_nonnull(find("www.example.com.", &off));
	ck_assert_uint_eq(off, 4);
}
END_TEST

START_TEST(apex_shows_itself_and_its_serial)
{
	struct zt_event *event = answer("example.com.", ZT_RR_SOA, 0, T0);

	add_soa(event, 2026010101, 3600);
	note(event);
	note(miss("a.example.com.", T0));
	event = answer("example.com.", ZT_RR_SOA, 0, T0 + 1);
	add_soa(event, 2026010102, 7200);
	note(event);
	const struct zt_zonebook_entry *entry = find("example.com.", NULL);
	ck_assert_ptr_nonnull(entry);
	ck_assert_uint_eq(entry->sources, ZT_ZS_APEX | ZT_ZS_NEGATIVE);
	ck_assert(entry->has_serial && entry->has_refresh);
	ck_assert_uint_eq(entry->serial, 2026010102);
	ck_assert_uint_eq(entry->refresh, 7200);
	ck_assert_uint_eq(entry->answers, 2);
}
END_TEST

START_TEST(alias_of_an_apex_is_no_apex)
{
	for (unsigned i = 0; i < 2; i++) {
		struct zt_event *event =
		    answer(i ? "a.example.com." : "b.example.com.", ZT_RR_NS, 0, T0);
		event->flags |= ZT_EF_CNAME;
		note(event);
	}
	ck_assert_uint_eq(book.learned, 0);
}
END_TEST

START_TEST(transferred_zone_is_known_at_once)
{
	struct zt_query_spec spec = {
		.ts_ns = T0, .client = CLIENT, .name = "example.com.", .qtype = 252
	};
	struct zt_transfer transfer = { .verdict = ZT_VERDICT_REFUSED };

	note(zt_event_builder_transfer(&builder, &spec, &transfer));
	ck_assert_uint_eq(book.learned, 0);
	transfer.verdict = ZT_VERDICT_COMPLETE;
	transfer.flags = ZT_TF_HAVE_TO;
	transfer.serial_to = 77;
	note(zt_event_builder_transfer(&builder, &spec, &transfer));
	const struct zt_zonebook_entry *entry = find("www.example.com.", NULL);
	ck_assert_ptr_nonnull(entry);
	ck_assert_uint_eq(entry->sources, ZT_ZS_TRANSFER);
	ck_assert_uint_eq(entry->serial, 77);
}
END_TEST

/* n zones, asked for so often each. */
static void
fill(unsigned n, unsigned often)
{
	char name[64];

	for (unsigned i = 0; i < n * often; i++) {
		snprintf(name, sizeof(name), "n%u.real%u.example.com.", i % often,
		    i / often);
		note(miss(name, T0));
	}
}

static void
invent(uint32_t i, uint64_t ts_ns)
{
	char name[64];

	for (unsigned k = 0; k < 3; k++) {
		snprintf(name, sizeof(name), "n%u.z%u.attacker.example.", k, i);
		note(miss(name, ts_ns));
	}
}

START_TEST(invented_zones_push_out_only_each_other)
{
	char name[64];
	unsigned n = book.n_buckets * 8 / 10;

	fill(n, 20);
	ck_assert_uint_eq(book.live, n);
	for (uint32_t i = 0; i < 200000; i++)
		invent(i, T0 + (uint64_t)i * 1000000);
	for (unsigned i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "www.real%u.example.com.", i);
		ck_assert_ptr_nonnull(find(name, NULL));
	}
	ck_assert_uint_gt(book.evicted, 100000);
}
END_TEST

START_TEST(zones_out_of_use_make_room)
{
	/* So many that each bucket is full, of zones asked for 40 times. */
	fill(book.n_buckets * 8 * 3, 40);
	ck_assert_uint_eq(book.live, book.n_buckets * 8);
	uint64_t refused = book.refused;
	invent(1, T0 + 1);
	ck_assert_ptr_null(find("www.z1.attacker.example.", NULL));
	ck_assert_uint_gt(book.refused, refused);
	invent(2, T0 + ZT_S(3600) * 12);
	ck_assert_ptr_nonnull(find("www.z2.attacker.example.", NULL));
}
END_TEST

static bool
list(void *arg, const struct zt_zonebook_entry *entry)
{
	struct zt_zonebook_entry *copy = arg;

	*copy = *entry;
	return true;
}

/* A hundred guesses, each among so many names that exist; returns the alerts. */
static size_t
guess_among(unsigned n_found)
{
	struct zt_params params;
	char name[64];

	zt_params_defaults(&params);
	for (unsigned id = 0; id < ZT_N_RULES; id++)
		params.rules[id].enabled = id == ZT_RULE_name_bruteforce;
	params.key = builder.key;
	params.memory_bytes = 1 << 20;
	memset(&alerts, 0, sizeof(alerts));
	engine = zt_engine_new(&params, zt_alert_log_keep, &alerts);
	ck_assert_ptr_nonnull(engine);
	for (unsigned i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "m%u.example.com.", i);
		zt_engine_feed(engine, miss(name, T0 + i * 1000000));
		for (unsigned k = 0; k < n_found; k++) {
			snprintf(name, sizeof(name), "f%u.example.com.", i * 8 + k);
			zt_engine_feed(
			    engine, answer(name, ZT_RR_A, 0, T0 + i * 1000000));
		}
	}
	return alerts.n;
}

START_TEST(names_that_exist_count_for_their_learned_zone)
{
	struct zt_zonebook_entry entry = { .answers = 0 };

	ck_assert_uint_eq(guess_among(4), 0);
	zt_engine_zones(engine, list, &entry);
	ck_assert_uint_eq(entry.name.len, 13);
	ck_assert_mem_eq(entry.name.wire, "\7example\3com", 13);
	ck_assert(!entry.is_configured);
	/* All but the first miss and the names that were asked for before the second. */
	ck_assert_uint_eq(entry.answers, 500 - 5);
	ck_assert_uint_eq(zt_engine_stats(engine)->zones_live, 1);
	zt_engine_free(&engine);
	ck_assert_uint_eq(guess_among(0), 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("zonebook");
	TCase *tcase = tcase_create("book");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, zone_needs_two_names_that_tell_of_it);
	tcase_add_test(tcase, what_nobody_asked_for_teaches_nothing);
	tcase_add_test(tcase, root_and_top_level_zones_are_left_out);
	tcase_add_test(tcase, offset_behind_the_name_teaches_nothing);
	tcase_add_test(tcase, delegation_below_a_zone_is_the_closer_one);
	tcase_add_test(tcase, apex_shows_itself_and_its_serial);
	tcase_add_test(tcase, alias_of_an_apex_is_no_apex);
	tcase_add_test(tcase, transferred_zone_is_known_at_once);
	tcase_add_test(tcase, invented_zones_push_out_only_each_other);
	tcase_add_test(tcase, zones_out_of_use_make_room);
	tcase_add_test(tcase, names_that_exist_count_for_their_learned_zone);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
