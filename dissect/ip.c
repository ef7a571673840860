#include "ip.h"

#include "icmp.h"
#include "segment.h"
#include "tunnel.h"
#include "udp.h"

/** Protocol numbers, IANA; those of tunnels are in tunnel.c. */
enum {
	PROTO_HOP_BY_HOP = 0,
	PROTO_ICMP = 1,
	PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44,
	PROTO_AH = 51,
	PROTO_ICMP6 = 58,
	PROTO_DESTINATION = 60,
	PROTO_MOBILITY = 135,
	PROTO_HIP = 139,
	PROTO_SHIM6 = 140,
};

enum {
	V4_HEADER = 20,
	V6_HEADER = 40,
};

/* Flags and offset of an IPv4 header, RFC 791 section 3.1. */
#define V4_DONT_FRAGMENT 0x4000u
#define V4_MORE		 0x2000u
#define V4_OFFSET	 0x1fffu

static enum zt_reject ip_payload(struct zt_peel *peel);

/* Addresses of one more IP header; the first one's are kept when a second comes. */
static void
path_addresses(
    struct zt_path *path, uint8_t family, const uint8_t *src, const uint8_t *dst)
{
	if (path->n_ip == 1) {
		memcpy(path->outer_src, path->src, sizeof(path->outer_src));
		memcpy(path->outer_dst, path->dst, sizeof(path->outer_dst));
		path->outer_family = path->family;
	}
	if (family == 4) {
		/* Whole words, see duplicate.c. */
		uint64_t from = 0, to = 0;
		memcpy(&from, src, 4);
		memcpy(&to, dst, 4);
		memcpy(path->src, &from, 8);
		memset(path->src + 8, 0, 8);
		memcpy(path->dst, &to, 8);
		memset(path->dst + 8, 0, 8);
	} else {
		memcpy(path->src, src, sizeof(path->src));
		memcpy(path->dst, dst, sizeof(path->dst));
	}
	path->family = family;
	if (path->n_ip < UINT8_MAX)
		path->n_ip++;
}

/*
 * Hand a fragment to the reassembler and go on with the whole datagram.  A first
 * fragment that the snap length cut can never become whole: its beginning is judged at
 * once, as a packet that was cut.
 */
static enum zt_reject
reassemble(struct zt_peel *peel, struct zt_fragment *fragment)
{
	struct zt_whole whole;
	enum zt_reject result;

	fragment->len = (uint32_t)zt_cursor_left(&peel->at);
	fragment->data = zt_cursor_take(&peel->at, fragment->len);
	if (peel->missing > 0 && fragment->offset > 0)
		return ZT_R_FRAGMENT_HELD;
	if (peel->missing > 0) {
		peel->at = zt_cursor_init(fragment->data, fragment->len);
		peel->protocol = fragment->next;
		return ZT_ACCEPT;
	}
	result = zt_fragments_add(peel->layers->fragments, &peel->out->path, fragment,
	    peel->out->ts_ns, &whole);
	if (result != ZT_ACCEPT)
		return result;
	peel->at = zt_cursor_init(whole.data, whole.len);
	peel->protocol = whole.next;
	return ZT_ACCEPT;
}

static bool
v4_is_wanted(uint16_t protocol)
{
	return protocol == ZT_PROTO_UDP || protocol == ZT_PROTO_TCP ||
	       protocol == PROTO_AH || zt_tunnel_of_ip(protocol);
}

static enum zt_reject
v4_fragment(struct zt_peel *peel, uint16_t flags)
{
	struct zt_fragment fragment = {
		.id = peel->out->path.ip_id,
		.offset = (flags & V4_OFFSET) * 8u,
		.more = flags & V4_MORE,
		.next = (uint8_t)peel->protocol,
	};
	enum zt_reject result = ZT_R_NOT_UDP_TCP;

	/* Nothing is held of what will be ignored when it is whole. */
	if (v4_is_wanted(peel->protocol))
		result = reassemble(peel, &fragment);
	return result == ZT_ACCEPT ? ip_payload(peel) : result;
}

enum zt_reject
zt_ip_v4(struct zt_peel *peel)
{
	struct zt_path *path = &peel->out->path;
	const uint8_t *h = zt_cursor_take(&peel->at, V4_HEADER);
	size_t header_len, total;
	uint16_t flags;

	if (!h)
		return ZT_R_SHORT_L3;
	header_len = (h[0] & 15u) * 4u;
	total = zt_be16(h + 2);
	if (h[0] >> 4 != 4 || header_len < V4_HEADER)
		return ZT_R_BAD_IP_HEADER;
	peel->protocol = h[9];
	/* Segmentation offload leaves 0: the length was not known yet. */
	if (total == 0 && peel->protocol == ZT_PROTO_TCP)
		total = V4_HEADER + zt_cursor_left(&peel->at);
	if (total < header_len)
		return ZT_R_BAD_IP_HEADER;
	zt_peel_limit_ip(peel, total - V4_HEADER);
	flags = zt_be16(h + 6);
	path_addresses(path, 4, h + 12, h + 16);
	path->ip_id = zt_be16(h + 4);
	path->ttl = h[8];
	path->dont_fragment = flags & V4_DONT_FRAGMENT;
	if (header_len > V4_HEADER &&
	    !zt_cursor_take(&peel->at, header_len - V4_HEADER))
		return ZT_R_BAD_IP_HEADER;
	peel->bad_ip_sum =
	    zt_checksum_fold(zt_checksum_add(0, h, header_len)) != UINT16_MAX;
	peel->n_headers = 0;
	if (flags & (V4_MORE | V4_OFFSET))
		return v4_fragment(peel, flags);
	return ip_payload(peel);
}

enum zt_reject
zt_ip_v6(struct zt_peel *peel)
{
	struct zt_path *path = &peel->out->path;
	const uint8_t *h = zt_cursor_take(&peel->at, V6_HEADER);

	if (!h)
		return ZT_R_SHORT_L3;
	/* A payload length of 0 is an empty packet or a jumbogram; neither is DNS. */
	if (h[0] >> 4 != 6 || zt_be16(h + 4) == 0)
		return ZT_R_BAD_IP_HEADER;
	zt_peel_limit_ip(peel, zt_be16(h + 4));
	path_addresses(path, 6, h + 8, h + 24);
	path->ip_id = 0;
	path->ttl = h[7];
	path->dont_fragment = true;
	peel->bad_ip_sum = false;
	peel->protocol = h[6];
	peel->n_headers = 0;
	return ip_payload(peel);
}

static enum zt_reject
v6_fragment(struct zt_peel *peel)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 8);
	struct zt_fragment fragment = { 0 };
	enum zt_reject result;

	if (!h)
		return ZT_R_EXT_CHAIN;
	fragment.id = zt_be32(h + 4);
	fragment.offset = zt_be16(h + 2) & 0xfff8u;
	fragment.more = h[3] & 1u;
	fragment.next = h[0];
	peel->out->path.dont_fragment = false;
	/* An atomic fragment is a whole datagram, RFC 6946 section 4. */
	if (fragment.offset == 0 && !fragment.more) {
		peel->protocol = fragment.next;
		return zt_peel_to(peel, ip_payload);
	}
	result = reassemble(peel, &fragment);
	return result == ZT_ACCEPT ? zt_peel_to(peel, ip_payload) : result;
}

/* One extension header.  AH counts in 4-byte units, the others in 8-byte units. */
static enum zt_reject
ip_extension(struct zt_peel *peel)
{
	const uint8_t *h;
	size_t len;

	if (++peel->n_headers > ZT_IP_HEADERS_MAX)
		return ZT_R_EXT_CHAIN;
	if (peel->protocol == PROTO_FRAGMENT)
		return v6_fragment(peel);
	h = zt_cursor_take(&peel->at, 2);
	if (!h)
		return ZT_R_EXT_CHAIN;
	len = peel->protocol == PROTO_AH ? (h[1] + 2u) * 4u : (h[1] + 1u) * 8u;
	if (!zt_cursor_take(&peel->at, len - 2))
		return ZT_R_EXT_CHAIN;
	peel->protocol = h[0];
	return zt_peel_to(peel, ip_payload);
}

/* Protocols that are neither of the two transports; the same numbers in both families,
 * except that IPv4 has no extension headers but AH. */
static enum zt_reject
other_protocol(struct zt_peel *peel)
{
	zt_layer_fn tunnel = zt_tunnel_of_ip(peel->protocol);

	if (tunnel)
		return zt_peel_to(peel, tunnel);
	switch (peel->protocol) {
	case PROTO_ICMP:
		return zt_icmp_v4(peel);
	case PROTO_ICMP6:
		return zt_icmp_v6(peel);
	case PROTO_AH:
		return ip_extension(peel);
	case PROTO_HOP_BY_HOP:
	case PROTO_ROUTING:
	case PROTO_FRAGMENT:
	case PROTO_DESTINATION:
	case PROTO_MOBILITY:
	case PROTO_HIP:
	case PROTO_SHIM6:
		return peel->out->path.family == 6 ? ip_extension(peel)
						   : ZT_R_NOT_UDP_TCP;
	}
	return ZT_R_NOT_UDP_TCP;
}

static enum zt_reject
ip_payload(struct zt_peel *peel)
{
	if (peel->protocol == ZT_PROTO_UDP)
		return zt_udp(peel);
	if (peel->protocol == ZT_PROTO_TCP)
		return zt_segment(peel);
	return other_protocol(peel);
}

enum zt_reject
zt_ip_any(struct zt_peel *peel)
{
	if (zt_cursor_left(&peel->at) == 0)
		return ZT_R_SHORT_L3;
	switch (*peel->at.pos >> 4) {
	case 4:
		return zt_ip_v4(peel);
	case 6:
		return zt_ip_v6(peel);
	}
	return ZT_R_NOT_IP;
}

bool
zt_ip_is_plausible(const struct zt_cursor *at)
{
	size_t left = zt_cursor_left(at);
	if (left < 1)
		return false;
	if (*at->pos >> 4 == 4)
		return left >= V4_HEADER && (*at->pos & 15u) >= 5;
	return *at->pos >> 4 == 6 && left >= V6_HEADER;
}
