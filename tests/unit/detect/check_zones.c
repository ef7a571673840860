#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "detect/zones.h"
#include "event_builder.h"
#include "suite.h"

static struct zt_hash_key key = { 1, 2 };
static struct zt_zones *zones;
static struct zt_zone_policy policies[4];

static void
add(unsigned i, const char *name)
{
	memset(&policies[i], 0, sizeof(policies[i]));
	policies[i].name.len = zt_event_builder_name(policies[i].name.wire, name);
}

static void
make(size_t count)
{
	zones = zt_zones_new(policies, count, &key);
	ck_assert_ptr_nonnull(zones);
}

static void
teardown(void)
{
	zt_zones_free(&zones);
	ck_assert_ptr_null(zones);
}

static const struct zt_zone *
find(const char *name, size_t *off)
{
	uint8_t wire[ZT_NAME_MAX];
	uint8_t len = zt_event_builder_name(wire, name);

	return zt_zones_find(zones, wire, len, off);
}

static void
check_found(const char *name, unsigned policy, size_t off)
{
	size_t got_off = 999;
	const struct zt_zone *zone = find(name, &got_off);

	ck_assert_ptr_nonnull(zone);
	ck_assert_uint_eq(zone->name.len, policies[policy].name.len);
	ck_assert_mem_eq(
	    zone->name.wire, policies[policy].name.wire, policies[policy].name.len);
	ck_assert_uint_eq(got_off, off);
}

START_TEST(name_is_found_in_its_closest_zone)
{
	add(0, "example.com.");
	add(1, "sub.example.com.");
	make(2);
	check_found("example.com.", 0, 0);
	check_found("www.example.com.", 0, 4);
	check_found("a.b.sub.example.com.", 1, 4);
	check_found("sub.example.com.", 1, 0);
	check_found("xsub.example.com.", 0, 5);
	ck_assert_ptr_null(find("com.", NULL));
	ck_assert_ptr_null(find("notexample.com.", NULL));
	ck_assert_ptr_null(find(".", NULL));
}
END_TEST

START_TEST(root_zone_stands_for_all)
{
	add(0, ".");
	add(1, "example.com.");
	make(2);
	check_found("www.example.com.", 1, 4);
	check_found("example.net.", 0, 12);
	check_found(".", 0, 0);
}
END_TEST

START_TEST(no_zones_hold_nothing)
{
	make(0);
	ck_assert_ptr_null(find("example.com.", NULL));
}
END_TEST

START_TEST(bytes_that_are_no_name_are_in_no_zone)
{
	static const uint8_t cut[] = { 3, 'w', 'w', 'w', 7, 'e' };

	add(0, ".");
	make(1);
	ck_assert_ptr_null(zt_zones_find(zones, cut, sizeof(cut), NULL));
	ck_assert_ptr_null(zt_zones_find(zones, cut, 0, NULL));
}
END_TEST

START_TEST(name_of_127_labels_finds_a_short_zone)
{
	uint8_t wire[ZT_NAME_MAX];
	size_t off = 0;

	for (unsigned i = 0; i < 127; i++) {
		wire[2 * i] = 1;
		wire[2 * i + 1] = 'a';
	}
	wire[254] = 0;
	add(0, "a.");
	make(1);
	ck_assert_ptr_nonnull(zt_zones_find(zones, wire, 255, &off));
	ck_assert_uint_eq(off, 252);
}
END_TEST

START_TEST(keys_of_a_zone_are_known_whole)
{
	struct zt_zone_name keys[1];
	uint8_t other[ZT_NAME_MAX];

	keys[0].len = zt_event_builder_name(keys[0].wire, "xfr-key.example.");
	add(0, "example.com.");
	policies[0].tsig_keys = keys;
	policies[0].n_tsig_keys = 1;
	make(1);
	const struct zt_zone *zone = find("example.com.", NULL);
	ck_assert(zt_zones_has_key(zone, keys[0].wire, keys[0].len));
	uint8_t len = zt_event_builder_name(other, "xfr-kex.example.");
	ck_assert(!zt_zones_has_key(zone, other, len));
	ck_assert(!zt_zones_has_key(zone, keys[0].wire, 0));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("zones");
	TCase *tcase = tcase_create("suffixes");

	tcase_add_checked_fixture(tcase, NULL, teardown);
	tcase_add_test(tcase, name_is_found_in_its_closest_zone);
	tcase_add_test(tcase, root_zone_stands_for_all);
	tcase_add_test(tcase, no_zones_hold_nothing);
	tcase_add_test(tcase, bytes_that_are_no_name_are_in_no_zone);
	tcase_add_test(tcase, name_of_127_labels_finds_a_short_zone);
	tcase_add_test(tcase, keys_of_a_zone_are_known_whole);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
