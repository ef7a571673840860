#include "sources.h"

#include <string.h>

#include "region.h"

/* Events of a source count half after each such time of silence. */
#define HALVING_NS (UINT64_C(60) * 1000000000)
#define EVENTS_MAX UINT32_C(0x7fffffff)
/* Worth of an incident: above all counts of events. */
#define SUSPECT (UINT64_C(1) << 40)
/* So often a newcomer must have come to push out a suspect. */
#define KNOCKS 4u

int
zt_sources_init(struct zt_sources *sources, size_t bytes, const struct zt_hash_key *key)
{
	*sources = (struct zt_sources){ .key = *key };
	/* The sketch takes two bytes per entry. */
	size_t n = bytes / (sizeof(struct zt_source) + 2) / ZT_SOURCES_WAYS;
	if (n == 0 || n > ZT_SOURCE_NONE / ZT_SOURCES_WAYS)
		return -1;
	sources->n_buckets = (uint32_t)n;
	size_t n_entries = n * ZT_SOURCES_WAYS;
	sources->entries = zt_region_new(n_entries * sizeof(struct zt_source));
	if (sources->entries == NULL ||
	    zt_frequency_init(&sources->frequency, n_entries) != 0) {
		zt_sources_fini(sources);
		return -1;
	}
	return 0;
}

void
zt_sources_fini(struct zt_sources *sources)
{
	zt_region_free(sources->entries,
	    (size_t)sources->n_buckets * ZT_SOURCES_WAYS * sizeof(struct zt_source));
	sources->entries = NULL;
	zt_frequency_fini(&sources->frequency);
}

size_t
zt_sources_fixed_bytes(const struct zt_sources *sources)
{
	return zt_frequency_bytes((size_t)sources->n_buckets * ZT_SOURCES_WAYS);
}

uint64_t
zt_sources_hash(const struct zt_sources *sources, const struct zt_source_key *key)
{
	uint64_t words[4] = { 0, 0, key->family, key->prefix_len };

	/* Who finds addresses that collide shares one bucket, whose work is bounded. */
	memcpy(words, key->addr, sizeof(key->addr));
	return zt_hash_words(&sources->key, words);
}

/* The first entry of the first or second bucket of a source: either half of its hash.
 */
static uint32_t
bucket_of(const struct zt_sources *sources, uint64_t hash, unsigned choice)
{
	uint64_t half = choice == 0 ? hash >> 32 : hash & UINT32_MAX;
	return (uint32_t)(half * sources->n_buckets >> 32) * ZT_SOURCES_WAYS;
}

/* Where a source would rather be within its bucket: then the first probe mostly hits.
 */
static uint32_t
home_of(uint64_t hash)
{
	return (uint32_t)hash & (ZT_SOURCES_WAYS - 1);
}

static bool
is_key(const struct zt_source *source, const struct zt_source_key *key)
{
	uint64_t a[2], b[2];

	memcpy(a, source->addr, sizeof(a));
	memcpy(b, key->addr, sizeof(b));
	return a[0] == b[0] && a[1] == b[1] && source->family == key->family &&
	       source->prefix_len == key->prefix_len;
}

void
zt_sources_prefetch(const struct zt_sources *sources, uint64_t hash)
{
	__builtin_prefetch(
	    &sources->entries[bucket_of(sources, hash, 0) + home_of(hash)], 1);
}

bool
zt_sources_is(
    const struct zt_sources *sources, uint32_t handle, const struct zt_source_key *key)
{
	return handle != ZT_SOURCE_NONE && is_key(&sources->entries[handle], key);
}

uint32_t
zt_sources_find(
    const struct zt_sources *sources, uint64_t hash, const struct zt_source_key *key)
{
	uint32_t home = home_of(hash);

	for (unsigned choice = 0; choice < 2; choice++) {
		uint32_t bucket = bucket_of(sources, hash, choice);
		for (uint32_t i = 0; i < ZT_SOURCES_WAYS; i++) {
			uint32_t at = bucket + ((home + i) & (ZT_SOURCES_WAYS - 1));
			if (is_key(&sources->entries[at], key))
				return at;
			/* Filled in this order and never emptied: nothing is behind a
			 * free entry. */
			if (sources->entries[at].family == 0)
				return ZT_SOURCE_NONE;
		}
	}
	return ZT_SOURCE_NONE;
}

static uint32_t
faded(const struct zt_source *source, uint64_t now_ns)
{
	uint64_t halvings = (now_ns - source->seen_ns) / HALVING_NS;
	return halvings < 32 ? source->events >> halvings : 0;
}

static bool
is_idle(const struct zt_source *source, uint64_t now_ns)
{
	return source->tracks == 0 && now_ns - source->seen_ns >= ZT_SOURCE_IDLE_NS;
}

/* What would be lost with this entry, 0 for a free or idle one: how often it came; of
 * equals the one that a rule has noted something about weighs more.  Incidents weigh
 * more than anything else. */
static uint64_t
worth(const struct zt_source *source, uint64_t now_ns)
{
	if (source->family == 0 || is_idle(source, now_ns))
		return 0;
	uint64_t suspicion = source->n_incidents > 0 ? SUSPECT : 0;
	return suspicion + UINT64_C(2) * faded(source, now_ns) + (source->tracks != 0);
}

/* Whether a newcomer that came so often lately may take the place of an entry.  A
 * suspect gives way only to one that keeps knocking, as nobody does in a flood. */
static bool
may_take(uint64_t value, unsigned events)
{
	if (value >= SUSPECT)
		return events >= KNOCKS;
	return UINT64_C(2) * events + 1 >= value;
}

/* Within one bucket the entry that a newcomer may take: a free one, an idle one, or the
 * least worth; of two that are worth the same the one that was seen earlier. */
static uint32_t
choose_in(
    const struct zt_sources *sources, uint32_t bucket, uint32_t home, uint64_t now_ns)
{
	uint32_t best = bucket + home;
	uint64_t least = UINT64_MAX;

	for (uint32_t i = 0; i < ZT_SOURCES_WAYS; i++) {
		uint32_t at = bucket + ((home + i) & (ZT_SOURCES_WAYS - 1));
		const struct zt_source *source = &sources->entries[at];
		if (source->family == 0)
			return at;
		uint64_t value = worth(source, now_ns);
		if (value < least ||
		    (value == least &&
			source->seen_ns < sources->entries[best].seen_ns)) {
			least = value;
			best = at;
		}
	}
	return best;
}

/* The better of the two buckets' offers; the first one's when it costs nothing. */
static uint32_t
choose(const struct zt_sources *sources, uint64_t hash, uint64_t now_ns)
{
	uint32_t home = home_of(hash);
	uint32_t first = choose_in(sources, bucket_of(sources, hash, 0), home, now_ns);
	uint64_t value = worth(&sources->entries[first], now_ns);

	if (value == 0)
		return first;
	uint32_t second = choose_in(sources, bucket_of(sources, hash, 1), home, now_ns);
	uint64_t other = worth(&sources->entries[second], now_ns);
	bool is_second =
	    other < value || (other == value && sources->entries[second].seen_ns <
						    sources->entries[first].seen_ns);
	return is_second ? second : first;
}

static void
forget(struct zt_sources *sources, uint32_t at, uint64_t now_ns)
{
	struct zt_source *source = &sources->entries[at];

	if (is_idle(source, now_ns))
		sources->expired++;
	else
		sources->evicted++;
	sources->live--;
	if (source->tracks != 0)
		sources->drop(sources->drop_arg, at);
}

uint32_t
zt_sources_add(struct zt_sources *sources, uint64_t hash,
    const struct zt_source_key *key, uint64_t now_ns, bool insist)
{
	uint32_t events = 1;
	uint32_t at = choose(sources, hash, now_ns);

	if (sources->entries[at].family != 0) {
		events = zt_frequency_note(&sources->frequency, hash);
		uint64_t value = worth(&sources->entries[at], now_ns);
		if (!may_take(value, events) && !insist) {
			sources->refused++;
			return ZT_SOURCE_NONE;
		}
		forget(sources, at, now_ns);
		/* In a flood the sketch says one too many of most: left in, that one
		 * would keep the next newcomer out. */
		events = events > 1 ? events - 1 : 1;
	}
	struct zt_source *source = &sources->entries[at];
	*source = (struct zt_source){
		.seen_ns = now_ns,
		.events = events,
		.family = key->family,
		.prefix_len = key->prefix_len,
	};
	memcpy(source->addr, key->addr, sizeof(source->addr));
	sources->created++;
	sources->live++;
	return at;
}

void
zt_sources_touch(struct zt_sources *sources, uint32_t handle, uint64_t now_ns)
{
	struct zt_source *source = &sources->entries[handle];

	if (now_ns - source->seen_ns >= HALVING_NS)
		source->events = faded(source, now_ns);
	source->seen_ns = now_ns;
	if (source->events < EVENTS_MAX)
		source->events++;
}
