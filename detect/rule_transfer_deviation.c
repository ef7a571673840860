/*
 * transfer-deviation: a secondary that does what it never did.
 *
 * A list of secondaries says who may have a zone; it does not see that one of them was
 * taken over, or that somebody took its address.  The roster (roster.h) knows how each
 * behaves.  Told are, for transfers by which data or a serial left:
 *   a new address, where learning is over and others fetch the zone;
 *   no signature from one that signed three times and always;
 *   another key than the one before, unless the configuration lists it;
 *   AXFR from one that asked for differences three times, and three times more often;
 *   a transfer that no NOTIFY led to, after less than a quarter of the shortest time
 *   between two of them, or more than four times the longest, once five are known and
 *   none was shorter than a minute.
 * A new key and another rhythm become the habit once they were told, AXFR when it has come
 * often enough; the others do not.
 *
 * Nothing is told while learning.  What zone-transfer tells it tells as well: this one is
 * about habits, not about permission.
 */
#include "judge.h"

#define HABIT_MIN  3u
#define AXFR_SHARE 3u
#define GAPS_MIN   5u
#define GAP_FACTOR 4u
#define GAP_MIN_NS (UINT64_C(60) * 1000000000)
/* Less for what a restart or a change of the configuration does as well. */
#define LESSER 30u

static bool
has_left(const struct zt_transfer *transfer)
{
	switch (transfer->verdict) {
	case ZT_VERDICT_PARTIAL:
	case ZT_VERDICT_COMPLETE:
	case ZT_VERDICT_UP_TO_DATE:
	case ZT_VERDICT_DELTA:
	case ZT_VERDICT_FULL:
		return (transfer->flags & ZT_TF_ENDED) != 0;
	default:
		return false;
	}
}

static bool
is_listed_key(const struct zt_judge *judge, const struct zt_transfer *transfer)
{
	const struct zt_zone *zone = zt_judge_zone(judge);

	return zone != NULL && zt_secondary_signed(transfer) &&
	       zt_zones_has_key(zone, transfer->tsig.key, transfer->tsig.key_len);
}

static bool
has_other_key(const struct zt_judge *judge, const struct zt_secondary *secondary,
    const struct zt_transfer *transfer)
{
	const struct zt_tsig *tsig = &transfer->tsig;

	if (!zt_secondary_signed(transfer) || secondary->key.len == 0 ||
	    is_listed_key(judge, transfer))
		return false;
	return tsig->key_len != secondary->key.len ||
	       memcmp(tsig->key, secondary->key.wire, tsig->key_len) != 0;
}

static bool
is_off_schedule(const struct zt_secondary *secondary, const struct zt_event *event)
{
	uint64_t gap_ns =
	    event->ts_ns > secondary->last_ns ? event->ts_ns - secondary->last_ns : 0;

	if (secondary->n_gaps < GAPS_MIN || secondary->shortest_ns < GAP_MIN_NS)
		return false;
	return gap_ns < secondary->shortest_ns / GAP_FACTOR ||
	       gap_ns / GAP_FACTOR > secondary->longest_ns;
}

/* What a known secondary does that it never did. */
struct deviation {
	const char *title; /* NULL: nothing. */
	uint8_t rank;	   /* Tells one from another. */
	bool is_lesser;
	bool is_habit; /* From now on. */
};

static struct deviation
deviation_of(const struct zt_judge *judge, const struct zt_secondary *secondary,
    bool is_announced)
{
	const struct zt_event *event = judge->event;
	const struct zt_transfer *transfer = zt_event_transfer(event);
	bool is_signed = zt_secondary_signed(transfer);

	if (!is_signed && secondary->n_signed >= HABIT_MIN &&
	    secondary->n_unsigned == 0)
		return (struct deviation){
			"Secondary that always signed fetched a zone unsigned", 1,
			false, false
		};
	if (has_other_key(judge, secondary, transfer))
		return (struct deviation){ "Secondary signed with another key", 2,
			false, true };
	if (transfer->kind == ZT_TRANSFER_AXFR && secondary->n_ixfr >= HABIT_MIN &&
	    secondary->n_ixfr > AXFR_SHARE * secondary->n_axfr)
		return (struct deviation){
			"Secondary that asks for differences fetched all of a zone", 3,
			true, true
		};
	if (!is_announced && is_off_schedule(secondary, event))
		return (struct deviation){ "Secondary fetched a zone off its schedule",
			4, true, true };
	return (struct deviation){ NULL, 0, false, true };
}

static void
report(struct zt_judge *judge, const struct deviation *deviation)
{
	const struct zt_event *event = judge->event;
	const struct zt_transfer *transfer = zt_event_transfer(event);
	unsigned risk = judge->params->risk;
	bool is_tcp = event->transport == 6;

	if (deviation->is_lesser)
		risk = risk > LESSER ? risk - LESSER : 0;
	struct zt_finding finding = {
		.title = deviation->title,
		.zone = zt_event_name(event),
		.zone_len = event->name_len,
		.transfer = transfer,
		.magnitude = transfer->records,
		.confidence =
		    is_tcp && !deviation->is_lesser ? ZT_LEVEL_MEDIUM : ZT_LEVEL_LOW,
		.risk = (uint8_t)risk,
		.verdict = deviation->rank,
		.prelude = (uint8_t)zt_choreography_of(
		    judge->choreography, event, judge->now_ns),
	};

	zt_judge_report(judge, zt_judge_track(judge, event->name_hash), &finding);
}

/* Over UDP anybody can write any address. */
static bool
may_join(const struct zt_judge *judge, bool is_learning)
{
	const struct zt_event *event = judge->event;
	const struct zt_transfer *transfer = zt_event_transfer(event);

	return event->transport == 6 && transfer->verdict != ZT_VERDICT_PARTIAL &&
	       (is_learning || zt_judge_is_secondary(judge, zt_judge_zone(judge)) ||
		   is_listed_key(judge, transfer));
}

static void
judge_stranger(struct zt_judge *judge, bool is_learning)
{
	static const struct deviation newcomer = {
		"Zone fetched from an address that was never seen to do so", 5, false,
		false
	};
	struct zt_roster *roster = judge->roster;

	if (zt_roster_has_learned(roster, judge->event->ts_ns) &&
	    zt_roster_has_zone(roster, judge->event)) {
		report(judge, &newcomer);
		return;
	}
	struct zt_secondary *secondary = NULL;
	if (may_join(judge, is_learning))
		secondary = zt_roster_add(roster, judge->event);
	if (secondary != NULL)
		zt_secondary_note(secondary, judge->event, true);
}

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	const struct zt_transfer *transfer = zt_event_transfer(event);

	bool is_learning = zt_roster_is_learning(judge->roster, event->ts_ns);
	if (!has_left(transfer) || event->qclass != ZT_CLASS_IN || event->name_len == 0)
		return;
	struct zt_secondary *secondary = zt_roster_find(judge->roster, event);
	if (secondary == NULL) {
		judge_stranger(judge, is_learning);
		return;
	}
	enum zt_prelude prelude =
	    zt_choreography_of(judge->choreography, event, judge->now_ns);
	bool is_announced = prelude == ZT_PRELUDE_NOTIFY;
	struct deviation deviation = { NULL, 0, false, true };
	if (!is_learning)
		deviation = deviation_of(judge, secondary, is_announced);
	if (deviation.title != NULL)
		report(judge, &deviation);
	if (deviation.is_habit && transfer->verdict != ZT_VERDICT_PARTIAL)
		zt_secondary_note(secondary, event, is_announced);
}

const struct zt_rule zt_rule_transfer_deviation = {
	.technique = "T1590.002",
	.tactic = "TA0043",
	.looks = {
		{ .roles = ZT_ROLE_TRANSFER },
	},
	.insists = true,
	.on_event = on_event,
};
