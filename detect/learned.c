#include "learned.h"

#include <string.h>

#include "nest.h"
#include "sketch.h"

/* zt_blob.n of a set that has become a sketch. */
#define IS_SKETCH UINT16_MAX
/* Lengths of intervals are added up without their low bits. */
#define LENGTH_SHIFT 16u
#define RING_LENGTH  281474976710656.0 /* 2^64 without the low bits */
/* A track's memo: how many intervals were measured, and below this bit the sum of their
 * lengths. */
#define MEMO_SHIFT 48u
#define MEMO_MASK  ((UINT64_C(1) << MEMO_SHIFT) - 1)
#define MEMO_MAX   UINT16_MAX
#define PPM	   1000000u

enum set {
	SET_FOUND,
	SET_ABSENT,
	SET_ADDRESSES,
	SET_PRIVATE,
	SET_MAIL,
	SET_INTERVALS,
	N_SETS
};

struct learned {
	struct zt_blob sets[N_SETS];
	uint64_t providers;
	uint64_t covered;    /* lengths of the measured intervals */
	uint32_t measured;   /* intervals whose length is in covered */
	uint32_t mail_hosts; /* records of distinct answers for MX */
	uint16_t chain;	     /* NSEC or NSEC3; 0: none was seen */
	uint8_t n_addresses;
	bool at_least;
	struct zt_alert_address addresses[ZT_ALERT_ADDRESSES_MAX];
};

_Static_assert(sizeof(struct learned) <= 256, "four units of the arena");

static struct learned *
learned_at(const struct zt_learner *learner)
{
	if (*learner->learned == 0) {
		uint32_t block = zt_tracks_alloc(
		    learner->tracks, learner->track, sizeof(struct learned));
		if (block == 0)
			return NULL;
		*learner->learned = block;
		memset(zt_arena_at(learner->tracks->arena, block), 0,
		    sizeof(struct learned));
	}
	return zt_arena_at(learner->tracks->arena, *learner->learned);
}

/* Where key is among n sorted keys, or where it would have to be. */
static unsigned
place_of(const uint64_t *keys, unsigned n, uint64_t key)
{
	unsigned low = 0;
	unsigned high = n;

	while (low < high) {
		unsigned middle = (low + high) / 2;
		if (keys[middle] < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
become_sketch(const struct zt_learner *learner, struct zt_blob *set)
{
	struct zt_arena *arena = learner->tracks->arena;
	uint32_t block =
	    zt_tracks_alloc(learner->tracks, learner->track, sizeof(struct zt_sketch));

	if (block == 0)
		return false;
	struct zt_sketch *sketch = zt_arena_at(arena, block);
	const uint64_t *keys = zt_arena_at(arena, set->block);
	memset(sketch, 0, sizeof(*sketch));
	for (unsigned i = 0; i < set->n; i++)
		zt_sketch_add(sketch, keys[i]);
	zt_arena_free(arena, set->block);
	*set = (struct zt_blob){ .block = block, .n = IS_SKETCH };
	return true;
}

/* @return whether the key is known to be new. */
static bool
add(const struct zt_learner *learner, enum set which, uint64_t key)
{
	struct learned *learned = learned_at(learner);
	struct zt_arena *arena = learner->tracks->arena;

	if (learned == NULL)
		return false;
	struct zt_blob *set = &learned->sets[which];
	if (set->n != IS_SKETCH) {
		const uint64_t *held =
		    set->n > 0 ? zt_arena_at(arena, set->block) : NULL;
		unsigned at = place_of(held, set->n, key);
		if (at < set->n && held[at] == key)
			return false;
		size_t bytes = (set->n + 1u) * sizeof(uint64_t);
		uint64_t *keys = NULL;
		if (set->n < ZT_LEARNED_EXACT)
			keys = zt_tracks_reserve(
			    learner->tracks, learner->track, set, bytes);
		if (keys != NULL) {
			memmove(
			    keys + at + 1, keys + at, (set->n - at) * sizeof(*keys));
			keys[at] = key;
			set->n++;
			set->len = (uint16_t)bytes;
			return true;
		}
		if (set->n < ZT_LEARNED_EXACT || !become_sketch(learner, set)) {
			learned->at_least = true;
			return false;
		}
	}
	zt_sketch_add(zt_arena_at(arena, set->block), key);
	return false;
}

/* RFC 1918 and RFC 4193. */
static bool
is_private(const struct zt_answer_addr *addr)
{
	const uint8_t *a = addr->addr;

	if (addr->family == 6)
		return (a[0] & 0xfeu) == 0xfcu;
	return a[0] == 10 || (a[0] == 172 && (a[1] & 0xf0u) == 16) ||
	       (a[0] == 192 && a[1] == 168);
}

static void
note_addresses(const struct zt_learner *learner, const struct zt_event *event)
{
	const struct zt_answer_addr *addrs = zt_event_addrs(event);
	const struct zt_hash_key *hash_key = &learner->tracks->sources->key;

	for (unsigned i = 0; i < event->n_addrs; i++) {
		uint64_t key = zt_hash(hash_key, &addrs[i], sizeof(addrs[i]));
		bool is_new = add(learner, SET_ADDRESSES, key);
		if (is_private(&addrs[i]))
			(void)add(learner, SET_PRIVATE, key);
		struct learned *learned = learned_at(learner);
		if (!is_new || learned->n_addresses >= ZT_ALERT_ADDRESSES_MAX)
			continue;
		struct zt_alert_address *sample =
		    &learned->addresses[learned->n_addresses++];
		sample->family = addrs[i].family;
		memcpy(sample->addr, addrs[i].addr, sizeof(sample->addr));
	}
}

static void
note_data(const struct zt_learner *learner, const struct zt_event *event)
{
	(void)add(learner, SET_FOUND, event->name_hash);
	note_addresses(learner, event);
	struct learned *learned = learned_at(learner);
	if (learned == NULL)
		return;
	learned->providers |= event->providers;
	if (event->qtype != ZT_RR_MX)
		return;
	if (add(learner, SET_MAIL, zt_hash_mix(event->name_hash, event->answer_hash)))
		learned->mail_hosts += event->n_answers;
	else
		learned->at_least |= learned->sets[SET_MAIL].n == IS_SKETCH;
}

/* The key by which rule nsec-walk knows a link of the chain. */
static uint64_t
key_of_link(const struct zt_nsec *nsec)
{
	return nsec->type == ZT_RR_NSEC3 ? nsec->owner : nsec->next;
}

/* The only record of a zone covers all of the ring. */
static uint64_t
length_of(const struct zt_nsec *nsec)
{
	uint64_t length = nsec->next - nsec->owner;

	return (length != 0 ? length : UINT64_MAX) >> LENGTH_SHIFT;
}

uint64_t
zt_learned_measure(uint64_t memo, const struct zt_nsec *nsec)
{
	uint64_t n = memo >> MEMO_SHIFT;
	uint64_t covered = (memo & MEMO_MASK) + length_of(nsec);

	/* Only their mean matters. */
	if (++n > MEMO_MAX || covered > MEMO_MASK) {
		n = (n + 1) / 2;
		covered /= 2;
	}
	return n << MEMO_SHIFT | covered;
}

static void
note_chain(const struct zt_learner *learner, const struct zt_event *event)
{
	const struct zt_nsec *nsec = zt_event_nsec(event);

	for (unsigned i = 0; i < event->n_nsec; i++) {
		bool is_new = add(learner, SET_INTERVALS, key_of_link(&nsec[i]));
		struct learned *learned = learned_at(learner);
		if (learned == NULL)
			return;
		learned->chain = nsec[i].type;
		if (!is_new)
			continue;
		learned->covered += length_of(&nsec[i]);
		learned->measured++;
	}
}

static bool
has_data(const struct zt_event *event)
{
	return event->rcode == ZT_RCODE_NOERROR && event->n_answers > 0 &&
	       event->answer_hash != 0;
}

void
zt_learned_note(const struct zt_learner *learner, const struct zt_event *event)
{
	const struct zt_track *track = zt_tracks_at(learner->tracks, learner->track);

	if (event->kind != ZT_EVENT_RESPONSE)
		return;
	if (has_data(event))
		note_data(learner, event);
	else if (event->rcode == ZT_RCODE_NXDOMAIN)
		(void)add(learner, SET_ABSENT, event->name_hash);
	if (track->rule == ZT_RULE_nsec_walk && event->n_nsec > 0)
		note_chain(learner, event);
}

struct seeding {
	const struct zt_learner *learner;
	enum set set;
};

static bool
seed_one(void *arg, uint64_t key, uint64_t seen_ns)
{
	const struct seeding *seeding = arg;

	(void)seen_ns;
	(void)add(seeding->learner, seeding->set, key);
	return true;
}

static void
seed(const struct zt_learner *learner, enum zt_track_window which, enum set set,
    uint64_t since_ns)
{
	const struct zt_track *track = zt_tracks_at(learner->tracks, learner->track);
	const struct zt_window *window = &track->windows[which];
	struct seeding seeding = { learner, set };

	if (window->block == 0)
		return;
	zt_recent_each(window,
	    zt_nest_at(learner->tracks, learner->track, window->block), since_ns,
	    seed_one, &seeding);
}

static void
seed_chain(const struct zt_learner *learner, uint64_t since_ns)
{
	uint64_t memo = zt_tracks_at(learner->tracks, learner->track)->memo;

	seed(learner, ZT_TW_OWN, SET_INTERVALS, since_ns);
	if (memo == 0 || *learner->learned == 0)
		return;
	struct learned *learned = learned_at(learner);
	learned->covered = memo & MEMO_MASK;
	learned->measured = (uint32_t)(memo >> MEMO_SHIFT);
}

/* Rules that count misses hold names which all had the outcome of the event at hand: a
 * wildcard's answers all have data, others do not exist.  Scope 0 of slow-enumeration is
 * about types, whose answers are not known. */
void
zt_learned_begin(
    const struct zt_learner *learner, const struct zt_event *event, uint64_t since_ns)
{
	const struct zt_track *track = zt_tracks_at(learner->tracks, learner->track);

	bool holds_misses =
	    track->rule == ZT_RULE_name_bruteforce ||
	    (track->rule == ZT_RULE_slow_enumeration && track->scope != 0);

	if (holds_misses && event->kind == ZT_EVENT_RESPONSE)
		seed(learner, ZT_TW_NAMES, has_data(event) ? SET_FOUND : SET_ABSENT,
		    since_ns);
	if (track->rule == ZT_RULE_nsec_walk)
		seed_chain(learner, since_ns);
	zt_learned_note(learner, event);
}

static uint64_t
count(const struct zt_arena *arena, const struct zt_blob *set)
{
	if (set->n != IS_SKETCH)
		return set->n;
	return zt_sketch_count(zt_arena_at(arena, set->block));
}

static uint32_t
share_of(const struct learned *learned, uint64_t intervals)
{
	double mean = (double)learned->covered / learned->measured;
	double share = (double)intervals * mean / RING_LENGTH;

	return share < 1.0 ? (uint32_t)(share * PPM + 0.5) : PPM;
}

void
zt_learned_fill(
    const struct zt_arena *arena, uint32_t handle, struct zt_alert_learned *out)
{
	if (handle == 0)
		return;
	const struct learned *learned = zt_arena_at(arena, handle);
	out->present = true;
	out->names_found = count(arena, &learned->sets[SET_FOUND]);
	out->names_absent = count(arena, &learned->sets[SET_ABSENT]);
	out->addresses = count(arena, &learned->sets[SET_ADDRESSES]);
	out->private_addresses = count(arena, &learned->sets[SET_PRIVATE]);
	out->intervals = count(arena, &learned->sets[SET_INTERVALS]);
	out->mail_hosts = learned->mail_hosts;
	out->providers = learned->providers;
	out->at_least = learned->at_least;
	for (unsigned i = 0; i < N_SETS; i++)
		if (learned->sets[i].n == IS_SKETCH)
			out->error_ppm = ZT_SKETCH_ERROR_PPM;
	out->have_share = learned->chain == ZT_RR_NSEC3 && learned->measured > 0;
	if (out->have_share)
		out->share_ppm = share_of(learned, out->intervals);
	out->n_samples = learned->n_addresses;
	memcpy(out->samples, learned->addresses, sizeof(out->samples));
}

void
zt_learned_free(struct zt_arena *arena, uint32_t handle)
{
	if (handle == 0)
		return;
	const struct learned *learned = zt_arena_at(arena, handle);
	for (unsigned i = 0; i < N_SETS; i++)
		zt_arena_free(arena, learned->sets[i].block);
	zt_arena_free(arena, handle);
}
