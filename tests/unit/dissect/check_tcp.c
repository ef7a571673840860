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

/* ---- in order ---- */

START_TEST(message_in_one_segment_is_delivered_with_its_facts)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	ck_assert_uint_eq(d->n_seen, 1);
	driver_expect(d, 0, a.bytes + 2, a.len - 2);
	const struct zt_tcp_message *m = &d->seen[0].message;
	ck_assert_uint_eq(m->stream_id, 1);
	ck_assert_uint_eq(m->ts_ns, d->now);
	ck_assert_uint_eq(m->gap_bytes, 0);
	ck_assert(!m->alternate);
	ck_assert(!m->one_sided);
	ck_assert_uint_eq(zt_counted(&d->stats.tcp_streams), 1);
}
END_TEST

/* T01 */
START_TEST(query_split_after_each_byte_is_delivered_once)
{
	for (uint32_t at = 1; at < a.len; at++) {
		uint32_t isn = 100000 * at;
		driver_clear(d);
		driver_handshake(d, isn, 5000);
		driver_data(d, CLIENT, isn + 1, a.bytes, at);
		ck_assert_uint_eq(d->n_seen, 0);
		driver_data(d, CLIENT, isn + 1 + at, a.bytes + at, a.len - at);
		ck_assert_uint_eq(d->n_seen, 1);
		driver_expect(d, 0, a.bytes + 2, a.len - 2);
		zt_tcp_flush(d->tcp, d->now);
		ck_assert_uint_eq(d->n_seen, 1);
	}
}
END_TEST

/* T01 */
START_TEST(query_in_single_bytes_is_delivered_once)
{
	driver_handshake(d, 1000, 5000);
	for (uint32_t i = 0; i < a.len; i++)
		driver_data(d, CLIENT, 1001 + i, a.bytes + i, 1);
	ck_assert_uint_eq(d->n_seen, 1);
	driver_expect(d, 0, a.bytes + 2, a.len - 2);
}
END_TEST

/* T02 */
START_TEST(queries_in_one_segment_are_all_delivered)
{
	static uint8_t many[100 * 64];
	size_t len = 0;

	driver_handshake(d, 1000, 5000);
	for (unsigned i = 0; i < 99; i++) {
		memcpy(many + len, b.bytes, b.len);
		len += b.len;
	}
	memcpy(many + len, a.bytes, a.len);
	len += a.len;
	driver_data(d, CLIENT, 1001, many, len);
	ck_assert_uint_eq(d->n_seen, 100);
	driver_expect(d, 98, b.bytes + 2, b.len - 2);
	driver_expect(d, 99, a.bytes + 2, a.len - 2);
}
END_TEST

/* T02 */
START_TEST(queries_by_ten_thousand_are_all_delivered)
{
	uint32_t seq = 1001;

	d->keeps_no_bytes = true;
	driver_handshake(d, 1000, 5000);
	for (unsigned i = 0; i < 10000; i++) {
		driver_data(d, CLIENT, seq, b.bytes, b.len);
		seq += (uint32_t)b.len;
	}
	ck_assert_uint_eq(d->n_seen, 10000);
}
END_TEST

START_TEST(message_of_largest_size_spans_segments)
{
	static struct wire w;
	static struct frame f;

	wire_start(&w, 7, 0x8400, (struct wire_counts){ 1, 1, 0, 0 });
	wire_question(&w, "big.example", 16);
	size_t rr = wire_rr(&w, NULL, 16);
	for (unsigned i = 0; w.len < sizeof(w.bytes); i++)
		wire_u8(&w, i & 0xff);
	wire_end_rr(&w, rr);
	ck_assert_uint_eq(w.len, 65535);
	frame_of(&f, &w);
	driver_handshake(d, 1000, 5000);
	for (size_t at = 0; at < f.len; at += 1448) {
		size_t n = f.len - at < 1448 ? f.len - at : 1448;
		driver_data(d, SERVER, 5001 + (uint32_t)at, f.bytes + at, n);
	}
	ck_assert_uint_eq(d->n_seen, 1);
	driver_expect(d, 0, f.bytes + 2, 65535);
}
END_TEST

START_TEST(message_takes_time_and_path_of_its_last_segment)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, a.bytes, 10);
	d->now += 3 * MILLISECOND;
	d->path[CLIENT].ttl = 61;
	driver_data(d, CLIENT, 1011, a.bytes + 10, a.len - 10);
	ck_assert_uint_eq(d->n_seen, 1);
	ck_assert_uint_eq(d->seen[0].message.ts_ns, d->now);
}
END_TEST

START_TEST(directions_share_the_stream_id)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	driver_data(d, SERVER, 5001, c.bytes, c.len);
	ck_assert_uint_eq(d->n_seen, 2);
	ck_assert_int_eq(d->seen[0].from, CLIENT);
	ck_assert_int_eq(d->seen[1].from, SERVER);
	ck_assert_uint_eq(d->seen[0].message.stream_id, d->seen[1].message.stream_id);
}
END_TEST

START_TEST(streams_in_two_tunnels_stay_apart)
{
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	d->path[CLIENT].tunnel_key = 77;
	driver_data(d, CLIENT, 1001, b.bytes, b.len);
	ck_assert_uint_eq(d->n_seen, 2);
	driver_expect(d, 1, b.bytes + 2, b.len - 2);
	ck_assert_uint_ne(d->seen[0].message.stream_id, d->seen[1].message.stream_id);
}
END_TEST

START_TEST(segment_without_data_is_no_payload)
{
	ck_assert_int_eq(
	    driver_segment(d, CLIENT, 1, ZT_TCP_ACK, NULL, 0), ZT_R_NO_PAYLOAD);
	driver_data(d, CLIENT, 1, a.bytes, a.len);
	ck_assert_int_eq(
	    driver_segment(d, CLIENT, 2, ZT_TCP_ACK, NULL, 0), ZT_R_NO_PAYLOAD);
}
END_TEST

START_TEST(one_sided_until_the_other_side_is_seen)
{
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	ck_assert(d->seen[0].message.one_sided);
	(void)driver_segment(d, SERVER, 5001, ZT_TCP_ACK, NULL, 0);
	driver_data(d, CLIENT, 1001 + (uint32_t)a.len, b.bytes, b.len);
	ck_assert(!d->seen[1].message.one_sided);
}
END_TEST

/* ---- framing ---- */

/* T03 */
START_TEST(prefix_below_twelve_is_handed_on_empty_and_framing_found_again)
{
	static const uint16_t bad[] = { 0, 1, 11 };
	uint8_t bytes[256];

	bytes[0] = 0;
	bytes[1] = (uint8_t)bad[_i];
	memset(bytes + 2, 0x5a, bad[_i]);
	size_t len = 2u + bad[_i];
	memcpy(bytes + len, a.bytes, a.len);
	len += a.len;
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, bytes, len);
	ck_assert_uint_eq(d->n_seen, 2);
	ck_assert_uint_eq(d->seen[0].message.len, 0);
	ck_assert_uint_eq(d->seen[0].message.announced_len, bad[_i]);
	ck_assert(!d->seen[0].message.partial);
	driver_expect(d, 1, a.bytes + 2, a.len - 2);
	ck_assert_uint_eq(driver_counted(d, ZT_R_TCP_RESYNC), 1);
	ck_assert_uint_eq(driver_counted(d, ZT_R_TCP_GAP), 0);
}
END_TEST

/* T03: prefix 65535, then a FIN. */
START_TEST(prefix_too_large_gives_a_partial_message_at_the_end)
{
	driver_handshake(d, 1000, 5000);
	a.bytes[0] = 0xff;
	a.bytes[1] = 0xff;
	(void)driver_segment(d, CLIENT, 1001, ZT_TCP_FIN, a.bytes, a.len);
	ck_assert_uint_eq(d->n_seen, 0);
	driver_wait(d, 3 * SECOND);
	ck_assert_uint_eq(d->n_seen, 1);
	ck_assert(d->seen[0].message.partial);
	ck_assert_uint_eq(d->seen[0].message.len, a.len - 2);
	ck_assert_uint_eq(d->seen[0].message.announced_len, 65535);
	ck_assert_mem_eq(d->seen[0].bytes, a.bytes + 2, a.len - 2);
	ck_assert_uint_eq(d->n_ends, 1);
	ck_assert_int_eq(d->end_why, ZT_TCP_END_FIN);
}
END_TEST

/* T16: the announced rest trickles in; what is there is handed on within a minute. */
START_TEST(message_that_trickles_is_given_up_once)
{
	uint64_t begin = d->now;

	a.bytes[0] = 0x7f;
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	uint32_t seq = 1001 + (uint32_t)a.len;
	while (d->n_seen == 0) {
		driver_wait(d, 10 * SECOND);
		driver_data(d, CLIENT, seq++, "x", 1);
	}
	ck_assert_uint_le(d->now - begin, 61 * SECOND);
	ck_assert(d->seen[0].message.partial);
	for (unsigned i = 0; i < 1000; i++) {
		driver_wait(d, 10 * SECOND);
		driver_data(d, CLIENT, seq++, "x", 1);
	}
	ck_assert_uint_eq(d->n_seen, 1);
	ck_assert_uint_eq(d->n_ends, 0);
}
END_TEST

/* T19: not DNS at all; kept within bounds, handed on once. */
START_TEST(tls_on_the_port_is_one_unfinished_message)
{
	/* TLS record: handshake, version 3.1, 512 bytes, client hello. */
	uint8_t hello[517] = { 0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc };

	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, hello, sizeof(hello));
	zt_tcp_flush(d->tcp, d->now);
	ck_assert_uint_eq(d->n_seen, 1);
	ck_assert(d->seen[0].message.partial);
	ck_assert_uint_eq(d->seen[0].message.announced_len, 0x1603);
	ck_assert_int_eq(d->end_why, ZT_TCP_END_FLUSH);
}
END_TEST

/* ---- order ---- */

/* T04: all orders of four segments. */
START_TEST(segments_out_of_order_give_the_same_messages)
{
	static const uint8_t orders[24][4] = { { 0, 1, 2, 3 }, { 0, 1, 3, 2 },
		{ 0, 2, 1, 3 }, { 0, 2, 3, 1 }, { 0, 3, 1, 2 }, { 0, 3, 2, 1 },
		{ 1, 0, 2, 3 }, { 1, 0, 3, 2 }, { 1, 2, 0, 3 }, { 1, 2, 3, 0 },
		{ 1, 3, 0, 2 }, { 1, 3, 2, 0 }, { 2, 0, 1, 3 }, { 2, 0, 3, 1 },
		{ 2, 1, 0, 3 }, { 2, 1, 3, 0 }, { 2, 3, 0, 1 }, { 2, 3, 1, 0 },
		{ 3, 0, 1, 2 }, { 3, 0, 2, 1 }, { 3, 1, 0, 2 }, { 3, 1, 2, 0 },
		{ 3, 2, 0, 1 }, { 3, 2, 1, 0 } };
	size_t quarter = c.len / 4;

	driver_handshake(d, 1000, 5000);
	for (unsigned i = 0; i < 4; i++) {
		size_t at = orders[_i][i] * quarter;
		size_t n = orders[_i][i] == 3 ? c.len - at : quarter;
		driver_data(d, SERVER, 5001 + (uint32_t)at, c.bytes + at, n);
		/* Each of them twice. */
		driver_data(d, SERVER, 5001 + (uint32_t)at, c.bytes + at, n);
	}
	ck_assert_uint_eq(d->n_seen, 1);
	driver_expect(d, 0, c.bytes + 2, c.len - 2);
	ck_assert_uint_eq(d->n_gaps, 0);
	ck_assert_uint_eq(driver_counted(d, ZT_R_TCP_OVERLAP_CONFLICT), 0);
}
END_TEST

/* T04 */
START_TEST(holes_by_eight_are_filled_backwards)
{
	uint32_t n = (uint32_t)c.len / 17;

	driver_handshake(d, 1000, 5000);
	for (uint32_t i = 1; i < 17; i += 2)
		driver_data(d, SERVER, 5001 + i * n, c.bytes + i * n, n);
	for (uint32_t i = 14; i > 0; i -= 2)
		driver_data(d, SERVER, 5001 + i * n, c.bytes + i * n, n);
	ck_assert_uint_eq(d->n_seen, 0);
	driver_data(d, SERVER, 5001, c.bytes, n);
	driver_data(d, SERVER, 5001 + 16 * n, c.bytes + 16 * n, c.len - 16 * n);
	ck_assert_uint_eq(d->n_seen, 1);
	driver_expect(d, 0, c.bytes + 2, c.len - 2);
}
END_TEST

START_TEST(sequence_wrap_is_crossed)
{
	uint32_t isn = UINT32_MAX - 100;

	driver_handshake(d, 1000, isn);
	driver_data(d, SERVER, isn + 1 + 200, c.bytes + 200, c.len - 200);
	driver_data(d, SERVER, isn + 1, c.bytes, 150);
	driver_data(d, SERVER, isn + 1 + 140, c.bytes + 140, 100);
	ck_assert_uint_eq(d->n_seen, 1);
	driver_expect(d, 0, c.bytes + 2, c.len - 2);
	ck_assert_uint_eq(driver_counted(d, ZT_R_TCP_OVERLAP_CONFLICT), 0);
}
END_TEST

START_TEST(keep_alive_of_garbage_changes_nothing)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	uint32_t next = 1001 + (uint32_t)a.len;
	driver_data(d, CLIENT, next - 1, "\xee", 1);
	driver_data(d, CLIENT, next, b.bytes, b.len);
	ck_assert_uint_eq(d->n_seen, 2);
	ck_assert_uint_eq(driver_counted(d, ZT_R_TCP_OVERLAP_CONFLICT), 0);
}
END_TEST

static Suite *
tcp_suite(void)
{
	Suite *s = suite_create("tcp");
	TCase *t = tcase_create("in_order");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, message_in_one_segment_is_delivered_with_its_facts);
	tcase_add_test(t, query_split_after_each_byte_is_delivered_once);
	tcase_add_test(t, query_in_single_bytes_is_delivered_once);
	tcase_add_test(t, queries_in_one_segment_are_all_delivered);
	tcase_add_test(t, queries_by_ten_thousand_are_all_delivered);
	tcase_add_test(t, message_of_largest_size_spans_segments);
	tcase_add_test(t, message_takes_time_and_path_of_its_last_segment);
	tcase_add_test(t, directions_share_the_stream_id);
	tcase_add_test(t, streams_in_two_tunnels_stay_apart);
	tcase_add_test(t, segment_without_data_is_no_payload);
	tcase_add_test(t, one_sided_until_the_other_side_is_seen);
	suite_add_tcase(s, t);

	t = tcase_create("framing");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
	    t, prefix_below_twelve_is_handed_on_empty_and_framing_found_again, 0, 3);
	tcase_add_test(t, prefix_too_large_gives_a_partial_message_at_the_end);
	tcase_add_test(t, message_that_trickles_is_given_up_once);
	tcase_add_test(t, tls_on_the_port_is_one_unfinished_message);
	suite_add_tcase(s, t);

	t = tcase_create("order");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, segments_out_of_order_give_the_same_messages, 0, 24);
	tcase_add_test(t, holes_by_eight_are_filled_backwards);
	tcase_add_test(t, sequence_wrap_is_crossed);
	tcase_add_test(t, keep_alive_of_garbage_changes_nothing);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return zt_suite_run(tcp_suite());
}
