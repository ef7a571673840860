/*
 * zone-transfer: AXFR or IXFR asked by somebody who may not have the zone.
 *
 * One incident per source and zone.  Its verdict is the worst that came of any attempt
 * so far: what leaked stays leaked.  Every change of the verdict is told at once; a
 * lesser outcome of a later attempt is told once and changes nothing.
 *
 * Authorised is a source whose address is among the zone's secondaries, unless the zone
 * wants signatures (require_tsig); and one that signs with one of the zone's keys, as
 * long as the server does not object to the signature (RFC 8945 section 5.3) and signs the
 * end of what it sends: one that does not has not looked at the key either.  Where the
 * secret of the key is known, the signatures have to be right: the name of a key proves
 * nothing then, and nobody at all is authorised whose request, or whose answer, is
 * forged.  The zone is the closest configured zone that encloses the name; the root
 * stands for all zones.
 * Monitors are not excused: nobody needs a whole zone to watch it.
 *
 * What led to the transfer is told and weighed (choreography.h): a secondary that the
 * server notified and nobody listed is less than a stranger who just asks.
 *
 * The address of a transfer over UDP may be anybody's; confidence says so.
 */
#include "judge.h"

/* Less for one whom the server told of a change, and one who asked for the SOA record as
 * secondaries do: perhaps nobody listed them. */
#define NOTIFIED_LESS 30u
#define ASKED_LESS    5u
/* An attempt that came to nothing, against one that is not decided yet. */
#define FAILED_LESS 30u
#define LEAKED_RISK 100u

/* How bad an outcome is for the owner of the zone, and what to call it. */
struct outcome {
	uint8_t rank;
	const char *title;
};

static const struct outcome outcomes[ZT_N_VERDICTS] = {
	[ZT_VERDICT_ATTEMPTED] = { 0, "Zone transfer attempted" },
	[ZT_VERDICT_REFUSED] = { 1, "Zone transfer refused" },
	[ZT_VERDICT_NOTAUTH] = { 1,
	    "Zone transfer refused, not authoritative or not signed" },
	[ZT_VERDICT_SERVFAIL] = { 1, "Zone transfer failed at the server" },
	[ZT_VERDICT_FORMERR] = { 1, "Zone transfer refused as malformed" },
	[ZT_VERDICT_NOTIMP] = { 1, "Zone transfer not implemented by the server" },
	[ZT_VERDICT_REJECTED] = { 1, "Zone transfer rejected" },
	[ZT_VERDICT_EMPTY] = { 1, "Zone transfer answered without records" },
	[ZT_VERDICT_RESET] = { 1, "Zone transfer cut off before an answer" },
	[ZT_VERDICT_TIMED_OUT] = { 1, "Zone transfer unanswered" },
	[ZT_VERDICT_UP_TO_DATE] = { 2, "Incremental zone transfer, nothing newer" },
	[ZT_VERDICT_STARTED] = { 3, "Zone transfer running" },
	[ZT_VERDICT_PARTIAL] = { 4, "Zone transfer broken off after records left" },
	[ZT_VERDICT_DELTA] = { 5, "Incremental zone transfer completed" },
	[ZT_VERDICT_COMPLETE] = { 6, "Zone transfer completed" },
	[ZT_VERDICT_FULL] = { 6, "Zone transfer completed, asked for incrementally" },
};

#define RANK_FAILED 1u
#define RANK_LEAKED 3u

/* memo: the worst rank so far, one higher so that 0 means nothing yet; above it a bit for
 * each verdict that was told. */
#define WORST_MASK    UINT64_C(0xff)
#define WORST(memo)   ((unsigned)((memo)&WORST_MASK))
#define TOLD(verdict) (UINT64_C(1) << (8 + (verdict)))

/* Neither just asked nor still running. */
static bool
is_final(const struct outcome *outcome)
{
	return outcome->rank != 0 && outcome->rank != RANK_LEAKED;
}

/* A whole answer whose last message is unsigned, RFC 8945 section 5.3.1.  One that was
 * broken off, or not seen whole, may well end between two signatures. */
static bool
ends_unsigned(const struct zt_transfer *transfer)
{
	return (transfer->flags & ZT_TF_UNSIGNED_TAIL) != 0 &&
	       (transfer->flags & ZT_TF_AT_LEAST) == 0 &&
	       (transfer->verdict == ZT_VERDICT_COMPLETE ||
		   transfer->verdict == ZT_VERDICT_FULL ||
		   transfer->verdict == ZT_VERDICT_DELTA);
}

static bool
is_signed_well(const struct zt_zone *zone, const struct zt_transfer *transfer)
{
	const struct zt_tsig *tsig = &transfer->tsig;
	bool is_refused = transfer->verdict == ZT_VERDICT_REFUSED ||
			  transfer->verdict == ZT_VERDICT_NOTAUTH;

	/* The states are in order of gravity. */
	if (tsig->request_state > ZT_TSIG_VERIFIED ||
	    tsig->answer_state >= ZT_TSIG_UNSIGNED_TAIL)
		return false;
	return (transfer->flags & ZT_TF_TSIG) != 0 && !is_refused &&
	       tsig->response_error == 0 && !ends_unsigned(transfer) &&
	       zt_zones_has_key(zone, tsig->key, tsig->key_len);
}

static bool
is_forged(const struct zt_transfer *transfer)
{
	return transfer->tsig.request_state == ZT_TSIG_FORGED ||
	       transfer->tsig.answer_state == ZT_TSIG_FORGED;
}

static bool
is_authorised(const struct zt_judge *judge, const struct zt_transfer *transfer)
{
	const struct zt_zone *zone = zt_judge_zone(judge);

	if (zone == NULL || is_forged(transfer))
		return false;
	if (is_signed_well(zone, transfer))
		return true;
	return !zone->require_tsig && zt_judge_is_secondary(judge, zone);
}

static const char *
title_of(const struct zt_transfer *transfer, const struct outcome *outcome)
{
	if (transfer->tsig.request_state == ZT_TSIG_FORGED)
		return outcome->rank < RANK_LEAKED
			   ? "Zone transfer asked for with a forged signature"
			   : "Zone transfer answered in spite of a forged signature";
	if (transfer->tsig.answer_state == ZT_TSIG_FORGED)
		return "Zone transfer with a forged answer";
	return outcome->title;
}

static uint8_t
risk_of(uint8_t base, const struct outcome *outcome, enum zt_prelude prelude)
{
	unsigned risk = outcome->rank >= RANK_LEAKED ? LEAKED_RISK : base;
	unsigned less = 0;

	if (outcome->rank == RANK_FAILED)
		less = FAILED_LESS;
	if (prelude == ZT_PRELUDE_NOTIFY)
		less += NOTIFIED_LESS;
	else if (prelude == ZT_PRELUDE_SOA)
		less += ASKED_LESS;
	return (uint8_t)(risk > less ? risk - less : 0);
}

/* Answers over a TCP connection cannot be provoked by a spoofed address.  Whether it is an
 * adversary is less certain where the server itself called. */
static enum zt_level
confidence_of(const struct zt_event *event, const struct outcome *outcome,
    enum zt_prelude prelude)
{
	bool is_answered = outcome->rank > 0;
	int level = event->transport == 6 ? ZT_LEVEL_MEDIUM : ZT_LEVEL_LOW;

	level += is_answered;
	level -= prelude == ZT_PRELUDE_NOTIFY && level > ZT_LEVEL_LOW;
	return (enum zt_level)level;
}

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	const struct zt_transfer *transfer = zt_event_transfer(event);

	if (transfer->verdict >= ZT_N_VERDICTS)
		return;
	if (is_authorised(judge, transfer)) {
		judge->stats->policy_secondary++;
		return;
	}
	const struct outcome *outcome = &outcomes[transfer->verdict];
	uint32_t track = zt_judge_track(judge, event->name_hash);
	if (track == 0)
		return;
	struct zt_track *memory = zt_judge_at(judge, track);
	if (memory->incident == 0)
		memory->memo = 0;
	bool is_lesser = outcome->rank + 1u < WORST(memory->memo);
	bool is_told = (memory->memo & TOLD(transfer->verdict)) != 0;
	if (is_lesser && (is_told || !is_final(outcome)))
		return;
	memory->memo |= TOLD(transfer->verdict);
	if (!is_lesser)
		memory->memo = (memory->memo & ~WORST_MASK) | (outcome->rank + 1u);
	enum zt_prelude prelude =
	    zt_choreography_of(judge->choreography, event, judge->now_ns);
	struct zt_finding finding = {
		.title = title_of(transfer, outcome),
		.zone = zt_event_name(event),
		.zone_len = event->name_len,
		.transfer = transfer,
		.magnitude = transfer->records,
		.confidence = confidence_of(event, outcome, prelude),
		.risk = risk_of(judge->params->risk, outcome, prelude),
		.prelude = (uint8_t)prelude,
		.verdict = transfer->verdict,
		.is_aside = is_lesser,
	};
	zt_judge_report(judge, track, &finding);
}

const struct zt_rule zt_rule_zone_transfer = {
	.technique = "T1590.002",
	.tactic = "TA0043",
	.looks = {
		{ .roles = ZT_ROLE_TRANSFER },
	},
	.insists = true,
	.on_event = on_event,
};
