/*
 * name-bruteforce: somebody tries names of a zone from a list.
 *
 * Counted are distinct guesses (guess.h) under one zone.  More than `names` of them
 * within `window` fire, or more than `names_slow` within `window_slow`; and, as the
 * paced form of the same thing, what slow-enumeration sees in a day.  A source that
 * takes part in a distributed enumeration of the zone needs only a few.
 *
 * Resolvers of many people ask for many names, but most of what people ask for exists:
 * at least a quarter of the answers about the zone have to be misses.
 *
 * A wildcard (RFC 4592) answers every guess with the same data.  Where one answer keeps
 * coming for names that keep changing, those names are guesses as well.
 */
#include "guess.h"
#include "label.h"

/* At least one miss in so many answers. */
#define MISS_SHARE 4u
/* Equal answers in a row, with changing names, before names are looked at. */
#define RUN_ORDINARY 8u
/* Guesses that make a source one of many in a distributed enumeration. */
#define PARTICIPANT_NAMES 8u

/* memo of a track: answers in the upper half, misses in the lower. */
#define ANSWERS(memo) ((uint32_t)((memo) >> 32))
#define MISSES(memo)  ((uint32_t)(memo))

static void
count_share(uint64_t *memo, bool is_miss)
{
	uint32_t answers = ANSWERS(*memo) + 1, misses = MISSES(*memo) + is_miss;

	if (answers > UINT32_MAX / 2) {
		answers /= 2;
		misses /= 2;
	}
	*memo = (uint64_t)answers << 32 | misses;
}

static bool
is_mostly_found(uint64_t memo)
{
	return MISSES(memo) < ANSWERS(memo) / MISS_SHARE;
}

/* Whether the zone is being enumerated from many sources at this time. */
static bool
is_participant(struct zt_judge *judge, uint64_t scope, uint32_t track)
{
	uint32_t shared =
	    zt_judge_other_track(judge, ZT_RULE_distributed_enumeration, scope, true);

	return shared != 0 && zt_judge_at(judge, shared)->memo >= judge->now_ns &&
	       zt_judge_names_within(judge, track, judge->params->window_slow_ns) >=
		   PARTICIPANT_NAMES;
}

/* Whether the same source is mapping the zone at a slow pace. */
static bool
is_paced(struct zt_judge *judge, uint64_t scope)
{
	uint32_t track =
	    zt_judge_other_track(judge, ZT_RULE_slow_enumeration, scope, false);

	return track != 0 && zt_judge_at(judge, track)->incident != 0;
}

static void
judge_miss(struct zt_judge *judge, uint32_t track, const struct zt_guess *guess)
{
	const struct zt_rule_params *params = judge->params;
	struct zt_limit fast = { zt_judge_threshold(judge, params->names),
		params->window_ns };
	struct zt_limit slow = { zt_judge_threshold(judge, params->names_slow),
		params->window_slow_ns };

	zt_judge_note_query(judge, track, &slow);
	zt_judge_note_name(judge, track, &slow);
	struct zt_finding finding = {
		.title = "Names of a zone guessed from a list",
		.zone = guess->zone,
		.zone_len = guess->zone_len,
		.risk = params->risk,
		.confidence = zt_judge_confidence(judge, track),
		.span_ns = params->window_ns,
	};
	if (zt_judge_names_exceed(judge, track, &fast)) {
		zt_judge_report(judge, track, &finding);
		return;
	}
	finding.span_ns = params->window_slow_ns;
	if (zt_judge_names_exceed(judge, track, &slow) ||
	    is_participant(judge, guess->scope, track) || is_paced(judge, guess->scope))
		zt_judge_report(judge, track, &finding);
}

/* Majority vote over the answers of a source: only an answer that keeps coming for
 * changing names lasts.  @return whether it has. */
static bool
is_running(struct zt_judge *judge, const struct zt_event *event)
{
	struct zt_source *source = zt_judge_source(judge);
	uint32_t mark = (uint32_t)event->answer_hash;

	if (source->answer_mark == mark) {
		source->answer_run =
		    (uint8_t)(source->answer_run < UINT8_MAX ? source->answer_run + 1
							     : UINT8_MAX);
	} else if (source->answer_run == 0) {
		source->answer_mark = mark;
	} else {
		source->answer_run--;
	}
	return source->answer_mark == mark && source->answer_run > RUN_ORDINARY;
}

/* A name that exists with the data that all others have: a wildcard's. */
static void
judge_wildcard(struct zt_judge *judge, const struct zt_event *event)
{
	const uint8_t *name = zt_event_name(event);
	size_t at = zt_label_skip(name, event->name_len, 1);

	if (event->qtype != ZT_RR_A || event->qclass != ZT_CLASS_IN ||
	    event->rcode != ZT_RCODE_NOERROR || event->answer_hash == 0 ||
	    event->n_labels < 2 || !zt_judge_is_answer(judge) ||
	    !is_running(judge, event))
		return;
	struct zt_guess guess = {
		.zone = name + at,
		.zone_len = (uint8_t)(event->name_len - at),
		.is_miss = true,
	};
	guess.scope = zt_hash_mix(
	    zt_judge_hash(judge, guess.zone, guess.zone_len), event->answer_hash);
	uint32_t track = zt_judge_track(judge, guess.scope);
	zt_judge_note_answer(judge, track);
	judge_miss(judge, track, &guess);
}

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	struct zt_guess guess;

	if (event->rcode == ZT_RCODE_NOERROR)
		judge_wildcard(judge, event);
	if (!zt_guess_read(judge, &guess)) {
		zt_guess_note_found(judge);
		return;
	}
	uint32_t track = guess.is_miss ? zt_judge_track(judge, guess.scope)
				       : zt_judge_known_track(judge, guess.scope);
	if (track == 0) {
		/* A name that exists, in a zone that nobody guesses at: perhaps below
		 * one that somebody does. */
		zt_guess_note_found(judge);
		return;
	}
	zt_judge_note_answer(judge, track);
	count_share(&zt_judge_at(judge, track)->memo, guess.is_miss);
	if (guess.is_miss && !is_mostly_found(zt_judge_at(judge, track)->memo))
		judge_miss(judge, track, &guess);
}

const struct zt_rule zt_rule_name_bruteforce = {
	.technique = "T1590.002",
	.tactic = "TA0043",
	.looks = {
		{
			.roles = ZT_ROLE_ANSWER,
			.qclass = ZT_CLASS_IN,
			.rcode = ZT_LOOK_NXDOMAIN,
		},
		/* What a wildcard says. */
		{
			.roles = ZT_ROLE_ANSWER,
			.qclass = ZT_CLASS_IN,
			.rcode = ZT_LOOK_NOERROR,
			.types = { ZT_RR_A },
			.needs = ZT_NEED_DATA,
		},
		/* What was found, where there were guesses. */
		{
			.roles = ZT_ROLE_ANSWER,
			.qclass = ZT_CLASS_IN,
			.rcode = ZT_LOOK_NOERROR,
			.needs = ZT_NEED_TRACK,
		},
		{
			.roles = ZT_ROLE_ANSWER,
			.qclass = ZT_CLASS_IN,
			.needs = ZT_NEED_INCIDENT,
		},
	},
	.silent_for_monitors = true,
	.on_event = on_event,
};
