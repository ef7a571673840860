#include "document.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "place.h"

struct builder {
	yaml_parser_t parser;
	const char *name;
	const char *text;
	size_t len;
	size_t n_nodes;
	struct zt_err *err;
};

/* Frees one node of the tree after its children; recursion is as deep as the document.
 */
void
zt_document_free(struct zt_node **root)
{
	struct zt_node *node = *root;

	if (node == NULL)
		return;
	while (node->first != NULL) {
		struct zt_node *child = node->first;

		node->first = child->next;
		zt_document_free(&child);
	}
	zt_document_free(&node->key);
	free(node->text);
	free(node);
	*root = NULL;
}

static int
refuse(const struct builder *b, const yaml_mark_t *mark, const char *what)
{
	struct zt_place place = { b->name, mark->line + 1, mark->column + 1 };

	return zt_place_refuse(b->err, &place, "%s", what);
}

/** Is there a tab at the place?  The most frequent cause of syntax errors. */
static bool
is_tab(const struct builder *b, const struct zt_place *place)
{
	const char *at = b->text;
	const char *end = b->text + b->len;

	for (size_t line = 1; line < place->line && at != NULL; line++) {
		at = memchr(at, '\n', (size_t)(end - at));
		if (at != NULL)
			at++;
	}
	return at != NULL && (size_t)(end - at) >= place->column &&
	       at[place->column - 1] == '\t';
}

/** What libyaml could not read, in its words and with a hint of ours. */
static int
refuse_syntax(const struct builder *b)
{
	const yaml_parser_t *p = &b->parser;
	const char *problem = p->problem != NULL ? p->problem : "unreadable";
	struct zt_place place = { b->name, p->problem_mark.line + 1,
		p->problem_mark.column + 1 };

	if (p->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (p->error == YAML_READER_ERROR) {
		zt_place_of_byte(b->text,
		    p->problem_offset < b->len ? p->problem_offset : b->len, &place);
		return zt_place_refuse(
		    b->err, &place, "%s; write the file as UTF-8 text", problem);
	}
	if (is_tab(b, &place))
		return zt_place_refuse(
		    b->err, &place, "found a tab; YAML is indented with blanks");
	if (p->context != NULL)
		return zt_place_refuse(b->err, &place,
		    "not YAML: %s (%s that began in line %zu); check indentation, and "
		    "quotes around what has colons",
		    problem, p->context, p->context_mark.line + 1);
	return zt_place_refuse(b->err, &place,
	    "not YAML: %s; check indentation, and quotes around what has colons",
	    problem);
}

static int
next_event(struct builder *b, yaml_event_t *event)
{
	return yaml_parser_parse(&b->parser, event) ? 0 : refuse_syntax(b);
}

/** @return NULL with the reason in rc. */
static struct zt_node *
new_node(struct builder *b, const yaml_event_t *event, int *rc)
{
	struct zt_node *node;

	if (++b->n_nodes > ZT_DOCUMENT_NODES_MAX) {
		*rc = refuse(b, &event->start_mark,
		    "more than 1000000 values; shorten the lists");
		return NULL;
	}
	node = calloc(1, sizeof(*node));
	if (node == NULL) {
		*rc = -ENOMEM;
		return NULL;
	}
	node->line = event->start_mark.line + 1;
	node->column = event->start_mark.column + 1;
	return node;
}

static int
refuse_extras(const struct builder *b, const yaml_event_t *event,
    const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor != NULL)
		return refuse(b, &event->start_mark,
		    "found an anchor (&...); write the value out where it is needed");
	if (tag != NULL)
		return refuse(b, &event->start_mark,
		    "found a tag (!...); write the value without it");
	return 0;
}

static int
fill_scalar(const struct builder *b, const yaml_event_t *event, struct zt_node *node)
{
	const char *value = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length;

	node->kind = ZT_NODE_SCALAR;
	node->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (memchr(value, '\0', len) != NULL)
		return refuse(b, &event->start_mark,
		    "found a NUL character in a text; leave it out");
	node->text = malloc(len + 1);
	if (node->text == NULL)
		return -ENOMEM;
	(void)memcpy(node->text, value, len);
	node->text[len] = '\0';
	return 0;
}

static void
append(struct zt_node *parent, struct zt_node *child)
{
	if (parent->last == NULL)
		parent->first = child;
	else
		parent->last->next = child;
	parent->last = child;
	parent->count++;
}

static int read_node(
    struct builder *b, const yaml_event_t *event, unsigned depth, struct zt_node **out);

/** The value that belongs to key; key becomes part of it, also on failure. */
static int
read_value(
    struct builder *b, struct zt_node *parent, struct zt_node *key, unsigned depth)
{
	struct zt_node *value = NULL;
	yaml_event_t event;
	int rc = next_event(b, &event);

	if (rc == 0) {
		rc = read_node(b, &event, depth, &value);
		yaml_event_delete(&event);
	}
	if (rc != 0) {
		zt_document_free(&key);
		return rc;
	}
	value->key = key;
	append(parent, value);
	return 0;
}

/** One child of a list or map that starts with event. */
static int
read_child(struct builder *b, const yaml_event_t *event, struct zt_node *parent,
    unsigned depth)
{
	struct zt_node *child = NULL;
	int rc;

	if (parent->kind == ZT_NODE_MAP && event->type != YAML_SCALAR_EVENT &&
	    event->type != YAML_ALIAS_EVENT)
		return refuse(b, &event->start_mark,
		    "found a list or map in the place of a key; put IPv6 addresses and "
		    "brackets in quotes");
	rc = read_node(b, event, depth, &child);
	if (rc != 0)
		return rc;
	if (parent->kind == ZT_NODE_MAP)
		return read_value(b, parent, child, depth);
	append(parent, child);
	return 0;
}

static int
read_children(struct builder *b, struct zt_node *parent, unsigned depth)
{
	yaml_event_type_t end = parent->kind == ZT_NODE_MAP ? YAML_MAPPING_END_EVENT
							    : YAML_SEQUENCE_END_EVENT;

	for (;;) {
		yaml_event_t event;
		bool is_end;
		int rc = next_event(b, &event);

		if (rc != 0)
			return rc;
		is_end = event.type == end;
		if (!is_end)
			rc = read_child(b, &event, parent, depth);
		yaml_event_delete(&event);
		if (is_end || rc != 0)
			return rc;
	}
}

static int
fill_node(
    struct builder *b, const yaml_event_t *event, unsigned depth, struct zt_node *node)
{
	const yaml_char_t *anchor = event->data.scalar.anchor;
	const yaml_char_t *tag = event->data.scalar.tag;
	int rc;

	if (event->type == YAML_SEQUENCE_START_EVENT) {
		node->kind = ZT_NODE_LIST;
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		node->kind = ZT_NODE_MAP;
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
	}
	rc = refuse_extras(b, event, anchor, tag);
	if (rc != 0)
		return rc;
	if (event->type == YAML_SCALAR_EVENT)
		return fill_scalar(b, event, node);
	if (depth >= ZT_DOCUMENT_DEPTH_MAX)
		return refuse(b, &event->start_mark,
		    "more than 8 lists and maps inside of one another; no setting is so deep");
	return read_children(b, node, depth + 1);
}

/** The node that starts with event. */
static int
read_node(
    struct builder *b, const yaml_event_t *event, unsigned depth, struct zt_node **out)
{
	struct zt_node *node;
	int rc = 0;

	if (event->type == YAML_ALIAS_EVENT)
		return refuse(b, &event->start_mark,
		    "found an alias (*...); write the value out, or put it in quotes");
	node = new_node(b, event, &rc);
	if (node == NULL)
		return rc;
	rc = fill_node(b, event, depth, node);
	if (rc != 0) {
		zt_document_free(&node);
		return rc;
	}
	*out = node;
	return 0;
}

/** Everything between start and end of the stream. */
static int
read_stream(struct builder *b, struct zt_node **root)
{
	yaml_event_type_t type = YAML_NO_EVENT;

	while (type != YAML_STREAM_END_EVENT) {
		yaml_event_t event;
		int rc = next_event(b, &event);

		if (rc != 0)
			return rc;
		type = event.type;
		if (type == YAML_DOCUMENT_START_EVENT && *root != NULL)
			rc = refuse(b, &event.start_mark,
			    "a second document starts here; keep everything in one");
		else if (type == YAML_SCALAR_EVENT || type == YAML_ALIAS_EVENT ||
			 type == YAML_SEQUENCE_START_EVENT ||
			 type == YAML_MAPPING_START_EVENT)
			rc = read_node(b, &event, 0, root);
		yaml_event_delete(&event);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/**
 * The first directive: a % at the start of a line, whatever ends a line for YAML (also
 * U+0085, U+2028 and U+2029).  libyaml compares each %TAG with all before it, so that a
 * file of them would take hours.
 *
 * @return NULL when there is none.
 */
static const char *
find_directive(const char *text, size_t len)
{
	static const char line_ends[] = "\n\r\x85\xa8\xa9\xbf"; /* last: of the BOM */
	const char *end = text + len;
	const char *at = len != 0 ? memchr(text, '%', len) : NULL;

	while (at != NULL && at != text && strchr(line_ends, at[-1]) == NULL)
		at = memchr(at + 1, '%', (size_t)(end - at - 1));
	return at;
}

/** What libyaml need not see. */
static int
check_bytes(const struct builder *b)
{
	const char *nul = b->len != 0 ? memchr(b->text, '\0', b->len) : NULL;
	const char *directive = nul == NULL ? find_directive(b->text, b->len) : NULL;
	struct zt_place place = { .name = b->name };

	if (nul != NULL) {
		zt_place_of_byte(b->text, (size_t)(nul - b->text), &place);
		return zt_place_refuse(
		    b->err, &place, "found a NUL byte; write the file as UTF-8 text");
	}
	if (directive != NULL) {
		zt_place_of_byte(b->text, (size_t)(directive - b->text), &place);
		return zt_place_refuse(
		    b->err, &place, "found a directive (%%...); leave the line out");
	}
	return 0;
}

int
zt_document_parse(const char *name, const char *text, size_t len, struct zt_node **root,
    struct zt_err *err)
{
	struct builder b = { .name = name, .text = text, .len = len, .err = err };
	struct zt_node *tree = NULL;
	int rc = check_bytes(&b);

	if (rc != 0)
		return rc;
	if (!yaml_parser_initialize(&b.parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&b.parser, (const unsigned char *)text, len);
	rc = read_stream(&b, &tree);
	yaml_parser_delete(&b.parser);
	if (rc != 0) {
		zt_document_free(&tree);
		return rc;
	}
	*root = tree;
	return 0;
}
