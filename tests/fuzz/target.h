/**
 * @file target.h
 * What each fuzz target offers, as libFuzzer wants it.
 *
 * Threads: one.
 */
#ifndef ZT_TESTS_FUZZ_TARGET_H
#define ZT_TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/** Run one input; stops the program when something is wrong.  @return 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
