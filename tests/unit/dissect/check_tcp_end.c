#include "dissect/tcp.h"
#include "suite.h"

#include "tcp_frames.h"

static struct driver *d;
static struct frame a, b, c;

static void
setup(void)
{
	d = driver_open();
	query(&a, 0x1111, "one.example", AXFR);
	query(&b, 0x2222, "second.example", 1);
	answer(&c, 0x1111, "one.example", 60);
}

static void
teardown(void)
{
	driver_close(d);
}

/** Everything up to the server's answer; returns the client's and server's next. */
static void
converse(uint32_t *client, uint32_t *server)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	driver_data(d, SERVER, 5001, c.bytes, c.len);
	*client = 1001 + (uint32_t)a.len;
	*server = 5001 + (uint32_t)c.len;
	ck_assert_uint_eq(d->n_seen, 2);
}

/* ---- reasons ---- */

START_TEST(close_by_both_sides_ends_at_once)
{
	uint32_t client, server;

	converse(&client, &server);
	(void)driver_segment(d, CLIENT, client, ZT_TCP_FIN, NULL, 0);
	ck_assert_uint_eq(d->n_ends, 0);
	d->now += MILLISECOND;
	(void)driver_segment(d, SERVER, server, ZT_TCP_FIN, NULL, 0);
	ck_assert_uint_eq(d->n_ends, 1);
	ck_assert_int_eq(d->end_why, ZT_TCP_END_FIN);
	ck_assert_uint_eq(d->end_id, 1);
	ck_assert_uint_eq(d->end_ns, d->now);
	/* Late repetitions are known for what they are. */
	driver_data(d, SERVER, 5001, c.bytes, c.len);
	(void)driver_segment(d, SERVER, server, ZT_TCP_FIN, NULL, 0);
	driver_wait(d, 300 * SECOND);
	ck_assert_uint_eq(d->n_seen, 2);
	ck_assert_uint_eq(d->n_ends, 1);
	ck_assert_uint_eq(zt_counted(&d->stats.tcp_streams), 1);
}
END_TEST

START_TEST(reset_ends_after_two_quiet_seconds_at_its_own_time)
{
	uint32_t client, server;

	converse(&client, &server);
	uint64_t then = d->now;
	(void)driver_segment(d, CLIENT, client, ZT_TCP_RST, NULL, 0);
	driver_wait(d, SECOND);
	ck_assert_uint_eq(d->n_ends, 0);
	driver_wait(d, 2 * SECOND);
	ck_assert_uint_eq(d->n_ends, 1);
	ck_assert_int_eq(d->end_why, ZT_TCP_END_RST);
	ck_assert_uint_eq(d->end_ns, then);
}
END_TEST

START_TEST(close_seen_from_one_side_ends_after_two_seconds)
{
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	(void)driver_segment(d, CLIENT, 1001 + (uint32_t)a.len, ZT_TCP_FIN, NULL, 0);
	driver_wait(d, 3 * SECOND);
	ck_assert_uint_eq(d->n_ends, 1);
	ck_assert_int_eq(d->end_why, ZT_TCP_END_FIN);
}
END_TEST

START_TEST(silence_ends_by_idle)
{
	uint64_t then = d->now;

	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, a.bytes, 20);
	driver_wait(d, 130 * SECOND);
	ck_assert_uint_eq(d->n_ends, 1);
	ck_assert_int_eq(d->end_why, ZT_TCP_END_IDLE);
	ck_assert_uint_eq(d->end_ns, then + 120 * SECOND);
	ck_assert_uint_eq(d->n_seen, 1);
	ck_assert(d->seen[0].message.partial);
	ck_assert_uint_eq(d->seen[0].message.len, 18);
	ck_assert_uint_eq(d->seen[0].message.ts_ns, then);
}
END_TEST

START_TEST(flush_ends_everything_and_starts_anew)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, a.bytes, 20);
	zt_tcp_flush(d->tcp, d->now);
	ck_assert_uint_eq(d->n_ends, 1);
	ck_assert_int_eq(d->end_why, ZT_TCP_END_FLUSH);
	ck_assert(d->seen[0].message.partial);
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	ck_assert_uint_eq(d->n_seen, 2);
	ck_assert_uint_eq(d->seen[1].message.stream_id, 2);
}
END_TEST

/* T07 */
START_TEST(data_with_the_fin_is_read)
{
	driver_handshake(d, 1000, 5000);
	(void)driver_segment(d, CLIENT, 1001, ZT_TCP_FIN, a.bytes, a.len);
	ck_assert_uint_eq(d->n_seen, 1);
	(void)driver_segment(d, SERVER, 5001, ZT_TCP_FIN, c.bytes, c.len);
	ck_assert_uint_eq(d->n_seen, 2);
	ck_assert_uint_eq(d->n_ends, 1);
	ck_assert_int_eq(d->end_why, ZT_TCP_END_FIN);
}
END_TEST

/* A FIN overtakes the data before it. */
START_TEST(fin_out_of_order_waits_for_its_data)
{
	driver_handshake(d, 1000, 5000);
	(void)driver_segment(d, CLIENT, 1001, ZT_TCP_FIN, a.bytes, a.len);
	(void)driver_segment(
	    d, SERVER, 5001 + 500, ZT_TCP_FIN, c.bytes + 500, c.len - 500);
	ck_assert_uint_eq(d->n_ends, 0);
	driver_data(d, SERVER, 5001, c.bytes, 500);
	ck_assert_uint_eq(d->n_seen, 2);
	ck_assert_uint_eq(d->n_ends, 1);
}
END_TEST

/* ---- forged ends ---- */

/* T06: wrong number, then in the window; data goes on after both. */
START_TEST(forged_reset_does_not_blind)
{
	uint32_t client, server;

	converse(&client, &server);
	(void)driver_segment(d, CLIENT, client + 0x40000000u, ZT_TCP_RST, NULL, 0);
	ck_assert_uint_eq(driver_counted(d, ZT_R_TCP_STALE), 1);
	(void)driver_segment(d, CLIENT, client, ZT_TCP_RST, NULL, 0);
	driver_data(d, SERVER, server, c.bytes, 300);
	driver_wait(d, SECOND);
	driver_data(d, SERVER, server + 300, c.bytes + 300, c.len - 300);
	ck_assert_uint_eq(d->n_ends, 0);
	ck_assert_uint_eq(d->n_seen, 3);
	driver_expect(d, 2, c.bytes + 2, c.len - 2);
	ck_assert_uint_eq(d->seen[2].message.stream_id, 1);
}
END_TEST

/* T06: the data comes after the end was reported. */
START_TEST(data_after_a_reported_end_gets_a_new_id)
{
	uint32_t client, server;

	converse(&client, &server);
	(void)driver_segment(d, CLIENT, client, ZT_TCP_RST, NULL, 0);
	driver_wait(d, 10 * SECOND);
	ck_assert_uint_eq(d->n_ends, 1);
	driver_data(d, CLIENT, client, b.bytes, b.len);
	ck_assert_uint_eq(d->n_seen, 3);
	driver_expect(d, 2, b.bytes + 2, b.len - 2);
	ck_assert_uint_eq(d->seen[2].message.stream_id, 2);
	zt_tcp_flush(d->tcp, d->now);
	ck_assert_uint_eq(d->n_ends, 2);
	ck_assert_uint_eq(d->end_id, 2);
}
END_TEST

/* T07: FIN, then more data behind it and in its place. */
START_TEST(forged_fin_does_not_blind)
{
	uint32_t client, server;

	converse(&client, &server);
	(void)driver_segment(d, CLIENT, client, ZT_TCP_FIN, NULL, 0);
	driver_data(d, CLIENT, client, a.bytes, a.len);
	(void)driver_segment(d, SERVER, server, ZT_TCP_FIN, NULL, 0);
	ck_assert_uint_eq(d->n_ends, 0);
	driver_data(d, SERVER, server, c.bytes, c.len);
	ck_assert_uint_eq(d->n_seen, 4);
	ck_assert_uint_eq(d->n_ends, 0);
}
END_TEST

/* ---- ports used again ---- */

/* T20: lower and higher number; before and after the close. */
START_TEST(ports_used_again_begin_a_fresh_stream)
{
	uint32_t client, server;
	uint32_t isn = _i % 2 == 0 ? 500 : 0x50000000u;
	bool is_closed = _i / 2 == 1;

	converse(&client, &server);
	driver_data(d, CLIENT, client, b.bytes, 10); /* unfinished */
	if (is_closed)
		(void)driver_segment(d, CLIENT, client + 10, ZT_TCP_RST, NULL, 0);
	driver_handshake(d, isn, isn + 77);
	driver_data(d, CLIENT, isn + 1, a.bytes, a.len);
	ck_assert_uint_eq(d->n_ends, 1);
	ck_assert_int_eq(d->end_why, is_closed ? ZT_TCP_END_RST : ZT_TCP_END_REUSED);
	ck_assert_uint_eq(d->n_seen, 4);
	ck_assert(d->seen[2].message.partial);
	driver_expect(d, 3, a.bytes + 2, a.len - 2);
	ck_assert_uint_eq(d->seen[3].message.stream_id, 2);
	driver_data(d, SERVER, isn + 78, c.bytes, c.len);
	driver_expect(d, 4, c.bytes + 2, c.len - 2);
}
END_TEST

/* T20: the answer of the server is not seen. */
START_TEST(ports_used_again_seen_from_one_side)
{
	(void)driver_segment(d, CLIENT, 1000, ZT_TCP_SYN, NULL, 0);
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	(void)driver_segment(d, CLIENT, 0x70000000u, ZT_TCP_SYN, NULL, 0);
	driver_data(d, CLIENT, 0x70000001u, b.bytes, b.len);
	ck_assert_uint_eq(d->n_seen, 2);
	ck_assert_uint_eq(d->seen[1].message.stream_id, 2);
	ck_assert_int_eq(d->end_why, ZT_TCP_END_REUSED);
}
END_TEST

START_TEST(forged_syn_does_not_blind)
{
	uint32_t client, server;

	converse(&client, &server);
	(void)driver_segment(d, CLIENT, 0x70000000u, ZT_TCP_SYN, NULL, 0);
	driver_data(d, CLIENT, client, b.bytes, b.len);
	ck_assert_uint_eq(d->n_seen, 3);
	ck_assert_uint_eq(d->seen[2].message.stream_id, 1);
	ck_assert_uint_eq(d->n_ends, 0);
}
END_TEST

START_TEST(data_after_silence_on_the_same_connection_is_read)
{
	uint32_t client, server;

	converse(&client, &server);
	driver_wait(d, 200 * SECOND);
	ck_assert_uint_eq(d->n_ends, 1);
	driver_data(d, CLIENT, client, b.bytes, b.len);
	ck_assert_uint_eq(d->n_seen, 3);
	ck_assert_uint_eq(d->n_gaps, 0);
}
END_TEST

/* ---- limits ---- */

static void
spoof(unsigned i)
{
	d->path[CLIENT].src[0] = (uint8_t)(i >> 16);
	d->path[CLIENT].src[1] = (uint8_t)(i >> 8);
	d->path[CLIENT].src[2] = (uint8_t)i;
}

/* T14 */
START_TEST(flood_of_syns_makes_no_stream)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, a.bytes, 20);
	struct zt_path honest = d->path[CLIENT];
	for (unsigned i = 0; i < 1000000; i++) {
		spoof(i);
		(void)driver_segment(d, CLIENT, i, ZT_TCP_SYN, NULL, 0);
	}
	d->path[CLIENT] = honest;
	driver_data(d, CLIENT, 1021, a.bytes + 20, a.len - 20);
	ck_assert_uint_eq(zt_counted(&d->stats.tcp_streams), 1);
	ck_assert_uint_eq(driver_counted(d, ZT_R_FLOW_EVICTED), 0);
	ck_assert_uint_eq(d->n_seen, 1);
}
END_TEST

/* T15: 100,000 connections announce 65,535 bytes and send one; an honest transfer asks
 * in two segments, with the flood before, between and after them. */
START_TEST(flood_of_unfinished_messages_is_bounded)
{
	static const uint8_t greedy[3] = { 0xff, 0xff, 0x00 };
	struct zt_path honest = d->path[CLIENT];

	d->keeps_no_bytes = true;
	for (unsigned i = 0; i < 100000; i++) {
		spoof(i);
		(void)driver_segment(d, CLIENT, 0, ZT_TCP_SYN, NULL, 0);
		driver_data(d, CLIENT, 1, greedy, 3);
	}
	ck_assert_uint_ge(driver_counted(d, ZT_R_FLOW_EVICTED), 99000);
	/* One byte of a message each. */
	size_t before = d->n_seen;
	ck_assert_uint_eq(before, driver_counted(d, ZT_R_FLOW_EVICTED));
	d->path[CLIENT] = honest;
	driver_data(d, CLIENT, 1001, a.bytes, 20);
	for (unsigned i = 0; i < 100; i++) {
		spoof(i);
		(void)driver_segment(d, CLIENT, 0, ZT_TCP_SYN, NULL, 0);
		driver_data(d, CLIENT, 1, greedy, 3);
	}
	d->path[CLIENT] = honest;
	size_t between = d->n_seen;
	driver_data(d, CLIENT, 1021, a.bytes + 20, a.len - 20);
	ck_assert_uint_eq(d->n_seen, between + 1);
	ck_assert_uint_gt(between, before);
	zt_tcp_flush(d->tcp, d->now);
	ck_assert_uint_eq(d->n_ends, zt_counted(&d->stats.tcp_streams));
}
END_TEST

/* A full table gives up streams that never brought a message before one that did. */
START_TEST(full_table_keeps_who_brought_messages)
{
	struct zt_path honest = d->path[CLIENT];

	driver_close(d);
	d = driver_open_with(64, 1 << 20);
	d->keeps_no_bytes = true;
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	for (unsigned i = 0; i < 5000; i++) {
		d->now += MILLISECOND;
		spoof(i);
		(void)driver_segment(d, CLIENT, 0, ZT_TCP_SYN, NULL, 0);
		driver_data(d, CLIENT, 1, "\1", 1);
	}
	d->path[CLIENT] = honest;
	driver_data(d, CLIENT, 1001 + (uint32_t)a.len, b.bytes, 2);
	driver_data(d, CLIENT, 1003 + (uint32_t)a.len, b.bytes + 2, b.len - 2);
	ck_assert_uint_eq(d->n_seen, 2);
	ck_assert_uint_eq(zt_counted(&d->stats.tcp_streams), 5001);
	ck_assert_uint_ge(driver_counted(d, ZT_R_FLOW_EVICTED), 5001 - 64);
}
END_TEST

/* More unfinished bytes than the budget holds. */
START_TEST(budget_gives_up_who_waits_longest)
{
	static uint8_t big[40000] = { 0xff, 0xff };

	driver_close(d);
	d = driver_open_with(1024, 1 << 20);
	for (unsigned i = 0; i < 40; i++) {
		spoof(i);
		(void)driver_segment(d, CLIENT, 0, ZT_TCP_SYN, NULL, 0);
		driver_data(d, CLIENT, 1, big, sizeof(big));
	}
	/* Three quarters of 1 MiB hold 19 of them. */
	ck_assert_uint_eq(driver_counted(d, ZT_R_FLOW_EVICTED), d->n_ends);
	ck_assert_uint_ge(d->n_ends, 21);
	ck_assert_uint_le(d->n_ends, 24);
	ck_assert_int_eq(d->end_why, ZT_TCP_END_EVICTED);
	ck_assert_uint_eq(d->end_id, d->n_ends);
	ck_assert(d->seen[0].message.partial);
	ck_assert_uint_eq(d->seen[0].message.len, sizeof(big) - 2);
}
END_TEST

START_TEST(streams_over_and_over_leave_no_block_behind)
{
	d->keeps_no_bytes = true;
	for (unsigned round = 0; round < 3000; round++) {
		spoof(round);
		uint32_t seq = round * 7919;
		driver_data(d, SERVER, seq + 900, c.bytes + 100, 100);
		driver_data(d, CLIENT, seq, c.bytes, 300);
		driver_data(d, CLIENT, seq + 300, a.bytes, a.len);
		driver_data(d, CLIENT, seq + 700, c.bytes, 100);
		driver_data(d, CLIENT, seq + 700, c.bytes + 1, 100);
		if (round % 7 == 0)
			zt_tcp_flush(d->tcp, d->now);
	}
	zt_tcp_flush(d->tcp, d->now);
	ck_assert_uint_eq(d->n_ends, zt_counted(&d->stats.tcp_streams));
	/* The whole budget is there again: nobody has to go for these. */
	uint64_t evicted = driver_counted(d, ZT_R_FLOW_EVICTED);
	static uint8_t big[40000] = { 0xff, 0xff };
	for (unsigned i = 0; i < 70; i++) {
		spoof(i);
		driver_data(d, CLIENT, 1, big, sizeof(big));
	}
	ck_assert_uint_eq(driver_counted(d, ZT_R_FLOW_EVICTED), evicted);
}
END_TEST

START_TEST(free_accepts_nothing)
{
	struct zt_tcp *none = NULL;

	zt_tcp_free(&none);
	ck_assert_ptr_null(none);
}
END_TEST

static Suite *
tcp_suite(void)
{
	Suite *s = suite_create("tcp_end");
	TCase *t = tcase_create("reason");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, close_by_both_sides_ends_at_once);
	tcase_add_test(t, reset_ends_after_two_quiet_seconds_at_its_own_time);
	tcase_add_test(t, close_seen_from_one_side_ends_after_two_seconds);
	tcase_add_test(t, silence_ends_by_idle);
	tcase_add_test(t, flush_ends_everything_and_starts_anew);
	tcase_add_test(t, data_with_the_fin_is_read);
	tcase_add_test(t, fin_out_of_order_waits_for_its_data);
	suite_add_tcase(s, t);

	t = tcase_create("forged");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, forged_reset_does_not_blind);
	tcase_add_test(t, data_after_a_reported_end_gets_a_new_id);
	tcase_add_test(t, forged_fin_does_not_blind);
	suite_add_tcase(s, t);

	t = tcase_create("reuse");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, ports_used_again_begin_a_fresh_stream, 0, 4);
	tcase_add_test(t, ports_used_again_seen_from_one_side);
	tcase_add_test(t, forged_syn_does_not_blind);
	tcase_add_test(t, data_after_silence_on_the_same_connection_is_read);
	suite_add_tcase(s, t);

	t = tcase_create("limits");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, flood_of_syns_makes_no_stream);
	tcase_add_test(t, flood_of_unfinished_messages_is_bounded);
	tcase_add_test(t, full_table_keeps_who_brought_messages);
	tcase_add_test(t, budget_gives_up_who_waits_longest);
	tcase_add_test(t, streams_over_and_over_leave_no_block_behind);
	tcase_add_test(t, free_accepts_nothing);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return zt_suite_run(tcp_suite());
}
