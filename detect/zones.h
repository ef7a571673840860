/**
 * @file zones.h
 * The zones that are ours, found by the name that is asked for.
 *
 * Shape:     a hash table of the configured zones; a name is looked up by its suffixes
 *            from the longest, so that the closest enclosing zone is found.  The root
 *            stands for every zone.
 * Work:      one look-up per label of the name, at most 128, and no more than the
 *            longest configured zone has labels.
 * Memory:    allocated by zt_zones_new(); the owner's list, not part of the budget.
 * Threads:   one.
 */
#ifndef ZT_DETECT_ZONES_H
#define ZT_DETECT_ZONES_H

#include "nets.h"
#include "params.h"

struct zt_zone {
	struct zt_zone_name name;
	struct zt_nets *secondaries;
	struct zt_zone_name *tsig_keys;
	size_t n_tsig_keys;
	bool require_tsig;
};

struct zt_zones;

/** @return NULL when memory is short.  policy is borrowed for the call. */
struct zt_zones *zt_zones_new(
    const struct zt_zone_policy *policy, size_t count, const struct zt_hash_key *key);

/** Accepts NULL and half-built objects; sets the pointer to NULL. */
void zt_zones_free(struct zt_zones **zones);

/**
 * The zone that encloses a name most closely.
 *
 * @param name  len bytes of folded wire form; any bytes are accepted.
 * @param off   out, may be NULL: where the zone starts inside name.
 * @return NULL when no configured zone encloses it; borrowed from zones.
 */
const struct zt_zone *zt_zones_find(
    const struct zt_zones *zones, const uint8_t *name, size_t len, size_t *off);

/** How many zones are configured. */
size_t zt_zones_count(const struct zt_zones *zones);

/** A configured zone; number is below the count.  Borrowed from zones. */
const struct zt_zone *zt_zones_at(const struct zt_zones *zones, size_t number);

/** Whether an address is a secondary of any zone.  Work: one look-up for each zone. */
bool zt_zones_list_secondary(
    const struct zt_zones *zones, uint8_t family, const uint8_t addr[16]);

/** Whether a key is one of the zone's keys. */
bool zt_zones_has_key(const struct zt_zone *zone, const uint8_t *key, size_t len);

#endif
