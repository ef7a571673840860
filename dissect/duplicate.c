#include "duplicate.h"

#include <stdlib.h>

/* 1,024 datagrams: at 200,000 a second, 5 ms of them. */
#define N_SLOTS 1024u
#define N_WORDS 8

/*
 * What stays the same from copy to copy: not the TTL, not the checksums.  Whole words,
 * written and read as such: the processor cannot forward narrow writes to wide reads.
 */
struct identity {
	uint64_t words[N_WORDS];
};

struct slot {
	struct identity identity; /* all zero: empty */
	uint64_t ts_ns;
	uint64_t tunnel_key;
	uint16_t vlan;
	uint8_t ttl;
	uint8_t tunnel_kind;
	uint8_t head[ZT_DUPLICATE_HEAD];
};

struct zt_duplicates {
	struct zt_hash_key key;
	struct identity identity; /* of the datagram aimed at */
	struct slot *slot;	  /* where it is, if it is known */
	struct slot slots[N_SLOTS];
};

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

/* Two words of a payload into a sum.  Neither factor is lost where the other is zero, so
 * that a payload which hits upon that hides nothing. */
static inline uint64_t
add_words(uint64_t sum, uint64_t a, uint64_t b)
{
	uint64_t x = a ^ sum;
	uint64_t y = b ^ zt__rotl(sum, 32);

	return zt__fold(x, y) ^ x ^ zt__rotl(y, 32);
}

/* A keyed hash of every byte of a payload whose length is compared elsewhere; two sums
 * side by side, as one would wait for its own product most of the time. */
static uint64_t
hash_payload(const struct zt_hash_key *key, const uint8_t *payload, size_t len)
{
	/* Bits of pi: a small key would leave little of a payload of zeros. */
	uint64_t k0 = key->k0 ^ UINT64_C(0x243f6a8885a308d3);
	uint64_t sums[2] = { k0, key->k1 ^ UINT64_C(0x13198a2e03707344) };
	uint64_t words[4];

	for (; len >= sizeof(words); len -= sizeof(words), payload += sizeof(words)) {
		memcpy(words, payload, sizeof(words));
		sums[0] = add_words(sums[0], words[0], words[1]);
		sums[1] = add_words(sums[1], words[2], words[3]);
	}
	memset(words, 0, sizeof(words));
	memcpy(words, payload, len);
	sums[0] = add_words(sums[0], words[0], words[1]);
	sums[1] = add_words(sums[1], words[2], words[3]);
	return add_words(k0, sums[0], sums[1]);
}

/*
 * What follows the question of a UDP message changes nothing that is judged by it.  A TCP
 * segment is compared whole: a copy that differs in one byte is an attempt to show two
 * versions of a stream, and the stream must see both.
 */
static void
identify(struct identity *identity, const struct zt_hash_key *key,
    const struct zt_datagram *datagram)
{
	const struct zt_path *path = &datagram->path;
	uint64_t *words = identity->words;

	memcpy(&words[0], path->src, sizeof(path->src));
	memcpy(&words[2], path->dst, sizeof(path->dst));
	words[4] = (uint64_t)path->src_port << 48 | (uint64_t)path->dst_port << 32 |
		   datagram->payload_len;
	words[5] =
	    (uint64_t)path->ip_id << 16 | (uint64_t)path->family << 8 | path->transport;
	words[6] = 0;
	words[7] = 0;
	if (path->transport != ZT_PROTO_TCP)
		return;
	words[5] |= (uint64_t)datagram->tcp_flags << 32;
	words[6] = (uint64_t)datagram->seq << 32 | datagram->ack;
	words[7] = hash_payload(key, datagram->payload, datagram->payload_len);
}

/* A place in the table.  It need not be a strong hash: whoever makes datagrams meet in one
 * slot has the copies of his own datagrams counted, no more. */
static size_t
place(const struct zt_hash_key *key, const struct identity *identity,
    const uint8_t *payload, size_t len)
{
	const uint64_t *words = identity->words;
	uint16_t dns_id = 0;
	uint64_t a, b;

	if (len >= sizeof(dns_id))
		memcpy(&dns_id, payload, sizeof(dns_id));
	a = words[0] ^ zt__rotl(words[1], 16) ^ zt__rotl(words[4], 32) ^ words[6];
	b = words[2] ^ zt__rotl(words[3], 16) ^ zt__rotl(words[5], 32) ^ words[7];
	return zt_hash_mix(a ^ key->k0, b ^ dns_id) % N_SLOTS;
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

static bool
is_equal(const struct identity *a, const struct identity *b)
{
	uint64_t differs = 0;

	for (size_t i = 0; i < N_WORDS; i++)
		differs |= a->words[i] ^ b->words[i];
	return differs == 0;
}

static void
remember(struct slot *slot, const struct identity *identity,
    const struct zt_datagram *datagram, size_t head_len)
{
	slot->identity = *identity;
	slot->ts_ns = datagram->ts_ns;
	slot->tunnel_key = datagram->path.tunnel_key;
	slot->vlan = datagram->path.vlan[0];
	slot->ttl = datagram->path.ttl;
	slot->tunnel_kind = datagram->path.tunnel_kind;
	memcpy(slot->head, datagram->payload, head_len);
}

void
zt_duplicates_aim(struct zt_duplicates *duplicates, const struct zt_datagram *datagram)
{
	struct identity *identity = &duplicates->identity;

	identify(identity, &duplicates->key, datagram);
	duplicates->slot = &duplicates->slots[place(
	    &duplicates->key, identity, datagram->payload, datagram->payload_len)];
	__builtin_prefetch(&duplicates->slot->identity, 1);
	__builtin_prefetch(&duplicates->slot->ts_ns, 1);
}

bool
zt_duplicates_saw(struct zt_duplicates *duplicates, const struct zt_datagram *datagram)
{
	size_t len = datagram->payload_len;
	size_t head_len = len < ZT_DUPLICATE_HEAD ? len : ZT_DUPLICATE_HEAD;
	uint64_t limit = datagram->path.ip_id ? ZT_DUPLICATE_NS : ZT_DUPLICATE_NO_ID_NS;
	uint64_t now = datagram->ts_ns;
	const struct identity *identity = &duplicates->identity;
	struct slot *slot = duplicates->slot;
	uint64_t gap;

	gap = now > slot->ts_ns ? now - slot->ts_ns : slot->ts_ns - now;
	/* The time of the first one stays: a train of equal packets is not one packet. */
	if (gap <= limit && is_equal(&slot->identity, identity) &&
	    memcmp(slot->head, datagram->payload, head_len) == 0 &&
	    is_same_place(slot, &datagram->path))
		return true;
	remember(slot, identity, datagram, head_len);
	return false;
}
