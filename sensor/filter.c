#include "filter.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "../dissect/sealed.h"

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

enum {
	LINK_ETHERNET = 1,
	LINK_RAW = 101,
	LINK_WLAN = 105,
	LINK_SLL = 113,
	LINK_PRISM = 119,
	LINK_RADIOTAP = 127,
	LINK_AVS = 163,
	LINK_SLL2 = 276,
};

/* IPv6 headers that another header follows, the fragment header among them; see
 * dissect/ip.c. */
static const uint16_t extension_headers[] = { 0, 43, 44, 51, 60, 135, 139, 140 };
/* The authentication header stands in IPv4 too. */
static const uint16_t authentication_header[] = { 51 };

/* The tables of dissect/tunnel.c; the test with encapsulations holds them against it.
 */
static const uint16_t tunnel_protocols[] = { 4, 41, 47, 94, 97, 115, 137 };
static const uint16_t tunnel_ports[] = { 1701, 2152, 3544, 4789, 4790, 5247, 6081, 6635,
	8472, 30030, 37008 };
static const uint16_t tunnel_ethertypes[] = { 0x8847, 0x8848, 0x8864, 0x880b, 0x88e7,
	0x894f };

/* A text that grows; ZT_FILTER_SIZE is enough for it, and cut it would not compile. */
struct text {
	char *at;
	size_t left;
};

static void append(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
append(struct text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int len = vsnprintf(text->at, text->left, format, arguments);
	va_end(arguments);
	if (len < 0 || (size_t)len >= text->left)
		return;
	text->at += len;
	text->left -= (size_t)len;
}

/* " or WORD n" for each number. */
static void
append_each(struct text *text, const char *word, const uint16_t *numbers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		append(text, " or %s %" PRIu16, word, numbers[i]);
}

/* From the IP header on. */
static void
append_ip(struct text *text, const struct zt_filter_options *options)
{
	/* Later fragments of IPv4 have no ports. */
	append(text, "ip[6:2] & 0x1fff != 0");
	for (size_t i = 0; i < options->n_ports; i++)
		append(text, " or udp port %" PRIu16 " or tcp port %" PRIu16,
		    options->ports[i], options->ports[i]);
	if (options->encrypted)
		append(text, " or tcp port %u", ZT_SEALED_PORT);
	append_each(
	    text, "ip[9] =", authentication_header, N_OF(authentication_header));
	append_each(text, "ip6[6] =", extension_headers, N_OF(extension_headers));
	if (!options->tunnels)
		return;
	append_each(text, "udp port", tunnel_ports, N_OF(tunnel_ports));
	append_each(text, "ip[9] =", tunnel_protocols, N_OF(tunnel_protocols));
	append_each(text, "ip6[6] =", tunnel_protocols, N_OF(tunnel_protocols));
}

static void
append_frame(struct text *text, const struct zt_filter_options *options)
{
	append_ip(text, options);
	if (options->tunnels)
		append_each(
		    text, "ether proto", tunnel_ethertypes, N_OF(tunnel_ethertypes));
}

/*
 * In pcap-filter(7) "vlan" moves every offset that stands behind it, so each further
 * tag is the last term of what is around it.  Tag type 0x9200 it does not know.
 */
static void
append_ethernet(struct text *text, const struct zt_filter_options *options, int tags)
{
	append_frame(text, options);
	append(text, " or llc or ether proto 0x9200");
	if (tags == 0)
		return;
	append(text, " or (vlan and (");
	append_ethernet(text, options, tags - 1);
	append(text, "))");
}

/* Frames without their link header: "vlan" is not understood there, so whatever has a
 * tag passes.  The protocol number 4 is IEEE 802.2. */
static void
append_cooked(
    struct text *text, const struct zt_filter_options *options, unsigned protocol_at)
{
	append_frame(text, options);
	append(text, " or link[%u:2] = 4", protocol_at);
	append(text, " or ether proto 0x8100 or ether proto 0x88a8"
		     " or ether proto 0x9100 or ether proto 0x9200");
}

bool
zt_filter_text(const struct zt_filter_options *options, uint16_t link_type, char *text)
{
	struct text out = { text, ZT_FILTER_SIZE };

	if (options->own[0] != '\0') {
		append(&out, "%s", options->own);
		return true;
	}
	switch (link_type) {
	case LINK_ETHERNET:
		append_ethernet(&out, options, 2);
		return true;
	case LINK_RAW:
		append_ip(&out, options);
		return true;
	case LINK_SLL:
		append_cooked(&out, options, 14);
		return true;
	case LINK_SLL2:
		append_cooked(&out, options, 0);
		return true;
	case LINK_WLAN:
	case LINK_PRISM:
	case LINK_RADIOTAP:
	case LINK_AVS:
		/* Padding and aggregation move the IP header about: only the frames
		 * that steer the network are left out. */
		append(&out, "type data");
		return true;
	default:
		text[0] = '\0';
		return false;
	}
}
