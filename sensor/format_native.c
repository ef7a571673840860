/*
 * The alert document of zonetap itself.  Its shape is alert.schema.json, which a test
 * holds against what comes out here: every member is always there, null where unknown.
 */
#include "formats.h"

#include <stdlib.h>
#include <string.h>

#include "../detect/recon_tools.h"
#include "../dissect/decode.h"
#include "../dissect/name.h"
#include "../dissect/provider.h"
#include "alert_text.h"
#include "community_id.h"
#include "document.h"
#include "keeper.h"

#define NS_PER_S    1e9
#define PER_MILLION 1e6
/* An ordinary alert is far below this.  Where hostile names make it longer, the sample
 * names are left out. */
#define LINE_MAX_BYTES 4096
/* Bytes of JSON that the sample names of one list may take. */
#define SAMPLES_MAX_BYTES 1024

/* What travels through the functions below. */
struct build {
	struct zt_document document;
	const struct zt_alert *alert;
	const struct zt_format_context *context;
	size_t samples_bytes;
};

static const char *
name_text(const uint8_t *wire, size_t len, char *text)
{
	if (len == 0)
		return NULL;
	text[zt_name_text(wire, len, text)] = '\0';
	return text;
}

static void
put_source(struct build *b)
{
	const struct zt_alert *alert = b->alert;
	char text[ZT_ADDRESS_TEXT_SIZE];

	if (alert->family == 0) {
		zt_put_null(&b->document, b->document.root, "source");
		return;
	}
	json_t *source = zt_put_object(&b->document, b->document.root, "source");
	zt_put_text(&b->document, source, "ip",
	    zt_address_text(alert->family, alert->source, text));
	if (alert->source_port != 0)
		zt_put_number(&b->document, source, "port", alert->source_port);
	else
		zt_put_null(&b->document, source, "port");
	zt_put_text(&b->document, source, "prefix",
	    zt_prefix_text(alert->family, alert->source, alert->prefix_len, text));
	zt_put_bool(&b->document, source, "internal", alert->source_internal);
}

static void
put_server(struct build *b)
{
	char text[ZT_ADDRESS_TEXT_SIZE];

	if (!b->alert->have_server) {
		zt_put_null(&b->document, b->document.root, "server");
		return;
	}
	json_t *server = zt_put_object(&b->document, b->document.root, "server");
	zt_put_text(&b->document, server, "ip",
	    zt_address_text(b->alert->family, b->alert->server, text));
	zt_put_number(&b->document, server, "port", b->alert->server_port);
}

static void
put_community_id(struct build *b)
{
	const struct zt_alert *alert = b->alert;
	char text[ZT_COMMUNITY_ID_SIZE];

	/* The name of one flow, so only where the alert is about one. */
	if (!alert->have_server || alert->source_port == 0 || alert->transport == 0) {
		zt_put_null(&b->document, b->document.root, "community_id");
		return;
	}
	struct zt_flow_ends ends = { alert->source, alert->server, alert->source_port,
		alert->server_port, alert->family, alert->transport };
	zt_put_text(&b->document, b->document.root, "community_id",
	    zt_community_id(&ends, text));
}

static void
put_vlan(struct build *b)
{
	if (b->alert->n_vlan == 0) {
		zt_put_null(&b->document, b->document.root, "vlan");
		return;
	}
	json_t *vlan = zt_put_array(&b->document, b->document.root, "vlan");
	for (unsigned i = 0; i < b->alert->n_vlan && i < ZT_VLAN_MAX; i++)
		zt_append(&b->document, vlan, json_integer(b->alert->vlan[i]));
}

static void
put_tunnel(struct build *b)
{
	const struct zt_origin *origin = &b->alert->origin;
	char text[ZT_ADDRESS_TEXT_SIZE];

	if (!b->alert->have_origin || !b->alert->origin_tunnel) {
		zt_put_null(&b->document, b->document.root, "tunnel");
		return;
	}
	json_t *tunnel = zt_put_object(&b->document, b->document.root, "tunnel");
	zt_put_text(&b->document, tunnel, "kind", zt_tunnel_name(origin->tunnel_kind));
	zt_put_number(&b->document, tunnel, "id", origin->tunnel_id);
	bool has_outer = origin->outer_family != 0;
	zt_put_text(&b->document, tunnel, "outer_source",
	    has_outer ? zt_address_text(origin->outer_family, origin->outer_src, text)
		      : NULL);
	zt_put_text(&b->document, tunnel, "outer_destination",
	    has_outer ? zt_address_text(origin->outer_family, origin->outer_dst, text)
		      : NULL);
}

static void
put_client_subnet(struct build *b)
{
	const struct zt_origin *origin = &b->alert->origin;
	char text[ZT_ADDRESS_TEXT_SIZE];
	bool has_one = b->alert->have_origin && b->alert->origin_ecs;

	zt_put_text(&b->document, b->document.root, "client_subnet",
	    has_one ? zt_prefix_text(
			  origin->ecs_family, origin->ecs_addr, origin->ecs_bits, text)
		    : NULL);
}

/* Append a name if the list may still grow by it.  A backslash takes two bytes. */
static bool
append_sample(
    struct build *b, json_t *array, const uint8_t *wire, size_t len, size_t *left)
{
	char text[ZT_NAME_TEXT_MAX];
	size_t bytes = zt_name_text(wire, len, text) + 3;

	text[bytes - 3] = '\0';
	for (const char *p = text; *p != '\0'; p++)
		bytes += *p == '\\' || *p == '"';
	if (bytes > *left)
		return false;
	*left -= bytes;
	zt_append_text(&b->document, array, text);
	return true;
}

static void
put_transfer_types(struct build *b, json_t *object)
{
	const struct zt_transfer *transfer = &b->alert->transfer;
	json_t *types = zt_put_object(&b->document, object, "types");
	char text[ZT_DECODE_TEXT_MAX];

	for (unsigned i = 0; i < transfer->n_types && i < ZT_TRANSFER_TYPES_MAX; i++) {
		(void)zt_decode_type_name(transfer->types[i].type, text, sizeof(text));
		zt_put_number(&b->document, types, text, transfer->types[i].count);
	}
}

static void
put_tsig(struct build *b, json_t *object)
{
	const struct zt_transfer *transfer = &b->alert->transfer;
	char text[ZT_NAME_TEXT_MAX];

	if ((transfer->flags & ZT_TF_TSIG) == 0 && transfer->tsig.key_len == 0) {
		zt_put_null(&b->document, object, "tsig");
		return;
	}
	json_t *tsig = zt_put_object(&b->document, object, "tsig");
	zt_put_text(&b->document, tsig, "key",
	    name_text(transfer->tsig.key, transfer->tsig.key_len, text));
	zt_put_text(&b->document, tsig, "algorithm",
	    name_text(transfer->tsig.algorithm, transfer->tsig.algorithm_len, text));
	zt_put_number(&b->document, tsig, "error", transfer->tsig.error);
	zt_put_number(
	    &b->document, tsig, "response_error", transfer->tsig.response_error);
	zt_put_bool(&b->document, tsig, "unsigned_tail",
	    (transfer->flags & ZT_TF_UNSIGNED_TAIL) != 0);
	zt_put_text(&b->document, tsig, "request",
	    zt_tsig_state_name(transfer->tsig.request_state));
	zt_put_text(&b->document, tsig, "answer",
	    transfer->messages != 0 ? zt_tsig_state_name(transfer->tsig.answer_state)
				    : NULL);
}

static void
put_providers(struct build *b, json_t *object, uint64_t bits)
{
	json_t *providers = zt_put_array(&b->document, object, "providers");

	for (unsigned bit = 0; bit < 64; bit++) {
		const char *name = zt_provider_name(bit);
		if ((bits >> bit & 1) != 0 && name[0] != '\0')
			zt_append_text(&b->document, providers, name);
	}
}

static void
put_serial(struct build *b, json_t *object, const char *key, uint32_t serial, bool have)
{
	if (have)
		zt_put_number(&b->document, object, key, serial);
	else
		zt_put_null(&b->document, object, key);
}

static void
put_transfer_samples(struct build *b, json_t *object)
{
	const struct zt_transfer *transfer = &b->alert->transfer;
	json_t *samples = zt_put_array(&b->document, object, "samples");
	size_t left = b->samples_bytes;

	/* Names lie one after the other; each ends with its root label. */
	for (size_t at = 0, n = 0; n < transfer->n_samples; n++) {
		size_t end = at;
		while (end < transfer->sample_len && transfer->samples[end] != 0)
			end += 1u + transfer->samples[end];
		if (end >= transfer->sample_len)
			return;
		end++;
		if (!append_sample(b, samples, transfer->samples + at, end - at, &left))
			return;
		at = end;
	}
}

static const char *const choreographies[] = {
	[ZT_PRELUDE_UNKNOWN] = NULL,
	[ZT_PRELUDE_COLD] = "cold",
	[ZT_PRELUDE_SOA] = "soa-first",
	[ZT_PRELUDE_NOTIFY] = "notified",
};

static void
put_transfer(struct build *b)
{
	const struct zt_transfer *t = &b->alert->transfer;
	json_t *root = b->document.root;
	char name[ZT_KEEPER_NAME_SIZE];

	zt_put_text(&b->document, root, "verdict",
	    b->alert->have_transfer ? zt_verdict_name(t->verdict) : NULL);
	if (!b->alert->have_transfer) {
		zt_put_null(&b->document, root, "transfer");
		return;
	}
	json_t *object = zt_put_object(&b->document, root, "transfer");
	uint64_t took_ns = t->last_ns > t->started_ns ? t->last_ns - t->started_ns : 0;
	zt_put_text(&b->document, object, "kind", zt_transfer_kind_name(t->kind));
	zt_put_number(&b->document, object, "records", t->records);
	zt_put_number(&b->document, object, "names", t->names);
	zt_put_number(&b->document, object, "messages", t->messages);
	zt_put_number(&b->document, object, "bytes", t->bytes);
	zt_put_real(&b->document, object, "seconds", (double)took_ns / NS_PER_S);
	put_serial(
	    b, object, "serial_from", t->serial_from, t->flags & ZT_TF_HAVE_FROM);
	put_serial(b, object, "serial_to", t->serial_to, t->flags & ZT_TF_HAVE_TO);
	put_transfer_types(b, object);
	put_tsig(b, object);
	put_providers(b, object, t->providers);
	zt_put_number(&b->document, object, "other_types", t->other_types);
	zt_put_number(&b->document, object, "deltas", t->deltas);
	zt_put_number(&b->document, object, "private_addresses", t->private_addresses);
	zt_put_number(&b->document, object, "srv_names", t->srv_names);
	zt_put_number(&b->document, object, "directory_names", t->directory_names);
	zt_put_number(&b->document, object, "mail_hosts", t->mail_hosts);
	zt_put_bool(&b->document, object, "names_estimated",
	    (t->flags & ZT_TF_NAMES_ESTIMATED) != 0);
	zt_put_bool(
	    &b->document, object, "request_seen", (t->flags & ZT_TF_MID_STREAM) == 0);
	zt_put_text(
	    &b->document, object, "choreography", choreographies[b->alert->prelude]);
	zt_put_text(&b->document, object, "zonemd", zt_zonemd_name(t->zonemd));
	zt_put_text(&b->document, object, "zone_file",
	    t->flags & ZT_TF_KEPT ? zt_keeper_name(b->alert, name) : NULL);
	put_transfer_samples(b, object);
}

/* The program that was started on this machine. */
static void
put_process(struct build *b)
{
	const struct zt_process *process = &b->alert->process;
	json_t *root = b->document.root;

	if (!b->alert->have_process) {
		zt_put_null(&b->document, root, "process");
		return;
	}
	json_t *object = zt_put_object(&b->document, root, "process");
	zt_put_text(&b->document, object, "name", zt_recon_tool_name(process->tool));
	zt_put_text(&b->document, object, "clue", zt_recon_clue_name(process->clue));
	zt_put_number(&b->document, object, "pid", process->pid);
	if (process->have_user)
		zt_put_number(&b->document, object, "user_id", process->user_id);
	else
		zt_put_null(&b->document, object, "user_id");
	zt_put_text(&b->document, object, "command", process->command);
	zt_put_bool(&b->document, object, "command_cut", process->is_cut != 0);
	zt_put_time(&b->document, object, "started", process->started_ns);
	zt_put_number(&b->document, object, "starts", process->starts);
	zt_put_bool(&b->document, object, "on_wire", b->alert->process_on_wire);
}

/* What the outside of a sealed connection showed. */
static void
put_sealed(struct build *b)
{
	const struct zt_sealed *sealed = &b->alert->sealed;
	json_t *root = b->document.root;

	if (!b->alert->have_sealed) {
		zt_put_null(&b->document, root, "encrypted");
		return;
	}
	json_t *object = zt_put_object(&b->document, root, "encrypted");
	uint64_t took_ns = sealed->last_ns - sealed->started_ns;
	zt_put_number(&b->document, object, "bytes_out", sealed->to_client);
	zt_put_number(&b->document, object, "bytes_in", sealed->to_server);
	zt_put_number(&b->document, object, "longest_run", sealed->longest_run);
	zt_put_number(&b->document, object, "turns", sealed->turns);
	zt_put_real(&b->document, object, "seconds", (double)took_ns / NS_PER_S);
}

static void
put_window_lists(struct build *b, json_t *object)
{
	const struct zt_alert_window *window = &b->alert->window;
	json_t *types = zt_put_array(&b->document, object, "types");
	char text[ZT_DECODE_TEXT_MAX];

	for (unsigned i = 0; i < window->n_types && i < ZT_ALERT_TYPES_MAX; i++) {
		(void)zt_decode_type_name(window->types[i].code, text, sizeof(text));
		zt_append_text(&b->document, types, text);
	}
	zt_put_time(&b->document, object, "first", window->first_ns);
	zt_put_time(&b->document, object, "last", window->last_ns);
	json_t *rcodes = zt_put_object(&b->document, object, "rcodes");
	for (unsigned i = 0; i < window->n_rcodes && i < ZT_ALERT_RCODES_MAX; i++) {
		(void)zt_decode_rcode_name(window->rcodes[i].code, text, sizeof(text));
		zt_put_number(&b->document, rcodes, text, window->rcodes[i].count);
	}
	json_t *samples = zt_put_array(&b->document, object, "samples");
	size_t left = b->samples_bytes;
	for (unsigned i = 0; i < window->n_samples && i < ZT_ALERT_SAMPLES_MAX; i++)
		if (!append_sample(b, samples, window->samples[i].wire,
			window->samples[i].len, &left))
			return;
}

static void
put_window(struct build *b)
{
	const struct zt_alert_window *window = &b->alert->window;

	if (!window->present) {
		zt_put_null(&b->document, b->document.root, "window");
		return;
	}
	json_t *object = zt_put_object(&b->document, b->document.root, "window");
	zt_put_number(&b->document, object, "seconds", window->seconds);
	zt_put_number(&b->document, object, "queries", window->queries);
	zt_put_number(&b->document, object, "names", window->names);
	put_window_lists(b, object);
	zt_put_real(&b->document, object, "names_error",
	    window->names_estimated ? window->names_error_ppm / PER_MILLION : 0.0);
}

static void
put_address_samples(struct build *b, json_t *object)
{
	const struct zt_alert_learned *learned = &b->alert->learned;
	json_t *samples = zt_put_array(&b->document, object, "samples");
	char text[ZT_ADDRESS_TEXT_SIZE];

	if (b->samples_bytes == 0)
		return;
	for (unsigned i = 0; i < learned->n_samples && i < ZT_ALERT_ADDRESSES_MAX; i++)
		zt_append_text(&b->document, samples,
		    zt_address_text(
			learned->samples[i].family, learned->samples[i].addr, text));
}

static void
put_learned(struct build *b)
{
	const struct zt_alert_learned *learned = &b->alert->learned;

	if (!learned->present) {
		zt_put_null(&b->document, b->document.root, "learned");
		return;
	}
	json_t *object = zt_put_object(&b->document, b->document.root, "learned");
	zt_put_number(&b->document, object, "names_found", learned->names_found);
	zt_put_number(&b->document, object, "names_absent", learned->names_absent);
	zt_put_number(&b->document, object, "addresses", learned->addresses);
	zt_put_number(
	    &b->document, object, "private_addresses", learned->private_addresses);
	put_address_samples(b, object);
	zt_put_number(&b->document, object, "mail_hosts", learned->mail_hosts);
	put_providers(b, object, learned->providers);
	zt_put_number(&b->document, object, "intervals", learned->intervals);
	if (learned->have_share)
		zt_put_real(&b->document, object, "zone_share",
		    learned->share_ppm / PER_MILLION);
	else
		zt_put_null(&b->document, object, "zone_share");
	zt_put_real(&b->document, object, "error", learned->error_ppm / PER_MILLION);
	zt_put_bool(&b->document, object, "at_least", learned->at_least);
}

static void
put_tool(struct build *b)
{
	const struct zt_alert_tool *tool = &b->alert->tool;

	if (tool->name == NULL) {
		zt_put_null(&b->document, b->document.root, "tool");
		return;
	}
	json_t *object = zt_put_object(&b->document, b->document.root, "tool");
	zt_put_text(&b->document, object, "name", tool->name);
	zt_put_real(&b->document, object, "score", tool->score_ppm / PER_MILLION);
	json_t *because = zt_put_array(&b->document, object, "because");
	for (unsigned i = 0; i < tool->n_because && i < ZT_ALERT_BECAUSE_MAX; i++)
		zt_append_text(&b->document, because, tool->because[i]);
}

static void
put_health(struct build *b)
{
	const struct zt_alert_health *health = &b->alert->health;

	if (!health->present) {
		zt_put_null(&b->document, b->document.root, "health");
		return;
	}
	json_t *object = zt_put_object(&b->document, b->document.root, "health");
	zt_put_text(&b->document, object, "subject",
	    health->subject[0] != '\0' ? health->subject : NULL);
	zt_put_text(&b->document, object, "meaning", health->meaning);
	zt_put_text(&b->document, object, "advice", health->advice);
	zt_put_number(&b->document, object, "count", health->count);
	zt_put_number(&b->document, object, "of", health->of);
	zt_put_number(&b->document, object, "seconds", health->seconds);
}

static void
put_trust(struct build *b)
{
	const struct zt_alert_trust *trust = &b->alert->trust;
	json_t *object = zt_put_object(&b->document, b->document.root, "trust");

	zt_put_number(&b->document, object, "kernel_drops", trust->kernel_drops);
	zt_put_number(&b->document, object, "ring_drops", trust->ring_drops);
	if (trust->capture_gaps != 0)
		zt_put_number(
		    &b->document, object, "capture_gaps", trust->capture_gaps);
	zt_put_number(&b->document, object, "gap_bytes", trust->gap_bytes);
	zt_put_bool(&b->document, object, "one_sided", trust->one_sided);
	zt_put_bool(&b->document, object, "at_least", trust->at_least);
}

static void
put_head(struct build *b)
{
	const struct zt_alert *alert = b->alert;
	struct zt_document *document = &b->document;
	json_t *root = document->root;
	char text[ZT_TIME_TEXT_SIZE];

	zt_put_text(document, root, "time", zt_time_text(alert->ts_ns, text));
	zt_put_text(document, root, "id", alert->id);
	zt_put_text(document, root, "event", zt_alert_event_name(alert->event));
	zt_put_text(document, root, "rule", alert->rule);
	zt_put_text(document, root, "title", alert->title);
	zt_put_number(document, root, "risk", alert->risk);
	zt_put_text(document, root, "severity", zt_level_name(alert->severity));
	zt_put_text(document, root, "confidence", zt_level_name(alert->confidence));
	zt_put_bool(document, root, "authorised", alert->authorised);
	zt_put_text(document, root, "technique", alert->technique);
	zt_put_text(document, root, "tactic", alert->tactic);
}

static void
put_all(struct build *b)
{
	const struct zt_alert *alert = b->alert;
	json_t *root = b->document.root;
	char text[ZT_NAME_TEXT_MAX];

	put_head(b);
	put_source(b);
	put_server(b);
	zt_put_text(
	    &b->document, root, "transport", zt_transport_name(alert->transport));
	put_community_id(b);
	put_vlan(b);
	put_tunnel(b);
	put_client_subnet(b);
	zt_put_text(&b->document, root, "zone",
	    name_text(alert->zone.wire, alert->zone.len, text));
	put_transfer(b);
	put_sealed(b);
	put_process(b);
	put_window(b);
	put_learned(b);
	put_tool(b);
	put_trust(b);
	put_health(b);
	zt_put_text(&b->document, root, "sensor", b->context->sensor);
	zt_put_text(&b->document, root, "interface",
	    zt_interfaces_name(b->context->interfaces, alert->interface));
	zt_put_text(&b->document, root, "campaign",
	    alert->campaign[0] != '\0' ? alert->campaign : NULL);
}

static char *
build_line(const struct zt_alert *alert, const struct zt_format_context *context,
    size_t samples_bytes)
{
	struct build b = { .alert = alert, .context = context };

	b.samples_bytes = samples_bytes;
	zt_document_init(&b.document);
	put_all(&b);
	char *line = zt_document_text(&b.document);
	zt_document_fini(&b.document);
	return line;
}

char *
zt_format_native(const struct zt_alert *alert, const struct zt_format_context *context)
{
	char *line = build_line(alert, context, SAMPLES_MAX_BYTES);

	if (line == NULL || strlen(line) <= LINE_MAX_BYTES)
		return line;
	free(line);
	return build_line(alert, context, 0);
}
