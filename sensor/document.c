#include "document.h"

#include <stdlib.h>
#include <string.h>

#include "alert_text.h"

/* Decimal digits of a real: enough for a ratio or a time, and 0.9 stays 0.9. */
#define REAL_DIGITS 15

void
zt_document_init(struct zt_document *document)
{
	document->root = json_object();
	document->failed = document->root == NULL;
}

void
zt_document_fini(struct zt_document *document)
{
	json_decref(document->root);
	document->root = NULL;
}

void
zt_put(struct zt_document *document, json_t *object, const char *key, json_t *value)
{
	/* Takes the value over even when it fails. */
	if (json_object_set_new(object, key, value) != 0)
		document->failed = true;
}

void
zt_append(struct zt_document *document, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) != 0)
		document->failed = true;
}

/* jansson refuses what is no UTF-8; DEL is ASCII and still nothing for a terminal. */
static json_t *
clean_text(const char *text)
{
	json_t *value = strchr(text, 0x7f) == NULL ? json_string(text) : NULL;

	if (value != NULL)
		return value;
	char *copy = strdup(text);
	if (copy == NULL)
		return NULL;
	for (char *p = copy; *p != '\0'; p++)
		if ((unsigned char)*p >= 0x7f)
			*p = '?';
	value = json_string(copy);
	free(copy);
	return value;
}

void
zt_put_text(
    struct zt_document *document, json_t *object, const char *key, const char *text)
{
	zt_put(document, object, key, text == NULL ? json_null() : clean_text(text));
}

void
zt_append_text(struct zt_document *document, json_t *array, const char *text)
{
	zt_append(document, array, clean_text(text));
}

void
zt_put_number(
    struct zt_document *document, json_t *object, const char *key, uint64_t number)
{
	/* JSON integers are signed here; no counter gets there. */
	if (number > INT64_MAX)
		number = INT64_MAX;
	zt_put(document, object, key, json_integer((json_int_t)number));
}

void
zt_put_real(
    struct zt_document *document, json_t *object, const char *key, double number)
{
	zt_put(document, object, key, json_real(number));
}

void
zt_put_bool(struct zt_document *document, json_t *object, const char *key, bool truth)
{
	zt_put(document, object, key, json_boolean(truth));
}

void
zt_put_null(struct zt_document *document, json_t *object, const char *key)
{
	zt_put(document, object, key, json_null());
}

void
zt_put_time(
    struct zt_document *document, json_t *object, const char *key, uint64_t ts_ns)
{
	char text[ZT_TIME_TEXT_SIZE];

	zt_put_text(
	    document, object, key, ts_ns == 0 ? NULL : zt_time_text(ts_ns, text));
}

json_t *
zt_put_object(struct zt_document *document, json_t *object, const char *key)
{
	zt_put(document, object, key, json_object());
	return json_object_get(object, key);
}

json_t *
zt_put_array(struct zt_document *document, json_t *object, const char *key)
{
	zt_put(document, object, key, json_array());
	return json_object_get(object, key);
}

/* What is written so far; a missing piece is remembered here, because jansson 2.14 does
 * not notice one behind the name of a member. */
struct text {
	char *bytes;
	size_t len;
	size_t room;
	bool failed;
};

static int
add_piece(const char *piece, size_t len, void *arg)
{
	struct text *text = arg;

	if (text->failed)
		return -1;
	if (len >= text->room - text->len) {
		size_t room = 2 * (text->room + len + 1);
		char *bytes = realloc(text->bytes, room);
		if (bytes == NULL) {
			text->failed = true;
			return -1;
		}
		text->bytes = bytes;
		text->room = room;
	}
	memcpy(text->bytes + text->len, piece, len);
	text->len += len;
	text->bytes[text->len] = '\0';
	return 0;
}

char *
zt_document_text(const struct zt_document *document)
{
	struct text text = { NULL, 0, 0, false };

	if (document->failed)
		return NULL;
	int result = json_dump_callback(document->root, add_piece, &text,
	    JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_ENSURE_ASCII |
		JSON_REAL_PRECISION(REAL_DIGITS));
	if (result == 0 && !text.failed)
		return text.bytes;
	free(text.bytes);
	return NULL;
}
