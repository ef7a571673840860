#include "dissect/exchange.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)

static const struct zt_hash_key key = { 1, 2 };

/** Path of a query from 192.0.2.1:4000 to 198.51.100.53:53. */
static struct zt_path
query_path(void)
{
	struct zt_path path;

	memset(&path, 0, sizeof(path));
	memcpy(path.src, "\300\0\2\1", 4);
	memcpy(path.dst, "\306\63\144\65", 4);
	path.src_port = 4000;
	path.dst_port = 53;
	path.family = 4;
	path.transport = ZT_PROTO_UDP;
	return path;
}

/** The way back. */
static struct zt_path
reversed(const struct zt_path *path)
{
	struct zt_path back = *path;

	memcpy(back.src, path->dst, sizeof(back.src));
	memcpy(back.dst, path->src, sizeof(back.dst));
	back.src_port = path->dst_port;
	back.dst_port = path->src_port;
	return back;
}

static struct zt_question
question_of(uint64_t hash, uint16_t type)
{
	struct zt_question question;

	memset(&question, 0, sizeof(question));
	question.hash = hash;
	question.type = type;
	return question;
}

static struct zt_exchanges *
exchanges_new(void)
{
	struct zt_exchanges *exchanges = zt_exchanges_new(64, &key);
	ck_assert_ptr_nonnull(exchanges);
	return exchanges;
}

static enum zt_exchange_result
query(struct zt_exchanges *x, const struct zt_path *path, uint16_t id,
    const struct zt_question *question, uint64_t ts_ns)
{
	zt_exchanges_aim(x, path, id, true);
	return zt_exchanges_query(x, question, ts_ns);
}

static enum zt_exchange_result
response(struct zt_exchanges *x, const struct zt_path *path, uint16_t id,
    const struct zt_question *question, uint64_t ts_ns, uint32_t *latency_us)
{
	zt_exchanges_aim(x, path, id, false);
	return zt_exchanges_response(x, question, ts_ns, latency_us);
}

START_TEST(response_finds_its_query_once)
{
	struct zt_exchanges *x = exchanges_new();
	struct zt_path there = query_path(), back = reversed(&there);
	struct zt_question q = question_of(77, 1);
	uint32_t latency_us = 0;

	ck_assert_int_eq(query(x, &there, 9, &q, SECOND), ZT_EXCHANGE_NEW);
	ck_assert_int_eq(response(x, &back, 9, &q, SECOND + 1234567, &latency_us),
	    ZT_EXCHANGE_PAIRED);
	ck_assert_uint_eq(latency_us, 1234);
	/* D28: a second response to one query. */
	latency_us = 5;
	ck_assert_int_eq(response(x, &back, 9, &q, 2 * SECOND, &latency_us),
	    ZT_EXCHANGE_UNSOLICITED);
	ck_assert_uint_eq(latency_us, 5);
	zt_exchanges_free(&x);
	ck_assert_ptr_null(x);
	zt_exchanges_free(&x);
}
END_TEST

/** What a response differs in from its query. */
enum difference {
	SAME,
	OTHER_ID,
	OTHER_NAME,
	OTHER_TYPE,
	NO_QUESTION,
	OTHER_CLIENT,
	OTHER_CLIENT_PORT,
	OTHER_TUNNEL,
	OTHER_TRANSPORT,
	OTHER_FAMILY,
	N_DIFFERENCES
};

START_TEST(d28_response_that_differs_does_not_pair)
{
	struct zt_exchanges *x = exchanges_new();
	struct zt_path there = query_path(), back = reversed(&there);
	struct zt_question q = question_of(77, 1), r = q;
	uint16_t id = 9;
	uint32_t latency_us;

	ck_assert_int_eq(query(x, &there, id, &q, SECOND), ZT_EXCHANGE_NEW);
	switch ((enum difference)_i) {
	case OTHER_ID:
		id++;
		break;
	case OTHER_NAME:
		r.hash++;
		break;
	case OTHER_TYPE:
		r.type++;
		break;
	case OTHER_CLIENT:
		back.dst[3]++;
		break;
	case OTHER_CLIENT_PORT:
		back.dst_port++;
		break;
	case OTHER_TUNNEL:
		back.tunnel_key = 5;
		break;
	case OTHER_TRANSPORT:
		back.transport = ZT_PROTO_TCP;
		break;
	case OTHER_FAMILY:
		back.family = 6;
		break;
	case SAME:
	case NO_QUESTION:
	case N_DIFFERENCES:
		break;
	}
	bool pairs = _i == SAME || _i == NO_QUESTION;
	/* In another tunnel or family it is another server, one that is never asked. */
	bool other_server = _i == OTHER_TUNNEL || _i == OTHER_FAMILY;
	ck_assert_int_eq(
	    response(x, &back, id, _i == NO_QUESTION ? NULL : &r, SECOND, &latency_us),
	    pairs	   ? ZT_EXCHANGE_PAIRED
	    : other_server ? ZT_EXCHANGE_STANDS_FOR_QUERY
			   : ZT_EXCHANGE_UNSOLICITED);
	zt_exchanges_free(&x);
}
END_TEST

START_TEST(same_query_again_is_a_retry_for_30_seconds)
{
	struct zt_exchanges *x = exchanges_new();
	struct zt_path there = query_path();
	struct zt_question q = question_of(77, 1);

	ck_assert_int_eq(query(x, &there, 9, &q, SECOND), ZT_EXCHANGE_NEW);
	ck_assert_int_eq(query(x, &there, 9, &q, 6 * SECOND), ZT_EXCHANGE_RETRY);
	ck_assert_int_eq(query(x, &there, 9, &q, 31 * SECOND), ZT_EXCHANGE_RETRY);
	ck_assert_int_eq(query(x, &there, 9, &q, 31 * SECOND + 1), ZT_EXCHANGE_NEW);
	zt_exchanges_free(&x);
}
END_TEST

START_TEST(each_retry_may_have_its_response)
{
	struct zt_exchanges *x = exchanges_new();
	struct zt_path there = query_path(), back = reversed(&there);
	struct zt_question q = question_of(77, 1);
	uint32_t latency_us;

	(void)query(x, &there, 9, &q, SECOND);
	(void)query(x, &there, 9, &q, 2 * SECOND);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(response(x, &back, 9, &q, 3 * SECOND, &latency_us),
		    ZT_EXCHANGE_PAIRED);
	ck_assert_int_eq(response(x, &back, 9, &q, 3 * SECOND, &latency_us),
	    ZT_EXCHANGE_UNSOLICITED);
	zt_exchanges_free(&x);
}
END_TEST

START_TEST(response_of_a_server_never_asked_stands_for_its_query)
{
	struct zt_exchanges *x = exchanges_new();
	struct zt_path there = query_path(), back = reversed(&there);
	struct zt_question q = question_of(77, 1);
	uint32_t latency_us;

	ck_assert_int_eq(response(x, &back, 9, &q, SECOND, &latency_us),
	    ZT_EXCHANGE_STANDS_FOR_QUERY);
	/* Once anyone asks that server, the tap sees both directions. */
	there.src[3] = 99;
	(void)query(x, &there, 1, &q, 2 * SECOND);
	ck_assert_int_eq(response(x, &back, 9, &q, 3 * SECOND, &latency_us),
	    ZT_EXCHANGE_UNSOLICITED);
	zt_exchanges_free(&x);
}
END_TEST

START_TEST(server_not_asked_for_ten_minutes_is_forgotten)
{
	struct zt_exchanges *x = exchanges_new();
	struct zt_path there = query_path(), back = reversed(&there);
	struct zt_question q = question_of(77, 1), other = question_of(78, 1);
	uint32_t latency_us;

	(void)query(x, &there, 1, &q, SECOND);
	ck_assert_int_eq(response(x, &back, 9, &other, 601 * SECOND, &latency_us),
	    ZT_EXCHANGE_UNSOLICITED);
	ck_assert_int_eq(response(x, &back, 9, &other, 601 * SECOND + 1, &latency_us),
	    ZT_EXCHANGE_STANDS_FOR_QUERY);
	zt_exchanges_free(&x);
}
END_TEST

START_TEST(time_going_backwards_gives_latency_0)
{
	struct zt_exchanges *x = exchanges_new();
	struct zt_path there = query_path(), back = reversed(&there);
	struct zt_question q = question_of(77, 1);
	uint32_t latency_us = 5;

	(void)query(x, &there, 9, &q, 5 * SECOND);
	ck_assert_int_eq(
	    response(x, &back, 9, &q, SECOND, &latency_us), ZT_EXCHANGE_PAIRED);
	ck_assert_uint_eq(latency_us, 0);
	zt_exchanges_free(&x);
}
END_TEST

START_TEST(latency_is_capped_not_wrapped)
{
	struct zt_exchanges *x = exchanges_new();
	struct zt_path there = query_path(), back = reversed(&there);
	struct zt_question q = question_of(77, 1);
	uint32_t latency_us = 0;

	(void)query(x, &there, 9, &q, SECOND);
	ck_assert_int_eq(response(x, &back, 9, &q, 100000 * SECOND, &latency_us),
	    ZT_EXCHANGE_PAIRED);
	ck_assert_uint_eq(latency_us, UINT32_MAX);
	zt_exchanges_free(&x);
}
END_TEST

START_TEST(flood_of_open_queries_loses_old_ones_only)
{
	struct zt_exchanges *x = exchanges_new();
	struct zt_path there = query_path(), back = reversed(&there);
	struct zt_question q = question_of(77, 1);
	uint32_t latency_us;
	unsigned paired = 0;

	for (unsigned i = 0; i < 10000; i++)
		ck_assert_int_eq(
		    query(x, &there, (uint16_t)i, &q, SECOND + i), ZT_EXCHANGE_NEW);
	for (unsigned i = 0; i < 10000; i++)
		paired += response(x, &back, (uint16_t)i, &q, 2 * SECOND,
			      &latency_us) == ZT_EXCHANGE_PAIRED;
	/* 64 slots: all of them are used, and the last query is among them. */
	ck_assert_uint_le(paired, 64);
	ck_assert_uint_ge(paired, 48);
	(void)query(x, &there, 1, &q, 3 * SECOND);
	ck_assert_int_eq(
	    response(x, &back, 1, &q, 3 * SECOND, &latency_us), ZT_EXCHANGE_PAIRED);
	zt_exchanges_free(&x);
}
END_TEST

static Suite *
exchange_suite(void)
{
	Suite *suite = suite_create("exchange");
	TCase *pairs = tcase_create("pairing");
	TCase *taps = tcase_create("one-sided");
	TCase *limits = tcase_create("limits");

	tcase_add_test(pairs, response_finds_its_query_once);
	tcase_add_loop_test(
	    pairs, d28_response_that_differs_does_not_pair, 0, N_DIFFERENCES);
	tcase_add_test(pairs, same_query_again_is_a_retry_for_30_seconds);
	tcase_add_test(pairs, each_retry_may_have_its_response);
	suite_add_tcase(suite, pairs);
	tcase_add_test(taps, response_of_a_server_never_asked_stands_for_its_query);
	tcase_add_test(taps, server_not_asked_for_ten_minutes_is_forgotten);
	suite_add_tcase(suite, taps);
	tcase_add_test(limits, time_going_backwards_gives_latency_0);
	tcase_add_test(limits, latency_is_capped_not_wrapped);
	tcase_add_test(limits, flood_of_open_queries_loses_old_ones_only);
	suite_add_tcase(suite, limits);
	return suite;
}

int
main(void)
{
	return zt_suite_run(exchange_suite());
}
