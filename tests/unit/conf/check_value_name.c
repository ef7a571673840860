/* Addresses, domain names and record types from text and back. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conf/value.h"
#include "suite.h"

#define N_CASES(cases) ((int)(sizeof(cases) / sizeof((cases)[0])))

/** The IANA numbers of a few types, and texts that are none (number 0). */
static const struct {
	const char *text;
	uint16_t number;
} rrtypes[] = {
	{ "A", 1 },
	{ "ns", 2 },
	{ "Mx", 15 },
	{ "TXT", 16 },
	{ "AAAA", 28 },
	{ "SRV", 33 },
	{ "NSEC3PARAM", 51 },
	{ "HTTPS", 65 },
	{ "SPF", 99 },
	{ "IXFR", 251 },
	{ "AXFR", 252 },
	{ "ANY", 255 },
	{ "CAA", 257 },
	{ "DLV", 32769 },
	{ "TYPE1", 1 },
	{ "type65280", 65280 },
	{ "TYPE65535", 65535 },
	{ "TYPE65536", 0 },
	{ "TYPE0", 0 },
	{ "TYPE", 0 },
	{ "TYPE01", 0 },
	{ "", 0 },
	{ "MXX", 0 },
	{ "*", 0 },
	{ "15", 0 },
};

START_TEST(rrtype_text_gives_number_or_error)
{
	uint16_t value = 0;
	int rc = zt_value_parse_rrtype(rrtypes[_i].text, &value, NULL);

	ck_assert_int_eq(rc, rrtypes[_i].number != 0 ? 0 : -EINVAL);
	ck_assert_uint_eq(value, rrtypes[_i].number);
}
END_TEST

START_TEST(rrtype_printed_reads_back_for_all_numbers)
{
	char text[ZT_VALUE_TEXT_SIZE];

	for (uint32_t i = 1; i <= UINT16_MAX; i++) {
		uint16_t back = 0;

		(void)zt_value_print_rrtype((uint16_t)i, text);
		ck_assert_int_eq(zt_value_parse_rrtype(text, &back, NULL), 0);
		ck_assert_uint_eq(back, i);
	}
}
END_TEST

/** A prefix as text and as it prints; or its error. */
static const struct {
	const char *text;
	const char *printed;
	const char *error;
	uint8_t family;
	uint8_t bits;
} prefixes[] = {
	{ "192.0.2.54", "192.0.2.54", NULL, 4, 32 },
	{ "192.0.2.54/32", "192.0.2.54", NULL, 4, 32 },
	{ "10.0.0.0/8", "10.0.0.0/8", NULL, 4, 8 },
	{ "0.0.0.0/0", "0.0.0.0/0", NULL, 4, 0 },
	{ "192.0.2.254/31", "192.0.2.254/31", NULL, 4, 31 },
	{ "2001:db8::54", "2001:db8::54", NULL, 6, 128 },
	{ "2001:DB8:10::/48", "2001:db8:10::/48", NULL, 6, 48 },
	{ "::/0", "::/0", NULL, 6, 0 },
	{ "2001:db8:8000::/33", "2001:db8:8000::/33", NULL, 6, 33 },
	{ "10.0.0.1/8", NULL,
	    "10.0.0.1/8 has bits set behind the prefix length; write 10.0.0.0/8", 0,
	    0 },
	{ "192.0.2.255/31", NULL,
	    "192.0.2.255/31 has bits set behind the prefix length; write 192.0.2.254/31",
	    0, 0 },
	{ "2001:db8:8000::/32", NULL,
	    "2001:db8:8000::/32 has bits set behind the prefix length; write "
	    "2001:db8::/32",
	    0, 0 },
	{ "1.2.3.4/0", NULL,
	    "1.2.3.4/0 has bits set behind the prefix length; write 0.0.0.0/0", 0, 0 },
	{ "10.0.0.0/33", NULL,
	    "10.0.0.0/33 has a wrong prefix length; allowed is 0 to 32", 0, 0 },
	{ "10.0.0.0/", NULL, "10.0.0.0/ has a wrong prefix length; allowed is 0 to 32",
	    0, 0 },
	{ "10.0.0.0/08", NULL,
	    "10.0.0.0/08 has a wrong prefix length; allowed is 0 to 32", 0, 0 },
	{ "10.0.0.0/-1", NULL,
	    "10.0.0.0/-1 has a wrong prefix length; allowed is 0 to 32", 0, 0 },
	{ "::/129", NULL, "::/129 has a wrong prefix length; allowed is 0 to 128", 0,
	    0 },
	{ "::ffff:192.0.2.1", NULL,
	    "::ffff:192.0.2.1 is an IPv4 address in IPv6 form; write 192.0.2.1", 0, 0 },
	{ "::ffff:192.0.2.0/120", NULL,
	    "::ffff:192.0.2.0/120 is an IPv4 address in IPv6 form; write 192.0.2.0/24",
	    0, 0 },
	{ "192.0.2.256", NULL,
	    "192.0.2.256 is not an address; write for example 192.0.2.0/24 or "
	    "2001:db8::/32",
	    0, 0 },
	{ "192.0.2", NULL,
	    "192.0.2 is not an address; write for example 192.0.2.0/24 or 2001:db8::/32",
	    0, 0 },
	{ "fe80::1%eth0", NULL,
	    "fe80::1%eth0 is not an address; write for example 192.0.2.0/24 or "
	    "2001:db8::/32",
	    0, 0 },
	{ "", NULL,
	    "\"\" is not an address; write for example 192.0.2.0/24 or 2001:db8::/32",
	    0, 0 },
};

START_TEST(prefix_text_gives_network_or_error)
{
	struct zt_conf_prefix value = { .family = 9 };
	struct zt_err err = { "" };
	char text[ZT_VALUE_TEXT_SIZE];
	int rc = zt_value_parse_prefix(prefixes[_i].text, &value, &err);

	if (prefixes[_i].error != NULL) {
		ck_assert_int_eq(rc, -EINVAL);
		ck_assert_str_eq(err.text, prefixes[_i].error);
		ck_assert_uint_eq(value.family, 9); /* untouched */
		return;
	}
	ck_assert_msg(rc == 0, "%s", err.text);
	ck_assert_uint_eq(value.family, prefixes[_i].family);
	ck_assert_uint_eq(value.bits, prefixes[_i].bits);
	ck_assert_str_eq(zt_value_print_prefix(&value, text), prefixes[_i].printed);
}
END_TEST

START_TEST(prefix_of_ipv4_is_first_four_bytes)
{
	/* 192.0.2.0/24, the other twelve bytes zero */
	static const uint8_t expected[16] = { 192, 0, 2 };
	struct zt_conf_prefix value;

	(void)memset(&value, 0xff, sizeof(value));
	ck_assert_int_eq(zt_value_parse_prefix("192.0.2.0/24", &value, NULL), 0);
	ck_assert_mem_eq(value.addr, expected, 16);
}
END_TEST

#define L63   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define L61   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SHOWN "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..."

static const struct {
	const char *text;
	const char *printed;
	const char *error;
	uint8_t len;
} names[] = {
	{ ".", ".", NULL, 1 },
	{ "example.com", "example.com.", NULL, 13 },
	{ "Example.COM.", "example.com.", NULL, 13 },
	{ "\\069xample", "example.", NULL, 9 }, /* \069 is E */
	{ "a\\.b.c", "a\\.b.c.", NULL, 7 },
	{ "a\\000b\\255", "a\\000b\\255.", NULL, 6 },
	{ "\\\\x", "\\\\x.", NULL, 4 },
	{ "_dmarc.xn--bcher-kva.example", "_dmarc.xn--bcher-kva.example.", NULL, 30 },
	{ "*.example", "*.example.", NULL, 11 },
	{ L63, L63 ".", NULL, 65 },
	{ L63 "." L63 "." L63 "." L61, L63 "." L63 "." L63 "." L61 ".", NULL, 255 },
	{ L63 "." L63 "." L63 "." L61 ".", L63 "." L63 "." L63 "." L61 ".", NULL, 255 },
	{ L63 "." L63 "." L63 "." L61 "a", NULL,
	    SHOWN " is above 255 bytes; RFC 1035 section 2.3.4 allows 255", 0 },
	{ L63 "." L63 "." L63 "." L61 ".a", NULL,
	    SHOWN " is above 255 bytes; RFC 1035 section 2.3.4 allows 255", 0 },
	{ L63 "a", NULL,
	    SHOWN " has a label above 63 bytes; RFC 1035 section 2.3.4 allows 63", 0 },
	{ "", NULL, "\"\" is not a domain name; write for example example.com", 0 },
	{ "a..b", NULL, "a..b has an empty label; write one dot between labels", 0 },
	{ ".a", NULL, ".a has an empty label; write one dot between labels", 0 },
	{ "..", NULL, ".. has an empty label; write one dot between labels", 0 },
	{ "a b", NULL, "a b has a space or control character; write it as \\DDD", 0 },
	{ "a\x7f", NULL, "a\\x7F has a space or control character; write it as \\DDD",
	    0 },
	{ "b\xc3\xbc", NULL,
	    "b\\xC3\\xBC is not ASCII; write the xn-- form of the name", 0 },
	{ "a\\256", NULL, "a\\256 has a \\DDD above \\255; write \\000 to \\255", 0 },
	{ "a\\25", NULL, "a\\25 has a \\ and digits that are not three; write \\DDD",
	    0 },
	{ "a\\", NULL,
	    "a\\ has a \\ with nothing to escape; write \\\\ for the character itself",
	    0 },
};

START_TEST(name_text_gives_wire_form_or_error)
{
	struct zt_conf_name value = { .len = 77 };
	struct zt_err err = { "" };
	char text[ZT_VALUE_TEXT_SIZE];
	int rc = zt_value_parse_name(names[_i].text, &value, &err);

	if (names[_i].error != NULL) {
		ck_assert_int_eq(rc, -EINVAL);
		ck_assert_str_eq(err.text, names[_i].error);
		ck_assert_uint_eq(value.len, 77); /* untouched */
		return;
	}
	ck_assert_msg(rc == 0, "%s", err.text);
	ck_assert_uint_eq(value.len, names[_i].len);
	ck_assert_str_eq(zt_value_print_name(&value, text), names[_i].printed);
}
END_TEST

START_TEST(name_wire_form_is_folded_labels)
{
	/* 3 "www" 2 "x!" 0 */
	static const uint8_t expected[] = { 3, 'w', 'w', 'w', 2, 'x', '!', 0 };
	struct zt_conf_name value;

	ck_assert_int_eq(zt_value_parse_name("wWw.\\088!", &value, NULL), 0);
	ck_assert_uint_eq(value.len, sizeof(expected));
	ck_assert_mem_eq(value.wire, expected, sizeof(expected));
}
END_TEST

START_TEST(name_of_every_byte_prints_and_reads_back)
{
	/* One label of each byte in turn. */
	for (unsigned byte = 0; byte < 256; byte++) {
		struct zt_conf_name name = { .len = 3,
			.wire = { 1, (uint8_t)byte, 0 } };
		struct zt_conf_name back;
		char text[ZT_VALUE_TEXT_SIZE];

		if (byte >= 'A' && byte <= 'Z')
			continue; /* not folded */
		(void)zt_value_print_name(&name, text);
		ck_assert_int_eq(zt_value_parse_name(text, &back, NULL), 0);
		ck_assert_mem_eq(&back, &name, sizeof(name));
	}
}
END_TEST

static Suite *
value_name_suite(void)
{
	Suite *suite = suite_create("value_name");
	TCase *address = tcase_create("address");
	TCase *name = tcase_create("name");
	TCase *rrtype = tcase_create("rrtype");

	tcase_add_loop_test(
	    address, prefix_text_gives_network_or_error, 0, N_CASES(prefixes));
	tcase_add_test(address, prefix_of_ipv4_is_first_four_bytes);
	tcase_add_loop_test(
	    name, name_text_gives_wire_form_or_error, 0, N_CASES(names));
	tcase_add_test(name, name_wire_form_is_folded_labels);
	tcase_add_test(name, name_of_every_byte_prints_and_reads_back);
	tcase_add_loop_test(
	    rrtype, rrtype_text_gives_number_or_error, 0, N_CASES(rrtypes));
	tcase_add_test(rrtype, rrtype_printed_reads_back_for_all_numbers);
	suite_add_tcase(suite, address);
	suite_add_tcase(suite, name);
	suite_add_tcase(suite, rrtype);
	return suite;
}

int
main(void)
{
	return zt_suite_run(value_name_suite());
}
