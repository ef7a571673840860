/*
 * cache-snooping: somebody reads out what a recursive server holds in its cache.
 *
 * Counted are distinct names that a server which offers recursion (RA=1) was asked for
 * without wanting it (RD=0), per source and server.  Recursive servers ask so too, but
 * they ask authoritative servers, which answer with RA=0.
 */
#include "judge.h"

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	if (!zt_judge_is_answer(judge) || event->qclass != ZT_CLASS_IN ||
	    (event->dns_flags & (ZT_DNS_RD | ZT_DNS_RA | ZT_DNS_AA)) != ZT_DNS_RA)
		return;
	struct zt_limit names = { zt_judge_threshold(judge, judge->params->names),
		judge->params->window_ns };
	uint64_t server = zt_judge_server(judge);
	uint32_t track = zt_judge_track(judge, server);

	zt_judge_note_query(judge, track, &names);
	zt_judge_note_name(judge, track, &names);
	zt_judge_note_answer(judge, track);
	struct zt_finding finding = {
		.title = "Cache of a recursive server read out",
		.risk = judge->params->risk,
		.confidence = zt_judge_confidence(judge, track),
		.span_ns = judge->params->window_ns,
	};
	if (zt_judge_names_exceed(judge, track, &names))
		zt_judge_report(judge, track, &finding);
}

const struct zt_rule zt_rule_cache_snooping = {
	.technique = "T1590.002",
	.tactic = "TA0043",
	.looks = {
		{
			.roles = ZT_ROLE_ANSWER,
			.qclass = ZT_CLASS_IN,
			.flags_of = ZT_DNS_RD | ZT_DNS_RA | ZT_DNS_AA,
			.flags = ZT_DNS_RA,
		},
	},
	.silent_for_monitors = true,
	.on_event = on_event,
};
