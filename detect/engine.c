#include "engine.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "fingerprint.h"
#include "judge.h"

/* Below this the tables have no sensible shape. */
#define MEMORY_MIN ((size_t)1 << 20)
/* Sources get this part of the budget. */
#define SOURCES_SHARE 4u
/* Idle tracks are looked for so often, and so many are expired at a time. */
#define SWEEP_NS    UINT64_C(1000000000)
#define SWEEP_LIMIT 4096u
/* A rule without a window of its own looks back so far. */
#define WINDOW_DEFAULT_NS (UINT64_C(600) * 1000000000)

/* What is known of an event before its turn comes. */
struct prospect {
	struct zt_source_key key;
	uint16_t policy;
	uint64_t hash;
	uint32_t source; /* Where its source was, if there was one. */
};

struct zt_engine {
	struct zt_engine_stats *stats;
	struct zt_clock clock;
	struct zt_arena arena;
	struct zt_sources sources;
	struct zt_tracks tracks;
	struct zt_incidents incidents;
	struct zt_policy *policy;
	struct zt_zones *zones;
	struct zt_lookalikes *lookalikes;
	struct zt_judge_rule rules[ZT_N_RULES];
	uint16_t *record_types[ZT_N_RULES];
	/* Rules that are enabled and look at this kind of event. */
	uint8_t by_kind[ZT_EVENT_TICK + 1][ZT_N_RULES];
	uint8_t n_by_kind[ZT_EVENT_TICK + 1];
	struct zt_hash_key key;
	uint32_t resolver_factor;
	uint8_t prefix_v4;
	uint8_t prefix_v6;
	bool external_only;
	uint64_t swept_ns;
	uint64_t last_ts_ns;
	size_t sources_peak;
};

static int
prepare_rule(struct zt_engine *engine, unsigned id, const struct zt_rule_params *params)
{
	struct zt_judge_rule *rule = &engine->rules[id];
	size_t n = params->n_record_types;

	rule->params = *params;
	if (rule->params.window_ns == 0)
		rule->params.window_ns = WINDOW_DEFAULT_NS;
	engine->record_types[id] = calloc(n + 1, sizeof(uint16_t));
	if (engine->record_types[id] == NULL)
		return -1;
	for (size_t i = 0; i < n; i++) {
		uint16_t type = params->record_types[i];
		engine->record_types[id][i] = type;
		if (type < ZT_JUDGE_TYPES_MAX)
			rule->types[type / 64] |= UINT64_C(1) << type % 64;
	}
	rule->params.record_types = engine->record_types[id];
	for (unsigned kind = 0; kind <= ZT_EVENT_TICK; kind++) {
		if (params->enabled && (zt_rules_get(id)->wants >> kind & 1u) != 0)
			engine->by_kind[kind][engine->n_by_kind[kind]++] = (uint8_t)id;
	}
	return 0;
}

/* Share the budget out.  Of the part that is left for tracks each unit of 64 bytes
 * needs its bytes in the arena's maps and two in the index of tracks. */
static int
prepare_memory(struct zt_engine *engine, const struct zt_params *params)
{
	size_t budget =
	    params->memory_bytes > MEMORY_MIN ? params->memory_bytes : MEMORY_MIN;
	size_t for_sources = budget / SOURCES_SHARE;
	size_t for_arena = (budget - for_sources) /
			   (ZT_ARENA_UNIT + ZT_ARENA_MAP_BYTES + 2) * ZT_ARENA_UNIT;
	uint64_t horizon_ns[ZT_N_RULES];

	for (unsigned id = 0; id < ZT_N_RULES; id++) {
		const struct zt_rule_params *rule = &engine->rules[id].params;
		horizon_ns[id] = rule->window_ns > rule->window_slow_ns
				     ? rule->window_ns
				     : rule->window_slow_ns;
		engine->incidents.quiet_ns[id] = horizon_ns[id];
	}
	if (zt_arena_init(&engine->arena, for_arena) != 0 ||
	    zt_sources_init(&engine->sources, for_sources, &params->key) != 0)
		return -1;
	int status = zt_tracks_init(
	    &engine->tracks, &engine->arena, &engine->sources, horizon_ns);
	engine->tracks.horizon_ns[ZT_TRACK_FINGERPRINT] = ZT_FINGERPRINT_HORIZON_NS;
	return status;
}

static void
connect_parts(struct zt_engine *engine)
{
	engine->sources.drop = zt_tracks_drop_source;
	engine->sources.drop_arg = &engine->tracks;
	engine->tracks.evict = zt_incidents_evict;
	engine->tracks.evict_arg = &engine->incidents;
	engine->incidents.arena = &engine->arena;
	engine->incidents.tracks = &engine->tracks;
	engine->incidents.sources = &engine->sources;
	engine->incidents.due_ns = UINT64_MAX;
}

struct zt_engine *
zt_engine_new(const struct zt_params *params, zt_alert_fn deliver, void *arg)
{
	struct zt_engine *engine = calloc(1, sizeof(*engine));
	bool is_short = false;

	if (engine == NULL)
		return NULL;
	engine->key = params->key;
	engine->resolver_factor = params->resolver_factor;
	engine->prefix_v4 = params->prefix_v4;
	engine->prefix_v6 = params->prefix_v6;
	engine->external_only = params->external_only;
	engine->incidents.deliver = deliver;
	engine->incidents.deliver_arg = arg;
	engine->incidents.update_interval_ns = params->update_interval_ns;
	engine->stats = calloc(1, sizeof(*engine->stats));
	engine->policy = zt_policy_new(params);
	engine->zones = zt_zones_new(params->zones, params->n_zones, &params->key);
	engine->lookalikes = zt_lookalikes_new(params->zones, params->n_zones);
	for (unsigned id = 0; id < ZT_N_RULES; id++)
		is_short |= prepare_rule(engine, id, &params->rules[id]) != 0;
	if (is_short || engine->stats == NULL || engine->policy == NULL ||
	    engine->zones == NULL || engine->lookalikes == NULL ||
	    prepare_memory(engine, params) != 0)
		zt_engine_free(&engine);
	else
		connect_parts(engine);
	return engine;
}

void
zt_engine_free(struct zt_engine **engine)
{
	if (*engine == NULL)
		return;
	zt_tracks_fini(&(*engine)->tracks);
	zt_sources_fini(&(*engine)->sources);
	zt_arena_fini(&(*engine)->arena);
	zt_zones_free(&(*engine)->zones);
	zt_lookalikes_free(&(*engine)->lookalikes);
	zt_policy_free(&(*engine)->policy);
	for (unsigned id = 0; id < ZT_N_RULES; id++)
		free((*engine)->record_types[id]);
	free((*engine)->stats);
	free(*engine);
	*engine = NULL;
}

/* How the source of an event is counted: by prefix when it is outside and on no list.
 */
static void
make_key(struct zt_engine *engine, const struct zt_event *event,
    struct zt_source_key *key, uint16_t *policy)
{
	uint8_t host = event->family == 4 ? 32 : 128;
	uint8_t prefix = event->family == 4 ? engine->prefix_v4 : engine->prefix_v6;

	memcpy(key->addr, event->client, sizeof(key->addr));
	key->family = event->family;
	key->prefix_len = host;
	*policy = 0;
	if (prefix >= host)
		return;
	*policy = zt_policy_classify(engine->policy, event->family, event->client);
	if (*policy != 0)
		return;
	zt_nets_mask(key->addr, event->client, prefix);
	key->prefix_len = prefix;
}

static bool
is_judged(const struct zt_event *event)
{
	return event->kind != ZT_EVENT_NONE && event->kind < ZT_EVENT_TICK &&
	       (event->family == 4 || event->family == 6);
}

static void
foresee(
    struct zt_engine *engine, const struct zt_event *event, struct prospect *prospect)
{
	make_key(engine, event, &prospect->key, &prospect->policy);
	prospect->hash = zt_sources_hash(&engine->sources, &prospect->key);
	prospect->source = ZT_SOURCE_NONE;
	zt_sources_prefetch(&engine->sources, prospect->hash);
}

static uint32_t
find_source(struct zt_engine *engine, const struct zt_event *event,
    const struct prospect *prospect, uint64_t now_ns)
{
	const struct zt_source_key key = prospect->key;
	uint64_t hash = prospect->hash;
	uint32_t source = prospect->source;
	uint16_t policy = prospect->policy;

	/* Events before this one may have taken the place away, or made it. */
	if (!zt_sources_is(&engine->sources, source, &key))
		source = zt_sources_find(&engine->sources, hash, &key);
	if (source != ZT_SOURCE_NONE) {
		zt_sources_touch(&engine->sources, source, now_ns);
		return source;
	}
	bool insist = event->kind == ZT_EVENT_TRANSFER;
	source = zt_sources_add(&engine->sources, hash, &key, now_ns, insist);
	if (source == ZT_SOURCE_NONE)
		return source;
	if (key.prefix_len == (key.family == 4 ? 32 : 128) && policy == 0)
		policy =
		    zt_policy_classify(engine->policy, event->family, event->client);
	zt_sources_at(&engine->sources, source)->policy = policy;
	return source;
}

static void
count_policy(struct zt_engine_stats *stats, uint16_t policy)
{
	if (policy == 0)
		return;
	stats->policy_internal += (policy & ZT_SP_INTERNAL) != 0;
	stats->policy_resolver += (policy & ZT_SP_RESOLVER) != 0;
	stats->policy_monitor += (policy & ZT_SP_MONITOR) != 0;
	stats->policy_scanner += (policy & ZT_SP_SCANNER) != 0;
}

/* Recursive servers ask with RD=0 and EDNS; AD is what people's dig adds. */
static bool
asks_iteratively(const struct zt_event *event)
{
	return event->kind == ZT_EVENT_QUERY && (event->flags & ZT_EF_EDNS) != 0 &&
	       (event->dns_flags & (ZT_DNS_RD | ZT_DNS_AD)) == 0;
}

static void
judge_event(struct zt_engine *engine, const struct zt_event *event, uint32_t source)
{
	struct zt_source *who = zt_sources_at(&engine->sources, source);

	/* Only for the inside: outside, anybody could buy patience this way. */
	if ((who->policy & ZT_SP_INTERNAL) != 0 && asks_iteratively(event))
		who->policy |= ZT_SP_ITERATIVE;
	struct zt_judge judge = {
		.event = event,
		.now_ns = engine->clock.now_ns,
		.source = source,
		.resolver_factor = engine->resolver_factor,
		.policy = who->policy,
		.tracks = &engine->tracks,
		.incidents = &engine->incidents,
		.policies = engine->policy,
		.zones = engine->zones,
		.lookalikes = engine->lookalikes,
		.key = &engine->key,
		.stats = engine->stats,
	};

	count_policy(engine->stats, judge.policy);
	if (engine->external_only && (judge.policy & ZT_SP_INTERNAL) != 0)
		return;
	zt_tracks_begin(&engine->tracks);
	zt_fingerprint_note(&judge);
	for (unsigned i = 0; i < engine->n_by_kind[event->kind]; i++) {
		judge.rule_id = engine->by_kind[event->kind][i];
		judge.rule = &engine->rules[judge.rule_id];
		judge.params = &judge.rule->params;
		const struct zt_rule *rule = zt_rules_get(judge.rule_id);
		if (rule->silent_for_monitors && (judge.policy & ZT_SP_MONITOR) != 0)
			continue;
		rule->on_event(&judge, event);
	}
}

static void
feed(struct zt_engine *engine, const struct zt_event *event,
    const struct prospect *prospect)
{
	uint64_t now_ns = zt_clock_advance(&engine->clock, event->ts_ns);

	engine->stats->events++;
	engine->last_ts_ns = event->ts_ns;
	zt_incidents_close_due(&engine->incidents, now_ns);
	if (now_ns - engine->swept_ns >= SWEEP_NS) {
		engine->swept_ns = now_ns;
		zt_tracks_expire(&engine->tracks, now_ns, SWEEP_LIMIT);
	}
	if (!is_judged(event))
		return;
	uint32_t source = find_source(engine, event, prospect, now_ns);
	if (engine->sources.live > engine->sources_peak)
		engine->sources_peak = engine->sources.live;
	if (source != ZT_SOURCE_NONE)
		judge_event(engine, event, source);
}

void
zt_engine_feed_many(
    struct zt_engine *engine, const struct zt_event *const *events, size_t n)
{
	struct prospect prospects[ZT_ENGINE_BATCH];

	for (size_t i = 0; i < n; i++)
		if (is_judged(events[i]))
			foresee(engine, events[i], &prospects[i]);
	for (size_t i = 0; i < n; i++) {
		struct prospect *prospect = &prospects[i];
		if (!is_judged(events[i]))
			continue;
		prospect->source =
		    zt_sources_find(&engine->sources, prospect->hash, &prospect->key);
		if (prospect->source != ZT_SOURCE_NONE)
			zt_tracks_prefetch_index(&engine->tracks, prospect->source);
	}
	for (size_t i = 0; i < n; i++)
		if (is_judged(events[i]) && prospects[i].source != ZT_SOURCE_NONE)
			zt_tracks_prefetch(&engine->tracks, prospects[i].source);
	for (size_t i = 0; i < n; i++)
		feed(engine, events[i], &prospects[i]);
}

void
zt_engine_feed(struct zt_engine *engine, const struct zt_event *event)
{
	zt_engine_feed_many(engine, &event, 1);
}

void
zt_engine_losses(struct zt_engine *engine, uint64_t kernel_drops, uint64_t ring_drops)
{
	engine->incidents.kernel_drops = kernel_drops;
	engine->incidents.ring_drops = ring_drops;
}

void
zt_engine_finish(struct zt_engine *engine)
{
	zt_incidents_close_all(&engine->incidents, engine->last_ts_ns);
}

const struct zt_engine_stats *
zt_engine_stats(const struct zt_engine *engine)
{
	struct zt_engine_stats *stats = engine->stats;
	size_t fixed = zt_sources_fixed_bytes(&engine->sources) +
		       zt_tracks_fixed_bytes(&engine->tracks) +
		       (size_t)engine->arena.n_units * ZT_ARENA_MAP_BYTES;

	stats->sources_created = engine->sources.created;
	stats->sources_live = engine->sources.live;
	stats->sources_expired = engine->sources.expired;
	stats->sources_evicted = engine->sources.evicted;
	stats->sources_refused = engine->sources.refused;
	stats->tracks_refused = engine->tracks.refused;
	stats->tracks_clipped = engine->tracks.clipped;
	stats->tracks_created = engine->tracks.created;
	stats->tracks_live = engine->tracks.live;
	stats->tracks_expired = engine->tracks.expired;
	stats->tracks_evicted = engine->tracks.evicted;
	stats->incidents_opened = engine->incidents.opened;
	stats->incidents_live = engine->incidents.live;
	stats->incidents_closed = engine->incidents.closed;
	stats->incidents_evicted = engine->incidents.evicted;
	stats->alerts_raised = engine->incidents.alerts;
	stats->clock_steps = engine->clock.steps;
	stats->memory_bytes = fixed + engine->arena.used_bytes +
			      engine->sources.live * sizeof(struct zt_source);
	stats->memory_peak_bytes = fixed + engine->arena.peak_bytes +
				   engine->sources_peak * sizeof(struct zt_source);
	return stats;
}
