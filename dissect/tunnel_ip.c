/* IP directly in IP (RFC 2003, RFC 2473, RFC 4213) and Ethernet in IP (RFC 3378). */
#include "ip.h"
#include "link.h"
#include "tunnel.h"

enum zt_reject
zt_tunnel_ipv4(struct zt_peel *peel)
{
	return zt_tunnel_enter(peel, ZT_TUNNEL_IPIP, 0, ZT_TUNNEL_BY_ENDS, zt_ip_v4);
}

enum zt_reject
zt_tunnel_ipv6(struct zt_peel *peel)
{
	bool in_v4 = peel->out->path.family == 4;
	return zt_tunnel_enter(peel, in_v4 ? ZT_TUNNEL_6IN4 : ZT_TUNNEL_IPIP, 0,
	    ZT_TUNNEL_BY_ENDS, zt_ip_v6);
}

/* Four bits of version 3 and twelve reserved ones. */
enum zt_reject
zt_tunnel_etherip(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 2);

	if (!h)
		return ZT_R_SHORT_TUNNEL;
	if (h[0] >> 4 != 3)
		return ZT_R_TUNNEL_SKIPPED;
	return zt_tunnel_enter(
	    peel, ZT_TUNNEL_IPIP, 0, ZT_TUNNEL_BY_ENDS, zt_link_ethernet);
}
