/*
 * Each verdict at each place where a capture can start, stop or lose a message.
 */
#include "suite.h"
#include "transfer_driver.h"

#include <stdlib.h>

#define ANSWERS_MAX 3

/** What the tap misses. */
enum fault {
	FAULT_NONE,
	FAULT_NO_REQUEST,	/**< The capture starts behind the request. */
	FAULT_NO_REQUEST_FIRST, /**< It starts behind the first answer. */
	FAULT_FIRST_LOST,	/**< The first answer is missing from the stream. */
	FAULT_MIDDLE_LOST,	/**< The second one is. */
	FAULT_LAST_LOST,
	FAULT_STOP_AT_REQUEST, /**< The capture ends behind the request. */
	FAULT_STOP_AT_FIRST,   /**< It ends behind the first answer. */
	FAULT_ONE_SIDED,       /**< Only the client is seen. */
	N_FAULTS
};

/** Verdict, flags beside ENDED, records. */
struct outcome {
	uint8_t verdict;
	uint32_t flags;
	uint8_t records;
};

struct course {
	const char *name;
	const char *clause;
	const char *answers[ANSWERS_MAX]; /**< As for driver_script(). */
	uint8_t type;
	uint8_t rcode;	 /**< Of an answer without records. */
	uint32_t serial; /**< Of the client, IXFR. */
	enum zt_tcp_end end;
	struct outcome outcomes[N_FAULTS];
};

#define A    ZT_TF_AT_LEAST
#define O    ZT_TF_ONE_SIDED
#define M    ZT_TF_MID_STREAM
#define F    ZT_TF_HAVE_FROM
#define T    ZT_TF_HAVE_TO
#define N    ZT_TF_NEWER_SOA
#define V(x) ZT_VERDICT_##x
/** No event at all. */
#define SILENCE                     \
	{                           \
		ZT_N_VERDICTS, 0, 0 \
	}
#define REJECTION(verdict)                                                             \
	{                                                                              \
		{ verdict, 0, 0 }, { verdict, M, 0 }, SILENCE, { V(TIMED_OUT), A, 0 }, \
		    { verdict, 0, 0 }, { V(TIMED_OUT), A, 0 }, { V(ATTEMPTED), 0, 0 }, \
		    { verdict, 0, 0 },                                                 \
		{                                                                      \
			V(ATTEMPTED), A | O, 0                                         \
		}                                                                      \
	}

/* clang-format off */
static const struct course courses[] = {
	{ "refused", "RFC 5936 2.2.1", { "" }, 252, 5, 0, ZT_TCP_END_FIN, REJECTION(V(REFUSED)) },
	{ "notauth", "RFC 5936 2.2.1", { "" }, 252, 9, 0, ZT_TCP_END_FIN, REJECTION(V(NOTAUTH)) },
	{ "servfail", "RFC 5936 2.2.1", { "" }, 252, 2, 0, ZT_TCP_END_FIN, REJECTION(V(SERVFAIL)) },
	{ "formerr", "RFC 5936 2.2.1", { "" }, 252, 1, 0, ZT_TCP_END_FIN, REJECTION(V(FORMERR)) },
	{ "notimp", "RFC 5936 2.2.1", { "" }, 252, 4, 0, ZT_TCP_END_FIN, REJECTION(V(NOTIMP)) },
	{ "rejected", "RFC 5936 2.2.1", { "" }, 252, 3, 0, ZT_TCP_END_FIN, REJECTION(V(REJECTED)) },
	{ "ixfr refused", "RFC 1995 4", { "" }, 251, 5, 4, ZT_TCP_END_FIN,
	  { { V(REFUSED), F, 0 }, { V(REFUSED), M, 0 }, SILENCE, { V(TIMED_OUT), F | A, 0 },
	    { V(REFUSED), F, 0 }, { V(TIMED_OUT), F | A, 0 }, { V(ATTEMPTED), F, 0 },
	    { V(REFUSED), F, 0 }, { V(ATTEMPTED), F | A | O, 0 } } },
	{ "empty", "RFC 5936 2.2", { "" }, 252, 0, 0, ZT_TCP_END_FIN, REJECTION(V(EMPTY)) },
	{ "reset", "RFC 9293 3.5.2", { NULL }, 252, 0, 0, ZT_TCP_END_RST,
	  { { V(RESET), 0, 0 }, SILENCE, SILENCE, { V(RESET), 0, 0 }, { V(RESET), 0, 0 },
	    { V(RESET), 0, 0 }, { V(ATTEMPTED), 0, 0 }, { V(ATTEMPTED), 0, 0 },
	    { V(RESET), 0, 0 } } },
	{ "timed out", "", { NULL }, 252, 0, 0, ZT_TCP_END_IDLE,
	  { { V(TIMED_OUT), 0, 0 }, SILENCE, SILENCE, { V(TIMED_OUT), 0, 0 },
	    { V(TIMED_OUT), 0, 0 }, { V(TIMED_OUT), 0, 0 }, { V(ATTEMPTED), 0, 0 },
	    { V(ATTEMPTED), 0, 0 }, { V(ATTEMPTED), A | O, 0 } } },
	{ "complete", "RFC 5936 2.2", { "7ab", "cde", "fg7" }, 252, 0, 0, ZT_TCP_END_FIN,
	  { { V(COMPLETE), T, 9 }, { V(COMPLETE), M | T, 9 }, { V(COMPLETE), M | A | T, 6 },
	    { V(COMPLETE), A | T, 6 }, { V(COMPLETE), A | T, 6 }, { V(PARTIAL), A | T, 6 },
	    { V(ATTEMPTED), 0, 0 }, { V(PARTIAL), A | T, 3 }, { V(ATTEMPTED), A | O, 0 } } },
	{ "partial", "RFC 5936 2.2", { "7ab", "cde", "fg" }, 252, 0, 0, ZT_TCP_END_FIN,
	  { { V(PARTIAL), T, 8 }, { V(PARTIAL), M | T, 8 }, { V(PARTIAL), M | A, 5 },
	    { V(PARTIAL), A, 5 }, { V(PARTIAL), A | T, 5 }, { V(PARTIAL), A | T, 6 },
	    { V(ATTEMPTED), 0, 0 }, { V(PARTIAL), A | T, 3 }, { V(ATTEMPTED), A | O, 0 } } },
	{ "up to date", "RFC 1995 2", { "7" }, 251, 0, 7, ZT_TCP_END_FIN,
	  { { V(UP_TO_DATE), F | T, 1 }, { V(UP_TO_DATE), M | T, 1 }, SILENCE,
	    { V(TIMED_OUT), F | A, 0 }, { V(UP_TO_DATE), F | T, 1 }, { V(TIMED_OUT), F | A, 0 },
	    { V(ATTEMPTED), F, 0 }, { V(UP_TO_DATE), F | T, 1 }, { V(ATTEMPTED), F | A | O, 0 } } },
	{ "newer SOA alone", "RFC 1995 2", { "7" }, 251, 0, 4, ZT_TCP_END_FIN,
	  { { V(UP_TO_DATE), F | T | N, 1 }, { V(UP_TO_DATE), M | T, 1 }, SILENCE,
	    { V(TIMED_OUT), F | A, 0 }, { V(UP_TO_DATE), F | T | N, 1 },
	    { V(TIMED_OUT), F | A, 0 }, { V(ATTEMPTED), F, 0 },
	    { V(UP_TO_DATE), F | T | N | A, 1 }, { V(ATTEMPTED), F | A | O, 0 } } },
	{ "delta", "RFC 1995 4", { "74ab", "5cd5e", "7f7" }, 251, 0, 4, ZT_TCP_END_FIN,
	  { { V(DELTA), F | T, 12 }, { V(DELTA), F | M | T, 12 },
	    { V(DELTA), M | A | T, 8 }, { V(DELTA), F | A | T, 8 }, { V(DELTA), F | A | T, 7 },
	    { V(PARTIAL), F | A | T, 9 }, { V(ATTEMPTED), F, 0 }, { V(PARTIAL), F | A | T, 4 },
	    { V(ATTEMPTED), F | A | O, 0 } } },
	{ "full", "RFC 1995 4", { "7ab", "cde", "fg7" }, 251, 0, 4, ZT_TCP_END_FIN,
	  { { V(FULL), F | T, 9 }, { V(FULL), M | T, 9 }, { V(COMPLETE), M | A | T, 6 },
	    { V(FULL), F | A | T, 6 }, { V(FULL), F | A | T, 6 }, { V(PARTIAL), F | A | T, 6 },
	    { V(ATTEMPTED), F, 0 }, { V(PARTIAL), F | A | T, 3 },
	    { V(ATTEMPTED), F | A | O, 0 } } },
};
/* clang-format on */

static unsigned
count_answers(const struct course *course)
{
	unsigned n = 0;

	while (n < ANSWERS_MAX && course->answers[n])
		n++;
	return n;
}

/** Does the tap see answer i of n? */
static bool
is_seen(enum fault fault, unsigned i, unsigned n)
{
	switch (fault) {
	case FAULT_NO_REQUEST_FIRST:
	case FAULT_FIRST_LOST:
		return i != 0;
	case FAULT_MIDDLE_LOST:
		return i != 1;
	case FAULT_LAST_LOST:
		return i != n - 1;
	case FAULT_STOP_AT_REQUEST:
	case FAULT_ONE_SIDED:
		return false;
	case FAULT_STOP_AT_FIRST:
		return i == 0;
	case FAULT_NONE:
	case FAULT_NO_REQUEST:
	case N_FAULTS:
		return true;
	}
	return true;
}

static bool
is_lossy(enum fault fault)
{
	return fault == FAULT_FIRST_LOST || fault == FAULT_MIDDLE_LOST ||
	       fault == FAULT_LAST_LOST;
}

static void
play_answers(struct driver *d, const struct course *course, enum fault fault)
{
	unsigned n = count_answers(course);

	for (unsigned i = 0; i < n; i++) {
		/* Only the first message of an answer repeats the question. */
		unsigned type = i == 0 ? course->type : 0;
		if (!is_seen(fault, i, n)) {
			if (is_lossy(fault))
				zt_transfers_gap(
				    d->transfers, d->stream_id, 100, d->now);
			continue;
		}
		if (course->answers[i][0] == '\0')
			driver_refuse(d, 9, type, course->rcode);
		else
			driver_answer(d, 9, type, course->answers[i]);
	}
}

static void
play(struct driver *d, const struct course *course, enum fault fault)
{
	bool is_asked = fault != FAULT_NO_REQUEST && fault != FAULT_NO_REQUEST_FIRST;
	bool is_cut = fault == FAULT_STOP_AT_REQUEST || fault == FAULT_STOP_AT_FIRST;

	d->one_sided = fault == FAULT_ONE_SIDED;
	if (is_asked)
		driver_ask(d, 9, "example.com", course->type, course->serial);
	play_answers(d, course, fault);
	driver_end(d, is_cut ? ZT_TCP_END_FLUSH : course->end);
}

START_TEST(loss_of_each_kind_gives_the_verdict_of_the_table)
{
	const struct course *course = &courses[_i / N_FAULTS];
	enum fault fault = (enum fault)(_i % N_FAULTS);
	const struct outcome *want = &course->outcomes[fault];
	struct driver d;

	driver_open(&d, TCP_STREAM, 0);
	play(&d, course, fault);
	if (want->verdict == ZT_N_VERDICTS) {
		ck_assert_msg(d.n_seen == 0, "%s (%s), fault %d: %zu events",
		    course->name, course->clause, (int)fault, d.n_seen);
		driver_close(&d);
		return;
	}
	const struct zt_transfer *got = driver_last(&d);
	ck_assert_msg(got->verdict == want->verdict &&
			  got->flags == (want->flags | ZT_TF_ENDED) &&
			  got->records == want->records,
	    "%s (%s), fault %d: verdict %u flags %#x records %u", course->name,
	    course->clause, (int)fault, got->verdict, got->flags,
	    (unsigned)got->records);
	for (size_t i = 0; i < d.n_seen; i++) {
		const struct zt_transfer *t = &d.seen[i].transfer;
		ck_assert_uint_eq(t->id, 1);
		ck_assert_uint_eq(!!(t->flags & ZT_TF_ENDED), i + 1 == d.n_seen);
	}
	driver_close(&d);
}
END_TEST

static Suite *
transfer_loss_suite(void)
{
	Suite *suite = suite_create("transfer_loss");
	TCase *table = tcase_create("table");
	int n = (int)(sizeof(courses) / sizeof(courses[0])) * N_FAULTS;

	tcase_add_loop_test(
	    table, loss_of_each_kind_gives_the_verdict_of_the_table, 0, n);
	suite_add_tcase(suite, table);
	return suite;
}

int
main(void)
{
	return zt_suite_run(transfer_loss_suite());
}
