#include "zonebook.h"

#include <string.h>

#include "region.h"
#include "zonebook_priv.h"

#define WAYS 8u
/* Candidates with equal hashes, latest first: one cache line. */
#define CANDIDATE_WAYS 4u
/* Of the bytes, one part in so many holds candidates. */
#define CANDIDATES_SHARE 8u
/* Silence that halves what an entry's use counts. */
#define HALVING_NS (UINT64_C(3600) * 1000000000)
/* A top-level zone has one label; everything lies under it. */
#define LABELS_MIN 2u
/* What the sketch can tell at most. */
#define FREQUENCY_MAX 15u

int
zt_zonebook_init(struct zt_zonebook *book, size_t bytes, const struct zt_hash_key *key)
{
	size_t for_candidates = bytes / CANDIDATES_SHARE;
	size_t bucket = WAYS * (sizeof(struct zt_zonebook_entry) + 2);
	/* The sketch takes two bytes an entry, and its last block. */
	size_t n_buckets = (bytes - for_candidates - 64) / bucket;
	size_t n_candidates = CANDIDATE_WAYS;

	*book = (struct zt_zonebook){ .key = *key };
	while (2 * n_candidates * sizeof(*book->candidates) <= for_candidates)
		n_candidates *= 2;
	book->n_buckets = (uint32_t)(n_buckets > 0 ? n_buckets : 1);
	book->n_candidates = (uint32_t)n_candidates;
	book->entries = zt_region_new(
	    (size_t)book->n_buckets * WAYS * sizeof(struct zt_zonebook_entry));
	book->candidates = zt_region_new(n_candidates * sizeof(*book->candidates));
	int status =
	    zt_frequency_init(&book->frequency, (size_t)book->n_buckets * WAYS);
	if (status == 0 && book->entries != NULL && book->candidates != NULL)
		return 0;
	zt_zonebook_fini(book);
	return -1;
}

void
zt_zonebook_fini(struct zt_zonebook *book)
{
	zt_region_free(book->entries,
	    (size_t)book->n_buckets * WAYS * sizeof(struct zt_zonebook_entry));
	zt_region_free(
	    book->candidates, book->n_candidates * sizeof(*book->candidates));
	zt_frequency_fini(&book->frequency);
	book->entries = NULL;
	book->candidates = NULL;
}

size_t
zt_zonebook_bytes(const struct zt_zonebook *book)
{
	size_t n = (size_t)book->n_buckets * WAYS;

	return n * sizeof(struct zt_zonebook_entry) + zt_frequency_bytes(n) +
	       book->n_candidates * sizeof(*book->candidates);
}

static struct zt_zonebook_entry *
bucket_of(const struct zt_zonebook *book, uint64_t hash)
{
	return &book->entries[((hash >> 32) * book->n_buckets >> 32) * WAYS];
}

static struct zt_zonebook_entry *
find_exact(
    const struct zt_zonebook *book, uint64_t hash, const uint8_t *zone, size_t len)
{
	struct zt_zonebook_entry *bucket = bucket_of(book, hash);

	for (unsigned i = 0; i < WAYS; i++)
		if (bucket[i].hash == hash && bucket[i].name.len == len &&
		    memcmp(bucket[i].name.wire, zone, len) == 0)
			return &bucket[i];
	return NULL;
}

/* Offsets of the labels of a name, without the root's; 0 when it is not a name. */
static unsigned
split(const uint8_t *name, size_t len, uint8_t offsets[ZT_ZONEBOOK_LABELS])
{
	unsigned n = 0;

	for (size_t at = 0; at < len && n < ZT_ZONEBOOK_LABELS; at += name[at] + 1u) {
		if (name[at] == 0)
			return at + 1 == len ? n : 0;
		offsets[n++] = (uint8_t)at;
	}
	return 0;
}

static struct zt_zonebook_entry *
find_enclosing(
    const struct zt_zonebook *book, const uint8_t *name, size_t len, size_t *off)
{
	uint8_t offsets[ZT_ZONEBOOK_LABELS];
	unsigned n = book->live > 0 ? split(name, len, offsets) : 0;

	for (unsigned i = 0; i + LABELS_MIN <= n; i++) {
		const uint8_t *zone = name + offsets[i];
		size_t zone_len = len - offsets[i];
		if (book->depths[n - i] == 0)
			continue;
		struct zt_zonebook_entry *entry = find_exact(
		    book, zt_hash(&book->key, zone, zone_len), zone, zone_len);
		if (entry == NULL)
			continue;
		*off = offsets[i];
		return entry;
	}
	return NULL;
}

const struct zt_zonebook_entry *
zt_zonebook_find(
    const struct zt_zonebook *book, const uint8_t *name, size_t len, size_t *off)
{
	size_t at = 0;
	const struct zt_zonebook_entry *entry = find_enclosing(book, name, len, &at);

	if (entry != NULL && off != NULL)
		*off = at;
	return entry;
}

static const struct zt_zonebook_memo *
memo_of(const struct zt_zonebook *book, uint64_t name_hash)
{
	return &book->memos[name_hash % ZT_ZONEBOOK_MEMOS];
}

/* Every zone that comes or goes is one more learned. */
static bool
is_valid(const struct zt_zonebook *book, const struct zt_zonebook_memo *memo,
    uint64_t name_hash)
{
	return memo->name_hash == name_hash && memo->learned == book->learned &&
	       book->live > 0;
}

/* The zone that encloses the name of an event; remembered. */
static struct zt_zonebook_entry *
look_up(struct zt_zonebook *book, const struct zt_event *event)
{
	size_t at = event->name_hash % ZT_ZONEBOOK_MEMOS, off = 0;
	struct zt_zonebook_memo *memo = &book->memos[at];

	if (!is_valid(book, memo, event->name_hash)) {
		const struct zt_zonebook_entry *entry =
		    find_enclosing(book, zt_event_name(event), event->name_len, &off);
		*memo = (struct zt_zonebook_memo){
			.name_hash = event->name_hash,
			.learned = book->learned,
			.entry = entry != NULL ? (uint32_t)(entry - book->entries)
					       : ZT_ZONEBOOK_NONE,
			.off = (uint8_t)off,
		};
	}
	return memo->entry != ZT_ZONEBOOK_NONE ? &book->entries[memo->entry] : NULL;
}

const struct zt_zonebook_entry *
zt_zonebook_find_for(
    const struct zt_zonebook *book, const struct zt_event *event, size_t *off)
{
	const struct zt_zonebook_memo *memo = memo_of(book, event->name_hash);

	if (!is_valid(book, memo, event->name_hash))
		return zt_zonebook_find(
		    book, zt_event_name(event), event->name_len, off);
	if (memo->entry == ZT_ZONEBOOK_NONE)
		return NULL;
	*off = memo->off;
	return &book->entries[memo->entry];
}

const struct zt_zonebook_entry *
zt_zonebook_by_hash(const struct zt_zonebook *book, uint64_t hash)
{
	const struct zt_zonebook_entry *bucket = bucket_of(book, hash);

	for (unsigned i = 0; i < WAYS; i++)
		if (bucket[i].name.len != 0 && bucket[i].hash == hash)
			return &bucket[i];
	return NULL;
}

static uint32_t
uses_now(const struct zt_zonebook_entry *entry, uint64_t now_ns)
{
	uint64_t hours = (now_ns - entry->seen_ns) / HALVING_NS;

	return hours < 32 ? entry->uses >> hours : 0;
}

static void
use(struct zt_zonebook_entry *entry, uint64_t now_ns)
{
	uint32_t uses = uses_now(entry, now_ns);

	entry->uses = uses < UINT32_MAX ? uses + 1 : uses;
	entry->seen_ns = now_ns;
	entry->answers++;
}

/* A free place in the bucket, or that of the zone that is used least. */
static struct zt_zonebook_entry *
place_for(struct zt_zonebook *book, uint64_t hash, uint64_t now_ns)
{
	struct zt_zonebook_entry *bucket = bucket_of(book, hash);
	struct zt_zonebook_entry *victim = &bucket[0];

	for (unsigned i = 0; i < WAYS; i++) {
		if (bucket[i].name.len == 0)
			return &bucket[i];
		if (uses_now(&bucket[i], now_ns) < uses_now(victim, now_ns))
			victim = &bucket[i];
	}
	uint32_t uses = uses_now(victim, now_ns);
	unsigned often = zt_frequency_note(&book->frequency, hash);
	if (often < (uses < FREQUENCY_MAX ? uses : FREQUENCY_MAX)) {
		book->refused++;
		return NULL;
	}
	book->depths[victim->n_labels]--;
	book->evicted++;
	book->live--;
	return victim;
}

/* What an event says of one zone. */
struct claim {
	const uint8_t *zone;
	uint64_t hash;
	size_t len;
	unsigned n_labels;
	uint8_t source; /* enum zt_zone_source */
};

static struct zt_zonebook_entry *
admit(struct zt_zonebook *book, const struct claim *claim, uint64_t now_ns)
{
	struct zt_zonebook_entry *entry = place_for(book, claim->hash, now_ns);

	if (entry == NULL)
		return NULL;
	*entry = (struct zt_zonebook_entry){
		.hash = claim->hash,
		.first_ns = now_ns,
		.seen_ns = now_ns,
		.n_labels = (uint8_t)claim->n_labels,
		.name.len = (uint8_t)claim->len,
	};
	memcpy(entry->name.wire, claim->zone, claim->len);
	book->depths[claim->n_labels]++;
	book->learned++;
	book->live++;
	return entry;
}

/* Whether another name told of this zone before. */
static bool
is_confirmed(struct zt_zonebook *book, const struct claim *claim, uint64_t name_hash)
{
	struct zt_zonebook_candidate *set =
	    &book->candidates[claim->hash & (book->n_candidates - CANDIDATE_WAYS)];
	struct zt_zonebook_candidate fresh = { claim->hash, name_hash };

	for (unsigned i = 0; i < CANDIDATE_WAYS; i++)
		if (set[i].zone == claim->hash)
			return set[i].name != name_hash;
	memmove(set + 1, set, (CANDIDATE_WAYS - 1) * sizeof(*set));
	set[0] = fresh;
	return false;
}

static bool
is_apex_type(uint16_t type)
{
	return type == ZT_RR_SOA || type == ZT_RR_NS || type == ZT_RR_DNSKEY;
}

/* What an answer proves, and where the zone starts in its name; 0: nothing. */
static uint8_t
evidence_of_answer(const struct zt_event *event, size_t *off)
{
	bool is_found = event->rcode == ZT_RCODE_NOERROR && event->n_answers > 0;

	*off = event->zone_off;
	if ((event->flags & ZT_EF_ZONE) != 0)
		return ZT_ZS_NEGATIVE;
	if ((event->flags & ZT_EF_CUT) != 0)
		return is_found ? ZT_ZS_SERVERS : ZT_ZS_DELEGATION;
	*off = 0;
	if (is_found && is_apex_type(event->qtype) && (event->flags & ZT_EF_CNAME) == 0)
		return ZT_ZS_APEX;
	return 0;
}

static uint8_t
evidence_of(const struct zt_event *event, size_t *off)
{
	if (event->kind == ZT_EVENT_TRANSFER) {
		const struct zt_transfer *transfer = zt_event_transfer(event);
		bool is_enough = transfer->verdict == ZT_VERDICT_COMPLETE ||
				 transfer->verdict == ZT_VERDICT_FULL ||
				 transfer->verdict == ZT_VERDICT_DELTA ||
				 transfer->verdict == ZT_VERDICT_UP_TO_DATE;
		*off = 0;
		return is_enough ? ZT_ZS_TRANSFER : 0;
	}
	bool is_asked = (event->flags & (ZT_EF_PAIRED | ZT_EF_STANDS_FOR_QUERY)) != 0;
	if (event->kind != ZT_EVENT_RESPONSE || !is_asked ||
	    zt_dns_opcode(event->dns_flags) != 0)
		return 0;
	return evidence_of_answer(event, off);
}

static bool
make_claim(
    const struct zt_zonebook *book, const struct zt_event *event, struct claim *claim)
{
	uint8_t offsets[ZT_ZONEBOOK_LABELS];
	size_t off = 0;

	claim->source = evidence_of(event, &off);
	if (claim->source == 0 || off >= event->name_len)
		return false;
	claim->zone = zt_event_name(event) + off;
	claim->len = event->name_len - off;
	claim->n_labels = split(claim->zone, claim->len, offsets);
	if (claim->n_labels < LABELS_MIN)
		return false;
	claim->hash = zt_hash(&book->key, claim->zone, claim->len);
	return true;
}

static bool
is_whole(const struct zt_transfer *transfer)
{
	return transfer->verdict == ZT_VERDICT_COMPLETE ||
	       transfer->verdict == ZT_VERDICT_FULL;
}

/* What the zone's own SOA record says.  One beside NS records may be another zone's. */
static void
take_soa(struct zt_zonebook_entry *entry, const struct zt_event *event, uint8_t source)
{
	const struct zt_soa *soa = zt_event_soa(event);
	bool is_own = source == ZT_ZS_NEGATIVE ||
		      (source == ZT_ZS_APEX && event->qtype == ZT_RR_SOA);

	if (source == ZT_ZS_TRANSFER) {
		const struct zt_transfer *transfer = zt_event_transfer(event);
		if (is_whole(transfer))
			entry->bytes = transfer->bytes;
		if ((transfer->flags & ZT_TF_HAVE_TO) == 0)
			return;
		entry->serial = transfer->serial_to;
		entry->has_serial = true;
	} else if (soa != NULL && is_own) {
		entry->serial = soa->serial;
		entry->refresh = soa->refresh;
		entry->has_serial = true;
		entry->has_refresh = true;
	}
}

static bool
is_judged_answer(const struct zt_event *event)
{
	return event->kind == ZT_EVENT_RESPONSE && event->qclass == ZT_CLASS_IN &&
	       (event->flags & (ZT_EF_PAIRED | ZT_EF_STANDS_FOR_QUERY)) != 0;
}

void
zt_zonebook_note(
    struct zt_zonebook *book, const struct zt_event *event, uint64_t now_ns)
{
	struct claim claim;

	if (event->qclass != ZT_CLASS_IN)
		return;
	if (!make_claim(book, event, &claim)) {
		struct zt_zonebook_entry *entry =
		    is_judged_answer(event) ? look_up(book, event) : NULL;
		if (entry != NULL)
			use(entry, now_ns);
		return;
	}
	struct zt_zonebook_entry *entry =
	    find_exact(book, claim.hash, claim.zone, claim.len);
	if (entry == NULL && (claim.source == ZT_ZS_TRANSFER ||
				 is_confirmed(book, &claim, event->name_hash)))
		entry = admit(book, &claim, now_ns);
	if (entry == NULL)
		return;
	use(entry, now_ns);
	entry->sources |= claim.source;
	take_soa(entry, event, claim.source);
	if (claim.source == ZT_ZS_TRANSFER && is_whole(zt_event_transfer(event)))
		zt__zonebook_weigh(book, event, entry->hash, now_ns);
}

void
zt_zonebook_each(const struct zt_zonebook *book, const struct zt_zones *configured,
    zt_zonebook_fn fn, void *arg)
{
	size_t n = (size_t)book->n_buckets * WAYS;

	for (size_t i = 0; i < n; i++) {
		struct zt_zonebook_entry entry = book->entries[i];
		const struct zt_zone *zone;

		if (entry.name.len == 0)
			continue;
		zone = zt_zones_find(configured, entry.name.wire, entry.name.len, NULL);
		entry.is_configured = zone != NULL && zone->name.len == entry.name.len;
		if (!fn(arg, &entry))
			return;
	}
}
