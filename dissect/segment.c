#include "segment.h"

enum {
	TCP_HEADER = 20,
};

enum zt_reject
zt_segment(struct zt_peel *peel)
{
	struct zt_datagram *out = peel->out;
	const uint8_t *h = zt_cursor_take(&peel->at, TCP_HEADER);
	size_t header_len;

	if (!h)
		return ZT_R_SHORT_L4;
	out->path.src_port = zt_be16(h);
	out->path.dst_port = zt_be16(h + 2);
	if (!zt_peel_is_dns_port(
		peel->layers, out->path.src_port, out->path.dst_port) &&
	    !zt_peel_is_sealed(peel->layers, out->path.src_port, out->path.dst_port))
		return ZT_R_OTHER_PORT;
	header_len = (size_t)(h[12] >> 4) * 4u;
	if (header_len < TCP_HEADER)
		return ZT_R_BAD_TCP;
	if (!zt_cursor_take(&peel->at, header_len - TCP_HEADER))
		return peel->missing > 0 ? ZT_R_SHORT_L4 : ZT_R_BAD_TCP;
	out->path.transport = ZT_PROTO_TCP;
	out->seq = zt_be32(h + 4);
	out->ack = zt_be32(h + 8);
	out->tcp_flags = h[13];
	out->payload = peel->at.pos;
	out->payload_len = (uint32_t)zt_cursor_left(&peel->at);
	out->payload_wire_len = out->payload_len + peel->missing;
	/* Segments without data repeat themselves for good reasons. */
	bool repeats = out->payload_len > 0 && peel->layers->duplicates;
	if (repeats)
		zt_duplicates_aim(peel->layers->duplicates, out);
	enum zt_reject result = zt_peel_checksum(peel, h);
	if (result != ZT_ACCEPT)
		return result;
	if (repeats && zt_duplicates_saw(peel->layers->duplicates, out))
		return ZT_R_DUPLICATE;
	return ZT_ACCEPT;
}
