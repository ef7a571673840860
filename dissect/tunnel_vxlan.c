/* VXLAN (RFC 7348), its generic protocol extension (draft-ietf-nvo3-vxlan-gpe) and the
 * network service header (RFC 8300). */
#include "ip.h"
#include "link.h"
#include "tunnel.h"

enum {
	VXLAN_HEADER = 8,
	VXLAN_ID = 0x08,
	GPE_VERSION = 0x30,
	GPE_OAM = 0x01,
};

/* Next protocols, the same list in GPE and NSH. */
static zt_layer_fn
next_protocol(uint8_t protocol)
{
	switch (protocol) {
	case 1:
		return zt_ip_v4;
	case 2:
		return zt_ip_v6;
	case 3:
		return zt_link_ethernet;
	case 4:
		return zt_tunnel_nsh;
	case 5:
		return zt_tunnel_mpls;
	}
	return NULL;
}

enum zt_reject
zt_tunnel_nsh(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 8);
	size_t len;

	if (!h)
		return ZT_R_SHORT_TUNNEL;
	len = (h[1] & 63u) * 4u;
	if (h[0] >> 6 != 0 || len < 8 || h[3] == 4)
		return ZT_R_TUNNEL_SKIPPED;
	if (!zt_cursor_take(&peel->at, len - 8))
		return ZT_R_SHORT_TUNNEL;
	peel->next = next_protocol(h[3]);
	return peel->next ? ZT_ACCEPT : ZT_R_TUNNEL_SKIPPED;
}

enum zt_reject
zt_tunnel_vxlan(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, VXLAN_HEADER);

	if (!h || !(h[0] & VXLAN_ID) || zt_cursor_left(&peel->at) == 0)
		return ZT_R_OTHER_PORT;
	return zt_tunnel_enter(
	    peel, ZT_TUNNEL_VXLAN, zt_be24(h + 4), ZT_TUNNEL_BY_ID, zt_link_ethernet);
}

enum zt_reject
zt_tunnel_vxlan_gpe(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, VXLAN_HEADER);

	if (!h || !(h[0] & VXLAN_ID) || (h[0] & GPE_VERSION))
		return ZT_R_OTHER_PORT;
	if (h[0] & GPE_OAM)
		return ZT_R_TUNNEL_CONTROL;
	/* A next protocol without the flag that announces it is seen in practice. */
	return zt_tunnel_enter(peel, ZT_TUNNEL_VXLAN, zt_be24(h + 4), ZT_TUNNEL_BY_ID,
	    h[3] != 0 ? next_protocol(h[3]) : zt_link_ethernet);
}
