/* Mirrored packets in UDP: Juniper's packet mirror, TZSP. */
#include "ip.h"
#include "link.h"
#include "tunnel.h"

enum {
	TZSP_PADDING = 0,
	TZSP_END = 1,
	TZSP_TAGS_MAX = 32,
};

/* A mirror id and a session id, then the IP packet. */
enum zt_reject
zt_tunnel_jmirror(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 8);

	if (!h || !zt_ip_is_plausible(&peel->at))
		return ZT_R_OTHER_PORT;
	return zt_tunnel_enter(
	    peel, ZT_TUNNEL_MIRROR, zt_be32(h), ZT_TUNNEL_BY_NOTHING, zt_ip_any);
}

static bool
skip_tags(struct zt_cursor *at)
{
	for (int i = 0; i < TZSP_TAGS_MAX; i++) {
		uint8_t tag = zt_cursor_u8(at);
		if (at->failed || tag == TZSP_END)
			break;
		if (tag != TZSP_PADDING)
			zt_cursor_skip(at, zt_cursor_u8(at));
	}
	return !at->failed;
}

enum zt_reject
zt_tunnel_tzsp(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 4);
	uint16_t kind;

	if (!h || h[0] != 1 || h[1] > 5)
		return ZT_R_OTHER_PORT;
	/* Types 0 and 1 carry a packet, the others configure. */
	if (h[1] > 1)
		return ZT_R_TUNNEL_CONTROL;
	kind = zt_be16(h + 2);
	if (!skip_tags(&peel->at))
		return ZT_R_OTHER_PORT;
	if (kind != 1 && kind != 18)
		return ZT_R_TUNNEL_SKIPPED;
	return zt_tunnel_enter(peel, ZT_TUNNEL_MIRROR, 0, ZT_TUNNEL_BY_NOTHING,
	    kind == 1 ? zt_link_ethernet : zt_link_wlan);
}
