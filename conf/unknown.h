/**
 * @file unknown.h
 * What to tell somebody who wrote a key that does not exist.
 *
 * Threads: pure functions.
 */
#ifndef ZT_CONF_UNKNOWN_H
#define ZT_CONF_UNKNOWN_H

#include "err.h"
#include "schema.h"
#include "section.h"

/**
 * @param section  where the key was found.
 * @param key      borrowed.
 * @param err      out: the key, and the nearest one, or where the key belongs, or all
 *                 keys of the section.
 */
void zt_unknown_key(const struct zt_schema_table *table, struct zt_section section,
    const char *key, struct zt_err *err);

#endif
