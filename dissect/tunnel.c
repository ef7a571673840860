#include "tunnel.h"

#include "ip.h"
#include "link.h"

struct row {
	uint16_t value;
	zt_layer_fn layer;
};

#define N_ROWS(table) (sizeof(table) / sizeof((table)[0]))

static zt_layer_fn
find(const struct row *rows, size_t n, uint16_t value)
{
	for (size_t i = 0; i < n; i++) {
		if (rows[i].value == value)
			return rows[i].layer;
	}
	return NULL;
}

zt_layer_fn
zt_tunnel_of_ethertype(uint16_t ethertype)
{
	static const struct row rows[] = {
		{ 0x8847, zt_tunnel_mpls },
		{ 0x8848, zt_tunnel_mpls },
		{ 0x8863, zt_tunnel_pppoe_discovery },
		{ 0x8864, zt_tunnel_pppoe },
		{ 0x880b, zt_tunnel_ppp },
		{ 0x88e7, zt_tunnel_pbb },
		{ 0x894f, zt_tunnel_nsh },
	};
	return find(rows, N_ROWS(rows), ethertype);
}

zt_layer_fn
zt_tunnel_of_ip(uint16_t protocol)
{
	static const struct row rows[] = {
		{ 4, zt_tunnel_ipv4 },
		{ 41, zt_tunnel_ipv6 },
		{ 47, zt_tunnel_gre },
		{ 94, zt_tunnel_ipv4 },
		{ 97, zt_tunnel_etherip },
		{ 115, zt_tunnel_l2tp_ip },
		{ 137, zt_tunnel_mpls },
	};
	return find(rows, N_ROWS(rows), protocol);
}

zt_layer_fn
zt_tunnel_of_udp(uint16_t src_port, uint16_t dst_port)
{
	static const struct row rows[] = {
		{ 1701, zt_tunnel_l2tp },
		{ 2152, zt_tunnel_gtp },
		{ 3544, zt_tunnel_teredo },
		{ 4789, zt_tunnel_vxlan },
		{ 4790, zt_tunnel_vxlan_gpe },
		{ 5247, zt_tunnel_capwap },
		{ 6081, zt_tunnel_geneve },
		{ 6635, zt_tunnel_mpls },
		{ 8472, zt_tunnel_vxlan },
		{ 30030, zt_tunnel_jmirror },
		{ 37008, zt_tunnel_tzsp },
	};
	/* The destination port is the tunnel's; some devices answer from it. */
	zt_layer_fn layer = find(rows, N_ROWS(rows), dst_port);
	return layer ? layer : find(rows, N_ROWS(rows), src_port);
}

/* Equal for both directions, and different for different pairs of ends. */
static uint64_t
ends_key(const struct zt_path *path)
{
	uint64_t src[2], dst[2];

	memcpy(src, path->src, sizeof(src));
	memcpy(dst, path->dst, sizeof(dst));
	return zt_hash_mix(src[0] + dst[0], (src[0] ^ dst[0]) + 1) +
	       zt_hash_mix(src[1] + dst[1], (src[1] ^ dst[1]) + 2);
}

enum zt_reject
zt_tunnel_enter(struct zt_peel *peel, enum zt_tunnel_kind kind, uint32_t id,
    enum zt_tunnel_scope scope, zt_layer_fn next)
{
	struct zt_path *path = &peel->out->path;
	uint64_t part = (uint64_t)kind << 32 | id;

	if (++peel->n_tunnels > ZT_LAYERS_MAX || !next)
		return ZT_R_TUNNEL_SKIPPED;
	path->tunnel_kind = (uint8_t)kind;
	path->tunnel_id = id;
	if (scope == ZT_TUNNEL_BY_ENDS)
		part = ends_key(path) ^ (uint64_t)kind << 32;
	if (scope != ZT_TUNNEL_BY_NOTHING)
		path->tunnel_key = zt_hash_mix(path->tunnel_key, part);
	return zt_peel_to(peel, next);
}

zt_layer_fn
zt_tunnel_payload(uint16_t ethertype)
{
	switch (ethertype) {
	case 0x0800:
		return zt_ip_v4;
	case 0x86dd:
		return zt_ip_v6;
	case 0x6558:
		return zt_link_ethernet;
	}
	return zt_tunnel_of_ethertype(ethertype);
}
