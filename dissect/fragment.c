#include "fragment.h"

#include <stdlib.h>

/*
 * Indices instead of pointers: half the size, and NONE marks an end.
 */
#define NONE UINT16_MAX

enum {
	DATAGRAM_MAX = 65535,
	UNIT = 8,
	BLOCK = 1024,
	UNITS_PER_BLOCK = BLOCK / UNIT,
	BLOCKS_PER_DATAGRAM = (DATAGRAM_MAX + BLOCK) / BLOCK,
	BUCKETS = 2048,
	CHAIN_MAX = 16,
};

/* What fragments of one datagram have in common.  No padding: it is hashed as bytes. */
struct key {
	uint8_t src[16];
	uint8_t dst[16];
	uint64_t tunnel_key;
	uint32_t id;
	uint8_t family;
	uint8_t
	    protocol; /* 0 for IPv6: only the first fragment's counts, RFC 8200 4.5 */
	uint8_t zero[2];
};

_Static_assert(sizeof(struct key) == 48, "no padding is hashed");

struct block {
	uint64_t have[UNITS_PER_BLOCK / 64];
	uint8_t bytes[BLOCK];
};

struct entry {
	struct key key;
	uint64_t first_ns; /* capture time of the fragment that came first */
	uint32_t total;	   /* bytes of the datagram; 0: the last one has not come */
	uint32_t covered;  /* bytes that are here */
	uint32_t end;	   /* one past the highest byte that is here */
	uint16_t bucket;
	uint16_t chain; /* next entry of the same bucket, or of the free list */
	uint16_t older; /* neighbours in order of first_ns */
	uint16_t newer;
	uint8_t next; /* protocol in the first fragment */
	bool has_first;
	uint8_t verdict; /* enum zt_reject: why later fragments are refused */
	uint16_t blocks[BLOCKS_PER_DATAGRAM];
};

struct zt_fragments {
	struct zt_hash_key key;
	struct zt_dissect_stats *stats;
	struct entry *entries;
	struct block *blocks;
	uint16_t *free_blocks; /* stack */
	size_t n_entries;
	size_t n_blocks;
	size_t n_free_blocks;
	size_t n_held;
	uint16_t free_entry;
	uint16_t oldest;
	uint16_t newest;
	uint16_t buckets[BUCKETS];
	uint8_t whole[DATAGRAM_MAX + UNIT];
};

/* How many entries and blocks the budget buys: at least one datagram of any size. */
static void
divide(struct zt_fragments *f, size_t bytes)
{
	size_t fixed = sizeof(*f);
	size_t block = sizeof(struct block) + sizeof(uint16_t);

	f->n_entries = bytes / 4096;
	if (f->n_entries > ZT_FRAGMENTS_MAX)
		f->n_entries = ZT_FRAGMENTS_MAX;
	if (f->n_entries < 2)
		f->n_entries = 2;
	fixed += f->n_entries * sizeof(struct entry);
	f->n_blocks = bytes > fixed ? (bytes - fixed) / block : 0;
	if (f->n_blocks < BLOCKS_PER_DATAGRAM)
		f->n_blocks = BLOCKS_PER_DATAGRAM;
	if (f->n_blocks > NONE)
		f->n_blocks = NONE;
}

static void
link_free_lists(struct zt_fragments *f)
{
	for (size_t i = 0; i < f->n_entries; i++)
		f->entries[i].chain = (uint16_t)(i + 1 < f->n_entries ? i + 1 : NONE);
	for (size_t i = 0; i < f->n_blocks; i++)
		f->free_blocks[i] = (uint16_t)i;
	for (size_t i = 0; i < BUCKETS; i++)
		f->buckets[i] = NONE;
	f->n_free_blocks = f->n_blocks;
	f->oldest = NONE;
	f->newest = NONE;
}

struct zt_fragments *
zt_fragments_new(
    size_t bytes, const struct zt_hash_key *key, struct zt_dissect_stats *stats)
{
	struct zt_fragments *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->key = *key;
	f->stats = stats;
	divide(f, bytes);
	f->entries = calloc(f->n_entries, sizeof(*f->entries));
	f->blocks = calloc(f->n_blocks, sizeof(*f->blocks));
	f->free_blocks = calloc(f->n_blocks, sizeof(*f->free_blocks));
	if (!f->entries || !f->blocks || !f->free_blocks) {
		zt_fragments_free(&f);
		return NULL;
	}
	link_free_lists(f);
	return f;
}

void
zt_fragments_free(struct zt_fragments **fragments)
{
	struct zt_fragments *f = *fragments;

	if (!f)
		return;
	free(f->entries);
	free(f->blocks);
	free(f->free_blocks);
	free(f);
	*fragments = NULL;
}

size_t
zt_fragments_held(const struct zt_fragments *fragments)
{
	return fragments->n_held;
}

static struct key
make_key(const struct zt_path *path, const struct zt_fragment *fragment)
{
	struct key key = {
		.tunnel_key = path->tunnel_key,
		.id = fragment->id,
		.family = path->family,
		.protocol = path->family == 4 ? fragment->next : 0,
	};
	memcpy(key.src, path->src, sizeof(key.src));
	memcpy(key.dst, path->dst, sizeof(key.dst));
	return key;
}

static void
drop_blocks(struct zt_fragments *f, struct entry *e)
{
	for (size_t i = 0; i < BLOCKS_PER_DATAGRAM; i++) {
		if (e->blocks[i] == NONE)
			continue;
		f->free_blocks[f->n_free_blocks++] = e->blocks[i];
		e->blocks[i] = NONE;
	}
}

static void
unlink_age(struct zt_fragments *f, struct entry *e)
{
	if (e->older == NONE)
		f->oldest = e->newer;
	else
		f->entries[e->older].newer = e->newer;
	if (e->newer == NONE)
		f->newest = e->older;
	else
		f->entries[e->newer].older = e->older;
}

static void
release(struct zt_fragments *f, uint16_t index)
{
	struct entry *e = &f->entries[index];
	uint16_t *link = &f->buckets[e->bucket];

	drop_blocks(f, e);
	unlink_age(f, e);
	while (*link != index)
		link = &f->entries[*link].chain;
	*link = e->chain;
	e->chain = f->free_entry;
	f->free_entry = index;
	f->n_held--;
}

/* Give up a datagram; one that was refused already has been counted. */
static void
give_up(struct zt_fragments *f, uint16_t index, enum zt_reject reason)
{
	if (f->entries[index].verdict == ZT_ACCEPT)
		zt_count(&f->stats->outcomes[reason], 1);
	release(f, index);
}

void
zt_fragments_expire(struct zt_fragments *fragments, uint64_t now_ns)
{
	struct zt_fragments *f = fragments;

	while (f->oldest != NONE) {
		uint64_t first_ns = f->entries[f->oldest].first_ns;
		if (now_ns <= first_ns || now_ns - first_ns <= ZT_FRAGMENT_TIMEOUT_NS)
			break;
		give_up(f, f->oldest, ZT_R_FRAG_TIMEOUT);
	}
}

/* A new entry at the head of its bucket; the oldest makes room where there is none. */
static uint16_t
create(struct zt_fragments *f, const struct key *key, uint16_t bucket, uint64_t now_ns)
{
	uint16_t index;
	struct entry *e;

	if (f->free_entry == NONE)
		give_up(f, f->oldest, ZT_R_FRAG_EVICTED);
	index = f->free_entry;
	e = &f->entries[index];
	f->free_entry = e->chain;
	*e = (struct entry){ .key = *key, .first_ns = now_ns, .bucket = bucket };
	memset(e->blocks, 0xff, sizeof(e->blocks));
	e->chain = f->buckets[bucket];
	f->buckets[bucket] = index;
	e->older = f->newest;
	e->newer = NONE;
	if (f->newest == NONE)
		f->oldest = index;
	else
		f->entries[f->newest].newer = index;
	f->newest = index;
	f->n_held++;
	return index;
}

static uint16_t
find_or_create(struct zt_fragments *f, const struct key *key, uint64_t now_ns)
{
	uint64_t hash = zt_hash(&f->key, key, sizeof(*key));
	uint16_t bucket = (uint16_t)(hash & (BUCKETS - 1));
	uint16_t index = f->buckets[bucket];
	uint16_t last = NONE;
	int n = 0;

	for (; index != NONE; index = f->entries[index].chain) {
		if (memcmp(&f->entries[index].key, key, sizeof(*key)) == 0)
			return index;
		last = index;
		n++;
	}
	/* Somebody found colliding keys; keep the work of a look-up bounded. */
	if (n >= CHAIN_MAX)
		give_up(f, last, ZT_R_FRAG_EVICTED);
	return create(f, key, bucket, now_ns);
}

/* Refuse the datagram and, until its time is over, every fragment still to come. */
static enum zt_reject
refuse(struct zt_fragments *f, uint16_t index, enum zt_reject verdict)
{
	drop_blocks(f, &f->entries[index]);
	f->entries[index].verdict = (uint8_t)verdict;
	return verdict;
}

static bool
has_unit(const struct block *block, size_t unit)
{
	return block->have[unit / 64] >> (unit % 64) & 1u;
}

/* How many units of the fragment are there already. */
static size_t
count_present(
    const struct zt_fragments *f, const struct entry *e, size_t first, size_t n)
{
	size_t present = 0;

	for (size_t unit = first; unit < first + n; unit++) {
		uint16_t b = e->blocks[unit / UNITS_PER_BLOCK];
		if (b != NONE && has_unit(&f->blocks[b], unit % UNITS_PER_BLOCK))
			present++;
	}
	return present;
}

static bool
is_same_content(const struct zt_fragments *f, const struct entry *e,
    const struct zt_fragment *fragment)
{
	size_t done = 0;

	while (done < fragment->len) {
		size_t at = fragment->offset + done;
		size_t n = BLOCK - at % BLOCK;
		const struct block *block = &f->blocks[e->blocks[at / BLOCK]];
		if (n > fragment->len - done)
			n = fragment->len - done;
		if (memcmp(block->bytes + at % BLOCK, fragment->data + done, n) != 0)
			return false;
		done += n;
	}
	return true;
}

/* Blocks for all bytes of the fragment; other datagrams are given up for them, the
 * oldest first.  False when this datagram is the only one left. */
static bool
reserve(struct zt_fragments *f, uint16_t index, const struct zt_fragment *fragment)
{
	struct entry *e = &f->entries[index];
	size_t last = (fragment->offset + fragment->len - 1) / BLOCK;

	for (size_t i = fragment->offset / BLOCK; i <= last; i++) {
		if (e->blocks[i] != NONE)
			continue;
		while (f->n_free_blocks == 0) {
			uint16_t victim = f->oldest == index ? e->newer : f->oldest;
			if (victim == NONE)
				return false;
			give_up(f, victim, ZT_R_FRAG_EVICTED);
		}
		e->blocks[i] = f->free_blocks[--f->n_free_blocks];
		memset(f->blocks[e->blocks[i]].have, 0, sizeof(f->blocks[0].have));
	}
	return true;
}

static void
store(struct zt_fragments *f, struct entry *e, const struct zt_fragment *fragment)
{
	size_t done = 0;

	while (done < fragment->len) {
		size_t at = fragment->offset + done;
		struct block *block = &f->blocks[e->blocks[at / BLOCK]];
		size_t n = BLOCK - at % BLOCK;
		if (n > fragment->len - done)
			n = fragment->len - done;
		memcpy(block->bytes + at % BLOCK, fragment->data + done, n);
		for (size_t unit = at % BLOCK; unit < at % BLOCK + n; unit += UNIT)
			block->have[unit / UNIT / 64] |= UINT64_C(1)
							 << (unit / UNIT % 64);
		done += n;
	}
	e->covered += fragment->len;
}

/* Does the fragment fit what is known of the datagram's end and protocol? */
static bool
is_consistent(const struct entry *e, const struct zt_fragment *fragment)
{
	uint32_t end = fragment->offset + fragment->len;

	if (e->total != 0 && (fragment->more ? end > e->total : end != e->total))
		return false;
	if (!fragment->more && end < e->end)
		return false;
	return fragment->offset > 0 || !e->has_first || e->next == fragment->next;
}

static void
note(struct entry *e, const struct zt_fragment *fragment)
{
	uint32_t end = fragment->offset + fragment->len;

	if (!fragment->more)
		e->total = end;
	if (end > e->end)
		e->end = end;
	if (fragment->offset == 0) {
		e->next = fragment->next;
		e->has_first = true;
	}
}

static void
take_whole(struct zt_fragments *f, uint16_t index, struct zt_whole *whole)
{
	struct entry *e = &f->entries[index];

	for (size_t i = 0; i * BLOCK < e->total; i++) {
		size_t n = e->total - i * BLOCK;
		memcpy(f->whole + i * BLOCK, f->blocks[e->blocks[i]].bytes,
		    n < BLOCK ? n : BLOCK);
	}
	whole->data = f->whole;
	whole->len = e->total;
	whole->next = e->next;
	release(f, index);
}

static enum zt_reject
add(struct zt_fragments *f, uint16_t index, const struct zt_fragment *fragment)
{
	struct entry *e = &f->entries[index];
	size_t n_units = (fragment->len + UNIT - 1) / UNIT;
	size_t present;

	if (e->verdict != ZT_ACCEPT)
		return (enum zt_reject)e->verdict;
	if (!is_consistent(e, fragment))
		return refuse(f, index, ZT_R_FRAG_BAD);
	present = count_present(f, e, fragment->offset / UNIT, n_units);
	if (present == n_units && is_same_content(f, e, fragment))
		return ZT_R_FRAGMENT_HELD;
	if (present > 0)
		return refuse(f, index, ZT_R_FRAG_OVERLAP);
	if (!reserve(f, index, fragment)) {
		give_up(f, index, ZT_R_FRAG_EVICTED);
		return ZT_R_FRAGMENT_HELD;
	}
	note(e, fragment);
	store(f, e, fragment);
	return e->total != 0 && e->covered == e->total ? ZT_ACCEPT : ZT_R_FRAGMENT_HELD;
}

enum zt_reject
zt_fragments_add(struct zt_fragments *fragments, const struct zt_path *path,
    const struct zt_fragment *fragment, uint64_t now_ns, struct zt_whole *whole)
{
	struct key key = make_key(path, fragment);
	enum zt_reject result;
	uint16_t index;

	/* Without bytes, beyond the largest datagram, or leaving a hole that no other
	 * fragment can fill. */
	if (fragment->len == 0 || fragment->offset + fragment->len > DATAGRAM_MAX ||
	    (fragment->more && fragment->len % UNIT != 0))
		return ZT_R_FRAG_BAD;
	zt_fragments_expire(fragments, now_ns);
	index = find_or_create(fragments, &key, now_ns);
	result = add(fragments, index, fragment);
	if (result == ZT_ACCEPT)
		take_whole(fragments, index, whole);
	return result;
}
