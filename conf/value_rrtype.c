#include "value.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "quote.h"

/* IANA registry "Domain Name System (DNS) Parameters", resource record types. */
static const struct {
	uint16_t number;
	const char *name;
} types[] = {
	{ 1, "A" },
	{ 2, "NS" },
	{ 3, "MD" },
	{ 4, "MF" },
	{ 5, "CNAME" },
	{ 6, "SOA" },
	{ 7, "MB" },
	{ 8, "MG" },
	{ 9, "MR" },
	{ 10, "NULL" },
	{ 11, "WKS" },
	{ 12, "PTR" },
	{ 13, "HINFO" },
	{ 14, "MINFO" },
	{ 15, "MX" },
	{ 16, "TXT" },
	{ 17, "RP" },
	{ 18, "AFSDB" },
	{ 19, "X25" },
	{ 20, "ISDN" },
	{ 21, "RT" },
	{ 22, "NSAP" },
	{ 23, "NSAP-PTR" },
	{ 24, "SIG" },
	{ 25, "KEY" },
	{ 26, "PX" },
	{ 27, "GPOS" },
	{ 28, "AAAA" },
	{ 29, "LOC" },
	{ 30, "NXT" },
	{ 31, "EID" },
	{ 32, "NIMLOC" },
	{ 33, "SRV" },
	{ 34, "ATMA" },
	{ 35, "NAPTR" },
	{ 36, "KX" },
	{ 37, "CERT" },
	{ 38, "A6" },
	{ 39, "DNAME" },
	{ 40, "SINK" },
	{ 41, "OPT" },
	{ 42, "APL" },
	{ 43, "DS" },
	{ 44, "SSHFP" },
	{ 45, "IPSECKEY" },
	{ 46, "RRSIG" },
	{ 47, "NSEC" },
	{ 48, "DNSKEY" },
	{ 49, "DHCID" },
	{ 50, "NSEC3" },
	{ 51, "NSEC3PARAM" },
	{ 52, "TLSA" },
	{ 53, "SMIMEA" },
	{ 55, "HIP" },
	{ 56, "NINFO" },
	{ 57, "RKEY" },
	{ 58, "TALINK" },
	{ 59, "CDS" },
	{ 60, "CDNSKEY" },
	{ 61, "OPENPGPKEY" },
	{ 62, "CSYNC" },
	{ 63, "ZONEMD" },
	{ 64, "SVCB" },
	{ 65, "HTTPS" },
	{ 66, "DSYNC" },
	{ 99, "SPF" },
	{ 100, "UINFO" },
	{ 101, "UID" },
	{ 102, "GID" },
	{ 103, "UNSPEC" },
	{ 104, "NID" },
	{ 105, "L32" },
	{ 106, "L64" },
	{ 107, "LP" },
	{ 108, "EUI48" },
	{ 109, "EUI64" },
	{ 128, "NXNAME" },
	{ 249, "TKEY" },
	{ 250, "TSIG" },
	{ 251, "IXFR" },
	{ 252, "AXFR" },
	{ 253, "MAILB" },
	{ 254, "MAILA" },
	{ 255, "ANY" },
	{ 256, "URI" },
	{ 257, "CAA" },
	{ 258, "AVC" },
	{ 259, "DOA" },
	{ 260, "AMTRELAY" },
	{ 261, "RESINFO" },
	{ 262, "WALLET" },
	{ 263, "CLA" },
	{ 264, "IPN" },
	{ 32768, "TA" },
	{ 32769, "DLV" },
};

#define N_TYPES (sizeof(types) / sizeof(types[0]))

int
zt_value_parse_rrtype(const char *text, uint16_t *value, struct zt_err *err)
{
	struct zt_quote quote;
	uint64_t number = 0;

	for (size_t i = 0; i < N_TYPES; i++) {
		if (strcasecmp(text, types[i].name) != 0)
			continue;
		*value = types[i].number;
		return 0;
	}
	if (strncasecmp(text, "TYPE", 4) == 0 &&
	    zt_value_parse_number(text + 4, &number, NULL) == 0 && number >= 1 &&
	    number <= UINT16_MAX) {
		*value = (uint16_t)number;
		return 0;
	}
	zt_err_set(err,
	    "%s is not a record type; write a name such as MX, or TYPE1 to TYPE65535",
	    zt_quote_text(text, &quote));
	return -EINVAL;
}

const char *
zt_value_print_rrtype(uint16_t value, char *text)
{
	for (size_t i = 0; i < N_TYPES; i++) {
		if (types[i].number != value)
			continue;
		(void)snprintf(text, ZT_VALUE_TEXT_SIZE, "%s", types[i].name);
		return text;
	}
	(void)snprintf(text, ZT_VALUE_TEXT_SIZE, "TYPE%u", value);
	return text;
}
