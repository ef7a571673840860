#include "record.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dissect/hash.h"
#include "../dissect/name.h"
#include "alert_text.h"

struct zt_record {
	_Atomic unsigned references;
	unsigned risk;
	bool is_repeat;
	uint64_t incident;
	size_t len;
	size_t at[ZT_RECORD_N_FIELDS]; /* of the texts in the block */
	char block[];
};

/* Ids of incidents are hashes already; nobody can choose them. */
static const struct zt_hash_key incident_key;

/* Where each text begins.  @return whether there are as many as fields. */
static bool
find_texts(struct zt_record *record)
{
	size_t at = 0;

	for (unsigned i = 0; i < ZT_RECORD_N_FIELDS; i++) {
		const char *end = memchr(record->block + at, '\0', record->len - at);
		if (end == NULL)
			return false;
		record->at[i] = at;
		at = (size_t)(end - record->block) + 1;
	}
	return at == record->len;
}

static struct zt_record *
allocate(size_t len)
{
	struct zt_record *record = malloc(sizeof(*record) + len);

	if (record == NULL)
		return NULL;
	atomic_init(&record->references, 1);
	record->len = len;
	return record;
}

/* What is looked at often, out of the texts. */
static void
derive(struct zt_record *record)
{
	const char *id = zt_record_text(record, ZT_RECORD_ID);

	record->incident = zt_hash(&incident_key, id, strlen(id));
	record->risk =
	    (unsigned)strtoul(zt_record_text(record, ZT_RECORD_RISK), NULL, 10);
	record->is_repeat = strcmp(zt_record_text(record, ZT_RECORD_EVENT),
				zt_alert_event_name(ZT_ALERT_UPDATE)) == 0;
}

struct zt_record *
zt_record_parse(struct zt_record_block block)
{
	struct zt_record *record = allocate(block.len);

	if (record == NULL)
		return NULL;
	memcpy(record->block, block.bytes, block.len);
	if (!find_texts(record)) {
		free(record);
		return NULL;
	}
	derive(record);
	return record;
}

static struct zt_record *
join(const char *const texts[ZT_RECORD_N_FIELDS])
{
	size_t lens[ZT_RECORD_N_FIELDS];
	size_t len = 0;

	for (unsigned i = 0; i < ZT_RECORD_N_FIELDS; i++)
		len += lens[i] = strlen(texts[i]) + 1;
	struct zt_record *record = allocate(len);
	if (record == NULL)
		return NULL;
	char *to = record->block;
	for (unsigned i = 0; i < ZT_RECORD_N_FIELDS; i++) {
		memcpy(to, texts[i], lens[i]);
		record->at[i] = (size_t)(to - record->block);
		to += lens[i];
	}
	derive(record);
	return record;
}

struct zt_record *
zt_record_new(const struct zt_alert *alert, const char *line)
{
	char time[ZT_TIME_TEXT_SIZE];
	char source[ZT_ADDRESS_TEXT_SIZE] = "";
	char server[ZT_ADDRESS_TEXT_SIZE] = "";
	char zone[ZT_NAME_TEXT_MAX] = "";
	char risk[8];

	(void)snprintf(risk, sizeof(risk), "%u", alert->risk);
	if (alert->family != 0) /* the sensor itself has no address */
		zt_address_text(alert->family, alert->source, source);
	if (alert->have_server)
		zt_address_text(alert->family, alert->server, server);
	if (alert->zone.len != 0)
		zone[zt_name_text(alert->zone.wire, alert->zone.len, zone)] = '\0';
	const char *const texts[ZT_RECORD_N_FIELDS] = {
		[ZT_RECORD_TIME] = zt_time_text(alert->ts_ns, time),
		[ZT_RECORD_ID] = alert->id,
		[ZT_RECORD_EVENT] = zt_alert_event_name(alert->event),
		[ZT_RECORD_RULE] = alert->rule,
		[ZT_RECORD_TITLE] = alert->title,
		[ZT_RECORD_RISK] = risk,
		[ZT_RECORD_SEVERITY] = zt_level_name(alert->severity),
		[ZT_RECORD_SOURCE] = source,
		[ZT_RECORD_SERVER] = server,
		[ZT_RECORD_ZONE] = zone,
		[ZT_RECORD_VERDICT] = alert->have_transfer
					  ? zt_verdict_name(alert->transfer.verdict)
					  : "",
		[ZT_RECORD_CAMPAIGN] = alert->campaign,
		[ZT_RECORD_LINE] = line,
	};
	return join(texts);
}

struct zt_record *
zt_record_share(struct zt_record *record)
{
	/* Relaxed: who shares holds a reference already. */
	(void)atomic_fetch_add_explicit(&record->references, 1, memory_order_relaxed);
	return record;
}

void
zt_record_release(struct zt_record *record)
{
	/* Release, so that our reads come before the free; acquire, so that the last
	 * one sees those of all others. */
	if (record != NULL && atomic_fetch_sub_explicit(
				  &record->references, 1, memory_order_acq_rel) == 1)
		free(record);
}

const char *
zt_record_text(const struct zt_record *record, enum zt_record_field field)
{
	return record->block + record->at[field];
}

size_t
zt_record_text_len(const struct zt_record *record, enum zt_record_field field)
{
	size_t end =
	    field + 1 < ZT_RECORD_N_FIELDS ? record->at[field + 1] : record->len;

	return end - record->at[field] - 1;
}

struct zt_record_block
zt_record_block(const struct zt_record *record)
{
	return (struct zt_record_block){ record->block, record->len };
}

uint64_t
zt_record_incident(const struct zt_record *record)
{
	return record->incident;
}

unsigned
zt_record_risk(const struct zt_record *record)
{
	return record->risk;
}

bool
zt_record_is_repeat(const struct zt_record *record)
{
	return record->is_repeat;
}
