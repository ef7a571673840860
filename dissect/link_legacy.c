/* Rings and buses of the past: FDDI (RFC 1390), Token Ring (RFC 1042), ARCNET (RFC
 * 1201, RFC 1051). */
#include "ip.h"
#include "link.h"

enum {
	ARCNET_IP_OLD = 240,
	ARCNET_IP = 212,
	ARCNET_IPV6 = 196,
	ARCNET_EXCEPTION = 0xff,
};

enum zt_reject
zt_link_fddi(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 13);

	if (!h)
		return ZT_R_SHORT_L2;
	peel->n_tags = 0;
	/* Frame control: asynchronous LLC frames. */
	return (h[0] & 0xf0) == 0x50 ? zt_peel_to(peel, zt_link_llc) : ZT_R_NOT_IP;
}

enum zt_reject
zt_link_token_ring(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 14);

	if (!h)
		return ZT_R_SHORT_L2;
	peel->n_tags = 0;
	if ((h[1] & 0xc0) != 0x40)
		return ZT_R_NOT_IP;
	/* A source route, whose length stands in its first byte. */
	if (h[8] & 0x80) {
		const uint8_t *route = zt_cursor_take(&peel->at, 2);
		size_t len = route ? route[0] & 31u : 0;
		if (len < 2 || !zt_cursor_take(&peel->at, len - 2))
			return ZT_R_SHORT_L2;
	}
	return zt_peel_to(peel, zt_link_llc);
}

/* Behind the type: a split flag and a sequence number, except in the oldest format; an
 * exception packet has four bytes of padding more. */
static enum zt_reject
arcnet_payload(struct zt_peel *peel, uint8_t type)
{
	uint8_t flag;

	if (type == ARCNET_IP_OLD)
		return zt_peel_to(peel, zt_ip_v4);
	if (type != ARCNET_IP && type != ARCNET_IPV6)
		return ZT_R_NOT_IP;
	flag = zt_cursor_u8(&peel->at);
	if (flag == ARCNET_EXCEPTION)
		zt_cursor_skip(&peel->at, 4);
	zt_cursor_skip(&peel->at, 2);
	if (peel->at.failed)
		return ZT_R_SHORT_L2;
	return zt_peel_to(peel, type == ARCNET_IP ? zt_ip_v4 : zt_ip_v6);
}

enum zt_reject
zt_link_arcnet(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 3);
	return h ? arcnet_payload(peel, h[2]) : ZT_R_SHORT_L2;
}

/* Linux keeps the two offset bytes of the hardware. */
enum zt_reject
zt_link_arcnet_linux(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 5);
	return h ? arcnet_payload(peel, h[4]) : ZT_R_SHORT_L2;
}
