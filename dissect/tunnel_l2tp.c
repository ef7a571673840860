/* L2TP version 2 over UDP (RFC 2661).  The data messages of version 3 (RFC 3931) cannot
 * be read without knowing how the session was set up; they are counted as skipped. */
#include "tunnel.h"

enum {
	L2TP_CONTROL = 0x8000,
	L2TP_LENGTH = 0x4000,
	L2TP_SEQUENCE = 0x0800,
	L2TP_OFFSET = 0x0200,
	L2TP_RESERVED = 0x34f0,
	L2TP_VERSION = 0x000f,
};

/* Fields of a data message that its flags announce; the length covers all of it. */
static bool
take_fields(struct zt_cursor *at, uint16_t flags, uint32_t *id)
{
	*id = zt_cursor_u32(at);
	if (flags & L2TP_SEQUENCE)
		zt_cursor_skip(at, 4);
	if (flags & L2TP_OFFSET)
		zt_cursor_skip(at, zt_cursor_u16(at));
	return !at->failed;
}

enum zt_reject
zt_tunnel_l2tp(struct zt_peel *peel)
{
	uint16_t flags = zt_cursor_u16(&peel->at);
	uint32_t id;

	if (peel->at.failed || (flags & L2TP_RESERVED))
		return ZT_R_OTHER_PORT;
	if ((flags & L2TP_VERSION) == 3)
		return flags & L2TP_CONTROL ? ZT_R_TUNNEL_CONTROL : ZT_R_TUNNEL_SKIPPED;
	if ((flags & L2TP_VERSION) != 2)
		return ZT_R_OTHER_PORT;
	if (flags & L2TP_CONTROL)
		return ZT_R_TUNNEL_CONTROL;
	if (flags & L2TP_LENGTH) {
		uint16_t len = zt_cursor_u16(&peel->at);
		if (len < 4)
			return ZT_R_OTHER_PORT;
		zt_peel_limit(peel, len - 4u);
	}
	if (!take_fields(&peel->at, flags, &id))
		return ZT_R_OTHER_PORT;
	return zt_tunnel_enter(
	    peel, ZT_TUNNEL_L2TP, id, ZT_TUNNEL_BY_ENDS, zt_tunnel_ppp);
}

/* Version 3 directly over IP: session 0 is control, RFC 3931 section 4.1.1. */
enum zt_reject
zt_tunnel_l2tp_ip(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 4);

	if (!h)
		return ZT_R_SHORT_TUNNEL;
	return zt_be32(h) == 0 ? ZT_R_TUNNEL_CONTROL : ZT_R_TUNNEL_SKIPPED;
}
