/**
 * @file scalar.h
 * One value of a schema row: from text, with its range, and back.
 *
 * The storage of a value is that of its type, see enum zt_schema_type; lists call these
 * for each item.
 *
 * Threads: pure functions on the caller's storage.
 */
#ifndef ZT_CONF_SCALAR_H
#define ZT_CONF_SCALAR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "err.h"
#include "schema.h"

/**
 * @param row   of any type but ZT_SCHEMA_MAP.
 * @param item  out: untouched on failure.  A string is a new one; what was there before
 *              is not freed.
 * @param err   out: what was found and what would be right.
 * @return 0, -EINVAL or -ENOMEM.
 */
int zt_scalar_parse(
    const struct zt_schema_row *row, const char *text, void *item, struct zt_err *err);

/** Print the item as YAML, quoted where it must be. */
void zt_scalar_print(const struct zt_schema_row *row, const void *item, FILE *out);

/** Is there a value?  False for a time that was left out. */
bool zt_scalar_is_present(const struct zt_schema_row *row, const void *item);

/** A limit of the row in the words of its type; room for ZT_VALUE_TEXT_SIZE bytes. */
const char *zt_scalar_number_text(
    const struct zt_schema_row *row, uint64_t number, char *text);

/** What the row takes, for messages: "a duration such as 10m". */
const char *zt_scalar_wanted(const struct zt_schema_row *row);

#endif
