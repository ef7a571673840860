/*
 * What the control socket tells of the engine.  Errands look at it between two events:
 * a stretch of a table at a time, so that events never wait long.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../detect/inspect.h"
#include "../detect/nets.h"
#include "../dissect/name.h"
#include "alert_text.h"
#include "inquiry.h"
#include "ranking.h"

#define NS_PER_S 1e9
/* Places of the table of sources that one errand looks at: 1 MiB, about 0.2 ms. */
#define STRETCH	   16384
#define TRACKS_MAX 64

struct seen_entry {
	const char *list;
	size_t number;
	struct zt_zone_name zone;
	struct zt_prefix prefix;
	uint64_t hits;
};

_Static_assert(sizeof(struct seen_entry) <= ZT_RANKING_BYTES, "fits a ranking");

struct listing {
	struct zt_ranking ranking;
	uint64_t place; /* Where the next errand goes on. */
	uint64_t n;	/* What passed the filters. */
	bool has_more;
	char order; /* First letter of what it is ranked by. */
	const char *list;
	bool has_prefix;
	struct zt_prefix prefix;
};

struct detail {
	struct zt_prefix address;
	long n; /* Tracks; -1: not known. */
	struct zt_inspect_source source;
	struct zt_inspect_track tracks[TRACKS_MAX];
};

static struct zt_inquiry *
inquiry_of(struct zt_errand *errand)
{
	return (struct zt_inquiry *)(void *)errand;
}

/* Have run look at the engine, then done put what it saw. */
static bool
ask(struct zt_inquiry *inquiry, size_t work_bytes,
    void (*run)(struct zt_errand *errand, struct zt_engine *engine),
    void (*done)(struct zt_errand *errand))
{
	inquiry->errand.run = run;
	inquiry->errand.done = done;
	if (inquiry->work == NULL)
		inquiry->work = calloc(1, work_bytes);
	if (inquiry->work == NULL) {
		inquiry->document.failed = true;
		return true;
	}
	zt_errands_post(inquiry->daemon->errands, &inquiry->errand);
	return false;
}

static const char *
lists_text(const struct zt_inspect_source *source, char text[64])
{
	(void)snprintf(text, 64, "%s%s%s%s", source->is_internal ? " internal" : "",
	    source->is_resolver ? " resolver" : "",
	    source->is_monitor ? " monitor" : "", source->is_scanner ? " scanner" : "");
	return text[0] != '\0' ? text + 1 : NULL;
}

static void
put_id(struct zt_document *document, json_t *row, const char *key, uint64_t id)
{
	char text[ZT_ALERT_ID_SIZE];

	(void)snprintf(text, sizeof(text), "%016" PRIx64, id);
	zt_put_text(document, row, key, id != 0 ? text : NULL);
}

static const char *
source_text(const struct zt_inspect_source *source, char text[ZT_ADDRESS_TEXT_SIZE])
{
	bool is_host = source->prefix_len == (source->family == 4 ? 32 : 128);

	return is_host ? zt_address_text(source->family, source->addr, text)
		       : zt_prefix_text(
			     source->family, source->addr, source->prefix_len, text);
}

static void
put_source(
    struct zt_document *document, json_t *row, const struct zt_inspect_source *source)
{
	char text[64];
	char address[ZT_ADDRESS_TEXT_SIZE];

	zt_put_text(document, row, "source", source_text(source, address));
	zt_put_number(document, row, "events", source->events);
	zt_put_number(document, row, "tracks", source->n_tracks);
	zt_put_number(document, row, "incidents", source->n_incidents);
	zt_put_real(document, row, "idle_s", (double)source->idle_ns / NS_PER_S);
	zt_put_text(document, row, "lists", lists_text(source, text));
	put_id(document, row, "campaign", source->campaign);
}

static bool
is_inside(const struct listing *listing, const struct zt_inspect_source *source)
{
	uint8_t masked[16];

	if (!listing->has_prefix)
		return true;
	if (source->family != listing->prefix.family)
		return false;
	zt_nets_mask(masked, source->addr, listing->prefix.bits);
	return memcmp(masked, listing->prefix.addr, sizeof(masked)) == 0;
}

static void
see_source(void *arg, const struct zt_inspect_source *source)
{
	struct listing *listing = arg;
	uint64_t key = source->events;

	if (!is_inside(listing, source))
		return;
	if (listing->order == 't')
		key = source->n_tracks;
	else if (listing->order == 'i')
		key = source->n_incidents;
	else if (listing->order == 'r')
		key = UINT64_MAX - source->idle_ns;
	listing->n++;
	zt_ranking_offer(&listing->ranking, key, source);
}

static void
look_at_sources(struct zt_errand *errand, struct zt_engine *engine)
{
	struct listing *listing = inquiry_of(errand)->work;

	listing->has_more =
	    zt_inspect_sources(engine, &listing->place, STRETCH, see_source, listing);
}

static void
put_sources(struct zt_errand *errand)
{
	struct zt_inquiry *inquiry = inquiry_of(errand);
	struct listing *listing = inquiry->work;
	struct zt_document *document = &inquiry->document;

	if (listing->has_more) {
		zt_errands_post(inquiry->daemon->errands, errand);
		return;
	}
	zt_ranking_finish(&listing->ranking);
	json_t *rows = zt_put_array(document, inquiry->result, "sources");
	for (size_t i = 0; i < listing->ranking.n && !document->failed; i++) {
		struct zt_inspect_source seen;
		json_t *row = json_object();
		zt_append(document, rows, row);
		memcpy(&seen, listing->ranking.items[i].record, sizeof(seen));
		if (!document->failed)
			put_source(document, row, &seen);
	}
	zt_put_number(document, inquiry->result, "matched", listing->n);
	inquiry->reply(inquiry);
}

bool
zt_answer_sources(struct zt_inquiry *inquiry)
{
	const char *order = zt_request_text(&inquiry->request, "by");
	struct listing *listing = calloc(1, sizeof(*listing));

	inquiry->work = listing;
	if (listing == NULL) {
		inquiry->document.failed = true;
		return true;
	}
	listing->order = order != NULL ? order[0] : 'e';
	listing->has_prefix = zt_inquiry_prefix(inquiry, "source", &listing->prefix);
	if (inquiry->code != NULL)
		return true;
	zt_ranking_init(&listing->ranking,
	    zt_request_number(&inquiry->request, "limit", ZT_COMMAND_ROWS),
	    sizeof(struct zt_inspect_source));
	return ask(inquiry, sizeof(*listing), look_at_sources, put_sources);
}

static void
look_at_source(struct zt_errand *errand, struct zt_engine *engine)
{
	struct detail *detail = inquiry_of(errand)->work;

	detail->n = zt_inspect_source(
	    engine, &detail->address, &detail->source, detail->tracks, TRACKS_MAX);
}

static void
put_track(
    struct zt_document *document, json_t *row, const struct zt_inspect_track *track)
{
	char scope[20];

	(void)snprintf(scope, sizeof(scope), "%016" PRIx64, track->scope);
	zt_put_text(
	    document, row, "rule", track->rule != NULL ? track->rule : "fingerprint");
	zt_put_text(document, row, "scope", track->scope != 0 ? scope : NULL);
	zt_put_number(document, row, "hits", track->hits);
	zt_put_number(document, row, "queries", track->queries);
	zt_put_number(document, row, "names", track->names);
	zt_put_real(document, row, "idle_s", (double)track->idle_ns / NS_PER_S);
	zt_put_number(document, row, "level", track->level);
	zt_put_bool(document, row, "tcp", track->is_tcp);
	zt_put_bool(document, row, "answered", track->is_answered);
	put_id(document, row, "incident", track->incident);
}

static void
put_source_detail(struct zt_errand *errand)
{
	struct zt_inquiry *inquiry = inquiry_of(errand);
	struct detail *detail = inquiry->work;
	struct zt_document *document = &inquiry->document;
	const struct zt_inspect_source *source = &detail->source;

	if (detail->n < 0) {
		zt_inquiry_fail(
		    inquiry, "not-found", "nothing is known of this source (any more)");
		inquiry->reply(inquiry);
		return;
	}
	put_source(document, inquiry->result, source);
	zt_put_bool(
	    document, inquiry->result, "asks_like_a_resolver", source->is_iterative);
	json_t *rows = zt_put_array(document, inquiry->result, "what_rules_keep");
	for (long i = 0; i < detail->n && !document->failed; i++) {
		json_t *row = json_object();
		zt_append(document, rows, row);
		if (!document->failed)
			put_track(document, row, &detail->tracks[i]);
	}
	inquiry->reply(inquiry);
}

bool
zt_answer_source(struct zt_inquiry *inquiry)
{
	struct detail *detail = calloc(1, sizeof(*detail));

	inquiry->work = detail;
	if (detail == NULL) {
		inquiry->document.failed = true;
		return true;
	}
	if (!zt_inquiry_prefix(inquiry, "address", &detail->address))
		return true;
	if (detail->address.bits != (detail->address.family == 4 ? 32 : 128)) {
		zt_inquiry_fail(inquiry, "argument",
		    "address: one address; networks are for sources --source");
		return true;
	}
	return ask(inquiry, sizeof(*detail), look_at_source, put_source_detail);
}

static void
see_entry(void *arg, const struct zt_inspect_entry *entry)
{
	struct listing *listing = arg;
	struct seen_entry seen = {
		.list = entry->list,
		.number = entry->number,
		.prefix = entry->prefix,
		.hits = entry->hits,
	};

	if (listing->list != NULL && strcmp(listing->list, entry->list) != 0)
		return;
	if (entry->zone != NULL)
		seen.zone = *entry->zone;
	listing->n++;
	zt_ranking_offer(&listing->ranking, entry->hits, &seen);
}

static void
look_at_policy(struct zt_errand *errand, struct zt_engine *engine)
{
	struct listing *listing = inquiry_of(errand)->work;

	zt_inspect_policy(engine, see_entry, listing);
}

static void
put_entry(struct zt_document *document, json_t *row, const struct seen_entry *entry)
{
	char text[ZT_ADDRESS_TEXT_SIZE];
	char zone[ZT_NAME_TEXT_MAX];

	zt_put_text(document, row, "list", entry->list);
	zt_put_text(document, row, "entry",
	    zt_prefix_text(
		entry->prefix.family, entry->prefix.addr, entry->prefix.bits, text));
	zt_put_number(document, row, "hits", entry->hits);
	if (entry->zone.len != 0)
		zone[zt_name_text(entry->zone.wire, entry->zone.len, zone)] = '\0';
	zt_put_text(document, row, "zone", entry->zone.len != 0 ? zone : NULL);
	if (strcmp(entry->list, "scanners") == 0)
		zt_put_number(document, row, "scanner", entry->number + 1);
	else
		zt_put_null(document, row, "scanner");
}

static void
put_policy(struct zt_errand *errand)
{
	struct zt_inquiry *inquiry = inquiry_of(errand);
	struct listing *listing = inquiry->work;
	struct zt_document *document = &inquiry->document;
	json_t *rows = zt_put_array(document, inquiry->result, "policy");

	zt_ranking_finish(&listing->ranking);
	for (size_t i = 0; i < listing->ranking.n && !document->failed; i++) {
		struct seen_entry seen;
		json_t *row = json_object();
		zt_append(document, rows, row);
		memcpy(&seen, listing->ranking.items[i].record, sizeof(seen));
		if (!document->failed)
			put_entry(document, row, &seen);
	}
	zt_put_number(document, inquiry->result, "entries", listing->n);
	inquiry->reply(inquiry);
}

bool
zt_answer_policy(struct zt_inquiry *inquiry)
{
	struct listing *listing = calloc(1, sizeof(*listing));

	inquiry->work = listing;
	if (listing == NULL) {
		inquiry->document.failed = true;
		return true;
	}
	listing->list = zt_request_text(&inquiry->request, "list");
	zt_ranking_init(&listing->ranking,
	    zt_request_number(&inquiry->request, "limit", ZT_COMMAND_ROWS),
	    sizeof(struct seen_entry));
	return ask(inquiry, sizeof(*listing), look_at_policy, put_policy);
}

struct memory {
	struct zt_inspect_memory bytes;
	struct zt_engine_stats engine;
};

static void
look_at_memory(struct zt_errand *errand, struct zt_engine *engine)
{
	struct memory *memory = inquiry_of(errand)->work;

	zt_inspect_memory(engine, &memory->bytes);
	memory->engine = *zt_engine_stats(engine);
}

static void
put_memory(struct zt_errand *errand)
{
	struct zt_inquiry *inquiry = inquiry_of(errand);
	const struct memory *memory = inquiry->work;
	const struct zt_inspect_memory *bytes = &memory->bytes;
	const struct zt_engine_stats *engine = &memory->engine;
	struct zt_document *document = &inquiry->document;
	json_t *result = inquiry->result;

	zt_put_number(document, result, "budget_bytes",
	    inquiry->daemon->conf->detect.memory_bytes);
	zt_put_number(document, result, "claimed_bytes", engine->memory_bytes);
	zt_put_number(document, result, "peak_bytes", engine->memory_peak_bytes);
	zt_put_number(document, result, "index_bytes", bytes->index_bytes);
	json_t *sources = zt_put_object(document, result, "sources");
	zt_put_number(document, sources, "live", bytes->sources_live);
	zt_put_number(document, sources, "room", bytes->sources_cap);
	zt_put_number(document, sources, "reserved_bytes", bytes->sources_bytes);
	zt_put_number(document, sources, "expired", engine->sources_expired);
	zt_put_number(document, sources, "evicted", engine->sources_evicted);
	zt_put_number(document, sources, "refused", engine->sources_refused);
	json_t *tracks = zt_put_object(document, result, "tracks");
	zt_put_number(document, tracks, "live", engine->tracks_live);
	zt_put_number(document, tracks, "used_bytes", bytes->arena_used_bytes);
	zt_put_number(document, tracks, "peak_bytes", bytes->arena_peak_bytes);
	zt_put_number(document, tracks, "reserved_bytes", bytes->arena_bytes);
	zt_put_number(document, tracks, "expired", engine->tracks_expired);
	zt_put_number(document, tracks, "evicted", engine->tracks_evicted);
	zt_put_number(document, tracks, "refused", engine->tracks_refused);
	zt_put_number(document, tracks, "clipped", engine->tracks_clipped);
	inquiry->reply(inquiry);
}

bool
zt_answer_memory(struct zt_inquiry *inquiry)
{
	return ask(inquiry, sizeof(struct memory), look_at_memory, put_memory);
}
