/**
 * @file leak.h
 * What the records of a transfer disclose: counts by type, distinct owner names,
 * private addresses, services and directories, mail hosts, providers, sample names.
 *
 * Counts:  srv_names and directory_names count runs of records with one owner, so a
 *          zone whose record sets are torn apart counts a name more than once.
 * Samples: the first distinct names but the apex and the hashed owners of NSEC3.
 * Work:    a bounded step a record; names are expanded only for samples and providers.
 * Threads: an object belongs to one thread.
 * Source:  RFC 1918 and RFC 4193 (private addresses); [MS-ADTS] 6.3.2.3 (SRV names of
 *          directory servers).
 */
#ifndef ZT_DISSECT_LEAK_H
#define ZT_DISSECT_LEAK_H

#include "distinct.h"
#include "owner.h"
#include "walk.h"

/** The types that zones are full of have different remainders. */
#define ZT_LEAK_TYPE_HINTS 64

/** What is kept of one transfer beside its public counters; all zero is a new one. */
struct zt_leak {
	struct zt_distinct names;
	uint64_t apex;	    /**< Hash of the zone's name; 0: not known. */
	uint64_t srv;	    /**< Owner of the last SRV record. */
	uint64_t directory; /**< Owner that last counted as a directory name. */
	/** Where a type was counted last; may be wrong. */
	uint8_t type_hints[ZT_LEAK_TYPE_HINTS];
};

/** Where a record stands and what is needed to judge it. */
struct zt_leak_place {
	const uint8_t *msg;
	size_t len;
	struct zt_owner owner; /**< Of the record. */
	struct zt_distinct_pool *pool;
};

/**
 * Count one record.
 *
 * @param out  its counters grow; `records` and `names` are left to the caller.
 */
void zt_leak_record(struct zt_leak *leak, const struct zt_leak_place *place,
    const struct zt_rr *rr, struct zt_transfer *out);

#endif
