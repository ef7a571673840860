/**
 * @file canon.h
 * Records in the canonical form of DNSSEC: names expanded and folded, owners as keys
 * that sort.
 *
 * Shape:   a sort key has the labels of the owner from the root's side, each followed by
 *          a zero; a byte 0 of a label is 1 1, a byte 1 is 1 2.  So the order of the keys
 *          as bytes is the canonical order of the names.
 * Threads: pure functions on the caller's storage.
 * Work:    bounded by the record; names in its data have at most ZT_NAME_HOPS_MAX hops.
 * Source:  RFC 4034 sections 6.1 and 6.2, RFC 6840 section 5.1 (whose names are folded),
 *          RFC 3597 section 4 (whose names may be compressed).
 */
#ifndef ZT_DISSECT_CANON_H
#define ZT_DISSECT_CANON_H

#include "walk.h"

/** Longest sort key: every byte doubled, a zero for each length byte. */
#define ZT_CANON_KEY_MAX (2 * ZT_NAME_MAX)

/** @return bytes written to key, which has room for ZT_CANON_KEY_MAX. */
size_t zt_canon_key(const uint8_t *name, size_t len, uint8_t *key);

/** The name of a sort key. @return its bytes; name has room for ZT_NAME_MAX. */
size_t zt_canon_name(const uint8_t *key, size_t len, uint8_t *name);

/**
 * The data of a record, canonical.
 *
 * @param out  cap bytes.
 * @param len  out: bytes written.
 * @return false when the data is not what its type says, or does not fit.
 */
bool zt_canon_rdata(const uint8_t *msg, size_t msg_len, const struct zt_rr *rr,
    uint8_t *out, size_t cap, size_t *len);

#endif
