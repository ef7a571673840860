/*
 * The settings of an entry of `outputs`.
 */
#include <errno.h>
#include <string.h>

#include "quote.h"
#include "schema_row.h"
#include "value.h"

#define OUTPUT struct zt_conf_output

static const char *const types[] = {
	[ZT_CONF_OUTPUT_FILE] = "file",
	[ZT_CONF_OUTPUT_STDOUT] = "stdout",
	[ZT_CONF_OUTPUT_UNIX] = "unix",
	[ZT_CONF_OUTPUT_UNIX_DATAGRAM] = "unix-datagram",
	[ZT_CONF_OUTPUT_SYSLOG] = "syslog",
	[ZT_CONF_OUTPUT_JOURNAL] = "journal",
	[ZT_CONF_N_OUTPUTS] = NULL,
};

static const char *const fsyncs[] = {
	[ZT_CONF_FSYNC_NEVER] = "never",
	[ZT_CONF_FSYNC_SECOND] = "second",
	[ZT_CONF_FSYNC_ALWAYS] = "always",
	NULL,
};

/* By number, RFC 5424 6.2.1; 12 to 15 have no name that programs agree on. */
static const char *const facilities[] = { "kern", "user", "mail", "daemon", "auth",
	"syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "audit",
	"alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5",
	"local6", "local7", NULL };

/* A path of a unix socket has to fit sun_path, 108 bytes with its end. */
#define SOCKET_PATH_MAX 107

static bool
is_socket(const struct zt_conf_output *output)
{
	return output->type != ZT_CONF_OUTPUT_FILE &&
	       output->type != ZT_CONF_OUTPUT_STDOUT;
}

static int
check_type(const void *object, struct zt_err *err)
{
	const struct zt_conf_output *output = object;
	bool needs_path = output->type == ZT_CONF_OUTPUT_FILE ||
			  output->type == ZT_CONF_OUTPUT_UNIX ||
			  output->type == ZT_CONF_OUTPUT_UNIX_DATAGRAM;

	if (!needs_path || output->path[0] != '\0')
		return 0;
	zt_err_set(err, "an output of type %s needs a path; write path: /...",
	    types[output->type]);
	return -EINVAL;
}

static int
check_path(const void *object, struct zt_err *err)
{
	const struct zt_conf_output *output = object;
	struct zt_quote quote;

	if (output->path[0] == '\0')
		return 0;
	if (output->type == ZT_CONF_OUTPUT_STDOUT) {
		zt_err_set(err, "standard output has no path; use type: file");
		return -EINVAL;
	}
	if (output->path[0] != '/') {
		zt_err_set(err, "%s does not begin with /; write the whole path",
		    zt_quote_text(output->path, &quote));
		return -EINVAL;
	}
	if (is_socket(output) && strlen(output->path) > SOCKET_PATH_MAX) {
		zt_err_set(err,
		    "a socket's path has at most %d bytes; this one has %zu",
		    SOCKET_PATH_MAX, strlen(output->path));
		return -EINVAL;
	}
	return 0;
}

/** "192.0.2.1:601", "[2001:db8::1]:601": the address in `address`, its port. */
static bool
parse_address(const char *text, struct zt_conf_prefix *address, uint64_t *port)
{
	const char *colon = strrchr(text, ':');
	char host[64];
	size_t len;

	if (colon == NULL)
		return false;
	len = (size_t)(colon - text);
	if (len > 1 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	if (len == 0 || len >= sizeof(host))
		return false;
	(void)memcpy(host, text, len);
	host[len] = '\0';
	return strchr(host, '/') == NULL &&
	       zt_value_parse_prefix(host, address, NULL) == 0 &&
	       zt_value_parse_number(colon + 1, port, NULL) == 0 && *port > 0 &&
	       *port <= UINT16_MAX;
}

static int
check_address(const void *object, struct zt_err *err)
{
	const struct zt_conf_output *output = object;
	struct zt_conf_prefix address;
	struct zt_quote quote;
	uint64_t port = 0;

	if (output->address[0] == '\0')
		return 0;
	if (output->type != ZT_CONF_OUTPUT_SYSLOG || output->path[0] != '\0') {
		zt_err_set(err, "only an output of type syslog without path has an "
				"address; take one of them out");
		return -EINVAL;
	}
	if (parse_address(output->address, &address, &port))
		return 0;
	zt_err_set(err,
	    "%s is no address and port; write 192.0.2.1:601 or [2001:db8::1]:601, "
	    "names are not looked up",
	    zt_quote_text(output->address, &quote));
	return -EINVAL;
}

static int
check_rotation(const void *object, struct zt_err *err)
{
	const struct zt_conf_output *output = object;

	if (output->type == ZT_CONF_OUTPUT_FILE ||
	    (output->rotate_size_bytes == 0 && output->rotate_every_ns == 0))
		return 0;
	zt_err_set(err, "only an output of type file is rotated; take it out");
	return -EINVAL;
}

int
zt_schema_check_outputs(const void *object, struct zt_err *err)
{
	const struct zt_conf_outputs *outputs =
	    &((const struct zt_conf *)object)->outputs;

	for (size_t i = 1; i < outputs->count; i++)
		for (size_t j = 0; j < i; j++) {
			const struct zt_conf_output *a = &outputs->items[i];
			const struct zt_conf_output *b = &outputs->items[j];

			if (a->type != b->type || strcmp(a->path, b->path) != 0 ||
			    strcmp(a->address, b->address) != 0)
				continue;
			zt_err_set(err,
			    "entries %zu and %zu are both %s %s%s; write one of them",
			    j + 1, i + 1, types[a->type], a->path, a->address);
			return -EINVAL;
		}
	return 0;
}

static const struct zt_schema_row rows[] = {
	{ "outputs", "type", CHOICE(OUTPUT, type, types), .check = check_type,
	    .flags = ZT_SCHEMA_RELOAD | ZT_SCHEMA_REQUIRED, .example = "file",
	    .doc = "What the output is.", .since = "0.1.0" },
	{ "outputs", "path", STRING(OUTPUT, path), RELOAD, .max = 255, .fallback = "",
	    .unit = "path", .example = "/var/log/zonetap/alerts.jsonl",
	    .check = check_path,
	    .doc = "The file, or the socket; for syslog and journal the system's own "
		   "where it is left out.",
	    .since = "0.1.0" },
	{ "outputs", "address", STRING(OUTPUT, address), RELOAD, .max = 60,
	    .fallback = "", .unit = "address and port", .check = check_address,
	    .doc = "Address and port of a syslog server that is spoken to over TCP.",
	    .since = "0.1.0" },
	{ "outputs", "format", STRING(OUTPUT, format), RELOAD, .min = 1, .max = 32,
	    .fallback = "native", .unit = "format",
	    .doc = "Form of the alerts, a name that -f takes.", .since = "0.1.0" },
	{ "outputs", "min_risk", U32(OUTPUT, min_risk), RELOAD, .max = 100,
	    .fallback = "0", .unit = "points",
	    .doc = "Alerts with less risk are left out.", .since = "0.1.0" },
	{ "outputs", "fsync", CHOICE(OUTPUT, fsync, fsyncs), RELOAD,
	    .fallback = "second",
	    .doc = "When a file is forced to the disk: by the system alone, each "
		   "second, or before an alert counts as written.",
	    .since = "0.1.0" },
	{ "outputs", "rotate_size", SIZE(OUTPUT, rotate_size_bytes), RELOAD,
	    .max = ZT_VALUE_TIB, .fallback = "0", .check = check_rotation,
	    .doc = "A file that would grow above this is rotated; 0: never.",
	    .since = "0.1.0" },
	{ "outputs", "rotate_every", DURATION(OUTPUT, rotate_every_ns), RELOAD,
	    .max = 366 * ZT_VALUE_DAY, .fallback = "0", .check = check_rotation,
	    .doc = "A file is rotated at each multiple of this time, counted from 1970 "
		   "in UTC: 1d is midnight; 0: never.",
	    .since = "0.1.0" },
	{ "outputs", "keep", U32(OUTPUT, keep), RELOAD, .min = 1, .max = 1000,
	    .fallback = "7", .unit = "files",
	    .doc = "Rotated files that are kept, as path.1, path.2 and so on.",
	    .since = "0.1.0" },
	{ "outputs", "facility", CHOICE(OUTPUT, facility, facilities), RELOAD,
	    .fallback = "daemon", .doc = "Facility of syslog and journal.",
	    .since = "0.1.0" },
	{ "outputs", "queue", U32(OUTPUT, queue), RELOAD, .min = 16, .max = 65536,
	    .fallback = "4096", .unit = "alerts",
	    .doc = "Alerts that wait in memory for the output.", .since = "0.1.0" },
};

const struct zt_schema_table zt_schema_output = { rows, N_ROWS(rows),
	sizeof(struct zt_conf_output) };

const char *
zt_conf_output_name(enum zt_conf_output_type type)
{
	return types[type];
}
