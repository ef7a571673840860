#include "icmp.h"

#include "ip.h"

enum {
	ICMP_HEADER = 8,
	ICMP6_REDIRECT = 137,
	REDIRECT_HEADER = 40,
	REDIRECT_OPTION = 4,
};

/* Ports of the transport header at the cursor, of which four bytes are enough. */
static enum zt_reject
quoted_ports(struct zt_peel *peel, uint8_t protocol)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 4);

	if (!h || (protocol != ZT_PROTO_UDP && protocol != ZT_PROTO_TCP))
		return ZT_R_NOT_UDP_TCP;
	if (!zt_peel_is_dns_port(peel->layers, zt_be16(h), zt_be16(h + 2)))
		return ZT_R_NOT_UDP_TCP;
	return ZT_R_ICMP_QUOTE;
}

static enum zt_reject
quoted_v4(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 20);

	if (!h || (h[0] & 15u) < 5 || (zt_be16(h + 6) & 0x1fffu) != 0)
		return ZT_R_NOT_UDP_TCP;
	zt_cursor_skip(&peel->at, (h[0] & 15u) * 4u - 20u);
	return quoted_ports(peel, h[9]);
}

static enum zt_reject
quoted_v6(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 40);
	uint8_t protocol;

	if (!h)
		return ZT_R_NOT_UDP_TCP;
	protocol = h[6];
	for (int i = 0; i < ZT_IP_HEADERS_MAX; i++) {
		if (protocol != 0 && protocol != 43 && protocol != 44 && protocol != 60)
			break;
		h = zt_cursor_take(&peel->at, 8);
		if (!h || (protocol == 44 && (zt_be16(h + 2) & 0xfff8u) != 0))
			return ZT_R_NOT_UDP_TCP;
		if (protocol != 44)
			zt_cursor_skip(&peel->at, h[1] * 8u);
		protocol = h[0];
	}
	return quoted_ports(peel, protocol);
}

static enum zt_reject
quoted(struct zt_peel *peel)
{
	if (!zt_ip_is_plausible(&peel->at))
		return ZT_R_NOT_UDP_TCP;
	return *peel->at.pos >> 4 == 4 ? quoted_v4(peel) : quoted_v6(peel);
}

enum zt_reject
zt_icmp_v4(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, ICMP_HEADER);

	if (!h)
		return ZT_R_NOT_UDP_TCP;
	switch (h[0]) {
	case 3:	 /* destination unreachable */
	case 4:	 /* source quench */
	case 5:	 /* redirect */
	case 11: /* time exceeded */
	case 12: /* parameter problem */
		return quoted(peel);
	}
	return ZT_R_NOT_UDP_TCP;
}

/* The options of a redirect; one of them quotes the packet. */
static enum zt_reject
redirected(struct zt_peel *peel)
{
	zt_cursor_skip(&peel->at, REDIRECT_HEADER - ICMP_HEADER);
	for (int i = 0; i < ZT_IP_HEADERS_MAX; i++) {
		const uint8_t *h = zt_cursor_take(&peel->at, 8);
		if (!h || h[1] == 0)
			break;
		if (h[0] == REDIRECT_OPTION)
			return quoted(peel);
		zt_cursor_skip(&peel->at, (h[1] - 1u) * 8u);
	}
	return ZT_R_NOT_UDP_TCP;
}

enum zt_reject
zt_icmp_v6(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, ICMP_HEADER);

	if (!h)
		return ZT_R_NOT_UDP_TCP;
	/* Types below 128 are errors; 1 to 4 are defined and quote a packet. */
	if (h[0] >= 1 && h[0] <= 4)
		return quoted(peel);
	return h[0] == ICMP6_REDIRECT ? redirected(peel) : ZT_R_NOT_UDP_TCP;
}
