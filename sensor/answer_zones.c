/*
 * What the control socket tells of zones.
 */
#include <string.h>

#include "../dissect/name.h"
#include "inquiry.h"

static void
put_zone(struct zt_document *document, json_t *row, const struct zt_conf_zone *zone)
{
	char text[ZT_NAME_TEXT_MAX];

	text[zt_name_text(zone->name.wire, zone->name.len, text)] = '\0';
	zt_put_text(document, row, "zone", text);
	zt_put_text(document, row, "known", "configured");
	zt_put_number(document, row, "secondaries", zone->secondaries.count);
	zt_put_number(document, row, "tsig_keys", zone->tsig_keys.count);
	zt_put_bool(document, row, "require_tsig", zone->require_tsig);
}

bool
zt_answer_zones(struct zt_inquiry *inquiry)
{
	const struct zt_conf_zones *zones = &inquiry->daemon->conf->zones;
	uint64_t limit = zt_request_number(&inquiry->request, "limit", ZT_COMMAND_ROWS);
	struct zt_document *document = &inquiry->document;
	json_t *rows = zt_put_array(document, inquiry->result, "zones");

	for (size_t i = 0; i < zones->count && i < limit && !document->failed; i++) {
		json_t *row = json_object();
		zt_append(document, rows, row);
		if (!document->failed)
			put_zone(document, row, &zones->items[i]);
	}
	zt_put_number(document, inquiry->result, "configured", zones->count);
	return true;
}
