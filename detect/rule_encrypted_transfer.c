/*
 * encrypted-transfer: a connection of DNS over TLS that looks like a zone transfer.
 *
 * RFC 9103 carries transfers over TLS; a tap sees how much went which way, and when, no
 * more.  A DNS message has at most 65,535 bytes, and clients ask in turns: where a server
 * sends more than that at a stretch to somebody who said little and in few turns, one
 * answer had many messages, as only transfers have.  Where the server had sent the client
 * a NOTIFY within the hour, half the size of the zone is enough, if it is known from a
 * transfer that could be read; else 4 KiB.  Without a NOTIFY, a stretch of 16 KiB or more
 * is enough that is about the size of a zone which that server was seen to send in the
 * clear, to whomever.
 *
 * Secondaries of any configured zone are let pass: which zone it was cannot be seen.
 * Confidence is always low.
 */
#include "judge.h"

#define TURNS_MAX 8u
/* What the client says is little against what it gets. */
#define RATIO	       8u
#define NOTIFIED_BYTES 4096u
/* Fewer are as well many answers for one who keeps the connection. */
#define SIZED_BYTES 16384u

/* The least stretch of the server that is told.
 *
 * @param zone  the one of the NOTIFY, or without one the one of about that size. */
static uint64_t
threshold_of(const struct zt_judge *judge, bool is_notified,
    const struct zt_zonebook_entry *zone)
{
	uint64_t least = NOTIFIED_BYTES;

	if (!is_notified)
		return zone != NULL && judge->params->bytes > SIZED_BYTES
			   ? SIZED_BYTES
			   : judge->params->bytes;
	if (zone != NULL && zone->bytes / 2 > least)
		least = zone->bytes / 2;
	return least < judge->params->bytes ? least : judge->params->bytes;
}

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	const struct zt_sealed *sealed = zt_event_sealed(event);
	uint64_t zone_hash = 0;
	bool is_notified = zt_choreography_notified(
	    judge->choreography, event, judge->now_ns, &zone_hash);
	const struct zt_zonebook_entry *zone =
	    is_notified
		? zt_zonebook_by_hash(judge->zonebook, zone_hash)
		: zt_zonebook_by_size(judge->zonebook, event, sealed->longest_run);

	if (sealed->longest_run < threshold_of(judge, is_notified, zone) ||
	    sealed->turns > TURNS_MAX ||
	    (!is_notified && sealed->longest_run < RATIO * sealed->to_server))
		return;
	if (zt_zones_list_secondary(judge->zones, event->family, event->client)) {
		judge->stats->policy_secondary++;
		return;
	}
	struct zt_finding finding = {
		.title = zone != NULL && !is_notified
			     ? "Probable encrypted zone transfer, about the size of "
			       "the zone"
			     : "Probable encrypted zone transfer",
		.zone = zone != NULL ? zone->name.wire : NULL,
		.zone_len = zone != NULL ? zone->name.len : 0,
		.sealed = sealed,
		.magnitude = sealed->longest_run,
		.confidence = ZT_LEVEL_LOW,
		.risk = judge->params->risk,
	};
	zt_judge_report(judge, zt_judge_track(judge, zt_judge_server(judge)), &finding);
}

const struct zt_rule zt_rule_encrypted_transfer = {
	.technique = "T1590.002",
	.tactic = "TA0043",
	.looks = {
		{ .roles = ZT_ROLE_SEALED },
	},
	.on_event = on_event,
};
