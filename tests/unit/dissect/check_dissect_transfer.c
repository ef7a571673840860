/*
 * Whole zone transfers as frames: what each course is called, and that its size costs no
 * memory.
 */
#include "dissect/dissect.h"
#include "suite.h"

#include <check.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "laws.h"
#include "wire.h"

#define SECOND	      UINT64_C(1000000000)
#define LINK_ETHERNET 1
#define SEGMENT_MAX   1448
#define AXFR	      252
#define SYN	      0x02u
#define RST	      0x04u
#define ACK	      0x10u
#define FIN	      0x01u

/** How much slower than a release the code under test may be. */
#if !defined(__OPTIMIZE__) || defined(__SANITIZE_ADDRESS__) || \
    defined(__SANITIZE_THREAD__)
#	define SLOWER 50
#elif defined(__has_feature)
#	if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#		define SLOWER 50
#	endif
#endif
#ifndef SLOWER
#	define SLOWER 1
#endif

enum side {
	CLIENT,
	SERVER
};

/** The module under test, the stream in work, and what was said of the transfer. */
struct bench {
	struct zt_dissect *dissect;
	struct wire w;
	uint32_t seq[2];
	uint64_t now_ns;
	unsigned n_verdicts;
	uint8_t verdicts[32];
	struct zt_transfer last;
	struct zt_event event; /**< That carried it, without its tail. */
};

static struct bench b;

static void
keep(void *arg, const struct zt_event *ev)
{
	(void)arg;
	if (ev->kind != ZT_EVENT_TRANSFER)
		return;
	memcpy(&b.last, zt_event_transfer(ev), sizeof(b.last));
	b.event = *ev;
	if (b.n_verdicts < sizeof(b.verdicts))
		b.verdicts[b.n_verdicts] = b.last.verdict;
	b.n_verdicts++;
}

static void
setup(void)
{
	struct zt_dissect_options options;

	memset(&b, 0, sizeof(b));
	zt_dissect_defaults(&options);
	options.key = (struct zt_hash_key){ 5, 6 };
	options.emit = keep;
	options.tcp_streams = 64;
	options.exchanges = 64;
	options.transfers = 16;
	b.dissect = zt_dissect_new(&options);
	ck_assert_ptr_nonnull(b.dissect);
	b.now_ns = 1000 * SECOND;
}

static void
teardown(void)
{
	const char *broken = laws_broken(zt_dissect_stats(b.dissect));

	ck_assert_msg(!broken, "%s", broken ? broken : "");
	zt_dissect_free(&b.dissect);
}

/** One segment in Ethernet and IPv4 between 10.0.0.1:40000 and 10.0.0.2:53. */
static void
segment(enum side from, unsigned flags, const uint8_t *data, size_t len)
{
	static struct wire f;
	static unsigned ip_id;

	f.len = 0;
	wire_fill(&f, 2, 12);
	wire_u16(&f, 0x0800);
	wire_u16(&f, 0x4500);
	wire_u16(&f, (unsigned)(40 + len));
	wire_u16(&f, ++ip_id & 0xffff);
	wire_u16(&f, 0x4000);
	wire_u16(&f, 0x4006);
	wire_u16(&f, 0);
	wire_u32(&f, 0x0a000001u + from);
	wire_u32(&f, 0x0a000002u - from);
	wire_u16(&f, from == CLIENT ? 40000 : 53);
	wire_u16(&f, from == CLIENT ? 53 : 40000);
	wire_u32(&f, b.seq[from]);
	wire_u32(&f, b.seq[1 - from]);
	wire_u16(&f, 0x5000 | flags);
	wire_u16(&f, 0xffff);
	wire_u32(&f, 0);
	wire_bytes(&f, data, len);
	b.seq[from] += (uint32_t)len + (flags & (SYN | FIN) ? 1 : 0);
	b.now_ns += 1000;
	const struct zt_packet packet = { f.bytes, b.now_ns, (uint32_t)f.len,
		(uint32_t)f.len, LINK_ETHERNET, 0 };
	zt_dissect_packet(b.dissect, &packet);
}

/** b.w with its length prefix, in segments. */
static void
say(enum side from)
{
	static uint8_t stream[2 + 65535];
	size_t len = 2 + b.w.len;

	stream[0] = (uint8_t)(b.w.len >> 8);
	stream[1] = (uint8_t)b.w.len;
	memcpy(stream + 2, b.w.bytes, b.w.len);
	for (size_t at = 0; at < len; at += SEGMENT_MAX)
		segment(from, ACK, stream + at,
		    len - at < SEGMENT_MAX ? len - at : SEGMENT_MAX);
}

static void
ask(void)
{
	segment(CLIENT, SYN, NULL, 0);
	segment(SERVER, SYN | ACK, NULL, 0);
	wire_start(&b.w, 7, 0, (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&b.w, "example.com", AXFR);
	say(CLIENT);
}

static void
close_both(void)
{
	segment(SERVER, FIN | ACK, NULL, 0);
	segment(CLIENT, FIN | ACK, NULL, 0);
	zt_dissect_flush(b.dissect);
}

/** An answer: SOAs at its ends as asked, n addresses between. */
static void
answer(unsigned rcode, bool begins, unsigned n, bool ends)
{
	wire_start(&b.w, 7, (uint16_t)(ZT_DNS_QR | ZT_DNS_AA | rcode),
	    (struct wire_counts){ 1, (uint16_t)(begins + n + ends), 0, 0 });
	wire_question(&b.w, "example.com", AXFR);
	if (begins)
		wire_soa(&b.w, NULL, 5);
	for (unsigned i = 0; i < n; i++)
		wire_a(&b.w, NULL, 0xc0000200 + i);
	if (ends)
		wire_soa(&b.w, NULL, 5);
	say(SERVER);
}

static void
course_complete(void)
{
	answer(0, true, 2, true);
}

static void
course_without_end(void)
{
	answer(0, true, 5, false);
	answer(0, false, 4, false);
}

static void
course_aborted(void)
{
	answer(0, true, 5, false);
	segment(CLIENT, RST, NULL, 0);
}

static void
course_refused(void)
{
	answer(5, false, 0, false);
}

static void
course_notauth(void)
{
	answer(9, false, 0, false);
}

static void
course_without_records(void)
{
	answer(0, false, 0, false);
}

static void
course_silent(void)
{
	segment(CLIENT, RST, NULL, 0);
}

/* T18: the attempt is told before the server has said a word, the outcome follows. */
START_TEST(t18_each_course_is_an_attempt_at_once_and_its_outcome_later)
{
	static const struct {
		void (*course)(void);
		uint64_t records;
		uint16_t rcode;
		uint8_t verdict;
	} rows[] = {
		{ course_complete, 4, 0, ZT_VERDICT_COMPLETE },
		{ course_without_end, 10, 0, ZT_VERDICT_PARTIAL },
		{ course_aborted, 6, 0, ZT_VERDICT_PARTIAL },
		{ course_refused, 0, 5, ZT_VERDICT_REFUSED },
		{ course_notauth, 0, 9, ZT_VERDICT_NOTAUTH },
		{ course_without_records, 0, 0, ZT_VERDICT_EMPTY },
		{ course_silent, 0, 0, ZT_VERDICT_RESET },
	};

	ask();
	ck_assert_uint_eq(b.n_verdicts, 1);
	ck_assert_uint_eq(b.verdicts[0], ZT_VERDICT_ATTEMPTED);
	ck_assert_uint_eq(b.last.started_ns, b.now_ns);
	rows[_i].course();
	close_both();
	ck_assert_uint_gt(b.n_verdicts, 1);
	ck_assert_uint_eq(b.last.verdict, rows[_i].verdict);
	ck_assert_uint_eq(b.last.records, rows[_i].records);
	ck_assert_uint_eq(b.last.rcode, rows[_i].rcode);
	ck_assert_uint_eq(b.last.flags & ZT_TF_ENDED, ZT_TF_ENDED);
}
END_TEST

/** Bytes of the heap in use; 0 where the allocator does not say. */
static size_t
heap_bytes(void)
{
	return mallinfo2().uordblks + mallinfo2().hblkhd;
}

static uint64_t
thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

/** A message of 16 KiB: addresses of hosts, two records for each name. */
static unsigned
fill_message(unsigned first)
{
	unsigned n = 0;

	wire_start(&b.w, 7, ZT_DNS_QR | ZT_DNS_AA, (struct wire_counts){ 0 });
	for (; b.w.len < 16300; n++) {
		char name[32] = "host-0000000.example.com";
		unsigned rest = (first + n) / 2;
		for (int i = 11; i > 4; i--, rest /= 10)
			name[i] = (char)('0' + rest % 10);
		wire_a(&b.w, name, first + n);
	}
	b.w.bytes[6] = (uint8_t)(n >> 8);
	b.w.bytes[7] = (uint8_t)n;
	return n;
}

/* T17: a million records; nothing is stored, and the work is that of a walk. */
START_TEST(t17_transfer_of_a_million_records_is_walked_and_not_stored)
{
	unsigned n = 0;
	unsigned n_messages = 2;
	uint64_t spent_ns = 0;

	ask();
	answer(0, true, 0, false);
	size_t before = heap_bytes();
	while (n < 1000000) {
		unsigned made = fill_message(n);
		uint64_t from = thread_ns();
		say(SERVER);
		spent_ns += thread_ns() - from;
		n += made;
		n_messages++;
	}
	ck_assert_uint_eq(heap_bytes(), before);
	answer(0, false, 0, true);
	close_both();
	ck_assert_uint_eq(b.last.verdict, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(b.last.records, n + 2u);
	ck_assert_uint_eq(b.last.messages, n_messages);
	ck_assert_uint_eq(b.last.gap_bytes, 0);
	/* Estimated by now: 500,000 within five standard errors of 0.8 %. */
	ck_assert_uint_gt(b.last.names, 480000);
	ck_assert_uint_lt(b.last.names, 520000);
	uint64_t each_ns = spent_ns / n_messages;
	/* 12 segments, their frames built here, and 400 records with their names. */
	ck_assert_msg(each_ns < UINT64_C(100000) * SLOWER, "%lu ns a message of 16 KiB",
	    (unsigned long)each_ns);
	printf("16 KiB of a transfer: %lu ns\n", (unsigned long)each_ns);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("dissect_transfer");
	TCase *course = tcase_create("course");
	TCase *size = tcase_create("size");

	tcase_add_checked_fixture(course, setup, teardown);
	tcase_add_loop_test(
	    course, t18_each_course_is_an_attempt_at_once_and_its_outcome_later, 0, 7);
	suite_add_tcase(suite, course);
	tcase_set_timeout(size, 120);
	tcase_add_checked_fixture(size, setup, teardown);
	tcase_add_test(
	    size, t17_transfer_of_a_million_records_is_walked_and_not_stored);
	suite_add_tcase(suite, size);
	return zt_suite_run(suite);
}
