/**
 * @file document.h
 * A JSON document under construction, with a sticky failure.
 *
 * Members are put one after the other and keep their order; where memory runs out, the
 * document remembers it and zt_document_text() returns NULL, so that callers check
 * once.
 *
 * Text:      one line of ASCII: what is not ASCII is escaped; text that is no UTF-8 (a
 *            file name may be anything) has its odd bytes replaced by '?'.
 * Ownership: objects and arrays belong to the document from the moment they are made.
 * Threads:   one.
 */
#ifndef ZT_SENSOR_DOCUMENT_H
#define ZT_SENSOR_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct zt_document {
	json_t *root;
	bool failed;
};

/** Begin with an empty object. */
void zt_document_init(struct zt_document *document);

/** Free everything. */
void zt_document_fini(struct zt_document *document);

/** Put a value that the caller gives away; NULL is a failure. */
void zt_put(
    struct zt_document *document, json_t *object, const char *key, json_t *value);

/** Put text; NULL becomes null. */
void zt_put_text(
    struct zt_document *document, json_t *object, const char *key, const char *text);

void zt_put_number(
    struct zt_document *document, json_t *object, const char *key, uint64_t number);

void zt_put_real(
    struct zt_document *document, json_t *object, const char *key, double number);

void zt_put_bool(
    struct zt_document *document, json_t *object, const char *key, bool truth);

void zt_put_null(struct zt_document *document, json_t *object, const char *key);

/** Put an RFC 3339 time; 0 becomes null. */
void zt_put_time(
    struct zt_document *document, json_t *object, const char *key, uint64_t ts_ns);

/** Put an empty object and return it, borrowed. */
json_t *zt_put_object(struct zt_document *document, json_t *object, const char *key);

/** Put an empty array and return it, borrowed. */
json_t *zt_put_array(struct zt_document *document, json_t *object, const char *key);

/** Append text to an array. */
void zt_append_text(struct zt_document *document, json_t *array, const char *text);

/** Append a value that the caller gives away; NULL is a failure. */
void zt_append(struct zt_document *document, json_t *array, json_t *value);

/** One line, freed by the caller with free(3); NULL when memory ran out. */
char *zt_document_text(const struct zt_document *document);

#endif
