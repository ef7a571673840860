/*
 * lookalike-sweep: somebody looks which names that resemble ours are registered.
 *
 * Counted are distinct names that look like a configured zone (lookalike.h), per source
 * and zone.  Without configured zones the rule has nothing to compare with and is
 * silent.
 */
#include "label.h"
#include "sweep.h"

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	const uint8_t *name = zt_event_name(event);
	const struct zt_zone_name *zone;

	if (event->qclass != ZT_CLASS_IN || event->n_labels < 2 ||
	    event->n_labels > 3 ||
	    !zt_lookalikes_match(judge->lookalikes, name, event->name_len, &zone))
		return;
	struct zt_sweep sweep = {
		.scope = zt_judge_hash(judge, zone->wire, zone->len),
		.title = "Names that resemble a zone of ours tried",
		.zone = zone->wire,
		.zone_len = zone->len,
	};
	zt_sweep_count(judge, &sweep);
}

const struct zt_rule zt_rule_lookalike_sweep = {
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
	.needs_zones = true,
	.silent_for_monitors = true,
	.on_event = on_event,
};
