#include "dissect/reject.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

START_TEST(reject_each_has_a_name_of_its_own_and_a_sentence)
{
	for (int i = 1; i < ZT_N_REJECTS; i++) {
		const char *name = zt_reject_name((enum zt_reject)i);
		const char *sentence = zt_reject_sentence((enum zt_reject)i);
		ck_assert_uint_gt(strlen(name), 3);
		ck_assert_uint_eq(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_"),
		    strlen(name));
		ck_assert_uint_gt(strlen(sentence), strlen("a b"));
		ck_assert_ptr_nonnull(zt_reject_clause((enum zt_reject)i));
		for (int k = 1; k < i; k++)
			ck_assert_str_ne(name, zt_reject_name((enum zt_reject)k));
	}
}
END_TEST

START_TEST(reject_known_one_says_what_the_list_says)
{
	ck_assert_str_eq(zt_reject_name(ZT_ACCEPT), "ok");
	ck_assert_str_eq(zt_reject_name(ZT_R_BAD_UDP), "bad_udp");
	ck_assert_str_eq(zt_reject_sentence(ZT_R_BAD_UDP), "UDP length below 8");
	ck_assert_str_eq(zt_reject_clause(ZT_R_BAD_UDP), "RFC 768");
	ck_assert_int_eq(zt_reject_level(ZT_R_BAD_UDP), ZT_REJECT_PACKET);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("reject");
	TCase *tc = tcase_create("list");

	tcase_add_test(tc, reject_each_has_a_name_of_its_own_and_a_sentence);
	tcase_add_test(tc, reject_known_one_says_what_the_list_says);
	suite_add_tcase(suite, tc);
	return zt_suite_run(suite);
}
