/**
 * @file schema_check.h
 * A judge of JSON Schema for the words that alert.schema.json uses.
 *
 * Words:    type (one or several), properties, required, additionalProperties (false
 *           or a schema), items, maxItems, enum, minimum, maximum, minLength,
 *           maxLength; $schema, title and description are read over.  Any other word
 *           is an error, so that the schema cannot promise what nobody looks at.
 * Threads:  pure function.
 */
#ifndef ZT_TESTS_SCHEMA_CHECK_H
#define ZT_TESTS_SCHEMA_CHECK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * Does value obey schema?
 *
 * @param why  out: the first violation with its place, cut to cap bytes; "" when none.
 */
bool zt_schema_check(json_t *schema, json_t *value, char *why, size_t cap);

#endif
