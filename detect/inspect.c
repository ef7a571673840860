#include "inspect.h"

#include <string.h>

#include "inspect_priv.h"
#include "nest.h"
#include "setup_priv.h"

void
zt_inspect_memory(const struct zt_engine *engine, struct zt_inspect_memory *memory)
{
	struct zt_engine_inside inside;

	zt_engine_inside(engine, &inside);
	size_t maps = (size_t)inside.arena->n_units * ZT_ARENA_MAP_BYTES;
	*memory = (struct zt_inspect_memory){
		.sources_cap = (uint64_t)inside.sources->n_buckets * ZT_SOURCES_WAYS,
		.sources_live = inside.sources->live,
		.arena_bytes = (uint64_t)inside.arena->n_units * ZT_ARENA_UNIT,
		.arena_used_bytes = inside.arena->used_bytes,
		.arena_peak_bytes = inside.arena->peak_bytes,
		.index_bytes = zt_sources_fixed_bytes(inside.sources) +
			       zt_tracks_fixed_bytes(inside.tracks) + maps,
	};
	memory->sources_bytes = memory->sources_cap * sizeof(struct zt_source);
	memory->budget_bytes =
	    memory->sources_bytes + memory->arena_bytes + memory->index_bytes;
}

static uint64_t
age_of(uint64_t now_ns, uint64_t seen_ns)
{
	return now_ns > seen_ns ? now_ns - seen_ns : 0;
}

static void
look_at_source(const struct zt_engine_inside *inside, const struct zt_source *source,
    struct zt_inspect_source *out)
{
	*out = (struct zt_inspect_source){
		.family = source->family,
		.prefix_len = source->prefix_len,
		.is_internal = (source->policy & ZT_SP_INTERNAL) != 0,
		.is_resolver = (source->policy & ZT_SP_RESOLVER) != 0,
		.is_monitor = (source->policy & ZT_SP_MONITOR) != 0,
		.is_scanner = (source->policy & ZT_SP_SCANNER) != 0,
		.is_iterative = (source->policy & ZT_SP_ITERATIVE) != 0,
		.n_tracks = source->n_tracks,
		.n_incidents = source->n_incidents,
		.events = source->events,
		.idle_ns = age_of(inside->now_ns, source->seen_ns),
		.campaign = source->campaign,
	};
	memcpy(out->addr, source->addr, sizeof(out->addr));
}

bool
zt_inspect_sources(const struct zt_engine *engine, uint64_t *place, size_t limit,
    zt_inspect_source_fn fn, void *arg)
{
	struct zt_engine_inside inside;

	zt_engine_inside(engine, &inside);
	uint64_t end = (uint64_t)inside.sources->n_buckets * ZT_SOURCES_WAYS;
	uint64_t stop = *place + limit < end ? *place + limit : end;
	for (uint64_t at = *place; at < stop; at++) {
		const struct zt_source *source =
		    zt_sources_at(inside.sources, (uint32_t)at);
		struct zt_inspect_source seen;
		if (source->family == 0)
			continue;
		look_at_source(&inside, source, &seen);
		fn(arg, &seen);
	}
	*place = stop;
	return stop < end;
}

static uint32_t
find_as(const struct zt_engine_inside *inside, const struct zt_prefix *address,
    uint8_t bits)
{
	struct zt_source_key key = { .family = address->family, .prefix_len = bits };

	zt_nets_mask(key.addr, address->addr, bits);
	return zt_sources_find(
	    inside->sources, zt_sources_hash(inside->sources, &key), &key);
}

static void
look_at_windows(const struct zt_engine_inside *inside, uint32_t handle,
    struct zt_inspect_track *out)
{
	const struct zt_track *track = zt_tracks_at(inside->tracks, handle);
	const struct zt_window *queries = &track->windows[ZT_TW_QUERIES];
	const struct zt_window *names = &track->windows[ZT_TW_NAMES];
	uint64_t span_ns = inside->setup->rules[track->rule].params.window_ns;
	uint64_t first_ns;

	if (queries->block != 0)
		out->queries = zt_times_within(queries,
		    zt_nest_at(inside->tracks, handle, queries->block), inside->now_ns,
		    span_ns);
	if (names->block != 0)
		out->names = zt_recent_within(names,
		    zt_nest_at(inside->tracks, handle, names->block), inside->now_ns,
		    span_ns, &first_ns);
}

static void
look_at_track(const struct zt_engine_inside *inside, uint32_t handle,
    struct zt_inspect_track *out)
{
	const struct zt_track *track = zt_tracks_at(inside->tracks, handle);

	*out = (struct zt_inspect_track){
		.scope = track->scope,
		.idle_ns = age_of(inside->now_ns, track->seen_ns),
		.hits = track->hits,
		.level = track->level,
		.is_tcp = (track->evidence & ZT_EV_TCP) != 0,
		.is_answered = (track->evidence & ZT_EV_ANSWERED) != 0,
	};
	if (track->incident != 0)
		out->incident = zt_incidents_at(inside->incidents, track->incident)->id;
	if (track->rule >= ZT_N_RULES)
		return;
	out->rule = zt_rules_name(track->rule);
	look_at_windows(inside, handle, out);
}

long
zt_inspect_source(const struct zt_engine *engine, const struct zt_prefix *address,
    struct zt_inspect_source *source, struct zt_inspect_track *tracks, size_t cap)
{
	struct zt_engine_inside inside;
	bool is_v4 = address->family == 4;
	long n = 0;

	zt_engine_inside(engine, &inside);
	uint32_t handle = find_as(&inside, address, is_v4 ? 32 : 128);
	if (handle == ZT_SOURCE_NONE)
		handle = find_as(
		    &inside, address, is_v4 ? inside.prefix_v4 : inside.prefix_v6);
	if (handle == ZT_SOURCE_NONE)
		return -1;
	const struct zt_source *entry = zt_sources_at(inside.sources, handle);
	look_at_source(&inside, entry, source);
	for (uint32_t at = entry->tracks; at != 0 && (size_t)n < cap; n++) {
		const struct zt_track *track = zt_tracks_at(inside.tracks, at);
		look_at_track(&inside, at, &tracks[n]);
		at = track->sibling_next;
	}
	return n;
}

/* One list under visit. */
struct visit {
	zt_inspect_entry_fn fn;
	void *arg;
	struct zt_inspect_entry entry;
};

static void
visit_networks(struct visit *visit, const struct zt_nets *networks)
{
	for (size_t i = 0; i < zt_nets_count(networks); i++) {
		visit->entry.prefix = zt_nets_entry(networks, i);
		visit->entry.hits = zt_nets_hits(networks, i);
		visit->fn(visit->arg, &visit->entry);
	}
}

static void
visit_list(void *arg, enum zt_source_policy list, size_t number,
    const struct zt_nets *networks)
{
	struct visit *visit = arg;

	visit->entry.list = list == ZT_SP_INTERNAL   ? "internal"
			    : list == ZT_SP_RESOLVER ? "resolvers"
			    : list == ZT_SP_MONITOR  ? "monitors"
						     : "scanners";
	visit->entry.number = number;
	visit_networks(visit, networks);
}

void
zt_inspect_policy(const struct zt_engine *engine, zt_inspect_entry_fn fn, void *arg)
{
	struct zt_engine_inside inside;
	struct visit visit = { .fn = fn, .arg = arg };

	zt_engine_inside(engine, &inside);
	zt_policy_each(inside.setup->policy, visit_list, &visit);
	visit.entry.list = "zones";
	visit.entry.number = 0;
	for (size_t i = 0; i < zt_zones_count(inside.setup->zones); i++) {
		const struct zt_zone *zone = zt_zones_at(inside.setup->zones, i);
		visit.entry.zone = &zone->name;
		visit_networks(&visit, zone->secondaries);
	}
}
