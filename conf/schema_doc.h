/**
 * @file schema_doc.h
 * What the schema says, for people.
 *
 * Threads: pure functions.
 * Errors:  the caller looks at ferror(out).
 */
#ifndef ZT_CONF_SCHEMA_DOC_H
#define ZT_CONF_SCHEMA_DOC_H

#include <stdio.h>

/** conf/zonetap.yaml: every key with its meaning, set to its default. */
void zt_schema_doc_example(FILE *out);

/** The items of the manual's list of settings, in mdoc(7). */
void zt_schema_doc_man(FILE *out);

/** A Markdown table for the README. */
void zt_schema_doc_table(FILE *out);

#endif
