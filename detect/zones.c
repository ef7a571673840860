#include "zones.h"

#include <stdlib.h>
#include <string.h>

/* Labels of the longest legal name, RFC 1035 section 3.1: 127 and the root. */
#define LABELS_MAX 128

struct zt_zones {
	struct zt_hash_key key;
	size_t n;
	size_t n_slots;	 /* A power of two, at least twice n. */
	size_t depth;	 /* Labels of the longest zone. */
	uint32_t *slots; /* Zone number + 1; 0: free. */
	struct zt_zone zones[];
};

/* Offsets of the labels of a name, the root's included; 0 when it is not a name. */
static size_t
split(const uint8_t *name, size_t len, uint8_t offsets[LABELS_MAX])
{
	size_t n = 0;

	for (size_t at = 0; at < len && n < LABELS_MAX; at += name[at] + 1u) {
		offsets[n++] = (uint8_t)at;
		if (name[at] == 0)
			return n;
	}
	return 0;
}

static bool
is_same(const struct zt_zone_name *a, const uint8_t *name, size_t len)
{
	return a->len == len && memcmp(a->wire, name, len) == 0;
}

/* The slot of a zone, or the free slot where it would be. */
static size_t
slot_of(const struct zt_zones *zones, const uint8_t *name, size_t len)
{
	size_t slot = zt_hash(&zones->key, name, len) & (zones->n_slots - 1);

	while (zones->slots[slot] != 0 &&
	       !is_same(&zones->zones[zones->slots[slot] - 1].name, name, len))
		slot = (slot + 1) & (zones->n_slots - 1);
	return slot;
}

static int
zone_init(struct zt_zone *zone, const struct zt_zone_policy *policy)
{
	zone->name = policy->name;
	zone->require_tsig = policy->require_tsig;
	zone->secondaries = zt_nets_new(&policy->secondaries);
	zone->tsig_keys = calloc(policy->n_tsig_keys + 1, sizeof(*zone->tsig_keys));
	if (zone->secondaries == NULL || zone->tsig_keys == NULL)
		return -1;
	zone->n_tsig_keys = policy->n_tsig_keys;
	for (size_t i = 0; i < policy->n_tsig_keys; i++)
		zone->tsig_keys[i] = policy->tsig_keys[i];
	return 0;
}

struct zt_zones *
zt_zones_new(
    const struct zt_zone_policy *policy, size_t count, const struct zt_hash_key *key)
{
	struct zt_zones *zones =
	    calloc(1, sizeof(*zones) + count * sizeof(struct zt_zone));

	if (zones == NULL)
		return NULL;
	zones->key = *key;
	zones->n = count;
	for (zones->n_slots = 2; zones->n_slots < 2 * count; zones->n_slots *= 2)
		;
	zones->slots = calloc(zones->n_slots, sizeof(*zones->slots));
	if (zones->slots == NULL)
		zt_zones_free(&zones);
	for (size_t i = 0; zones != NULL && i < count; i++) {
		uint8_t offsets[LABELS_MAX];
		const struct zt_zone_name *name = &policy[i].name;
		size_t depth = split(name->wire, name->len, offsets);

		zones->depth = depth > zones->depth ? depth : zones->depth;
		zones->slots[slot_of(zones, name->wire, name->len)] = (uint32_t)(i + 1);
		if (zone_init(&zones->zones[i], &policy[i]) != 0)
			zt_zones_free(&zones);
	}
	return zones;
}

void
zt_zones_free(struct zt_zones **zones)
{
	if (*zones == NULL)
		return;
	for (size_t i = 0; i < (*zones)->n; i++) {
		zt_nets_free(&(*zones)->zones[i].secondaries);
		free((*zones)->zones[i].tsig_keys);
	}
	free((*zones)->slots);
	free(*zones);
	*zones = NULL;
}

const struct zt_zone *
zt_zones_find(
    const struct zt_zones *zones, const uint8_t *name, size_t len, size_t *off)
{
	uint8_t offsets[LABELS_MAX];
	size_t n = zones->n > 0 ? split(name, len, offsets) : 0;

	for (size_t i = n > zones->depth ? n - zones->depth : 0; i < n; i++) {
		size_t slot = slot_of(zones, name + offsets[i], len - offsets[i]);
		if (zones->slots[slot] == 0)
			continue;
		if (off != NULL)
			*off = offsets[i];
		return &zones->zones[zones->slots[slot] - 1];
	}
	return NULL;
}

bool
zt_zones_list_secondary(
    const struct zt_zones *zones, uint8_t family, const uint8_t addr[16])
{
	for (size_t i = 0; i < zones->n; i++)
		if (zt_nets_find(zones->zones[i].secondaries, family, addr) >= 0)
			return true;
	return false;
}

bool
zt_zones_has_key(const struct zt_zone *zone, const uint8_t *key, size_t len)
{
	for (size_t i = 0; i < zone->n_tsig_keys; i++) {
		if (is_same(&zone->tsig_keys[i], key, len))
			return true;
	}
	return false;
}

size_t
zt_zones_count(const struct zt_zones *zones)
{
	return zones->n;
}

const struct zt_zone *
zt_zones_at(const struct zt_zones *zones, size_t number)
{
	return &zones->zones[number];
}
