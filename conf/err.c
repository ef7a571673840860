#include "err.h"

#include <stdarg.h>
#include <stdio.h>

void
zt_err_set(struct zt_err *err, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return;
	va_start(args, format);
	(void)vsnprintf(
	    err->text, sizeof(err->text), format, args); /* cutting is fine */
	va_end(args);
}
