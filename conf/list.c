#include "list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "place.h"
#include "quote.h"
#include "scalar.h"
#include "value.h"

/** A value of this list type occurs once; the comparison is quadratic, so for lists
 *  that are short by their rows. */
#define TWICE_MAX 256

static int
refuse(const struct zt_source *source, const struct zt_schema_row *row,
    const struct zt_node *node, const char *what)
{
	struct zt_place place = { source->name, node->line, node->column };
	char path[ZT_SCHEMA_PATH_SIZE];

	return zt_place_refuse(
	    source->err, &place, "%s: %s", zt_schema_path(row, path), what);
}

static int
check_count(const struct zt_source *source, const struct zt_schema_row *row,
    const struct zt_node *node)
{
	struct zt_err why;

	if (node->kind != ZT_NODE_LIST) {
		zt_err_set(&why, "found a %s; write a list%s%s",
		    node->kind == ZT_NODE_MAP ? "map" : "single value",
		    row->example != NULL ? " such as " : "",
		    row->example != NULL ? row->example : "");
		return refuse(source, row, node, why.text);
	}
	if (node->count >= row->items_min && node->count <= row->items_max)
		return 0;
	zt_err_set(&why, "has %zu items; allowed is %zu to %zu", node->count,
	    row->items_min, row->items_max);
	return refuse(source, row, node, why.text);
}

static int
read_item(const struct zt_source *source, const struct zt_schema_row *row,
    const struct zt_node *node, void *item)
{
	struct zt_err why = { "" };
	int rc;

	if (row->type == ZT_SCHEMA_MAP) {
		rc = zt_object_init(row->table, item);
		return rc != 0 ? rc : zt_object_read(source, row->table, node, item);
	}
	if (node->kind != ZT_NODE_SCALAR) {
		zt_err_set(&why, "found a %s; write %s%s",
		    node->kind == ZT_NODE_MAP ? "map" : "list", zt_scalar_wanted(row),
		    row->type == ZT_SCHEMA_PREFIX ? ", IPv6 in quotes" : "");
		return refuse(source, row, node, why.text);
	}
	rc = zt_scalar_parse(row, node->text, item, &why);
	return rc == -EINVAL ? refuse(source, row, node, why.text) : rc;
}

/** Do two texts stand for one value?  "mx" is "MX" and 53 is 53. */
static bool
is_same(const struct zt_schema_row *row, const void *a, const void *b)
{
	const char *text[2];

	if (row->type != ZT_SCHEMA_STRING)
		return memcmp(a, b, zt_schema_item_size(row)) == 0;
	(void)memcpy(&text[0], a, sizeof(text[0]));
	(void)memcpy(&text[1], b, sizeof(text[1]));
	return strcmp(text[0], text[1]) == 0;
}

static int
refuse_twice(const struct zt_source *source, const struct zt_schema_row *row,
    const struct zt_node *node, const struct zt_object_list *list)
{
	size_t size = zt_schema_item_size(row);
	const char *last = (const char *)list->items + (list->count - 1) * size;
	struct zt_quote quote;
	struct zt_err why;

	if (row->items_max > TWICE_MAX)
		return 0;
	for (size_t i = 0; i + 1 < list->count; i++) {
		if (!is_same(row, (const char *)list->items + i * size, last))
			continue;
		zt_err_set(&why, "%s is in the list twice; write it once",
		    zt_quote_text(node->text, &quote));
		return refuse(source, row, node, why.text);
	}
	return 0;
}

/** A zone and the node that it came from, to be sorted. */
struct named {
	const struct zt_conf_name *name;
	const struct zt_node *node;
};

static int
compare_named(const void *a, const void *b)
{
	const struct named *left = a;
	const struct named *right = b;
	int order =
	    memcmp(left->name->wire, right->name->wire, sizeof(left->name->wire));

	if (order != 0)
		return order;
	return left->node->line < right->node->line ? -1 : 1;
}

/** Two entries for one zone would contradict each other. */
static int
refuse_zone_twice(const struct zt_source *source, const struct zt_schema_row *row,
    const struct zt_node *node, const struct zt_object_list *list)
{
	const struct zt_conf_zone *zones = list->items;
	struct named *sorted = calloc(list->count + 1, sizeof(*sorted));
	const struct zt_node *child = node->first;
	char name[ZT_VALUE_TEXT_SIZE];
	struct zt_quote quote;
	struct zt_err why;
	int rc = 0;

	if (sorted == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++, child = child->next)
		sorted[i] = (struct named){ &zones[i].name, child };
	qsort(sorted, list->count, sizeof(*sorted), compare_named);
	for (size_t i = 1; i < list->count && rc == 0; i++) {
		if (memcmp(sorted[i - 1].name, sorted[i].name, sizeof(*sorted->name)) !=
		    0)
			continue;
		(void)zt_value_print_name(sorted[i].name, name);
		zt_err_set(&why, "%s is here twice, first in line %zu; write one entry",
		    zt_quote_text(name, &quote), sorted[i - 1].node->line);
		rc = refuse(source, row, sorted[i].node, why.text);
	}
	free(sorted);
	return rc;
}

static int
read_items(const struct zt_source *source, const struct zt_schema_row *row,
    const struct zt_node *node, struct zt_object_list *list)
{
	size_t size = zt_schema_item_size(row);

	if (node->count == 0)
		return 0;
	list->items = calloc(node->count, size);
	if (list->items == NULL)
		return -ENOMEM;
	for (const struct zt_node *child = node->first; child != NULL;
	     child = child->next) {
		void *item = (char *)list->items + list->count * size;
		int rc;

		/* Counted first: what a failure leaves half done is freed with the
		 * rest. */
		list->count++;
		rc = read_item(source, row, child, item);
		if (rc == 0)
			rc = refuse_twice(source, row, child, list);
		if (rc != 0)
			return rc;
	}
	if (row->table == &zt_schema_zone)
		return refuse_zone_twice(source, row, node, list);
	return 0;
}

int
zt_list_read(const struct zt_source *source, const struct zt_schema_row *row,
    const struct zt_node *node, void *member)
{
	struct zt_object_list list = { NULL, 0 };
	int rc = check_count(source, row, node);

	if (rc == 0)
		rc = read_items(source, row, node, &list);
	if (rc != 0) {
		zt_list_fini(row, &list);
		return rc;
	}
	zt_list_fini(row, member);
	(void)memcpy(member, &list, sizeof(list));
	return 0;
}

void
zt_list_fini(const struct zt_schema_row *row, void *member)
{
	struct zt_object_list list;
	size_t size = zt_schema_item_size(row);

	(void)memcpy(&list, member, sizeof(list));
	for (size_t i = 0; i < list.count; i++) {
		void *item = (char *)list.items + i * size;
		char *string;

		if (row->type == ZT_SCHEMA_MAP) {
			zt_object_fini(row->table, item);
		} else if (row->type == ZT_SCHEMA_STRING) {
			(void)memcpy(&string, item, sizeof(string));
			free(string);
		}
	}
	free(list.items);
	(void)memset(member, 0, sizeof(list));
}
