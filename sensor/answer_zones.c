/*
 * What the control socket tells of zones: those of the configuration, and those that the
 * traffic has shown.
 */
#include <stdlib.h>
#include <string.h>

#include "../dissect/name.h"
#include "inquiry.h"
#include "ranking.h"

struct zones {
	struct zt_ranking ranking; /* Of struct zt_zonebook_entry. */
	uint64_t learned;
};

_Static_assert(sizeof(struct zt_zonebook_entry) <= ZT_RANKING_BYTES, "fits a ranking");

static bool
see_zone(void *arg, const struct zt_zonebook_entry *entry)
{
	struct zones *zones = arg;

	zones->learned++;
	zt_ranking_offer(&zones->ranking, entry->answers, entry);
	return true;
}

static void
look_at_zones(struct zt_errand *errand, struct zt_engine *engine)
{
	struct zt_inquiry *inquiry = (struct zt_inquiry *)(void *)errand;

	zt_engine_zones(engine, see_zone, inquiry->work);
}

static void
put_name(struct zt_document *document, json_t *row, const uint8_t *wire, size_t len)
{
	char text[ZT_NAME_TEXT_MAX];

	text[zt_name_text(wire, len, text)] = '\0';
	zt_put_text(document, row, "zone", text);
}

static void
put_learned(
    struct zt_document *document, json_t *row, const struct zt_zonebook_entry *entry)
{
	static const struct {
		uint8_t bit;
		const char *name;
	} evidence[] = {
		{ ZT_ZS_TRANSFER, "transfer" },
		{ ZT_ZS_DELEGATION, "delegation" },
		{ ZT_ZS_SERVERS, "servers" },
		{ ZT_ZS_APEX, "apex" },
		{ ZT_ZS_NEGATIVE, "negative" },
	};

	put_name(document, row, entry->name.wire, entry->name.len);
	zt_put_number(document, row, "answers", entry->answers);
	if (entry->has_serial)
		zt_put_number(document, row, "serial", entry->serial);
	else
		zt_put_null(document, row, "serial");
	zt_put_bool(document, row, "configured", entry->is_configured);
	json_t *seen = zt_put_array(document, row, "seen_by");
	for (size_t i = 0; i < sizeof(evidence) / sizeof(evidence[0]); i++)
		if ((entry->sources & evidence[i].bit) != 0)
			zt_append_text(document, seen, evidence[i].name);
}

static void
put_all_learned(struct zt_inquiry *inquiry, const struct zt_ranking *ranking)
{
	struct zt_document *document = &inquiry->document;
	json_t *rows = zt_put_array(document, inquiry->result, "learned");

	for (size_t i = 0; i < ranking->n && !document->failed; i++) {
		struct zt_zonebook_entry entry;
		json_t *row = json_object();
		zt_append(document, rows, row);
		memcpy(&entry, ranking->items[i].record, sizeof(entry));
		if (!document->failed)
			put_learned(document, row, &entry);
	}
}

static void
put_configured(struct zt_inquiry *inquiry, uint64_t limit)
{
	const struct zt_conf_zones *zones = &inquiry->daemon->conf->zones;
	struct zt_document *document = &inquiry->document;
	json_t *rows = zt_put_array(document, inquiry->result, "configured");

	for (size_t i = 0; i < zones->count && i < limit && !document->failed; i++) {
		const struct zt_conf_zone *zone = &zones->items[i];
		json_t *row = json_object();
		zt_append(document, rows, row);
		if (document->failed)
			return;
		put_name(document, row, zone->name.wire, zone->name.len);
		zt_put_number(document, row, "secondaries", zone->secondaries.count);
		zt_put_number(document, row, "tsig_keys", zone->tsig_keys.count);
		zt_put_bool(document, row, "require_tsig", zone->require_tsig);
	}
}

static void
put_zones(struct zt_errand *errand)
{
	struct zt_inquiry *inquiry = (struct zt_inquiry *)(void *)errand;
	struct zones *zones = inquiry->work;
	struct zt_document *document = &inquiry->document;

	zt_put_number(document, inquiry->result, "n_configured",
	    inquiry->daemon->conf->zones.count);
	zt_put_number(document, inquiry->result, "n_learned", zones->learned);
	put_configured(
	    inquiry, zt_request_number(&inquiry->request, "limit", ZT_COMMAND_ROWS));
	zt_ranking_finish(&zones->ranking);
	put_all_learned(inquiry, &zones->ranking);
	inquiry->reply(inquiry);
}

bool
zt_answer_zones(struct zt_inquiry *inquiry)
{
	struct zones *zones = calloc(1, sizeof(*zones));

	inquiry->work = zones;
	if (zones == NULL) {
		inquiry->document.failed = true;
		return true;
	}
	zt_ranking_init(&zones->ranking,
	    zt_request_number(&inquiry->request, "limit", ZT_COMMAND_ROWS),
	    sizeof(struct zt_zonebook_entry));
	inquiry->errand.run = look_at_zones;
	inquiry->errand.done = put_zones;
	zt_errands_post(inquiry->daemon->errands, &inquiry->errand);
	return false;
}
