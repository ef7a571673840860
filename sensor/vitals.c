#include "vitals.h"

static uint64_t
outcome(const struct zt_dissect_stats *stats, enum zt_reject reject)
{
	return zt_counted(&stats->outcomes[reject]);
}

static void
add_messages(struct zt_health_counters *c, const struct zt_dissect_stats *stats)
{
	uint64_t tcp = zt_counted(&stats->queries[ZT_STATS_TCP]) +
		       zt_counted(&stats->responses[ZT_STATS_TCP]);

	for (unsigned i = 0; i < ZT_N_STATS_TRANSPORTS; i++) {
		c->queries += zt_counted(&stats->queries[i]);
		c->responses += zt_counted(&stats->responses[i]);
	}
	c->tcp_messages += tcp;
	c->paired += zt_counted(&stats->exchanges_paired);
	c->tagged_queries += zt_counted(&stats->tagged_queries);
	c->tagged_responses += zt_counted(&stats->tagged_responses);
}

void
zt_vitals_add_worker(struct zt_health_counters *c, const struct zt_worker *worker,
    const struct zt_feed *feed)
{
	const struct zt_dissect_stats *stats = zt_dissect_stats(worker->dissect);

	add_messages(c, stats);
	c->packets += zt_counted(&stats->packets);
	c->truncated += outcome(stats, ZT_R_TRUNCATED_CAPTURE);
	c->duplicates += outcome(stats, ZT_R_DUPLICATE);
	c->undecoded += outcome(stats, ZT_R_TUNNEL_SKIPPED) +
			outcome(stats, ZT_R_VLAN_DEPTH) +
			outcome(stats, ZT_R_UNKNOWN_LINK);
	c->gaps += outcome(stats, ZT_R_TCP_GAP);
	c->given_up +=
	    outcome(stats, ZT_R_FLOW_EVICTED) + outcome(stats, ZT_R_FRAG_EVICTED);
	c->kernel_drops += zt_counted(&feed->kernel_drops);
	c->events += zt_counted(&feed->pushed);
	c->ring_drops += zt_counted(&feed->dropped);
}

void
zt_vitals_add_engine(struct zt_health_counters *c, const struct zt_engine_stats *engine)
{
	c->forgotten += engine->sources_evicted + engine->sources_refused +
			engine->tracks_evicted + engine->tracks_refused;
}
