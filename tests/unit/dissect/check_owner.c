#include "dissect/owner.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

static const struct zt_hash_key key = { 5, 6 };

/** The hash of a name on its own, uncompressed. */
static struct zt_owner
plain(const char *text)
{
	struct zt_owners owners;
	struct zt_owner owner;
	struct wire w;

	w.len = 0;
	wire_name(&w, text);
	zt_owners_init(&owners, &key);
	ck_assert(zt_owners_read(&owners, w.bytes, w.len, 0, &owner));
	return owner;
}

START_TEST(read_equal_names_are_equal_however_written)
{
	struct zt_owners owners;
	struct zt_owner got;
	struct wire w;
	size_t at[6];

	zt_owners_init(&owners, &key);
	wire_start(&w, 1, 0, (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&w, "Example.COM", 1);
	at[0] = w.len;
	wire_name(&w, "www.example.com");
	at[1] = w.len;
	wire_u8(&w, 3);
	wire_bytes(&w, "WwW", 3);
	wire_pointer(&w, 12);
	at[2] = w.len;
	wire_pointer(&w, at[1]);
	at[3] = w.len;
	wire_pointer(&w, at[2]);
	/* The same again, from the memo; then in a new message without it. */
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < 4; i++) {
			unsigned from = round == 1 ? 3 - i : i;
			ck_assert(
			    zt_owners_read(&owners, w.bytes, w.len, at[from], &got));
			ck_assert_uint_eq(got.hash, plain("www.example.com").hash);
		}
		ck_assert(zt_owners_read(&owners, w.bytes, w.len, 12, &got));
		ck_assert_uint_eq(got.hash, plain("example.com").hash);
		zt_owners_next_message(&owners);
	}
}
END_TEST

START_TEST(read_different_names_differ)
{
	static const char *const names[] = { "", "com", "example.com", "examplecom",
		"a.b", "b.a", "ab", "a.b.c", "www.example.com", "ww.wexample.com",
		"aaaaaaa.com", "aaaaaaaa.com", "aaaaaaaaa.com", "aaaaaaaaaaaaaaaa.com",
		"aaaaaaaaaaaaaaab.com", "abcdefghijklmnopqrstuvwxyz0123456789.com",
		"abcdefghijklmnopqrstuvwxyz0123456780.com", "@.com", "`.com" };
	size_t n = sizeof(names) / sizeof(names[0]);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			ck_assert_msg(plain(names[i]).hash != plain(names[j]).hash,
			    "%s %s", names[i], names[j]);
	ck_assert_uint_eq(plain("ABCDEFGHIJKLMNOPQRSTUVWXYZ.com").hash,
	    plain("abcdefghijklmnopqrstuvwxyz.com").hash);
}
END_TEST

START_TEST(read_a_message_does_not_remember_the_one_before)
{
	struct zt_owners owners;
	struct zt_owner got;
	struct wire w;

	zt_owners_init(&owners, &key);
	for (unsigned i = 0; i < 2; i++) {
		wire_start(&w, 1, 0, (struct wire_counts){ 1, 0, 0, 0 });
		wire_question(&w, i ? "example.net" : "example.com", 1);
		size_t at = w.len;
		wire_u8(&w, 1);
		wire_u8(&w, 'a');
		wire_pointer(&w, 12);
		zt_owners_next_message(&owners);
		ck_assert(zt_owners_read(&owners, w.bytes, w.len, at, &got));
		ck_assert_uint_eq(
		    got.hash, plain(i ? "a.example.net" : "a.example.com").hash);
	}
}
END_TEST

START_TEST(read_names_under_msdcs_are_a_directorys)
{
	ck_assert(plain("gc._msdcs.example.com").is_directory);
	ck_assert(plain("_MSDCS.example.com").is_directory);
	ck_assert(!plain("msdcs.example.com").is_directory);
	ck_assert(!plain("_msdcss.example.com").is_directory);
	ck_assert(!plain("_ldap._tcp.example.com").is_directory);
}
END_TEST

START_TEST(read_malformed_names_fail)
{
	struct zt_owners owners;
	struct zt_owner got;
	struct wire w;

	zt_owners_init(&owners, &key);
	/* Cut label, reserved label type, forward pointer, pointer to itself, half a
	 * pointer, pointer into the header, nothing. */
	static const char *const bad[] = { "\3ww", "\x40xxxx", "\xc0\x20", "\xc0\x0c",
		"\xc0", "\xc0\x01" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		wire_start(&w, 1, 0, (struct wire_counts){ 0, 0, 0, 0 });
		wire_bytes(&w, bad[i], strlen(bad[i]));
		ck_assert_msg(
		    !zt_owners_read(&owners, w.bytes, w.len, 12, &got), "case %zu", i);
	}
	ck_assert(!zt_owners_read(&owners, w.bytes, w.len, w.len, &got));
}
END_TEST

START_TEST(read_chain_of_pointers_ends)
{
	struct zt_owners owners;
	struct zt_owner got;
	struct wire w;

	zt_owners_init(&owners, &key);
	wire_start(&w, 1, 0, (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&w, "a", 1);
	size_t last = 12;
	for (unsigned i = 0; i < 17; i++) {
		size_t here = w.len;
		wire_pointer(&w, last);
		last = here;
	}
	ck_assert(!zt_owners_read(&owners, w.bytes, w.len, last, &got));
	ck_assert(zt_owners_read(&owners, w.bytes, w.len, last - 2, &got));
	ck_assert_uint_eq(got.hash, plain("a").hash);
}
END_TEST

static Suite *
owner_suite(void)
{
	Suite *suite = suite_create("owner");
	TCase *read = tcase_create("read");

	tcase_add_test(read, read_equal_names_are_equal_however_written);
	tcase_add_test(read, read_different_names_differ);
	tcase_add_test(read, read_a_message_does_not_remember_the_one_before);
	tcase_add_test(read, read_names_under_msdcs_are_a_directorys);
	tcase_add_test(read, read_malformed_names_fail);
	tcase_add_test(read, read_chain_of_pointers_ends);
	suite_add_tcase(suite, read);
	return suite;
}

int
main(void)
{
	return zt_suite_run(owner_suite());
}
