/**
 * @file document.h
 * A YAML text as a tree of nodes that know their place.
 *
 * Of YAML only what a configuration needs: one document of maps, lists and scalars.
 * Anchors, aliases, tags, directives and further documents are refused, because none of
 * them says anything that could not be written out, and aliases can make a small file
 * huge.
 *
 * Ownership: the tree owns its nodes and texts; zt_document_free() frees all of it.
 * Limits:    ZT_DOCUMENT_DEPTH_MAX levels, ZT_DOCUMENT_NODES_MAX nodes.
 * Errors:    0, -EINVAL with "name:line:column: ..." in err, or -ENOMEM.
 */
#ifndef ZT_CONF_DOCUMENT_H
#define ZT_CONF_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/** Lists and maps inside of one another; the settings need six. */
#define ZT_DOCUMENT_DEPTH_MAX 8
/** Nodes of one document, keys included. */
#define ZT_DOCUMENT_NODES_MAX 1000000

enum zt_node_kind {
	ZT_NODE_SCALAR,
	ZT_NODE_LIST,
	ZT_NODE_MAP,
};

struct zt_node {
	enum zt_node_kind kind;
	bool is_plain;	       /**< Scalar without quotes. */
	size_t line;	       /**< From 1. */
	size_t column;	       /**< From 1. */
	size_t count;	       /**< Children. */
	char *text;	       /**< Scalar: terminated, without NUL inside. */
	struct zt_node *key;   /**< Child of a map: its key, a scalar. */
	struct zt_node *first; /**< Children in the order of the text. */
	struct zt_node *last;
	struct zt_node *next;
};

/**
 * @param name  stands for the file in error texts.
 * @param root  out: untouched on failure; NULL for a text without a document.
 */
int zt_document_parse(const char *name, const char *text, size_t len,
    struct zt_node **root, struct zt_err *err);

/** Accepts NULL; sets the pointer to NULL. */
void zt_document_free(struct zt_node **root);

#endif
