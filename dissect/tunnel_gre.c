/* GRE (RFC 2784, RFC 2890), enhanced GRE of PPTP (RFC 2637), ERSPAN I, II and III
 * (draft-foschiano-erspan-03), WCCP redirection. */
#include "ip.h"
#include "link.h"
#include "tunnel.h"

enum {
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_ACK = 0x0080,
	GRE_VERSION = 0x0007,
};

enum {
	PROTOCOL_KEEPALIVE = 0,
	PROTOCOL_ERSPAN3 = 0x22eb,
	PROTOCOL_PPP = 0x880b,
	PROTOCOL_WCCP = 0x883e,
	PROTOCOL_ERSPAN = 0x88be,
};

struct gre {
	uint32_t key;
	uint16_t flags;
	uint16_t protocol;
};

/* Type I is a bare frame behind a GRE header without a sequence number; type II has a
 * header of 8 bytes. */
static enum zt_reject
erspan_1_2(struct zt_peel *peel, const struct gre *gre)
{
	const uint8_t *h;

	if (!(gre->flags & GRE_SEQUENCE))
		return zt_tunnel_enter(
		    peel, ZT_TUNNEL_ERSPAN, 0, ZT_TUNNEL_BY_ID, zt_link_ethernet);
	h = zt_cursor_take(&peel->at, 8);
	if (!h)
		return ZT_R_SHORT_TUNNEL;
	if (h[0] >> 4 != 1)
		return ZT_R_TUNNEL_SKIPPED;
	return zt_tunnel_enter(peel, ZT_TUNNEL_ERSPAN, zt_be16(h + 2) & 0x3ffu,
	    ZT_TUNNEL_BY_ID, zt_link_ethernet);
}

/* A header of 12 bytes, 8 more where its last bit says so; the frame type is Ethernet
 * or IP. */
static enum zt_reject
erspan_3(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 12);
	unsigned frame_type;

	if (!h || ((h[11] & 1u) && !zt_cursor_take(&peel->at, 8)))
		return ZT_R_SHORT_TUNNEL;
	frame_type = h[10] >> 2 & 31u;
	if (h[0] >> 4 != 2 || (frame_type != 0 && frame_type != 2))
		return ZT_R_TUNNEL_SKIPPED;
	return zt_tunnel_enter(peel, ZT_TUNNEL_ERSPAN, zt_be16(h + 2) & 0x3ffu,
	    ZT_TUNNEL_BY_ID, frame_type == 0 ? zt_link_ethernet : zt_ip_any);
}

/* Version 2 of the redirection puts four bytes before the packet, version 1 none. */
static enum zt_reject
wccp(struct zt_peel *peel)
{
	if (!zt_ip_is_plausible(&peel->at))
		zt_cursor_skip(&peel->at, 4);
	return zt_tunnel_enter(peel, ZT_TUNNEL_GRE, 0, ZT_TUNNEL_BY_NOTHING, zt_ip_any);
}

/* PPTP: the key is the length of the payload and a call id that each side chooses. */
static enum zt_reject
pptp(struct zt_peel *peel, const struct gre *gre)
{
	if (gre->protocol != PROTOCOL_PPP || !(gre->flags & GRE_KEY))
		return ZT_R_TUNNEL_SKIPPED;
	if (gre->flags & GRE_ACK)
		zt_cursor_skip(&peel->at, 4);
	if (peel->at.failed)
		return ZT_R_SHORT_TUNNEL;
	if (!(gre->flags & GRE_SEQUENCE))
		return ZT_R_TUNNEL_CONTROL;
	zt_peel_limit(peel, gre->key >> 16);
	return zt_tunnel_enter(
	    peel, ZT_TUNNEL_GRE, gre->key & 0xffffu, ZT_TUNNEL_BY_ENDS, zt_tunnel_ppp);
}

static enum zt_reject
gre_payload(struct zt_peel *peel, const struct gre *gre)
{
	switch (gre->protocol) {
	case PROTOCOL_KEEPALIVE:
		return ZT_R_TUNNEL_CONTROL;
	case PROTOCOL_ERSPAN:
		return erspan_1_2(peel, gre);
	case PROTOCOL_ERSPAN3:
		return erspan_3(peel);
	case PROTOCOL_WCCP:
		return wccp(peel);
	}
	return zt_tunnel_enter(peel, ZT_TUNNEL_GRE, gre->key,
	    gre->flags & GRE_KEY ? ZT_TUNNEL_BY_ID : ZT_TUNNEL_BY_ENDS,
	    zt_tunnel_payload(gre->protocol));
}

enum zt_reject
zt_tunnel_gre(struct zt_peel *peel)
{
	struct gre gre = { 0 };

	gre.flags = zt_cursor_u16(&peel->at);
	gre.protocol = zt_cursor_u16(&peel->at);
	if (gre.flags & (GRE_CHECKSUM | GRE_ROUTING))
		zt_cursor_skip(&peel->at, 4);
	if (gre.flags & GRE_KEY)
		gre.key = zt_cursor_u32(&peel->at);
	if (gre.flags & GRE_SEQUENCE)
		zt_cursor_skip(&peel->at, 4);
	if (peel->at.failed)
		return ZT_R_SHORT_TUNNEL;
	/* Source routes of RFC 1701 are gone from every network. */
	if (gre.flags & GRE_ROUTING)
		return ZT_R_TUNNEL_SKIPPED;
	switch (gre.flags & GRE_VERSION) {
	case 0:
		return gre_payload(peel, &gre);
	case 1:
		return pptp(peel, &gre);
	}
	return ZT_R_TUNNEL_SKIPPED;
}
