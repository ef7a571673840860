/* Teredo, RFC 4380 section 5.1.1. */
#include "ip.h"
#include "tunnel.h"

/* Two optional headers in front of the IPv6 packet: authentication and origin. */
static void
skip_indicators(struct zt_cursor *at)
{
	if (zt_cursor_left(at) >= 4 && zt_be16(at->pos) == 1)
		zt_cursor_skip(at, 4u + at->pos[2] + at->pos[3] + 8u + 1u);
	if (zt_cursor_left(at) >= 8 && zt_be16(at->pos) == 0)
		zt_cursor_skip(at, 8);
}

enum zt_reject
zt_tunnel_teredo(struct zt_peel *peel)
{
	const uint8_t *h;
	size_t len;

	skip_indicators(&peel->at);
	h = peel->at.pos;
	if (zt_cursor_left(&peel->at) < 40 || h[0] >> 4 != 6)
		return ZT_R_OTHER_PORT;
	len = zt_be16(h + 4);
	/* The datagram holds one packet and nothing else. */
	if (40 + len > zt_cursor_left(&peel->at) + peel->missing)
		return ZT_R_OTHER_PORT;
	/* Bubbles are empty. */
	if (len == 0)
		return ZT_R_TUNNEL_CONTROL;
	return zt_tunnel_enter(
	    peel, ZT_TUNNEL_TEREDO, 0, ZT_TUNNEL_BY_NOTHING, zt_ip_v6);
}
