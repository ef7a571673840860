/*
 * server-sweep: one source looks for name servers and open resolvers.
 *
 * Counted are distinct server addresses that a source asks, whatever the name, within
 * the window.  Only questions that want recursion (RD=1) or are of class CHAOS count:
 * recursive servers ask many servers by nature, and they ask with RD=0.
 *
 * A client with two or three servers needs no track: changes of the server are counted
 * in the entry of the source, and servers are told apart only after a few of them.
 */
#include "judge.h"

/* So many changes of server are ordinary. */
#define CHANGES_ORDINARY 4u

/* Whether the source has asked more servers by turns than ordinary clients have. */
static bool
keeps_changing(struct zt_judge *judge, uint64_t server)
{
	struct zt_source *source = zt_judge_source(judge);
	uint16_t mark = (uint16_t)server;

	if (source->server_mark == mark)
		return source->server_changes > CHANGES_ORDINARY;
	source->server_mark = mark;
	if (source->server_changes <= CHANGES_ORDINARY)
		source->server_changes++;
	return source->server_changes > CHANGES_ORDINARY;
}

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	bool wants_recursion = (event->dns_flags & ZT_DNS_RD) != 0;

	if (!zt_judge_is_question(judge) ||
	    (!wants_recursion && event->qclass != ZT_CLASS_CH))
		return;
	uint64_t server = zt_judge_server(judge);
	if (!keeps_changing(judge, server))
		return;
	struct zt_limit servers = { zt_judge_threshold(judge, judge->params->servers),
		judge->params->window_ns };
	uint32_t track = zt_judge_track(judge, 0);

	zt_judge_note_query(judge, track, &servers);
	zt_judge_note_name(judge, track, &servers);
	zt_judge_note_key(judge, track, server, &servers);
	if (!zt_judge_keys_exceed(judge, track, &servers))
		return;
	struct zt_finding finding = {
		.title = "Many servers asked by one source",
		.risk = judge->params->risk,
		.confidence = zt_judge_confidence(judge, track),
		.span_ns = judge->params->window_ns,
	};
	zt_judge_report(judge, track, &finding);
}

const struct zt_rule zt_rule_server_sweep = {
	.technique = "T1590.002",
	.tactic = "TA0043",
	.looks = {
		{
			.roles = ZT_ROLE_ASKED,
			.flags_of = ZT_DNS_RD,
			.flags = ZT_DNS_RD,
		},
		{
			.roles = ZT_ROLE_ASKED,
			.qclass = ZT_CLASS_CH,
		},
	},
	.silent_for_monitors = true,
	.on_event = on_event,
};
