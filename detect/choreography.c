#include "choreography.h"

#include "region.h"

#define WAYS	 4u
#define NS_PER_S UINT64_C(1000000000)
/* Stands for the hash of a zone. */
#define ANY_ZONE      UINT64_C(0x616e79)
#define OPCODE_NOTIFY 4u
/* Secondaries with many zones work their way through them: so long a NOTIFY counts. */
#define NOTIFIED_NS (3600 * NS_PER_S)
/* The transfer follows the SOA answer at once, or when its turn comes. */
#define ASKED_NS (120 * NS_PER_S)

int
zt_choreography_init(
    struct zt_choreography *table, size_t bytes, const struct zt_hash_key *key)
{
	*table = (struct zt_choreography){ .key = *key, .n_entries = WAYS };
	while (2 * zt_choreography_bytes(table) <= bytes)
		table->n_entries *= 2;
	table->entries = zt_region_new(zt_choreography_bytes(table));
	return table->entries == NULL ? -1 : 0;
}

void
zt_choreography_fini(struct zt_choreography *table)
{
	zt_region_free(table->entries, zt_choreography_bytes(table));
	table->entries = NULL;
}

size_t
zt_choreography_bytes(const struct zt_choreography *table)
{
	return table->n_entries * sizeof(*table->entries);
}

static uint64_t
hash_of(const struct zt_choreography *table, const uint8_t addr[16])
{
	return zt_hash(&table->key, addr, 16);
}

static uint64_t
key_of(const struct zt_choreography *table, uint64_t zone, const uint8_t secondary[16])
{
	uint64_t key = zt_hash_mix(zone, hash_of(table, secondary));

	return key != 0 ? key : 1;
}

static struct zt_prelude_entry *
set_of(const struct zt_choreography *table, uint64_t key)
{
	return &table->entries[key & (table->n_entries - WAYS)];
}

static struct zt_prelude_entry *
find(const struct zt_choreography *table, uint64_t key)
{
	struct zt_prelude_entry *set = set_of(table, key);

	for (unsigned i = 0; i < WAYS; i++)
		if (set[i].key == key)
			return &set[i];
	return NULL;
}

static bool
is_within(uint64_t at_ns, uint64_t since_ns, uint64_t span_ns)
{
	return at_ns != 0 && (at_ns >= since_ns || since_ns - at_ns < span_ns);
}

/* How dear an entry is: 0 when it says nothing any more. */
static uint64_t
worth_of(const struct zt_prelude_entry *entry, uint64_t now_ns)
{
	if (is_within(entry->notified_ns, now_ns, NOTIFIED_NS))
		return entry->notified_ns | UINT64_C(1) << 63;
	return is_within(entry->asked_ns, now_ns, ASKED_NS) ? entry->asked_ns : 0;
}

static struct zt_prelude_entry *
find_or_make(struct zt_choreography *table, uint64_t key, uint64_t now_ns)
{
	struct zt_prelude_entry *set = set_of(table, key);
	struct zt_prelude_entry *least = find(table, key);

	if (least != NULL)
		return least;
	least = &set[0];
	for (unsigned i = 1; i < WAYS; i++)
		if (worth_of(&set[i], now_ns) < worth_of(least, now_ns))
			least = &set[i];
	table->evicted += worth_of(least, now_ns) != 0;
	*least = (struct zt_prelude_entry){ .key = key };
	return least;
}

/* Here the primary is the one who asks. */
static void
note_notify(struct zt_choreography *table, const struct zt_event *event, uint64_t zone,
    uint64_t now_ns)
{
	struct zt_prelude_entry *entry =
	    find_or_make(table, key_of(table, zone, event->server), now_ns);

	entry->zone = event->name_hash;
	entry->notified_ns = now_ns;
	entry->notified_by = (uint32_t)hash_of(table, event->client);
}

void
zt_choreography_note(
    struct zt_choreography *table, const struct zt_event *event, uint64_t now_ns)
{
	unsigned opcode = zt_dns_opcode(event->dns_flags);
	bool is_asked = event->kind == ZT_EVENT_QUERY ||
			(event->kind == ZT_EVENT_RESPONSE &&
			    (event->flags & ZT_EF_STANDS_FOR_QUERY) != 0);

	if (!is_asked || event->qtype != ZT_RR_SOA || event->qclass != ZT_CLASS_IN)
		return;
	if (opcode == OPCODE_NOTIFY) {
		note_notify(table, event, event->name_hash, now_ns);
		note_notify(table, event, ANY_ZONE, now_ns);
	} else if (opcode == 0 && (event->dns_flags & ZT_DNS_RD) == 0) {
		struct zt_prelude_entry *entry = find_or_make(
		    table, key_of(table, event->name_hash, event->client), now_ns);
		entry->asked_ns = now_ns;
		entry->asked_at = (uint32_t)hash_of(table, event->server);
	}
}

enum zt_prelude
zt_choreography_of(
    const struct zt_choreography *table, const struct zt_event *event, uint64_t now_ns)
{
	const struct zt_transfer *transfer = zt_event_transfer(event);
	const struct zt_prelude_entry *entry =
	    find(table, key_of(table, event->name_hash, event->client));
	uint32_t server = (uint32_t)hash_of(table, event->server);
	uint64_t age_ns = event->ts_ns > transfer->started_ns
			      ? event->ts_ns - transfer->started_ns
			      : 0;
	uint64_t began_ns = now_ns > age_ns ? now_ns - age_ns : 0;

	if (entry != NULL && entry->notified_by == server &&
	    is_within(entry->notified_ns, began_ns, NOTIFIED_NS))
		return ZT_PRELUDE_NOTIFY;
	if (entry != NULL && entry->asked_at == server &&
	    is_within(entry->asked_ns, began_ns, ASKED_NS))
		return ZT_PRELUDE_SOA;
	return (transfer->flags & ZT_TF_MID_STREAM) != 0 ? ZT_PRELUDE_UNKNOWN
							 : ZT_PRELUDE_COLD;
}

bool
zt_choreography_notified(const struct zt_choreography *table,
    const struct zt_event *event, uint64_t now_ns, uint64_t *zone)
{
	const struct zt_prelude_entry *entry =
	    find(table, key_of(table, ANY_ZONE, event->client));

	if (entry == NULL ||
	    entry->notified_by != (uint32_t)hash_of(table, event->server) ||
	    !is_within(entry->notified_ns, now_ns, NOTIFIED_NS))
		return false;
	*zone = entry->zone;
	return true;
}
