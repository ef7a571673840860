/**
 * @file list.h
 * Lists of values and lists of maps, as members of an object.
 *
 * Ownership: a list owns its items and what they own.
 * Errors:    as in object.h.
 */
#ifndef ZT_CONF_LIST_H
#define ZT_CONF_LIST_H

#include "document.h"
#include "object.h"
#include "schema.h"

/**
 * Put the items of node in the place of what the list holds.
 *
 * @param member  a list of the shape of struct zt_object_list; what was there is freed
 *                on success and untouched on failure.
 */
int zt_list_read(const struct zt_source *source, const struct zt_schema_row *row,
    const struct zt_node *node, void *member);

/** Free the items; the member becomes the empty list. */
void zt_list_fini(const struct zt_schema_row *row, void *member);

#endif
