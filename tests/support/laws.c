#include "laws.h"

#include <stddef.h>

/** Sum of the outcomes of one level. */
static uint64_t
sum_of(const struct zt_dissect_stats *stats, enum zt_reject_level level)
{
	uint64_t sum = 0;

	for (int i = 1; i < ZT_N_REJECTS; i++)
		if (zt_reject_level((enum zt_reject)i) == level)
			sum += zt_counted(&stats->outcomes[i]);
	return sum;
}

static uint64_t
sum_up(const zt_counter *counters, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += zt_counted(&counters[i]);
	return sum;
}

const char *
laws_broken(const struct zt_dissect_stats *stats)
{
	uint64_t queries = sum_up(stats->queries, ZT_N_STATS_TRANSPORTS);
	uint64_t responses = sum_up(stats->responses, ZT_N_STATS_TRANSPORTS);
	uint64_t without_header = zt_counted(&stats->outcomes[ZT_R_SHORT_HEADER]) +
				  zt_counted(&stats->outcomes[ZT_R_BAD_TCP_LEN]);

	if (zt_counted(&stats->packets) != zt_counted(&stats->parsed) +
					       sum_of(stats, ZT_REJECT_PACKET) +
					       sum_of(stats, ZT_REJECT_IGNORED))
		return "packets = parsed + rejected + ignored";
	if (zt_counted(&stats->messages) !=
	    zt_counted(&stats->messages_ok) + sum_of(stats, ZT_REJECT_MESSAGE))
		return "messages = ok + MESSAGE outcomes";
	if (zt_counted(&stats->messages) != queries + responses + without_header)
		return "messages = queries + responses + those without a header";
	if (sum_up(stats->opcodes, 16) != queries)
		return "queries = sum of the opcodes";
	if (sum_up(stats->rcodes, 16) != responses)
		return "responses = sum of the rcodes";
	if (sum_up(stats->types, 65536) > queries)
		return "types are those of queries";
	if (zt_counted(&stats->exchanges_paired) > zt_counted(&stats->events))
		return "a pair makes an event";
	if (zt_counted(&stats->outcomes[0]) != 0)
		return "accepting is no outcome that is counted";
	return NULL;
}

bool
event_has_its_size(const struct zt_event *ev)
{
	const uint8_t *end = (const uint8_t *)(zt_event_addrs(ev) + ev->n_addrs);

	if (ev->flags & ZT_EF_SOA)
		end += sizeof(struct zt_soa);
	if (ev->kind == ZT_EVENT_TRANSFER)
		end += sizeof(struct zt_transfer);
	return ev->size >= sizeof(*ev) && ev->size <= ZT_EVENT_MAX &&
	       ev->size % 8 == 0 && end == (const uint8_t *)ev + ev->size;
}
