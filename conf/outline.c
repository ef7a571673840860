#include "outline.h"

#include <stdbool.h>
#include <string.h>

void
zt_outline_indent(FILE *out, unsigned levels)
{
	(void)fprintf(out, "%*s", (int)(2 * levels), "");
}

unsigned
zt_outline_open(FILE *out, const char *previous, const char *section)
{
	const char *word = section;
	unsigned levels = 0;

	while (*word != '\0') {
		size_t len = strcspn(word, ".");
		size_t upto = (size_t)(word - section) + len;
		bool is_open = strncmp(previous, section, upto) == 0 &&
			       (previous[upto] == '.' || previous[upto] == '\0');

		if (!is_open) {
			zt_outline_indent(out, levels);
			(void)fprintf(out, "%.*s:\n", (int)len, word);
		}
		levels++;
		word += len;
		word += *word == '.';
	}
	return levels;
}
