#include "quote.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

const char *
zt_quote_text(const char *text, struct zt_quote *quote)
{
	size_t used = 0;
	size_t i;

	if (text[0] == '\0') {
		(void)memcpy(quote->text, "\"\"", 3);
		return quote->text;
	}
	for (i = 0; i < ZT_QUOTE_SHOWN && text[i] != '\0'; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte >= ' ' && byte <= '~') {
			quote->text[used++] = text[i];
			continue;
		}
		(void)snprintf(quote->text + used, 5, "\\x%02X", byte);
		used += 4;
	}
	(void)memcpy(
	    quote->text + used, text[i] == '\0' ? "" : "...", text[i] == '\0' ? 1 : 4);
	return quote->text;
}
