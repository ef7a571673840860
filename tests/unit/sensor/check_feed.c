/* Feeds and the alert queue: nothing is lost where it must not be, everything that is
 * lost is counted, and sleepers wake up. */
#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "sensor/alert_queue.h"
#include "sensor/feed.h"
#include "suite.h"

#define RING_BYTES ((size_t)64 << 10)
#define EVENTS	   200000

/* An event of size bytes that carries its number in two places. */
static void
make_event(struct zt_event *event, uint64_t number)
{
	memset(event, 0, sizeof(*event));
	event->size = (uint16_t)sizeof(*event);
	event->ts_ns = number;
	event->name_hash = ~number;
}

struct run {
	struct zt_bell data;
	struct zt_feed feed;
	bool waits; /* send, not offer */
	unsigned producer_rests;
	unsigned consumer_rests;
	uint64_t got;
	uint64_t wrong; /* out of order or damaged */
};

static void *
produce(void *arg)
{
	struct run *run = arg;
	struct zt_event event;

	for (uint64_t n = 0; n < EVENTS; n++) {
		make_event(&event, n);
		if (run->waits)
			zt_feed_send(&run->feed, &event);
		else
			zt_feed_offer(&run->feed, &event);
		if (run->producer_rests != 0 && n % run->producer_rests == 0)
			sched_yield();
	}
	zt_feed_end(&run->feed);
	return NULL;
}

static void *
consume(void *arg)
{
	struct run *run = arg;
	uint64_t next = 0;

	while (!zt_feed_is_over(&run->feed)) {
		const struct zt_event *event = zt_feed_take(&run->feed);
		if (event == NULL) {
			zt_feed_rest(&run->feed);
			zt_bell_arm(&run->data);
			if (zt_feed_take(&run->feed) != NULL ||
			    zt_feed_is_over(&run->feed))
				zt_bell_disarm(&run->data);
			else
				zt_bell_wait(&run->data, -1);
			continue;
		}
		run->wrong += event->ts_ns < next || event->name_hash != ~event->ts_ns;
		next = event->ts_ns + 1;
		run->got++;
		zt_feed_done(&run->feed);
		if (run->consumer_rests != 0 && run->got % run->consumer_rests == 0)
			sched_yield();
	}
	return NULL;
}

static const struct {
	bool waits;
	unsigned producer_rests;
	unsigned consumer_rests;
	unsigned batch;
} runs[] = {
	{ true, 0, 0, 1 },
	{ true, 0, 0, 256 },
	{ true, 1, 0, 32 },  /* the consumer sleeps often */
	{ true, 0, 1, 256 }, /* the producer sleeps often */
	{ false, 0, 1, 32 }, /* events are dropped */
	{ false, 7, 0, 32 },
};

/* The consumer sleeps without a time limit: a lost wake-up would hang the test. */
START_TEST(feed_of_two_threads_obeys_the_law)
{
	struct run run = { .waits = runs[_i].waits };
	pthread_t producer;
	pthread_t consumer;

	run.producer_rests = runs[_i].producer_rests;
	run.consumer_rests = runs[_i].consumer_rests;
	ck_assert_int_eq(zt_bell_init(&run.data), 0);
	ck_assert_int_eq(
	    zt_feed_init(&run.feed, RING_BYTES, runs[_i].batch, &run.data), 0);
	ck_assert_int_eq(pthread_create(&consumer, NULL, consume, &run), 0);
	ck_assert_int_eq(pthread_create(&producer, NULL, produce, &run), 0);
	pthread_join(producer, NULL);
	pthread_join(consumer, NULL);
	ck_assert_uint_eq(run.wrong, 0);
	ck_assert_uint_eq(zt_counted(&run.feed.pushed), EVENTS);
	ck_assert_uint_eq(zt_counted(&run.feed.popped), run.got);
	ck_assert_uint_eq(run.got + zt_counted(&run.feed.dropped), EVENTS);
	if (run.waits)
		ck_assert_uint_eq(run.got, EVENTS);
	zt_feed_fini(&run.feed);
	zt_bell_fini(&run.data);
}
END_TEST

/* X17. */
START_TEST(feed_full_and_offered_drops_the_newest)
{
	struct zt_bell data;
	struct zt_feed feed;
	struct zt_event event;

	ck_assert_int_eq(zt_bell_init(&data), 0);
	ck_assert_int_eq(zt_feed_init(&feed, RING_BYTES, 1, &data), 0);
	for (uint64_t n = 0; n < 1000; n++) {
		make_event(&event, n);
		zt_feed_offer(&feed, &event);
	}
	/* A frame of 8 and an event of 128 bytes: 65536 / 136 fit. */
	ck_assert_uint_eq(zt_counted(&feed.pushed), 1000);
	ck_assert_uint_eq(zt_counted(&feed.dropped), 1000 - 481);
	ck_assert_uint_eq(zt_feed_take(&feed)->ts_ns, 0);
	event.size = 0; /* a bug of ours must not hang a replay */
	zt_feed_send(&feed, &event);
	ck_assert_uint_eq(zt_counted(&feed.dropped), 1001 - 481);
	zt_feed_fini(&feed);
	zt_bell_fini(&data);
}
END_TEST

static void *
put_alerts(void *arg)
{
	struct zt_alert_queue *queue = arg;
	struct zt_alert alert = { .rule = "test" };

	for (uint64_t n = 0; n < 1000; n++) {
		alert.ts_ns = n;
		zt_alert_queue_put(queue, &alert);
	}
	zt_alert_queue_end(queue);
	return NULL;
}

START_TEST(alert_queue_smaller_than_the_flood_loses_nothing)
{
	struct zt_alert_queue queue;
	struct zt_alert alert;
	pthread_t producer;
	uint64_t next = 0;

	ck_assert_int_eq(zt_alert_queue_init(&queue, 4), 0);
	ck_assert_int_eq(pthread_create(&producer, NULL, put_alerts, &queue), 0);
	while (!zt_alert_queue_is_over(&queue)) {
		while (zt_alert_queue_get(&queue, &alert)) {
			ck_assert_uint_eq(alert.ts_ns, next);
			next++;
		}
		zt_bell_arm(&queue.bell);
		if (zt_alert_queue_is_over(&queue) || queue.bell.fd < 0)
			zt_bell_disarm(&queue.bell);
		else
			zt_bell_wait(&queue.bell, 10);
	}
	ck_assert_uint_eq(next, 1000);
	pthread_join(producer, NULL);
	zt_alert_queue_fini(&queue);
}
END_TEST

START_TEST(alert_queue_abandoned_lets_the_producer_go)
{
	struct zt_alert_queue queue;
	struct zt_alert alert;
	pthread_t producer;

	ck_assert_int_eq(zt_alert_queue_init(&queue, 4), 0);
	ck_assert_int_eq(pthread_create(&producer, NULL, put_alerts, &queue), 0);
	while (!zt_alert_queue_get(&queue, &alert))
		sched_yield();
	zt_alert_queue_abandon(&queue);
	pthread_join(producer, NULL); /* hangs if it still waits for room */
	zt_alert_queue_fini(&queue);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("feed");
	TCase *feed = tcase_create("feed");
	TCase *queue = tcase_create("alert queue");

	tcase_set_timeout(feed, 60);
	tcase_add_loop_test(feed, feed_of_two_threads_obeys_the_law, 0,
	    (int)(sizeof(runs) / sizeof(runs[0])));
	tcase_add_test(feed, feed_full_and_offered_drops_the_newest);
	tcase_add_test(queue, alert_queue_smaller_than_the_flood_loses_nothing);
	tcase_add_test(queue, alert_queue_abandoned_lets_the_producer_go);
	suite_add_tcase(suite, feed);
	suite_add_tcase(suite, queue);
	return zt_suite_run(suite);
}
