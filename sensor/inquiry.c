#include "inquiry.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../conf/value.h"

static bool (*const answers[ZT_N_COMMANDS])(struct zt_inquiry *inquiry) = {
	[ZT_COMMAND_STATUS] = zt_answer_status,
	[ZT_COMMAND_WORKERS] = zt_answer_workers,
	[ZT_COMMAND_COUNTERS] = zt_answer_counters,
	[ZT_COMMAND_SOURCES] = zt_answer_sources,
	[ZT_COMMAND_SOURCE] = zt_answer_source,
	[ZT_COMMAND_ZONES] = zt_answer_zones,
	[ZT_COMMAND_INCIDENTS] = zt_answer_incidents,
	[ZT_COMMAND_INCIDENT] = zt_answer_incident,
	[ZT_COMMAND_TRANSFERS] = zt_answer_transfers,
	[ZT_COMMAND_POLICY] = zt_answer_policy,
	[ZT_COMMAND_RULES] = zt_answer_rules,
	[ZT_COMMAND_MEMORY] = zt_answer_memory,
	[ZT_COMMAND_RELOAD] = zt_answer_reload,
	[ZT_COMMAND_ROTATE] = zt_answer_rotate,
	[ZT_COMMAND_LOG_LEVEL] = zt_answer_log_level,
};

void
zt_inquiry_begin(struct zt_inquiry *inquiry, const char *line, size_t len)
{
	struct zt_document *document = &inquiry->document;

	zt_document_init(document);
	inquiry->code = zt_request_parse(&inquiry->request, line, len, &inquiry->err);
	if (inquiry->code == NULL) {
		inquiry->result = json_object();
		document->failed |= inquiry->result == NULL;
		if (!answers[inquiry->request.id](inquiry))
			return;
	}
	inquiry->reply(inquiry);
}

void
zt_inquiry_fail(struct zt_inquiry *inquiry, const char *code, const char *format, ...)
{
	va_list values;

	inquiry->code = code;
	va_start(values, format);
	(void)vsnprintf(inquiry->err.text, sizeof(inquiry->err.text), format, values);
	va_end(values);
}

char *
zt_inquiry_text(struct zt_inquiry *inquiry)
{
	struct zt_document *document = &inquiry->document;
	enum zt_command_id id = inquiry->request.id;
	json_t *root = document->root;

	zt_put_number(document, root, "version", ZT_COMMAND_PROTOCOL);
	zt_put_bool(document, root, "ok", inquiry->code == NULL);
	zt_put_text(document, root, "command",
	    id != ZT_N_COMMANDS ? zt_command_get(id)->name : NULL);
	if (inquiry->code != NULL) {
		json_t *error = zt_put_object(document, root, "error");
		zt_put_text(document, error, "code", inquiry->code);
		zt_put_text(document, error, "text", inquiry->err.text);
	} else {
		zt_put(document, root, "result", inquiry->result);
		inquiry->result = NULL;
	}
	char *text = zt_document_text(document);
	if (text == NULL)
		return NULL;
	size_t len = strlen(text);
	char *line = realloc(text, len + 2);
	if (line == NULL) {
		free(text);
		return NULL;
	}
	line[len] = '\n';
	line[len + 1] = '\0';
	return line;
}

void
zt_inquiry_fini(struct zt_inquiry *inquiry)
{
	json_decref(inquiry->result);
	zt_document_fini(&inquiry->document);
	zt_request_fini(&inquiry->request);
	free(inquiry->work);
}

bool
zt_inquiry_prefix(
    struct zt_inquiry *inquiry, const char *name, struct zt_prefix *prefix)
{
	const char *text = zt_request_text(&inquiry->request, name);
	struct zt_conf_prefix parsed;
	struct zt_err err = { "" };

	if (text == NULL)
		return false;
	if (zt_value_parse_prefix(text, &parsed, &err) != 0) {
		zt_inquiry_fail(inquiry, "argument", "%s: %s", name, err.text);
		return false;
	}
	prefix->family = parsed.family;
	prefix->bits = parsed.bits;
	memcpy(prefix->addr, parsed.addr, sizeof(prefix->addr));
	return true;
}
