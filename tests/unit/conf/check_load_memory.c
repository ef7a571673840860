/* Loading when memory runs out at every point in turn: refused, nothing leaks, nothing is
 * half done.  This program brings its own malloc(), so it cannot run where a sanitizer
 * brings one. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "failing_memory.h"
#include "suite.h"

#ifdef CAN_FAIL

/** Every kind of member that owns memory. */
static const char text[] =
    "interfaces: [eth0, eth1]\n"
    "sensor_name: tap1\n"
    "internal: [10.0.0.0/8]\n"
    "zones:\n"
    "  - {name: example.com, secondaries: [192.0.2.54], tsig_keys: [k.example]}\n"
    "  - {name: b.example}\n"
    "scanners:\n"
    "  - {networks: [198.51.100.0/28]}\n"
    "detect: {rules: {type-enumeration: {record_types: [MX, TXT]}}}\n";

/* X21. */
START_TEST(load_without_memory_is_refused_and_leaks_nothing)
{
	struct zt_err err = { "" };
	long allowed = 0;
	int rc;

	do {
		struct zt_conf *conf = NULL;
		long before = n_blocks;

		left = ++allowed;
		rc = zt_conf_parse("f", text, sizeof(text) - 1, &conf, &err);
		left = -1;
		if (rc != 0) {
			ck_assert_int_eq(rc, -ENOMEM);
			ck_assert_ptr_null(conf);
			ck_assert_str_eq(err.text,
			    "f: memory is short; give the process more of it");
		}
		zt_conf_free(&conf);
		ck_assert_int_eq(n_blocks, before);
	} while (rc != 0);
	ck_assert_int_gt(allowed, 50); /* the failures were really made */
}
END_TEST

#endif

int
main(void)
{
	Suite *suite = suite_create("load_memory");
	TCase *tcase = tcase_create("memory");

#ifdef CAN_FAIL
	tcase_add_test(tcase, load_without_memory_is_refused_and_leaks_nothing);
#else
	(void)puts("skipped: this build has an allocator of its own");
#endif
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
