/**
 * @file object.h
 * An object of the settings: its defaults, its values from a node, its end.
 *
 * An object is a struct zt_conf or an entry of one of its lists of maps; its schema
 * table says which members it has.
 *
 * Ownership: the object owns the strings and lists of its members; whoever made the
 *            object calls zt_object_fini(), also after a failure.
 * Errors:    0, -EINVAL with "name:line:column: ..." in err, or -ENOMEM.
 */
#ifndef ZT_CONF_OBJECT_H
#define ZT_CONF_OBJECT_H

#include "document.h"
#include "err.h"
#include "schema.h"

/** Where values come from and where errors go. */
struct zt_source {
	const char *name; /**< Of the file. */
	struct zt_err *err;
};

/** Lists in an object have this shape, whatever their items are. */
struct zt_object_list {
	void *items;
	size_t count;
};

/** Set every member that has a default.  object is zeroed storage. */
int zt_object_init(const struct zt_schema_table *table, void *object);

/** Set what the map `node` says; object has its defaults. */
int zt_object_read(const struct zt_source *source, const struct zt_schema_table *table,
    const struct zt_node *node, void *object);

/** Free what the members own; the storage becomes zero. */
void zt_object_fini(const struct zt_schema_table *table, void *object);

/** The member of a row. */
const void *zt_object_member(const struct zt_schema_row *row, const void *object);

/** The list that is the member of a row. */
struct zt_object_list zt_object_list_of(
    const struct zt_schema_row *row, const void *object);

#endif
