/*
 * What the control socket tells of incidents and rules, from the board.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../dissect/name.h"
#include "alert_text.h"
#include "board.h"
#include "inquiry.h"

#define NS_PER_S 1e9

static void
put_name(struct zt_document *document, json_t *row, const char *key,
    const struct zt_alert_name *name)
{
	char text[ZT_NAME_TEXT_MAX];

	if (name->len != 0)
		text[zt_name_text(name->wire, name->len, text)] = '\0';
	zt_put_text(document, row, key, name->len != 0 ? text : NULL);
}

static void
put_head(struct zt_document *document, json_t *row, const struct zt_board_entry *entry)
{
	const struct zt_alert *alert = &entry->alert;
	char text[ZT_ADDRESS_TEXT_SIZE];

	zt_put_text(document, row, "id", alert->id);
	zt_put_text(document, row, "state", entry->closed_ns == 0 ? "open" : "closed");
	zt_put_time(document, row, "updated", entry->updated_ns);
	zt_put_number(document, row, "risk", alert->risk);
	zt_put_text(document, row, "rule", alert->rule);
	/* Health incidents have no source. */
	zt_put_text(document, row, "source",
	    alert->family != 0 ? zt_address_text(alert->family, alert->source, text)
			       : NULL);
	put_name(document, row, "zone", &alert->zone);
}

static void
put_server(struct zt_document *document, json_t *row, const struct zt_alert *alert)
{
	char text[ZT_ADDRESS_TEXT_SIZE];

	zt_put_text(document, row, "server",
	    alert->have_server ? zt_address_text(alert->family, alert->server, text)
			       : NULL);
}

static void
put_incident(
    struct zt_document *document, json_t *row, const struct zt_board_entry *entry)
{
	const struct zt_alert *alert = &entry->alert;
	const struct zt_alert_window *window = &alert->window;

	put_head(document, row, entry);
	zt_put_text(document, row, "verdict",
	    alert->have_transfer ? zt_verdict_name(alert->transfer.verdict) : NULL);
	zt_put_number(document, row, "queries", window->present ? window->queries : 0);
	zt_put_number(document, row, "names", window->present ? window->names : 0);
	zt_put_text(document, row, "tool", alert->tool.name);
	zt_put_bool(document, row, "authorised", alert->authorised);
	put_server(document, row, alert);
	zt_put_time(document, row, "opened", entry->opened_ns);
	zt_put_number(document, row, "alerts", entry->n_alerts);
	zt_put_text(document, row, "campaign",
	    alert->campaign[0] != '\0' ? alert->campaign : NULL);
	zt_put_number(document, row, "sequence", entry->sequence);
}

/* Types of what leaked are left to `incident`: a row shall fit a line. */
static void
put_transfer(
    struct zt_document *document, json_t *row, const struct zt_board_entry *entry)
{
	const struct zt_alert *alert = &entry->alert;
	const struct zt_transfer *t = &alert->transfer;
	uint64_t took_ns = t->last_ns > t->started_ns ? t->last_ns - t->started_ns : 0;

	put_head(document, row, entry);
	put_server(document, row, alert);
	zt_put_text(document, row, "kind", zt_transfer_kind_name(t->kind));
	zt_put_text(document, row, "verdict", zt_verdict_name(t->verdict));
	zt_put_number(document, row, "records", t->records);
	zt_put_number(document, row, "names", t->names);
	zt_put_number(document, row, "bytes", t->bytes);
	zt_put_number(document, row, "private_addresses", t->private_addresses);
	zt_put_real(document, row, "seconds", (double)took_ns / NS_PER_S);
	zt_put_bool(document, row, "signed", (t->flags & ZT_TF_TSIG) != 0);
	zt_put_bool(document, row, "authorised", alert->authorised);
	zt_put_number(document, row, "sequence", entry->sequence);
}

static bool
make_filter(struct zt_inquiry *inquiry, struct zt_board_filter *filter)
{
	const struct zt_request *request = &inquiry->request;
	struct zt_prefix prefix;

	filter->since = zt_request_number(request, "since", 0);
	filter->before = zt_request_number(request, "before", 0);
	if (zt_inquiry_prefix(inquiry, "source", &prefix)) {
		filter->family = prefix.family;
		filter->bits = prefix.bits;
		memcpy(filter->addr, prefix.addr, sizeof(filter->addr));
	}
	return inquiry->code == NULL;
}

static bool
list_entries(struct zt_inquiry *inquiry, const struct zt_board_filter *filter,
    const char *key,
    void (*put)(
	struct zt_document *document, json_t *row, const struct zt_board_entry *entry))
{
	const struct zt_board *board = inquiry->daemon->states[ZT_PART_BOARD];
	const struct zt_board_counts *counts = zt_board_counts(board);
	const struct zt_board_entry *entry = zt_board_next(board, filter, NULL);
	struct zt_document *document = &inquiry->document;
	uint64_t limit = zt_request_number(&inquiry->request, "limit", ZT_COMMAND_ROWS);
	uint64_t last = 0;
	json_t *rows = zt_put_array(document, inquiry->result, key);

	for (; entry != NULL && limit > 0 && !document->failed; limit--) {
		json_t *row = json_object();
		zt_append(document, rows, row);
		if (!document->failed)
			put(document, row, entry);
		last = entry->sequence;
		entry = zt_board_next(board, filter, entry);
	}
	/* The next page begins before this; null: there is none. */
	if (entry != NULL)
		zt_put_number(document, inquiry->result, "more_before", last);
	else
		zt_put_null(document, inquiry->result, "more_before");
	zt_put_number(document, inquiry->result, "sequence", counts->sequence);
	zt_put_number(document, inquiry->result, "opened", counts->opened);
	zt_put_number(document, inquiry->result, "open", counts->open);
	zt_put_number(document, inquiry->result, "held", counts->held);
	zt_put_number(document, inquiry->result, "forgotten",
	    counts->evicted + counts->evicted_open);
	return true;
}

bool
zt_answer_incidents(struct zt_inquiry *inquiry)
{
	const struct zt_request *request = &inquiry->request;
	struct zt_board_filter filter = {
		.open_only = zt_request_is(request, "open"),
		.rule = zt_request_text(request, "rule"),
		.campaign = zt_request_text(request, "campaign"),
		.min_risk = (uint8_t)zt_request_number(request, "min-risk", 0),
	};

	return !make_filter(inquiry, &filter) ||
	       list_entries(inquiry, &filter, "incidents", put_incident);
}

bool
zt_answer_transfers(struct zt_inquiry *inquiry)
{
	struct zt_board_filter filter = { .transfers_only = true };

	return !make_filter(inquiry, &filter) ||
	       list_entries(inquiry, &filter, "transfers", put_transfer);
}

bool
zt_answer_incident(struct zt_inquiry *inquiry)
{
	const struct zt_board *board = inquiry->daemon->states[ZT_PART_BOARD];
	const char *id = zt_request_text(&inquiry->request, "id");
	const struct zt_board_entry *entry = zt_board_find(board, id);
	struct zt_document *document = &inquiry->document;

	if (entry == NULL) {
		zt_inquiry_fail(inquiry, "not-found",
		    "no incident has this id; the oldest ones are forgotten");
		return true;
	}
	char *line = zt_format_native(&entry->alert, &inquiry->daemon->context);
	json_t *alert = line != NULL ? json_loads(line, 0, NULL) : NULL;
	free(line);
	zt_put_text(document, inquiry->result, "state",
	    entry->closed_ns == 0 ? "open" : "closed");
	zt_put_time(document, inquiry->result, "opened", entry->opened_ns);
	zt_put_time(document, inquiry->result, "closed", entry->closed_ns);
	zt_put_number(document, inquiry->result, "alerts", entry->n_alerts);
	zt_put(document, inquiry->result, "alert", alert);
	return true;
}

static void
put_rule_counts(struct zt_document *document, json_t *row, const char *name,
    const struct zt_board_counts *counts)
{
	uint64_t opened = 0;
	uint64_t open = 0;

	for (size_t i = 0; i < counts->n_rules; i++)
		if (strcmp(counts->rules[i].name, name) == 0) {
			opened = counts->rules[i].opened;
			open = counts->rules[i].open;
		}
	zt_put_number(document, row, "incidents", opened);
	zt_put_number(document, row, "open", open);
}

/* Only the thresholds that the rule has. */
static void
put_thresholds(
    struct zt_document *document, json_t *row, const struct zt_conf_rule *rule)
{
	const struct {
		const char *name;
		uint64_t value;
	} thresholds[] = {
		{ "queries", rule->queries },
		{ "names", rule->names },
		{ "names_slow", rule->names_slow },
		{ "types", rule->types },
		{ "sources", rule->sources },
		{ "servers", rule->servers },
		{ "zones", rule->zones },
		{ "selectors", rule->selectors },
		{ "steps", rule->steps },
		{ "intervals", rule->intervals },
	};
	json_t *object = zt_put_object(document, row, "thresholds");

	for (size_t i = 0; i < sizeof(thresholds) / sizeof(thresholds[0]); i++)
		if (thresholds[i].value != 0)
			zt_put_number(
			    document, object, thresholds[i].name, thresholds[i].value);
}

bool
zt_answer_rules(struct zt_inquiry *inquiry)
{
	const struct zt_board *board = inquiry->daemon->states[ZT_PART_BOARD];
	const struct zt_conf *conf = inquiry->daemon->conf;
	struct zt_document *document = &inquiry->document;
	json_t *rows = zt_put_array(document, inquiry->result, "rules");

	for (unsigned i = 0; i < ZT_CONF_N_RULES && !document->failed; i++) {
		const struct zt_conf_rule *rule = &conf->detect.rules[i];
		const char *name = zt_conf_rule_name((enum zt_conf_rule_id)i);
		json_t *row = json_object();
		zt_append(document, rows, row);
		if (document->failed)
			break;
		zt_put_text(document, row, "rule", name);
		zt_put_bool(document, row, "enabled", rule->enabled);
		zt_put_number(document, row, "risk", rule->risk);
		zt_put_real(
		    document, row, "window_s", (double)rule->window_ns / NS_PER_S);
		put_rule_counts(document, row, name, zt_board_counts(board));
		put_thresholds(document, row, rule);
	}
	return true;
}
