/**
 * @file place.h
 * A place in a configuration text, and errors that name it.
 *
 * Threads:   pure functions on the caller's storage.
 * Ownership: a place borrows the name of its text.
 */
#ifndef ZT_CONF_PLACE_H
#define ZT_CONF_PLACE_H

#include <stddef.h>

#include "err.h"

/** Bytes of a longer file name that an error shows: its end, the telling part. */
#define ZT_PLACE_NAME_MAX 300

struct zt_place {
	const char *name; /**< File name, or what stands for it. */
	size_t line;	  /**< From 1. */
	size_t column;	  /**< From 1, in characters. */
};

/**
 * Set the text to "name:line:column: " and the formatted rest.
 *
 * @param err  may be NULL.
 * @return -EINVAL, so that a caller can return it.
 */
int zt_place_refuse(struct zt_err *err, const struct zt_place *place,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/** Line and column of the byte at offset of text. */
void zt_place_of_byte(const char *text, size_t offset, struct zt_place *place);

#endif
