/* GENEVE, RFC 8926. */
#include "tunnel.h"

enum {
	GENEVE_HEADER = 8,
	GENEVE_CONTROL = 0x80,
};

enum zt_reject
zt_tunnel_geneve(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, GENEVE_HEADER);
	zt_layer_fn inner;

	if (!h || h[0] >> 6 != 0)
		return ZT_R_OTHER_PORT;
	inner = zt_tunnel_payload(zt_be16(h + 2));
	if (!zt_cursor_take(&peel->at, (h[0] & 63u) * 4u))
		return inner ? ZT_R_SHORT_TUNNEL : ZT_R_OTHER_PORT;
	if (h[1] & GENEVE_CONTROL)
		return ZT_R_TUNNEL_CONTROL;
	return zt_tunnel_enter(
	    peel, ZT_TUNNEL_GENEVE, zt_be24(h + 4), ZT_TUNNEL_BY_ID, inner);
}
