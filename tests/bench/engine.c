/*
 * The engine alone, all rules on: what an event costs in ordinary traffic and in floods,
 * beside a loop that only reads the same events from the ring.
 *
 *   engine [EVENTS]            the table of loads, of so many events each
 *   engine [EVENTS] growth     by number of sources, and by number of rules
 *   engine [EVENTS] found      one enumerator in a flood, within 64 MiB
 *
 * Events are made a block at a time, and only what the engine does with the block is
 * timed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "detect/engine.h"
#include "load.h"
#include "sensor/ring.h"

enum {
	BLOCK_EVENTS = 4096,
	RING_BYTES = 1 << 20,
	EVENTS = 2000000,
	SOURCES = 65536,
	SPOOFED = 5000000,
	ROUNDS = 3,
};

#define MEMORY_BYTES ((size_t)256 << 20)
#define MEMORY_SMALL ((size_t)64 << 20)
/* The flood takes so long, whatever its size. */
#define FLOOD_NS ZT_S(50)
#define ATTACKER ZT_IP(198, 51, 100, 66)

/** One run. */
struct run {
	struct zt_load load;
	struct zt_params params;
	struct zt_engine *engine; /**< NULL: the events are only read. */
	struct zt_ring *ring;
	uint64_t n_opens;
	uint64_t n_attacker_opens;
	uint64_t sink;
	uint64_t n;
	double ns;
};

static _Noreturn void
give_up(const char *why)
{
	fprintf(stderr, "engine: %s\n", why);
	exit(70);
}

/** Of this thread alone: the engine never waits, but others may use the machine. */
static double
now_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static void
note(void *arg, const struct zt_alert *alert)
{
	struct run *run = arg;

	if (alert->event != ZT_ALERT_OPEN)
		return;
	run->n_opens++;
	run->n_attacker_opens += alert->source[0] == 198;
}

static void
start(struct run *run, enum zt_load_kind kind, uint32_t n_sources, size_t memory)
{
	memset(run, 0, sizeof(*run));
	zt_load_init(&run->load, kind, n_sources, memory);
	zt_params_defaults(&run->params);
	run->params.key = run->load.builder.key;
	run->params.memory_bytes = memory;
	run->ring = zt_ring_new(RING_BYTES);
	if (run->ring == NULL)
		give_up("out of memory");
}

static void
finish(struct run *run)
{
	zt_engine_free(&run->engine);
	zt_ring_free(&run->ring);
	zt_load_fini(&run->load);
}

static void
push(struct run *run, const struct zt_event *event)
{
	if (!zt_ring_push(run->ring, event, event->size))
		give_up("the ring is too small for a block");
}

/** Take a block from the ring, as the detector's thread does. */
static void
drain(struct run *run)
{
	const struct zt_event *events[ZT_ENGINE_BATCH];
	size_t n, len;

	do {
		for (n = 0; n < ZT_ENGINE_BATCH; n++) {
			events[n] = zt_ring_peek(run->ring, &len);
			if (events[n] == NULL)
				break;
			run->sink += events[n]->ts_ns + events[n]->client[3];
			zt_ring_pop(run->ring);
		}
		if (run->engine != NULL)
			zt_engine_feed_many(run->engine, events, n);
		run->n += n;
	} while (n == ZT_ENGINE_BATCH);
	zt_ring_release(run->ring);
}

static void
drain_timed(struct run *run)
{
	zt_ring_publish(run->ring);
	double begin = now_ns();
	drain(run);
	run->ns += now_ns() - begin;
}

/** @return nanoseconds per event. */
static double
feed(struct run *run, uint64_t n_events, bool is_engine)
{
	run->n = 0;
	run->ns = 0;
	if (is_engine)
		run->engine = zt_engine_new(&run->params, note, run);
	if (is_engine && run->engine == NULL)
		give_up("out of memory");
	for (uint64_t i = 0; i < n_events; i++) {
		push(run, zt_load_event(&run->load, i));
		if ((i + 1) % BLOCK_EVENTS == 0)
			drain_timed(run);
	}
	drain_timed(run);
	return run->ns / (double)run->n;
}

/** The fastest of a few rounds. */
static double
measure(enum zt_load_kind kind, uint64_t n_events, uint32_t n_sources, unsigned n_rules,
    bool is_engine)
{
	double best = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct run run;
		start(&run, kind, n_sources, MEMORY_BYTES);
		for (unsigned id = n_rules; id < ZT_N_RULES; id++)
			run.params.rules[id].enabled = false;
		double ns = feed(&run, n_events, is_engine);
		if (round == 0 || ns < best)
			best = ns;
		finish(&run);
	}
	return best;
}

static int
show_loads(uint64_t n)
{
	double read = measure(ZT_LOAD_ORDINARY, n, SOURCES, ZT_N_RULES, false);
	double ordinary = 0;

	printf("| load | ns/event | M events/s | of ordinary |\n|---|--:|--:|--:|\n"
	       "| only read from the ring | %.1f | %.1f | |\n",
	    read, 1e3 / read);
	for (unsigned kind = 0; kind < ZT_LOADS; kind++) {
		uint32_t sources = kind == ZT_LOAD_ORDINARY ? SOURCES : SPOOFED;
		double ns = measure(kind, n, sources, ZT_N_RULES, true);
		ordinary = kind == ZT_LOAD_ORDINARY ? ns : ordinary;
		printf("| %s | %.1f | %.2f | %.2f |\n", zt_load_name(kind), ns,
		    1e3 / ns, ns / ordinary);
	}
	printf("\nOrdinary traffic costs %.1f times what reading it costs.\n",
	    ordinary / read);
	return 0;
}

static int
show_growth(uint64_t n)
{
	static const uint32_t sources[] = { 1000, 10000, 100000, 1000000, 5000000 };
	double least = 0;

	printf("| sources | ns/event | of the least |\n|--:|--:|--:|\n");
	for (unsigned i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		double ns = measure(ZT_LOAD_ORDINARY, n, sources[i], ZT_N_RULES, true);
		least = i == 0 || ns < least ? ns : least;
		printf("| %u | %.1f | %.2f |\n", sources[i], ns, ns / least);
	}
	printf("\n| rules | ns/event | of one |\n|--:|--:|--:|\n");
	for (unsigned rules = 1; rules <= ZT_N_RULES; rules++) {
		double ns = measure(ZT_LOAD_ORDINARY, n, SOURCES, rules, true);
		least = rules == 1 ? ns : least;
		printf("| %u | %.1f | %.2f |\n", rules, ns, ns / least);
	}
	return 0;
}

/** The flood, with somebody in it who asks for one name more each second. */
static double
flood_with_attacker(struct run *run, uint64_t n_events)
{
	struct zt_event_builder builder;
	uint64_t n_flood = n_events, asked = 0,
		 per_question = ZT_S(1) / run->load.step_ns;

	zt_event_builder_init(&builder);
	run->engine = zt_engine_new(&run->params, note, run);
	if (run->engine == NULL)
		give_up("out of memory");
	for (uint64_t i = 0; i < n_flood; i++) {
		const struct zt_event *event = zt_load_event(&run->load, i);
		char name[32];
		snprintf(name, sizeof(name), "n%u.example.com.", (unsigned)asked);
		struct zt_query_spec spec = { event->ts_ns, ATTACKER, 0, name,
			ZT_RR_MX };
		push(run, event);
		if (i % per_question == 0) {
			asked++;
			push(run, zt_event_builder_query(&builder, &spec));
		}
		if ((i + 1) % BLOCK_EVENTS == 0)
			drain_timed(run);
	}
	drain_timed(run);
	return run->ns / (double)run->n;
}

static int
show_found(uint64_t n)
{
	struct run run;

	start(&run, ZT_LOAD_ORDINARY, SOURCES, MEMORY_SMALL);
	double quiet = feed(&run, n, true);
	finish(&run);
	start(&run, ZT_LOAD_SPOOFED, SPOOFED, MEMORY_SMALL);
	run.load.step_ns = FLOOD_NS / n;
	double ns = flood_with_attacker(&run, n);
	const struct zt_engine_stats *stats = zt_engine_stats(run.engine);
	bool is_found = run.n_attacker_opens == 1 && run.n_opens == 1;
	bool is_within = stats->memory_peak_bytes <= MEMORY_SMALL;
	printf("%ju events of %u sources in 64 MiB: the enumerator %s, %ju alerts in "
	       "all, peak %zu bytes of %zu, %ju sources created, %ju evicted, %ju "
	       "refused; %.1f ns an event, %.2f of ordinary traffic (%.1f)\n",
	    (uintmax_t)n, SPOOFED,
	    run.n_attacker_opens == 1 ? "was found" : "was MISSED",
	    (uintmax_t)run.n_opens, stats->memory_peak_bytes, MEMORY_SMALL,
	    (uintmax_t)stats->sources_created, (uintmax_t)stats->sources_evicted,
	    (uintmax_t)stats->sources_refused, ns, ns / quiet, quiet);
	finish(&run);
	return is_found && is_within ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[argc - 1] : "";
	uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;

	n = n > 0 ? n : EVENTS;
	if (strcmp(what, "growth") == 0)
		return show_growth(n);
	return strcmp(what, "found") == 0 ? show_found(n) : show_loads(n);
}
