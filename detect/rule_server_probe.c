/*
 * server-probe: somebody asks a server what software it is and what it is called.
 *
 * Counted are questions of class CHAOS for the names that servers answer about
 * themselves.  One is enough: nothing needs them in the ordinary course of things but
 * monitoring, which `monitors` excuses.
 *
 * Source: RFC 4892 (id.server, hostname.bind), BIND's version.bind and authors.bind,
 * NSD's and Knot's version.server.
 */
#include "judge.h"
#include "label.h"

static const char *const server_names[][2] = {
	{ "version", "bind" },
	{ "version", "server" },
	{ "hostname", "bind" },
	{ "id", "server" },
	{ "authors", "bind" },
};

static bool
is_server_name(const uint8_t *name, size_t len)
{
	size_t second = zt_label_skip(name, len, 1);

	for (size_t i = 0; i < sizeof(server_names) / sizeof(server_names[0]); i++) {
		if (zt_label_is(name, len, server_names[i][0]) &&
		    zt_label_is(name + second, len - second, server_names[i][1]))
			return true;
	}
	return false;
}

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	if (event->qclass != ZT_CLASS_CH)
		return;
	if (event->kind == ZT_EVENT_RESPONSE)
		zt_judge_note_answer(judge, zt_judge_known_track(judge, 0));
	if (!zt_judge_is_question(judge) || event->n_labels != 2 ||
	    !is_server_name(zt_event_name(event), event->name_len))
		return;
	struct zt_limit keep = { zt_judge_threshold(judge, judge->params->queries),
		judge->params->window_ns };
	uint32_t track = zt_judge_track(judge, 0);

	zt_judge_note_query(judge, track, &keep);
	zt_judge_note_name(judge, track, &keep);
	struct zt_finding finding = {
		.title = "Server software and identity probed",
		.risk = judge->params->risk,
		.confidence = zt_judge_confidence(judge, track),
		.span_ns = judge->params->window_ns,
	};
	if (zt_judge_queries_exceed(judge, track, &keep))
		zt_judge_report(judge, track, &finding);
}

const struct zt_rule zt_rule_server_probe = {
	.technique = "T1590.002",
	.tactic = "TA0043",
	.looks = {
		{
			.roles = ZT_ROLE_QUESTION,
			.qclass = ZT_CLASS_CH,
			.labels_max = 2,
		},
		{
			.roles = ZT_ROLE_RESPONSE,
			.qclass = ZT_CLASS_CH,
			.needs = ZT_NEED_TRACK,
		},
	},
	.at_once = true,
	.silent_for_monitors = true,
	.on_event = on_event,
};
