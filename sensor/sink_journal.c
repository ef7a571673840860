/*
 * The journal in its native protocol: a datagram of fields, each with its length, so that
 * no value can begin a field of its own (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/).
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "sink_socket.h"

/* One MESSAGE_ID for each event in the life of an incident, drawn at random. */
static const struct {
	const char *event;
	const char *id;
} messages[] = {
	{ "open", "5f0c1d0ab7f24e52a7c9cf3a8e4d6b10" },
	{ "update", "c2b9d35e90c54a0fb0a4f6d38f1b7e62" },
	{ "close", "1e8a47d9235c4f3c9d5be07a64c2f8b3" },
};

static const struct {
	const char *name;
	enum zt_record_field field;
} fields[] = {
	{ "ZONETAP_TIME", ZT_RECORD_TIME },
	{ "ZONETAP_ID", ZT_RECORD_ID },
	{ "ZONETAP_EVENT", ZT_RECORD_EVENT },
	{ "ZONETAP_RULE", ZT_RECORD_RULE },
	{ "ZONETAP_RISK", ZT_RECORD_RISK },
	{ "ZONETAP_SEVERITY", ZT_RECORD_SEVERITY },
	{ "ZONETAP_SOURCE", ZT_RECORD_SOURCE },
	{ "ZONETAP_SERVER", ZT_RECORD_SERVER },
	{ "ZONETAP_ZONE", ZT_RECORD_ZONE },
	{ "ZONETAP_VERDICT", ZT_RECORD_VERDICT },
	{ "ZONETAP_CAMPAIGN", ZT_RECORD_CAMPAIGN },
};

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Name, newline, length as 64 bits little-endian, value, newline. */
static void
add(struct zt_sink_bytes *to, const char *name, const char *value, size_t len)
{
	uint8_t length[8];

	for (unsigned i = 0; i < sizeof(length); i++)
		length[i] = (uint8_t)((uint64_t)len >> 8 * i);
	zt_sink_bytes_text(to, name);
	zt_sink_bytes_text(to, "\n");
	zt_sink_bytes_add(to, length, sizeof(length));
	zt_sink_bytes_add(to, value, len);
	zt_sink_bytes_text(to, "\n");
}

static void
add_text(struct zt_sink_bytes *to, const char *name, const char *value)
{
	add(to, name, value, strlen(value));
}

/* "Zone transfer completed: example.com. by 203.0.113.9 (complete, risk 100)" */
static void
add_summary(struct zt_sink_bytes *to, const struct zt_record *record)
{
	const char *zone = zt_record_text(record, ZT_RECORD_ZONE);
	const char *source = zt_record_text(record, ZT_RECORD_SOURCE);
	const char *verdict = zt_record_text(record, ZT_RECORD_VERDICT);
	char text[2048];

	(void)snprintf(text, sizeof(text), "%s%s%s%s%s (%s%srisk %s)",
	    zt_record_text(record, ZT_RECORD_TITLE), zone[0] != '\0' ? ": " : "", zone,
	    source[0] != '\0' ? " by " : "", source, verdict,
	    verdict[0] != '\0' ? ", " : "", zt_record_text(record, ZT_RECORD_RISK));
	add_text(to, "MESSAGE", text);
}

static void
frame(struct zt_sink_base *base, int type, const struct zt_sink_message *message,
    struct zt_sink_bytes *to)
{
	const struct zt_record *record = message->record;
	char number[24];

	(void)type;
	add_summary(to, record);
	for (unsigned i = 0; i < N_OF(messages); i++)
		if (strcmp(messages[i].event,
			zt_record_text(record, ZT_RECORD_EVENT)) == 0)
			add_text(to, "MESSAGE_ID", messages[i].id);
	(void)snprintf(number, sizeof(number), "%u", zt_sink_priority(record));
	add_text(to, "PRIORITY", number);
	(void)snprintf(number, sizeof(number), "%u", base->settings->facility);
	add_text(to, "SYSLOG_FACILITY", number);
	add_text(to, "SYSLOG_IDENTIFIER", "zonetap");
	add_text(to, "ZONETAP_SENSOR", base->settings->sensor);
	for (unsigned i = 0; i < N_OF(fields); i++)
		if (zt_record_text_len(record, fields[i].field) != 0)
			add_text(to, fields[i].name,
			    zt_record_text(record, fields[i].field));
	add(to, "ZONETAP_ALERT", message->line, message->line_len);
}

static const struct zt_sink_wire wire = {
	.path = "/run/systemd/journal/socket",
	.types = { SOCK_DGRAM, 0 },
	.frame = frame,
};

const struct zt_sink_kind zt_sink_journal = {
	.name = "journal",
	.wire = &wire,
	ZT_SINK_SOCKET_MEMBERS,
};
