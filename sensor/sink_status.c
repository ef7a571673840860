#include "sink_status.h"

#define NS_PER_S UINT64_C(1000000000)

void
zt_sink_status_put(
    struct zt_document *document, json_t *object, const struct zt_sink_status *status)
{
	const struct zt_sink_counts *counts = &status->counts;

	zt_put_text(document, object, "name", status->name);
	zt_put_text(document, object, "state", status->is_ok ? "ok" : "failing");
	zt_put_time(document, object, "since", status->since_s * NS_PER_S);
	zt_put_number(document, object, "offered", counts->offered);
	zt_put_number(document, object, "skipped", counts->skipped);
	zt_put_number(document, object, "recovered", counts->recovered);
	zt_put_number(document, object, "written", counts->written);
	zt_put_number(document, object, "merged", counts->merged);
	zt_put_number(document, object, "queued", counts->queued);
	zt_put_number(document, object, "spooled", counts->spooled);
	zt_put_number(document, object, "lost", counts->lost);
	zt_put_number(document, object, "retries", counts->retries);
	zt_put_number(document, object, "torn", counts->torn);
	zt_put_number(document, object, "rotations", counts->rotations);
	zt_put_text(
	    document, object, "error", status->error[0] != '\0' ? status->error : NULL);
}
