#include "starts.h"

#include <string.h>

#include "recon_tools.h"

void
zt_starts_begin(struct zt_starts *starts, const struct zt_event *event, uint64_t now_ns)
{
	if (starts->count == ZT_STARTS_MAX) {
		zt_starts_end(starts, &starts->items[0]);
		starts->evicted++;
	}
	struct zt_start *start = &starts->items[starts->count++];
	*start = (struct zt_start){ .process = *zt_event_process(event),
		.began_ns = now_ns,
		.n_addrs = event->n_addrs };
	if (start->n_addrs > ZT_EVENT_ADDR_MAX)
		start->n_addrs = ZT_EVENT_ADDR_MAX;
	memcpy(start->addrs, zt_event_addrs(event),
	    start->n_addrs * sizeof(start->addrs[0]));
}

struct zt_start *
zt_starts_find(struct zt_starts *starts, uint64_t id)
{
	for (uint32_t i = 0; i < starts->count; i++)
		if (starts->items[i].process.id == id)
			return &starts->items[i];
	return NULL;
}

void
zt_starts_end(struct zt_starts *starts, struct zt_start *start)
{
	size_t at = (size_t)(start - starts->items);

	starts->count--;
	memmove(start, start + 1, (starts->count - at) * sizeof(*start));
}

static bool
has_address(const struct zt_start *start, const struct zt_event *event)
{
	for (unsigned i = 0; i < start->n_addrs; i++)
		if (start->addrs[i].family == event->family &&
		    memcmp(start->addrs[i].addr, event->client,
			sizeof(event->client)) == 0)
			return true;
	return false;
}

struct zt_start *
zt_starts_of(struct zt_starts *starts, const struct zt_event *event, uint64_t now_ns,
    uint64_t span_ns)
{
	/* In the order of their start: the old ones are in front. */
	while (starts->count > 0 && now_ns - starts->items[0].began_ns >= span_ns)
		zt_starts_end(starts, &starts->items[0]);
	for (uint32_t i = starts->count; i-- > 0;) {
		struct zt_start *start = &starts->items[i];
		const struct zt_recon_match match = { start->process.tool,
			start->process.clue };
		bool is_over =
		    start->ended_ts_ns != 0 && event->ts_ns > start->ended_ts_ns;
		/* An answer may come when whoever asked has gone. */
		if (event->ts_ns >= start->process.started_ns &&
		    (!is_over || event->kind == ZT_EVENT_RESPONSE) &&
		    has_address(start, event) && zt_recon_fits(&match, event->qtype))
			return start;
	}
	return NULL;
}
