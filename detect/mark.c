#include "mark.h"

#include <string.h>

#include "label.h"
#include "probe.h"

#define OPCODE_STATUS 2u
/* Bits of zt_event.edns_options. */
#define OPTION_EXPIRE  (1u << 9)
#define OPTION_COOKIE  (1u << 10)
#define OPTION_UNKNOWN (1u << 31)
#define EDNS_DO	       0x8000u
/* No system starts higher that keeps to powers of two below 255. */
#define TTL_ORDINARY 128u
/* Bytes of a label between xx-- and --xx, both included. */
#define FRAMED_LENGTH 28u

static const uint8_t google[] = "\3www\6google\3com";
static const uint8_t iis_test[] = "\22xn--nameservertest\3iis\2se";
static const uint8_t netbios[] = "\40ckaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

static unsigned
flags_of(const struct zt_event *event)
{
	return event->dns_flags & (ZT_DNS_RD | ZT_DNS_AD | ZT_DNS_CD);
}

static bool
has_edns(const struct zt_event *event)
{
	return (event->flags & ZT_EF_EDNS) != 0;
}

/* Only IPv4 over UDP says whether a program let its system set DF. */
static bool
has_df(const struct zt_event *event)
{
	return event->transport == 17 && event->family == 4 &&
	       (event->flags & ZT_EF_IP_DF) != 0;
}

static uint64_t
when(bool is_seen, enum zt_feature feature)
{
	return is_seen ? zt_mark(feature) : 0;
}

static bool
is_name(const struct zt_event *event, const uint8_t *wire, size_t size)
{
	return event->name_len == size && memcmp(zt_event_name(event), wire, size) == 0;
}

/* The signatures of BIND's own programs in EDNS. */
static uint64_t
marks_of_cookie(const struct zt_event *event)
{
	bool is_ours = event->edns_size == 1232 || event->edns_size == 4096;
	bool is_do = (event->edns_flags & EDNS_DO) != 0;
	unsigned flags = flags_of(event);

	if (!is_ours || has_df(event))
		return 0;
	return when((flags & ZT_DNS_AD) != 0, ZT_FEATURE_DIG_QUERY) |
	       when(flags == ZT_DNS_RD && is_do && event->edns_size == 1232,
		   ZT_FEATURE_DELV_QUERY) |
	       when(event->qtype == ZT_RR_IXFR && flags == 0 && !is_do &&
			(event->edns_options & OPTION_EXPIRE) == 0,
		   ZT_FEATURE_IXFR_COOKIE);
}

static uint64_t
marks_of_edns(const struct zt_event *event)
{
	unsigned flags = flags_of(event);
	bool is_do = (event->edns_flags & EDNS_DO) != 0;
	uint64_t marks = 0;

	if ((event->edns_options & OPTION_COOKIE) != 0)
		marks |= marks_of_cookie(event);
	else if (is_do && event->qtype == ZT_RR_NSEC)
		marks |= when((flags & ZT_DNS_RD) != 0, ZT_FEATURE_NSEC_RD);
	marks |= when((event->edns_options & OPTION_UNKNOWN) != 0 && flags == 0,
	    ZT_FEATURE_OPTION_UNKNOWN);
	return marks | when(is_do && flags == (ZT_DNS_RD | ZT_DNS_CD) &&
				event->edns_size == 4096,
			   ZT_FEATURE_FLAGS_RD_CD);
}

static uint64_t
marks_of_axfr(const struct zt_event *event)
{
	unsigned flags = flags_of(event);
	bool is_dead = event->dns_id == 0xdead, is_zero = event->dns_id == 0;
	uint64_t marks = when(is_dead, ZT_FEATURE_AXFR_ID_DEAD) |
			 when(is_zero, ZT_FEATURE_AXFR_ID_ZERO);

	if (event->kind != ZT_EVENT_QUERY)
		return marks;
	if (has_edns(event))
		return marks | when((event->edns_options & OPTION_EXPIRE) != 0,
				   ZT_FEATURE_AXFR_EXPIRE);
	return marks | when(flags == ZT_DNS_RD, ZT_FEATURE_AXFR_RD) |
	       when(flags == (ZT_DNS_RD | ZT_DNS_AD), ZT_FEATURE_AXFR_RD_AD) |
	       when(flags == 0 && !is_dead && !is_zero, ZT_FEATURE_AXFR_PLAIN);
}

static uint64_t
marks_of_chaos(const struct zt_event *event)
{
	bool is_raw = event->kind == ZT_EVENT_QUERY && event->ip_ttl > TTL_ORDINARY &&
		      flags_of(event) == (ZT_DNS_RD | ZT_DNS_AD) && !has_edns(event);

	return when(event->dns_id == 0x7777, ZT_FEATURE_VERSION_ID_7777) |
	       when(is_raw, ZT_FEATURE_VERSION_RAW);
}

/* "_imap.tcp.zone": the underscore of the second label is missing. */
static bool
is_misspelt(const uint8_t *name, size_t len)
{
	size_t second = zt_label_skip(name, len, 1);

	return zt_label_is_underscored(name, len) &&
	       zt_label_is(name + second, len - second, "tcp");
}

static uint64_t
marks_of_type(const struct zt_event *event)
{
	const uint8_t *name = zt_event_name(event);
	size_t len = event->name_len;

	switch (event->qtype) {
	case ZT_RR_AXFR:
		return marks_of_axfr(event);
	case ZT_RR_NS:
		return when(
		    is_name(event, google, sizeof(google)), ZT_FEATURE_GOOGLE_NS);
	case ZT_RR_ANY:
		return when(event->kind == ZT_EVENT_QUERY && event->transport == 6 &&
				!has_edns(event) && flags_of(event) == ZT_DNS_RD,
		    ZT_FEATURE_ANY_TCP);
	case ZT_RR_NSEC3:
		return when(
		    zt_probe_is_frequent_letters(name, len), ZT_FEATURE_PROBE_NSEC3);
	case ZT_RR_SRV:
		return when(is_misspelt(name, len), ZT_FEATURE_SRV_MISSPELT) |
		       when(len >= sizeof(netbios) - 1 &&
				memcmp(name, netbios, sizeof(netbios) - 1) == 0,
			   ZT_FEATURE_NAME_NETBIOS);
	case ZT_RR_SOA:
		return when(event->kind == ZT_EVENT_QUERY && !has_edns(event) &&
				flags_of(event) == 0 && event->transport == 17,
		    ZT_FEATURE_SOA_ITERATIVE);
	default:
		return 0;
	}
}

static bool
is_under(const uint8_t *name, size_t len, const char *top)
{
	size_t second = zt_label_skip(name, len, 1);

	return zt_label_is(name + second, len - second, top) &&
	       zt_label_skip(name, len, 2) + 1 == len;
}

static uint64_t
marks_of_digits(const struct zt_event *event, enum zt_feature feature)
{
	const uint8_t *name = zt_event_name(event);

	return zt_mark(is_under(name, event->name_len, "xyz")
			   ? ZT_FEATURE_PROBE_DIGITS_XYZ
			   : feature);
}

/* Resolvers pass on what others made up: without RD only the auditor's probe counts. */
static uint64_t
marks_of_probe(const struct zt_event *event)
{
	const uint8_t *name = zt_event_name(event);
	bool is_rd = (event->dns_flags & ZT_DNS_RD) != 0;

	if (!is_rd && name[0] != FRAMED_LENGTH)
		return 0;
	enum zt_probe probe =
	    zt_probe_of(name, zt_event_raw_name(event), event->name_len);
	if (!is_rd)
		return when(probe == ZT_PROBE_FRAMED, ZT_FEATURE_PROBE_FRAMED);
	switch (probe) {
	case ZT_PROBE_NONE:
	case ZT_PROBE_FRAMED:
		return 0;
	case ZT_PROBE_STAR:
		return zt_mark(ZT_FEATURE_PROBE_STAR);
	case ZT_PROBE_DIGITS:
		return marks_of_digits(event, ZT_FEATURE_PROBE_DIGITS);
	case ZT_PROBE_DIGITS_11:
		return marks_of_digits(event, ZT_FEATURE_PROBE_DIGITS_11);
	case ZT_PROBE_DIGITS_16:
		return marks_of_digits(event, ZT_FEATURE_PROBE_DIGITS_16);
	case ZT_PROBE_LETTERS_12:
		return zt_mark(ZT_FEATURE_PROBE_LETTERS_12);
	case ZT_PROBE_LETTERS_24:
		return zt_mark(ZT_FEATURE_PROBE_LETTERS_24);
	case ZT_PROBE_MIXED_12:
		return zt_mark(ZT_FEATURE_PROBE_MIXED_12);
	case ZT_PROBE_MIXED_20:
		return when(
		    is_under(name, event->name_len, "com"), ZT_FEATURE_PROBE_MIXED_20);
	case ZT_PROBE_HEX_32:
		return zt_mark(ZT_FEATURE_PROBE_HEX_32);
	case ZT_PROBE_UUID_4:
		return zt_mark(ZT_FEATURE_PROBE_UUID_4);
	}
	return 0;
}

static uint64_t
marks_of_name(const struct zt_event *event)
{
	const uint8_t *name = zt_event_name(event);
	unsigned n = name[0];
	bool ends_in_zero = n >= 2 && n < event->name_len && name[n] == 0;

	return marks_of_probe(event) | when(ends_in_zero, ZT_FEATURE_LABEL_ZERO) |
	       when(is_name(event, iis_test, sizeof(iis_test)),
		   ZT_FEATURE_NAME_IIS_TEST);
}

uint64_t
zt_marks_of(const struct zt_event *event)
{
	if (zt_dns_opcode(event->dns_flags) == OPCODE_STATUS)
		return when(event->name_len == 0, ZT_FEATURE_STATUS_EMPTY);
	if (zt_dns_opcode(event->dns_flags) != 0 || event->name_len == 0)
		return 0;
	if (event->qclass == ZT_CLASS_CH)
		return marks_of_chaos(event);
	uint64_t marks = marks_of_type(event) | marks_of_name(event);
	if (event->kind == ZT_EVENT_QUERY && has_edns(event))
		marks |= marks_of_edns(event);
	return marks;
}

bool
zt_marks_are_telling(uint64_t marks)
{
	uint64_t others =
	    zt_mark(ZT_FEATURE_PROBE_LETTERS_12) | zt_mark(ZT_FEATURE_FLAGS_RD_CD);

	return (marks & ~others) != 0;
}
