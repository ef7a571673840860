#include "sink_kind.h"

#include <stdlib.h>
#include <string.h>

#include "alert_text.h"

static const struct zt_sink_kind *const kinds[ZT_CONF_N_OUTPUTS] = {
	[ZT_CONF_OUTPUT_FILE] = &zt_sink_file,
	[ZT_CONF_OUTPUT_STDOUT] = &zt_sink_stdout,
	[ZT_CONF_OUTPUT_UNIX] = &zt_sink_unix,
	[ZT_CONF_OUTPUT_UNIX_DATAGRAM] = &zt_sink_unix_datagram,
	[ZT_CONF_OUTPUT_SYSLOG] = &zt_sink_syslog,
	[ZT_CONF_OUTPUT_JOURNAL] = &zt_sink_journal,
};

const struct zt_sink_kind *
zt_sink_kind(enum zt_conf_output_type type)
{
	return kinds[type];
}

unsigned
zt_sink_priority(const struct zt_record *record)
{
	static const unsigned priorities[] = {
		[ZT_LEVEL_LOW] = 5,
		[ZT_LEVEL_MEDIUM] = 4,
		[ZT_LEVEL_HIGH] = 3,
		[ZT_LEVEL_CRITICAL] = 2,
	};
	const char *severity = zt_record_text(record, ZT_RECORD_SEVERITY);
	unsigned level = ZT_LEVEL_CRITICAL;

	while (level > ZT_LEVEL_LOW &&
	       strcmp(zt_level_name((enum zt_level)level), severity) != 0)
		level--;
	return priorities[level];
}

void
zt_sink_bytes_add(struct zt_sink_bytes *bytes, const void *from, size_t len)
{
	size_t cap = bytes->cap == 0 ? 4096 : bytes->cap;

	while (cap - bytes->len < len)
		cap *= 2;
	if (cap != bytes->cap) {
		char *grown = realloc(bytes->bytes, cap);
		if (grown == NULL) {
			bytes->failed = true;
			return;
		}
		bytes->bytes = grown;
		bytes->cap = cap;
	}
	memcpy(bytes->bytes + bytes->len, from, len);
	bytes->len += len;
}

void
zt_sink_bytes_text(struct zt_sink_bytes *bytes, const char *text)
{
	zt_sink_bytes_add(bytes, text, strlen(text));
}

void
zt_sink_bytes_fini(struct zt_sink_bytes *bytes)
{
	free(bytes->bytes);
	*bytes = (struct zt_sink_bytes){ 0 };
}
