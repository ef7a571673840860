/* CAPWAP data, RFC 5415 section 4.3. */
#include "link.h"
#include "tunnel.h"

enum {
	CAPWAP_NATIVE = 0x01,	/* byte 2: the frame is of the wireless kind */
	CAPWAP_FRAGMENT = 0x80, /* byte 3 */
	CAPWAP_KEEPALIVE = 0x08,
	CAPWAP_WLAN = 1,
};

enum zt_reject
zt_tunnel_capwap(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 8);
	size_t len;
	unsigned binding;

	/* Version 0 and a header in the clear; 1 would be DTLS. */
	if (!h || h[0] != 0)
		return ZT_R_OTHER_PORT;
	len = (h[1] >> 3) * 4u;
	if (len < 8 || !zt_cursor_take(&peel->at, len - 8))
		return ZT_R_OTHER_PORT;
	if (h[3] & CAPWAP_KEEPALIVE)
		return ZT_R_TUNNEL_CONTROL;
	/* The rest of a frame cannot be read without its beginning. */
	if ((h[3] & CAPWAP_FRAGMENT) && zt_be16(h + 6) >> 3 != 0)
		return ZT_R_TUNNEL_SKIPPED;
	binding = h[2] >> 1 & 31u;
	if (h[2] & CAPWAP_NATIVE && binding != CAPWAP_WLAN)
		return ZT_R_TUNNEL_SKIPPED;
	return zt_tunnel_enter(peel, ZT_TUNNEL_CAPWAP, 0, ZT_TUNNEL_BY_NOTHING,
	    h[2] & CAPWAP_NATIVE ? zt_link_wlan_swapped : zt_link_ethernet);
}
