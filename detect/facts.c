#include "facts.h"

#include <string.h>

#include "nest.h"

#define TALLY_MAX 32u
/* Room is made for so many at first: a type, and the rcode that came back. */
#define TALLY_FIRST 2u

struct tally {
	uint64_t seen_ns;
	uint32_t count;
	uint16_t code;
	uint16_t kind;
};

static struct tally *
find(struct tally *entries, unsigned n, enum zt_fact_kind kind, uint16_t code)
{
	for (unsigned i = 0; i < n; i++) {
		if (entries[i].code == code && entries[i].kind == (uint16_t)kind)
			return &entries[i];
	}
	return NULL;
}

void
zt_facts_tally(struct zt_tracks *tracks, uint32_t handle, enum zt_fact_kind kind,
    uint16_t code, uint64_t now_ns)
{
	struct zt_track *track = zt_tracks_at(tracks, handle);
	struct zt_blob *blob = &track->tally;
	struct tally *entries =
	    blob->n > 0 ? zt_nest_at(tracks, handle, blob->block) : NULL;
	struct tally *entry =
	    entries != NULL ? find(entries, blob->n, kind, code) : NULL;

	if (entry == NULL) {
		unsigned n = blob->n + 1u > TALLY_FIRST ? blob->n + 1u : TALLY_FIRST;
		if (blob->n >= TALLY_MAX)
			return;
		entries =
		    zt_nest_reserve(tracks, handle, blob, n * sizeof(struct tally));
		if (entries == NULL)
			return;
		entry = &entries[blob->n];
		*entry = (struct tally){ .code = code, .kind = (uint16_t)kind };
		entry->seen_ns = now_ns;
		blob->n++;
		blob->len = (uint16_t)(blob->n * sizeof(struct tally));
	}
	bool is_stale = now_ns - entry->seen_ns >= tracks->horizon_ns[track->rule];
	if (is_stale && track->incident == 0)
		entry->count = 0;
	entry->seen_ns = now_ns;
	if (entry->count < UINT32_MAX)
		entry->count++;
}

void
zt_facts_sample(
    struct zt_tracks *tracks, uint32_t handle, const uint8_t *name, uint8_t len)
{
	struct zt_track *track = zt_tracks_at(tracks, handle);
	struct zt_blob *blob = &track->samples;

	if (blob->n >= ZT_ALERT_SAMPLES_MAX) {
		if (track->incident != 0)
			return;
		uint8_t *names = zt_nest_at(tracks, handle, blob->block);
		size_t rest = blob->len - (names[0] + 1u);
		memmove(names, names + names[0] + 1, rest);
		blob->len = (uint16_t)rest;
		blob->n--;
	}
	uint8_t *names = zt_nest_reserve(tracks, handle, blob, blob->len + 1u + len);
	if (names == NULL)
		return;
	names[blob->len] = len;
	memcpy(names + blob->len + 1, name, len);
	blob->len = (uint16_t)(blob->len + 1u + len);
	blob->n++;
}

static void
put_count(
    struct zt_alert_count *counts, uint8_t *n, uint8_t max, const struct tally *from)
{
	uint8_t at = *n;

	if (at >= max)
		return;
	/* In the order of their codes, so that equal facts read equal. */
	while (at > 0 && counts[at - 1].code > from->code) {
		counts[at] = counts[at - 1];
		at--;
	}
	counts[at] =
	    (struct zt_alert_count){ .count = from->count, .code = from->code };
	++*n;
}

void
zt_facts_fill(const struct zt_tracks *tracks, uint32_t handle, uint64_t since_ns,
    struct zt_alert_window *window)
{
	const struct zt_track *track = zt_tracks_at(tracks, handle);
	const struct tally *entries =
	    track->tally.n > 0 ? zt_nest_at(tracks, handle, track->tally.block) : NULL;
	const uint8_t *name = track->samples.n > 0
				  ? zt_nest_at(tracks, handle, track->samples.block)
				  : NULL;

	for (unsigned i = 0; i < track->tally.n; i++) {
		if (entries[i].seen_ns < since_ns)
			continue;
		if (entries[i].kind == ZT_FACT_TYPE)
			put_count(window->types, &window->n_types, ZT_ALERT_TYPES_MAX,
			    &entries[i]);
		else
			put_count(window->rcodes, &window->n_rcodes,
			    ZT_ALERT_RCODES_MAX, &entries[i]);
	}
	for (unsigned i = 0; i < track->samples.n; i++) {
		struct zt_alert_name *sample = &window->samples[i];
		sample->len = name[0];
		memcpy(sample->wire, name + 1, name[0]);
		name += name[0] + 1u;
		window->n_samples++;
	}
}
