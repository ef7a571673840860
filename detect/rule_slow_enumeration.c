/*
 * slow-enumeration: somebody maps a zone at a pace that no burst rule sees.
 *
 * Over a day, per source:
 *   more than `names` distinct guesses (guess.h) under one zone, or
 *   more than `types` distinct pairs of name and type out of `record_types`, over all
 *   zones,
 * which came over at least `pace` of time.  Pairs are counted, not questions, because
 * what only repeats (a monitor) learns nothing new.
 */
#include "guess.h"

/* Scope of the pairs; a zone's hash is never looked for there. */
#define SCOPE_TYPES 0u

/* memo: when the track began to count; it starts again after a silence of a window. */
static bool
is_slow(struct zt_judge *judge, uint32_t track)
{
	uint64_t began_ns = zt_judge_at(judge, track)->memo;

	return judge->now_ns - began_ns >= judge->params->pace_ns;
}

static uint32_t
open_track(struct zt_judge *judge, uint64_t scope)
{
	uint32_t track = zt_judge_track(judge, scope);

	if (track != 0 && zt_judge_at(judge, track)->memo == 0)
		zt_judge_at(judge, track)->memo = judge->now_ns;
	return track;
}

static struct zt_finding
finding_of(struct zt_judge *judge, uint32_t track, const char *title)
{
	struct zt_finding finding = {
		.title = title,
		.risk = judge->params->risk,
		.confidence = zt_judge_confidence(judge, track),
		.span_ns = judge->params->window_ns,
	};

	return finding;
}

static void
judge_guess(struct zt_judge *judge, const struct zt_guess *guess)
{
	struct zt_limit names = { zt_judge_threshold(judge, judge->params->names),
		judge->params->window_ns };
	uint32_t track = open_track(judge, guess->scope);

	zt_judge_note_query(judge, track, &names);
	zt_judge_note_name(judge, track, &names);
	zt_judge_note_answer(judge, track);
	if (!zt_judge_names_exceed(judge, track, &names) || !is_slow(judge, track))
		return;
	struct zt_finding finding =
	    finding_of(judge, track, "Names of a zone guessed slowly");
	finding.zone = guess->zone;
	finding.zone_len = guess->zone_len;
	zt_judge_report(judge, track, &finding);
}

static void
judge_type(struct zt_judge *judge, const struct zt_event *event)
{
	struct zt_limit pairs = { zt_judge_threshold(judge, judge->params->types),
		judge->params->window_ns };
	uint32_t track = open_track(judge, SCOPE_TYPES);

	zt_judge_note_query(judge, track, &pairs);
	zt_judge_note_name(judge, track, &pairs);
	zt_judge_note_key(
	    judge, track, zt_hash_mix(event->name_hash, event->qtype), &pairs);
	if (!zt_judge_keys_exceed(judge, track, &pairs) || !is_slow(judge, track))
		return;
	struct zt_finding finding =
	    finding_of(judge, track, "DNS records enumerated slowly");
	zt_judge_report(judge, track, &finding);
}

/* What is found counts for nothing, but it is what the adversary learned. */
static void
note_learned(struct zt_judge *judge, const struct zt_event *event)
{
	if (zt_judge_is_answer(judge) && zt_judge_has_type(judge, event->qtype))
		zt_judge_note_learned(judge, zt_judge_known_track(judge, SCOPE_TYPES));
	zt_guess_note_found(judge);
}

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	struct zt_guess guess;

	if (event->qclass != ZT_CLASS_IN)
		return;
	if (zt_judge_source(judge)->n_incidents > 0)
		note_learned(judge, event);
	if (zt_judge_is_question(judge) && zt_judge_has_type(judge, event->qtype) &&
	    !zt_judge_is_secondary(judge, zt_judge_zone(judge)))
		judge_type(judge, event);
	if (event->rcode == ZT_RCODE_NXDOMAIN && zt_guess_read(judge, &guess) &&
	    guess.is_miss)
		judge_guess(judge, &guess);
}

const struct zt_rule zt_rule_slow_enumeration = {
	.technique = "T1590.002",
	.tactic = "TA0043",
	.looks = {
		{
			.roles = ZT_ROLE_ANSWER,
			.qclass = ZT_CLASS_IN,
			.needs = ZT_NEED_INCIDENT,
		},
		{
			.roles = ZT_ROLE_QUESTION,
			.qclass = ZT_CLASS_IN,
			.own_types = true,
		},
		{
			.roles = ZT_ROLE_ANSWER,
			.qclass = ZT_CLASS_IN,
			.rcode = ZT_LOOK_NXDOMAIN,
		},
	},
	.silent_for_monitors = true,
	.on_event = on_event,
};
