/**
 * @file code.h
 * The numbers of DNS that the program names: header flags, types, classes, rcodes.
 *
 * Threads: constants and pure functions.
 * Source:  IANA DNS parameters; RFC 1035 section 4.1.1, RFC 4035 section 3.
 */
#ifndef ZT_DISSECT_CODE_H
#define ZT_DISSECT_CODE_H

#include <stdint.h>

/** Header flag bits of dns_flags, RFC 1035 section 4.1.1 and RFC 4035 section 3. */
#define ZT_DNS_QR 0x8000u
#define ZT_DNS_AA 0x0400u
#define ZT_DNS_TC 0x0200u
#define ZT_DNS_RD 0x0100u
#define ZT_DNS_RA 0x0080u
#define ZT_DNS_AD 0x0020u
#define ZT_DNS_CD 0x0010u

/** OPCODE of a flags word. */
static inline unsigned
zt_dns_opcode(uint16_t dns_flags)
{
	return dns_flags >> 11 & 15u;
}

/** Record types that rules and the dissector name; IANA DNS parameters. */
enum zt_rrtype {
	ZT_RR_A = 1,
	ZT_RR_NS = 2,
	ZT_RR_CNAME = 5,
	ZT_RR_SOA = 6,
	ZT_RR_PTR = 12,
	ZT_RR_HINFO = 13,
	ZT_RR_MX = 15,
	ZT_RR_TXT = 16,
	ZT_RR_SIG = 24,
	ZT_RR_AAAA = 28,
	ZT_RR_LOC = 29,
	ZT_RR_SRV = 33,
	ZT_RR_NAPTR = 35,
	ZT_RR_OPT = 41,
	ZT_RR_DS = 43,
	ZT_RR_NSEC = 47,
	ZT_RR_DNSKEY = 48,
	ZT_RR_NSEC3 = 50,
	ZT_RR_NSEC3PARAM = 51,
	ZT_RR_ZONEMD = 63,
	ZT_RR_SPF = 99,
	ZT_RR_TSIG = 250,
	ZT_RR_IXFR = 251,
	ZT_RR_AXFR = 252,
	ZT_RR_ANY = 255,
	ZT_RR_CAA = 257,
};

enum zt_rcode {
	ZT_RCODE_NOERROR = 0,
	ZT_RCODE_FORMERR = 1,
	ZT_RCODE_SERVFAIL = 2,
	ZT_RCODE_NXDOMAIN = 3,
	ZT_RCODE_NOTIMP = 4,
	ZT_RCODE_REFUSED = 5,
	ZT_RCODE_NOTAUTH = 9,
};

enum zt_class {
	ZT_CLASS_IN = 1,
	ZT_CLASS_CH = 3,
};

#endif
