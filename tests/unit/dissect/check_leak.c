/*
 * What a transfer discloses, seen through its events.
 */
#include "suite.h"
#include "transfer_driver.h"

#include <stdio.h>
#include <stdlib.h>

#include "dissect/provider.h"

/** A message under construction whose answer count follows the records. */
struct zone {
	struct wire w;
	unsigned n;
};

static void
zone_start(struct zone *zone)
{
	wire_start(&zone->w, 1, ZT_DNS_QR, (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&zone->w, "example.com", ZT_RR_AXFR);
	wire_soa(&zone->w, NULL, 3);
	zone->n = 1;
}

/** A record with raw data. */
static void
zone_add(
    struct zone *zone, const char *owner, unsigned type, const void *data, size_t len)
{
	size_t rr = wire_rr(&zone->w, owner, type);

	wire_bytes(&zone->w, data, len);
	wire_end_rr(&zone->w, rr);
	zone->n++;
}

#define ADD(zone, owner, type, data) zone_add(zone, owner, type, data, sizeof(data) - 1)

static void
zone_name(struct zone *zone, const char *owner, unsigned type, const char *prefix,
    size_t prefix_len, const char *target)
{
	size_t rr = wire_rr(&zone->w, owner, type);

	wire_bytes(&zone->w, prefix, prefix_len);
	wire_name(&zone->w, target);
	wire_end_rr(&zone->w, rr);
	zone->n++;
}

/** Transfer the zone; @return what is known at the end. */
static const struct zt_transfer *
zone_transfer(struct zone *zone, struct driver *d)
{
	driver_open(d, TCP_STREAM, 0);
	driver_ask(d, 1, "example.com", ZT_RR_AXFR, 0);
	wire_soa(&zone->w, NULL, 3);
	zone->n++;
	zone->w.bytes[6] = (uint8_t)(zone->n >> 8);
	zone->w.bytes[7] = (uint8_t)zone->n;
	driver_feed(d, &zone->w);
	ck_assert_uint_eq(driver_last(d)->verdict, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(driver_last(d)->records, zone->n);
	return driver_last(d);
}

static uint32_t
count_of(const struct zt_transfer *t, unsigned type)
{
	for (unsigned i = 0; i < t->n_types; i++)
		if (t->types[i].type == type)
			return t->types[i].count;
	return 0;
}

START_TEST(addresses_in_private_space_are_counted)
{
	struct zone zone;
	struct driver d;

	zone_start(&zone);
	ADD(&zone, "a.example.com", ZT_RR_A, "\x0a\x00\x00\x01"); /* 10.0.0.1 */
	ADD(&zone, "b.example.com", ZT_RR_A, "\x0b\x00\x00\x01"); /* 11.0.0.1 */
	ADD(&zone, "c.example.com", ZT_RR_A, "\xac\x10\x00\x01"); /* 172.16.0.1 */
	ADD(&zone, "d.example.com", ZT_RR_A, "\xac\x1f\xff\xff"); /* 172.31.255.255 */
	ADD(&zone, "e.example.com", ZT_RR_A, "\xac\x0f\xff\xff"); /* 172.15.255.255 */
	ADD(&zone, "f.example.com", ZT_RR_A, "\xac\x20\x00\x00"); /* 172.32.0.0 */
	ADD(&zone, "g.example.com", ZT_RR_A, "\xc0\xa8\x01\x01"); /* 192.168.1.1 */
	ADD(&zone, "h.example.com", ZT_RR_A, "\xc0\xa9\x01\x01"); /* 192.169.1.1 */
	ADD(&zone, "i.example.com", ZT_RR_A, "\x0a\x00\x00");	  /* cut */
	ADD(&zone, "j.example.com", ZT_RR_AAAA,
	    "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"); /* fd00::1 */
	ADD(&zone, "k.example.com", ZT_RR_AAAA,
	    "\xfc\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"); /* fc00::1 */
	ADD(&zone, "l.example.com", ZT_RR_AAAA,
	    "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1"); /* fe80::1 */
	const struct zt_transfer *t = zone_transfer(&zone, &d);
	ck_assert_uint_eq(t->private_addresses, 6);
	ck_assert_uint_eq(count_of(t, ZT_RR_A), 9);
	ck_assert_uint_eq(count_of(t, ZT_RR_AAAA), 3);
	ck_assert_uint_eq(count_of(t, ZT_RR_SOA), 2);
	ck_assert_uint_eq(t->n_types, 3);
	/* What is frequent stands first. */
	ck_assert_uint_eq(t->types[0].type, ZT_RR_A);
	ck_assert_uint_eq(t->names, 13);
	driver_close(&d);
}
END_TEST

START_TEST(services_and_directories_are_counted_by_owner)
{
	static const char srv[] = "\0\0\0\0\x01\x85"; /* priority, weight, port 389 */
	struct zone zone;
	struct driver d;

	zone_start(&zone);
	zone_name(&zone, "_sip._tcp.example.com", ZT_RR_SRV, srv, 6, "pbx.example.com");
	zone_name(
	    &zone, "_ldap._tcp.example.com", ZT_RR_SRV, srv, 6, "dc1.example.com");
	zone_name(
	    &zone, "_ldap._tcp.example.com", ZT_RR_SRV, srv, 6, "dc2.example.com");
	zone_name(
	    &zone, "_KERBEROS._udp.example.com", ZT_RR_SRV, srv, 6, "dc1.example.com");
	zone_name(&zone, "_gc._tcp.example.com", ZT_RR_SRV, srv, 6, "dc1.example.com");
	ADD(&zone, "gc._msdcs.example.com", ZT_RR_A, "\xc0\x00\x02\x01");
	zone_name(&zone, "_ldap._tcp.dc._msdcs.example.com", ZT_RR_SRV, srv, 6,
	    "dc1.example.com");
	/* The same word as an address is no directory. */
	ADD(&zone, "_ldap.example.com", ZT_RR_A, "\xc0\x00\x02\x01");
	const struct zt_transfer *t = zone_transfer(&zone, &d);
	ck_assert_uint_eq(t->srv_names, 5);
	ck_assert_uint_eq(t->directory_names, 5);
	ck_assert_uint_eq(t->names, 8);
	driver_close(&d);
}
END_TEST

START_TEST(mail_and_providers_are_named)
{
	struct zone zone;
	struct driver d;

	zone_start(&zone);
	zone_name(&zone, NULL, ZT_RR_MX, "\0\x0a", 2,
	    "example-com.mail.protection.outlook.com");
	zone_name(&zone, NULL, ZT_RR_MX, "\0\x14", 2, "mx2.example.com");
	ADD(&zone, NULL, ZT_RR_TXT, "\x22v=spf1 include:_spf.google.com -all");
	zone_name(
	    &zone, "support.example.com", ZT_RR_CNAME, "", 0, "example.zendesk.com");
	const struct zt_transfer *t = zone_transfer(&zone, &d);
	ck_assert_uint_eq(t->mail_hosts, 2);
	ck_assert_uint_eq(
	    t->providers, UINT64_C(1) << ZT_PROVIDER_MICROSOFT_365 |
			      UINT64_C(1) << ZT_PROVIDER_GOOGLE_WORKSPACE |
			      UINT64_C(1) << ZT_PROVIDER_ZENDESK);
	driver_close(&d);
}
END_TEST

START_TEST(samples_are_the_first_names_but_the_apex)
{
	struct zone zone;
	struct driver d;

	zone_start(&zone);
	zone_name(&zone, NULL, ZT_RR_NS, "", 0, "ns1.example.com");
	ADD(&zone, "VPN.example.com", ZT_RR_A, "\xc0\x00\x02\x01");
	ADD(&zone, "VPN.example.com", ZT_RR_A, "\xc0\x00\x02\x02");
	/* An NSEC3 and its signature own a hash, no name. */
	ADD(&zone, "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.com", ZT_RR_NSEC3,
	    "\1\0\0\0");
	ADD(&zone, "1p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.com", 46, "\0\x32\1\1");
	ADD(&zone, "b.example.com", 46, "\0\x01\1\1");
	ADD(&zone, "vpn.example.com", ZT_RR_AAAA, "\0");
	const struct zt_transfer *t = zone_transfer(&zone, &d);
	ck_assert_uint_eq(t->n_samples, 2);
	ck_assert_uint_eq(t->sample_len, 17 + 15);
	ck_assert_mem_eq(
	    t->samples, "\3vpn\7example\3com\0\1b\7example\3com", t->sample_len);
	ck_assert_uint_eq(t->names, 5);
	driver_close(&d);
}
END_TEST

START_TEST(samples_stop_at_twenty_and_at_their_room)
{
	struct zone zone;
	struct driver d;
	char name[200];

	zone_start(&zone);
	for (char c = 'a'; c <= 'z'; c++) {
		memset(name, c, 8);
		memcpy(name + 8, ".example.com", 13);
		ADD(&zone, name, ZT_RR_A, "\xc0\x00\x02\x01");
	}
	const struct zt_transfer *t = zone_transfer(&zone, &d);
	ck_assert_uint_eq(t->n_samples, ZT_TRANSFER_SAMPLES_MAX);
	ck_assert_uint_eq(t->sample_len, 20 * 22);
	driver_close(&d);
	zone_start(&zone);
	for (char c = 'a'; c <= 'z'; c++) {
		memset(name, c, 60);
		name[60] = '.';
		memset(name + 61, c, 60);
		memcpy(name + 121, ".example.com", 13);
		ADD(&zone, name, ZT_RR_A, "\xc0\x00\x02\x01");
	}
	t = zone_transfer(&zone, &d);
	/* 135 bytes a name, 1024 in all. */
	ck_assert_uint_eq(t->n_samples, 7);
	ck_assert_uint_eq(t->sample_len, 7 * 135);
	driver_close(&d);
}
END_TEST

START_TEST(types_beyond_the_table_are_counted_together)
{
	struct zone zone;
	struct driver d;

	zone_start(&zone);
	for (unsigned type = 1000; type < 1030; type++) {
		ADD(&zone, "a.example.com", type, "\0");
		ADD(&zone, "a.example.com", type, "\1");
	}
	const struct zt_transfer *t = zone_transfer(&zone, &d);
	ck_assert_uint_eq(t->n_types, ZT_TRANSFER_TYPES_MAX);
	ck_assert_uint_eq(t->other_types, 2 * (30 - 23));
	ck_assert_uint_eq(count_of(t, 1000), 2);
	ck_assert_uint_eq(count_of(t, 1022), 2);
	ck_assert_uint_eq(count_of(t, ZT_RR_SOA), 2);
	driver_close(&d);
}
END_TEST

START_TEST(names_of_large_zones_are_estimated)
{
	struct driver d;
	struct wire w;
	char name[32];
	unsigned n = 0;

	driver_open(&d, TCP_STREAM, 0);
	driver_ask(&d, 1, "example.com", ZT_RR_AXFR, 0);
	driver_answer(&d, 1, ZT_RR_AXFR, "3");
	while (n < 100000) {
		wire_start(&w, 1, ZT_DNS_QR, (struct wire_counts){ 0, 500, 0, 0 });
		for (unsigned i = 0; i < 500; i++) {
			(void)snprintf(name, sizeof(name), "h%u.example.com", n++);
			wire_a(&w, name, 0x0a000001);
		}
		driver_feed(&d, &w);
	}
	driver_answer(&d, 1, 0, "3");
	const struct zt_transfer *t = driver_last(&d);
	ck_assert_uint_eq(t->records, 100002);
	ck_assert_uint_gt(t->names, 97000);
	ck_assert_uint_lt(t->names, 103000);
	ck_assert(t->flags & ZT_TF_NAMES_ESTIMATED);
	/* Up to ten thousand they are counted exactly: one record more than names. */
	for (size_t i = 2; i < d.n_seen - 2; i++) {
		ck_assert(!(d.seen[i].transfer.flags & ZT_TF_NAMES_ESTIMATED));
		ck_assert_uint_eq(d.seen[i].transfer.names, d.seen[i].transfer.records);
	}
	driver_close(&d);
}
END_TEST

static Suite *
leak_suite(void)
{
	Suite *suite = suite_create("leak");
	TCase *records = tcase_create("records");
	TCase *names = tcase_create("names");

	tcase_add_test(records, addresses_in_private_space_are_counted);
	tcase_add_test(records, services_and_directories_are_counted_by_owner);
	tcase_add_test(records, mail_and_providers_are_named);
	tcase_add_test(records, types_beyond_the_table_are_counted_together);
	suite_add_tcase(suite, records);
	tcase_add_test(names, samples_are_the_first_names_but_the_apex);
	tcase_add_test(names, samples_stop_at_twenty_and_at_their_room);
	tcase_add_test(names, names_of_large_zones_are_estimated);
	suite_add_tcase(suite, names);
	return suite;
}

int
main(void)
{
	return zt_suite_run(leak_suite());
}
