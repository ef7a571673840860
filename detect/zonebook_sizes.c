/*
 * How much servers sent when they sent all of a zone: found again by server and size.
 */
#include "zonebook.h"
#include "zonebook_priv.h"

/* Sizes of zones in one set. */
#define WEIGHT_WAYS 4u
/* A size is about another when it is not further away than this part of it. */
#define ABOUT_PART 8u

/* Four steps for each power of two. */
static unsigned
magnitude_of(uint64_t bytes)
{
	unsigned power = 2;

	while (power < 63 && bytes >> power > 1)
		power++;
	return 4 * power + (unsigned)(bytes >> (power - 2) & 3);
}

static uint64_t
weight_key(
    const struct zt_zonebook *book, const struct zt_event *event, unsigned magnitude)
{
	uint64_t key =
	    zt_hash_mix(zt_hash(&book->key, event->server, 16), magnitude + 1);

	return key != 0 ? key : 1;
}

static uint32_t
weight_set(uint64_t key)
{
	return (uint32_t)key & (ZT_ZONEBOOK_WEIGHTS - WEIGHT_WAYS);
}

void
zt__zonebook_weigh(struct zt_zonebook *book, const struct zt_event *event,
    uint64_t zone, uint64_t now_ns)
{
	uint64_t bytes = zt_event_transfer(event)->bytes;
	uint64_t key = weight_key(book, event, magnitude_of(bytes));
	struct zt_zonebook_weight *set = &book->weights[weight_set(key)];
	struct zt_zonebook_weight *place = &set[0];
	bool is_known = false;

	for (unsigned i = 0; i < WEIGHT_WAYS && !is_known; i++) {
		is_known = set[i].key == key && set[i].zone == zone;
		if (is_known || set[i].seen_ns < place->seen_ns)
			place = &set[i];
	}
	book->weights_evicted += !is_known && place->key != 0;
	*place = (struct zt_zonebook_weight){ key, zone, bytes, now_ns };
}

static uint64_t
distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

const struct zt_zonebook_entry *
zt_zonebook_by_size(
    const struct zt_zonebook *book, const struct zt_event *event, uint64_t bytes)
{
	const struct zt_zonebook_entry *found = NULL;
	uint64_t closest = UINT64_MAX;
	/* Sizes of which these bytes are an eighth more, and an eighth less. */
	unsigned least = magnitude_of(bytes - bytes / (ABOUT_PART + 1));
	unsigned most = magnitude_of(bytes + bytes / (ABOUT_PART - 1) + 1);

	for (unsigned m = least; m <= most; m++) {
		uint64_t key = weight_key(book, event, m);
		const struct zt_zonebook_weight *set = &book->weights[weight_set(key)];
		for (unsigned i = 0; i < WEIGHT_WAYS; i++) {
			uint64_t off = distance(set[i].bytes, bytes);
			if (set[i].key != key || off > set[i].bytes / ABOUT_PART ||
			    off >= closest)
				continue;
			const struct zt_zonebook_entry *zone =
			    zt_zonebook_by_hash(book, set[i].zone);
			if (zone == NULL)
				continue;
			found = zone;
			closest = off;
		}
	}
	return found;
}
