#include "sweep.h"

/* The name of the event, in the track of its source. */
static void
count_name(struct zt_judge *judge, const struct zt_sweep *sweep)
{
	struct zt_limit names = { zt_judge_threshold(judge, judge->params->names),
		judge->params->window_ns };
	uint32_t track = zt_judge_track(judge, sweep->scope);

	zt_judge_note_query(judge, track, &names);
	zt_judge_note_name(judge, track, &names);
	if (!zt_judge_names_exceed(judge, track, &names))
		return;
	struct zt_finding finding = {
		.title = sweep->title,
		.zone = sweep->zone,
		.zone_len = sweep->zone_len,
		.risk = judge->params->risk,
		.confidence = zt_judge_confidence(judge, track),
		.span_ns = judge->params->window_ns,
	};
	zt_judge_report(judge, track, &finding);
}

void
zt_sweep_count(struct zt_judge *judge, const struct zt_sweep *sweep)
{
	if (zt_judge_is_question(judge))
		count_name(judge, sweep);
	if (judge->event->kind == ZT_EVENT_RESPONSE)
		zt_judge_note_answer(judge, zt_judge_known_track(judge, sweep->scope));
}
