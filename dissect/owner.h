/**
 * @file owner.h
 * Owner names of a message as keyed hashes, without expanding them.
 *
 * Shape:   the hash of a name is its first label joined to the hash of the rest, so
 *          that a compressed name costs its own labels and one look-up of the pointer's
 *          target.  Equal names have equal hashes however compressed and spelled.
 * Memory:  a direct-mapped memo of 256 suffixes of the current message.
 * Work:    at most 127 labels and ZT_NAME_HOPS_MAX pointers a name.
 * Trust:   the joining is keyed but no SipHash: who breaks it spoils the count of names
 *          in a zone that he serves himself, nothing else.
 * Threads: an object belongs to one thread.
 */
#ifndef ZT_DISSECT_OWNER_H
#define ZT_DISSECT_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hash.h"

#define ZT_OWNERS_MEMO 256

/** What is known of one name. */
struct zt_owner {
	uint64_t hash;
	bool is_directory; /**< It lies under a label _msdcs. */
};

struct zt_owners_suffix {
	struct zt_owner owner;
	uint32_t message; /**< Of which message this is. */
	uint16_t offset;
};

struct zt_owners {
	uint64_t root; /**< Hash of the root name. */
	uint32_t message;
	struct zt_owners_suffix memo[ZT_OWNERS_MEMO];
};

/** Prepare the caller's storage. */
void zt_owners_init(struct zt_owners *owners, const struct zt_hash_key *key);

/** A new message begins; what is remembered of the last one is gone. */
void zt_owners_next_message(struct zt_owners *owners);

/**
 * The name at offset.
 *
 * @param msg  the message that zt_owners_next_message() announced, len bytes.
 * @param out  unspecified on failure.
 * @return false when there is no readable name.
 */
bool zt_owners_read(struct zt_owners *owners, const uint8_t *msg, size_t len,
    size_t offset, struct zt_owner *out);

#endif
