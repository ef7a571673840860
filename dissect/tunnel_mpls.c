/* MPLS label stack (RFC 3032), pseudowires (RFC 4385, RFC 4448), MPLS in IP (RFC 4023)
 * and UDP (RFC 7510); provider backbone bridges (IEEE 802.1ah). */
#include "ip.h"
#include "link.h"
#include "tunnel.h"

enum {
	LABEL_LEN = 4,
	CONTROL_WORD = 4,
	ETHERNET_HEADER = 14,
	LABELS_MAX = 16,
	PBB_TAG_LEN = 4,
};

static bool
has_known_type(const struct zt_cursor *at, size_t offset)
{
	if (zt_cursor_left(at) < offset + 2)
		return false;
	switch (zt_be16(at->pos + offset)) {
	case 0x0800:
	case 0x8100:
	case 0x86dd:
	case 0x8847:
	case 0x88a8:
		return true;
	}
	return false;
}

/*
 * Nothing in a label stack says what it carries.  4 and 6 in the first four bits are IP
 * (RFC 4928 section 3).  Otherwise it is an Ethernet frame, and 0 there is a control word
 * before it or the beginning of its destination address: the EtherType tells.
 */
static zt_layer_fn
payload_layer(struct zt_peel *peel)
{
	size_t left = zt_cursor_left(&peel->at);
	const uint8_t *h = peel->at.pos;

	if (zt_ip_is_plausible(&peel->at))
		return *h >> 4 == 4 ? zt_ip_v4 : zt_ip_v6;
	if (left < ETHERNET_HEADER)
		return NULL;
	if (*h >> 4 == 0 && !has_known_type(&peel->at, ETHERNET_HEADER - 2) &&
	    has_known_type(&peel->at, CONTROL_WORD + ETHERNET_HEADER - 2))
		zt_cursor_skip(&peel->at, CONTROL_WORD);
	return zt_link_ethernet;
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
