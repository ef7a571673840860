#include "udp.h"

#include "tunnel.h"

enum {
	UDP_HEADER = 8,
};

enum zt_reject
zt_udp(struct zt_peel *peel)
{
	struct zt_datagram *out = peel->out;
	const uint8_t *h = zt_cursor_take(&peel->at, UDP_HEADER);
	uint16_t src_port, dst_port, len;

	if (!h)
		return ZT_R_SHORT_L4;
	src_port = zt_be16(h);
	dst_port = zt_be16(h + 2);
	len = zt_be16(h + 4);
	if (len < UDP_HEADER)
		return ZT_R_BAD_UDP;
	/* Bytes of the IP payload beyond the UDP length are surplus (RFC 9868). */
	zt_peel_limit(peel, (size_t)len - UDP_HEADER);
	if (!zt_peel_is_dns_port(peel->layers, src_port, dst_port)) {
		zt_layer_fn tunnel = zt_tunnel_of_udp(src_port, dst_port);
		return tunnel ? zt_peel_to(peel, tunnel) : ZT_R_OTHER_PORT;
	}
	out->path.src_port = src_port;
	out->path.dst_port = dst_port;
	out->path.transport = ZT_PROTO_UDP;
	out->payload = peel->at.pos;
	out->payload_len = (uint32_t)zt_cursor_left(&peel->at);
	out->payload_wire_len = out->payload_len + peel->missing;
	if (peel->layers->duplicates)
		zt_duplicates_aim(peel->layers->duplicates, out);
	enum zt_reject result = zt_peel_checksum(peel, h);
	if (result != ZT_ACCEPT)
		return result;
	if (peel->layers->duplicates &&
	    zt_duplicates_saw(peel->layers->duplicates, out))
		return ZT_R_DUPLICATE;
	return ZT_ACCEPT;
}
