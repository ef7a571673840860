#include "incident.h"

#include <stddef.h>
#include <string.h>

#include "learned.h"
#include "nest.h"
#include "nets.h"
#include "statement.h"

/* Growth that is worth an update. */
#define TENFOLD 10u

static const struct zt_hash_key id_key = {
	UINT64_C(0x7a6f6e6574617020), /* "zonetap " */
	UINT64_C(0x696e636964656e74), /* "incident" */
};

static struct zt_track *
track_of(const struct zt_incidents *incidents, const struct zt_incident *incident)
{
	return zt_tracks_at(incidents->tracks, incident->track);
}

static void
list_push(struct zt_incidents *incidents, uint32_t handle)
{
	struct zt_incident *incident = zt_incidents_at(incidents, handle);
	unsigned rule = track_of(incidents, incident)->rule;
	struct zt_track_list *list = &incidents->lists[rule];

	incident->newer = 0;
	incident->older = list->newest;
	if (list->newest != 0)
		zt_incidents_at(incidents, list->newest)->newer = handle;
	else
		list->oldest = handle;
	list->newest = handle;
	uint64_t due_ns = incident->fired_ns + incidents->quiet_ns[rule];
	if (due_ns < incidents->due_ns)
		incidents->due_ns = due_ns;
}

static void
list_remove(struct zt_incidents *incidents, uint32_t handle)
{
	struct zt_incident *incident = zt_incidents_at(incidents, handle);
	struct zt_track_list *list =
	    &incidents->lists[track_of(incidents, incident)->rule];

	if (incident->newer != 0)
		zt_incidents_at(incidents, incident->newer)->older = incident->older;
	else
		list->newest = incident->older;
	if (incident->older != 0)
		zt_incidents_at(incidents, incident->older)->newer = incident->newer;
	else
		list->oldest = incident->newer;
}

/* Where things lie in what ids are made of. */
struct id_bytes {
	uint8_t prefix[16];
	uint8_t server[16];
	uint8_t family;
	uint8_t prefix_len;
	uint8_t rule;
	uint8_t zone_len;
	uint8_t zone[ZT_NAME_MAX];
	uint8_t reserved[5];
	uint64_t first_ts_ns;
};

static uint64_t
make_id(const struct zt_incident *incident, const struct zt_finding *finding,
    const char *rule)
{
	struct id_bytes bytes = {
		.family = incident->family,
		.prefix_len = incident->prefix_len,
		.zone_len = finding->zone_len,
		.first_ts_ns = incident->first_ts_ns,
	};
	uint64_t name = zt_hash(&id_key, rule, strlen(rule));

	zt_nets_mask(bytes.prefix, incident->source, incident->prefix_len);
	memcpy(bytes.server, incident->server, sizeof(bytes.server));
	if (finding->zone_len > 0)
		memcpy(bytes.zone, finding->zone, finding->zone_len);
	return zt_hash_mix(name, zt_hash(&id_key, &bytes, sizeof(bytes)));
}

static uint64_t
make_campaign(const struct zt_incident *incident)
{
	struct id_bytes bytes = {
		.family = incident->family,
		.prefix_len = incident->prefix_len,
		.first_ts_ns = incident->first_ts_ns,
	};

	zt_nets_mask(bytes.prefix, incident->source, incident->prefix_len);
	uint64_t id = zt_hash(&id_key, &bytes, sizeof(bytes));
	return id != 0 ? id : 1;
}

/* Keep a copy of something that the next alert will show again; without memory for it
 * that alert goes without. */
static void
keep(struct zt_incidents *incidents, uint32_t track, struct zt_blob *blob,
    const void *bytes, size_t len)
{
	if (len == 0)
		return;
	void *copy = zt_tracks_reserve(incidents->tracks, track, blob, len);
	if (copy == NULL)
		return;
	memcpy(copy, bytes, len);
	blob->len = (uint16_t)len;
}

/* What every event of an incident changes: who, where, when. */
static void
note_event(struct zt_incident *incident, const struct zt_event *event)
{
	bool is_new = incident->last_ts_ns == 0;
	bool is_first = is_new || incident->server_port == 0;

	if (event->ts_ns > incident->last_ts_ns)
		incident->last_ts_ns = event->ts_ns;
	if (event->kind == ZT_EVENT_PROCESS && !is_new)
		return; /* it has no server and no ports */
	if (event->gap_bytes > incident->gap_bytes)
		incident->gap_bytes = event->gap_bytes;
	incident->at_least |= event->gap_bytes > 0;
	incident->one_sided |= (event->flags & ZT_EF_STANDS_FOR_QUERY) != 0;
	bool same_port = is_first || incident->source_port == event->client_port;
	incident->source_port = same_port ? event->client_port : 0;
	bool same_transport = is_first || incident->transport == event->transport;
	incident->transport = same_transport ? event->transport : 0;
	incident->server_port = event->server_port;
	incident->interface = event->interface;
	incident->event_flags = event->flags;
	incident->family = event->family;
	incident->n_vlan = event->n_vlan;
	memcpy(incident->vlan, event->vlan, sizeof(incident->vlan));
	memcpy(incident->source, event->client, sizeof(incident->source));
	memcpy(incident->server, event->server, sizeof(incident->server));
}

static void
note_transfer(struct zt_incidents *incidents, struct zt_incident *incident,
    const struct zt_transfer *transfer)
{
	size_t n = transfer->sample_len;
	size_t samples = n < sizeof(transfer->samples) ? n : sizeof(transfer->samples);
	size_t len = offsetof(struct zt_transfer, samples) + samples;

	keep(incidents, incident->track, &incident->transfer, transfer, len);
	incident->one_sided |= (transfer->flags & ZT_TF_ONE_SIDED) != 0;
	incident->at_least |= (transfer->flags & ZT_TF_AT_LEAST) != 0;
	if (transfer->gap_bytes > incident->gap_bytes)
		incident->gap_bytes = transfer->gap_bytes;
}

static void
note_finding(struct zt_incidents *incidents, struct zt_incident *incident,
    const struct zt_scene *scene, const struct zt_finding *finding)
{
	const struct zt_origin *origin = zt_event_origin(scene->event);

	note_event(incident, scene->event);
	incident->fired_ns = scene->now_ns;
	/* What has been found stays found: a lesser criterion does not soften it.  A
	 * new verdict may: a transfer that was refused is less than one attempted. */
	if (finding->risk >= incident->risk || finding->verdict != incident->verdict) {
		incident->title = finding->title;
		incident->risk = finding->risk;
	}
	incident->confidence = (uint8_t)finding->confidence;
	incident->verdict = finding->verdict;
	incident->prelude = finding->prelude;
	incident->authorised = finding->authorised;
	incident->span_ns = finding->span_ns;
	keep(incidents, incident->track, &incident->zone, finding->zone,
	    finding->zone_len);
	if (origin != NULL)
		keep(incidents, incident->track, &incident->origin, origin,
		    sizeof(*origin));
	if (finding->sealed != NULL)
		keep(incidents, incident->track, &incident->sealed, finding->sealed,
		    sizeof(*finding->sealed));
	if (finding->process != NULL)
		keep(incidents, incident->track, &incident->process, finding->process,
		    sizeof(*finding->process));
	if (finding->transfer != NULL)
		note_transfer(incidents, incident, finding->transfer);
}

/* What grows: what the finding says, else the questions counted. */
static uint64_t
magnitude_of(const struct zt_incident *incident, const struct zt_finding *finding)
{
	return finding->magnitude > 0 ? finding->magnitude : incident->queries;
}

static void
tell(struct zt_incidents *incidents, struct zt_incident *incident,
    enum zt_alert_event event, uint64_t ts_ns)
{
	struct zt_statement statement = { incidents, incident, event, ts_ns };

	incident->told_magnitude = incident->magnitude;
	incident->pending = false;
	zt_statement_fill(&statement, &incidents->alert);
	incidents->alerts++;
	incidents->deliver(incidents->deliver_arg, &incidents->alert);
}

/* Before the incident counts by itself: what its windows hold already. */
static void
count_windows(struct zt_incidents *incidents, struct zt_incident *incident,
    const struct zt_scene *scene)
{
	const struct zt_track *track = track_of(incidents, incident);
	const struct zt_window *queries = &track->windows[ZT_TW_QUERIES];
	const struct zt_window *names = &track->windows[ZT_TW_NAMES];
	uint64_t span_ns = incident->span_ns;
	uint64_t now_ns = scene->now_ns;
	uint64_t first_ns;

	incident->since_ns = now_ns;
	if (queries->block != 0) {
		const void *mem =
		    zt_nest_at(incidents->tracks, scene->track, queries->block);
		incident->queries = zt_times_within(queries, mem, now_ns, span_ns);
		incident->since_ns = zt_times_first(queries, mem, now_ns, span_ns);
	}
	if (names->block != 0) {
		const void *mem =
		    zt_nest_at(incidents->tracks, scene->track, names->block);
		incident->names =
		    zt_recent_within(names, mem, now_ns, span_ns, &first_ns);
		if (first_ns < incident->since_ns)
			incident->since_ns = first_ns;
	}
	uint64_t age_ns = now_ns - incident->since_ns;
	uint64_t ts_ns = scene->event->ts_ns;
	incident->first_ts_ns = ts_ns > age_ns ? ts_ns - age_ns : 0;
}

static void
adopt(struct zt_incidents *incidents, struct zt_incident *incident)
{
	const struct zt_track *track = track_of(incidents, incident);

	incident->prefix_len = incident->family == 4 ? 32 : 128;
	if (track->source == ZT_SOURCE_NONE)
		return;
	struct zt_source *source = zt_sources_at(incidents->sources, track->source);
	incident->prefix_len = source->prefix_len;
	incident->internal = (source->policy & ZT_SP_INTERNAL) != 0;
	if (source->campaign == 0)
		source->campaign = make_campaign(incident);
}

static void
free_blobs(struct zt_incidents *incidents, struct zt_incident *incident)
{
	zt_arena_free(incidents->arena, incident->zone.block);
	zt_arena_free(incidents->arena, incident->transfer.block);
	zt_arena_free(incidents->arena, incident->origin.block);
	zt_arena_free(incidents->arena, incident->sealed.block);
	zt_arena_free(incidents->arena, incident->process.block);
	zt_arena_free(incidents->arena, incident->sketch);
	zt_learned_free(incidents->arena, incident->learned);
}

/* Whether an address of the counted prefix takes part that was not told yet. */
static bool
has_joined(struct zt_incident *incident, const struct zt_event *event)
{
	uint64_t bit = UINT64_C(1)
		       << zt_hash(&id_key, event->client, sizeof(event->client)) % 64;
	bool is_new = (incident->addresses & bit) == 0;

	incident->addresses |= bit;
	return is_new;
}

static void
open_incident(struct zt_incidents *incidents, const struct zt_scene *scene,
    const struct zt_finding *finding)
{
	struct zt_track *track = zt_tracks_at(incidents->tracks, scene->track);

	zt_tracks_set_suspect(incidents->tracks, scene->track, true);
	uint32_t handle = zt_tracks_alloc(
	    incidents->tracks, scene->track, sizeof(struct zt_incident));
	struct zt_incident *incident =
	    handle != 0 ? zt_incidents_at(incidents, handle) : &incidents->spare;
	*incident = (struct zt_incident){
		.track = scene->track,
		.told_ns = scene->now_ns,
		.kernel_drops = incidents->kernel_drops,
		.ring_drops = incidents->ring_drops,
		.capture_gaps = incidents->capture_gaps,
	};
	note_finding(incidents, incident, scene, finding);
	count_windows(incidents, incident, scene);
	struct zt_learner learner = { incidents->tracks, scene->track,
		&incident->learned };
	zt_learned_begin(&learner, scene->event, incident->since_ns);
	incident->magnitude = magnitude_of(incident, finding);
	(void)has_joined(incident, scene->event); /* the first one always has */
	adopt(incidents, incident);
	incident->id = make_id(incident, finding, zt_rules_name(track->rule));
	incidents->opened++;
	tell(incidents, incident, ZT_ALERT_OPEN, scene->event->ts_ns);
	if (handle == 0) {
		free_blobs(incidents, incident);
		zt_tracks_set_suspect(incidents->tracks, scene->track, false);
		incidents->refused++;
		incidents->closed++;
		return;
	}
	track->incident = handle;
	incidents->live++;
	if (track->source != ZT_SOURCE_NONE)
		zt_sources_at(incidents->sources, track->source)->n_incidents++;
	list_push(incidents, handle);
}

/* A later attempt came to less than what has been found: say so, and keep the worst. */
static void
tell_aside(struct zt_incidents *incidents, struct zt_incident *incident,
    const struct zt_scene *scene, const struct zt_finding *finding)
{
	struct zt_statement statement = { incidents, incident, ZT_ALERT_UPDATE,
		scene->event->ts_ns };
	struct zt_alert *alert = &incidents->alert;

	incident->fired_ns = scene->now_ns;
	zt_statement_fill(&statement, alert);
	alert->title = finding->title;
	alert->source_port = scene->event->client_port;
	alert->server_port = scene->event->server_port;
	memcpy(alert->server, scene->event->server, sizeof(alert->server));
	alert->prelude = (enum zt_prelude)finding->prelude;
	if (finding->transfer != NULL)
		alert->transfer = *finding->transfer;
	incidents->alerts++;
	incidents->deliver(incidents->deliver_arg, alert);
}

static void
update_incident(struct zt_incidents *incidents, const struct zt_scene *scene,
    const struct zt_finding *finding, uint32_t handle)
{
	struct zt_incident *incident = zt_incidents_at(incidents, handle);
	bool is_urgent = finding->verdict != incident->verdict ||
			 finding->risk > incident->risk ||
			 has_joined(incident, scene->event);

	if (finding->is_aside) {
		tell_aside(incidents, incident, scene, finding);
		list_remove(incidents, handle);
		list_push(incidents, handle);
		return;
	}
	note_finding(incidents, incident, scene, finding);
	incident->magnitude = magnitude_of(incident, finding);
	list_remove(incidents, handle);
	list_push(incidents, handle);
	uint64_t told = incident->told_magnitude > 0 ? incident->told_magnitude : 1;
	incident->pending |= incident->magnitude / TENFOLD >= told;
	bool may_tell =
	    scene->now_ns - incident->told_ns >= incidents->update_interval_ns;
	if (!is_urgent && !(incident->pending && may_tell))
		return;
	incident->told_ns = scene->now_ns;
	tell(incidents, incident, ZT_ALERT_UPDATE, scene->event->ts_ns);
}

void
zt_incidents_report(struct zt_incidents *incidents, const struct zt_scene *scene,
    const struct zt_finding *finding)
{
	uint32_t handle = zt_tracks_at(incidents->tracks, scene->track)->incident;

	if (handle == 0)
		open_incident(incidents, scene, finding);
	else
		update_incident(incidents, scene, finding, handle);
}

void
zt_incidents_query(struct zt_incidents *incidents, const struct zt_scene *scene)
{
	uint32_t handle = zt_tracks_at(incidents->tracks, scene->track)->incident;

	if (handle == 0)
		return;
	struct zt_incident *incident = zt_incidents_at(incidents, handle);
	incident->queries++;
	note_event(incident, scene->event);
}

static bool
seed_one(void *sketch, uint64_t key, uint64_t seen_ns)
{
	(void)seen_ns;
	zt_sketch_add(sketch, key);
	return true;
}

/* The window is about to forget a name: from here on a sketch counts. */
static void
start_sketch(struct zt_incidents *incidents, struct zt_incident *incident)
{
	const struct zt_track *track = track_of(incidents, incident);
	const struct zt_window *names = &track->windows[ZT_TW_NAMES];
	uint32_t block = zt_tracks_alloc(
	    incidents->tracks, incident->track, sizeof(struct zt_sketch));

	if (block == 0) {
		incident->at_least = true;
		return;
	}
	incident->sketch = block;
	memset(zt_arena_at(incidents->arena, block), 0, sizeof(struct zt_sketch));
	zt_recent_each(names,
	    zt_nest_at(incidents->tracks, incident->track, names->block),
	    incident->since_ns, seed_one, zt_arena_at(incidents->arena, block));
}

void
zt_incidents_name(
    struct zt_incidents *incidents, uint32_t track, uint64_t key, bool is_lost)
{
	uint32_t handle = zt_tracks_at(incidents->tracks, track)->incident;

	if (handle == 0)
		return;
	struct zt_incident *incident = zt_incidents_at(incidents, handle);
	if (incident->sketch == 0 && is_lost)
		start_sketch(incidents, incident);
	if (incident->sketch != 0)
		zt_sketch_add(zt_arena_at(incidents->arena, incident->sketch), key);
	else if (!is_lost)
		incident->names++;
}

/* Take an incident off its track and give its memory back. */
static void
release(struct zt_incidents *incidents, uint32_t handle)
{
	struct zt_incident *incident = zt_incidents_at(incidents, handle);
	struct zt_track *track = track_of(incidents, incident);

	list_remove(incidents, handle);
	track->incident = 0;
	if (track->source != ZT_SOURCE_NONE)
		zt_sources_at(incidents->sources, track->source)->n_incidents--;
	zt_tracks_set_suspect(incidents->tracks, incident->track, false);
	free_blobs(incidents, incident);
	zt_arena_free(incidents->arena, handle);
	incidents->live--;
}

void
zt_incidents_close_due(struct zt_incidents *incidents, uint64_t now_ns)
{
	if (now_ns < incidents->due_ns)
		return;
	incidents->due_ns = UINT64_MAX;
	for (unsigned rule = 0; rule < ZT_N_RULES; rule++) {
		uint64_t quiet_ns = incidents->quiet_ns[rule];
		uint32_t handle = incidents->lists[rule].oldest;
		while (handle != 0) {
			struct zt_incident *incident =
			    zt_incidents_at(incidents, handle);
			uint64_t due_ns = incident->fired_ns + quiet_ns;
			if (now_ns - incident->fired_ns < quiet_ns) {
				if (due_ns < incidents->due_ns)
					incidents->due_ns = due_ns;
				break;
			}
			tell(incidents, incident, ZT_ALERT_CLOSE,
			    incident->last_ts_ns + quiet_ns);
			release(incidents, handle);
			incidents->closed++;
			handle = incidents->lists[rule].oldest;
		}
	}
}

void
zt_incidents_close_all(struct zt_incidents *incidents, uint64_t ts_ns)
{
	for (unsigned rule = 0; rule < ZT_N_RULES; rule++) {
		uint32_t handle = incidents->lists[rule].oldest;
		while (handle != 0) {
			tell(incidents, zt_incidents_at(incidents, handle),
			    ZT_ALERT_CLOSE, ts_ns);
			release(incidents, handle);
			incidents->closed++;
			handle = incidents->lists[rule].oldest;
		}
	}
}

void
zt_incidents_evict(void *arg, uint32_t track)
{
	struct zt_incidents *incidents = arg;
	uint32_t handle = zt_tracks_at(incidents->tracks, track)->incident;
	struct zt_incident *incident = zt_incidents_at(incidents, handle);

	tell(incidents, incident, ZT_ALERT_CLOSE, incident->last_ts_ns);
	release(incidents, handle);
	incidents->evicted++;
}
