#include "object.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "list.h"
#include "place.h"
#include "quote.h"
#include "scalar.h"
#include "section.h"
#include "unknown.h"

/** The walk through one object. */
struct walk {
	const struct zt_source *source;
	const struct zt_schema_table *table;
	void *object;
};

static struct zt_place
place_of(const struct zt_source *source, const struct zt_node *node)
{
	return (struct zt_place){ source->name, node->line, node->column };
}

static void *
member_of(const struct zt_schema_row *row, void *object)
{
	return (char *)object + row->offset;
}

const void *
zt_object_member(const struct zt_schema_row *row, const void *object)
{
	return (const char *)object + row->offset;
}

struct zt_object_list
zt_object_list_of(const struct zt_schema_row *row, const void *object)
{
	struct zt_object_list list;

	(void)memcpy(&list, zt_object_member(row, object), sizeof(list));
	return list;
}

/** A key with nothing behind it. */
static bool
is_null(const struct zt_node *node)
{
	return node->kind == ZT_NODE_SCALAR && node->is_plain &&
	       (node->text[0] == '\0' || strcmp(node->text, "~") == 0 ||
		   strcasecmp(node->text, "null") == 0);
}

static int
set_scalar(
    const struct walk *w, const struct zt_schema_row *row, const struct zt_node *node)
{
	struct zt_place place = place_of(w->source, node);
	void *member = member_of(row, w->object);
	char path[ZT_SCHEMA_PATH_SIZE];
	struct zt_err why = { "" };
	char *old = NULL;
	int rc;

	if (is_null(node))
		return zt_place_refuse(w->source->err, &place,
		    "%s: has no value; write %s, or leave the line out",
		    zt_schema_path(row, path), zt_scalar_wanted(row));
	if (node->kind != ZT_NODE_SCALAR)
		return zt_place_refuse(w->source->err, &place,
		    "%s: found a %s; write %s", zt_schema_path(row, path),
		    node->kind == ZT_NODE_LIST ? "list" : "map", zt_scalar_wanted(row));
	if (row->type == ZT_SCHEMA_STRING)
		(void)memcpy(&old, member, sizeof(old));
	rc = zt_scalar_parse(row, node->text, member, &why);
	if (rc == -EINVAL)
		return zt_place_refuse(w->source->err, &place, "%s: %s",
		    zt_schema_path(row, path), why.text);
	if (rc == 0)
		free(old);
	return rc;
}

static int
set_member(
    const struct walk *w, const struct zt_schema_row *row, const struct zt_node *node)
{
	static const struct zt_node empty = { .kind = ZT_NODE_LIST };
	struct zt_node list = empty;

	if (!(row->flags & ZT_SCHEMA_LIST))
		return set_scalar(w, row, node);
	if (!is_null(node))
		return zt_list_read(w->source, row, node, member_of(row, w->object));
	/* "internal:" with its lines commented out is an empty list. */
	list.line = node->line;
	list.column = node->column;
	return zt_list_read(w->source, row, &list, member_of(row, w->object));
}

static int
check_member(
    const struct walk *w, const struct zt_schema_row *row, const struct zt_node *node)
{
	struct zt_place place = place_of(w->source, node);
	char path[ZT_SCHEMA_PATH_SIZE];
	struct zt_err why = { "" };

	if (row->check == NULL || row->check(w->object, &why) == 0)
		return 0;
	return zt_place_refuse(
	    w->source->err, &place, "%s: %s", zt_schema_path(row, path), why.text);
}

static const struct zt_schema_row *
find_row(
    const struct zt_schema_table *table, struct zt_section section, const char *key)
{
	for (size_t i = 0; i < table->n_rows; i++)
		if (strcmp(table->rows[i].key, key) == 0 &&
		    zt_section_is(section, table->rows[i].section))
			return &table->rows[i];
	return NULL;
}

/** The section below that is called key; len 0 when there is none. */
static struct zt_section
find_section(
    const struct zt_schema_table *table, struct zt_section section, const char *key)
{
	for (size_t i = 0; i < table->n_rows; i++) {
		const char *path = table->rows[i].section;
		size_t len;
		const char *word = zt_section_next(section, path, &len);

		if (word != NULL && strlen(key) == len && memcmp(word, key, len) == 0)
			return (struct zt_section){ path, (size_t)(word - path) + len };
	}
	return (struct zt_section){ "", 0 };
}

/** Keys known to the schema only come here: the search ends soon for any map. */
static int
refuse_twice(
    const struct walk *w, const struct zt_node *map, const struct zt_node *child)
{
	struct zt_place place = place_of(w->source, child->key);
	const struct zt_node *other = map->first;

	while (strcmp(other->key->text, child->key->text) != 0)
		other = other->next;
	if (other == child)
		return 0;
	return zt_place_refuse(w->source->err, &place,
	    "key %s is here twice; the first is in line %zu", child->key->text,
	    other->key->line);
}

static int read_section(
    const struct walk *w, struct zt_section section, const struct zt_node *node);

static int
read_key(const struct walk *w, struct zt_section section, const struct zt_node *map,
    const struct zt_node *child)
{
	const char *key = child->key->text;
	const struct zt_schema_row *row = find_row(w->table, section, key);
	struct zt_section below = find_section(w->table, section, key);
	struct zt_place place = place_of(w->source, child->key);
	struct zt_err why = { "" };
	int rc;

	if (row == NULL && below.len == 0) {
		zt_unknown_key(w->table, section, key, &why);
		return zt_place_refuse(w->source->err, &place, "%s", why.text);
	}
	rc = refuse_twice(w, map, child);
	if (rc != 0)
		return rc;
	return row != NULL ? set_member(w, row, child) : read_section(w, below, child);
}

/** Everything below a section; as deep as the schema. */
static int
read_section(
    const struct walk *w, struct zt_section section, const struct zt_node *node)
{
	struct zt_place place = place_of(w->source, node);

	if (is_null(node))
		return 0;
	if (node->kind != ZT_NODE_MAP)
		return zt_place_refuse(w->source->err, &place,
		    "%.*s%sfound a %s; write lines of the form \"key: value\"",
		    (int)section.len, section.path, section.len != 0 ? ": " : "",
		    node->kind == ZT_NODE_LIST ? "list" : "value");
	for (const struct zt_node *child = node->first; child != NULL;
	     child = child->next) {
		int rc = read_key(w, section, node, child);

		if (rc != 0)
			return rc;
	}
	return 0;
}

/** The node of a row's value; NULL when it was not given. */
static const struct zt_node *
find_node(
    const struct zt_node *map, struct zt_section top, const struct zt_schema_row *row)
{
	const struct zt_node *child = map->kind == ZT_NODE_MAP ? map->first : NULL;
	size_t len = 0;
	const char *word = zt_section_next(top, row->section, &len);

	if (word == NULL) {
		word = row->key;
		len = strlen(row->key);
	}
	while (child != NULL && (strlen(child->key->text) != len ||
				    memcmp(child->key->text, word, len) != 0))
		child = child->next;
	if (child == NULL || word == row->key)
		return child;
	top = (struct zt_section){ row->section, (size_t)(word - row->section) + len };
	return find_node(child, top, row);
}

/** Section from which the paths of a table start: entries of zones are in "zones". */
static struct zt_section
top_of(const struct zt_schema_table *table)
{
	const char *path = table->rows[0].section;

	return (struct zt_section){ path, strlen(path) };
}

int
zt_object_read(const struct zt_source *source, const struct zt_schema_table *table,
    const struct zt_node *node, void *object)
{
	struct walk w = { source, table, object };
	struct zt_place place = place_of(source, node);
	struct zt_section top = top_of(table);
	int rc = read_section(&w, top, node);

	for (size_t i = 0; i < table->n_rows && rc == 0; i++) {
		const struct zt_schema_row *row = &table->rows[i];
		const struct zt_node *given = find_node(node, top, row);

		if (given == NULL && (row->flags & ZT_SCHEMA_REQUIRED))
			rc = zt_place_refuse(source->err, &place,
			    "%s: the key %s is missing; write %s: %s", row->section,
			    row->key, row->key, row->example);
		else if (given != NULL)
			rc = check_member(&w, row, given);
	}
	return rc;
}

static int
set_fallback(const struct zt_schema_row *row, void *object)
{
	struct zt_source source = { row->key, NULL };
	struct zt_node *node = NULL;
	int rc;

	/* Zeroed storage is an empty list, or no value. */
	if (row->fallback == NULL || strcmp(row->fallback, "[]") == 0)
		return 0;
	if (!(row->flags & ZT_SCHEMA_LIST))
		return zt_scalar_parse(
		    row, row->fallback, member_of(row, object), NULL);
	rc = zt_document_parse(
	    row->key, row->fallback, strlen(row->fallback), &node, NULL);
	if (rc == 0)
		rc = zt_list_read(&source, row, node, member_of(row, object));
	zt_document_free(&node);
	return rc;
}

int
zt_object_init(const struct zt_schema_table *table, void *object)
{
	for (size_t i = 0; i < table->n_rows; i++) {
		int rc = set_fallback(&table->rows[i], object);

		if (rc != 0)
			return rc;
	}
	return 0;
}

void
zt_object_fini(const struct zt_schema_table *table, void *object)
{
	for (size_t i = 0; i < table->n_rows; i++) {
		const struct zt_schema_row *row = &table->rows[i];
		void *member = member_of(row, object);
		char *string;

		if (row->flags & ZT_SCHEMA_LIST) {
			zt_list_fini(row, member);
		} else if (row->type == ZT_SCHEMA_STRING) {
			(void)memcpy(&string, member, sizeof(string));
			if (row->flags & ZT_SCHEMA_SECRET && string != NULL)
				explicit_bzero(string, strlen(string));
			free(string);
		}
	}
	(void)memset(object, 0, table->object_size);
}
