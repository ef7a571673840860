/* PPP (RFC 1661, RFC 1662) and PPPoE (RFC 2516). */
#include "ip.h"
#include "link.h"
#include "tunnel.h"

enum {
	PPPOE_HEADER = 6,
	PPP_IPV4 = 0x0021,
	PPP_BRIDGED = 0x0031,
	PPP_IPV6 = 0x0057,
	PPP_MPLS = 0x0281,
	PPP_MPLS_MULTICAST = 0x0283,
	/* Network control and link control protocols start here. */
	PPP_CONTROL = 0x4000,
};

/* Protocol numbers end in an odd byte, so a first odd byte is the whole, compressed
 * number (RFC 1661 section 6.5). */
static enum zt_reject
ppp_protocol(struct zt_peel *peel, uint16_t *protocol)
{
	*protocol = zt_cursor_u8(&peel->at);
	if (!(*protocol & 1u))
		*protocol = (uint16_t)(*protocol << 8 | zt_cursor_u8(&peel->at));
	return peel->at.failed ? ZT_R_SHORT_TUNNEL : ZT_ACCEPT;
}

/* Bridged Ethernet, RFC 3518 section 4.2: a flag byte, a MAC type, maybe padding. */
static enum zt_reject
ppp_bridged(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 2);

	if (!h)
		return ZT_R_SHORT_TUNNEL;
	return h[1] == 1 ? zt_peel_to(peel, zt_link_ethernet) : ZT_R_TUNNEL_SKIPPED;
}

enum zt_reject
zt_tunnel_ppp(struct zt_peel *peel)
{
	uint16_t protocol;
	enum zt_reject result;

	/* Address and control bytes may be left out (RFC 1661 section 6.6). */
	if (zt_cursor_left(&peel->at) >= 2 && zt_be16(peel->at.pos) == 0xff03)
		zt_cursor_skip(&peel->at, 2);
	result = ppp_protocol(peel, &protocol);
	if (result != ZT_ACCEPT)
		return result;
	switch (protocol) {
	case PPP_IPV4:
		return zt_peel_to(peel, zt_ip_v4);
	case PPP_IPV6:
		return zt_peel_to(peel, zt_ip_v6);
	case PPP_BRIDGED:
		return ppp_bridged(peel);
	case PPP_MPLS:
	case PPP_MPLS_MULTICAST:
		return zt_peel_to(peel, zt_tunnel_mpls);
	}
	return protocol >= PPP_CONTROL ? ZT_R_TUNNEL_CONTROL : ZT_R_TUNNEL_SKIPPED;
}

enum zt_reject
zt_tunnel_pppoe(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, PPPOE_HEADER);

	if (!h)
		return ZT_R_SHORT_TUNNEL;
	if (h[0] != 0x11)
		return ZT_R_TUNNEL_SKIPPED;
	if (h[1] != 0)
		return ZT_R_TUNNEL_CONTROL;
	zt_peel_limit(peel, zt_be16(h + 4));
	return zt_tunnel_enter(
	    peel, ZT_TUNNEL_PPPOE, zt_be16(h + 2), ZT_TUNNEL_BY_ID, zt_tunnel_ppp);
}

enum zt_reject
zt_tunnel_pppoe_discovery(struct zt_peel *peel)
{
	return zt_cursor_left(&peel->at) < PPPOE_HEADER ? ZT_R_SHORT_TUNNEL
							: ZT_R_TUNNEL_CONTROL;
}
