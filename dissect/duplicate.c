#include "duplicate.h"

#include <stdlib.h>

/* 4,096 datagrams: at a million datagrams a second, 4 ms of them. */
#define N_SLOTS 4096u

struct slot {
	uint64_t hash; /* 0: empty */
	uint64_t ts_ns;
	uint64_t tunnel_key;
	uint16_t vlan;
	uint8_t ttl;
	uint8_t tunnel_kind;
};

struct zt_duplicates {
	struct zt_hash_key key;
	struct slot slots[N_SLOTS];
};

/* What stays the same from copy to copy: not the TTL, not the checksums. */
struct fingerprint {
	uint8_t src[16];
	uint8_t dst[16];
	uint64_t payload;
	uint32_t payload_len;
	uint16_t src_port;
	uint16_t dst_port;
	uint32_t seq;
	uint32_t ack;
	uint16_t ip_id;
	uint8_t family;
	uint8_t tcp_flags;
	uint8_t transport;
	uint8_t zero[3];
};

_Static_assert(sizeof(struct fingerprint) == 64, "no padding is hashed");

struct zt_duplicates *
zt_duplicates_new(const struct zt_hash_key *key)
{
	struct zt_duplicates *duplicates = calloc(1, sizeof(*duplicates));
	if (duplicates)
		duplicates->key = *key;
	return duplicates;
}

void
zt_duplicates_free(struct zt_duplicates **duplicates)
{
	free(*duplicates);
	*duplicates = NULL;
}

/*
 * What lies between the question and the end of a UDP message changes nothing that is
 * judged by it.  A TCP segment is compared whole: a copy that differs in one byte is an
 * attempt to show two versions of a stream, which the stream must see.
 */
static uint64_t
hash_payload(const struct zt_hash_key *key, const struct zt_datagram *datagram)
{
	size_t len = datagram->payload_len;
	const uint8_t *tail;
	uint64_t hash;

	if (len <= ZT_DUPLICATE_HEAD + ZT_DUPLICATE_TAIL ||
	    datagram->path.transport == ZT_PROTO_TCP)
		return zt_hash(key, datagram->payload, len);
	tail = datagram->payload + (len - ZT_DUPLICATE_TAIL);
	hash = zt_hash(key, datagram->payload, ZT_DUPLICATE_HEAD);
	return zt_hash_mix(hash, zt_hash(key, tail, ZT_DUPLICATE_TAIL));
}

static uint64_t
hash_datagram(const struct zt_hash_key *key, const struct zt_datagram *datagram)
{
	const struct zt_path *path = &datagram->path;
	struct fingerprint print = {
		.payload = hash_payload(key, datagram),
		.payload_len = datagram->payload_len,
		.src_port = path->src_port,
		.dst_port = path->dst_port,
		.ip_id = path->ip_id,
		.family = path->family,
		.transport = path->transport,
	};

	if (path->transport == ZT_PROTO_TCP) {
		print.seq = datagram->seq;
		print.ack = datagram->ack;
		print.tcp_flags = datagram->tcp_flags;
	}
	memcpy(print.src, path->src, sizeof(print.src));
	memcpy(print.dst, path->dst, sizeof(print.dst));
	/* 0 marks an empty slot. */
	return zt_hash(key, &print, sizeof(print)) | 1u;
}

/*
 * Equal packets in two tunnels, or in two VLANs without a router between them, belong
 * to different networks.  A router lowers the TTL; a bridge never changes a tag, but
 * one end of it may have none.
 */
static bool
is_same_place(const struct slot *slot, const struct zt_path *path)
{
	uint16_t vlan = path->vlan[0];

	if (slot->tunnel_kind != ZT_TUNNEL_NONE && path->tunnel_kind != ZT_TUNNEL_NONE)
		return slot->tunnel_key == path->tunnel_key;
	return slot->vlan == vlan || slot->vlan == 0 || vlan == 0 ||
	       slot->ttl != path->ttl;
}

static void
remember(struct slot *slot, const struct zt_datagram *datagram, uint64_t hash)
{
	slot->hash = hash;
	slot->ts_ns = datagram->ts_ns;
	slot->tunnel_key = datagram->path.tunnel_key;
	slot->vlan = datagram->path.vlan[0];
	slot->ttl = datagram->path.ttl;
	slot->tunnel_kind = datagram->path.tunnel_kind;
}

bool
zt_duplicates_saw(struct zt_duplicates *duplicates, const struct zt_datagram *datagram)
{
	uint64_t hash = hash_datagram(&duplicates->key, datagram);
	struct slot *slot = &duplicates->slots[hash >> 32 & (N_SLOTS - 1)];
	uint64_t limit = datagram->path.ip_id ? ZT_DUPLICATE_NS : ZT_DUPLICATE_NO_ID_NS;
	uint64_t now = datagram->ts_ns;
	uint64_t gap = now > slot->ts_ns ? now - slot->ts_ns : slot->ts_ns - now;

	/* The time of the first one stays: a train of equal packets is not one packet.
	 */
	if (slot->hash == hash && gap <= limit && is_same_place(slot, &datagram->path))
		return true;
	remember(slot, datagram, hash);
	return false;
}
