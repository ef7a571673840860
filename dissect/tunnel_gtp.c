/* GTP user plane: 3GPP TS 29.281. */
#include "ip.h"
#include "tunnel.h"

enum {
	GTP_HEADER = 8,
	GTP_OPTIONAL = 4,
	GTP_EXTENSION = 0x04,
	GTP_HAS_OPTIONAL = 0x07,
	GTP_VERSION_1 = 0x30,
	GTP_PDU = 0xff,
	GTP_EXTENSIONS_MAX = 8,
};

/* Extension headers: length in units of four bytes, contents, type of the next one. */
static bool
skip_extensions(struct zt_peel *peel, uint8_t type)
{
	for (int i = 0; type != 0; i++) {
		const uint8_t *h = zt_cursor_take(&peel->at, 1);
		size_t len = h ? h[0] * 4u : 0;
		if (len == 0 || i == GTP_EXTENSIONS_MAX)
			return false;
		h = zt_cursor_take(&peel->at, len - 1);
		if (!h)
			return false;
		type = h[len - 2];
	}
	return true;
}

enum zt_reject
zt_tunnel_gtp(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, GTP_HEADER);
	const uint8_t *more;

	/* Version 1, protocol type GTP, spare bit 0. */
	if (!h || (h[0] & 0xf8) != GTP_VERSION_1)
		return ZT_R_OTHER_PORT;
	if (h[1] != GTP_PDU)
		return ZT_R_TUNNEL_CONTROL;
	zt_peel_limit(peel, zt_be16(h + 2));
	if (h[0] & GTP_HAS_OPTIONAL) {
		more = zt_cursor_take(&peel->at, GTP_OPTIONAL);
		if (!more)
			return ZT_R_OTHER_PORT;
		if (h[0] & GTP_EXTENSION && !skip_extensions(peel, more[3]))
			return ZT_R_OTHER_PORT;
	}
	if (!zt_ip_is_plausible(&peel->at))
		return ZT_R_OTHER_PORT;
	return zt_tunnel_enter(
	    peel, ZT_TUNNEL_GTPU, zt_be32(h + 4), ZT_TUNNEL_BY_ENDS, zt_ip_any);
}
