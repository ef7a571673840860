/**
 * @file region.h
 * Zeroed memory for the tables: touched only where it is used, in large pages.
 *
 * Purpose:   a look-up in a table of many megabytes hits another page each time.  With
 *            large pages (Linux: 2 MiB) the processor finds them without walking the
 *            page tables, and the kernel hands out 512 small ones at once.
 * Ownership: the caller's until zt_region_free().
 * Limits:    regions below ZT_REGION_LARGE come from calloc().
 * Threads:   any.
 */
#ifndef ZT_DETECT_REGION_H
#define ZT_DETECT_REGION_H

#include <stddef.h>

/** From this size on a region is made of large pages where the system has them. */
#define ZT_REGION_LARGE ((size_t)2 << 20)

/** @return bytes of zeros, aligned for anything; NULL when memory is short. */
void *zt_region_new(size_t bytes);

/**
 * Give a region back.
 *
 * @param region  accepts NULL.
 * @param bytes   as they were asked for.
 */
void zt_region_free(void *region, size_t bytes);

#endif
