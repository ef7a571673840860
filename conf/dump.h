/**
 * @file dump.h
 * The value of one setting as one writes it.
 *
 * Threads: pure.
 */
#ifndef ZT_CONF_DUMP_H
#define ZT_CONF_DUMP_H

#include <stdio.h>

#include "schema.h"

/** The value of a row of object, without its key, on one line; for a list of maps the
 *  entries, one line each setting.  Failures of out are its own to keep. */
void zt_dump_value(const struct zt_schema_row *row, const void *object, FILE *out);

#endif
