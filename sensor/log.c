#include "log.h"

#include <stdarg.h>
#include <stdio.h>

#define LINE_BYTES 1536

/* Carriage return, erase to the end of the line (ECMA-48 EL). */
#define WIPE "\r\033[K"

void
zt_log(struct zt_log *log, enum zt_log_level level, const char *format, ...)
{
	char line[LINE_BYTES];
	va_list arguments;

	if (level > log->level)
		return;
	va_start(arguments, format);
	int len = vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (len < 0)
		return;
	/* Texts may hold file names: nothing of them shall steer a terminal. */
	for (char *p = line; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	/* When standard error is gone there is nobody to tell. */
	(void)fprintf(stderr, "%szonetap: %s\n", log->bar ? WIPE : "", line);
	log->bar = false;
}
