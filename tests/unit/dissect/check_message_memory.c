/*
 * Messages that made other readers grow: the heap stays as it was, to the byte, and the
 * question counts.
 */
#include "message_driver.h"
#include "suite.h"

#include <malloc.h>

/** Enough to show a leak of one byte; fewer where every access is checked. */
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
#	define ROUNDS 20000
#else
#	define ROUNDS 200
#endif

/** Bytes of the heap in use; a sanitizer's allocator says 0, and finds leaks itself. */
static size_t
heap_bytes(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

static void
tsig_records(unsigned n)
{
	wire_start(&b.w, 9, 0, (struct wire_counts){ 1, 0, 0, (uint16_t)n });
	wire_question(&b.w, "", ZT_RR_A);
	for (unsigned i = 0; i < n; i++)
		wire_end_rr(&b.w, wire_rr(&b.w, "", ZT_RR_TSIG));
}

/* Numbers of records at which ldns was seen to leak; the last fills a message. */
START_TEST(d20_tsig_records_leave_the_heap_as_it_was)
{
	static const struct {
		unsigned n_records;
		unsigned rounds;
	} rows[] = { { 2, ROUNDS }, { 43, ROUNDS }, { 132, ROUNDS },
		{ 5956, ROUNDS / 100 } };

	tsig_records(rows[_i].n_records);
	send_udp();
	size_t before = heap_bytes();
	for (unsigned i = 1; i < rows[_i].rounds; i++) {
		b.ts_ns += 1000;
		send_udp();
	}
	ck_assert_uint_eq(heap_bytes(), before);
	ck_assert_uint_eq(zt_counted(&b.stats.queries[0]), rows[_i].rounds);
	ck_assert_uint_eq(b.n_events, rows[_i].rounds);
	ck_assert_uint_eq(event(0)->qtype, ZT_RR_A);
}
END_TEST

/* HIP data (RFC 8005) full of pointers to a name of 255 bytes, all of them control
 * characters: ldns makes 585,787 bytes of text out of it. */
START_TEST(d19_pointers_in_hip_data_are_not_expanded)
{
	enum {
		HIP = 55
	};
	size_t room = _i ? 65000 : 1100;

	turn();
	wire_start(&b.w, 9, ZT_DNS_QR, (struct wire_counts){ 1, 1, 0, 0 });
	for (unsigned i = 0; i < 127; i++) {
		wire_u8(&b.w, 1);
		wire_u8(&b.w, 7);
	}
	wire_u8(&b.w, 0);
	wire_u16(&b.w, HIP);
	wire_u16(&b.w, 1);
	size_t rr = wire_rr(&b.w, NULL, HIP);
	/* Length of the tag, algorithm, length of the key; tag and key of a byte. */
	wire_bytes(&b.w, "\1\2\0\1\3\4", 6);
	while (b.w.len < room)
		wire_pointer(&b.w, 12);
	wire_end_rr(&b.w, rr);
	send_udp();
	size_t before = heap_bytes();
	for (unsigned i = 1; i < ROUNDS / 10; i++)
		send_udp();
	ck_assert_uint_eq(heap_bytes(), before);
	ck_assert_uint_eq(b.n_events, ROUNDS / 10);
	ck_assert_uint_eq(event(0)->name_len, 255);
	ck_assert_uint_eq(event(0)->qtype, HIP);
	ck_assert_uint_eq(event(0)->n_answers, 1);
	/* The name once, whatever the data. */
	ck_assert_uint_lt(event(0)->size, sizeof(struct zt_event) + 264);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("message_memory");
	TCase *tc = tcase_create("heap");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, d20_tsig_records_leave_the_heap_as_it_was, 0, 4);
	tcase_add_loop_test(tc, d19_pointers_in_hip_data_are_not_expanded, 0, 2);
	suite_add_tcase(suite, tc);
	return zt_suite_run(suite);
}
