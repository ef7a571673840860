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

/* ---- loss ---- */

/* T04: the receiver acknowledges what the tap lost. */
START_TEST(hole_that_is_acknowledged_is_skipped)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	uint32_t seq = 1001 + (uint32_t)a.len + 34;
	driver_data(d, CLIENT, seq, b.bytes, b.len);
	ck_assert_uint_eq(d->n_seen, 1);
	d->ack[SERVER] = seq + (uint32_t)b.len;
	(void)driver_segment(d, SERVER, 5001, ZT_TCP_ACK, NULL, 0);
	d->now += 30 * MILLISECOND;
	(void)driver_segment(d, SERVER, 5001, ZT_TCP_ACK, NULL, 0);
	ck_assert_uint_eq(d->n_seen, 2);
	driver_expect(d, 1, b.bytes + 2, b.len - 2);
	ck_assert_uint_eq(d->seen[1].message.gap_bytes, 34);
	ck_assert_uint_eq(d->n_gaps, 1);
	ck_assert_uint_eq(d->gap_bytes, 34);
	ck_assert_uint_eq(zt_counted(&d->stats.tcp_gap_bytes), 34);
	ck_assert_uint_eq(driver_counted(d, ZT_R_TCP_GAP), 1);
	ck_assert_uint_eq(driver_counted(d, ZT_R_TCP_RESYNC), 1);
}
END_TEST

START_TEST(hole_seen_from_one_side_is_skipped_after_five_seconds)
{
	uint64_t then = d->now;

	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	driver_data(d, CLIENT, 1101 + (uint32_t)a.len, b.bytes, b.len);
	driver_wait(d, 4 * SECOND);
	ck_assert_uint_eq(d->n_seen, 1);
	driver_wait(d, 3 * SECOND);
	ck_assert_uint_eq(d->n_seen, 2);
	ck_assert_uint_eq(d->gap_bytes, 100);
	/* Its time is that of its segment. */
	ck_assert_uint_eq(d->seen[1].message.ts_ns, then);
}
END_TEST

START_TEST(hole_is_skipped_when_too_much_is_held)
{
	static uint8_t many[300 * 1024];
	size_t len = 0;
	unsigned n = 0;

	for (; len + c.len < sizeof(many); n++, len += c.len)
		memcpy(many + len, c.bytes, c.len);
	driver_handshake(d, 1000, 5000);
	driver_data(d, SERVER, 5001, many, 1448);
	for (size_t at = 2 * 1448; at < len; at += 1448) {
		size_t k = len - at < 1448 ? len - at : 1448;
		driver_data(d, SERVER, 5001 + (uint32_t)at, many + at, k);
	}
	ck_assert_uint_eq(d->gap_bytes, 1448);
	/* 991 bytes each: the first is whole, the second and third are hit. */
	ck_assert_uint_eq(c.len, 991);
	ck_assert_uint_eq(d->n_seen, n - 1);
	ck_assert(d->seen[1].message.partial);
	ck_assert_uint_eq(d->seen[1].message.len, 1448 - 991 - 2);
	driver_expect(d, 2, c.bytes + 2, c.len - 2);
	driver_expect(d, n - 2, c.bytes + 2, c.len - 2);
}
END_TEST

/* The prefix says where the message with the hole ends. */
START_TEST(hole_inside_a_message_keeps_the_framing)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, SERVER, 5001, c.bytes, 400);
	driver_data(d, SERVER, 5001 + 500, c.bytes + 500, c.len - 500);
	/* A message that no search would believe: opcode 15. */
	a.bytes[4] = 0xf8;
	driver_data(d, SERVER, 5001 + (uint32_t)c.len, a.bytes, 8);
	driver_data(d, SERVER, 5009 + (uint32_t)c.len, a.bytes + 8, a.len - 8);
	zt_tcp_flush(d->tcp, d->now);
	ck_assert_uint_eq(d->n_seen, 2);
	ck_assert(d->seen[0].message.partial);
	ck_assert_uint_eq(d->seen[0].message.len, 398);
	ck_assert_uint_eq(d->gap_bytes, 100);
}
END_TEST

/* The lost segment comes after all: its whole messages are read, once. */
START_TEST(late_messages_of_a_skipped_hole_are_read)
{
	uint32_t lost = 1001 + (uint32_t)a.len;

	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	driver_data(d, CLIENT, lost + (uint32_t)b.len, a.bytes, a.len);
	driver_wait(d, 7 * SECOND);
	ck_assert_uint_eq(d->n_seen, 2);
	ck_assert_uint_eq(d->gap_bytes, b.len);
	driver_data(d, CLIENT, lost, b.bytes, b.len);
	driver_data(d, CLIENT, lost, b.bytes, b.len);
	ck_assert_uint_eq(d->n_seen, 3);
	driver_expect(d, 2, b.bytes + 2, b.len - 2);
	ck_assert(!d->seen[2].message.alternate);
}
END_TEST

START_TEST(too_many_holes_skip_the_first)
{
	driver_handshake(d, 1000, 5000);
	/* 33 holes of one byte, the last 32 of them with a block each. */
	for (uint32_t i = 0; i < 33; i++)
		driver_data(d, SERVER, 5002 + 2 * i, c.bytes + 1 + 2 * i, 1);
	ck_assert_uint_eq(d->n_gaps, 1);
	ck_assert_uint_eq(d->gap_bytes, 1);
}
END_TEST

/* What is left of a search is looked at once more when nothing follows. */
START_TEST(end_of_a_search_gives_the_message_that_is_there)
{
	/* Looks like the header of a query until its question is known. */
	static const uint8_t decoy[] = { 0x7f, 0x00, 0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0,
		0, 0, 63 };
	uint8_t bytes[128];

	memcpy(bytes, decoy, sizeof(decoy));
	memcpy(bytes + sizeof(decoy), b.bytes, b.len);
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, "\0\3", 2);
	driver_data(d, CLIENT, 1003, bytes, sizeof(decoy) + b.len);
	ck_assert_uint_eq(d->n_seen, 1);
	zt_tcp_flush(d->tcp, d->now);
	ck_assert_uint_eq(d->n_seen, 2);
	driver_expect(d, 1, b.bytes + 2, b.len - 2);
}
END_TEST

START_TEST(search_goes_on_over_segments)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, "\0\3junk", 6);
	for (uint32_t i = 0; i < a.len; i++)
		driver_data(d, CLIENT, 1007 + i, a.bytes + i, 1);
	ck_assert_uint_eq(d->n_seen, 2);
	driver_expect(d, 1, a.bytes + 2, a.len - 2);
	driver_data(d, CLIENT, 1007 + (uint32_t)a.len, b.bytes, b.len);
	driver_expect(d, 2, b.bytes + 2, b.len - 2);
}
END_TEST

START_TEST(snap_length_of_headers_only_is_a_gap)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	d->cut_off = 50;
	(void)driver_segment(d, CLIENT, 1001 + (uint32_t)a.len, 0, NULL, 0);
	ck_assert_uint_eq(d->gap_bytes, 50);
}
END_TEST

START_TEST(snap_length_gap_is_known_at_once)
{
	driver_handshake(d, 1000, 5000);
	d->cut_off = (uint32_t)c.len - 100;
	driver_data(d, SERVER, 5001, c.bytes, 100);
	ck_assert_uint_eq(d->n_seen, 1);
	ck_assert(d->seen[0].message.partial);
	ck_assert_uint_eq(d->gap_bytes, c.len - 100);
	driver_data(d, SERVER, 5001 + (uint32_t)c.len, c.bytes, c.len);
	ck_assert_uint_eq(d->n_seen, 2);
	driver_expect(d, 1, c.bytes + 2, c.len - 2);
}
END_TEST

/* The last segments are lost: the acknowledgement, or the FIN of a side that is alone,
 * tells how much. */
START_TEST(lost_tail_is_counted_at_the_end)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, SERVER, 5001, c.bytes, 500);
	if (_i == 0) {
		d->ack[CLIENT] = 5001 + (uint32_t)c.len;
		(void)driver_segment(d, CLIENT, 1001, ZT_TCP_ACK, NULL, 0);
	} else if (_i == 1) {
		uint32_t fin = 5001 + (uint32_t)c.len;
		(void)driver_segment(d, SERVER, fin, ZT_TCP_FIN, NULL, 0);
		d->ack[CLIENT] = fin + 1;
		(void)driver_segment(d, CLIENT, 1001, ZT_TCP_ACK, NULL, 0);
	}
	driver_wait(d, 3 * SECOND);
	zt_tcp_flush(d->tcp, d->now);
	ck_assert_uint_eq(d->n_seen, 1);
	ck_assert(d->seen[0].message.partial);
	ck_assert_uint_eq(d->seen[0].message.len, 498);
	ck_assert_uint_eq(d->gap_bytes, _i == 2 ? 0 : c.len - 500);
	ck_assert_uint_eq(d->n_ends, 1);
}
END_TEST

/* ---- beginning ---- */

/* T10 */
START_TEST(stream_picked_up_inside_a_message_finds_the_next)
{
	driver_data(d, SERVER, 777, c.bytes + 300, c.len - 300);
	driver_data(d, SERVER, 777 + (uint32_t)c.len - 300, c.bytes, c.len);
	ck_assert_uint_eq(d->n_seen, 0);
	driver_wait(d, 7 * SECOND);
	ck_assert_uint_eq(d->n_seen, 1);
	driver_expect(d, 0, c.bytes + 2, c.len - 2);
	ck_assert(d->seen[0].message.one_sided);
	ck_assert_uint_eq(d->n_gaps, 0);
	driver_data(d, SERVER, 777 + 2 * (uint32_t)c.len - 300, c.bytes, c.len);
	ck_assert_uint_eq(d->n_seen, 2);
}
END_TEST

/* T10: first the second half of a message, then its first half. */
START_TEST(stream_picked_up_out_of_order_is_put_in_order)
{
	driver_data(d, SERVER, 1300, c.bytes + 300, c.len - 300);
	driver_data(d, SERVER, 1000, c.bytes, 300);
	ck_assert_uint_eq(d->n_seen, 1);
	driver_expect(d, 0, c.bytes + 2, c.len - 2);
}
END_TEST

/* The prefix went in a segment of its own, before the tap was there. */
START_TEST(stream_picked_up_behind_a_prefix_gives_the_message)
{
	driver_data(d, CLIENT, 1003, a.bytes + 2, a.len - 2);
	driver_data(d, CLIENT, 1001 + (uint32_t)a.len, b.bytes, 2);
	driver_data(d, CLIENT, 1003 + (uint32_t)a.len, b.bytes + 2, b.len - 2);
	ck_assert_uint_eq(d->n_seen, 2);
	driver_expect(d, 0, a.bytes + 2, a.len - 2);
	driver_expect(d, 1, b.bytes + 2, b.len - 2);
}
END_TEST

START_TEST(message_before_the_first_seen_one_is_not_lost)
{
	driver_data(d, CLIENT, 1001 + (uint32_t)a.len, b.bytes, b.len);
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	ck_assert_uint_eq(d->n_seen, 2);
	driver_expect(d, 0, b.bytes + 2, b.len - 2);
	driver_expect(d, 1, a.bytes + 2, a.len - 2);
}
END_TEST

/* T08 */
START_TEST(syn_data_is_read_once)
{
	(void)driver_segment(d, CLIENT, 1000, ZT_TCP_SYN, a.bytes, a.len);
	ck_assert_uint_eq(d->n_seen, 1);
	driver_expect(d, 0, a.bytes + 2, a.len - 2);
	/* The server did not take it: SYN again, then the data again. */
	(void)driver_segment(d, CLIENT, 1000, ZT_TCP_SYN, NULL, 0);
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	driver_data(d, CLIENT, 1001 + (uint32_t)a.len, b.bytes, b.len);
	ck_assert_uint_eq(d->n_seen, 2);
	driver_expect(d, 1, b.bytes + 2, b.len - 2);
	ck_assert_uint_eq(d->seen[0].message.stream_id, d->seen[1].message.stream_id);
}
END_TEST

/* T09 */
START_TEST(split_handshake_changes_nothing)
{
	(void)driver_segment(d, CLIENT, 1000, ZT_TCP_SYN, NULL, 0);
	d->ack[SERVER] = 1001;
	(void)driver_segment(d, SERVER, 4999, ZT_TCP_ACK, NULL, 0);
	d->ack[SERVER] = 0;
	(void)driver_segment(d, SERVER, 5000, ZT_TCP_SYN, NULL, 0);
	d->ack[CLIENT] = 5001;
	(void)driver_segment(d, CLIENT, 1000, ZT_TCP_SYN, NULL, 0);
	driver_data(d, CLIENT, 1001, a.bytes, a.len);
	driver_data(d, SERVER, 5001, c.bytes, c.len);
	ck_assert_uint_eq(d->n_seen, 2);
}
END_TEST

/* T09: CVE-2025-59147, in both orders. */
START_TEST(two_syns_data_follows_either)
{
	(void)driver_segment(d, CLIENT, 1000, ZT_TCP_SYN, NULL, 0);
	(void)driver_segment(d, CLIENT, 90000, ZT_TCP_SYN, NULL, 0);
	driver_data(d, CLIENT, _i == 0 ? 1001 : 90001, a.bytes, a.len);
	ck_assert_uint_eq(d->n_seen, 1);
	driver_expect(d, 0, a.bytes + 2, a.len - 2);
}
END_TEST

/* T13 */
START_TEST(data_before_the_syn_is_the_same_connection)
{
	driver_data(d, CLIENT, 1001 + 20, a.bytes + 20, a.len - 20);
	(void)driver_segment(d, CLIENT, 1000, ZT_TCP_SYN, NULL, 0);
	driver_data(d, CLIENT, 1001, a.bytes, 20);
	ck_assert_uint_eq(d->n_seen, 1);
	driver_expect(d, 0, a.bytes + 2, a.len - 2);
}
END_TEST

/* T13 */
START_TEST(data_far_outside_is_stale_and_changes_nothing)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, a.bytes, 20);
	driver_data(d, CLIENT, 1001 + 0x80000000u, c.bytes, c.len / 2);
	driver_data(d, CLIENT, 1021, a.bytes + 20, a.len - 20);
	ck_assert_uint_eq(d->n_seen, 1);
	driver_expect(d, 0, a.bytes + 2, a.len - 2);
	ck_assert_uint_eq(driver_counted(d, ZT_R_TCP_STALE), 1);
}
END_TEST

START_TEST(data_far_outside_that_is_a_message_is_an_alternate)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, b.bytes, b.len);
	driver_data(d, CLIENT, 1001 + 0x80000000u, a.bytes, a.len);
	ck_assert_uint_eq(d->n_seen, 2);
	driver_expect(d, 1, a.bytes + 2, a.len - 2);
	ck_assert(d->seen[1].message.alternate);
}
END_TEST

START_TEST(data_far_outside_that_goes_on_is_believed)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, b.bytes, b.len);
	uint32_t seq = 0xa0000000u;
	for (unsigned i = 0; i < 6; i++, seq += (uint32_t)b.len)
		driver_data(d, CLIENT, seq, b.bytes, b.len);
	ck_assert_uint_eq(d->n_seen, 7);
	ck_assert(d->seen[3].message.alternate);
	ck_assert(!d->seen[6].message.alternate);
	ck_assert_uint_eq(d->n_gaps, 1);
}
END_TEST

static Suite *
tcp_suite(void)
{
	Suite *s = suite_create("tcp_loss");
	TCase *t = tcase_create("loss");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, hole_that_is_acknowledged_is_skipped);
	tcase_add_test(t, hole_seen_from_one_side_is_skipped_after_five_seconds);
	tcase_add_test(t, hole_is_skipped_when_too_much_is_held);
	tcase_add_test(t, hole_inside_a_message_keeps_the_framing);
	tcase_add_test(t, late_messages_of_a_skipped_hole_are_read);
	tcase_add_test(t, too_many_holes_skip_the_first);
	tcase_add_test(t, end_of_a_search_gives_the_message_that_is_there);
	tcase_add_test(t, search_goes_on_over_segments);
	tcase_add_test(t, snap_length_of_headers_only_is_a_gap);
	tcase_add_test(t, snap_length_gap_is_known_at_once);
	tcase_add_loop_test(t, lost_tail_is_counted_at_the_end, 0, 3);
	suite_add_tcase(s, t);

	t = tcase_create("beginning");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, stream_picked_up_inside_a_message_finds_the_next);
	tcase_add_test(t, stream_picked_up_out_of_order_is_put_in_order);
	tcase_add_test(t, stream_picked_up_behind_a_prefix_gives_the_message);
	tcase_add_test(t, message_before_the_first_seen_one_is_not_lost);
	tcase_add_test(t, syn_data_is_read_once);
	tcase_add_test(t, split_handshake_changes_nothing);
	tcase_add_loop_test(t, two_syns_data_follows_either, 0, 2);
	tcase_add_test(t, data_before_the_syn_is_the_same_connection);
	tcase_add_test(t, data_far_outside_is_stale_and_changes_nothing);
	tcase_add_test(t, data_far_outside_that_is_a_message_is_an_alternate);
	tcase_add_test(t, data_far_outside_that_goes_on_is_believed);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return zt_suite_run(tcp_suite());
}
