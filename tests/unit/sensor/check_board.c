/* The board of incidents: order, filters, what goes when it is full; and a long random
 * run against a model that keeps everything in one plain array. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sensor/board.h"
#include "suite.h"

static const struct zt_board_filter everything;

static struct zt_alert
alert_of(unsigned number, enum zt_alert_event event, uint64_t ts_ns)
{
	struct zt_alert alert = {
		.ts_ns = ts_ns,
		.event = event,
		.rule = number % 2 == 0 ? "zone-transfer" : "name-bruteforce",
		.title = "A title",
		.risk = (uint8_t)(number % 101),
		.family = 4,
		.source = { 192, 0, 2, (uint8_t)number },
	};

	(void)snprintf(alert.id, sizeof(alert.id), "%016x", number);
	(void)snprintf(alert.campaign, sizeof(alert.campaign), "%u", number / 4);
	return alert;
}

static void
note(struct zt_board *board, unsigned number, enum zt_alert_event event, uint64_t ts_ns)
{
	struct zt_alert alert = alert_of(number, event, ts_ns);

	zt_board_note(board, &alert);
}

/* The incidents that pass, newest first, as text "3 1 2". */
static const char *
listed(const struct zt_board *board, const struct zt_board_filter *filter)
{
	static char text[4096];
	size_t used = 0;

	text[0] = '\0';
	for (const struct zt_board_entry *entry = zt_board_next(board, filter, NULL);
	     entry != NULL; entry = zt_board_next(board, filter, entry))
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%lu",
		    used != 0 ? " " : "", strtoul(entry->alert.id, NULL, 16));
	return text;
}

START_TEST(alerts_of_an_incident_are_one_entry_newest_first)
{
	struct zt_board *board = zt_board_new(8);
	const struct zt_board_counts *counts = zt_board_counts(board);

	ck_assert_str_eq(listed(board, &everything), "");
	note(board, 1, ZT_ALERT_OPEN, 10);
	note(board, 2, ZT_ALERT_OPEN, 20);
	note(board, 3, ZT_ALERT_OPEN, 30);
	note(board, 1, ZT_ALERT_UPDATE, 40);
	ck_assert_str_eq(listed(board, &everything), "1 3 2");
	note(board, 2, ZT_ALERT_CLOSE, 50);
	ck_assert_str_eq(listed(board, &everything), "2 1 3");
	const struct zt_board_entry *entry = zt_board_find(board, "0000000000000002");
	ck_assert_uint_eq(entry->opened_ns, 20);
	ck_assert_uint_eq(entry->updated_ns, 50);
	ck_assert_uint_eq(entry->closed_ns, 50);
	ck_assert_uint_eq(entry->n_alerts, 2);
	ck_assert_uint_eq(entry->sequence, 5);
	ck_assert_ptr_null(zt_board_find(board, "0000000000000004"));
	ck_assert_uint_eq(counts->opened, 3);
	ck_assert_uint_eq(counts->open, 2);
	ck_assert_uint_eq(counts->held, 3);
	ck_assert_uint_eq(counts->alerts, 5);
	ck_assert_uint_eq(counts->sequence, 5);
	ck_assert_uint_eq(counts->n_rules, 2);
	ck_assert_str_eq(counts->rules[0].name, "name-bruteforce");
	ck_assert_uint_eq(counts->rules[0].opened, 2);
	ck_assert_uint_eq(counts->rules[0].open, 2);
	ck_assert_uint_eq(counts->rules[1].opened, 1);
	ck_assert_uint_eq(counts->rules[1].open, 0);
	zt_board_free(&board);
	ck_assert_ptr_null(board);
}
END_TEST

START_TEST(filters_pass_what_they_name)
{
	struct zt_board *board = zt_board_new(16);
	struct zt_alert alert = alert_of(9, ZT_ALERT_OPEN, 90);

	for (unsigned i = 1; i <= 8; i++)
		note(board, i, ZT_ALERT_OPEN, i);
	note(board, 3, ZT_ALERT_CLOSE, 80);
	alert.have_transfer = true;
	alert.family = 6;
	zt_board_note(board, &alert);
	ck_assert_str_eq(listed(board, &everything), "9 3 8 7 6 5 4 2 1");

	struct zt_board_filter open = { .open_only = true };
	ck_assert_str_eq(listed(board, &open), "9 8 7 6 5 4 2 1");
	struct zt_board_filter rule = { .rule = "zone-transfer" };
	ck_assert_str_eq(listed(board, &rule), "8 6 4 2");
	struct zt_board_filter risk = { .min_risk = 7 };
	ck_assert_str_eq(listed(board, &risk), "9 8 7");
	struct zt_board_filter transfers = { .transfers_only = true };
	ck_assert_str_eq(listed(board, &transfers), "9");
	struct zt_board_filter campaign = { .campaign = "1" };
	ck_assert_str_eq(listed(board, &campaign), "7 6 5 4");
	struct zt_board_filter host = {
		.family = 4, .bits = 32, .addr = { 192, 0, 2, 5 }
	};
	ck_assert_str_eq(listed(board, &host), "5");
	struct zt_board_filter block = {
		.family = 4, .bits = 30, .addr = { 192, 0, 2, 4 }
	};
	ck_assert_str_eq(listed(board, &block), "7 6 5 4");
	struct zt_board_filter v6 = { .family = 6, .bits = 0 };
	ck_assert_str_eq(listed(board, &v6), "9");
	/* Sequence numbers: 1 to 8 opened, 9 the end of 3, 10 the one of IPv6. */
	struct zt_board_filter since = { .since = 8 };
	ck_assert_str_eq(listed(board, &since), "9 3");
	struct zt_board_filter before = { .before = 5 };
	ck_assert_str_eq(listed(board, &before), "4 2 1");
	struct zt_board_filter both = { .since = 1, .before = 5, .open_only = true };
	ck_assert_str_eq(listed(board, &both), "4 2");
	zt_board_free(&board);
}
END_TEST

START_TEST(full_board_forgets_the_closed_first)
{
	struct zt_board *board = zt_board_new(3);
	const struct zt_board_counts *counts = zt_board_counts(board);

	note(board, 1, ZT_ALERT_OPEN, 1);
	note(board, 2, ZT_ALERT_OPEN, 2);
	note(board, 3, ZT_ALERT_OPEN, 3);
	note(board, 3, ZT_ALERT_CLOSE, 4);
	note(board, 2, ZT_ALERT_CLOSE, 5);
	note(board, 4, ZT_ALERT_OPEN, 6);
	ck_assert_str_eq(listed(board, &everything), "4 2 1");
	note(board, 5, ZT_ALERT_OPEN, 7);
	ck_assert_str_eq(listed(board, &everything), "5 4 1");
	ck_assert_uint_eq(counts->evicted, 2);
	ck_assert_uint_eq(counts->evicted_open, 0);
	note(board, 1, ZT_ALERT_UPDATE, 8);
	note(board, 6, ZT_ALERT_OPEN, 9);
	ck_assert_str_eq(listed(board, &everything), "6 1 5");
	ck_assert_uint_eq(counts->evicted_open, 1);
	ck_assert_uint_eq(counts->open, 3);
	ck_assert_uint_eq(counts->opened, 6);
	ck_assert_uint_eq(counts->held, 3);
	ck_assert_ptr_null(zt_board_find(board, "0000000000000004"));
	zt_board_free(&board);
}
END_TEST

START_TEST(lesser_transfer_does_not_hide_what_leaked)
{
	struct zt_board *board = zt_board_new(2);
	struct zt_alert alert = alert_of(2, ZT_ALERT_OPEN, 1);

	alert.have_transfer = true;
	alert.title = "Zone transfer completed";
	alert.transfer.records = 312;
	zt_board_note(board, &alert);
	alert.event = ZT_ALERT_UPDATE;
	alert.ts_ns = 2;
	alert.title = "Zone transfer refused";
	alert.transfer.records = 0;
	zt_board_note(board, &alert);
	const struct zt_board_entry *entry = zt_board_find(board, alert.id);
	ck_assert_uint_eq(entry->alert.transfer.records, 312);
	ck_assert_str_eq(entry->alert.title, "Zone transfer completed");
	ck_assert_uint_eq(entry->updated_ns, 2);
	alert.title = "Zone transfer completed";
	alert.transfer.records = 313;
	zt_board_note(board, &alert);
	ck_assert_uint_eq(entry->alert.transfer.records, 313);
	zt_board_free(&board);
}
END_TEST

/* What the board should hold. */
#define MODEL_CAP 13u

struct model {
	unsigned number[MODEL_CAP];
	uint64_t sequence[MODEL_CAP];
	bool closed[MODEL_CAP];
	unsigned n;
};

static unsigned
model_victim(const struct model *model)
{
	unsigned best = MODEL_CAP;

	for (unsigned i = 0; i < model->n; i++) {
		bool better = best == MODEL_CAP ||
			      (model->closed[i] && !model->closed[best]) ||
			      (model->closed[i] == model->closed[best] &&
				  model->sequence[i] < model->sequence[best]);
		best = better ? i : best;
	}
	return best;
}

static void
model_note(struct model *model, unsigned number, bool close, uint64_t sequence)
{
	unsigned at = 0;

	while (at < model->n && model->number[at] != number)
		at++;
	if (at == model->n) {
		if (model->n == MODEL_CAP)
			at = model_victim(model);
		else
			model->n++;
		model->closed[at] = false;
	}
	model->number[at] = number;
	model->sequence[at] = sequence;
	model->closed[at] |= close;
}

static void
model_compare(const struct model *model, const struct zt_board *board, bool open_only)
{
	struct zt_board_filter filter = { .open_only = open_only };
	const struct zt_board_entry *entry = NULL;
	uint64_t last = UINT64_MAX;
	unsigned n = 0;
	unsigned expected = 0;

	while ((entry = zt_board_next(board, &filter, entry)) != NULL) {
		unsigned at = 0;
		while (at < model->n && model->sequence[at] != entry->sequence)
			at++;
		ck_assert_uint_lt(at, model->n);
		ck_assert_uint_eq(
		    strtoul(entry->alert.id, NULL, 16), model->number[at]);
		ck_assert(model->closed[at] == (entry->closed_ns != 0));
		ck_assert_uint_lt(entry->sequence, last);
		last = entry->sequence;
		n++;
	}
	for (unsigned i = 0; i < model->n; i++)
		expected += !open_only || !model->closed[i];
	ck_assert_uint_eq(n, expected);
}

START_TEST(random_alerts_agree_with_the_model)
{
	struct zt_board *board = zt_board_new(MODEL_CAP);
	const struct zt_board_counts *counts = zt_board_counts(board);
	struct model model = { .n = 0 };
	uint32_t random = 1;

	for (uint64_t step = 1; step <= 20000; step++) {
		random = random * UINT32_C(1664525) + UINT32_C(1013904223);
		unsigned number = random >> 16 & 31u;
		bool close = (random >> 24) % 4 == 0;
		note(board, number, close ? ZT_ALERT_CLOSE : ZT_ALERT_UPDATE, step);
		model_note(&model, number, close, step);
		if (step % 31 != 0)
			continue;
		model_compare(&model, board, false);
		model_compare(&model, board, true);
		ck_assert_uint_eq(counts->opened,
		    counts->held + counts->evicted + counts->evicted_open);
		ck_assert_uint_eq(
		    counts->open, counts->rules[0].open + counts->rules[1].open);
	}
	ck_assert_uint_gt(counts->evicted, 1000);
	ck_assert_uint_gt(counts->evicted_open, 100);
	zt_board_free(&board);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("board");
	TCase *board = tcase_create("board");

	tcase_add_test(board, alerts_of_an_incident_are_one_entry_newest_first);
	tcase_add_test(board, filters_pass_what_they_name);
	tcase_add_test(board, full_board_forgets_the_closed_first);
	tcase_add_test(board, lesser_transfer_does_not_hide_what_leaked);
	tcase_add_test(board, random_alerts_agree_with_the_model);
	suite_add_tcase(suite, board);
	return zt_suite_run(suite);
}
