/**
 * @file collection.h
 * The records of transfers, kept to be digested or written down once the answer is over.
 *
 * Shape:     a collection is a list of records in the order of their coming, in chunks of
 *            a common store; zt_collection_sort() puts them into canonical order and
 *            drops the second of two equal ones (RFC 8976 section 3.3.1).
 * Memory:    the store is reserved at creation and touched when used; its size is the
 *            only bound on what one collection, or all of them, can hold.
 * Full:      the collection that finds no room is given up whole and its room is free.
 * Work:      adding costs a copy; sorting n records at most n log2 n comparisons, n when
 *            they came in order, which servers send as a rule.
 * Threads:   a store and its collections belong to one thread.
 */
#ifndef ZT_DISSECT_COLLECTION_H
#define ZT_DISSECT_COLLECTION_H

#include "canon.h"

/** Room of one chunk; a record has to fit into one. */
#define ZT_COLLECTION_CHUNK_BYTES 32768

struct zt_collections;

enum zt_collection_state {
	ZT_COLLECTION_OFF = 0, /**< Nothing is collected. */
	ZT_COLLECTION_OPEN,
	ZT_COLLECTION_TOO_LARGE, /**< Given up: no room. */
	ZT_COLLECTION_ODD,	 /**< Given up: a record is not what its type says. */
};

/** All zero: off. */
struct zt_collection {
	uint64_t bytes; /**< Bytes of all records in wire form. */
	uint32_t n;	/**< Records. */
	uint32_t first; /**< Of the list. */
	uint32_t last;
	uint32_t chunks; /**< The newest chunk, which leads to the older ones. */
	uint32_t used;	 /**< Bytes of the newest chunk. */
	uint8_t state;	 /**< enum zt_collection_state. */
};

/** One record as it is read back. */
struct zt_collected {
	const uint8_t *key; /**< Of the owner, see canon.h. */
	const uint8_t *rdata;
	uint32_t ttl;
	uint16_t key_len;
	uint16_t type;
	uint16_t klass;
	uint16_t rdlen;
};

/** @param bytes  less than a chunk: nothing is ever collected.  @return NULL when memory
 *  is short. */
struct zt_collections *zt_collections_new(size_t bytes);

/** Accepts NULL; sets the pointer to NULL. */
void zt_collections_free(struct zt_collections **collections);

/** Begin; a store without any room leaves the collection off. */
void zt_collection_open(
    struct zt_collections *collections, struct zt_collection *collection);

/** Give everything back; the collection is off. */
void zt_collection_close(
    struct zt_collections *collections, struct zt_collection *collection);

/** Add a record of a message, while the collection is open. */
void zt_collection_add(struct zt_collections *collections,
    struct zt_collection *collection, const uint8_t *msg, size_t len,
    const struct zt_rr *rr);

/** Canonical order, RFC 4034 section 6 and RFC 8976 section 3.3.1. */
void zt_collection_sort(
    struct zt_collections *collections, struct zt_collection *collection);

/** The first record. @return a place for next, or 0 when there is none. */
uint32_t zt_collection_first(const struct zt_collections *collections,
    const struct zt_collection *collection, struct zt_collected *out);

/** The one after it. @return a place, or 0 at the end. */
uint32_t zt_collection_next(
    const struct zt_collections *collections, uint32_t place, struct zt_collected *out);

/** Owner, TYPE, CLASS, TTL and RDLENGTH in wire form: what stands before the data.
 *  @return its bytes; out has room for ZT_NAME_MAX + 10. */
size_t zt_collected_head(const struct zt_collected *record, uint8_t *out);

#endif
