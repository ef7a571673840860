#include "summary.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../dissect/name.h"
#include "alert_text.h"
#include "vitals.h"

/* Columns of text for people. */
#define TEXT_COLUMNS 76

void
zt_summary_init(struct zt_summary *summary)
{
	memset(summary, 0, sizeof(*summary));
}

void
zt_summary_fini(struct zt_summary *summary)
{
	free(summary->keys);
	free(summary->last);
	zt_summary_init(summary);
}

/* FNV-1a; ids are our own, nobody picks them to collide. */
static uint64_t
key_of(const char *id)
{
	uint64_t key = UINT64_C(0xcbf29ce484222325);

	for (; *id != '\0'; id++)
		key = (key ^ (unsigned char)*id) * UINT64_C(0x100000001b3);
	return key;
}

/* The place of an id, or the number of places when it has none. */
static size_t
find(const struct zt_summary *summary, uint64_t key, const char *id)
{
	for (size_t i = 0; i < summary->count; i++)
		if (summary->keys[i] == key && strcmp(summary->last[i].id, id) == 0)
			return i;
	return summary->count;
}

static bool
make_room(struct zt_summary *summary)
{
	if (summary->count < summary->capacity)
		return true;
	if (summary->count == ZT_SUMMARY_MAX)
		return false;
	size_t capacity = summary->capacity == 0 ? 16 : 2 * summary->capacity;
	struct zt_alert *last = realloc(summary->last, capacity * sizeof(*last));
	if (last == NULL)
		return false;
	summary->last = last;
	uint64_t *keys = realloc(summary->keys, capacity * sizeof(*keys));
	if (keys == NULL)
		return false;
	summary->keys = keys;
	summary->capacity = capacity;
	return true;
}

void
zt_summary_add(struct zt_summary *summary, const struct zt_alert *alert)
{
	uint64_t key = key_of(alert->id);
	size_t at = find(summary, key, alert->id);

	if (at == summary->count) {
		if (!make_room(summary)) {
			summary->left_out++;
			return;
		}
		summary->count++;
	}
	summary->keys[at] = key;
	summary->last[at] = *alert;
}

/* By falling risk, then source, then time. */
static int
by_risk(const void *a, const void *b)
{
	const struct zt_alert *left = a;
	const struct zt_alert *right = b;

	if (left->risk != right->risk)
		return left->risk > right->risk ? -1 : 1;
	int source = memcmp(left->source, right->source, sizeof(left->source));
	if (source != 0)
		return source;
	if (left->ts_ns != right->ts_ns)
		return left->ts_ns < right->ts_ns ? -1 : 1;
	return strcmp(left->id, right->id);
}

static void
print_amount(const struct zt_alert *alert, FILE *to)
{
	const char *least = alert->trust.at_least ? "at least " : "";

	if (alert->have_transfer) {
		const struct zt_transfer *transfer = &alert->transfer;
		(void)fprintf(to, "%s %s", zt_transfer_kind_name(transfer->kind),
		    zt_verdict_name(transfer->verdict));
		if (transfer->records != 0)
			(void)fprintf(to,
			    ", %s%" PRIu64 " records, %" PRIu64 " names, %" PRIu64
			    " bytes",
			    least, transfer->records, transfer->names, transfer->bytes);
	} else if (alert->window.present) {
		(void)fprintf(to,
		    "%s%" PRIu64 " queries, %" PRIu64 " names in %" PRIu32 " s", least,
		    alert->window.queries, alert->window.names, alert->window.seconds);
	}
	if (alert->tool.name != NULL)
		(void)fprintf(to, ", looks like %s", alert->tool.name);
	if (alert->authorised)
		(void)fputs(" (authorised)", to);
}

static void
print_incident(const struct zt_alert *alert, FILE *to)
{
	char source[ZT_ADDRESS_TEXT_SIZE];
	char zone[ZT_NAME_TEXT_MAX] = "-";

	if (alert->zone.len != 0)
		zone[zt_name_text(alert->zone.wire, alert->zone.len, zone)] = '\0';
	zt_address_text(alert->family, alert->source, source);
	(void)fprintf(
	    to, "%4u  %-20s  %-18s  %-24s  ", alert->risk, source, alert->rule, zone);
	print_amount(alert, to);
	(void)fputc('\n', to);
}

static void
print_incidents(struct zt_summary *summary, FILE *to)
{
	size_t shown =
	    summary->count < ZT_SUMMARY_LINES ? summary->count : ZT_SUMMARY_LINES;

	if (summary->count == 0) {
		(void)fputs("Nobody mapped the network.\n", to);
		return;
	}
	qsort(summary->last, summary->count, sizeof(*summary->last), by_risk);
	(void)fprintf(to, "%zu incident%s, worst first\n\n", summary->count,
	    summary->count == 1 ? "" : "s");
	(void)fprintf(to, "%4s  %-20s  %-18s  %-24s  %s\n", "RISK", "SOURCE", "RULE",
	    "ZONE", "WHAT");
	for (size_t i = 0; i < shown; i++)
		print_incident(&summary->last[i], to);
	if (shown < summary->count)
		(void)fprintf(to, "      ... and %zu more\n", summary->count - shown);
	if (summary->left_out != 0)
		(void)fprintf(to,
		    "      ... and %" PRIu64 " alerts of incidents beyond %d\n",
		    summary->left_out, ZT_SUMMARY_MAX);
}

static void
print_files(const struct zt_source *source, FILE *to)
{
	size_t not_ok = 0;

	for (size_t i = 0; i < source->count; i++)
		not_ok += source->files[i].status != ZT_FILE_OK;
	(void)fprintf(to, "%zu file%s", source->count, source->count == 1 ? "" : "s");
	if (not_ok != 0)
		(void)fprintf(to, " (%zu not read to the end)", not_ok);
	(void)fputs(", ", to);
}

static void
print_health(const struct zt_totals *totals, FILE *to)
{
	if (totals->kernel_drops != 0 || totals->ring_drops != 0)
		(void)fprintf(to,
		    "Lost: %" PRIu64 " packets in the kernel, %" PRIu64
		    " events in the ring; numbers above are minima.\n",
		    totals->kernel_drops, totals->ring_drops);
	if (totals->rejected_packets != 0)
		(void)fprintf(to,
		    "%" PRIu64 " packets could not be read; -s says why.\n",
		    totals->rejected_packets);
	if (totals->rejected_messages != 0)
		(void)fprintf(to,
		    "%" PRIu64 " DNS messages could not be read; -s says why.\n",
		    totals->rejected_messages);
	if (totals->alerts_lost != 0)
		(void)fprintf(to, "%" PRIu64 " alerts could not be written.\n",
		    totals->alerts_lost);
}

/* Words in lines, each line indented. */
static void
print_words(const char *text, FILE *to)
{
	size_t column = 0;

	while (*text != '\0') {
		size_t len = strcspn(text, " ");
		bool fits = column != 0 && column + 1 + len <= TEXT_COLUMNS;
		(void)fprintf(to, "%s%.*s",
		    fits	  ? " "
		    : column == 0 ? "    "
				  : "\n    ",
		    (int)len, text);
		column = fits ? column + 1 + len : len;
		text += len;
		text += strspn(text, " ");
	}
	(void)fputc('\n', to);
}

static void
print_blind_spots(const struct zt_statistics *statistics, FILE *to)
{
	struct zt_health_counters all = { 0 };

	for (size_t i = 0; i < statistics->n_workers; i++)
		zt_vitals_add_worker(
		    &all, &statistics->workers[i], &statistics->feeds[i]);
	zt_vitals_add_engine(&all, statistics->engine);
	for (unsigned i = 0; i < ZT_N_BLIND_SPOTS; i++) {
		const struct zt_health_text *text =
		    zt_health_text((enum zt_blind_spot)i);
		uint64_t count = 0;
		uint64_t of = 0;
		if (!zt_health_applies((enum zt_blind_spot)i, &all, &count, &of))
			continue;
		(void)fprintf(to, "\nBlind spot: %s (%" PRIu64 " of %" PRIu64 ")\n",
		    text->title, count, of);
		print_words(text->meaning, to);
		print_words(text->advice, to);
	}
}

void
zt_summary_print(struct zt_summary *summary, const struct zt_statistics *statistics,
    double seconds, FILE *to)
{
	struct zt_totals totals = zt_statistics_totals(statistics);

	(void)fputc('\n', to);
	print_incidents(summary, to);
	(void)fputc('\n', to);
	if (statistics->source != NULL)
		print_files(statistics->source, to);
	(void)fprintf(to,
	    "%" PRIu64 " packets, %" PRIu64 " DNS messages, %" PRIu64
	    " sources, %.2f s\n",
	    totals.received, totals.messages, statistics->engine->sources_created,
	    seconds);
	print_health(&totals, to);
	print_blind_spots(statistics, to);
}
