/* What floods cost the engine beside ordinary traffic, all rules on; a small form of
 * tests/bench/engine.c. */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "detect/engine.h"
#include "load.h"
#include "suite.h"

#define MEMORY_BYTES ((size_t)16 << 20)
#define BLOCK_EVENTS 250u
#define N_EVENTS     100000u
#define N_SOURCES    20000u
#define N_SPOOFED    5000000u
#define ROUNDS	     3
/* The aim is 2; this leaves room for a machine that does other things too. */
#define RATIO_MAX 3.0
#define ATTACKER  ZT_IP(198, 51, 100, 66)
#define FLOOD_NS  ZT_S(50)

static struct zt_load load;
static struct zt_engine *engine;
static unsigned n_opens;
static unsigned n_attacker_opens;

static void
note(void *arg, const struct zt_alert *alert)
{
	(void)arg;
	if (alert->event != ZT_ALERT_OPEN)
		return;
	n_opens++;
	n_attacker_opens += alert->source[0] == 198;
}

static void
start(enum zt_load_kind kind, uint32_t n_sources)
{
	struct zt_params params;

	zt_load_init(&load, kind, n_sources, MEMORY_BYTES);
	zt_params_defaults(&params);
	params.key = load.builder.key;
	params.memory_bytes = MEMORY_BYTES;
	n_opens = 0;
	n_attacker_opens = 0;
	engine = zt_engine_new(&params, note, NULL);
	ck_assert_ptr_nonnull(engine);
}

static void
stop(void)
{
	const struct zt_engine_stats *stats = zt_engine_stats(engine);

	ck_assert_uint_le(stats->memory_peak_bytes, MEMORY_BYTES);
	ck_assert_uint_eq(stats->sources_created,
	    stats->sources_live + stats->sources_expired + stats->sources_evicted);
	zt_engine_free(&engine);
	zt_load_fini(&load);
}

static double
cpu_ns(void)
{
	struct timespec ts;

	ck_assert_int_eq(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts), 0);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

/* Judge a block of events; @return the processor time that it took. */
static double
feed_block(unsigned first)
{
	static uint64_t room[BLOCK_EVENTS][ZT_EVENT_MAX / 8];

	for (unsigned i = 0; i < BLOCK_EVENTS; i++) {
		const struct zt_event *event = zt_load_event(&load, first + i);
		memcpy(room[i], event, event->size);
	}
	double begin = cpu_ns();
	for (unsigned i = 0; i < BLOCK_EVENTS; i++)
		zt_engine_feed(engine, (const void *)room[i]);
	return cpu_ns() - begin;
}

static double
cost_of(enum zt_load_kind kind, uint32_t n_sources)
{
	double least = 0;

	for (int round = 0; round < ROUNDS; round++) {
		start(kind, n_sources);
		double ns = 0;
		for (unsigned i = 0; i < N_EVENTS; i += BLOCK_EVENTS)
			ns += feed_block(i);
		least = round == 0 || ns < least ? ns : least;
		stop();
	}
	return least / N_EVENTS;
}

START_TEST(flood_costs_an_event_not_much_more_than_ordinary_traffic)
{
	double ordinary = cost_of(ZT_LOAD_ORDINARY, N_SOURCES);
	double flood = cost_of((enum zt_load_kind)_i, N_SPOOFED);

	printf("%s: %.0f ns an event, %.2f of ordinary traffic (%.0f)\n",
	    zt_load_name((enum zt_load_kind)_i), flood, flood / ordinary, ordinary);
	ck_assert_double_lt(flood / ordinary, RATIO_MAX);
}
END_TEST

START_TEST(enumerator_of_one_question_a_second_is_found_in_a_flood)
{
	struct zt_event_builder builder;
	unsigned asked = 0;

	zt_event_builder_init(&builder);
	start(ZT_LOAD_SPOOFED, N_SPOOFED);
	load.step_ns = FLOOD_NS / N_EVENTS;
	for (unsigned i = 0; i < N_EVENTS; i++) {
		const struct zt_event *event = zt_load_event(&load, i);
		char name[32];
		struct zt_query_spec spec = { event->ts_ns, ATTACKER, 0, name,
			ZT_RR_MX };
		zt_engine_feed(engine, event);
		if (i * load.step_ns < asked * ZT_S(1))
			continue;
		snprintf(name, sizeof(name), "n%u.example.com.", asked++);
		zt_engine_feed(engine, zt_event_builder_query(&builder, &spec));
	}
	ck_assert_uint_eq(n_attacker_opens, 1);
	ck_assert_uint_eq(n_opens, 1);
	ck_assert_uint_gt(zt_engine_stats(engine)->sources_evicted, 1000);
	stop();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("floods");
	TCase *tcase = tcase_create("cost");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase,
	    flood_costs_an_event_not_much_more_than_ordinary_traffic,
	    ZT_LOAD_ORDINARY + 1, ZT_LOADS);
	tcase_add_test(tcase, enumerator_of_one_question_a_second_is_found_in_a_flood);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
