/*
 * What a reload cannot change.  Values are compared as they are printed: equal text
 * loads to equal values, whatever the type.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "dump.h"

/* Values longer than this are not quoted in the error. */
#define QUOTED_MAX 200

/* @return the text, the caller's; NULL when memory is short. */
static char *
print(const struct zt_schema_row *row, const struct zt_conf *conf)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		return NULL;
	zt_dump_value(row, conf, out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

static int
compare(const char *path, const struct zt_schema_row *row, char *const texts[2],
    struct zt_err *err)
{
	char name[ZT_SCHEMA_PATH_SIZE];

	if (texts[0] == NULL || texts[1] == NULL) {
		zt_err_set(err, "%s: %s", path, strerror(ENOMEM));
		return -ENOMEM;
	}
	if (strcmp(texts[0], texts[1]) == 0)
		return 0;
	(void)zt_schema_path(row, name);
	if (row->type == ZT_SCHEMA_MAP || strlen(texts[0]) > QUOTED_MAX ||
	    strlen(texts[1]) > QUOTED_MAX)
		zt_err_set(err,
		    "%s: %s: is read at the start only and has changed; put it back as "
		    "it was, or restart zonetap",
		    path, name);
	else
		zt_err_set(err,
		    "%s: %s: is read at the start only and %s has become %s; put the "
		    "old value back, or restart zonetap",
		    path, name, texts[0], texts[1]);
	return -EINVAL;
}

/* Secrets are printed as if they were all the same. */
static int
compare_secrets(const char *path, const struct zt_conf_keys *now,
    const struct zt_conf_keys *next, struct zt_err *err)
{
	for (size_t i = 0; i < now->count; i++) {
		if (strcmp(now->items[i].secret, next->items[i].secret) == 0)
			continue;
		zt_err_set(err,
		    "%s: keys: a secret is read at the start only and has changed; put "
		    "it back as it was, or restart zonetap",
		    path);
		return -EINVAL;
	}
	return 0;
}

int
zt_conf_allows_reload(const char *path, const struct zt_conf *now,
    const struct zt_conf *next, struct zt_err *err)
{
	const struct zt_schema_table *table = &zt_schema_conf;
	int result = 0;

	for (size_t i = 0; i < table->n_rows && result == 0; i++) {
		const struct zt_schema_row *row = &table->rows[i];
		if (row->flags & ZT_SCHEMA_RELOAD)
			continue;
		char *texts[2] = { print(row, now), print(row, next) };
		result = compare(path, row, texts, err);
		free(texts[0]);
		free(texts[1]);
	}
	/* As many keys in both, or the rows would have differed. */
	if (result == 0)
		result = compare_secrets(path, &now->keys, &next->keys, err);
	return result;
}
