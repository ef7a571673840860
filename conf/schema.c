#include "schema.h"

#include <errno.h>
#include <string.h>

#include "conf.h"
#include "listen.h"
#include "quote.h"
#include "schema_row.h"
#include "value.h"

#define CONF	struct zt_conf
#define ZONE	struct zt_conf_zone
#define SCANNER struct zt_conf_scanner

/** What Linux allows in an interface name, without control characters. */
static bool
is_interface(const char *name)
{
	for (; *name != '\0'; name++)
		if (*name == '/' || (unsigned char)*name <= ' ' || *name == 0x7f)
			return false;
	return true;
}

static int
check_interfaces(const void *object, struct zt_err *err)
{
	const struct zt_conf *conf = object;

	for (size_t i = 0; i < conf->interfaces.count; i++) {
		const char *name = conf->interfaces.items[i];
		struct zt_quote quote;

		if (is_interface(name))
			continue;
		zt_err_set(err,
		    "%s has a blank or a slash; \"ip link\" shows the right names",
		    zt_quote_text(name, &quote));
		return -EINVAL;
	}
	return 0;
}

static int
check_control(const void *object, struct zt_err *err)
{
	const struct zt_conf *conf = object;
	const char *path = conf->control.socket;
	struct zt_quote quote;

	if (path[0] == '\0' || path[0] == '/')
		return 0;
	zt_err_set(err, "%s does not begin with /; write the whole path, or \"\"",
	    zt_quote_text(path, &quote));
	return -EINVAL;
}

static int
check_seccomp(const void *object, struct zt_err *err)
{
	const struct zt_conf *conf = object;
	struct zt_quote quote;

	if (strcmp(conf->sensor.seccomp, "enforce") == 0 ||
	    strcmp(conf->sensor.seccomp, "log") == 0 ||
	    strcmp(conf->sensor.seccomp, "off") == 0)
		return 0;
	zt_err_set(err, "%s is none of enforce, log, off",
	    zt_quote_text(conf->sensor.seccomp, &quote));
	return -EINVAL;
}

static int
check_until(const void *object, struct zt_err *err)
{
	const struct zt_conf_scanner *scanner = object;

	if (scanner->from_ns == 0 || scanner->until_ns > scanner->from_ns)
		return 0;
	zt_err_set(err, "until is not after from; write a later time");
	return -EINVAL;
}

static int
check_keep_zones(const void *object, struct zt_err *err)
{
	const struct zt_conf *conf = object;

	if (conf->keep_zones.directory[0] == '\0' ||
	    conf->keep_zones.directory[0] == '/')
		return 0;
	zt_err_set(err, "the path has to begin with a slash");
	return -EINVAL;
}

static const struct zt_schema_row zone_rows[] = {
	{ "zones", "name", NAME(ZONE, name),
	    .flags = ZT_SCHEMA_RELOAD | ZT_SCHEMA_REQUIRED, .example = "example.com",
	    .doc = "The apex of the zone.", .since = "0.1.0" },
	{ "zones", "secondaries", PREFIXES(ZONE, secondaries), LIST, .fallback = "[]",
	    .example = "[192.0.2.54, \"2001:db8::54\"]",
	    .doc =
		"Servers that may transfer the zone.  A transfer by anybody else is an "
		"incident.",
	    .since = "0.1.0" },
	{ "zones", "tsig_keys", NAMES(ZONE, tsig_keys), LIST, .fallback = "[]",
	    .example = "[xfr-key.example.]",
	    .doc = "Names of the TSIG keys that transfers of the zone are signed with.",
	    .since = "0.1.0" },
	{ "zones", "require_tsig", BOOL(ZONE, require_tsig), RELOAD, .max = 1,
	    .fallback = "false",
	    .doc =
		"With true, an unsigned transfer is an incident even when a secondary "
		"asks for it.",
	    .since = "0.1.0" },
};

static const struct zt_schema_row scanner_rows[] = {
	{ "scanners", "networks", PREFIXES(SCANNER, networks), .items_min = 1,
	    .flags = ZT_SCHEMA_RELOAD | ZT_SCHEMA_LIST | ZT_SCHEMA_REQUIRED,
	    .example = "[198.51.100.0/28]",
	    .doc = "Where the authorised test comes from.", .since = "0.1.0" },
	{ "scanners", "from", TIME(SCANNER, from_ns), RELOAD,
	    .example = "2026-01-01T00:00:00Z",
	    .doc = "Start of the test as RFC 3339 time; left out: since ever.",
	    .since = "0.1.0" },
	{ "scanners", "until", TIME(SCANNER, until_ns), RELOAD, .check = check_until,
	    .example = "2026-01-31T00:00:00Z",
	    .doc =
		"End of the test as RFC 3339 time, not included; left out: for ever.",
	    .since = "0.1.0" },
};

static int
check_web(const void *object, struct zt_err *err)
{
	const struct zt_conf *conf = object;
	struct zt_listen listen;
	struct zt_quote quote;

	if (conf->web.listen[0] == '\0')
		return 0;
	if (!zt_listen_parse(conf->web.listen, &listen)) {
		zt_err_set(err,
		    "%s is no address with a port; write 127.0.0.1:9353 or "
		    "[::1]:9353",
		    zt_quote_text(conf->web.listen, &quote));
		return -EINVAL;
	}
	if (zt_listen_is_loopback(&listen) || conf->web.token_file[0] != '\0')
		return 0;
	zt_err_set(err,
	    "%s can be reached from other hosts; write 127.0.0.1 or [::1], or set "
	    "web.token_file",
	    zt_quote_text(conf->web.listen, &quote));
	return -EINVAL;
}

/* Rows of a rule: R_COMMON for every rule, R_COUNT for each threshold that it has. */
#define RULES	    "detect.rules."
#define RULE(id, m) detect.rules[ZT_CONF_RULE_##id].m
#define R_COMMON(id, name, risk_text, about, window_text, window_doc)              \
	{ RULES name, "enabled", BOOL(CONF, RULE(id, enabled)), RELOAD, .max = 1,  \
		.fallback = "true", .doc = about, .since = "0.1.0" },              \
	    { RULES name, "risk", U32(CONF, RULE(id, risk)), RELOAD, .max = 100,   \
		    .fallback = risk_text, .unit = "points",                       \
		    .doc = "Risk of an incident of this rule, 0 to 100.",          \
		    .since = "0.1.0" },                                            \
	{                                                                          \
		RULES name, "window", DURATION(CONF, RULE(id, window_ns)), RELOAD, \
		    .min = 10 * ZT_VALUE_SECOND, .max = ZT_VALUE_DAY,              \
		    .fallback = window_text, .doc = window_doc, .since = "0.1.0"   \
	}
#define R_COUNT(id, name, member, count, what, text)                          \
	{                                                                     \
		RULES name, #member, U32(CONF, RULE(id, member)), RELOAD,     \
		    .min = 1, .max = 100000, .fallback = count, .unit = what, \
		    .doc = text, .since = "0.1.0"                             \
	}
#define R_RRTYPES(id, name, text)                                                      \
	{                                                                              \
		RULES name, "record_types", RRTYPES(CONF, RULE(id, record_types)),     \
		    LIST, .items_min = 1, .items_max = 256,                            \
			  .fallback = ENUMERATION_TYPES, .doc = text, .since = "0.1.0" \
	}
#define R_TIME(id, name, key, member, low, high, time_text, text)                    \
	{                                                                            \
		RULES name, key, DURATION(CONF, RULE(id, member)), RELOAD,           \
		    .min = (low), .max = (high), .fallback = time_text, .doc = text, \
		    .since = "0.1.0"                                                 \
	}

#define WINDOW                                                                             \
	"Length of the sliding window.  An incident closes when nothing more came for so " \
	"long."
#define ENUMERATION_TYPES                                                                \
	"[NS, MX, TXT, SOA, ANY, AXFR, IXFR, SRV, CAA, SPF, DNSKEY, NAPTR, HINFO, LOC, " \
	"CNAME]"

static const struct zt_schema_row conf_rows[] = {
	{ "", "interfaces", STRINGS(CONF, interfaces), LIST_START, .min = 1,
	    .max = 15 /* IFNAMSIZ - 1 */, .items_max = 16, .fallback = "[]",
	    .unit = "name", .example = "[eth0, eth1]", .check = check_interfaces,
	    .doc =
		"Network interfaces to watch.  The option -i takes their place; replay of "
		"files needs none.",
	    .since = "0.1.0" },
	{ "", "ports", PORTS(CONF, ports), LIST_START, .items_min = 1, .items_max = 16,
	    .fallback = "[53]", .example = "[53, 5353]",
	    .doc = "Ports on which DNS is spoken, over UDP and TCP.",
	    .since = "0.1.0" },
	{ "", "internal", PREFIXES(CONF, internal), LIST, .fallback = "[]",
	    .example = "[10.0.0.0/8, 192.0.2.0/24, \"2001:db8:10::/48\"]",
	    .doc =
		"Networks that are ours.  Alerts say whether a source is one of them.",
	    .since = "0.1.0" },
	{ "", "external_only", BOOL(CONF, external_only), RELOAD, .max = 1,
	    .fallback = "false",
	    .doc =
		"With true, only sources outside of the internal networks are judged.",
	    .since = "0.1.0" },
	{ "", "zones", TYPED(CONF, zones, struct zt_conf_zones, ZT_SCHEMA_MAP), LIST,
	    .table = &zt_schema_zone, .items_max = LIST_MAX, .fallback = "[]",
	    .unit = "zone",
	    .doc =
		"Zones that are ours, with those who may transfer them.  Other zones are "
		"learned from the traffic.",
	    .since = "0.1.0" },
	{ "", "keys", TYPED(CONF, keys, struct zt_conf_keys, ZT_SCHEMA_MAP), LIST_START,
	    .table = &zt_schema_key, .items_max = 1024, .fallback = "[]", .unit = "key",
	    .doc =
		"TSIG keys whose secrets are known.  Signatures of transfers with them are "
		"verified, and a name of a key without a right signature proves nothing.",
	    .since = "0.1.0" },
	{ "", "resolvers", PREFIXES(CONF, resolvers), LIST, .fallback = "[]",
	    .example = "[203.0.113.8]",
	    .doc =
		"Known recursive servers.  They ask for many clients and get thresholds of "
		"their own, see detect.resolver_factor.",
	    .since = "0.1.0" },
	{ "", "monitors", PREFIXES(CONF, monitors), LIST, .fallback = "[]",
	    .example = "[203.0.113.90]",
	    .doc =
		"Monitoring, mail gateways, asset management: rules about enumeration stay "
		"silent for them, the rule about transfers does not.",
	    .since = "0.1.0" },
	{ "", "scanners", TYPED(CONF, scanners, struct zt_conf_scanners, ZT_SCHEMA_MAP),
	    LIST, .table = &zt_schema_scanner, .items_max = 10000, .fallback = "[]",
	    .unit = "scanner",
	    .doc =
		"Authorised tests.  Their incidents are kept and marked as authorised.",
	    .since = "0.1.0" },
	{ "", "outputs", TYPED(CONF, outputs, struct zt_conf_outputs, ZT_SCHEMA_MAP),
	    LIST, .table = &zt_schema_output, .items_max = ZT_CONF_OUTPUTS_MAX,
	    .fallback = "[]", .unit = "output", .check = zt_schema_check_outputs,
	    .doc =
		"Where a live capture sends its alerts, see OUTPUTS.  Without any, and "
		"without -o, they go to standard output; -o takes the place of the list.",
	    .since = "0.1.0" },
	{ "", "sensor_name", STRING(CONF, sensor_name), START, .max = 255,
	    .fallback = "", .unit = "text", .example = "tap1",
	    .doc = "Name of this sensor in the alerts; empty: the name of the host.",
	    .since = "0.1.0" },
	{ "capture", "workers", U32(CONF, capture.workers), START, .min = 1, .max = 32,
	    .fallback = "1", .unit = "threads",
	    .doc =
		"Threads that read each interface.  The kernel gives each of them its share "
		"of the flows, both directions of a flow to the same one.  The budgets of "
		"dissect hold for each of them.",
	    .since = "0.1.0" },
	{ "capture", "cpus", CPUS(CONF, capture.cpus), LIST_START, .items_max = 256,
	    .fallback = "[]", .example = "[2, 3]",
	    .doc =
		"CPUs for the capture workers: the first worker stays on the first one, "
		"and so on from the start again.  An empty list leaves it to the kernel.",
	    .since = "0.1.0" },
	{ "capture", "buffer", SIZE(CONF, capture.buffer_bytes), START,
	    .min = ZT_VALUE_MIB, .max = ZT_VALUE_GIB, .fallback = "64MiB",
	    .doc =
		"Memory of the kernel in which packets wait for each worker: 64MiB hold "
		"1.5 seconds of 200,000 small packets a second.",
	    .since = "0.1.0" },
	{ "capture", "snaplen", U32(CONF, capture.snaplen), START, .min = 256,
	    .max = 262144, .fallback = "262144", .unit = "bytes",
	    .doc =
		"Longer packets are cut.  Packets are longer than the link allows when the "
		"kernel or the card has joined segments or fragments.",
	    .since = "0.1.0" },
	{ "capture", "promiscuous", BOOL(CONF, capture.promiscuous), START, .max = 1,
	    .fallback = "true",
	    .doc =
		"With true, packets for other machines are seen too, as a tap needs it.",
	    .since = "0.1.0" },
	{ "capture", "filter", STRING(CONF, capture.filter), START, .max = 4096,
	    .fallback = "", .unit = "text", .example = "udp port 53",
	    .doc =
		"A filter expression, see pcap-filter(7).  The default is made from ports and "
		"tunnels and also passes fragments, IPv6 extension headers and VLAN tags, "
		"which an expression such as \"port 53\" does not.",
	    .since = "0.1.0" },
	{ "capture", "tunnels", BOOL(CONF, capture.tunnels), START, .max = 1,
	    .fallback = "true",
	    .doc =
		"With true, the filter passes every tunnel that zonetap can read, and what "
		"is in it.  With false, only packets outside of tunnels are seen.",
	    .since = "0.1.0" },
	{ "capture", "wait_for_interface", BOOL(CONF, capture.wait_for_interface),
	    START, .max = 1, .fallback = "false",
	    .doc =
		"With true, an interface that is missing or down at the start is waited for; "
		"with false, zonetap ends with status 69.  One that goes away later is always "
		"waited for.",
	    .since = "0.1.0" },
	{ "keep_zones", "directory", STRING(CONF, keep_zones.directory), START,
	    .max = 4095, .fallback = "", .unit = "path", .check = check_keep_zones,
	    .example = "/var/lib/zonetap/zones",
	    .doc =
		"Directory for the zones that left, a zone file for each alert about one; "
		"empty: none is kept.",
	    .since = "0.1.0" },
	{ "keep_zones", "bytes_max", SIZE(CONF, keep_zones.bytes_max), START,
	    .min = 4 * ZT_VALUE_KIB, .max = ZT_VALUE_TIB, .fallback = "256MiB",
	    .doc = "Bytes that all zone files in the directory may take together.",
	    .since = "0.1.0" },
	{ "dissect", "fragment_memory", SIZE(CONF, dissect.fragment_bytes), START,
	    .min = 256 * ZT_VALUE_KIB, .max = ZT_VALUE_GIB, .fallback = "4MiB",
	    .doc =
		"Memory of each capture worker for IP fragments that wait for the rest.",
	    .since = "0.1.0" },
	{ "dissect", "tcp_memory", SIZE(CONF, dissect.tcp_bytes), START,
	    .min = ZT_VALUE_MIB, .max = 16 * ZT_VALUE_GIB, .fallback = "16MiB",
	    .doc =
		"Memory of each capture worker for TCP segments that wait for others.",
	    .since = "0.1.0" },
	{ "dissect", "zone_memory", SIZE(CONF, dissect.zone_bytes), START,
	    .max = 16 * ZT_VALUE_GIB, .fallback = "8MiB",
	    .doc =
		"Memory of each capture worker for the records of running transfers, and how "
		"much of them may be digested in a second (ZONEMD).  A zone that does not fit "
		"is neither verified nor kept; 0: no zone is.",
	    .since = "0.1.0" },
	{ "dissect", "tcp_idle", DURATION(CONF, dissect.tcp_idle_ns), START,
	    .min = ZT_VALUE_SECOND, .max = ZT_VALUE_HOUR, .fallback = "60s",
	    .doc = "A TCP stream that was silent for so long is over.",
	    .since = "0.1.0" },
	{ "dissect", "tcp_streams", U32(CONF, dissect.tcp_streams), START, .min = 64,
	    .max = 1048576, .fallback = "65536", .unit = "streams",
	    .doc = "TCP streams that each capture worker follows at once.",
	    .since = "0.1.0" },
	{ "dissect", "transfer_timeout", DURATION(CONF, dissect.transfer_timeout_ns),
	    START, .min = ZT_VALUE_SECOND, .max = ZT_VALUE_HOUR, .fallback = "30s",
	    .doc = "A transfer without an answer for so long has timed out.",
	    .since = "0.1.0" },
	{ "dissect", "drop_duplicates", BOOL(CONF, dissect.drop_duplicates), START,
	    .max = 1, .fallback = "true",
	    .doc = "Count a packet once that a mirror port delivers twice.",
	    .since = "0.1.0" },
	{ "dissect", "check_sums", BOOL(CONF, dissect.check_sums), START, .max = 1,
	    .fallback = "true",
	    .doc =
		"Ignore a packet whose IP, UDP or TCP checksum is wrong, when its sender's "
		"are right otherwise: its receiver drops it too.",
	    .since = "0.1.0" },
	{ "dissect", "encrypted", BOOL(CONF, dissect.encrypted), START, .max = 1,
	    .fallback = "false",
	    .doc =
		"With true, connections of DNS over TLS (port 853) are looked at from "
		"outside, see the rule encrypted-transfer.",
	    .since = "0.1.0" },
	{ "sensor", "ring", SIZE(CONF, sensor.ring_bytes), START,
	    .min = 64 * ZT_VALUE_KIB, .max = ZT_VALUE_GIB, .fallback = "8MiB",
	    .doc =
		"Size of the queue between each capture worker and the detector, rounded "
		"up to a power of two; at most 1MiB when files are read.",
	    .since = "0.1.0" },
	{ "sensor", "user", STRING(CONF, sensor.user), START, .max = 31, .fallback = "",
	    .unit = "name", .example = "zonetap",
	    .doc = "User that a live zonetap becomes when it was started as root and "
		   "everything is open; empty: it stays who it is.",
	    .since = "0.1.0" },
	{ "sensor", "seccomp", STRING(CONF, sensor.seccomp), START, .max = 16,
	    .fallback = "enforce", .unit = "enforce, log or off",
	    .check = check_seccomp,
	    .doc =
		"What happens when a thread of a live zonetap makes a system call that it "
		"has no need of: enforce names the call and ends; log lets it pass and has "
		"the kernel log it; off does not look.",
	    .since = "0.1.0" },
	{ "sensor", "landlock", BOOL(CONF, sensor.landlock), START, .max = 1,
	    .fallback = "true",
	    .doc = "A live zonetap can open only files in the directories of its "
		   "configuration and its output, where the kernel has Landlock.",
	    .since = "0.1.0" },
	{ "control", "socket", STRING(CONF, control.socket), START,
	    .max = 107 /* sun_path and its end */, .fallback = ZT_CONF_CONTROL_SOCKET,
	    .unit = "path", .check = check_control,
	    .doc =
		"Socket at which zonetapctl(8) reaches a live capture; empty: none.  Where "
		"its directory is missing there is none either.",
	    .since = "0.1.0" },
	{ "control", "group", STRING(CONF, control.group), START, .max = 32,
	    .fallback = "zonetap", .unit = "group",
	    .doc =
		"Group that may use the control socket, beside the user of the process; "
		"empty: the group of the process.",
	    .since = "0.1.0" },
	{ "spool", "directory", STRING(CONF, spool.directory), START, .max = 255,
	    .fallback = "", .unit = "path", .example = "/var/lib/zonetap/spool",
	    .doc =
		"Where alerts wait on disk for an output that does not take them.  Empty: "
		"spool in the state directory that the service manager has made, else "
		"nowhere.",
	    .since = "0.1.0" },
	{ "spool", "limit", SIZE(CONF, spool.limit_bytes), START, .min = ZT_VALUE_MIB,
	    .max = ZT_VALUE_TIB, .fallback = "64MiB",
	    .doc = "Size of the spool of each output.", .since = "0.1.0" },
	{ "health", "enabled", BOOL(CONF, health.enabled), RELOAD, .max = 1,
	    .fallback = "true",
	    .doc = "Raise alerts about blind spots of the sensor itself: one direction "
		   "missing, packets cut or doubled, drops, silence.",
	    .since = "0.1.0" },
	{ "health", "window", DURATION(CONF, health.window_ns), RELOAD,
	    .min = 10 * ZT_VALUE_SECOND, .max = ZT_VALUE_HOUR, .fallback = "1m",
	    .doc = "Blind spots are judged over so long, and are over when it was good "
		   "for so long.",
	    .since = "0.1.0" },
	{ "health", "silence", DURATION(CONF, health.silence_ns), RELOAD,
	    .min = ZT_VALUE_SECOND, .max = ZT_VALUE_DAY, .fallback = "10m",
	    .doc = "An interface without any packet for so long is a blind spot.",
	    .since = "0.1.0" },
	{ "learn", "enabled", BOOL(CONF, learn.enabled), START, .max = 1,
	    .fallback = "false",
	    .doc =
		"With true, everybody who fetches a zone is taken down for a time, as a "
		"list of secondaries to be reviewed; afterwards, who is not on it is told.",
	    .since = "0.1.0" },
	{ "learn", "period", DURATION(CONF, learn.period_ns), START,
	    .min = ZT_VALUE_MINUTE, .max = 366 * ZT_VALUE_DAY, .fallback = "7d",
	    .doc = "How long, from the first packet on.", .since = "0.1.0" },
	{ "learn", "file", STRING(CONF, learn.file), START, .max = 4000, .fallback = "",
	    .unit = "path", .example = "/var/lib/zonetap/secondaries.yaml",
	    .doc =
		"Where the list is written, as YAML to be pasted under zones; beside it, "
		"with .state behind the name, what a restart goes on from.  The directory "
		"must be writable for the user of zonetap; as a service it is "
		"/var/lib/zonetap.  Left empty: nowhere.",
	    .since = "0.1.0" },
	{ "processes", "enabled", BOOL(CONF, processes.enabled), START, .max = 1,
	    .fallback = "false",
	    .doc =
		"Look at the programs that are started on this machine, for the rule "
		"recon-tool-process; before Linux 6.6 a live zonetap needs CAP_NET_ADMIN "
		"for it at the start.",
	    .since = "0.1.0" },
	{ "web", "listen", STRING(CONF, web.listen), START, .max = 63, .fallback = "",
	    .unit = "address and port", .example = "127.0.0.1:9353", .check = check_web,
	    .doc =
		"Where the live page and the metrics are served, as 127.0.0.1:9353 or "
		"[::1]:9353; empty: nowhere.  Any other address needs web.token_file.",
	    .since = "0.1.0" },
	{ "web", "token_file", STRING(CONF, web.token_file), START, .max = 4095,
	    .fallback = "", .unit = "path", .example = "/etc/zonetap/token",
	    .doc =
		"File whose first line is the token that the live page and the metrics "
		"ask for, 16 characters or more; others must not be able to read it.",
	    .since = "0.1.0" },
	{ "detect", "memory", SIZE(CONF, detect.memory_bytes), START,
	    .min = 16 * ZT_VALUE_MIB, .max = 64 * ZT_VALUE_GIB, .fallback = "256MiB",
	    .doc =
		"Memory for all state about sources.  When it is full, sources that keep "
		"asking push out those that were seen once.",
	    .since = "0.1.0" },
	{ "detect", "update_interval", DURATION(CONF, detect.update_interval_ns),
	    RELOAD, .min = ZT_VALUE_SECOND, .max = ZT_VALUE_DAY, .fallback = "1m",
	    .doc = "At most one update of an incident in this time.",
	    .since = "0.1.0" },
	{ "detect", "prefix_v4", U32(CONF, detect.prefix_v4), START, .min = 8,
	    .max = 32, .fallback = "32", .unit = "bits",
	    .doc = "IPv4 sources are counted per network of this prefix length.",
	    .since = "0.1.0" },
	{ "detect", "prefix_v6", U32(CONF, detect.prefix_v6), START, .min = 16,
	    .max = 128, .fallback = "64", .unit = "bits",
	    .doc = "IPv6 sources are counted per network of this prefix length.",
	    .since = "0.1.0" },
	{ "detect", "resolver_factor", U32(CONF, detect.resolver_factor), RELOAD,
	    .min = 1, .max = 10000, .fallback = "20", .unit = "times",
	    .doc = "Thresholds of listed resolvers are so many times higher.",
	    .since = "0.1.0" },
	R_COMMON(ZONE_TRANSFER, "zone-transfer", "90",
	    "AXFR or IXFR asked by somebody who may not have the zone.", "10m",
	    "An incident closes when nothing more came for so long."),
	R_COMMON(TYPE_ENUMERATION, "type-enumeration", "70",
	    "Many questions for the record types that describe a zone.", "10m", WINDOW),
	R_COUNT(TYPE_ENUMERATION, "type-enumeration", queries, "30", "queries",
	    "Fires above so many questions for these types."),
	R_COUNT(TYPE_ENUMERATION, "type-enumeration", names, "20", "names",
	    "Fires above so many distinct names."),
	R_COUNT(TYPE_ENUMERATION, "type-enumeration", types, "3", "types",
	    "Fires above so many distinct types of one name."),
	R_RRTYPES(TYPE_ENUMERATION, "type-enumeration", "The record types that count."),
	R_COMMON(NAME_BRUTEFORCE, "name-bruteforce", "70",
	    "Guessed names under one zone, most of which do not exist.", "1m", WINDOW),
	R_COUNT(NAME_BRUTEFORCE, "name-bruteforce", names, "50", "names",
	    "Fires above so many distinct guesses within window."),
	R_COUNT(NAME_BRUTEFORCE, "name-bruteforce", names_slow, "200", "names",
	    "Fires above so many distinct guesses within window_slow."),
	R_TIME(NAME_BRUTEFORCE, "name-bruteforce", "window_slow", window_slow_ns,
	    10 * ZT_VALUE_SECOND, ZT_VALUE_DAY, "15m",
	    "Length of the second, longer window."),
	R_COMMON(REVERSE_SWEEP, "reverse-sweep", "60",
	    "Reverse names of many neighbouring addresses.", "10m", WINDOW),
	R_COUNT(REVERSE_SWEEP, "reverse-sweep", names, "32", "names",
	    "Fires above so many distinct reverse names of one network."),
	R_COMMON(NSEC_WALK, "nsec-walk", "75",
	    "A signed zone read along its proofs that names do not exist.", "10m",
	    WINDOW),
	R_COUNT(NSEC_WALK, "nsec-walk", steps, "3", "steps",
	    "Fires above so many distinct steps along a chain of NSEC records."),
	R_COUNT(NSEC_WALK, "nsec-walk", intervals, "32", "intervals",
	    "Fires above so many distinct NSEC3 intervals shown to the source."),
	R_COMMON(SRV_SWEEP, "srv-sweep", "60", "Many service names of one zone.", "10m",
	    WINDOW),
	R_COUNT(SRV_SWEEP, "srv-sweep", names, "10", "names",
	    "Fires above so many distinct service names."),
	R_COMMON(TLD_EXPANSION, "tld-expansion", "50",
	    "One label tried under many top-level domains.", "10m", WINDOW),
	R_COUNT(TLD_EXPANSION, "tld-expansion", names, "10", "names",
	    "Fires above so many top-level domains of one label."),
	R_COMMON(CACHE_SNOOPING, "cache-snooping", "60",
	    "Questions without recursion to a recursive server, to see what its clients "
	    "asked.",
	    "10m", WINDOW),
	R_COUNT(CACHE_SNOOPING, "cache-snooping", names, "20", "names",
	    "Fires above so many distinct names."),
	R_COMMON(SERVER_PROBE, "server-probe", "40",
	    "A server asked for its software and name (class CHAOS).", "10m",
	    "An incident closes when nothing more came for so long."),
	R_COMMON(SERVER_SWEEP, "server-sweep", "50",
	    "One source asks many server addresses.", "10m", WINDOW),
	R_COUNT(SERVER_SWEEP, "server-sweep", servers, "20", "servers",
	    "Fires above so many distinct server addresses."),
	R_COMMON(MAIL_MAPPING, "mail-mapping", "50",
	    "The mail set-up of domains collected: MX, TXT, DMARC, DKIM selectors.",
	    "10m", WINDOW),
	R_COUNT(MAIL_MAPPING, "mail-mapping", selectors, "5", "selectors",
	    "Fires above so many distinct DKIM selectors of one domain."),
	R_COUNT(MAIL_MAPPING, "mail-mapping", zones, "5", "zones",
	    "Fires above so many domains asked for MX, TXT and DMARC."),
	R_COMMON(LOOKALIKE_SWEEP, "lookalike-sweep", "50",
	    "Names that resemble a zone of ours tried; needs zones.", "10m", WINDOW),
	R_COUNT(LOOKALIKE_SWEEP, "lookalike-sweep", names, "20", "names",
	    "Fires above so many distinct names that resemble the zone."),
	R_COMMON(DISTRIBUTED_ENUMERATION, "distributed-enumeration", "80",
	    "One enumeration, split over many sources.", "10m", WINDOW),
	R_COUNT(DISTRIBUTED_ENUMERATION, "distributed-enumeration", names, "200",
	    "names",
	    "Fires above so many distinct guesses under one zone by all sources together."),
	R_COUNT(DISTRIBUTED_ENUMERATION, "distributed-enumeration", types, "90",
	    "pairs",
	    "Fires above so many distinct pairs of name and record type at one server."),
	R_COUNT(DISTRIBUTED_ENUMERATION, "distributed-enumeration", sources, "8",
	    "sources", "Least number of sources that take part."),
	R_RRTYPES(DISTRIBUTED_ENUMERATION, "distributed-enumeration",
	    "The record types that count as pairs."),
	R_COMMON(SLOW_ENUMERATION, "slow-enumeration", "60",
	    "A zone mapped at a pace that no other rule sees.", "1d", WINDOW),
	R_COUNT(SLOW_ENUMERATION, "slow-enumeration", names, "100", "names",
	    "Fires above so many distinct guesses under one zone."),
	R_COUNT(SLOW_ENUMERATION, "slow-enumeration", types, "60", "pairs",
	    "Fires above so many distinct pairs of name and record type."),
	R_TIME(SLOW_ENUMERATION, "slow-enumeration", "pace", pace_ns, ZT_VALUE_MINUTE,
	    ZT_VALUE_DAY, "20m",
	    "Least time over which they came; what is faster is a "
	    "burst, which other rules judge."),
	R_RRTYPES(SLOW_ENUMERATION, "slow-enumeration",
	    "The record types that count as pairs."),
	R_COMMON(ENCRYPTED_TRANSFER, "encrypted-transfer", "50",
	    "A connection of DNS over TLS that looks like a zone transfer; needs "
	    "dissect.encrypted.",
	    "10m", "An incident closes when nothing more came for so long."),
	{ RULES "encrypted-transfer", "bytes",
	    SIZE(CONF, RULE(ENCRYPTED_TRANSFER, bytes)), RELOAD, .min = ZT_VALUE_KIB,
	    .max = ZT_VALUE_GIB, .fallback = "128KiB",
	    .doc = "Fires from so many bytes of the server at a stretch.",
	    .since = "0.1.0" },
	R_COMMON(RECON_TOOL_PROCESS, "recon-tool-process", "60",
	    "A tool that maps networks was started on this machine; needs "
	    "processes.enabled.",
	    "10m",
	    "Questions are counted for the tool for so long after its start; an incident "
	    "closes when nothing more came for so long."),
	R_COMMON(TRANSFER_DEVIATION, "transfer-deviation", "70",
	    "A secondary that does what it never did.", "10m",
	    "An incident closes when nothing more came for so long."),
};

const struct zt_schema_table zt_schema_conf = { conf_rows, N_ROWS(conf_rows),
	sizeof(struct zt_conf) };
const struct zt_schema_table zt_schema_zone = { zone_rows, N_ROWS(zone_rows),
	sizeof(struct zt_conf_zone) };
const struct zt_schema_table zt_schema_scanner = { scanner_rows, N_ROWS(scanner_rows),
	sizeof(struct zt_conf_scanner) };

size_t
zt_schema_item_size(const struct zt_schema_row *row)
{
	static const size_t sizes[ZT_SCHEMA_N_TYPES] = {
		[ZT_SCHEMA_BOOL] = sizeof(bool),
		[ZT_SCHEMA_U32] = sizeof(uint32_t),
		[ZT_SCHEMA_PORT] = sizeof(uint16_t),
		[ZT_SCHEMA_RRTYPE] = sizeof(uint16_t),
		[ZT_SCHEMA_DURATION] = sizeof(uint64_t),
		[ZT_SCHEMA_SIZE] = sizeof(uint64_t),
		[ZT_SCHEMA_TIME] = sizeof(uint64_t),
		[ZT_SCHEMA_STRING] = sizeof(char *),
		[ZT_SCHEMA_PREFIX] = sizeof(struct zt_conf_prefix),
		[ZT_SCHEMA_NAME] = sizeof(struct zt_conf_name),
		[ZT_SCHEMA_CHOICE] = sizeof(uint32_t),
	};

	return row->table != NULL ? row->table->object_size : sizes[row->type];
}

const char *
zt_schema_path(const struct zt_schema_row *row, char *path)
{
	(void)snprintf(path, ZT_SCHEMA_PATH_SIZE, "%s%s%s", row->section,
	    row->section[0] != '\0' ? "." : "", row->key);
	return path;
}

/** The rule whose part of struct zt_conf holds the row's member. */
static bool
is_of_rule(const struct zt_schema_row *row, enum zt_conf_rule_id id)
{
	size_t start = offsetof(struct zt_conf, detect.rules) +
		       (size_t)id * sizeof(struct zt_conf_rule);

	return row->offset >= start &&
	       row->offset < start + sizeof(struct zt_conf_rule);
}

const char *
zt_conf_rule_name(enum zt_conf_rule_id id)
{
	for (size_t i = 0; i < N_ROWS(conf_rows); i++)
		if (is_of_rule(&conf_rows[i], id))
			return conf_rows[i].section + strlen(RULES);
	return "";
}
