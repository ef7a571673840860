#include "dissect/tcp.h"
#include "suite.h"

#include "tcp_frames.h"

/*
 * T05: two versions of the same bytes.  `plain` asks for an A record, `axfr` is the
 * same message but for the type; `other` is another and longer message.
 */
static struct driver *d;
static struct frame plain, axfr, other, reply;
/** Sequence number of the client's first byte; in the second round it wraps. */
static const uint32_t firsts[] = { 1001, UINT32_MAX - 20 };

static void
setup(void)
{
	d = driver_open();
	query(&plain, 0x1111, "one.example", 1);
	query(&axfr, 0x1111, "one.example", AXFR);
	query(&other, 0x3333, "another-and-longer.example", AXFR);
	answer(&reply, 0x1111, "one.example", 100);
	ck_assert_uint_eq(plain.len, axfr.len);
}

static void
teardown(void)
{
	driver_close(d);
}

static void
expect_alternate(size_t i, const struct frame *f)
{
	driver_expect(d, i, f->bytes + 2, f->len - 2);
	ck_assert(d->seen[i].message.alternate);
}

static void
expect_main(size_t i, const struct frame *f)
{
	driver_expect(d, i, f->bytes + 2, f->len - 2);
	ck_assert(!d->seen[i].message.alternate);
}

START_TEST(same_bytes_again_give_nothing)
{
	uint32_t first = firsts[_i];

	driver_handshake(d, first - 1, 5000);
	driver_data(d, CLIENT, first, plain.bytes, plain.len);
	driver_data(d, CLIENT, first, plain.bytes, plain.len);
	driver_data(d, CLIENT, first + 5, plain.bytes + 5, 9);
	ck_assert_uint_eq(d->n_seen, 1);
	ck_assert_uint_eq(driver_counted(d, ZT_R_TCP_OVERLAP_CONFLICT), 0);
}
END_TEST

START_TEST(other_message_of_the_same_length_is_an_alternate)
{
	uint32_t first = firsts[_i];

	driver_handshake(d, first - 1, 5000);
	driver_data(d, CLIENT, first, plain.bytes, plain.len);
	driver_data(d, CLIENT, first, axfr.bytes, axfr.len);
	ck_assert_uint_eq(d->n_seen, 2);
	expect_main(0, &plain);
	expect_alternate(1, &axfr);
	ck_assert_uint_eq(driver_counted(d, ZT_R_TCP_OVERLAP_CONFLICT), 1);
	/* The stream goes on. */
	driver_data(d, CLIENT, first + (uint32_t)plain.len, other.bytes, other.len);
	expect_main(2, &other);
}
END_TEST

/* Only the bytes that differ come again. */
START_TEST(other_type_alone_is_an_alternate)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, plain.bytes, plain.len);
	/* The type is the third byte from the end. */
	uint32_t at = (uint32_t)plain.len - 3;
	driver_data(d, CLIENT, 1001 + at, axfr.bytes + at, 1);
	ck_assert_uint_eq(d->n_seen, 2);
	expect_alternate(1, &axfr);
}
END_TEST

START_TEST(other_message_that_is_longer_is_an_alternate)
{
	uint32_t first = firsts[_i];

	driver_handshake(d, first - 1, 5000);
	driver_data(d, CLIENT, first, plain.bytes, plain.len);
	driver_data(d, CLIENT, first, other.bytes, other.len);
	ck_assert_uint_eq(driver_counted(d, ZT_R_TCP_OVERLAP_CONFLICT), 1);
	ck_assert_uint_eq(d->n_seen, 2);
	expect_alternate(1, &other);
}
END_TEST

START_TEST(first_half_in_two_versions_gives_both_messages)
{
	uint32_t first = firsts[_i];
	struct frame *f = &other, changed;
	/* The name differs in the first half: "bnother". */
	changed = other;
	changed.bytes[2 + 12 + 1] = 'b';

	driver_handshake(d, first - 1, 5000);
	driver_data(d, CLIENT, first, f->bytes, 20);
	driver_data(d, CLIENT, first, changed.bytes, 20);
	ck_assert_uint_eq(d->n_seen, 0);
	driver_data(d, CLIENT, first + 20, f->bytes + 20, f->len - 20);
	ck_assert_uint_eq(d->n_seen, 2);
	expect_main(0, f);
	expect_alternate(1, &changed);
}
END_TEST

/* The second version of the half has another length prefix. */
START_TEST(first_half_of_another_message_gives_both_messages)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, plain.bytes, 20);
	driver_data(d, CLIENT, 1001, other.bytes, 20);
	driver_data(d, CLIENT, 1021, other.bytes + 20, other.len - 20);
	size_t n_alternate = 0;
	for (size_t i = 0; i < d->n_seen; i++) {
		if (!d->seen[i].message.alternate)
			continue;
		n_alternate++;
		expect_alternate(i, &other);
	}
	ck_assert_uint_eq(n_alternate, 1);
}
END_TEST

START_TEST(conflicts_in_one_message_add_up)
{
	struct frame changed = other;

	changed.bytes[2 + 12 + 1] = 'b';
	changed.bytes[2 + 12 + 9] = 'x';
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, other.bytes, 30);
	driver_data(d, CLIENT, 1001, changed.bytes, 18);
	driver_data(d, CLIENT, 1019, changed.bytes + 18, 10);
	driver_data(d, CLIENT, 1031, other.bytes + 30, other.len - 30);
	ck_assert_uint_eq(d->n_seen, 2);
	expect_main(0, &other);
	expect_alternate(1, &changed);
}
END_TEST

START_TEST(held_half_in_two_versions_gives_both_messages)
{
	uint32_t first = firsts[_i];
	uint32_t at = (uint32_t)plain.len - 8;

	driver_handshake(d, first - 1, 5000);
	driver_data(d, CLIENT, first + at, plain.bytes + at, 8);
	driver_data(d, CLIENT, first + at, axfr.bytes + at, 8);
	ck_assert_uint_eq(driver_counted(d, ZT_R_TCP_OVERLAP_CONFLICT), 1);
	driver_data(d, CLIENT, first, plain.bytes, at);
	ck_assert_uint_eq(d->n_seen, 2);
	expect_main(0, &plain);
	expect_alternate(1, &axfr);
}
END_TEST

START_TEST(whole_message_over_a_held_half_gives_both_messages)
{
	uint32_t first = firsts[_i];
	uint32_t at = (uint32_t)plain.len - 8;

	driver_handshake(d, first - 1, 5000);
	driver_data(d, CLIENT, first + at, plain.bytes + at, 8);
	driver_data(d, CLIENT, first, axfr.bytes, axfr.len);
	ck_assert_uint_eq(d->n_seen, 2);
	expect_main(0, &plain);
	expect_alternate(1, &axfr);
}
END_TEST

/* The second segment changes the end of the first and brings the next message. */
START_TEST(overlap_with_new_data_behind_gives_all_messages)
{
	uint8_t bytes[2048];
	uint32_t at = (uint32_t)plain.len - 8;

	memcpy(bytes, axfr.bytes + at, 8);
	memcpy(bytes + 8, other.bytes, other.len);
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, plain.bytes, plain.len);
	driver_data(d, CLIENT, 1001 + at, bytes, 8 + other.len);
	ck_assert_uint_eq(d->n_seen, 3);
	expect_main(0, &plain);
	expect_alternate(1, &axfr);
	expect_main(2, &other);
}
END_TEST

/* T12: an old segment (PAWS would drop it) with other data, many messages later. */
START_TEST(old_message_is_still_compared)
{
	uint32_t seq = 1001;

	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, seq, plain.bytes, plain.len);
	for (unsigned i = 0; i < 30; i++) {
		seq += (uint32_t)plain.len;
		driver_data(d, CLIENT, seq, plain.bytes, plain.len);
	}
	driver_data(d, CLIENT, 1001, axfr.bytes, axfr.len);
	ck_assert_uint_eq(d->n_seen, 32);
	expect_alternate(31, &axfr);
}
END_TEST

/* Only the one message of the segment that differs is handed over. */
START_TEST(equal_messages_beside_a_conflict_give_nothing)
{
	uint8_t bytes[512];
	size_t n = plain.len;

	memcpy(bytes, plain.bytes, n);
	memcpy(bytes + n, plain.bytes, n);
	memcpy(bytes + 2 * n, other.bytes, other.len);
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, bytes, 2 * n + other.len);
	memcpy(bytes + n, axfr.bytes, n);
	driver_data(d, CLIENT, 1001, bytes, 2 * n + other.len);
	ck_assert_uint_eq(d->n_seen, 4);
	expect_alternate(3, &axfr);
}
END_TEST

/* T11: an urgent pointer changes nothing about the data (URG is 0x20). */
START_TEST(urgent_data_stays_in_line)
{
	driver_handshake(d, 1000, 5000);
	(void)driver_segment(d, CLIENT, 1001, 0x20, axfr.bytes, 12);
	(void)driver_segment(d, CLIENT, 1013, 0x20, axfr.bytes + 12, axfr.len - 12);
	ck_assert_uint_eq(d->n_seen, 1);
	expect_main(0, &axfr);
}
END_TEST

/* A forged prefix of 65,535 comes first; all that the server reads is still cut. */
START_TEST(forged_prefix_does_not_swallow_what_follows)
{
	static const uint8_t forged[80] = { 0xff, 0xff, 0x11 };
	uint32_t seq = 1001;

	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, seq, forged, _i == 0 ? 2 : plain.len);
	driver_data(d, CLIENT, seq, plain.bytes, plain.len);
	seq += (uint32_t)plain.len;
	for (unsigned i = 0; i < 10; i++) {
		const struct frame *f = i == 9 ? &axfr : &plain;
		driver_data(d, CLIENT, seq, f->bytes, 11);
		driver_data(d, CLIENT, seq + 11, f->bytes + 11, f->len - 11);
		seq += (uint32_t)f->len;
	}
	ck_assert_uint_eq(d->n_seen, 11);
	for (unsigned i = 0; i < 10; i++)
		expect_alternate(i, &plain);
	expect_alternate(10, &axfr);
}
END_TEST

/* The second version announces more than ever comes: what is there is handed on. */
START_TEST(second_version_that_is_not_finished_is_a_partial_alternate)
{
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, plain.bytes, plain.len);
	driver_data(d, CLIENT, 1001, other.bytes, plain.len);
	ck_assert_uint_eq(d->n_seen, 1);
	zt_tcp_flush(d->tcp, d->now);
	ck_assert_uint_eq(d->n_seen, 2);
	ck_assert(d->seen[1].message.alternate);
	ck_assert(d->seen[1].message.partial);
	ck_assert_uint_eq(d->seen[1].message.len, plain.len - 2);
	ck_assert_uint_eq(d->seen[1].message.announced_len, other.len - 2);
	ck_assert_mem_eq(d->seen[1].bytes, other.bytes + 2, plain.len - 2);
}
END_TEST

/* Once both versions agree on a boundary nothing comes twice. */
START_TEST(versions_that_meet_again_are_one)
{
	uint8_t forged[64];

	/* Announces one message where the other version has two. */
	memset(forged, 0, sizeof(forged));
	forged[1] = (uint8_t)(2 * plain.len - 2);
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, forged, plain.len);
	driver_data(d, CLIENT, 1001, plain.bytes, plain.len);
	uint32_t seq = 1001 + (uint32_t)plain.len;
	driver_data(d, CLIENT, seq, axfr.bytes, axfr.len);
	ck_assert_uint_eq(d->n_seen, 3);
	expect_alternate(0, &plain);
	ck_assert(!d->seen[1].message.alternate);
	expect_alternate(2, &axfr);
	driver_data(d, CLIENT, seq + (uint32_t)axfr.len, other.bytes, other.len);
	ck_assert_uint_eq(d->n_seen, 4);
	expect_main(3, &other);
}
END_TEST

/* More forged bytes than are remembered; the server has not acknowledged them. */
START_TEST(forged_bytes_beyond_memory_do_not_hide_a_query)
{
	static uint8_t forged[5000] = { 0xff, 0xff };

	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, forged, sizeof(forged));
	d->ack[SERVER] = 1001;
	(void)driver_segment(d, SERVER, 5001, ZT_TCP_ACK, NULL, 0);
	driver_data(d, CLIENT, 1001, axfr.bytes, axfr.len);
	ck_assert_uint_eq(d->n_seen, 1);
	expect_alternate(0, &axfr);
}
END_TEST

START_TEST(text_of_a_reset_is_no_data)
{
	driver_handshake(d, 1000, 5000);
	(void)driver_segment(d, CLIENT, 1001, ZT_TCP_RST, "go away", 7);
	driver_data(d, CLIENT, 1001, plain.bytes, plain.len);
	ck_assert_uint_eq(d->n_seen, 1);
	expect_main(0, &plain);
	uint32_t seq = 1001 + (uint32_t)plain.len;
	(void)driver_segment(d, CLIENT, seq, ZT_TCP_RST, axfr.bytes, axfr.len);
	ck_assert_uint_eq(d->n_seen, 2);
	expect_main(1, &axfr);
}
END_TEST

/* A flood of versions costs no more than their number. */
START_TEST(versions_by_thousands_stay_bounded)
{
	d->keeps_no_bytes = true;
	driver_handshake(d, 1000, 5000);
	driver_data(d, CLIENT, 1001, plain.bytes, plain.len);
	for (unsigned i = 0; i < 5000; i++) {
		struct frame f = plain;
		f.bytes[2] = (uint8_t)(i & 1 ? 0xaa : 0xbb);
		driver_data(d, CLIENT, 1001, f.bytes, f.len);
	}
	ck_assert_uint_eq(d->n_seen, 5001);
}
END_TEST

static Suite *
tcp_suite(void)
{
	Suite *s = suite_create("tcp_conflict");
	TCase *t = tcase_create("conflict");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, same_bytes_again_give_nothing, 0, 2);
	tcase_add_loop_test(t, other_message_of_the_same_length_is_an_alternate, 0, 2);
	tcase_add_test(t, other_type_alone_is_an_alternate);
	tcase_add_loop_test(t, other_message_that_is_longer_is_an_alternate, 0, 2);
	tcase_add_loop_test(t, first_half_in_two_versions_gives_both_messages, 0, 2);
	tcase_add_test(t, first_half_of_another_message_gives_both_messages);
	tcase_add_test(t, conflicts_in_one_message_add_up);
	tcase_add_loop_test(t, held_half_in_two_versions_gives_both_messages, 0, 2);
	tcase_add_loop_test(
	    t, whole_message_over_a_held_half_gives_both_messages, 0, 2);
	tcase_add_test(t, overlap_with_new_data_behind_gives_all_messages);
	tcase_add_test(t, old_message_is_still_compared);
	tcase_add_test(t, equal_messages_beside_a_conflict_give_nothing);
	tcase_add_loop_test(t, forged_prefix_does_not_swallow_what_follows, 0, 2);
	tcase_add_test(t, versions_that_meet_again_are_one);
	tcase_add_test(t, second_version_that_is_not_finished_is_a_partial_alternate);
	tcase_add_test(t, forged_bytes_beyond_memory_do_not_hide_a_query);
	tcase_add_test(t, text_of_a_reset_is_no_data);
	tcase_add_test(t, urgent_data_stays_in_line);
	tcase_add_test(t, versions_by_thousands_stay_bounded);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return zt_suite_run(tcp_suite());
}
