/**
 * @file zonemd.h
 * Is the zone that was transferred the one that its publisher digested?  RFC 8976.
 *
 * Covered:  scheme SIMPLE with SHA-384 and SHA-512, sections 3.3.1 and 4; DNSSEC is not
 *           validated, so this says "whole and unchanged", not "authentic".
 * Work:     the collection is sorted and its bytes are hashed once for each of the two
 *           hash algorithms that the apex carries; who calls it keeps to a budget.
 * Threads:  one.
 */
#ifndef ZT_DISSECT_ZONEMD_H
#define ZT_DISSECT_ZONEMD_H

#include "collection.h"
#include "digest.h"

/**
 * Verify a whole zone; sorts the collection.
 *
 * @param apex  folded wire form.
 * @return ZT_ZONEMD_NONE when the apex has no such record.
 */
enum zt_zonemd_state zt_zonemd_verify(struct zt_collections *collections,
    struct zt_collection *collection, const struct zt_name *apex,
    const struct zt_digests *digests);

#endif
