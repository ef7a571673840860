#include "formats.h"

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
