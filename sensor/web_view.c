#include "web_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "document.h"
#include "numbers.h"
#include "totals.h"

/* A sensor with a blind spot of this risk is not well. */
#define NOT_WELL_RISK 50
#define ID_SIZE	      48

static void
put_totals(struct zt_document *document, const struct zt_statistics *statistics)
{
	const struct zt_totals totals = zt_statistics_totals(statistics);
	const struct zt_engine_stats *engine = statistics->engine;
	json_t *object = zt_totals_put(document, document->root, statistics);

	zt_put_number(document, object, "alerts", totals.alerts_raised);
	zt_put_number(document, object, "alerts_written", statistics->alerts.written);
	zt_put_number(document, object, "sources", engine->sources_live);
	zt_put_number(document, object, "evicted",
	    engine->sources_evicted + engine->tracks_evicted);
	zt_put_number(document, object, "memory", engine->memory_bytes);
}

static void
put_problems(struct zt_document *document, const struct zt_daemon *daemon)
{
	struct zt_health_problem problems[ZT_WEB_VIEW_PROBLEMS];
	size_t n = zt_health_problems(daemon, problems, ZT_WEB_VIEW_PROBLEMS);
	json_t *array = zt_put_array(document, document->root, "problems");

	for (size_t i = 0; i < n; i++) {
		const struct zt_health_text *text = problems[i].text;
		json_t *object = json_object();
		zt_append(document, array, object);
		if (document->failed)
			return;
		zt_put_text(document, object, "rule", text->name);
		zt_put_text(document, object, "title", text->title);
		zt_put_text(document, object, "meaning", text->meaning);
		zt_put_text(document, object, "advice", text->advice);
		zt_put_number(document, object, "risk", text->risk);
		zt_put_text(document, object, "subject",
		    problems[i].subject[0] != '\0' ? problems[i].subject : NULL);
	}
}

static char *
finish(struct zt_document *document)
{
	char *text = zt_document_text(document);

	zt_document_fini(document);
	return text;
}

char *
zt_web_view_numbers(const struct zt_daemon *daemon)
{
	const struct zt_numbers *numbers = daemon->states[ZT_PART_NUMBERS];
	const struct zt_board_counts *board =
	    zt_board_counts(daemon->states[ZT_PART_BOARD]);
	struct zt_statistics statistics;
	struct zt_document document;

	zt_numbers_statistics(numbers, &statistics);
	zt_document_init(&document);
	json_t *root = document.root;
	zt_put_text(&document, root, "sensor", daemon->context.sensor);
	zt_put_text(&document, root, "version", ZT_VERSION);
	zt_put_real(&document, root, "uptime", zt_numbers_uptime_s(numbers));
	put_totals(&document, &statistics);
	zt_put_number(
	    &document, root, "memory_limit", daemon->conf->detect.memory_bytes);
	zt_put_number(&document, root, "incidents_open", board->open);
	zt_put_number(&document, root, "incidents_opened", board->opened);
	put_problems(&document, daemon);
	return finish(&document);
}

char *
zt_web_view_health(const struct zt_daemon *daemon, bool *is_well)
{
	struct zt_health_problem problems[ZT_WEB_VIEW_PROBLEMS];
	size_t n = zt_health_problems(daemon, problems, ZT_WEB_VIEW_PROBLEMS);
	struct zt_document document;

	*is_well = true;
	for (size_t i = 0; i < n; i++)
		*is_well &= problems[i].text->risk < NOT_WELL_RISK;
	zt_document_init(&document);
	zt_put_text(&document, document.root, "status", *is_well ? "ok" : "degraded");
	put_problems(&document, daemon);
	return finish(&document);
}

/* Sequence numbers begin anew with each run, so the run is part of the id. */
static void
write_id(const struct zt_daemon *daemon, uint64_t sequence, char id[ID_SIZE])
{
	uint64_t run = zt_numbers_started_ns(daemon->states[ZT_PART_NUMBERS]);

	(void)snprintf(id, ID_SIZE, "%" PRIx64 "-%" PRIu64, run, sequence); /* fits */
}

/* The sequence number in an id of this run; 0: none. */
static uint64_t
read_id(const struct zt_daemon *daemon, const char *id)
{
	char own[ID_SIZE];

	write_id(daemon, 0, own);
	size_t len = strlen(own) - 1; /* up to and with the dash */
	if (strncmp(own, id, len) != 0 || id[len] < '0' || id[len] > '9')
		return 0;
	return strtoull(id + len, NULL, 10);
}

bool
zt_web_view_incident(const struct zt_daemon *daemon, const struct zt_board_entry *entry,
    struct evbuffer *to)
{
	char *alert = zt_format_native(&entry->alert, &daemon->context);
	char id[ID_SIZE];

	if (alert == NULL)
		return false;
	write_id(daemon, entry->sequence, id);
	int n = evbuffer_add_printf(to,
	    "id: %s\nevent: incident\ndata: {\"sequence\":%" PRIu64
	    ",\"opened_ms\":%" PRIu64 ",\"updated_ms\":%" PRIu64
	    ",\"closed\":%s,\"alerts\":%" PRIu32 ",\"alert\":%s}\n\n",
	    id, entry->sequence, entry->opened_ns / 1000000,
	    entry->updated_ns / 1000000, entry->closed_ns != 0 ? "true" : "false",
	    entry->n_alerts, alert);
	free(alert);
	return n >= 0;
}

bool
zt_web_view_since(
    const struct zt_daemon *daemon, const char *last_id, struct evbuffer *to)
{
	const struct zt_board *board = daemon->states[ZT_PART_BOARD];
	const struct zt_board_entry *entries[ZT_WEB_VIEW_INCIDENTS];
	const struct zt_board_entry *entry = NULL;
	struct zt_board_filter filter = { 0 };
	size_t n = 0;

	if (last_id != NULL)
		filter.since = read_id(daemon, last_id);
	if (filter.since == 0 &&
	    evbuffer_add_printf(to, "event: reset\ndata: {}\n\n") < 0)
		return false;
	while (n < ZT_WEB_VIEW_INCIDENTS &&
	       (entry = zt_board_next(board, &filter, entry)) != NULL)
		entries[n++] = entry;
	while (n-- > 0)
		if (!zt_web_view_incident(daemon, entries[n], to))
			return false;
	return true;
}
