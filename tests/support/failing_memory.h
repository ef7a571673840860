/**
 * @file failing_memory.h
 * An allocator for one test program that runs out of memory when it is told to.
 *
 * Use:     include it in the one file of a test; where CAN_FAIL is not defined, the build
 *          has an allocator of its own (a sanitizer's) and the test skips.
 * Threads: one.
 */
#ifndef ZT_TESTS_FAILING_MEMORY_H
#define ZT_TESTS_FAILING_MEMORY_H

#include <stdbool.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#	define HAS_SANITIZER 1
#elif defined(__has_feature)
#	if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#		define HAS_SANITIZER 1
#	endif
#endif
#if !defined(HAS_SANITIZER) && defined(__GLIBC__)
#	define CAN_FAIL 1
#endif

#ifdef CAN_FAIL

/* glibc's own names of what is replaced here. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);

/** Allocations that still succeed; below zero: all. */
static long left = -1;
/** Blocks allocated and not freed. */
static long n_blocks;

static bool
is_refused(void)
{
	if (left > 0)
		left--;
	return left == 0;
}

static void *
counted(void *block)
{
	n_blocks += block != NULL;
	return block;
}

void *
malloc(size_t size)
{
	return is_refused() ? NULL : counted(__libc_malloc(size));
}

void *
calloc(size_t n, size_t size)
{
	return is_refused() ? NULL : counted(__libc_calloc(n, size));
}

void *
realloc(void *block, size_t size)
{
	if (is_refused())
		return NULL;
	return block == NULL ? counted(__libc_realloc(NULL, size))
			     : __libc_realloc(block, size);
}

void
free(void *block)
{
	n_blocks -= block != NULL;
	__libc_free(block);
}

#endif

#endif
