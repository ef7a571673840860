#include "engine.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "fingerprint.h"
#include "inspect_priv.h"
#include "judge.h"
#include "setup_priv.h"

/* Below this the tables have no sensible shape. */
#define MEMORY_MIN ((size_t)1 << 20)
/* Sources get this part of the budget. */
#define SOURCES_SHARE 4u
/* And learned zones this one. */
#define ZONES_SHARE 64u
/* And what leads to transfers this one. */
#define CHOREOGRAPHY_SHARE 256u
/* And the roster of secondaries this one. */
#define ROSTER_SHARE 128u
/* Idle tracks are looked for so often, and so many are expired at a time. */
#define SWEEP_NS    UINT64_C(1000000000)
#define SWEEP_LIMIT 4096u

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
	struct zt_zonebook zonebook;
	struct zt_choreography choreography;
	struct zt_roster roster;
	struct zt_starts starts;
	struct zt_setup *setup;
	struct zt_hash_key key;
	uint32_t n_setups; /* How many it had; a source knows which one it is from. */
	uint8_t prefix_v4;
	uint8_t prefix_v6;
	uint64_t swept_ns;
	uint64_t last_ts_ns;
	size_t sources_peak;
};

/* Share the budget out.  Of the part that is left for tracks each unit of 64 bytes
 * needs its bytes in the arena's maps and two in the index of tracks. */
static int
prepare_memory(struct zt_engine *engine, const struct zt_params *params)
{
	size_t budget =
	    params->memory_bytes > MEMORY_MIN ? params->memory_bytes : MEMORY_MIN;
	size_t for_sources = budget / SOURCES_SHARE;
	size_t for_zones = budget / ZONES_SHARE;
	size_t for_choreography = budget / CHOREOGRAPHY_SHARE;
	size_t for_roster = budget / ROSTER_SHARE;
	size_t rest = budget - for_sources - for_zones - for_choreography - for_roster;
	size_t for_arena =
	    rest / (ZT_ARENA_UNIT + ZT_ARENA_MAP_BYTES + 2) * ZT_ARENA_UNIT;

	if (zt_arena_init(&engine->arena, for_arena) != 0 ||
	    zt_sources_init(&engine->sources, for_sources, &params->key) != 0 ||
	    zt_zonebook_init(&engine->zonebook, for_zones, &params->key) != 0 ||
	    zt_choreography_init(
		&engine->choreography, for_choreography, &params->key) != 0 ||
	    zt_roster_init(&engine->roster, for_roster, params->learn_period_ns,
		&params->key) != 0)
		return -1;
	int status = zt_tracks_init(&engine->tracks, &engine->arena, &engine->sources,
	    engine->setup->horizon_ns);
	engine->tracks.horizon_ns[ZT_TRACK_FINGERPRINT] = ZT_FINGERPRINT_HORIZON_NS;
	return status;
}

/* What the parts keep of the setup. */
static void
follow_setup(struct zt_engine *engine)
{
	const struct zt_setup *setup = engine->setup;

	engine->incidents.update_interval_ns = setup->update_interval_ns;
	memcpy(
	    engine->incidents.quiet_ns, setup->horizon_ns, sizeof(setup->horizon_ns));
	memcpy(engine->tracks.horizon_ns, setup->horizon_ns, sizeof(setup->horizon_ns));
	engine->n_setups++;
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
	for (unsigned id = 0; id < ZT_N_RULES; id++)
		engine->tracks.at_once |= (uint32_t)zt_rules_get(id)->at_once << id;
	follow_setup(engine);
}

struct zt_engine *
zt_engine_new(const struct zt_params *params, zt_alert_fn deliver, void *arg)
{
	struct zt_engine *engine = calloc(1, sizeof(*engine));

	if (engine == NULL)
		return NULL;
	engine->key = params->key;
	engine->prefix_v4 = params->prefix_v4;
	engine->prefix_v6 = params->prefix_v6;
	engine->incidents.deliver = deliver;
	engine->incidents.deliver_arg = arg;
	engine->stats = calloc(1, sizeof(*engine->stats));
	engine->setup = zt_setup_new(params);
	if (engine->stats == NULL || engine->setup == NULL ||
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
	zt_setup_free(&(*engine)->setup);
	zt_zonebook_fini(&(*engine)->zonebook);
	zt_choreography_fini(&(*engine)->choreography);
	zt_roster_fini(&(*engine)->roster);
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
	*policy =
	    zt_policy_classify(engine->setup->policy, event->family, event->client);
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

static bool
is_host(uint8_t family, uint8_t prefix_len)
{
	return prefix_len == (family == 4 ? 32 : 128);
}

/* A known source, and the lists are others now.  What it did stays. */
static void
classify_again(struct zt_engine *engine, const struct zt_event *event, uint32_t source)
{
	struct zt_source *who = zt_sources_at(&engine->sources, source);
	uint16_t kept = who->policy & ZT_SP_FOLLOWED;

	/* A prefix is on no list: who is on one is counted by address, make_key(). */
	if (is_host(who->family, who->prefix_len))
		kept |= zt_policy_classify(
		    engine->setup->policy, event->family, event->client);
	if ((kept & ZT_SP_INTERNAL) != 0)
		kept |= who->policy & ZT_SP_ITERATIVE;
	who->policy = kept;
	who->setup = engine->n_setups;
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
		if (zt_sources_at(&engine->sources, source)->setup != engine->n_setups)
			classify_again(engine, event, source);
		return source;
	}
	bool insist = event->kind == ZT_EVENT_TRANSFER;
	source = zt_sources_add(&engine->sources, hash, &key, now_ns, insist);
	if (source == ZT_SOURCE_NONE)
		return source;
	if (is_host(key.family, key.prefix_len) && policy == 0)
		policy = zt_policy_classify(
		    engine->setup->policy, event->family, event->client);
	struct zt_source *who = zt_sources_at(&engine->sources, source);
	who->policy = policy;
	who->setup = engine->n_setups;
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

/* The rules that look at the event, each in its turn. */
static void
ask_rules(struct zt_engine *engine, struct zt_judge *judge)
{
	const struct zt_source *who = zt_sources_at(&engine->sources, judge->source);
	const struct zt_setup *setup = engine->setup;
	struct zt_look_context context = {
		.kinds = who->kinds,
		.has_incident = who->n_incidents > 0,
		.is_monitor = (judge->policy & ZT_SP_MONITOR) != 0,
		.is_excluded =
		    setup->external_only && (judge->policy & ZT_SP_INTERNAL) != 0,
	};
	uint32_t rules =
	    zt_looks_of(&setup->looks, judge->event, judge->roles, &context);

	while (rules != 0) {
		unsigned id = (unsigned)__builtin_ctz(rules);
		judge->rule_id = (uint8_t)id;
		judge->rule = &setup->rules[id];
		judge->params = &judge->rule->params;
		zt_rules_get(id)->on_event(judge, judge->event);
		rules &= rules - 1;
		if (context.has_incident || who->n_incidents == 0)
			continue;
		/* This rule has just found something: the others may look at more. */
		context.has_incident = true;
		rules =
		    zt_looks_of(&setup->looks, judge->event, judge->roles, &context) &
		    ~((UINT32_C(2) << id) - 1);
	}
}

static void
judge_event(struct zt_engine *engine, const struct zt_event *event, uint32_t source)
{
	struct zt_source *who = zt_sources_at(&engine->sources, source);
	const struct zt_setup *setup = engine->setup;

	/* Only for the inside: outside, anybody could buy patience this way. */
	if ((who->policy & ZT_SP_INTERNAL) != 0 && asks_iteratively(event))
		who->policy |= ZT_SP_ITERATIVE;
	struct zt_judge judge = {
		.event = event,
		.now_ns = engine->clock.now_ns,
		.source = source,
		.resolver_factor = setup->resolver_factor,
		.policy = who->policy,
		.roles = (uint8_t)zt_looks_roles(event),
		.tracks = &engine->tracks,
		.incidents = &engine->incidents,
		.policies = setup->policy,
		.zones = setup->zones,
		.zonebook = &engine->zonebook,
		.choreography = &engine->choreography,
		.roster = &engine->roster,
		.lookalikes = setup->lookalikes,
		.starts = &engine->starts,
		.key = &engine->key,
		.stats = engine->stats,
	};

	count_policy(engine->stats, judge.policy);
	bool is_excluded = setup->external_only && (judge.policy & ZT_SP_INTERNAL) != 0;
	if (is_excluded && setup->looks.for_inside == 0)
		return;
	zt_tracks_begin(&engine->tracks);
	if (!is_excluded)
		zt_fingerprint_note(&judge);
	ask_rules(engine, &judge);
}

static void
feed(struct zt_engine *engine, const struct zt_event *event,
    const struct prospect *prospect)
{
	uint64_t now_ns = zt_clock_advance(&engine->clock, event->ts_ns);

	engine->stats->events++;
	engine->last_ts_ns = event->ts_ns;
	zt_roster_begin(&engine->roster, event->ts_ns);
	zt_incidents_close_due(&engine->incidents, now_ns);
	if (now_ns - engine->swept_ns >= SWEEP_NS) {
		engine->swept_ns = now_ns;
		zt_tracks_expire(&engine->tracks, now_ns, SWEEP_LIMIT);
	}
	if (!is_judged(event))
		return;
	zt_zonebook_note(&engine->zonebook, event, now_ns);
	zt_choreography_note(&engine->choreography, event, now_ns);
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
zt_engine_gaps(struct zt_engine *engine, uint64_t gaps)
{
	engine->incidents.capture_gaps = gaps;
}

void
zt_engine_reconfigure(struct zt_engine *engine, struct zt_setup **setup)
{
	struct zt_setup *before = engine->setup;

	engine->setup = *setup;
	*setup = before;
	follow_setup(engine);
	/* The quiet times are others: look at once which incidents are over. */
	engine->incidents.due_ns = 0;
}

void
zt_engine_finish(struct zt_engine *engine)
{
	zt_incidents_close_all(&engine->incidents, engine->last_ts_ns);
}

void
zt_engine_zones(const struct zt_engine *engine, zt_zonebook_fn show, void *arg)
{
	zt_zonebook_each(&engine->zonebook, engine->setup->zones, show, arg);
}

const struct zt_roster *
zt_engine_roster(const struct zt_engine *engine)
{
	return &engine->roster;
}

bool
zt_engine_load_roster(
    struct zt_engine *engine, const uint8_t *bytes, size_t len, const char **why)
{
	return zt_roster_load(&engine->roster, bytes, len, why);
}

const struct zt_engine_stats *
zt_engine_stats(const struct zt_engine *engine)
{
	struct zt_engine_stats *stats = engine->stats;
	size_t fixed = zt_sources_fixed_bytes(&engine->sources) +
		       zt_tracks_fixed_bytes(&engine->tracks) +
		       zt_zonebook_bytes(&engine->zonebook) +
		       zt_choreography_bytes(&engine->choreography) +
		       zt_roster_bytes(&engine->roster) +
		       (size_t)engine->arena.n_units * ZT_ARENA_MAP_BYTES;

	stats->sources_created = engine->sources.created;
	stats->sources_live = engine->sources.live;
	stats->sources_expired = engine->sources.expired;
	stats->sources_evicted = engine->sources.evicted;
	stats->sources_refused = engine->sources.refused;
	stats->tracks_refused = engine->tracks.refused;
	stats->zones_learned = engine->zonebook.learned;
	stats->zones_live = engine->zonebook.live;
	stats->zones_evicted = engine->zonebook.evicted;
	stats->zone_sizes_evicted = engine->zonebook.weights_evicted;
	stats->zones_refused = engine->zonebook.refused;
	stats->secondaries_known = engine->roster.n;
	stats->secondaries_refused = engine->roster.refused;
	stats->preludes_evicted = engine->choreography.evicted;
	stats->starts_evicted = engine->starts.evicted;
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

void
zt_engine_inside(const struct zt_engine *engine, struct zt_engine_inside *inside)
{
	*inside = (struct zt_engine_inside){
		.sources = &engine->sources,
		.tracks = &engine->tracks,
		.incidents = &engine->incidents,
		.arena = &engine->arena,
		.setup = engine->setup,
		.now_ns = engine->clock.now_ns,
		.prefix_v4 = engine->prefix_v4,
		.prefix_v6 = engine->prefix_v6,
	};
}
