#include "checksum.h"

#include <stdlib.h>

#include "cursor.h"

#define SENDERS 4096u
/* After a wrong sum, senders are looked at for so many packets. */
#define OBSERVE_PACKETS 65536u
/* Right sums for each wrong one before a wrong one is ignored. */
#define OFTEN_RIGHT 4u
/* Counts are halved here, so that a sender's way of today counts. */
#define COUNT_MAX 1024u

/* Places of the checksum in its header. */
#define UDP_SUM_AT 6u
#define TCP_SUM_AT 16u

struct sender {
	uint32_t tag; /* upper half of its hash */
	uint16_t right;
	uint16_t wrong;
};

struct zt_checksums {
	struct zt_dissect_stats *stats;
	struct zt_hash_key key;
	uint32_t observe; /* packets left for which senders are looked at */
	struct sender senders[SENDERS];
};

struct zt_checksums *
zt_checksums_new(const struct zt_hash_key *key, struct zt_dissect_stats *stats)
{
	struct zt_checksums *checksums = calloc(1, sizeof(*checksums));

	if (checksums) {
		checksums->key = *key;
		checksums->stats = stats;
	}
	return checksums;
}

void
zt_checksums_free(struct zt_checksums **checksums)
{
	free(*checksums);
	*checksums = NULL;
}

enum sum {
	SUM_RIGHT,
	SUM_WRONG,
	SUM_LEFT_OUT, /* the card was to fill it in: it is the pseudo-header's */
};

static enum sum
sum_of(const struct zt_path *path, const uint8_t *header, size_t len)
{
	/* The end of the pseudo-header; IPv4 has the same words in another order. */
	const uint8_t end[8] = { (uint8_t)(len >> 24), (uint8_t)(len >> 16),
		(uint8_t)(len >> 8), (uint8_t)len, 0, 0, 0, path->transport };

	const uint8_t *field =
	    header + (path->transport == ZT_PROTO_UDP ? UDP_SUM_AT : TCP_SUM_AT);
	uint16_t found;

	/* A sender may leave a UDP checksum out, RFC 768 and RFC 6935. */
	memcpy(&found, field, sizeof(found));
	if (found == 0 && path->transport == ZT_PROTO_UDP)
		return SUM_RIGHT;
	/* An IPv4 address has zeros behind it, which add nothing. */
	uint64_t pseudo = zt_checksum_add(0, path->src, sizeof(path->src));
	pseudo = zt_checksum_add(pseudo, path->dst, sizeof(path->dst));
	pseudo = zt_checksum_add(pseudo, end, sizeof(end));
	if (zt_checksum_fold(zt_checksum_add(pseudo, header, len)) == UINT16_MAX)
		return SUM_RIGHT;
	return found == zt_checksum_fold(pseudo) ? SUM_LEFT_OUT : SUM_WRONG;
}

static struct sender *
find(struct zt_checksums *checksums, const struct zt_path *path)
{
	uint64_t hash = zt_hash(&checksums->key, path->src, sizeof(path->src));
	struct sender *sender = &checksums->senders[hash % SENDERS];
	uint32_t tag = (uint32_t)(hash >> 32);

	if (sender->tag != tag)
		*sender = (struct sender){ .tag = tag };
	if (sender->right >= COUNT_MAX || sender->wrong >= COUNT_MAX) {
		sender->right /= 2;
		sender->wrong /= 2;
	}
	return sender;
}

enum zt_reject
zt_checksums_judge(struct zt_checksums *checksums, const struct zt_path *path,
    const uint8_t *header, size_t len, bool ip_is_right)
{
	enum sum sum = sum_of(path, header, len);

	if (sum == SUM_LEFT_OUT) {
		zt_count(&checksums->stats->outcomes[ZT_R_CHECKSUM_OFFLOAD], 1);
		return ZT_ACCEPT;
	}
	if (sum == SUM_WRONG || !ip_is_right)
		checksums->observe = OBSERVE_PACKETS;
	if (checksums->observe == 0)
		return ZT_ACCEPT;
	checksums->observe--;
	struct sender *sender = find(checksums, path);
	if (sum == SUM_RIGHT && ip_is_right) {
		sender->right++;
		return ZT_ACCEPT;
	}
	sender->wrong++;
	if (sender->right > OFTEN_RIGHT * sender->wrong)
		return ZT_R_BAD_CHECKSUM;
	zt_count(&checksums->stats->outcomes[ZT_R_CHECKSUM_OFFLOAD], 1);
	return ZT_ACCEPT;
}
