/*
 * The engine against an oracle that keeps every event and counts again each time.
 *
 * Random streams: few sources, few names, thresholds and windows of every size,
 * disorder, equal time stamps, clock steps, responses and types that do not count.  For
 * each event the oracle says whether the incident of its source opens or closes there,
 * and what the alert must say; the engine must agree on all of it.  And whatever the
 * reference rule in its fixed bins flags, the engine must have flagged too.
 *
 * ZT_ORACLE_STREAMS sets the number of streams.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/engine.h"
#include "event_builder.h"
#include "suite.h"

#define STREAMS	    10000
#define EVENTS_MAX  400
#define SOURCES_MAX 5
#define OPENS_MAX   EVENTS_MAX
#define T0	    ZT_S(1700000000)

/* One event as the oracle keeps it. */
struct kept {
	uint64_t ts_ns;
	uint64_t at_ns; /* Judged time. */
	unsigned source;
	unsigned name;
	uint16_t type;
	bool is_answer;
	bool counts;
};

struct stream {
	uint64_t seed;
	uint64_t window_ns;
	uint32_t queries;
	uint32_t names;
	uint32_t types;
	uint32_t factor;
	unsigned n_sources;
	unsigned n_names;
	unsigned n;
	struct kept events[EVENTS_MAX];
};

/* What happened to the incident of a source at an event. */
struct change {
	unsigned event;
	unsigned source;
	enum zt_alert_event kind;
	uint64_t queries;
	uint64_t names;
	bool names_estimated;
};

struct changes {
	unsigned n;
	struct change list[2 * OPENS_MAX];
};

static struct stream stream;
static struct changes wanted;
static struct changes got;
static unsigned at_event;

static uint64_t
next_random(void)
{
	/* xorshift64*; any generator does, as long as the seed gives the stream again.
	 */
	stream.seed ^= stream.seed >> 12;
	stream.seed ^= stream.seed << 25;
	stream.seed ^= stream.seed >> 27;
	return stream.seed * UINT64_C(2685821657736338717);
}

static uint64_t
below(uint64_t bound)
{
	return (next_random() >> 11) % bound;
}

static const uint16_t types[] = { ZT_RR_NS, ZT_RR_MX, ZT_RR_TXT, ZT_RR_SOA, ZT_RR_AXFR,
	ZT_RR_CAA, ZT_RR_A, ZT_RR_AAAA };
#define N_TYPES	  8u
#define N_COUNTED 6u

/* Exactly one window after an earlier event, or a nanosecond less or more. */
static uint64_t
edge_stamp(unsigned n, uint64_t before)
{
	const struct kept *earlier = &stream.events[below(n)];
	uint64_t edge_ns = earlier->ts_ns + stream.window_ns + below(3) - 1;

	return edge_ns > before ? edge_ns : before;
}

static uint64_t
next_stamp(unsigned n, uint64_t before, uint64_t pace)
{
	unsigned kind = (unsigned)below(100);

	if (kind < 15)
		return before;
	if (kind < 25)
		return before - below(ZT_S(10));
	if (n > 0 && kind < 29)
		return edge_stamp(n, before);
	if (kind == 29)
		return before + ZT_S(3600) + below(ZT_S(100000));
	if (kind == 30)
		return before - ZT_S(11) - below(ZT_S(100000));
	return before + below(pace);
}

static void
make_stream(uint64_t number)
{
	static const uint64_t windows_s[] = { 10, 60, 600, 3600, 86400 };
	uint64_t ts_ns = T0;

	stream.seed = number * UINT64_C(0x9e3779b97f4a7c15) + 1;
	stream.window_ns = ZT_S(windows_s[below(5)]) + below(2);
	stream.queries = (uint32_t)below(20);
	stream.names = (uint32_t)below(15);
	stream.types = 1 + (uint32_t)below(5);
	stream.factor = 1 + (uint32_t)below(4);
	stream.n_sources = 1 + (unsigned)below(SOURCES_MAX);
	stream.n_names = 1 + (unsigned)below(below(2) ? 30 : 300);
	stream.n = 20 + (unsigned)below(EVENTS_MAX - 20);
	uint64_t pace = 1 + below(4 * stream.window_ns / (1 + below(40)));
	for (unsigned i = 0; i < stream.n; i++) {
		struct kept *event = &stream.events[i];
		unsigned type = (unsigned)below(N_TYPES);

		ts_ns = next_stamp(i, ts_ns, pace);
		event->ts_ns = ts_ns;
		event->source = (unsigned)below(stream.n_sources);
		event->name = (unsigned)below(stream.n_names);
		event->type = types[type];
		event->is_answer = below(6) == 0;
		event->counts = type < N_COUNTED && !event->is_answer;
	}
}

/* The clock as its header defines it, written down a second time. */
static void
judge_times(void)
{
	int64_t offset = 0;
	int64_t now = 0;
	int64_t doubted = 0;
	bool doubting = false;

	for (unsigned i = 0; i < stream.n; i++) {
		int64_t ts = (int64_t)stream.events[i].ts_ns;
		int64_t step = i == 0 ? 0 : ts + offset - now;
		int64_t again = ts - doubted;
		if (i == 0)
			now = ts;
		bool is_ordinary =
		    step >= -(int64_t)ZT_S(10) && step <= (int64_t)ZT_S(3600);
		bool is_witness = doubting && again >= -(int64_t)ZT_S(10) &&
				  again <= (int64_t)ZT_S(3600);
		if (is_ordinary) {
			now += step > 0 ? step : 0;
		} else if (is_witness && step > 0) {
			now += step;
		} else if (is_witness) {
			now += again > 0 ? again : 0;
			offset = now - ts;
		} else {
			doubted = ts;
		}
		doubting = !is_ordinary && !is_witness;
		stream.events[i].at_ns = (uint64_t)now;
	}
}

/* Counts over the events of a source from index `from` that are younger than since. */
struct counts {
	uint64_t queries;
	uint64_t names;
	uint64_t types; /* Of the name of the last event, SOA as two. */
	unsigned first; /* The earliest event that counts. */
};

static struct counts
count(unsigned last, uint64_t since_ns, unsigned from)
{
	static unsigned char seen_name[400];
	static unsigned char seen_type[512];
	const struct kept *now = &stream.events[last];
	struct counts counts = { .first = last };

	memset(seen_name, 0, sizeof(seen_name));
	memset(seen_type, 0, sizeof(seen_type));
	for (unsigned i = from; i <= last; i++) {
		const struct kept *event = &stream.events[i];
		if (!event->counts || event->source != now->source ||
		    event->at_ns <= since_ns)
			continue;
		if (counts.queries == 0)
			counts.first = i;
		counts.queries++;
		counts.names += !seen_name[event->name];
		seen_name[event->name] = 1;
		if (event->name != now->name || event->type == ZT_RR_AXFR ||
		    seen_type[event->type])
			continue;
		seen_type[event->type] = 1;
		counts.types += event->type == ZT_RR_SOA ? 2 : 1;
	}
	return counts;
}

/* Source 0 is a listed resolver. */
static uint64_t
threshold(unsigned source, uint32_t base)
{
	return source == 0 ? (uint64_t)base * stream.factor : base;
}

struct state {
	bool open;
	uint64_t fired_ns;
	unsigned first; /* First event that the incident counts. */
	unsigned last;	/* Latest counted event of the source. */
};

static void
put_change(struct changes *changes, const struct change *change)
{
	ck_assert_uint_lt(changes->n, 2 * OPENS_MAX);
	changes->list[changes->n++] = *change;
}

static void
close_state(struct state *state, unsigned event, unsigned source)
{
	struct counts counts = count(state->last, 0, state->first);
	struct change change = { event, source, ZT_ALERT_CLOSE, counts.queries,
		counts.names, false };

	put_change(&wanted, &change);
	state->open = false;
}

static void
ask_oracle(void)
{
	static struct state states[SOURCES_MAX];

	memset(states, 0, sizeof(states));
	wanted.n = 0;
	for (unsigned i = 0; i < stream.n; i++) {
		const struct kept *event = &stream.events[i];
		struct state *state = &states[event->source];
		uint64_t now_ns = event->at_ns;

		for (unsigned s = 0; s < stream.n_sources; s++) {
			if (states[s].open &&
			    now_ns - states[s].fired_ns >= stream.window_ns)
				close_state(&states[s], i, s);
		}
		if (!event->counts)
			continue;
		struct counts counts = count(i, now_ns - stream.window_ns, 0);
		state->last = i;
		bool fires =
		    counts.queries > threshold(event->source, stream.queries) ||
		    counts.names > threshold(event->source, stream.names) ||
		    (event->type != ZT_RR_AXFR &&
			(counts.queries >
				threshold(event->source, stream.queries) / 3 &&
			    counts.types > threshold(event->source, stream.types)));
		if (!fires)
			continue;
		state->fired_ns = now_ns;
		if (state->open)
			continue;
		struct change change = { i, event->source, ZT_ALERT_OPEN,
			counts.queries, counts.names, false };
		put_change(&wanted, &change);
		state->open = true;
		state->first = counts.first;
	}
	for (unsigned s = 0; s < stream.n_sources; s++) {
		if (states[s].open)
			close_state(&states[s], stream.n, s);
	}
}

static void
note_alert(void *arg, const struct zt_alert *alert)
{
	struct change change = { at_event, (unsigned)alert->source[3] - 1, alert->event,
		alert->window.queries, alert->window.names,
		alert->window.names_estimated };

	(void)arg;
	if (alert->event != ZT_ALERT_UPDATE)
		put_change(&got, &change);
}

static void
feed(struct zt_engine *engine, struct zt_event_builder *builder)
{
	for (unsigned i = 0; i < stream.n; i++) {
		const struct kept *event = &stream.events[i];
		char name[32];
		struct zt_query_spec spec = { .ts_ns = event->ts_ns,
			.client = ZT_IP(203, 0, 113, event->source + 1),
			.name = name,
			.qtype = event->type };

		snprintf(name, sizeof(name), "n%u.example.com.", event->name);
		at_event = i;
		zt_engine_feed(engine,
		    event->is_answer ? zt_event_builder_response(builder, &spec, 3)
				     : zt_event_builder_query(builder, &spec));
	}
	at_event = stream.n;
	zt_engine_finish(engine);
}

static void
ask_engine(void)
{
	static struct zt_event_builder builder;
	struct zt_params params;
	struct zt_prefix resolver = {
		.addr = { 203, 0, 113, 1 }, .family = 4, .bits = 32
	};

	zt_event_builder_init(&builder);
	zt_params_defaults(&params);
	params.key = builder.key;
	params.memory_bytes = 4 << 20;
	params.resolvers = (struct zt_prefix_list){ &resolver, 1 };
	params.resolver_factor = stream.factor;
	for (unsigned id = 0; id < ZT_N_RULES; id++)
		params.rules[id].enabled = id == ZT_RULE_type_enumeration;
	params.rules[ZT_RULE_type_enumeration].window_ns = stream.window_ns;
	params.rules[ZT_RULE_type_enumeration].queries = stream.queries;
	params.rules[ZT_RULE_type_enumeration].names = stream.names;
	params.rules[ZT_RULE_type_enumeration].types = stream.types;
	got.n = 0;
	struct zt_engine *engine = zt_engine_new(&params, note_alert, NULL);
	ck_assert_ptr_nonnull(engine);
	feed(engine, &builder);
	ck_assert_uint_eq(zt_engine_stats(engine)->sources_evicted, 0);
	ck_assert_uint_eq(zt_engine_stats(engine)->tracks_evicted, 0);
	zt_engine_free(&engine);
}

/* Closes of one event come in the order of firing from the engine, in the order of
 * sources from the oracle. */
static int
compare(const void *left, const void *right)
{
	const struct change *a = left;
	const struct change *b = right;

	if (a->event != b->event)
		return a->event < b->event ? -1 : 1;
	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	/* At one event an old incident closes before a new one opens. */
	return a->kind == b->kind ? 0 : a->kind == ZT_ALERT_CLOSE ? -1 : 1;
}

static void
compare_changes(uint64_t number)
{
	qsort(wanted.list, wanted.n, sizeof(wanted.list[0]), compare);
	qsort(got.list, got.n, sizeof(got.list[0]), compare);
	for (unsigned i = 0; i < wanted.n && i < got.n; i++) {
		const struct change *w = &wanted.list[i];
		const struct change *g = &got.list[i];
		bool same_names = g->names_estimated
				      ? g->names * 10 <= w->names * 12 &&
					    g->names * 12 >= w->names * 10
				      : g->names == w->names;
		bool same = w->event == g->event && w->source == g->source &&
			    w->kind == g->kind && w->queries == g->queries &&
			    same_names;
		ck_assert_msg(same,
		    "stream %lu change %u: event %u/%u source %u/%u kind %d/%d "
		    "queries %lu/%lu names %lu/%lu (oracle/engine)",
		    (unsigned long)number, i, w->event, g->event, w->source, g->source,
		    (int)w->kind, (int)g->kind, (unsigned long)w->queries,
		    (unsigned long)g->queries, (unsigned long)w->names,
		    (unsigned long)g->names);
	}
	ck_assert_msg(wanted.n == got.n, "stream %lu: %u changes, engine %u",
	    (unsigned long)number, wanted.n, got.n);
}

/* Whether the engine had an incident of a source open at or before an event of a bin
 * whose fixed window the reference rule flags. */
static bool
was_open(unsigned source, unsigned first, unsigned last)
{
	bool is_open = false;

	for (unsigned i = 0; i < got.n; i++) {
		const struct change *change = &got.list[i];
		if (change->source != source || change->event > last)
			continue;
		if (change->event > first && is_open)
			return true;
		is_open = change->kind == ZT_ALERT_OPEN;
	}
	return is_open;
}

static void
compare_bins(uint64_t number)
{
	for (unsigned i = 0; i < stream.n; i++) {
		const struct kept *event = &stream.events[i];
		uint64_t bin = event->at_ns / stream.window_ns * stream.window_ns;
		struct counts counts = count(i, bin - 1, 0);
		if (!event->counts ||
		    (counts.queries <= threshold(event->source, stream.queries) &&
			counts.names <= threshold(event->source, stream.names)))
			continue;
		ck_assert_msg(was_open(event->source, counts.first, i),
		    "stream %lu event %u: the fixed bin fires and the engine does not",
		    (unsigned long)number, i);
	}
}

static uint64_t
n_streams(void)
{
	const char *text = getenv("ZT_ORACLE_STREAMS");
	return text != NULL ? strtoull(text, NULL, 10) : STREAMS;
}

/* S05. */
START_TEST(engine_of_random_streams_equals_the_oracle)
{
	uint64_t n_opened = 0;

	for (uint64_t number = 1; number <= n_streams(); number++) {
		make_stream(number);
		judge_times();
		ask_oracle();
		ask_engine();
		compare_changes(number);
		compare_bins(number);
		n_opened += wanted.n / 2;
	}
	/* Streams that never fire would agree about nothing. */
	ck_assert_uint_gt(n_opened, n_streams());
	printf("%lu streams, %lu incidents\n", (unsigned long)n_streams(),
	    (unsigned long)n_opened);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("oracle");
	TCase *tcase = tcase_create("type-enumeration");

	tcase_set_timeout(tcase, 0);
	tcase_add_test(tcase, engine_of_random_streams_equals_the_oracle);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
