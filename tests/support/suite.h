/**
 * @file suite.h
 * The end of every test program: run its suite, say how it went.
 *
 * Threads: main thread of a test.
 */
#ifndef ZT_TESTS_SUITE_H
#define ZT_TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

/**
 * Run a suite; how loudly is the environment's choice (CK_VERBOSITY).
 *
 * @param suite  freed here.
 * @return exit code of the program.
 */
static inline int
zt_suite_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
