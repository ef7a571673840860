#include "roster.h"

#include <string.h>

#include "region.h"
#include "roster_priv.h"

/* The index holds two numbers for each secondary and is at most half full. */
#define SLOTS_EACH 4u

int
zt_roster_init(struct zt_roster *roster, size_t bytes, uint64_t period_ns,
    const struct zt_hash_key *key)
{
	size_t each = sizeof(struct zt_secondary) + 2 * SLOTS_EACH * sizeof(uint32_t);

	*roster = (struct zt_roster){ .key = *key, .period_ns = period_ns };
	roster->cap = (uint32_t)(bytes / each > 0 ? bytes / each : 1);
	for (roster->n_slots = 1; roster->n_slots < SLOTS_EACH * roster->cap;
	     roster->n_slots *= 2)
		;
	roster->secondaries = zt_region_new(roster->cap * sizeof(struct zt_secondary));
	roster->index = zt_region_new(roster->n_slots * sizeof(uint32_t));
	if (roster->secondaries != NULL && roster->index != NULL)
		return 0;
	zt_roster_fini(roster);
	return -1;
}

void
zt_roster_fini(struct zt_roster *roster)
{
	zt_region_free(roster->secondaries, roster->cap * sizeof(struct zt_secondary));
	zt_region_free(roster->index, roster->n_slots * sizeof(uint32_t));
	roster->secondaries = NULL;
	roster->index = NULL;
}

size_t
zt_roster_bytes(const struct zt_roster *roster)
{
	return roster->cap * sizeof(struct zt_secondary) +
	       roster->n_slots * sizeof(uint32_t);
}

bool
zt_roster_is_learning(const struct zt_roster *roster, uint64_t ts_ns)
{
	return roster->period_ns != 0 &&
	       (ts_ns < roster->since_ns ||
		   ts_ns - roster->since_ns < roster->period_ns);
}

bool
zt_roster_has_learned(const struct zt_roster *roster, uint64_t ts_ns)
{
	return roster->period_ns != 0 && roster->since_ns != 0 &&
	       ts_ns >= roster->since_ns &&
	       ts_ns - roster->since_ns >= roster->period_ns;
}

/* Whom an entry of the index is for; without an address: anybody of the zone. */
struct whom {
	const uint8_t *zone;
	const uint8_t *addr; /* or NULL */
	uint8_t zone_len;
	uint8_t family;
};

static bool
is_whom(const struct zt_secondary *secondary, const struct whom *whom)
{
	return secondary->zone.len == whom->zone_len &&
	       memcmp(secondary->zone.wire, whom->zone, whom->zone_len) == 0 &&
	       (whom->addr == NULL ||
		   (secondary->family == whom->family &&
		       memcmp(secondary->addr, whom->addr, 16) == 0));
}

/* The slot that leads to such a one, or the free slot where it would be. */
static uint32_t *
slot_of(const struct zt_roster *roster, const struct whom *whom)
{
	uint64_t hash = zt_hash(&roster->key, whom->zone, whom->zone_len);
	uint32_t mask = roster->n_slots - 1;

	if (whom->addr != NULL)
		hash = zt_hash_mix(hash, zt_hash(&roster->key, whom->addr, 16));
	uint32_t at = (uint32_t)hash & mask;
	while (roster->index[at] != 0 &&
	       !is_whom(&roster->secondaries[roster->index[at] - 1], whom))
		at = (at + 1) & mask;
	return &roster->index[at];
}

struct zt_secondary *
zt_roster_find(const struct zt_roster *roster, const struct zt_event *event)
{
	struct whom whom = { zt_event_name(event), event->client, event->name_len,
		event->family };
	uint32_t number = *slot_of(roster, &whom);

	return number != 0 ? &roster->secondaries[number - 1] : NULL;
}

bool
zt_roster_has_zone(const struct zt_roster *roster, const struct zt_event *event)
{
	struct whom whom = { zt_event_name(event), NULL, event->name_len, 0 };

	return *slot_of(roster, &whom) != 0;
}

struct zt_secondary *
zt_roster_append(struct zt_roster *roster, const struct zt_secondary *secondary)
{
	if (roster->n == roster->cap) {
		roster->refused++;
		return NULL;
	}
	struct zt_secondary *fresh = &roster->secondaries[roster->n++];
	*fresh = *secondary;
	struct whom whom = { fresh->zone.wire, fresh->addr, fresh->zone.len,
		fresh->family };
	*slot_of(roster, &whom) = roster->n;
	whom.addr = NULL;
	uint32_t *any = slot_of(roster, &whom);
	if (*any == 0)
		*any = roster->n;
	return fresh;
}

struct zt_secondary *
zt_roster_add(struct zt_roster *roster, const struct zt_event *event)
{
	struct zt_secondary secondary = { .first_ns = event->ts_ns,
		.family = event->family };

	memcpy(secondary.addr, event->client, sizeof(secondary.addr));
	secondary.zone.len = event->name_len;
	memcpy(secondary.zone.wire, zt_event_name(event), event->name_len);
	return zt_roster_append(roster, &secondary);
}

static void
note_gap(struct zt_secondary *secondary, uint64_t gap_ns)
{
	if (secondary->n_gaps == 0 || gap_ns < secondary->shortest_ns)
		secondary->shortest_ns = gap_ns;
	if (gap_ns > secondary->longest_ns)
		secondary->longest_ns = gap_ns;
	secondary->n_gaps++;
}

void
zt_secondary_note(
    struct zt_secondary *secondary, const struct zt_event *event, bool is_announced)
{
	const struct zt_transfer *transfer = zt_event_transfer(event);
	uint64_t ts_ns = event->ts_ns;

	if (secondary->last_ns != 0 && ts_ns > secondary->last_ns && !is_announced)
		note_gap(secondary, ts_ns - secondary->last_ns);
	if (ts_ns > secondary->last_ns)
		secondary->last_ns = ts_ns;
	if (transfer->kind == ZT_TRANSFER_AXFR)
		secondary->n_axfr++;
	else
		secondary->n_ixfr++;
	if (!zt_secondary_signed(transfer)) {
		secondary->n_unsigned++;
		return;
	}
	secondary->n_signed++;
	secondary->key.len = transfer->tsig.key_len;
	memcpy(secondary->key.wire, transfer->tsig.key, transfer->tsig.key_len);
}
