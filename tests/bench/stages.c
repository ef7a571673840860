/*
 * What each stage of the pipeline costs by itself, over the packets of one file.
 *
 *   stages FILE [STAGE]
 *
 * The file is read into memory first, so that only the first stage pays for reading.
 * With a stage named, it alone runs, once: for callgrind.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pcap/pcap.h>

#include "../../detect/engine.h"
#include "../../dissect/dissect.h"
#include "../../dissect/layers.h"
#include "../../dissect/screen.h"
#include "../../dissect/walk.h"
#include "../../sensor/ring.h"

enum {
	ROUNDS = 5,
	PACKETS_MAX = 1000000,
	RING_BYTES = 1 << 20,
	RING_BATCH = 64,
};

/** Everything a stage may need; filled stage by stage. */
struct bench {
	const char *path;
	struct zt_hash_key key;
	uint16_t port;
	uint16_t link_type;
	struct zt_packet *packets;
	uint8_t *bytes;
	size_t n_packets;
	const uint8_t **messages; /**< UDP messages, inside bytes. */
	size_t *message_len;
	size_t n_messages;
	uint8_t *events; /**< One after the other, size inside. */
	size_t events_len;
	size_t events_cap;
	uint64_t sink; /**< Keeps results alive. */
};

static _Noreturn void
give_up(const char *why)
{
	fprintf(stderr, "stages: %s\n", why);
	exit(70);
}

static void *
grown(void *old, size_t bytes)
{
	void *now = realloc(old, bytes);
	if (!now)
		give_up("out of memory");
	return now;
}

static pcap_t *
open_file(const struct bench *bench)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline_with_tstamp_precision(
	    bench->path, PCAP_TSTAMP_PRECISION_NANO, error);
	if (!pcap)
		give_up(error);
	return pcap;
}

/** Keep up to PACKETS_MAX packets in memory. */
static void
load(struct bench *bench)
{
	struct pcap_pkthdr *header;
	const u_char *data;
	size_t used = 0, cap = 0;
	pcap_t *pcap = open_file(bench);

	bench->link_type = (uint16_t)pcap_datalink(pcap);
	bench->packets = grown(NULL, PACKETS_MAX * sizeof(*bench->packets));
	while (
	    bench->n_packets < PACKETS_MAX && pcap_next_ex(pcap, &header, &data) == 1) {
		if (used + header->caplen > cap) {
			cap = (used + header->caplen) * 2;
			bench->bytes = grown(bench->bytes, cap);
		}
		memcpy(bench->bytes + used, data, header->caplen);
		bench->packets[bench->n_packets++] = (struct zt_packet){
			.ts_ns = (uint64_t)header->ts.tv_sec * 1000000000u +
				 (uint64_t)header->ts.tv_usec,
			.caplen = header->caplen,
			.wirelen = header->len,
			.link_type = bench->link_type,
		};
		used += header->caplen;
	}
	pcap_close(pcap);
	for (size_t i = 0, at = 0; i < bench->n_packets; i++) {
		bench->packets[i].data = bench->bytes + at;
		at += bench->packets[i].caplen;
	}
	if (bench->n_packets == 0)
		give_up("no packets");
}

static size_t
run_read(struct bench *bench)
{
	struct pcap_pkthdr *header;
	const u_char *data;
	size_t n = 0;
	pcap_t *pcap = open_file(bench);
	while (n < bench->n_packets && pcap_next_ex(pcap, &header, &data) == 1)
		n++;
	pcap_close(pcap);
	return n;
}

static struct zt_dissect_stats *
new_stats(void)
{
	struct zt_dissect_stats *stats = grown(NULL, sizeof(*stats));
	memset(stats, 0, sizeof(*stats));
	return stats;
}

static size_t
run_layers(struct bench *bench)
{
	struct zt_layers_options options = {
		.ports = &bench->port,
		.n_ports = 1,
		.fragment_bytes = 4 << 20,
		.drop_duplicates = true,
		.check_sums = true,
		.key = bench->key,
	};
	struct zt_dissect_stats *stats = new_stats();
	struct zt_layers *layers = zt_layers_new(&options, stats);
	struct zt_datagram datagram;
	bool keep = !bench->messages;
	size_t n = 0;

	if (!layers)
		give_up("out of memory");
	if (keep) {
		bench->messages = grown(NULL, bench->n_packets * sizeof(uint8_t *));
		bench->message_len = grown(NULL, bench->n_packets * sizeof(size_t));
	}
	for (size_t i = 0; i < bench->n_packets; i++) {
		if (zt_layers_walk(layers, &bench->packets[i], &datagram) != ZT_ACCEPT)
			continue;
		n++;
		bench->sink += datagram.payload_len;
		/* Reassembled payloads live elsewhere and only until the next call. */
		if (keep && datagram.path.transport == ZT_PROTO_UDP &&
		    datagram.payload >= bench->packets[i].data &&
		    datagram.payload <
			bench->packets[i].data + bench->packets[i].caplen) {
			bench->messages[bench->n_messages] = datagram.payload;
			bench->message_len[bench->n_messages++] = datagram.payload_len;
		}
	}
	zt_layers_free(&layers);
	free(stats);
	return n;
}

static size_t
run_screen(struct bench *bench)
{
	struct zt_screen screen;
	for (size_t i = 0; i < bench->n_messages; i++)
		bench->sink += zt_screen(
		    &bench->key, bench->messages[i], bench->message_len[i], &screen);
	return bench->n_messages;
}

static size_t
run_walk(struct bench *bench)
{
	struct zt_screen screen;
	struct zt_walk walk;
	struct zt_rr rr;
	for (size_t i = 0; i < bench->n_messages; i++) {
		const uint8_t *msg = bench->messages[i];
		size_t len = bench->message_len[i];
		if (zt_screen(&bench->key, msg, len, &screen) != ZT_ACCEPT)
			continue;
		zt_walk_init(&walk, msg, len, &screen);
		while (zt_walk_next(&walk, &rr))
			bench->sink += rr.type;
	}
	return bench->n_messages;
}

static void
keep_event(void *arg, const struct zt_event *event)
{
	struct bench *bench = arg;
	if (bench->events_len + event->size > bench->events_cap) {
		bench->events_cap = (bench->events_len + event->size) * 2;
		bench->events = grown(bench->events, bench->events_cap);
	}
	memcpy(bench->events + bench->events_len, event, event->size);
	bench->events_len += event->size;
}

static void
count_event(void *arg, const struct zt_event *event)
{
	struct bench *bench = arg;
	bench->sink += event->size;
}

static size_t
run_dissect(struct bench *bench)
{
	struct zt_dissect_options options;
	zt_dissect_defaults(&options);
	options.key = bench->key;
	options.emit = bench->events ? count_event : keep_event;
	options.emit_arg = bench;
	struct zt_dissect *dissect = zt_dissect_new(&options);
	if (!dissect)
		give_up("out of memory");
	for (size_t i = 0; i < bench->n_packets; i++)
		zt_dissect_packet(dissect, &bench->packets[i]);
	zt_dissect_flush(dissect);
	size_t n = (size_t)zt_counted(&zt_dissect_stats(dissect)->events);
	zt_dissect_free(&dissect);
	return n;
}

static const struct zt_event *
event_at(const struct bench *bench, size_t at)
{
	return (const void *)(bench->events + at);
}

static size_t
drain(struct zt_ring *ring, struct bench *bench)
{
	size_t len, n = 0;
	while (zt_ring_peek(ring, &len)) {
		bench->sink += len;
		zt_ring_pop(ring);
		n++;
	}
	zt_ring_release(ring);
	return n;
}

/** Both ends on one thread: the cost of the copies and counters, not of the waiting. */
static size_t
run_ring(struct bench *bench)
{
	struct zt_ring *ring = zt_ring_new(RING_BYTES);
	size_t n = 0, batch = 0;
	if (!ring)
		give_up("out of memory");
	for (size_t at = 0; at < bench->events_len;) {
		const struct zt_event *event = event_at(bench, at);
		if (!zt_ring_push(ring, event, event->size))
			give_up("the ring is too small for a batch");
		at += event->size;
		if (++batch % RING_BATCH == 0) {
			zt_ring_publish(ring);
			n += drain(ring, bench);
		}
	}
	zt_ring_publish(ring);
	n += drain(ring, bench);
	zt_ring_free(&ring);
	return n;
}

static void
count_alert(void *arg, const struct zt_alert *alert)
{
	struct bench *bench = arg;
	bench->sink += alert->risk;
}

static size_t
run_engine(struct bench *bench)
{
	struct zt_params params;
	size_t n = 0;
	zt_params_defaults(&params);
	params.key = bench->key;
	struct zt_engine *engine = zt_engine_new(&params, count_alert, bench);
	if (!engine)
		give_up("out of memory");
	for (size_t at = 0; at < bench->events_len;) {
		const struct zt_event *events[ZT_ENGINE_BATCH];
		size_t batch = 0;
		while (batch < ZT_ENGINE_BATCH && at < bench->events_len) {
			events[batch] = event_at(bench, at);
			at += events[batch++]->size;
		}
		zt_engine_feed_many(engine, events, batch);
		n += batch;
	}
	zt_engine_finish(engine);
	zt_engine_free(&engine);
	return n;
}

static const struct {
	const char *name;
	const char *what;
	size_t (*run)(struct bench *bench);
} stages[] = {
	{ "read", "libpcap hands over each packet", run_read },
	{ "layers", "link to UDP and TCP", run_layers },
	{ "screen", "header and question", run_screen },
	{ "walk", "screen and every record", run_walk },
	{ "dissect", "layers to events, all of the above", run_dissect },
	{ "ring", "copy in, borrow out, one thread", run_ring },
	{ "engine", "windows, rules, incidents", run_engine },
};

static double
now_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static void
measure(struct bench *bench, size_t stage)
{
	double best = 0;
	size_t items = 0;
	for (int round = 0; round < ROUNDS; round++) {
		double start = now_ns();
		items = stages[stage].run(bench);
		double took = now_ns() - start;
		if (round == 0 || took < best)
			best = took;
	}
	printf("| %-7s | %-35s | %9zu | %9.1f | %9.1f |\n", stages[stage].name,
	    stages[stage].what, items, items > 0 ? best / (double)items : 0.0,
	    best / (double)bench->n_packets);
}

int
main(int argc, char **argv)
{
	struct bench bench = { .key = { 1, 2 }, .port = 53 };
	const size_t n = sizeof(stages) / sizeof(stages[0]);

	if (argc < 2 || argc > 3) {
		fputs("usage: stages FILE [STAGE]\n", stderr);
		return 64;
	}
	bench.path = argv[1];
	load(&bench);
	if (argc == 3) {
		(void)run_layers(&bench);
		(void)run_dissect(&bench);
		for (size_t i = 0; i < n; i++)
			if (strcmp(stages[i].name, argv[2]) == 0) {
				printf("%zu\n", stages[i].run(&bench));
				return 0;
			}
		give_up("no such stage");
	}
	printf("| stage   | what                                | items     "
	       "| ns/item   | ns/packet |\n"
	       "|---------|-------------------------------------|----------:"
	       "|----------:|----------:|\n");
	for (size_t i = 0; i < n; i++)
		measure(&bench, i);
	return bench.sink == 0;
}
