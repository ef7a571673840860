/*
 * recon-tool-process: a program that maps networks was started on this machine, joined
 * with what the machine then asked (starts.h).
 *
 * One incident for each tool and address.  It opens with the first question that fits
 * the tool, under the address that asked; or, when the tool has ended or been there for
 * a while without one, under the address that stands for the machine, and says that
 * nothing was seen on the wire.  A transfer goes with its verdict.
 *
 * Programs that were made for mapping, and those that ask for a copy of a zone, have the
 * risk of the setting.  dig, host and nslookup asking for MX and the like are everyday
 * work as well: half of it.
 *
 * Confidence is low while nothing was seen, and medium with questions: time and address
 * join the two, nothing better.
 */
#include <string.h>

#include "judge.h"
#include "recon_tools.h"

/* What a track remembers in its memo: starts in the low half, and above them how far it
 * has come on the wire. */
#define STARTS_MASK UINT64_C(0xffffffff)
#define STAGE_SHIFT 32

/* Stages; a transfer adds its verdict (enum zt_transfer_verdict). */
enum stage {
	STAGE_SILENT = 0,
	STAGE_ASKED,
	STAGE_TRANSFER,
};

static uint64_t
scope_of(const struct zt_judge *judge, const struct zt_start *start)
{
	const char *name = zt_recon_tool_name(start->process.tool);

	return zt_judge_hash(judge, (const uint8_t *)name, strlen(name));
}

/* The track of a tool at the source; what it remembers ends with its incident. */
static uint32_t
track_of(struct zt_judge *judge, const struct zt_start *start)
{
	uint32_t handle = zt_judge_track(judge, scope_of(judge, start));

	if (handle != 0 && zt_judge_at(judge, handle)->incident == 0)
		zt_judge_at(judge, handle)->memo = 0;
	return handle;
}

/* @return the stage of the track now: it only rises. */
static uint8_t
raise(struct zt_judge *judge, uint32_t handle, struct zt_start *start, uint8_t stage)
{
	struct zt_track *track = zt_judge_at(judge, handle);
	uint64_t starts = track->memo & STARTS_MASK;
	uint64_t before = track->memo >> STAGE_SHIFT;

	if ((!start->is_counted || starts == 0) && starts < STARTS_MASK)
		starts++;
	start->is_counted = true;
	if (stage > before)
		before = stage;
	track->memo = before << STAGE_SHIFT | starts;
	return (uint8_t)before;
}

static const char *
title_of(uint8_t stage)
{
	if (stage >= STAGE_TRANSFER)
		return "Tool started on this machine asked for a zone transfer";
	return stage == STAGE_SILENT
		   ? "DNS reconnaissance tool started, nothing seen on the wire"
		   : "DNS reconnaissance tool started and asking";
}

static void
report(struct zt_judge *judge, uint32_t handle, struct zt_start *start, uint8_t stage)
{
	const struct zt_event *event = judge->event;
	const struct zt_recon_match match = { start->process.tool,
		start->process.clue };
	const struct zt_transfer *transfer =
	    event->kind == ZT_EVENT_TRANSFER ? zt_event_transfer(event) : NULL;

	if (handle == 0)
		return;
	uint8_t reached = raise(judge, handle, start, stage);
	bool is_best = transfer != NULL && stage == reached;
	uint64_t starts = zt_judge_at(judge, handle)->memo & STARTS_MASK;
	start->process.starts = (uint32_t)starts;
	struct zt_finding finding = {
		.title = title_of(reached),
		.zone = is_best ? zt_event_name(event) : NULL,
		.zone_len = is_best ? event->name_len : 0,
		.transfer = is_best ? transfer : NULL,
		.process = &start->process,
		.magnitude = reached == STAGE_SILENT ? starts : 0,
		.span_ns = judge->params->window_ns,
		.confidence = reached == STAGE_SILENT ? ZT_LEVEL_LOW : ZT_LEVEL_MEDIUM,
		.risk = zt_recon_is_grave(&match) ? judge->params->risk
						  : judge->params->risk / 2,
		.verdict = reached,
	};
	zt_judge_report(judge, handle, &finding);
}

static void
on_process(struct zt_judge *judge, const struct zt_event *event)
{
	const struct zt_process *process = zt_event_process(event);

	if (process->phase == ZT_PROCESS_STARTED) {
		zt_starts_begin(judge->starts, event, judge->now_ns);
		return;
	}
	struct zt_start *start = zt_starts_find(judge->starts, process->id);
	if (start == NULL)
		return;
	if (process->phase == ZT_PROCESS_ENDED) {
		start->ended_ts_ns = event->ts_ns;
		return;
	}
	if (!start->is_on_wire && !start->is_counted)
		report(judge, track_of(judge, start), start, STAGE_SILENT);
	if (process->phase == ZT_PROCESS_PASSED)
		zt_starts_end(judge->starts, start);
}

static void
on_question(struct zt_judge *judge, struct zt_start *start)
{
	const struct zt_limit keep = { 0, judge->params->window_ns };
	uint32_t handle = track_of(judge, start);

	start->is_on_wire = true;
	zt_judge_note_query(judge, handle, &keep);
	zt_judge_note_name(judge, handle, &keep);
	report(judge, handle, start, STAGE_ASKED);
}

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	if (event->kind == ZT_EVENT_PROCESS) {
		on_process(judge, event);
		return;
	}
	struct zt_start *start =
	    zt_starts_of(judge->starts, event, judge->now_ns, judge->params->window_ns);
	if (start == NULL)
		return;
	if (event->kind == ZT_EVENT_RESPONSE)
		zt_judge_note_answer(
		    judge, zt_judge_known_track(judge, scope_of(judge, start)));
	if (zt_judge_is_question(judge))
		on_question(judge, start);
	if (event->kind != ZT_EVENT_TRANSFER)
		return;
	start->is_on_wire = true;
	report(judge, track_of(judge, start), start,
	    (uint8_t)(STAGE_TRANSFER + zt_event_transfer(event)->verdict));
}

const struct zt_rule zt_rule_recon_tool_process = {
	.technique = "T1590.002",
	.tactic = "TA0043",
	.looks = {
		{ .roles = ZT_ROLE_PROCESS | ZT_ROLE_QUESTION | ZT_ROLE_TRANSFER },
		{ .roles = ZT_ROLE_RESPONSE, .needs = ZT_NEED_TRACK },
	},
	.silent_for_monitors = true,
	.on_event = on_event,
	.judges_inside = true,
};
