/*
 * nsec-walk: somebody reads a signed zone along its proofs of non-existence.
 *
 * NSEC (RFC 4034): names that follow from NSEC records which the source was shown (see
 * nsec_chain.h) are steps.  More than `steps` distinct ones within `window` fire.
 *
 * NSEC3 (RFC 5155): each record discloses an interval of hashes, to be cracked at
 * leisure.  More than `intervals` distinct ones shown to a source within `window`,
 * while it asked for names that do not exist, fire.
 *
 * Resolvers that validate are shown such records too, but what they ask for comes from
 * their clients and follows the chain only by accident.
 */
#include "learned.h"
#include "nsec_chain.h"

/* Names remembered that were disclosed to one source: who walks goes on from the latest,
 * while a resolver comes back to any of them in its own time. */
#define DISCLOSED_MAX 8u
/* NSEC3 intervals have a track of their own beside that of NSEC. */
#define SCOPE_NSEC  0u
#define SCOPE_NSEC3 1u

static void
report(struct zt_judge *judge, uint32_t track, const char *title)
{
	const struct zt_event *event = judge->event;
	size_t at = 0;
	bool is_known = zt_judge_zone_off(judge, &at);
	struct zt_finding finding = {
		.title = title,
		.zone = is_known ? zt_event_name(event) + at : NULL,
		.zone_len = (uint8_t)(is_known ? event->name_len - at : 0),
		.risk = judge->params->risk,
		.confidence = zt_judge_confidence(judge, track),
		.span_ns = judge->params->window_ns,
	};

	zt_judge_report(judge, track, &finding);
}

/* The question is a step when it follows; else it is nothing. */
static void
judge_step(struct zt_judge *judge)
{
	struct zt_limit steps = { zt_judge_threshold(judge, judge->params->steps),
		judge->params->window_ns };

	if (!zt_nsec_chain_follows(judge))
		return;
	uint32_t track = zt_judge_track(judge, SCOPE_NSEC);
	zt_judge_note_query(judge, track, &steps);
	zt_judge_note_name(judge, track, &steps);
	if (zt_judge_names_exceed(judge, track, &steps))
		report(judge, track, "Signed zone walked along NSEC");
}

/* The last record of a zone leads back to its apex, which discloses nothing. */
static uint64_t
hash_of_apex(const struct zt_judge *judge)
{
	const struct zt_event *event = judge->event;
	const uint8_t *name = zt_event_name(event);
	size_t at;

	if (!zt_judge_zone_off(judge, &at) || at >= event->name_len)
		return 0;
	return zt_judge_hash(judge, name + at, event->name_len - at);
}

/* Only what comes next is new: the owner is what was asked for, or lies before it. */
static void
learn_names(struct zt_judge *judge, const struct zt_nsec *nsec, unsigned n)
{
	struct zt_limit keep = { DISCLOSED_MAX, judge->params->window_ns };
	uint32_t track = zt_judge_track(judge, SCOPE_NSEC);
	uint64_t apex = hash_of_apex(judge);

	for (unsigned i = 0; i < n; i++) {
		if (nsec[i].next != apex)
			zt_judge_note_key(judge, track, nsec[i].next, &keep);
	}
	zt_judge_note_answer(judge, track);
}

/* How much of the ring of hashes this record covers, for the alert (learned.h).  Must
 * come before the record is noted: only new ones count. */
static void
measure(struct zt_judge *judge, uint32_t track, const struct zt_nsec *nsec)
{
	if (track == 0 ||
	    zt_judge_knows_key(judge, track, nsec->owner, judge->params->window_ns))
		return;
	struct zt_track *memory = zt_judge_at(judge, track);
	memory->memo = zt_learned_measure(memory->memo, nsec);
}

static void
judge_harvest(struct zt_judge *judge, const struct zt_nsec *nsec, unsigned n)
{
	struct zt_limit intervals = { zt_judge_threshold(
					  judge, judge->params->intervals),
		judge->params->window_ns };
	uint32_t track = zt_judge_track(judge, SCOPE_NSEC3);

	for (unsigned i = 0; i < n; i++) {
		measure(judge, track, &nsec[i]);
		zt_judge_note_key(judge, track, nsec[i].owner, &intervals);
	}
	zt_judge_note_query(judge, track, &intervals);
	zt_judge_note_name(judge, track, &intervals);
	zt_judge_note_answer(judge, track);
	if (zt_judge_keys_exceed(judge, track, &intervals) &&
	    zt_judge_names_exceed(judge, track, &intervals))
		report(judge, track, "NSEC3 hashes of a signed zone collected");
}

/* Referrals, and answers that a delegation has no DS, show the neighbours of a delegation
 * to every resolver that passes by. */
static bool
is_about_delegation(const struct zt_event *event)
{
	return (event->flags & ZT_EF_REFERRAL) != 0 ||
	       (event->qtype == ZT_RR_DS && event->rcode == ZT_RCODE_NOERROR);
}

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	if (event->qclass != ZT_CLASS_IN)
		return;
	if (zt_judge_is_question(judge))
		judge_step(judge);
	if (event->n_nsec == 0 || is_about_delegation(event) ||
	    !zt_judge_is_answer(judge))
		return;
	const struct zt_nsec *nsec = zt_event_nsec(event);
	if (nsec[0].type == ZT_RR_NSEC)
		learn_names(judge, nsec, event->n_nsec);
	else if (event->rcode == ZT_RCODE_NXDOMAIN)
		judge_harvest(judge, nsec, event->n_nsec);
}

const struct zt_rule zt_rule_nsec_walk = {
	.technique = "T1590.002",
	.tactic = "TA0043",
	.looks = {
		{
			.roles = ZT_ROLE_QUESTION,
			.qclass = ZT_CLASS_IN,
			.needs = ZT_NEED_TRACK,
		},
		{
			.roles = ZT_ROLE_ANSWER,
			.qclass = ZT_CLASS_IN,
			.needs = ZT_NEED_NSEC,
		},
	},
	.on_event = on_event,
};
