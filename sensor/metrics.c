#include "metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/resource.h>

#include "../dissect/decode.h"

struct row;

/* Where the text goes and where the numbers are. */
struct out {
	FILE *to;
	const struct zt_metrics *m;
};

typedef void (*samples_fn)(const struct out *out, const struct row *row);

struct row {
	const char *name;
	const char *type;
	const char *help;
	samples_fn samples;
	size_t which; /* offset of a counter, or a number, as samples wants it */
};

static uint64_t
counter_at(const void *object, size_t offset)
{
	const void *counter = (const char *)object + offset;

	return zt_counted(counter);
}

static uint64_t
plain_at(const void *object, size_t offset)
{
	const void *number = (const char *)object + offset;

	return *(const uint64_t *)number;
}

static const struct zt_dissect_stats *
stats_of(const struct out *out, size_t worker)
{
	return zt_dissect_stats(out->m->statistics->workers[worker].dissect);
}

/* A counter of an array, summed over the workers. */
static uint64_t
sum(const struct out *out, size_t offset, size_t index)
{
	uint64_t total = 0;

	for (size_t i = 0; i < out->m->statistics->n_workers; i++)
		total +=
		    counter_at(stats_of(out, i), offset + index * sizeof(zt_counter));
	return total;
}

static void
put(const struct out *out, const struct row *row, uint64_t value)
{
	(void)fprintf(out->to, "%s %" PRIu64 "\n", row->name, value);
}

/* Escaped as the format wants it. */
static void
put_label(const struct out *out, const char *name, const char *text)
{
	(void)fprintf(out->to, "%s=\"", name);
	for (; *text != '\0'; text++) {
		if (*text == '\\' || *text == '"')
			(void)fputc('\\', out->to);
		if (*text == '\n')
			(void)fputs("\\n", out->to);
		else
			(void)fputc(*text, out->to);
	}
	(void)fputc('"', out->to);
}

static void
put_labelled(const struct out *out, const struct row *row, const char *label,
    const char *text, uint64_t value)
{
	(void)fprintf(out->to, "%s{", row->name);
	put_label(out, label, text);
	(void)fprintf(out->to, "} %" PRIu64 "\n", value);
}

static void
put_worker(const struct out *out, const struct row *row, size_t worker, uint64_t value)
{
	(void)fprintf(out->to, "%s{worker=\"%zu\",", row->name, worker);
	put_label(out, "interface", out->m->interfaces[worker]);
	(void)fprintf(out->to, "} %" PRIu64 "\n", value);
}

static void
build(const struct out *out, const struct row *row)
{
	put_labelled(out, row, "version", ZT_VERSION, 1);
}

static void
started(const struct out *out, const struct row *row)
{
	(void)fprintf(out->to, "%s %.3f\n", row->name, out->m->started_s);
}

static void
cpu(const struct out *out, const struct row *row)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) != 0)
		return;
	double seconds =
	    (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	    1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
	(void)fprintf(out->to, "%s %.6f\n", row->name, seconds);
}

static void
peak_memory(const struct out *out, const struct row *row)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) == 0)
		put(out, row, (uint64_t)usage.ru_maxrss * 1024);
}

static void
of_worker(const struct out *out, const struct row *row)
{
	for (size_t i = 0; i < out->m->statistics->n_workers; i++)
		put_worker(out, row, i,
		    counter_at(&out->m->statistics->workers[i], row->which));
}

static void
of_dissector(const struct out *out, const struct row *row)
{
	for (size_t i = 0; i < out->m->statistics->n_workers; i++)
		put_worker(out, row, i, counter_at(stats_of(out, i), row->which));
}

static void
of_feed(const struct out *out, const struct row *row)
{
	for (size_t i = 0; i < out->m->statistics->n_workers; i++)
		put_worker(
		    out, row, i, counter_at(&out->m->statistics->feeds[i], row->which));
}

static void
of_engine(const struct out *out, const struct row *row)
{
	put(out, row, plain_at(out->m->statistics->engine, row->which));
}

static void
of_board(const struct out *out, const struct row *row)
{
	put(out, row, plain_at(out->m->board, row->which));
}

static void
of_web(const struct out *out, const struct row *row)
{
	put(out, row, plain_at(out->m->web, row->which));
}

static void
of_metrics(const struct out *out, const struct row *row)
{
	put(out, row, plain_at(out->m, row->which));
}

static void
by_transport(const struct out *out, const struct row *row)
{
	put_labelled(out, row, "transport", "udp", sum(out, row->which, ZT_STATS_UDP));
	put_labelled(out, row, "transport", "tcp", sum(out, row->which, ZT_STATS_TCP));
}

/* Those worth a line; whoever asks for odd types cannot make more lines. */
static void
by_type(const struct out *out, const struct row *row)
{
	static const uint16_t common[] = { 1, 2, 5, 6, 12, 13, 15, 16, 28, 29, 33, 35,
		39, 43, 46, 47, 48, 50, 51, 52, 64, 65, 99, 251, 252, 255, 257 };
	size_t offset = offsetof(struct zt_dissect_stats, types);
	char text[ZT_DECODE_TEXT_MAX];
	uint64_t others = 0;
	size_t next = 0;

	for (size_t type = 0; type < 65536; type++) {
		uint64_t n = sum(out, offset, type);
		if (next == sizeof(common) / sizeof(common[0]) ||
		    type != common[next]) {
			others += n;
			continue;
		}
		next++;
		(void)zt_decode_type_name((uint16_t)type, text, sizeof(text));
		put_labelled(out, row, "type", text, n);
	}
	put_labelled(out, row, "type", "other", others);
}

static void
by_rcode(const struct out *out, const struct row *row)
{
	char text[ZT_DECODE_TEXT_MAX];

	for (uint16_t i = 0; i < 16; i++) {
		(void)zt_decode_rcode_name(i, text, sizeof(text));
		put_labelled(out, row, "rcode", text,
		    sum(out, offsetof(struct zt_dissect_stats, rcodes), i));
	}
}

static void
by_reason(const struct out *out, const struct row *row)
{
	for (unsigned i = ZT_ACCEPT + 1; i < ZT_N_REJECTS; i++) {
		enum zt_reject reject = (enum zt_reject)i;
		if ((size_t)zt_reject_level(reject) == row->which)
			put_labelled(out, row, "reason", zt_reject_name(reject),
			    sum(out, offsetof(struct zt_dissect_stats, outcomes), i));
	}
}

static void
by_rule(const struct out *out, const struct row *row)
{
	for (size_t i = 0; i < out->m->board->n_rules; i++) {
		const struct zt_board_rule *rule = &out->m->board->rules[i];
		put_labelled(out, row, "rule", rule->name, plain_at(rule, row->which));
	}
}

static void
by_policy(const struct out *out, const struct row *row)
{
	const struct zt_engine_stats *engine = out->m->statistics->engine;

	put_labelled(out, row, "list", "internal", engine->policy_internal);
	put_labelled(out, row, "list", "resolvers", engine->policy_resolver);
	put_labelled(out, row, "list", "monitors", engine->policy_monitor);
	put_labelled(out, row, "list", "scanners", engine->policy_scanner);
	put_labelled(out, row, "list", "secondaries", engine->policy_secondary);
}

static void
written(const struct out *out, const struct row *row)
{
	put(out, row, out->m->statistics->alerts.written);
}

static void
sinks_up(const struct out *out, const struct row *row)
{
	for (size_t i = 0; i < out->m->n_sinks; i++)
		put_labelled(
		    out, row, "sink", out->m->sinks[i].name, out->m->sinks[i].is_ok);
}

static void
by_sink(const struct out *out, const struct row *row)
{
	for (size_t i = 0; i < out->m->n_sinks; i++)
		put_labelled(out, row, "sink", out->m->sinks[i].name,
		    plain_at(&out->m->sinks[i], row->which));
}

static void
links(const struct out *out, const struct row *row)
{
	const struct zt_opener *opener = out->m->opener;

	for (size_t i = 0; opener != NULL && i < zt_opener_links(opener); i++) {
		const struct zt_link_state *link = zt_opener_link(opener, i);
		put_labelled(
		    out, row, "interface", link->configured, !zt_link_is_blind(link));
	}
}

static void
delay(const struct out *out, const struct row *row)
{
	const struct zt_delays *d = out->m->delays;

	for (size_t i = 0; i < ZT_N_DELAYS; i++)
		(void)fprintf(out->to, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", row->name,
		    zt_delays_limit_s(i), d->buckets[i]);
	(void)fprintf(out->to,
	    "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum %.9f\n%s_count %" PRIu64 "\n",
	    row->name, d->count, row->name, d->sum_s, row->name, d->count);
}

static uint64_t
problems_like(const struct zt_metrics *m, const struct zt_health_text *text)
{
	uint64_t n = 0;

	for (size_t i = 0; i < m->n_problems; i++)
		n += m->problems[i].text == text;
	return n;
}

static void
blind_spots(const struct out *out, const struct row *row)
{
	for (unsigned i = 0; i < ZT_N_BLIND_SPOTS; i++) {
		const struct zt_health_text *text =
		    zt_health_text((enum zt_blind_spot)i);
		put_labelled(out, row, "rule", text->name, problems_like(out->m, text));
	}
}

#define DISSECT(member) of_dissector, offsetof(struct zt_dissect_stats, member)
#define WORKER(member)	of_worker, offsetof(struct zt_worker, member)
#define SINK(member)	by_sink, offsetof(struct zt_sink_status, counts.member)
#define FEED(member)	of_feed, offsetof(struct zt_feed, member)
#define ENGINE(member)	of_engine, offsetof(struct zt_engine_stats, member)
#define BOARD(member)	of_board, offsetof(struct zt_board_counts, member)
#define RULE(member)	by_rule, offsetof(struct zt_board_rule, member)
#define WEB(member)	of_web, offsetof(struct zt_web_counts, member)
#define OWN(member)	of_metrics, offsetof(struct zt_metrics, member)

static const struct row rows[] = {
	{ "zonetap_build_info", "gauge", "Always 1; the version is a label.", build,
	    0 },
	{ "process_start_time_seconds", "gauge",
	    "When the session began, seconds since the epoch.", started, 0 },
	{ "process_cpu_seconds_total", "counter", "CPU time used by all threads.", cpu,
	    0 },
	{ "zonetap_memory_peak_bytes", "gauge", "Most memory that was ever resident.",
	    peak_memory, 0 },
	{ "zonetap_interface_up", "gauge", "Whether packets can come in.", links, 0 },
	{ "zonetap_packets_received_total", "counter",
	    "Packets that the kernel counted, its drops included.",
	    WORKER(kernel_received) },
	{ "zonetap_kernel_drops_total", "counter",
	    "Packets that the kernel dropped because the capture buffer was full.",
	    FEED(kernel_drops) },
	{ "zonetap_packets_unread_total", "counter",
	    "Packets lost with an interface that went away.", WORKER(unread) },
	{ "zonetap_packets_truncated_total", "counter",
	    "Packets longer than capture.snaplen.", WORKER(truncated) },
	{ "zonetap_packets_delivered_total", "counter", "Packets dissected.",
	    DISSECT(packets) },
	{ "zonetap_packet_bytes_total", "counter", "Captured bytes of them.",
	    DISSECT(packet_bytes) },
	{ "zonetap_packets_parsed_total", "counter",
	    "Packets that were a DNS datagram or a TCP segment with data.",
	    DISSECT(parsed) },
	{ "zonetap_packets_rejected_total", "counter",
	    "Packets that could not be read, by reason.", by_reason, ZT_REJECT_PACKET },
	{ "zonetap_packets_ignored_total", "counter",
	    "Packets that are nothing for zonetap, by reason.", by_reason,
	    ZT_REJECT_IGNORED },
	{ "zonetap_messages_rejected_total", "counter",
	    "DNS messages that could not be read, by reason.", by_reason,
	    ZT_REJECT_MESSAGE },
	{ "zonetap_noted_total", "counter",
	    "Odd things that did not stop anything, by reason.", by_reason,
	    ZT_REJECT_NOTED },
	{ "zonetap_messages_total", "counter", "DNS messages found, readable or not.",
	    DISSECT(messages) },
	{ "zonetap_messages_readable_total", "counter",
	    "DNS messages whose header and question could be read.",
	    DISSECT(messages_ok) },
	{ "zonetap_queries_total", "counter", "DNS queries.", by_transport,
	    offsetof(struct zt_dissect_stats, queries) },
	{ "zonetap_responses_total", "counter", "DNS responses.", by_transport,
	    offsetof(struct zt_dissect_stats, responses) },
	{ "zonetap_queries_by_type_total", "counter",
	    "DNS queries by the type of their first question.", by_type, 0 },
	{ "zonetap_responses_by_rcode_total", "counter",
	    "DNS responses by the response code of the header.", by_rcode, 0 },
	{ "zonetap_exchanges_paired_total", "counter",
	    "Responses that found their query.", DISSECT(exchanges_paired) },
	{ "zonetap_transfers_total", "counter", "Zone transfers followed.",
	    DISSECT(transfers) },
	{ "zonetap_tcp_streams_total", "counter", "TCP streams with DNS data.",
	    DISSECT(tcp_streams) },
	{ "zonetap_tcp_gap_bytes_total", "counter", "TCP bytes that the tap never saw.",
	    DISSECT(tcp_gap_bytes) },
	{ "zonetap_ldns_calls_total", "counter", "Pieces of messages handed to ldns.",
	    DISSECT(ldns_calls) },
	{ "zonetap_ldns_failures_total", "counter", "Of them, refused by ldns.",
	    DISSECT(ldns_failures) },
	{ "zonetap_ring_pushed_total", "counter",
	    "Events offered to the ring between worker and detector.", FEED(pushed) },
	{ "zonetap_ring_popped_total", "counter", "Events that the detector took.",
	    FEED(popped) },
	{ "zonetap_ring_drops_total", "counter",
	    "Events dropped because the ring was full.", FEED(dropped) },
	{ "zonetap_engine_events_total", "counter", "Events judged.", ENGINE(events) },
	{ "zonetap_engine_memory_bytes", "gauge", "Memory claimed of detect.memory.",
	    ENGINE(memory_bytes) },
	{ "zonetap_engine_memory_limit_bytes", "gauge", "detect.memory.",
	    OWN(memory_limit_bytes) },
	{ "zonetap_sources_live", "gauge", "Sources remembered.",
	    ENGINE(sources_live) },
	{ "zonetap_sources_created_total", "counter", "Sources seen first.",
	    ENGINE(sources_created) },
	{ "zonetap_sources_evicted_total", "counter",
	    "Sources forgotten because memory was full.", ENGINE(sources_evicted) },
	{ "zonetap_sources_refused_total", "counter",
	    "Newcomers that found no place because memory was full.",
	    ENGINE(sources_refused) },
	{ "zonetap_tracks_live", "gauge", "Windows remembered.", ENGINE(tracks_live) },
	{ "zonetap_tracks_evicted_total", "counter",
	    "Windows forgotten because memory was full.", ENGINE(tracks_evicted) },
	{ "zonetap_tracks_refused_total", "counter",
	    "Windows that found no place because memory was full.",
	    ENGINE(tracks_refused) },
	{ "zonetap_clock_steps_total", "counter",
	    "Time stamps that ran backwards or jumped.", ENGINE(clock_steps) },
	{ "zonetap_policy_events_total", "counter",
	    "Events of sources on a list of the configuration; of secondaries, "
	    "transfers let pass.",
	    by_policy, 0 },
	{ "zonetap_incidents_opened_total", "counter",
	    "Incidents by rule, those about the sensor included.", RULE(opened) },
	{ "zonetap_incidents_open", "gauge", "Incidents that are not closed, by rule.",
	    RULE(open) },
	{ "zonetap_incidents_evicted_total", "counter",
	    "Incidents no longer shown because the board was full.", BOARD(evicted) },
	{ "zonetap_alerts_raised_total", "counter", "Alerts handed to the sinks.",
	    BOARD(alerts) },
	{ "zonetap_alerts_written_total", "counter", "Alerts that are out.", written,
	    0 },
	{ "zonetap_sink_up", "gauge", "Whether the sink takes alerts.", sinks_up, 0 },
	{ "zonetap_sink_offered_total", "counter", "Alerts that the sink was given.",
	    SINK(offered) },
	{ "zonetap_sink_written_total", "counter", "Alerts that it has written.",
	    SINK(written) },
	{ "zonetap_sink_merged_total", "counter",
	    "Updates that a later alert of the incident stands for.", SINK(merged) },
	{ "zonetap_sink_lost_total", "counter", "Alerts that it lost.", SINK(lost) },
	{ "zonetap_sink_retries_total", "counter", "Attempts after a failure.",
	    SINK(retries) },
	{ "zonetap_sink_queued", "gauge", "Alerts that wait in memory.", SINK(queued) },
	{ "zonetap_sink_spooled", "gauge", "Alerts that wait on disk.", SINK(spooled) },
	{ "zonetap_alert_delay_seconds", "histogram",
	    "From the time stamp of the packet that decides to the alert at the sinks.",
	    delay, 0 },
	{ "zonetap_blind_spots", "gauge",
	    "Blind spots that are open, by rule: on how many interfaces.", blind_spots,
	    0 },
	{ "zonetap_reloads_total", "counter", "Configurations taken over.",
	    OWN(reloads) },
	{ "zonetap_reloads_failed_total", "counter", "Configurations refused.",
	    OWN(reloads_failed) },
	{ "zonetap_web_requests_total", "counter", "HTTP requests.", WEB(requests) },
	{ "zonetap_web_refused_total", "counter",
	    "HTTP requests that were refused: token, host, path, method.",
	    WEB(refused) },
	{ "zonetap_web_connections", "gauge", "HTTP connections.", WEB(connections) },
	{ "zonetap_web_streams", "gauge", "Open event streams.", WEB(streams) },
	{ "zonetap_web_streams_dropped_total", "counter",
	    "Event streams ended because the reader was too slow.",
	    WEB(streams_dropped) },
};

char *
zt_metrics_text(const struct zt_metrics *metrics)
{
	char *text = NULL;
	size_t len = 0;
	struct out out = { open_memstream(&text, &len), metrics };

	if (out.to == NULL)
		return NULL;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)fprintf(out.to, "# HELP %s %s\n# TYPE %s %s\n", rows[i].name,
		    rows[i].help, rows[i].name, rows[i].type);
		rows[i].samples(&out, &rows[i]);
	}
	/* Every failure above is one of memory, and sticks to the stream. */
	bool failed = ferror(out.to) != 0;
	if (fclose(out.to) == 0 && !failed)
		return text;
	free(text);
	return NULL;
}
