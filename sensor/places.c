#include "places.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../conf/object.h"
#include "../conf/schema.h"

int
zt_places_add(struct zt_places *places, const char *directory, bool is_written)
{
	for (size_t i = 0; i < places->count; i++)
		if (strcmp(places->items[i].directory, directory) == 0) {
			places->items[i].is_written |= is_written;
			return 0;
		}
	if (places->count == ZT_PLACES_MAX)
		return -E2BIG;
	char *copy = strdup(directory);
	if (copy == NULL)
		return -ENOMEM;
	places->items[places->count++] = (struct zt_place){ copy, is_written };
	return 0;
}

int
zt_places_add_parent(struct zt_places *places, const char *path, bool is_written)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return zt_places_add(places, ".", is_written);
	if (slash == path)
		return zt_places_add(places, "/", is_written);
	char *parent = strndup(path, (size_t)(slash - path));
	if (parent == NULL)
		return -ENOMEM;
	int result = zt_places_add(places, parent, is_written);
	free(parent);
	return result;
}

void
zt_places_fini(struct zt_places *places)
{
	for (size_t i = 0; i < places->count; i++)
		free(places->items[i].directory);
	places->count = 0;
}

/* A setting that is a path: what it names, or will, is written and made anew. */
static int
add_path(struct zt_places *places, const char *path)
{
	if (path == NULL || path[0] != '/')
		return 0;
	/* When it is no directory the rule for it is left out. */
	int result = zt_places_add(places, path, true);
	return result != 0 ? result : zt_places_add_parent(places, path, true);
}

static int add_settings(
    struct zt_places *places, const struct zt_schema_table *table, const void *object);

/* A row: a path, a list of maps with paths in them, or nothing to us. */
static int
add_setting(
    struct zt_places *places, const struct zt_schema_row *row, const void *object)
{
	if (row->type == ZT_SCHEMA_STRING && (row->flags & ZT_SCHEMA_LIST) == 0 &&
	    strcmp(row->unit, "path") == 0) {
		char *const *text = zt_object_member(row, object);
		return add_path(places, *text);
	}
	if (row->type != ZT_SCHEMA_MAP)
		return 0;
	struct zt_object_list list = zt_object_list_of(row, object);
	size_t size = zt_schema_item_size(row);
	int result = 0;
	for (size_t i = 0; i < list.count && result == 0; i++)
		result = add_settings(
		    places, row->table, (const char *)list.items + i * size);
	return result;
}

static int
add_settings(
    struct zt_places *places, const struct zt_schema_table *table, const void *object)
{
	int result = 0;

	for (size_t i = 0; i < table->n_rows && result == 0; i++)
		result = add_setting(places, &table->rows[i], object);
	return result;
}

int
zt_places_add_settings(struct zt_places *places, const struct zt_conf *conf)
{
	return add_settings(places, &zt_schema_conf, conf);
}

int
zt_places_add_variable(struct zt_places *places, const char *name)
{
	const char *value = getenv(name);
	char *copy = value == NULL ? NULL : strdup(value);
	char *rest = NULL;
	int result = 0;

	if (copy == NULL)
		return value == NULL ? 0 : -ENOMEM;
	for (char *path = strtok_r(copy, ":", &rest); path != NULL && result == 0;
	     path = strtok_r(NULL, ":", &rest))
		result = zt_places_add(places, path, true);
	free(copy);
	return result;
}
