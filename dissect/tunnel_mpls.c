/* MPLS label stack (RFC 3032), pseudowires (RFC 4385, RFC 4448), MPLS in IP (RFC 4023)
 * and UDP (RFC 7510); provider backbone bridges (IEEE 802.1ah). */
#include "ip.h"
#include "link.h"
#include "tunnel.h"

enum {
	LABEL_LEN = 4,
	LABELS_MAX = 16,
	PBB_TAG_LEN = 4,
};

/*
 * Nothing in a label stack says what it carries.  4 and 6 in the first four bits are IP
 * (RFC 4928 section 3); 0 is a control word before an Ethernet frame, or the address of
 * a frame without control word.
 */
static zt_layer_fn
payload_layer(struct zt_peel *peel)
{
	const uint8_t *h = peel->at.pos;
	size_t left = zt_cursor_left(&peel->at);

	if (zt_ip_is_plausible(&peel->at))
		return *h >> 4 == 4 ? zt_ip_v4 : zt_ip_v6;
	if (left >= 18 && h[0] == 0 && h[1] == 0) {
		zt_cursor_skip(&peel->at, 4);
		return zt_link_ethernet;
	}
	return left >= 14 ? zt_link_ethernet : NULL;
}

enum zt_reject
zt_tunnel_mpls(struct zt_peel *peel)
{
	uint32_t entry;
	int n = 0;

	do {
		const uint8_t *h = zt_cursor_take(&peel->at, LABEL_LEN);
		if (!h)
			return ZT_R_SHORT_TUNNEL;
		entry = zt_be32(h);
		if (++n > LABELS_MAX)
			return ZT_R_TUNNEL_SKIPPED;
	} while (!(entry & 0x100u));
	return zt_tunnel_enter(peel, ZT_TUNNEL_MPLS, entry >> 12, ZT_TUNNEL_BY_NOTHING,
	    payload_layer(peel));
}

enum zt_reject
zt_tunnel_pbb(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, PBB_TAG_LEN);

	if (!h)
		return ZT_R_SHORT_TUNNEL;
	return zt_tunnel_enter(
	    peel, ZT_TUNNEL_PBB, zt_be24(h + 1), ZT_TUNNEL_BY_ID, zt_link_ethernet);
}
