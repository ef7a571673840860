#include "unknown.h"

#include <stdio.h>
#include <string.h>

#include "nearest.h"
#include "quote.h"

/** Bytes of the list of keys in an error. */
#define KNOWN_SIZE 700

struct known {
	char text[KNOWN_SIZE];
	size_t used;
	const char *last; /**< Rows of a section follow each other: its word is one. */
	size_t last_len;
};

/** The word of the row at this level: its key, or the next part of its section. */
static const char *
word_of(const struct zt_schema_row *row, struct zt_section section, size_t *len)
{
	if (zt_section_is(section, row->section)) {
		*len = strlen(row->key);
		return row->key;
	}
	return zt_section_next(section, row->section, len);
}

static void
note(struct known *known, const char *word, size_t len)
{
	bool is_same = known->last != NULL && known->last_len == len &&
		       memcmp(known->last, word, len) == 0;

	if (is_same || known->used + len + 3 > KNOWN_SIZE)
		return;
	known->used +=
	    (size_t)snprintf(known->text + known->used, KNOWN_SIZE - known->used,
		"%s%.*s", known->used == 0 ? "" : ", ", (int)len, word);
	known->last = word;
	known->last_len = len;
}

/** A row of that key in another section; NULL when there is none. */
static const struct zt_schema_row *
find_elsewhere(const struct zt_schema_table *table, const char *key)
{
	for (size_t i = 0; i < table->n_rows; i++)
		if (strcmp(table->rows[i].key, key) == 0)
			return &table->rows[i];
	return NULL;
}

void
zt_unknown_key(const struct zt_schema_table *table, struct zt_section section,
    const char *key, struct zt_err *err)
{
	struct zt_nearest nearest = { .word = key };
	struct known known = { .used = 0 };
	const struct zt_schema_row *elsewhere = find_elsewhere(table, key);
	char where[ZT_SCHEMA_PATH_SIZE + sizeof(struct zt_quote)];
	char path[ZT_SCHEMA_PATH_SIZE];
	struct zt_quote quote;

	for (size_t i = 0; i < table->n_rows; i++) {
		size_t len;
		const char *word = word_of(&table->rows[i], section, &len);

		if (word == NULL)
			continue;
		zt_nearest_offer(&nearest, word, len);
		note(&known, word, len);
	}
	(void)snprintf(where, sizeof(where), "%.*s%s%s", (int)section.len, section.path,
	    section.len != 0 ? "." : "", zt_quote_text(key, &quote));
	if (nearest.best != NULL)
		zt_err_set(err, "%s: unknown key; did you mean %.*s?", where,
		    (int)nearest.best_len, nearest.best);
	else if (elsewhere != NULL)
		zt_err_set(err, "%s: unknown key; perhaps %s is meant", where,
		    zt_schema_path(elsewhere, path));
	else
		zt_err_set(err, "%s: unknown key; known here: %s", where, known.text);
}
