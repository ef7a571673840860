/*
 * What the control socket tells of the daemon itself, and what it makes it do.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board.h"
#include "inquiry.h"
#include "numbers.h"
#include "totals.h"

static const char *const level_names[] = {
	[ZT_LOG_ERROR] = "error",
	[ZT_LOG_WARNING] = "warning",
	[ZT_LOG_INFO] = "info",
};

static void
put_rates(struct zt_document *document, json_t *object, const struct zt_rates *rates)
{
	zt_put_real(document, object, "packets_per_s", rates->packets);
	zt_put_real(document, object, "bytes_per_s", rates->bytes);
	zt_put_real(document, object, "messages_per_s", rates->messages);
	zt_put_real(document, object, "events_per_s", rates->events);
	zt_put_real(document, object, "kernel_drops_per_s", rates->kernel_drops);
	zt_put_real(document, object, "ring_drops_per_s", rates->ring_drops);
}

static void
put_identity(struct zt_inquiry *inquiry, const struct zt_numbers *numbers)
{
	struct zt_document *document = &inquiry->document;
	const struct zt_daemon *daemon = inquiry->daemon;
	json_t *result = inquiry->result;

	zt_put_text(document, result, "version", ZT_VERSION);
	zt_put_text(document, result, "sensor", daemon->context.sensor);
	zt_put_number(document, result, "pid", (uint64_t)getpid());
	zt_put_time(document, result, "started", zt_numbers_started_ns(numbers));
	zt_put_real(document, result, "uptime_s", zt_numbers_uptime_s(numbers));
	json_t *configuration = zt_put_object(document, result, "configuration");
	zt_put_text(document, configuration, "path", daemon->options->config);
	zt_put_time(document, configuration, "loaded", daemon->loaded_ns);
	zt_put_number(document, configuration, "reloads", daemon->reloads);
	zt_put_number(
	    document, configuration, "reloads_failed", daemon->reloads_failed);
	zt_put_text(document, result, "log_level", level_names[daemon->log->level]);
}

/* What the start has given up, see session_confine.c. */
static void
put_protection(struct zt_inquiry *inquiry)
{
	struct zt_document *document = &inquiry->document;
	const struct zt_daemon *daemon = inquiry->daemon;
	json_t *object = zt_put_object(document, inquiry->result, "protection");

	zt_put_number(document, object, "uid", (uint64_t)geteuid());
	zt_put_text(
	    document, object, "seccomp", zt_sandbox_mode_name(daemon->sandbox.mode));
	zt_put_bool(document, object, "landlock", daemon->landlock > 0);
	zt_put_number(document, object, "landlock_version", (uint64_t)daemon->landlock);
	zt_put_text(document, object, "layers", daemon->layers);
}

static void
put_totals(struct zt_inquiry *inquiry, const struct zt_statistics *statistics)
{
	struct zt_document *document = &inquiry->document;

	zt_totals_put(document, inquiry->result, statistics);
	zt_totals_put_alerts(document, inquiry->result, statistics);
	json_t *engine = zt_put_object(document, inquiry->result, "engine");
	zt_put_number(document, engine, "sources", statistics->engine->sources_live);
	zt_put_number(document, engine, "tracks", statistics->engine->tracks_live);
	zt_put_number(
	    document, engine, "incidents", statistics->engine->incidents_live);
	zt_put_number(
	    document, engine, "memory_bytes", statistics->engine->memory_bytes);
	zt_put_number(document, engine, "budget_bytes",
	    inquiry->daemon->conf->detect.memory_bytes);
}

static void
put_interfaces(struct zt_inquiry *inquiry)
{
	struct zt_document *document = &inquiry->document;
	const struct zt_opener *opener = inquiry->daemon->workers[0].opener;
	json_t *rows = zt_put_array(document, inquiry->result, "interfaces");

	for (size_t i = 0; i < zt_opener_links(opener) && !document->failed; i++) {
		const struct zt_link_state *link = zt_opener_link(opener, i);
		char name[ZT_LINK_NAME_SIZE];
		json_t *row = json_object();
		zt_append(document, rows, row);
		if (document->failed)
			return;
		zt_put_text(document, row, "interface", link->configured);
		zt_put_text(document, row, "name", zt_link_name(link, name));
		/* Relaxed: words for people, nothing else is handed over with them. */
		zt_put_text(document, row, "state",
		    zt_link_status_name((enum zt_link_status)atomic_load_explicit(
			&link->status, memory_order_relaxed)));
		zt_put_bool(document, row, "open",
		    atomic_load_explicit(&link->open, memory_order_relaxed));
		zt_put_number(document, row, "opens", zt_counted(&link->opens));
		zt_put_number(
		    document, row, "open_failures", zt_counted(&link->open_failures));
		zt_put_number(document, row, "gaps", zt_counted(&link->gaps));
	}
}

static void
put_workers(struct zt_inquiry *inquiry, const struct zt_numbers *numbers)
{
	struct zt_document *document = &inquiry->document;
	const struct zt_daemon *daemon = inquiry->daemon;
	json_t *rows = zt_put_array(document, inquiry->result, "workers");

	for (size_t i = 0; i < daemon->n_workers && !document->failed; i++) {
		const struct zt_worker *worker = &daemon->workers[i];
		const struct zt_feed *feed = &daemon->feeds[i];
		const struct zt_dissect_stats *stats =
		    zt_dissect_stats(worker->dissect);
		const struct zt_rates rates = zt_numbers_worker_rates(numbers, i);
		uint64_t drops = zt_counted(&feed->kernel_drops);
		json_t *row = json_object();
		zt_append(document, rows, row);
		if (document->failed)
			return;
		zt_put_number(document, row, "worker", i);
		zt_put_text(document, row, "interface",
		    zt_opener_link_of(worker->opener, worker->slot)->configured);
		zt_put_number(
		    document, row, "packets", zt_counted(&worker->received) + drops);
		zt_put_number(document, row, "kernel_drops", drops);
		zt_put_number(document, row, "messages", zt_counted(&stats->messages));
		zt_put_number(document, row, "events", zt_counted(&feed->pushed));
		zt_put_number(document, row, "ring_drops", zt_counted(&feed->dropped));
		zt_put_number(document, row, "waiting",
		    zt_counted(&feed->pushed) - zt_counted(&feed->dropped) -
			zt_counted(&feed->popped));
		zt_put_real(document, row, "packets_per_s", rates.packets);
		zt_put_real(document, row, "bytes_per_s", rates.bytes);
	}
}

bool
zt_answer_status(struct zt_inquiry *inquiry)
{
	const struct zt_daemon *daemon = inquiry->daemon;
	const struct zt_numbers *numbers = daemon->states[ZT_PART_NUMBERS];
	const struct zt_board_counts *counts =
	    zt_board_counts(daemon->states[ZT_PART_BOARD]);
	struct zt_document *document = &inquiry->document;
	struct zt_statistics statistics;
	struct zt_rates rates = zt_numbers_rates(numbers);

	zt_numbers_statistics(numbers, &statistics);
	put_identity(inquiry, numbers);
	put_protection(inquiry);
	put_interfaces(inquiry);
	put_workers(inquiry, numbers);
	put_rates(document, zt_put_object(document, inquiry->result, "rates"), &rates);
	put_totals(inquiry, &statistics);
	json_t *incidents = zt_put_object(document, inquiry->result, "incidents");
	zt_put_number(document, incidents, "open", counts->open);
	zt_put_number(document, incidents, "opened", counts->opened);
	zt_put_number(document, incidents, "sequence", counts->sequence);
	zt_daemon_describe(daemon, document, inquiry->result);
	return true;
}

bool
zt_answer_workers(struct zt_inquiry *inquiry)
{
	put_workers(inquiry, inquiry->daemon->states[ZT_PART_NUMBERS]);
	return true;
}

bool
zt_answer_counters(struct zt_inquiry *inquiry)
{
	struct zt_statistics statistics;
	unsigned n_broken = 0;

	zt_numbers_statistics(inquiry->daemon->states[ZT_PART_NUMBERS], &statistics);
	char *text = zt_statistics_text(&statistics, &n_broken);
	json_t *counters = text != NULL ? json_loads(text, 0, NULL) : NULL;
	free(text);
	zt_put(&inquiry->document, inquiry->result, "counters", counters);
	return true;
}

bool
zt_answer_reload(struct zt_inquiry *inquiry)
{
	struct zt_daemon *daemon = inquiry->daemon;
	struct zt_err err = { "" };

	if (daemon->reload == NULL)
		zt_inquiry_fail(inquiry, "unavailable",
		    "this daemon cannot load its configuration anew");
	else if (daemon->reload(daemon, &err) != 0)
		zt_inquiry_fail(inquiry, "failed", "nothing has changed: %s", err.text);
	else
		zt_put_number(
		    &inquiry->document, inquiry->result, "reloads", daemon->reloads);
	return true;
}

bool
zt_answer_rotate(struct zt_inquiry *inquiry)
{
	struct zt_daemon *daemon = inquiry->daemon;

	if (daemon->rotate == NULL) {
		zt_inquiry_fail(inquiry, "unavailable", "this daemon rotates nothing");
		return true;
	}
	daemon->rotate(daemon);
	zt_put_bool(&inquiry->document, inquiry->result, "rotated", true);
	return true;
}

bool
zt_answer_log_level(struct zt_inquiry *inquiry)
{
	const char *level = zt_request_text(&inquiry->request, "level");
	struct zt_log *log = inquiry->daemon->log;

	for (unsigned i = ZT_LOG_ERROR; level != NULL && i <= ZT_LOG_INFO; i++)
		if (strcmp(level_names[i], level) == 0)
			log->level = (enum zt_log_level)i;
	zt_put_text(
	    &inquiry->document, inquiry->result, "log_level", level_names[log->level]);
	return true;
}
