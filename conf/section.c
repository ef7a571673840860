#include "section.h"

#include <string.h>

bool
zt_section_is(struct zt_section section, const char *path)
{
	return strlen(path) == section.len &&
	       memcmp(path, section.path, section.len) == 0;
}

const char *
zt_section_next(struct zt_section section, const char *path, size_t *len)
{
	const char *word = path;

	if (strncmp(path, section.path, section.len) != 0)
		return NULL;
	word += section.len;
	if (section.len != 0 && *word++ != '.')
		return NULL;
	*len = strcspn(word, ".");
	return *len != 0 ? word : NULL;
}
