#include "alert_text.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NS_PER_S     UINT64_C(1000000000)
#define S_PER_DAY    86400u
#define DAYS_PER_ERA 146097u /* 400 years */
/* Days from 0000-03-01 to 1970-01-01. */
#define EPOCH_DAY 719468u

/* Day of the Gregorian calendar, counted in years that begin in March, so that the leap
 * day is the last one.  gmtime(3) would read the time zone's file. */
static void
civil(uint64_t days, unsigned *year, unsigned *month, unsigned *day)
{
	uint64_t from_zero = days + EPOCH_DAY;
	uint64_t era = from_zero / DAYS_PER_ERA;
	uint64_t doe = from_zero % DAYS_PER_ERA;
	uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint64_t march_month = (5 * doy + 2) / 153;

	*day = (unsigned)(doy - (153 * march_month + 2) / 5 + 1);
	*month = (unsigned)(march_month < 10 ? march_month + 3 : march_month - 9);
	*year = (unsigned)(yoe + era * 400 + (*month <= 2));
}

const char *
zt_time_text(uint64_t ts_ns, char text[ZT_TIME_TEXT_SIZE])
{
	uint64_t seconds = ts_ns / NS_PER_S;
	unsigned of_day = (unsigned)(seconds % S_PER_DAY);
	unsigned year = 0;
	unsigned month = 0;
	unsigned day = 0;

	civil(seconds / S_PER_DAY, &year, &month, &day);
	(void)snprintf(text, ZT_TIME_TEXT_SIZE,
	    "%04u-%02u-%02uT%02u:%02u:%02u.%09" PRIu64 "Z", year % 10000, month, day,
	    of_day / 3600, of_day / 60 % 60, of_day % 60, ts_ns % NS_PER_S);
	return text;
}

const char *
zt_address_text(uint8_t family, const uint8_t *addr, char text[ZT_ADDRESS_TEXT_SIZE])
{
	if (inet_ntop(family == 6 ? AF_INET6 : AF_INET, addr, text,
		ZT_ADDRESS_TEXT_SIZE) == NULL)
		text[0] = '\0'; /* cannot happen: both families are known */
	return text;
}

const char *
zt_prefix_text(
    uint8_t family, const uint8_t *addr, uint8_t bits, char text[ZT_ADDRESS_TEXT_SIZE])
{
	uint8_t masked[16];
	unsigned n_bytes = family == 6 ? 16 : 4;

	memcpy(masked, addr, sizeof(masked));
	for (unsigned i = 0; i < n_bytes; i++) {
		if (bits >= 8 * (i + 1))
			continue;
		unsigned kept = bits > 8 * i ? bits - 8 * i : 0;
		masked[i] &= (uint8_t)(0xff00u >> kept);
	}
	zt_address_text(family, masked, text);
	size_t len = strlen(text);
	(void)snprintf(text + len, ZT_ADDRESS_TEXT_SIZE - len, "/%u", bits);
	return text;
}

const char *
zt_alert_event_name(enum zt_alert_event event)
{
	switch (event) {
	case ZT_ALERT_OPEN:
		return "open";
	case ZT_ALERT_UPDATE:
		return "update";
	case ZT_ALERT_CLOSE:
		return "close";
	}
	return "";
}

const char *
zt_level_name(enum zt_level level)
{
	switch (level) {
	case ZT_LEVEL_LOW:
		return "low";
	case ZT_LEVEL_MEDIUM:
		return "medium";
	case ZT_LEVEL_HIGH:
		return "high";
	case ZT_LEVEL_CRITICAL:
		return "critical";
	}
	return "";
}

const char *
zt_verdict_name(uint8_t verdict)
{
	static const char *const names[ZT_N_VERDICTS] = {
		[ZT_VERDICT_ATTEMPTED] = "attempted",
		[ZT_VERDICT_REFUSED] = "refused",
		[ZT_VERDICT_NOTAUTH] = "notauth",
		[ZT_VERDICT_SERVFAIL] = "servfail",
		[ZT_VERDICT_FORMERR] = "formerr",
		[ZT_VERDICT_NOTIMP] = "notimp",
		[ZT_VERDICT_REJECTED] = "rejected",
		[ZT_VERDICT_EMPTY] = "empty",
		[ZT_VERDICT_RESET] = "reset",
		[ZT_VERDICT_TIMED_OUT] = "timed-out",
		[ZT_VERDICT_STARTED] = "started",
		[ZT_VERDICT_PARTIAL] = "partial",
		[ZT_VERDICT_COMPLETE] = "complete",
		[ZT_VERDICT_UP_TO_DATE] = "up-to-date",
		[ZT_VERDICT_DELTA] = "delta",
		[ZT_VERDICT_FULL] = "full",
	};

	return verdict < ZT_N_VERDICTS ? names[verdict] : "unknown";
}

const char *
zt_tsig_state_name(uint8_t state)
{
	static const char *const names[ZT_N_TSIG_STATES] = {
		[ZT_TSIG_NONE] = "unsigned",
		[ZT_TSIG_UNVERIFIED] = "unverified",
		[ZT_TSIG_VERIFIED] = "verified",
		[ZT_TSIG_UNKNOWN] = "unknown",
		[ZT_TSIG_OUTSIDE_TIME] = "outside-time",
		[ZT_TSIG_UNSIGNED_TAIL] = "unsigned-tail",
		[ZT_TSIG_DOWNGRADED] = "downgraded",
		[ZT_TSIG_FORGED] = "forged",
	};

	return state < ZT_N_TSIG_STATES ? names[state] : "unknown";
}

const char *
zt_zonemd_name(uint8_t state)
{
	static const char *const names[ZT_N_ZONEMD_STATES] = {
		[ZT_ZONEMD_NONE] = NULL,
		[ZT_ZONEMD_VERIFIED] = "verified",
		[ZT_ZONEMD_MISMATCH] = "mismatch",
		[ZT_ZONEMD_UNSUPPORTED] = "unsupported",
		[ZT_ZONEMD_TOO_LARGE] = "too-large",
		[ZT_ZONEMD_UNKNOWN] = "unknown",
	};

	return state < ZT_N_ZONEMD_STATES ? names[state] : "unknown";
}

const char *
zt_transfer_kind_name(uint8_t kind)
{
	return kind == ZT_TRANSFER_IXFR ? "ixfr" : "axfr";
}

const char *
zt_tunnel_name(uint8_t kind)
{
	static const char *const names[ZT_N_TUNNELS] = {
		[ZT_TUNNEL_NONE] = "none",
		[ZT_TUNNEL_MPLS] = "mpls",
		[ZT_TUNNEL_PPPOE] = "pppoe",
		[ZT_TUNNEL_GRE] = "gre",
		[ZT_TUNNEL_ERSPAN] = "erspan",
		[ZT_TUNNEL_VXLAN] = "vxlan",
		[ZT_TUNNEL_GENEVE] = "geneve",
		[ZT_TUNNEL_GTPU] = "gtp-u",
		[ZT_TUNNEL_IPIP] = "ipip",
		[ZT_TUNNEL_6IN4] = "6in4",
		[ZT_TUNNEL_TEREDO] = "teredo",
		[ZT_TUNNEL_L2TP] = "l2tp",
		[ZT_TUNNEL_CAPWAP] = "capwap",
	};

	return kind < ZT_N_TUNNELS ? names[kind] : "unknown";
}

const char *
zt_transport_name(uint8_t transport)
{
	if (transport == 17)
		return "udp";
	return transport == 6 ? "tcp" : NULL;
}
