/*
 * tld-expansion: somebody looks under which top-level domains a name is registered.
 *
 * Counted are distinct suffixes of one second-level label: example.com, example.net,
 * example.de, and example.co.uk, where the label stands in front of two short labels.
 * A source whose names change all the time needs no count for each: a label is counted
 * once it has come up again and again (a majority vote in the source's own track).
 */
#include "label.h"
#include "sweep.h"

/* Scope of the vote; the others are hashes of labels. */
#define SCOPE_VOTE 0u
/* A label wins the vote when it leads by so many. */
#define LEAD_MIN 4u
#define LEAD_MAX 64u
/* Second levels such as co, com, org, and country codes have at most so many letters.
 */
#define SHORT_LABEL	  4u

#define LEAD(memo)	  ((uint32_t)(memo))
#define CANDIDATE(memo)	  ((uint32_t)((memo) >> 32))
#define VOTE(label, lead) ((uint64_t)(uint32_t)(label) << 32 | (lead))

static bool
is_registrable(const struct zt_event *event)
{
	const uint8_t *name = zt_event_name(event);

	if (event->n_labels == 2)
		return !zt_label_is_underscored(name, event->name_len);
	return event->n_labels == 3 &&
	       name[zt_label_skip(name, event->name_len, 1)] <= SHORT_LABEL &&
	       !zt_label_is_underscored(name, event->name_len);
}

/* Boyer and Moore's vote; @return whether this label leads. */
static bool
vote(struct zt_track *track, uint32_t label)
{
	uint32_t lead = LEAD(track->memo);

	if (lead > 0 && CANDIDATE(track->memo) == label)
		lead += lead < LEAD_MAX;
	else if (lead == 0)
		lead = 1;
	else {
		track->memo = VOTE(CANDIDATE(track->memo), lead - 1);
		return false;
	}
	track->memo = VOTE(label, lead);
	return lead >= LEAD_MIN;
}

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	const uint8_t *name = zt_event_name(event);

	if (event->qclass != ZT_CLASS_IN || !is_registrable(event))
		return;
	/* Never 0, which is the scope of the vote. */
	uint64_t label = zt_judge_hash(judge, name, name[0] + 1u) | 1;
	if (zt_judge_is_question(judge)) {
		uint32_t votes = zt_judge_track(judge, SCOPE_VOTE);
		if (votes == 0 ||
		    !vote(zt_judge_at(judge, votes), (uint32_t)(label >> 32)))
			return;
	}
	struct zt_sweep sweep = {
		.scope = label,
		.title = "One name tried under many top-level domains",
	};
	zt_sweep_count(judge, &sweep);
}

const struct zt_rule zt_rule_tld_expansion = {
	.technique = "T1590.002",
	.tactic = "TA0043",
	.looks = {
		{
			.roles = ZT_ROLE_QUESTION,
			.qclass = ZT_CLASS_IN,
			.labels_max = 3,
		},
		{
			.roles = ZT_ROLE_RESPONSE,
			.qclass = ZT_CLASS_IN,
			.labels_max = 3,
			.needs = ZT_NEED_TRACK,
		},
	},
	.silent_for_monitors = true,
	.on_event = on_event,
};
