#include "judge.h"

#include <string.h>

#include "facts.h"
#include "learned.h"
#include "nest.h"

/* With an open incident, names are counted exactly up to here, then by a sketch. */
#define NAMES_EXACT 256u
/* Anything that needs room asks for twice what it has. */
#define GROWTH 2u

uint64_t
zt_judge_hash(const struct zt_judge *judge, const uint8_t *wire, size_t len)
{
	return zt_hash(judge->key, wire, len);
}

uint64_t
zt_judge_server(const struct zt_judge *judge)
{
	return zt_judge_hash(judge, judge->event->server, sizeof(judge->event->server));
}

bool
zt_judge_zone_off(const struct zt_judge *judge, size_t *off)
{
	const struct zt_event *event = judge->event;
	const struct zt_zone *zone =
	    zt_zones_find(judge->zones, zt_event_name(event), event->name_len, off);

	/* The root, where it is configured, stands for all zones and tells nothing. */
	if (zone != NULL && zone->name.len > 1)
		return true;
	bool has_servers = (event->flags & ZT_EF_CUT) != 0 && event->n_answers > 0;
	if ((event->flags & ZT_EF_ZONE) == 0 && !has_servers)
		return zt_zonebook_find_for(judge->zonebook, event, off) != NULL;
	*off = event->zone_off;
	return true;
}

bool
zt_judge_has_type(const struct zt_judge *judge, uint16_t type)
{
	const struct zt_rule_params *params = judge->params;

	if (type < ZT_JUDGE_TYPES_MAX)
		return (judge->rule->types[type / 64] >> type % 64 & 1u) != 0;
	for (size_t i = 0; i < params->n_record_types; i++) {
		if (params->record_types[i] == type)
			return true;
	}
	return false;
}

uint32_t
zt_judge_threshold(const struct zt_judge *judge, uint32_t threshold)
{
	if ((judge->policy & (ZT_SP_RESOLVER | ZT_SP_ITERATIVE)) == 0)
		return threshold;
	uint64_t raised = (uint64_t)threshold * judge->resolver_factor;
	return raised < UINT32_MAX ? (uint32_t)raised : UINT32_MAX;
}

const struct zt_zone *
zt_judge_zone(const struct zt_judge *judge)
{
	const struct zt_event *event = judge->event;

	return zt_zones_find(judge->zones, zt_event_name(event), event->name_len, NULL);
}

bool
zt_judge_is_secondary(const struct zt_judge *judge, const struct zt_zone *zone)
{
	const struct zt_event *event = judge->event;

	return zone != NULL &&
	       zt_nets_find(zone->secondaries, event->family, event->client) >= 0;
}

struct zt_source *
zt_judge_source(const struct zt_judge *judge)
{
	return zt_sources_at(judge->tracks->sources, judge->source);
}

struct zt_track *
zt_judge_at(const struct zt_judge *judge, uint32_t handle)
{
	return zt_tracks_at(judge->tracks, handle);
}

static void
note_evidence(struct zt_judge *judge, uint32_t handle)
{
	const struct zt_event *event = judge->event;
	struct zt_track *track = zt_tracks_at(judge->tracks, handle);
	unsigned evidence = event->transport == 6 ? ZT_EV_TCP : ZT_EV_UDP;

	if (event->kind == ZT_EVENT_QUERY && (event->dns_flags & ZT_DNS_RD) != 0)
		evidence |= ZT_EV_RECURSION;
	if (event->kind == ZT_EVENT_RESPONSE)
		evidence |= ZT_EV_ANSWERED;
	if ((event->flags & ZT_EF_STANDS_FOR_QUERY) != 0)
		evidence |= ZT_EV_ONE_SIDED;
	track->evidence |= (uint8_t)evidence;
}

static uint32_t
find_or_add(struct zt_judge *judge, const struct zt_track_key *key)
{
	bool insists = zt_rules_get(judge->rule_id)->insists;
	uint32_t handle = zt_tracks_find(judge->tracks, key);

	if (handle != 0)
		zt_tracks_touch(judge->tracks, handle, judge->now_ns);
	else
		handle = zt_tracks_add(judge->tracks, key, judge->now_ns, insists);
	if (handle != 0)
		note_evidence(judge, handle);
	return handle;
}

uint32_t
zt_judge_track(struct zt_judge *judge, uint64_t scope)
{
	struct zt_track_key key = { scope, judge->source, judge->rule_id };

	return find_or_add(judge, &key);
}

uint32_t
zt_judge_shared_track(struct zt_judge *judge, uint64_t scope)
{
	struct zt_track_key key = { scope, ZT_SOURCE_NONE, judge->rule_id };

	return find_or_add(judge, &key);
}

uint32_t
zt_judge_known_track(struct zt_judge *judge, uint64_t scope)
{
	struct zt_track_key key = { scope, judge->source, judge->rule_id };

	return zt_tracks_find(judge->tracks, &key);
}

uint32_t
zt_judge_other_track(
    const struct zt_judge *judge, enum zt_rule_id rule, uint64_t scope, bool is_shared)
{
	struct zt_track_key key = { scope, is_shared ? ZT_SOURCE_NONE : judge->source,
		(uint8_t)rule };

	return zt_tracks_find(judge->tracks, &key);
}

static void *
memory_of(const struct zt_judge *judge, uint32_t track, const struct zt_window *window)
{
	return window->block != 0 ? zt_nest_at(judge->tracks, track, window->block)
				  : NULL;
}

/* How a kind of window grows. */
struct growth {
	void (*move)(struct zt_window *w, const void *from, void *to, size_t bytes);
	size_t first_bytes;
};

static const struct growth times_growth = { zt_times_move, ZT_TIMES_FIRST_BYTES };
static const struct growth recent_growth = { zt_recent_move, ZT_RECENT_FIRST_BYTES };

/* Double the storage of a window, up to what it can use; without memory it stays. */
static void
grow(struct zt_judge *judge, uint32_t track, struct zt_window *window, size_t most,
    const struct growth *growth)
{
	struct zt_tracks *tracks = judge->tracks;
	size_t has = zt_nest_bytes(tracks, window->block);

	/* Blocks come in powers of two: the last step may hold more than is needed. */
	if (has >= most)
		return;
	uint32_t block =
	    zt_nest_alloc(tracks, track, has > 0 ? GROWTH * has : growth->first_bytes);
	if (block == 0)
		return;
	growth->move(window, memory_of(judge, track, window),
	    zt_nest_at(tracks, track, block), zt_nest_bytes(tracks, block));
	zt_nest_free(tracks, window->block);
	window->block = block;
}

static uint32_t
cut(uint32_t items, uint32_t most)
{
	return items < most ? items : most - 1;
}

void
zt_judge_note_query(struct zt_judge *judge, uint32_t track, const struct zt_limit *keep)
{
	if (track == 0)
		return;
	struct zt_window *w = &zt_judge_at(judge, track)->windows[ZT_TW_QUERIES];
	uint32_t items = cut(keep->above, ZT_WINDOW_TIMES_MAX) + 1;
	struct zt_scene scene = { judge->event, judge->now_ns, track };

	if (w->cap < items && zt_times_is_full(w, memory_of(judge, track, w),
				  judge->now_ns, keep->span_ns))
		grow(judge, track, w, zt_times_bytes(items), &times_growth);
	if (w->cap > 0)
		zt_times_add(w, memory_of(judge, track, w), judge->now_ns);
	zt_incidents_query(judge->incidents, &scene);
	zt_facts_tally(
	    judge->tracks, track, ZT_FACT_TYPE, judge->event->qtype, judge->now_ns);
}

/* Note a key in a window of distinct keys; says when it was seen before. */
static bool
note_distinct(struct zt_judge *judge, uint32_t track, struct zt_window *w, uint64_t key,
    const struct zt_limit *keep)
{
	uint64_t before_ns = 0;
	uint32_t items = cut(keep->above, ZT_WINDOW_RECENT_MAX) + 1;
	const struct zt_track *t = zt_judge_at(judge, track);
	bool is_names = w == &t->windows[ZT_TW_NAMES];

	if (is_names && t->incident != 0 && items < NAMES_EXACT)
		items = NAMES_EXACT;
	uint64_t since_ns =
	    is_names && t->incident != 0
		? zt_incidents_at(judge->incidents, t->incident)->since_ns
		: 0;
	if (zt_recent_refresh(
		w, memory_of(judge, track, w), key, judge->now_ns, &before_ns)) {
		if (is_names && before_ns < since_ns)
			zt_incidents_name(judge->incidents, track, key, false);
		return false;
	}
	/* An open incident wants to count exactly what the window alone could forget.
	 */
	bool is_full = zt_recent_is_full(
	    w, memory_of(judge, track, w), judge->now_ns, keep->span_ns);
	if (w->cap < items && (is_full || (since_ns > 0 && w->used == w->cap)))
		grow(judge, track, w, zt_recent_bytes(items), &recent_growth);
	bool is_lost = w->used == w->cap && w->used > 0 &&
		       zt_recent_oldest(w, memory_of(judge, track, w)) >= since_ns;
	if (is_names)
		zt_incidents_name(judge->incidents, track, key, is_lost || w->cap == 0);
	if (w->cap > 0)
		zt_recent_add(w, memory_of(judge, track, w), key, judge->now_ns);
	return true;
}

void
zt_judge_note_name(struct zt_judge *judge, uint32_t track, const struct zt_limit *keep)
{
	const struct zt_event *event = judge->event;

	if (track == 0)
		return;
	struct zt_window *w = &zt_judge_at(judge, track)->windows[ZT_TW_NAMES];
	if (note_distinct(judge, track, w, event->name_hash, keep))
		zt_facts_sample(
		    judge->tracks, track, zt_event_raw_name(event), event->name_len);
}

void
zt_judge_note_key(
    struct zt_judge *judge, uint32_t track, uint64_t key, const struct zt_limit *keep)
{
	if (track == 0)
		return;
	struct zt_window *w = &zt_judge_at(judge, track)->windows[ZT_TW_OWN];
	(void)note_distinct(judge, track, w, key, keep);
}

void
zt_judge_note_answer(struct zt_judge *judge, uint32_t track)
{
	if (track == 0)
		return;
	note_evidence(judge, track);
	zt_facts_tally(
	    judge->tracks, track, ZT_FACT_RCODE, judge->event->rcode, judge->now_ns);
	zt_judge_note_learned(judge, track);
}

void
zt_judge_note_learned(struct zt_judge *judge, uint32_t track)
{
	uint32_t incident = track != 0 ? zt_judge_at(judge, track)->incident : 0;

	if (incident == 0)
		return;
	struct zt_learner learner = { judge->tracks, track,
		&zt_incidents_at(judge->incidents, incident)->learned };
	zt_learned_note(&learner, judge->event);
}

bool
zt_judge_queries_exceed(
    const struct zt_judge *judge, uint32_t track, const struct zt_limit *limit)
{
	if (track == 0)
		return false;
	const struct zt_window *w = &zt_judge_at(judge, track)->windows[ZT_TW_QUERIES];
	return zt_times_exceed(
	    w, memory_of(judge, track, w), limit->above, judge->now_ns, limit->span_ns);
}

bool
zt_judge_names_exceed(
    const struct zt_judge *judge, uint32_t track, const struct zt_limit *limit)
{
	if (track == 0)
		return false;
	const struct zt_window *w = &zt_judge_at(judge, track)->windows[ZT_TW_NAMES];
	return zt_recent_exceed(
	    w, memory_of(judge, track, w), limit->above, judge->now_ns, limit->span_ns);
}

bool
zt_judge_keys_exceed(
    const struct zt_judge *judge, uint32_t track, const struct zt_limit *limit)
{
	if (track == 0)
		return false;
	const struct zt_window *w = &zt_judge_at(judge, track)->windows[ZT_TW_OWN];
	return zt_recent_exceed(
	    w, memory_of(judge, track, w), limit->above, judge->now_ns, limit->span_ns);
}

bool
zt_judge_knows_key(
    const struct zt_judge *judge, uint32_t track, uint64_t key, uint64_t span_ns)
{
	uint64_t seen_ns;

	if (track == 0)
		return false;
	const struct zt_window *w = &zt_judge_at(judge, track)->windows[ZT_TW_OWN];
	return zt_recent_find(w, memory_of(judge, track, w), key, &seen_ns) &&
	       judge->now_ns - seen_ns < span_ns;
}

static uint32_t
distinct_within(
    const struct zt_judge *judge, uint32_t track, unsigned which, uint64_t span_ns)
{
	if (track == 0)
		return 0;
	const struct zt_window *w = &zt_judge_at(judge, track)->windows[which];
	uint64_t first_ns;
	return zt_recent_within(
	    w, memory_of(judge, track, w), judge->now_ns, span_ns, &first_ns);
}

uint32_t
zt_judge_names_within(const struct zt_judge *judge, uint32_t track, uint64_t span_ns)
{
	return distinct_within(judge, track, ZT_TW_NAMES, span_ns);
}

uint32_t
zt_judge_keys_within(const struct zt_judge *judge, uint32_t track, uint64_t span_ns)
{
	return distinct_within(judge, track, ZT_TW_OWN, span_ns);
}

void
zt_judge_each_key(const struct zt_judge *judge, uint32_t track, uint64_t span_ns,
    zt_recent_fn fn, void *arg)
{
	if (track == 0)
		return;
	const struct zt_window *w = &zt_judge_at(judge, track)->windows[ZT_TW_OWN];
	uint64_t oldest_ns = judge->now_ns >= span_ns ? judge->now_ns - span_ns + 1 : 0;
	zt_recent_each(w, memory_of(judge, track, w), oldest_ns, fn, arg);
}

enum zt_level
zt_judge_confidence(const struct zt_judge *judge, uint32_t track)
{
	unsigned evidence = track != 0 ? zt_judge_at(judge, track)->evidence : 0;
	bool is_answered = (evidence & ZT_EV_ANSWERED) != 0;

	if ((evidence & ZT_EV_TCP) != 0)
		return is_answered ? ZT_LEVEL_HIGH : ZT_LEVEL_MEDIUM;
	return is_answered ? ZT_LEVEL_MEDIUM : ZT_LEVEL_LOW;
}

void
zt_judge_report(
    struct zt_judge *judge, uint32_t track, const struct zt_finding *finding)
{
	const struct zt_event *event = judge->event;
	struct zt_scene scene = { event, judge->now_ns, track };
	struct zt_finding marked = *finding;

	if (track == 0)
		return;
	marked.authorised = (judge->policy & ZT_SP_SCANNER) != 0 &&
			    zt_policy_is_authorised(judge->policies, event->family,
				event->client, event->ts_ns);
	zt_incidents_report(judge->incidents, &scene, &marked);
}
