#include "statistics.h"

#include <stdlib.h>

#include "../dissect/decode.h"
#include "alert_text.h"
#include "document.h"
#include "sink_status.h"
#include "totals.h"

/* One counter, summed over the workers' dissectors. */
#define SUM(statistics, member) \
	sum(statistics, offsetof(struct zt_dissect_stats, member))

static uint64_t
sum(const struct zt_statistics *statistics, size_t offset)
{
	uint64_t total = 0;

	for (size_t i = 0; i < statistics->n_workers; i++) {
		const void *stats = zt_dissect_stats(statistics->workers[i].dissect);
		const void *counter = (const char *)stats + offset;
		total += zt_counted(counter);
	}
	return total;
}

/* One counter of an array. */
static uint64_t
sum_at(const struct zt_statistics *statistics, size_t offset, size_t index)
{
	return sum(statistics, offset + index * sizeof(zt_counter));
}

static uint64_t
sum_level(const struct zt_statistics *statistics, enum zt_reject_level level)
{
	size_t outcomes = offsetof(struct zt_dissect_stats, outcomes);
	uint64_t total = 0;

	for (unsigned i = ZT_ACCEPT + 1; i < ZT_N_REJECTS; i++)
		if (zt_reject_level((enum zt_reject)i) == level)
			total += sum_at(statistics, outcomes, i);
	return total;
}

/* Live the kernel counts what it received, so that the law below says something. */
static uint64_t
received_of(const struct zt_worker *worker)
{
	return zt_counted(
	    worker->source != NULL ? &worker->received : &worker->kernel_received);
}

/* Alerts that are not lost. */
static uint64_t
settled(const struct zt_sink_counts *counts)
{
	return counts->written + counts->merged + counts->queued + counts->spooled +
	       counts->skipped;
}

static const struct zt_processes *
processes_of(const struct zt_statistics *statistics)
{
	return statistics->daemon != NULL ? statistics->daemon->processes : NULL;
}

/* Their events go the way of the others. */
static void
add_processes(struct zt_totals *totals, const struct zt_processes *processes)
{
	const struct zt_feed *feed = zt_processes_feed(processes);

	totals->events += zt_counted(&zt_processes_counts(processes)->events);
	totals->pushed += zt_counted(&feed->pushed);
	totals->popped += zt_counted(&feed->popped);
	totals->ring_drops += zt_counted(&feed->dropped);
}

struct zt_totals
zt_statistics_totals(const struct zt_statistics *statistics)
{
	struct zt_totals totals = { 0 };
	/* The engine's count is a copy from before; what the sinks have is of now. */
	uint64_t raised = statistics->is_running ? statistics->alerts_handed
						 : statistics->engine->alerts_raised +
						       statistics->alerts_own;

	for (size_t i = 0; i < statistics->n_workers; i++) {
		const struct zt_feed *feed = &statistics->feeds[i];
		totals.received += received_of(&statistics->workers[i]);
		totals.unread += zt_counted(&statistics->workers[i].unread);
		totals.truncated += zt_counted(&statistics->workers[i].truncated);
		totals.kernel_drops += zt_counted(&feed->kernel_drops);
		totals.pushed += zt_counted(&feed->pushed);
		totals.popped += zt_counted(&feed->popped);
		totals.ring_drops += zt_counted(&feed->dropped);
	}
	totals.events = SUM(statistics, events);
	if (processes_of(statistics) != NULL)
		add_processes(&totals, processes_of(statistics));
	totals.delivered = SUM(statistics, packets);
	totals.bytes = SUM(statistics, packet_bytes);
	totals.parsed = SUM(statistics, parsed);
	totals.messages = SUM(statistics, messages);
	totals.messages_ok = SUM(statistics, messages_ok);
	totals.rejected_packets = sum_level(statistics, ZT_REJECT_PACKET);
	totals.ignored_packets = sum_level(statistics, ZT_REJECT_IGNORED);
	totals.rejected_messages = sum_level(statistics, ZT_REJECT_MESSAGE);
	totals.alerts_raised = raised;
	raised += statistics->alerts.recovered;
	totals.alerts_lost = statistics->alerts.lost;
	if (!statistics->is_running && raised > settled(&statistics->alerts))
		totals.alerts_lost = raised - settled(&statistics->alerts);
	return totals;
}

static void
put_packets(struct zt_document *document, const struct zt_totals *totals)
{
	json_t *packets = zt_put_object(document, document->root, "packets");

	zt_put_number(document, packets, "received", totals->received);
	zt_put_number(document, packets, "delivered", totals->delivered);
	zt_put_number(document, packets, "kernel_drops", totals->kernel_drops);
	zt_put_number(document, packets, "unread", totals->unread);
	zt_put_number(document, packets, "truncated", totals->truncated);
	zt_put_number(document, packets, "bytes", totals->bytes);
	zt_put_number(document, packets, "parsed", totals->parsed);
	zt_put_number(document, packets, "rejected", totals->rejected_packets);
	zt_put_number(document, packets, "ignored", totals->ignored_packets);
}

/* The entries of a counter array that are not zero, by name. */
static void
put_named(struct zt_document *document, json_t *object,
    const struct zt_statistics *statistics, size_t offset, size_t count,
    size_t (*name)(uint16_t code, char *text, size_t cap))
{
	char text[ZT_DECODE_TEXT_MAX];

	for (size_t i = 0; i < count; i++) {
		uint64_t n = sum_at(statistics, offset, i);
		if (n == 0)
			continue;
		(void)name((uint16_t)i, text, sizeof(text));
		zt_put_number(document, object, text, n);
	}
}

static void
put_directions(struct zt_document *document, json_t *dns,
    const struct zt_statistics *statistics, const char *key, size_t offset)
{
	json_t *object = zt_put_object(document, dns, key);

	zt_put_number(
	    document, object, "udp", sum_at(statistics, offset, ZT_STATS_UDP));
	zt_put_number(
	    document, object, "tcp", sum_at(statistics, offset, ZT_STATS_TCP));
}

static void
put_dns(struct zt_document *document, const struct zt_statistics *statistics,
    const struct zt_totals *totals)
{
	json_t *dns = zt_put_object(document, document->root, "dns");

	put_directions(document, dns, statistics, "queries",
	    offsetof(struct zt_dissect_stats, queries));
	put_directions(document, dns, statistics, "responses",
	    offsetof(struct zt_dissect_stats, responses));
	json_t *types = zt_put_object(document, dns, "types");
	put_named(document, types, statistics, offsetof(struct zt_dissect_stats, types),
	    65536, zt_decode_type_name);
	json_t *rcodes = zt_put_object(document, dns, "rcodes");
	put_named(document, rcodes, statistics,
	    offsetof(struct zt_dissect_stats, rcodes), 16, zt_decode_rcode_name);
	json_t *extended = zt_put_object(document, dns, "extended_rcodes");
	put_named(document, extended, statistics,
	    offsetof(struct zt_dissect_stats, extended_rcodes), 4096,
	    zt_decode_rcode_name);
	json_t *opcodes = zt_put_object(document, dns, "opcodes");
	put_named(document, opcodes, statistics,
	    offsetof(struct zt_dissect_stats, opcodes), 16, zt_decode_opcode_name);
	zt_put_number(document, dns, "messages", totals->messages);
	zt_put_number(document, dns, "readable", totals->messages_ok);
}

/* All outcomes of a level, zero or not: a reader sees what is counted. */
static void
put_outcomes(struct zt_document *document, json_t *object,
    const struct zt_statistics *statistics, enum zt_reject_level level)
{
	size_t outcomes = offsetof(struct zt_dissect_stats, outcomes);

	for (unsigned i = ZT_ACCEPT + 1; i < ZT_N_REJECTS; i++) {
		enum zt_reject reject = (enum zt_reject)i;
		if (zt_reject_level(reject) == level)
			zt_put_number(document, object, zt_reject_name(reject),
			    sum_at(statistics, outcomes, i));
	}
}

static void
put_rejects(struct zt_document *document, const struct zt_statistics *statistics)
{
	json_t *rejects = zt_put_object(document, document->root, "rejects");

	put_outcomes(document, rejects, statistics, ZT_REJECT_PACKET);
	put_outcomes(document, rejects, statistics, ZT_REJECT_MESSAGE);
	json_t *ignored = zt_put_object(document, document->root, "ignored");
	put_outcomes(document, ignored, statistics, ZT_REJECT_IGNORED);
	json_t *noted = zt_put_object(document, document->root, "noted");
	put_outcomes(document, noted, statistics, ZT_REJECT_NOTED);
}

/* The array that put_output() appends to. */
struct rows {
	struct zt_document *document;
	json_t *array;
};

static void
put_output(const struct zt_sink_status *status, void *arg)
{
	const struct rows *rows = arg;
	json_t *row = json_object();

	zt_append(rows->document, rows->array, row);
	if (!rows->document->failed)
		zt_sink_status_put(rows->document, row, status);
}

static void
add_sides(const struct zt_sink_status *status, void *arg)
{
	const struct zt_sink_counts *counts = &status->counts;
	uint64_t *sides = arg;

	sides[0] += counts->offered + counts->recovered;
	sides[1] += settled(counts) - counts->skipped + counts->lost;
}

static void
put_flow(struct zt_document *document, const struct zt_statistics *statistics,
    const struct zt_totals *totals)
{
	json_t *ring = zt_put_object(document, document->root, "ring");
	zt_put_number(document, ring, "pushed", totals->pushed);
	zt_put_number(document, ring, "popped", totals->popped);
	zt_put_number(document, ring, "drops", totals->ring_drops);
	zt_totals_put_alerts(document, document->root, statistics);
	if (statistics->daemon == NULL)
		return;
	struct rows rows = { document,
		zt_put_array(document, document->root, "outputs") };
	zt_sinks_each(statistics->daemon, put_output, &rows);
}

static void
put_engine(struct zt_document *document, const struct zt_engine_stats *engine)
{
	json_t *root = document->root;
	json_t *sources = zt_put_object(document, root, "sources");
	zt_put_number(document, sources, "created", engine->sources_created);
	zt_put_number(document, sources, "live", engine->sources_live);
	zt_put_number(document, sources, "expired", engine->sources_expired);
	zt_put_number(document, sources, "evicted", engine->sources_evicted);
	json_t *tracks = zt_put_object(document, root, "tracks");
	zt_put_number(document, tracks, "created", engine->tracks_created);
	zt_put_number(document, tracks, "live", engine->tracks_live);
	zt_put_number(document, tracks, "expired", engine->tracks_expired);
	zt_put_number(document, tracks, "evicted", engine->tracks_evicted);
	json_t *incidents = zt_put_object(document, root, "incidents");
	zt_put_number(document, incidents, "opened", engine->incidents_opened);
	zt_put_number(document, incidents, "live", engine->incidents_live);
	zt_put_number(document, incidents, "closed", engine->incidents_closed);
	zt_put_number(document, incidents, "evicted", engine->incidents_evicted);
	json_t *zones = zt_put_object(document, root, "zones");
	zt_put_number(document, zones, "learned", engine->zones_learned);
	zt_put_number(document, zones, "live", engine->zones_live);
	zt_put_number(document, zones, "evicted", engine->zones_evicted);
	zt_put_number(document, zones, "refused", engine->zones_refused);
	zt_put_number(document, zones, "sizes_evicted", engine->zone_sizes_evicted);
	json_t *memory = zt_put_object(document, root, "memory");
	zt_put_number(document, memory, "bytes", engine->memory_bytes);
	zt_put_number(document, memory, "peak_bytes", engine->memory_peak_bytes);
	json_t *policy = zt_put_object(document, root, "policy");
	zt_put_number(document, policy, "internal", engine->policy_internal);
	zt_put_number(document, policy, "resolver", engine->policy_resolver);
	zt_put_number(document, policy, "monitor", engine->policy_monitor);
	zt_put_number(document, policy, "scanner", engine->policy_scanner);
	zt_put_number(document, policy, "secondary", engine->policy_secondary);
	json_t *secondaries = zt_put_object(document, root, "secondaries");
	zt_put_number(document, secondaries, "known", engine->secondaries_known);
	zt_put_number(document, secondaries, "refused", engine->secondaries_refused);
	zt_put_number(document, root, "preludes_evicted", engine->preludes_evicted);
	zt_put_number(document, root, "clock_steps", engine->clock_steps);
}

/* How many requests for transfers, and answers to them, had which signature. */
static void
put_tsig(struct zt_document *document, const struct zt_statistics *statistics)
{
	json_t *tsig = zt_put_object(document, document->root, "tsig");
	json_t *requests = zt_put_object(document, tsig, "requests");
	json_t *answers = zt_put_object(document, tsig, "answers");

	for (unsigned i = 0; i < ZT_N_TSIG_STATES; i++) {
		const char *name = zt_tsig_state_name((uint8_t)i);
		zt_put_number(
		    document, requests, name, SUM(statistics, tsig_requests[i]));
		zt_put_number(
		    document, answers, name, SUM(statistics, tsig_answers[i]));
	}
}

static void
put_zones(struct zt_document *document, const struct zt_keeper *keeper)
{
	json_t *zones = zt_put_object(document, document->root, "zone_files");

	zt_put_number(document, zones, "kept", keeper != NULL ? keeper->n_written : 0);
	zt_put_number(document, zones, "failed", keeper != NULL ? keeper->failed : 0);
	zt_put_number(
	    document, zones, "lost", keeper != NULL ? zt_counted(&keeper->lost) : 0);
}

static void
put_dissect(struct zt_document *document, const struct zt_statistics *statistics)
{
	json_t *root = document->root;
	json_t *tcp = zt_put_object(document, root, "tcp");
	zt_put_number(document, tcp, "streams", SUM(statistics, tcp_streams));
	zt_put_number(document, tcp, "gap_bytes", SUM(statistics, tcp_gap_bytes));
	zt_put_number(
	    document, root, "exchanges_paired", SUM(statistics, exchanges_paired));
	zt_put_number(document, root, "transfers", SUM(statistics, transfers));
	put_tsig(document, statistics);
	put_zones(document, statistics->keeper);
	json_t *ldns = zt_put_object(document, root, "ldns");
	zt_put_number(document, ldns, "calls", SUM(statistics, ldns_calls));
	zt_put_number(document, ldns, "failures", SUM(statistics, ldns_failures));
}

static void
put_workers(struct zt_document *document, const struct zt_statistics *statistics)
{
	json_t *workers = zt_put_array(document, document->root, "workers");

	for (size_t i = 0; i < statistics->n_workers; i++) {
		const struct zt_worker *worker = &statistics->workers[i];
		const struct zt_feed *feed = &statistics->feeds[i];
		json_t *object = json_object();
		zt_append(document, workers, object);
		zt_put_number(document, object, "received", received_of(worker));
		zt_put_number(
		    document, object, "delivered", zt_counted(&worker->received));
		zt_put_number(
		    document, object, "kernel_drops", zt_counted(&feed->kernel_drops));
		zt_put_number(
		    document, object, "ring_drops", zt_counted(&feed->dropped));
		zt_put_number(document, object, "unread", zt_counted(&worker->unread));
		zt_put_number(
		    document, object, "truncated", zt_counted(&worker->truncated));
		zt_put_number(document, object, "clock_steps",
		    zt_counted(&worker->timeline.steps));
	}
}

static void
put_interfaces(struct zt_document *document, const struct zt_opener *opener)
{
	json_t *interfaces = zt_put_array(document, document->root, "interfaces");

	for (size_t i = 0; opener != NULL && i < zt_opener_links(opener); i++) {
		const struct zt_link_state *link = zt_opener_link(opener, i);
		char name[ZT_LINK_NAME_SIZE];
		json_t *object = json_object();
		zt_append(document, interfaces, object);
		zt_put_text(document, object, "name", link->configured);
		zt_put_text(document, object, "now", zt_link_name(link, name));
		zt_put_text(document, object, "status",
		    zt_link_status_name((enum zt_link_status)atomic_load_explicit(
			&link->status, memory_order_relaxed)));
		zt_put_number(document, object, "opens", zt_counted(&link->opens));
		zt_put_number(document, object, "open_failures",
		    zt_counted(&link->open_failures));
		zt_put_number(document, object, "renames", zt_counted(&link->renames));
		zt_put_number(document, object, "gaps", zt_counted(&link->gaps));
		zt_put_real(document, object, "gap_seconds",
		    (double)zt_counted(&link->gap_ns) / 1e9);
	}
}

static void
put_files(struct zt_document *document, const struct zt_source *source)
{
	json_t *files = zt_put_array(document, document->root, "files");

	for (size_t i = 0; source != NULL && i < source->count; i++) {
		const struct zt_source_file *file = &source->files[i];
		json_t *row = json_object();
		zt_append(document, files, row);
		if (document->failed)
			return;
		zt_put_text(document, row, "path", file->path);
		zt_put_text(document, row, "status", zt_file_status_name(file->status));
		zt_put_text(document, row, "format",
		    file->format[0] != '\0' ? file->format : NULL);
		zt_put_number(document, row, "packets", file->notes.packets);
		zt_put_number(document, row, "bytes", file->notes.bytes);
		zt_put_number(document, row, "odd_times", file->notes.odd_times);
		zt_put_number(document, row, "over_snaplen", file->notes.over_snaplen);
		zt_put_number(document, row, "bad_blocks", file->notes.bad_blocks);
		zt_put_number(
		    document, row, "unknown_link_packets", file->unknown_link_packets);
		zt_put_text(document, row, "error",
		    file->error.text[0] != '\0' ? file->error.text : NULL);
	}
}

/* A law: its two sides are equal. */
struct law {
	const char *name;
	uint64_t left;
	uint64_t right;
};

static unsigned
put_laws(struct zt_document *document, const struct zt_statistics *statistics,
    const struct zt_totals *t)
{
	const struct zt_engine_stats *e = statistics->engine;
	uint64_t outputs[2] = { 0, 0 };
	if (statistics->daemon != NULL)
		zt_sinks_each(statistics->daemon, add_sides, outputs);
	const struct law laws[] = {
		{ "received = delivered + kernel drops + unread", t->received,
		    t->delivered + t->kernel_drops + t->unread },
		{ "delivered = parsed + rejected + ignored", t->delivered,
		    t->parsed + t->rejected_packets + t->ignored_packets },
		{ "messages = readable + rejected", t->messages,
		    t->messages_ok + t->rejected_messages },
		{ "events = pushed", t->events, t->pushed },
		{ "pushed = popped + ring drops", t->pushed,
		    t->popped + t->ring_drops },
		{ "popped = judged", t->popped, e->events },
		{ "alerts raised = written + merged + queued + skipped + lost",
		    t->alerts_raised + statistics->alerts.recovered,
		    settled(&statistics->alerts) + t->alerts_lost },
		{ "outputs: offered = written + merged + queued + lost", outputs[0],
		    outputs[1] },
		{ "sources created = live + expired + evicted", e->sources_created,
		    e->sources_live + e->sources_expired + e->sources_evicted },
		{ "tracks created = live + expired + evicted", e->tracks_created,
		    e->tracks_live + e->tracks_expired + e->tracks_evicted },
		{ "zones learned = live + evicted", e->zones_learned,
		    e->zones_live + e->zones_evicted },
		{ "incidents opened = live + closed + evicted", e->incidents_opened,
		    e->incidents_live + e->incidents_closed + e->incidents_evicted },
	};
	unsigned n_broken = 0;

	json_t *object = zt_put_object(document, document->root, "laws");
	for (size_t i = 0; i < sizeof(laws) / sizeof(laws[0]); i++)
		n_broken += laws[i].left != laws[i].right;
	zt_put_bool(document, object, "ok", n_broken == 0);
	json_t *broken = zt_put_array(document, object, "broken");
	for (size_t i = 0; i < sizeof(laws) / sizeof(laws[0]); i++)
		if (laws[i].left != laws[i].right)
			zt_append_text(document, broken, laws[i].name);
	return n_broken;
}

static void
put_processes(struct zt_document *document, const struct zt_statistics *statistics)
{
	const struct zt_processes *processes = processes_of(statistics);

	if (processes == NULL)
		return;
	const struct zt_processes_counts *counts = zt_processes_counts(processes);
	json_t *object = zt_put_object(document, document->root, "processes");
	zt_put_number(document, object, "executed", zt_counted(&counts->executed));
	zt_put_number(document, object, "tools", zt_counted(&counts->tools));
	zt_put_number(document, object, "unread", zt_counted(&counts->unread));
	zt_put_number(document, object, "unfollowed", zt_counted(&counts->unfollowed));
	zt_put_number(document, object, "lost", zt_counted(&counts->lost));
	zt_put_number(
	    document, object, "forgotten", statistics->engine->starts_evicted);
}

static void
put_reloads(struct zt_document *document, const struct zt_daemon *daemon)
{
	if (daemon == NULL)
		return;
	json_t *object = zt_put_object(document, document->root, "reloads");
	zt_put_number(document, object, "done", daemon->reloads);
	zt_put_number(document, object, "failed", daemon->reloads_failed);
}

char *
zt_statistics_text(const struct zt_statistics *statistics, unsigned *n_broken)
{
	struct zt_totals totals = zt_statistics_totals(statistics);
	struct zt_document document;

	zt_document_init(&document);
	put_packets(&document, &totals);
	put_dns(&document, statistics, &totals);
	put_rejects(&document, statistics);
	put_flow(&document, statistics, &totals);
	put_engine(&document, statistics->engine);
	put_dissect(&document, statistics);
	put_workers(&document, statistics);
	put_interfaces(&document, statistics->opener);
	put_reloads(&document, statistics->daemon);
	put_processes(&document, statistics);
	put_files(&document, statistics->source);
	*n_broken =
	    statistics->is_running ? 0 : put_laws(&document, statistics, &totals);
	char *text = zt_document_text(&document);
	zt_document_fini(&document);
	return text;
}
