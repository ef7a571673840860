/*
 * Syslog as in RFC 5424: to the system's own daemon, or over TCP with octet counting
 * (RFC 6587 3.4.1).
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sink_socket.h"

/* Longest HOSTNAME and MSGID, RFC 5424 6. */
#define HOST_MAX  255
#define MSGID_MAX 32
/* TIME-SECFRAC has at most six digits, RFC 5424 6. */
#define TIME_LEN 26
/* An SD-ID of one's own wants a private enterprise number (RFC 5424 6.3.2); this one is
 * for documentation (RFC 5612), as the project has none. */
#define SD_ID "zonetap@32473"

/* A name of PRINTUSASCII, or the nil value. */
static void
add_name(struct zt_sink_bytes *to, const char *text, size_t most)
{
	size_t n = 0;

	for (; text[n] != '\0' && n < most; n++) {
		char c = text[n] > ' ' && text[n] < 0x7f ? text[n] : '?';
		zt_sink_bytes_add(to, &c, 1);
	}
	zt_sink_bytes_text(to, n == 0 ? "- " : " ");
}

/* RFC 5424 6.3.3: a quote, a backslash and a closing bracket are escaped. */
static void
add_parameter(struct zt_sink_bytes *to, const char *name,
    const struct zt_record *record, enum zt_record_field field)
{
	const char *text = zt_record_text(record, field);

	zt_sink_bytes_text(to, " ");
	zt_sink_bytes_text(to, name);
	zt_sink_bytes_text(to, "=\"");
	for (; *text != '\0'; text++) {
		if (strchr("\"\\]", *text) != NULL)
			zt_sink_bytes_text(to, "\\");
		zt_sink_bytes_add(to, text, 1);
	}
	zt_sink_bytes_text(to, "\"");
}

static void
add_message(const struct zt_sink_settings *settings,
    const struct zt_sink_message *message, struct zt_sink_bytes *to)
{
	const struct zt_record *record = message->record;
	char head[64];

	(void)snprintf(head, sizeof(head), "<%u>1 %.*sZ ",
	    8 * settings->facility + zt_sink_priority(record), TIME_LEN,
	    zt_record_text(record, ZT_RECORD_TIME));
	zt_sink_bytes_text(to, head);
	add_name(to, settings->sensor, HOST_MAX);
	(void)snprintf(head, sizeof(head), "zonetap %ld ", (long)getpid());
	zt_sink_bytes_text(to, head);
	add_name(to, zt_record_text(record, ZT_RECORD_RULE), MSGID_MAX);
	zt_sink_bytes_text(to, "[" SD_ID);
	add_parameter(to, "id", record, ZT_RECORD_ID);
	add_parameter(to, "event", record, ZT_RECORD_EVENT);
	add_parameter(to, "rule", record, ZT_RECORD_RULE);
	add_parameter(to, "risk", record, ZT_RECORD_RISK);
	add_parameter(to, "source", record, ZT_RECORD_SOURCE);
	add_parameter(to, "zone", record, ZT_RECORD_ZONE);
	zt_sink_bytes_text(to, "] ");
	zt_sink_bytes_add(to, message->line, message->line_len);
}

/* Put "123 " in front of what is there. */
static void
count_octets(struct zt_sink_bytes *to)
{
	char count[24];
	size_t message_len = to->len;
	int n = snprintf(count, sizeof(count), "%zu ", message_len);

	zt_sink_bytes_add(to, count, (size_t)n); /* makes the room */
	if (to->failed)
		return;
	memmove(to->bytes + n, to->bytes, message_len);
	memcpy(to->bytes, count, (size_t)n);
}

static void
frame(struct zt_sink_base *base, int type, const struct zt_sink_message *message,
    struct zt_sink_bytes *to)
{
	add_message(base->settings, message, to);
	if (base->settings->address[0] != '\0')
		count_octets(to);
	else if (type == SOCK_STREAM)
		zt_sink_bytes_add(to, "", 1); /* a NUL ends it, as in syslog(3) */
}

static const struct zt_sink_wire wire = {
	.path = "/dev/log",
	.types = { SOCK_DGRAM, SOCK_STREAM },
	.frame = frame,
};

const struct zt_sink_kind zt_sink_syslog = {
	.name = "syslog",
	.wire = &wire,
	ZT_SINK_SOCKET_MEMBERS,
};
