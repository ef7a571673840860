/*
 * A configuration of any bytes: it is refused with a reason and nothing is left behind,
 * or what the dump says of it loads again to the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "target.h"

#define NAME "fuzz.yaml"

static void
stop_unless(int holds, const char *what, const char *text)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_config: %s\n%s\n", what, text);
	abort();
}

/** The configuration as text, to be freed. */
static char *
dump(const struct zt_conf *conf, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	stop_unless(out != NULL, "memory", "");
	stop_unless(zt_conf_dump(conf, out) == 0, "the dump is written", "");
	stop_unless(fclose(out) == 0, "the dump is kept", "");
	return text;
}

/** A reason is one line of the form name:line:column: text. */
static void
check_reason(const struct zt_err *err)
{
	const char *text = err->text;

	stop_unless(strncmp(text, NAME ":", strlen(NAME) + 1) == 0,
	    "a reason begins with the file", text);
	stop_unless(strlen(text) > strlen(NAME) + 2, "a reason has words", text);
	for (; *text; text++)
		stop_unless((unsigned char)*text >= ' ' && *text != 0x7f,
		    "a reason is one line", err->text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zt_conf *first = NULL;
	struct zt_conf *second = NULL;
	struct zt_err err = { "" };
	size_t len = 0;
	size_t len_again = 0;

	if (zt_conf_parse(NAME, (const char *)data, size, &first, &err) != 0) {
		stop_unless(first == NULL, "nothing is left behind", err.text);
		check_reason(&err);
		return 0;
	}
	char *text = dump(first, &len);
	int result = zt_conf_parse(NAME, text, len, &second, &err);
	stop_unless(result == 0, err.text, text);
	char *again = dump(second, &len_again);
	stop_unless(len == len_again && memcmp(text, again, len) == 0,
	    "a dump loads to the same", text);
	free(text);
	free(again);
	zt_conf_free(&first);
	zt_conf_free(&second);
	return 0;
}
