#include "totals.h"

void
zt_totals_put_alerts(struct zt_document *document, json_t *parent,
    const struct zt_statistics *statistics)
{
	const struct zt_totals totals = zt_statistics_totals(statistics);
	const struct zt_sink_counts *counts = &statistics->alerts;
	json_t *alerts = zt_put_object(document, parent, "alerts");

	zt_put_number(document, alerts, "raised", totals.alerts_raised);
	zt_put_number(document, alerts, "about_sensor", statistics->alerts_own);
	zt_put_number(document, alerts, "recovered", counts->recovered);
	zt_put_number(document, alerts, "written", counts->written);
	zt_put_number(document, alerts, "merged", counts->merged);
	zt_put_number(document, alerts, "queued", counts->queued + counts->spooled);
	zt_put_number(document, alerts, "skipped", counts->skipped);
	zt_put_number(document, alerts, "lost", totals.alerts_lost);
}

json_t *
zt_totals_put(
    struct zt_document *document, json_t *root, const struct zt_statistics *statistics)
{
	const struct zt_totals totals = zt_statistics_totals(statistics);
	json_t *object = zt_put_object(document, root, "totals");

	zt_put_number(document, object, "packets", totals.received);
	zt_put_number(document, object, "bytes", totals.bytes);
	zt_put_number(document, object, "messages", totals.messages);
	zt_put_number(document, object, "events", totals.events);
	zt_put_number(document, object, "kernel_drops", totals.kernel_drops);
	zt_put_number(document, object, "ring_drops", totals.ring_drops);
	zt_put_number(document, object, "packets_rejected", totals.rejected_packets);
	zt_put_number(document, object, "messages_rejected", totals.rejected_messages);
	return object;
}
