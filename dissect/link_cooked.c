/* Link layers that an operating system invents: SLL, SLL2, NULL, LOOP; and plain HDLC.
 */
#include "ip.h"
#include "link.h"
#include "tunnel.h"

/* Protocol values of SLL that are no EtherType, <linux/if_ether.h>. */
enum {
	SLL_8022 = 0x0004,
};

/* Hardware types of SLL that change the meaning of the rest, <linux/if_arp.h>. */
enum {
	ARPHRD_WLAN = 801,
	ARPHRD_PRISM = 802,
	ARPHRD_RADIOTAP = 803,
	ARPHRD_NETLINK = 824,
};

static enum zt_reject
sll_payload(struct zt_peel *peel, uint16_t hardware)
{
	peel->n_tags = 0;
	switch (hardware) {
	case ARPHRD_WLAN:
		return zt_peel_to(peel, zt_link_wlan);
	case ARPHRD_PRISM:
		return zt_peel_to(peel, zt_link_prism);
	case ARPHRD_RADIOTAP:
		return zt_peel_to(peel, zt_link_radiotap);
	case ARPHRD_NETLINK:
		return ZT_R_NOT_IP;
	}
	if (peel->protocol == SLL_8022)
		return zt_peel_to(peel, zt_link_llc);
	if (peel->protocol < ZT_ETHERTYPE_MIN)
		return ZT_R_NOT_IP;
	return zt_peel_to(peel, zt_link_ethertype);
}

enum zt_reject
zt_link_sll(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 16);

	if (!h)
		return ZT_R_SHORT_L2;
	peel->protocol = zt_be16(h + 14);
	return sll_payload(peel, zt_be16(h + 2));
}

enum zt_reject
zt_link_sll2(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 20);

	if (!h)
		return ZT_R_SHORT_L2;
	peel->protocol = zt_be16(h);
	return sll_payload(peel, zt_be16(h + 8));
}

/* Address families of the systems that write NULL and LOOP. */
static enum zt_reject
by_family(struct zt_peel *peel, uint32_t family)
{
	switch (family) {
	case 2:
		return zt_peel_to(peel, zt_ip_v4);
	case 10: /* Linux */
	case 24: /* NetBSD, OpenBSD */
	case 28: /* FreeBSD */
	case 30: /* macOS */
		return zt_peel_to(peel, zt_ip_v6);
	}
	return ZT_R_NOT_IP;
}

/* The family is in the order of the machine that captured; a family is small, so the
 * wrong order shows. */
enum zt_reject
zt_link_null(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 4);
	uint32_t family;

	if (!h)
		return ZT_R_SHORT_L2;
	family = zt_le32(h);
	return by_family(peel, family > UINT16_MAX ? zt_be32(h) : family);
}

enum zt_reject
zt_link_loop(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 4);
	return h ? by_family(peel, zt_be32(h)) : ZT_R_SHORT_L2;
}

/* Cisco HDLC: address, control, EtherType. */
enum zt_reject
zt_link_chdlc(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 4);

	if (!h)
		return ZT_R_SHORT_L2;
	peel->protocol = zt_be16(h + 2);
	peel->n_tags = 0;
	return peel->protocol < ZT_ETHERTYPE_MIN ? ZT_R_NOT_IP
						 : zt_peel_to(peel, zt_link_ethertype);
}

/* PPP in HDLC framing, or Cisco HDLC: the first byte tells, RFC 1662 and RFC 1547. */
enum zt_reject
zt_link_ppp_hdlc(struct zt_peel *peel)
{
	size_t left = zt_cursor_left(&peel->at);

	if (left >= 1 && (peel->at.pos[0] == 0x0f || peel->at.pos[0] == 0x8f))
		return zt_link_chdlc(peel);
	return zt_tunnel_ppp(peel);
}
