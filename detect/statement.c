#include "statement.h"

#include <string.h>

#include "fingerprint.h"
#include "learned.h"

#define NS_PER_S UINT64_C(1000000000)

static enum zt_level
severity_of(uint8_t risk)
{
	if (risk >= 95)
		return ZT_LEVEL_CRITICAL;
	if (risk >= 70)
		return ZT_LEVEL_HIGH;
	return risk >= 40 ? ZT_LEVEL_MEDIUM : ZT_LEVEL_LOW;
}

static void
put_id(char out[ZT_ALERT_ID_SIZE], uint64_t id)
{
	static const char digits[] = "0123456789abcdef";

	for (unsigned i = 0; i < 16; i++)
		out[i] = digits[id >> (60 - 4 * i) & 15u];
	out[16] = '\0';
}

static void
fill_path(const struct zt_incident *incident, struct zt_alert *alert)
{
	alert->family = incident->family;
	memcpy(alert->source, incident->source, sizeof(alert->source));
	alert->source_port = incident->source_port;
	alert->prefix_len = incident->prefix_len;
	alert->source_internal = incident->internal;
	alert->authorised = incident->authorised;
	alert->have_server = true;
	memcpy(alert->server, incident->server, sizeof(alert->server));
	alert->server_port = incident->server_port;
	alert->transport = incident->transport;
	alert->n_vlan = incident->n_vlan;
	memcpy(alert->vlan, incident->vlan, sizeof(alert->vlan));
	alert->interface = incident->interface;
}

/* What was copied into the arena when it was found. */
static void
fill_blobs(const struct zt_statement *statement, struct zt_alert *alert)
{
	const struct zt_incident *incident = statement->incident;
	const struct zt_arena *arena = statement->incidents->arena;
	size_t zone_len = incident->zone.len;

	if (zone_len > 0) {
		alert->zone.len = (uint8_t)zone_len;
		memcpy(alert->zone.wire, zt_arena_at(arena, incident->zone.block),
		    zone_len);
	}
	if (incident->transfer.len > 0) {
		alert->have_transfer = true;
		alert->prelude = (enum zt_prelude)incident->prelude;
		memcpy(&alert->transfer, zt_arena_at(arena, incident->transfer.block),
		    incident->transfer.len);
	}
	if (incident->sealed.len > 0) {
		alert->have_sealed = true;
		memcpy(&alert->sealed, zt_arena_at(arena, incident->sealed.block),
		    sizeof(alert->sealed));
	}
	if (incident->process.len > 0) {
		alert->have_process = true;
		memcpy(&alert->process, zt_arena_at(arena, incident->process.block),
		    sizeof(alert->process));
		/* Until it asked somebody, there is no server. */
		alert->have_server = incident->server_port != 0;
		alert->process_on_wire = alert->have_server;
	}
	if (incident->origin.len > 0) {
		alert->have_origin = true;
		alert->origin_tunnel = (incident->event_flags & ZT_EF_TUNNEL) != 0;
		alert->origin_ecs = (incident->event_flags & ZT_EF_ECS) != 0;
		memcpy(&alert->origin, zt_arena_at(arena, incident->origin.block),
		    sizeof(alert->origin));
	}
}

static void
fill_window(const struct zt_statement *statement, struct zt_alert_window *window)
{
	const struct zt_incident *incident = statement->incident;
	const struct zt_incidents *incidents = statement->incidents;

	if (incident->span_ns == 0)
		return;
	window->present = true;
	window->seconds = (uint32_t)(incident->span_ns / NS_PER_S);
	window->queries = incident->queries;
	window->names = incident->names;
	if (incident->sketch != 0) {
		window->names =
		    zt_sketch_count(zt_arena_at(incidents->arena, incident->sketch));
		window->names_estimated = true;
		window->names_error_ppm = ZT_SKETCH_ERROR_PPM;
	}
	window->first_ns = incident->first_ts_ns;
	window->last_ns = incident->last_ts_ns;
	zt_facts_fill(incidents->tracks, incident->track, incident->since_ns, window);
}

static void
fill_trust(const struct zt_statement *statement, struct zt_alert_trust *trust)
{
	const struct zt_incident *incident = statement->incident;
	const struct zt_incidents *incidents = statement->incidents;

	trust->kernel_drops = incidents->kernel_drops - incident->kernel_drops;
	trust->ring_drops = incidents->ring_drops - incident->ring_drops;
	trust->capture_gaps = incidents->capture_gaps - incident->capture_gaps;
	trust->gap_bytes = incident->gap_bytes;
	trust->one_sided = incident->one_sided;
	trust->at_least = incident->at_least || incident->one_sided ||
			  incident->gap_bytes > 0 || trust->kernel_drops > 0 ||
			  trust->ring_drops > 0 || trust->capture_gaps > 0;
}

void
zt_statement_fill(const struct zt_statement *statement, struct zt_alert *alert)
{
	const struct zt_incident *incident = statement->incident;
	const struct zt_incidents *incidents = statement->incidents;
	const struct zt_track *track = zt_tracks_at(incidents->tracks, incident->track);
	const struct zt_rule *rule = zt_rules_get(track->rule);

	memset(alert, 0, sizeof(*alert));
	alert->ts_ns = statement->ts_ns;
	put_id(alert->id, incident->id);
	alert->event = statement->event;
	alert->rule = zt_rules_name(track->rule);
	alert->title = incident->title;
	alert->risk = incident->risk;
	alert->severity = severity_of(incident->risk);
	alert->confidence = (enum zt_level)incident->confidence;
	alert->technique = rule->technique;
	alert->tactic = rule->tactic;
	fill_path(incident, alert);
	fill_blobs(statement, alert);
	fill_window(statement, &alert->window);
	zt_learned_fill(incidents->arena, incident->learned, &alert->learned);
	fill_trust(statement, &alert->trust);
	struct zt_fingerprint_subject subject = { track->source, track->rule };
	zt_fingerprint_fill(incidents->tracks, &subject, &alert->tool);
	if (track->source != ZT_SOURCE_NONE)
		put_id(alert->campaign,
		    zt_sources_at(incidents->sources, track->source)->campaign);
}
