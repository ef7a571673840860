#include "formats.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct zt_format formats[] = {
	{ "native", "zonetap's own document, described under ALERTS",
	    zt_format_native },
};

#define N_FORMATS (sizeof(formats) / sizeof(formats[0]))

const struct zt_format *
zt_format_find(const char *name)
{
	for (size_t i = 0; i < N_FORMATS; i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

size_t
zt_formats(const struct zt_format **rows)
{
	*rows = formats;
	return N_FORMATS;
}

/* Room for ,"merged":N} or for a field of CEF. */
#define MERGED_BYTES 40

char *
zt_format_merged(const char *line, uint64_t merged)
{
	size_t len = strlen(line);
	size_t size = len + MERGED_BYTES;
	char *text = malloc(size);
	bool is_json = len > 2 && line[0] == '{' && line[len - 1] == '}';

	if (text == NULL)
		return NULL;
	if (is_json)
		(void)snprintf(text, size, "%.*s,\"merged\":%" PRIu64 "}",
		    (int)(len - 1), line, merged);
	else
		(void)snprintf(text, size, "%s merged=%" PRIu64, line, merged);
	return text;
}
