/*
 * Errands: what the main thread posts is run by the detector thread, once, in order, and
 * comes back.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "../../../detect/engine.h"
#include "../../../sensor/detector.h"
#include "suite.h"

struct note {
	struct zt_errand errand;
	struct zt_engine *engine;
	pthread_t ran_on;
	unsigned order;
	unsigned n_done;
	unsigned *counter;
};

static void
run(struct zt_errand *errand, struct zt_engine *engine)
{
	struct note *note = (struct note *)(void *)errand;

	note->engine = engine;
	note->ran_on = pthread_self();
	note->order = ++*note->counter;
}

static void
done(struct zt_errand *errand)
{
	((struct note *)(void *)errand)->n_done++;
}

static struct note
make_note(unsigned *counter)
{
	struct note note = { .errand = { .run = run, .done = done },
		.counter = counter };

	return note;
}

START_TEST(served_by_hand_runs_in_order_and_comes_back)
{
	struct zt_bell data;
	struct zt_errands errands;
	unsigned counter = 0;
	struct note notes[3];

	ck_assert_int_eq(zt_bell_init(&data), 0);
	ck_assert_int_eq(zt_errands_init(&errands, &data), 0);
	ck_assert(!zt_errands_wait(&errands));
	for (unsigned i = 0; i < 3; i++) {
		notes[i] = make_note(&counter);
		zt_errands_post(&errands, &notes[i].errand);
	}
	ck_assert(zt_errands_wait(&errands));
	zt_errands_collect(&errands);
	ck_assert_uint_eq(notes[0].n_done, 0);
	zt_errands_serve(&errands, NULL);
	ck_assert(!zt_errands_wait(&errands));
	zt_errands_collect(&errands);
	zt_errands_collect(&errands);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_uint_eq(notes[i].order, i + 1);
		ck_assert_uint_eq(notes[i].n_done, 1);
	}
	zt_errands_fini(&errands);
	zt_bell_fini(&data);
}
END_TEST

/* An idle detector sleeps; an errand has to wake it, without any event. */
START_TEST(detector_without_events_serves)
{
	struct zt_bell data;
	struct zt_feed feed;
	struct zt_alert_queue queue;
	struct zt_errands errands;
	struct zt_params params;
	unsigned counter = 0;
	struct note note = make_note(&counter);

	ck_assert_int_eq(zt_bell_init(&data), 0);
	ck_assert_int_eq(zt_feed_init(&feed, 1u << 16, 1, &data), 0);
	ck_assert_int_eq(zt_alert_queue_init(&queue, 4), 0);
	ck_assert_int_eq(zt_errands_init(&errands, &data), 0);
	zt_params_defaults(&params);
	params.memory_bytes = 16u << 20;
	struct zt_detector detector = { .feeds = &feed,
		.n_feeds = 1,
		.data = &data,
		.errands = &errands,
		.queue = &queue };
	ck_assert_int_eq(zt_detector_init(&detector, &params), 0);
	ck_assert_int_eq(zt_detector_start(&detector), 0);
	zt_bell_arm(&errands.ready);
	zt_errands_post(&errands, &note.errand);
	zt_bell_wait(&errands.ready, 500); /* below the safety net of its sleep */
	zt_errands_collect(&errands);
	ck_assert_uint_eq(note.n_done, 1);
	ck_assert_ptr_eq(note.engine, detector.engine);
	ck_assert(!pthread_equal(note.ran_on, pthread_self()));
	zt_feed_end(&feed);
	zt_detector_join(&detector);
	zt_detector_fini(&detector);
	zt_errands_fini(&errands);
	zt_alert_queue_fini(&queue);
	zt_feed_fini(&feed);
	zt_bell_fini(&data);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("errand");
	TCase *errands = tcase_create("errands");

	tcase_add_test(errands, served_by_hand_runs_in_order_and_comes_back);
	tcase_add_test(errands, detector_without_events_serves);
	suite_add_tcase(suite, errands);
	return zt_suite_run(suite);
}
