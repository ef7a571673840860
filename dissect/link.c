#include "link.h"

#include "ip.h"
#include "tunnel.h"

enum {
	ETHERNET_ADDRESSES = 12,
	ETHERNET_HEADER = 14,
	VLAN_TAG = 4,
	SNAP_LEN = 5,
};

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_SERVICE_VLAN = 0x88a8,
	ETHERTYPE_OLD_QINQ = 0x9100,
	ETHERTYPE_OLD_QINQ2 = 0x9200,
};

/* Tells VLAN ids from tunnel ids in the flow key. */
#define VLAN_PART (UINT64_C(0x8100) << 32)

zt_layer_fn
zt_link_find(uint16_t link_type)
{
	static const struct {
		uint16_t type;
		zt_layer_fn layer;
	} rows[] = {
		{ 1, zt_link_ethernet },
		{ 101, zt_ip_any },
		{ 113, zt_link_sll },
		{ 276, zt_link_sll2 },
		{ 0, zt_link_null },
		{ 108, zt_link_loop },
		/* LINKTYPE_IPV4 and _IPV6; files with the other version inside exist.
		 */
		{ 228, zt_ip_any },
		{ 229, zt_ip_any },
		/* DLT_RAW of two families of systems, found in old files. */
		{ 12, zt_ip_any },
		{ 14, zt_ip_any },
		{ 6, zt_link_token_ring },
		{ 7, zt_link_arcnet },
		{ 9, zt_tunnel_ppp },
		{ 10, zt_link_fddi },
		{ 50, zt_link_ppp_hdlc },
		{ 51, zt_tunnel_pppoe },
		{ 104, zt_link_chdlc },
		{ 105, zt_link_wlan },
		{ 119, zt_link_prism },
		{ 127, zt_link_radiotap },
		{ 129, zt_link_arcnet_linux },
		/* LINKTYPE_USER2: what macOS wrote before PKTAP had a number. */
		{ 149, zt_link_pktap },
		{ 163, zt_link_avs },
		{ 192, zt_link_ppi },
		{ 239, zt_link_nflog },
		{ 253, zt_link_netlink },
		{ 258, zt_link_pktap },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].type == link_type)
			return rows[i].layer;
	}
	return NULL;
}

/* One VLAN tag; the cursor stands on its 12-bit id. */
static enum zt_reject
vlan_tag(struct zt_peel *peel)
{
	struct zt_path *path = &peel->out->path;
	const uint8_t *h = zt_cursor_take(&peel->at, VLAN_TAG);
	uint16_t id;

	if (++peel->n_tags > ZT_VLAN_MAX)
		return ZT_R_VLAN_DEPTH;
	if (!h)
		return ZT_R_SHORT_L2;
	id = zt_be16(h) & 0x0fffu;
	peel->protocol = zt_be16(h + 2);
	/* Id 0 is a priority tag: no VLAN. */
	if (id != 0 && path->n_vlan < ZT_VLAN_MAX)
		path->vlan[path->n_vlan++] = id;
	if (id != 0)
		path->tunnel_key = zt_hash_mix(path->tunnel_key, VLAN_PART | id);
	return zt_peel_to(peel, zt_link_ethertype);
}

/* A type field below ZT_ETHERTYPE_MIN is the length of what follows. */
static enum zt_reject
length_field(struct zt_peel *peel)
{
	zt_peel_limit(peel, peel->protocol);
	return zt_peel_to(peel, zt_link_llc);
}

static enum zt_reject
rare_ethertype(struct zt_peel *peel)
{
	zt_layer_fn tunnel;

	switch (peel->protocol) {
	case ETHERTYPE_VLAN:
	case ETHERTYPE_SERVICE_VLAN:
	case ETHERTYPE_OLD_QINQ:
	case ETHERTYPE_OLD_QINQ2:
		return vlan_tag(peel);
	}
	if (peel->protocol < ZT_ETHERTYPE_MIN)
		return length_field(peel);
	tunnel = zt_tunnel_of_ethertype(peel->protocol);
	return tunnel ? zt_peel_to(peel, tunnel) : ZT_R_NOT_IP;
}

enum zt_reject
zt_link_ethertype(struct zt_peel *peel)
{
	if (peel->protocol == ETHERTYPE_IPV4)
		return zt_ip_v4(peel);
	if (peel->protocol == ETHERTYPE_IPV6)
		return zt_ip_v6(peel);
	return rare_ethertype(peel);
}

enum zt_reject
zt_link_ethernet(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, ETHERNET_HEADER);

	if (!h)
		return ZT_R_SHORT_L2;
	peel->protocol = zt_be16(h + ETHERNET_ADDRESSES);
	peel->n_tags = 0;
	return zt_link_ethertype(peel);
}

enum zt_reject
zt_link_llc(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 3);

	if (!h)
		return ZT_R_SHORT_L2;
	/* Service access point 6 is IPv4, RFC 1042 and IEEE 802.2. */
	if (h[0] == 0x06 && h[1] == 0x06 && h[2] == 0x03)
		return zt_peel_to(peel, zt_ip_v4);
	if (h[0] != 0xaa || h[1] != 0xaa || h[2] != 0x03)
		return ZT_R_NOT_IP;
	h = zt_cursor_take(&peel->at, SNAP_LEN);
	if (!h)
		return ZT_R_SHORT_L2;
	/* RFC 1042; 0000f8 is the bridge tunnel of IEEE 802.1H. */
	if (zt_be24(h) != 0 && zt_be24(h) != 0x0000f8)
		return ZT_R_NOT_IP;
	peel->protocol = zt_be16(h + 3);
	return peel->protocol < ZT_ETHERTYPE_MIN ? ZT_R_NOT_IP
						 : zt_peel_to(peel, zt_link_ethertype);
}
