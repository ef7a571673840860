/* Packets with notes of the host that captured them: NFLOG (Linux), PKTAP (macOS), PPI.
 * Numbers are in the order of that host, little-endian in practice. */
#include "ip.h"
#include "link.h"

enum {
	NFLOG_PAYLOAD = 9, /* NFULA_PAYLOAD, <linux/netfilter/nfnetlink_log.h> */
	ATTRIBUTES_MAX = 64,
};

/* A packet of another link type inside; counted like a tunnel, so that packets that
 * name themselves end. */
static enum zt_reject
inner_link(struct zt_peel *peel, uint32_t link_type)
{
	zt_layer_fn layer =
	    link_type <= UINT16_MAX ? zt_link_find((uint16_t)link_type) : NULL;

	if (!layer || ++peel->n_tunnels > ZT_LAYERS_MAX)
		return ZT_R_TUNNEL_SKIPPED;
	return zt_peel_to(peel, layer);
}

/* Attributes: length with its own four bytes, type, contents, padding to four. */
static enum zt_reject
find_payload(struct zt_peel *peel)
{
	for (int i = 0; i < ATTRIBUTES_MAX; i++) {
		const uint8_t *h = zt_cursor_take(&peel->at, 4);
		size_t len = h ? zt_le16(h) : 0;
		if (len < 4)
			return h ? ZT_R_NOT_IP : ZT_R_SHORT_L2;
		if ((zt_le16(h + 2) & 0x3fffu) == NFLOG_PAYLOAD) {
			zt_peel_limit(peel, len - 4);
			return zt_peel_to(peel, zt_ip_any);
		}
		zt_cursor_skip(&peel->at, ((len + 3) & ~(size_t)3) - 4);
	}
	return ZT_R_NOT_IP;
}

/* Family, version and resource id, then attributes. */
enum zt_reject
zt_link_nflog(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 4);

	if (!h)
		return ZT_R_SHORT_L2;
	return h[1] == 0 ? find_payload(peel) : ZT_R_NOT_IP;
}

/*
 * Messages between kernel and programs.  A packet inside one (NFLOG, NFQUEUE) is a
 * copy, or several, of one that passes an interface; it is counted there.
 */
enum zt_reject
zt_link_netlink(struct zt_peel *peel)
{
	return zt_cursor_left(&peel->at) < 16 ? ZT_R_SHORT_L2 : ZT_R_NOT_IP;
}

/* Length of the header, record type (1: a packet), link type. */
enum zt_reject
zt_link_pktap(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 12);

	if (!h)
		return ZT_R_SHORT_L2;
	if (zt_le32(h + 4) != 1)
		return ZT_R_NOT_IP;
	if (zt_le32(h) < 12 || !zt_cursor_take(&peel->at, zt_le32(h) - 12))
		return ZT_R_SHORT_L2;
	return inner_link(peel, zt_le32(h + 8));
}

/* Version, flags, length, link type. */
enum zt_reject
zt_link_ppi(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 8);

	if (!h || zt_le16(h + 2) < 8 || !zt_cursor_take(&peel->at, zt_le16(h + 2) - 8u))
		return ZT_R_SHORT_L2;
	return inner_link(peel, zt_le32(h + 4));
}
