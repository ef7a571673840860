/*
 * type-enumeration: somebody collects what kinds of records there are.
 *
 * Counted are questions of class IN for the types of `record_types`, over all zones and
 * servers together, a question sent again included.  Within one window
 *   more than `queries` questions, or
 *   more than `names` distinct names            (the reference rule), or
 *   more than `types` distinct types of one name, in more than a third of `queries`
 * fire.  In the last criterion SOA counts as two, because mail and web never need it,
 * and the transfer types do not count, because they have a rule of their own.  It is
 * the weakest of the three and 20 below the others in risk.
 *
 * A source that may transfer the zone learns nothing from asking about it, so an
 * authorised secondary is not judged on names of its zones.
 *
 * A machine inside that asks its recursive server about the world outside enumerates
 * nobody: such questions are counted apart, against the thresholds of resolvers.  Names
 * in configured zones are not the world outside.
 */
#include "judge.h"

/* Names that make a source one of many in a distributed enumeration. */
#define PARTICIPANT_NAMES 4u
/* Fourth and later types of one name are told from the names and types seen last. */
#define PAIRS_MAX  256u
#define TYPES_LESS 20u
#define SOA_WEIGHT 2u
/* Fewer questions than this part of `queries` are somebody's look at his own mail. */
#define FEW_SHARE     3u
#define NAME_OF(pair) ((pair) & ~UINT64_C(0xffff))
#define TYPE_OF(pair) ((uint16_t)((pair)&UINT64_C(0xffff)))

static uint64_t
pair_of(const struct zt_event *event)
{
	return NAME_OF(event->name_hash) | event->qtype;
}

static bool
is_transfer_type(uint16_t type)
{
	return type == ZT_RR_AXFR || type == ZT_RR_IXFR;
}

/* Scopes of the tracks of a source. */
enum scope {
	SCOPE_JUDGED,
	SCOPE_WORLD, /* Asked of a recursive server by a machine inside. */
};

/* Remember a server that offers recursion to the inside. */
static void
note_server(struct zt_judge *judge, const struct zt_event *event)
{
	const uint16_t both = ZT_DNS_RD | ZT_DNS_RA;

	if ((judge->policy & ZT_SP_INTERNAL) != 0 && (event->dns_flags & both) == both)
		(void)zt_judge_shared_track(judge, zt_judge_server(judge));
}

static bool
is_of_the_world(
    struct zt_judge *judge, const struct zt_event *event, const struct zt_zone *zone)
{
	bool is_ours = zone != NULL && zone->name.len > 1;

	return (judge->policy & ZT_SP_INTERNAL) != 0 && !is_ours &&
	       (event->dns_flags & ZT_DNS_RD) != 0 &&
	       zt_judge_other_track(
		   judge, ZT_RULE_type_enumeration, zt_judge_server(judge), true) != 0;
}

struct tally {
	uint64_t name;
	uint32_t types;
};

static bool
count_types(void *arg, uint64_t pair, uint64_t seen_ns)
{
	struct tally *tally = arg;

	(void)seen_ns;
	if (NAME_OF(pair) == tally->name)
		tally->types += TYPE_OF(pair) == ZT_RR_SOA ? SOA_WEIGHT : 1;
	return true;
}

static bool
types_exceed(struct zt_judge *judge, uint32_t track, uint32_t types, uint64_t window_ns)
{
	struct tally tally = { .name = NAME_OF(judge->event->name_hash) };

	zt_judge_each_key(judge, track, window_ns, count_types, &tally);
	return tally.types > types;
}

/* Whether the server is being enumerated from many sources at this time, of which this
 * one is accused. */
static bool
is_participant(struct zt_judge *judge, uint32_t track, uint64_t window_ns)
{
	uint64_t scope = zt_judge_server(judge);
	uint32_t shared =
	    zt_judge_other_track(judge, ZT_RULE_distributed_enumeration, scope, true);

	if (shared == 0 || zt_judge_at(judge, shared)->memo < judge->now_ns)
		return false;
	uint32_t own =
	    zt_judge_other_track(judge, ZT_RULE_distributed_enumeration, scope, false);
	return own != 0 && zt_judge_at(judge, own)->incident != 0 &&
	       zt_judge_names_within(judge, track, window_ns) >= PARTICIPANT_NAMES;
}

static void
judge_question(struct zt_judge *judge, const struct zt_event *event, enum scope scope)
{
	const struct zt_rule_params *params = judge->params;
	struct zt_limit queries = { zt_judge_threshold(judge, params->queries),
		params->window_ns };
	struct zt_limit names = { zt_judge_threshold(judge, params->names),
		params->window_ns };
	struct zt_limit few = { queries.above / FEW_SHARE, params->window_ns };
	/* As many questions as would fire by themselves hold at most as many pairs. */
	struct zt_limit pairs = { queries.above < PAIRS_MAX ? queries.above : PAIRS_MAX,
		params->window_ns };
	uint32_t track = zt_judge_track(judge, scope);
	uint32_t types = zt_judge_threshold(judge, params->types);
	bool is_transfer = is_transfer_type(event->qtype);

	zt_judge_note_query(judge, track, &queries);
	zt_judge_note_name(judge, track, &names);
	if (!is_transfer)
		zt_judge_note_key(judge, track, pair_of(event), &pairs);
	struct zt_finding finding = {
		.title = "DNS records enumerated by type",
		.risk = params->risk,
		.confidence = zt_judge_confidence(judge, track),
		.span_ns = params->window_ns,
	};
	if (zt_judge_queries_exceed(judge, track, &queries) ||
	    zt_judge_names_exceed(judge, track, &names) ||
	    is_participant(judge, track, params->window_ns)) {
		zt_judge_report(judge, track, &finding);
	} else if (!is_transfer && zt_judge_queries_exceed(judge, track, &few) &&
		   types_exceed(judge, track, types, params->window_ns)) {
		bool is_low = params->risk < TYPES_LESS;
		finding.title = "Many record types of one name queried";
		finding.risk = (uint8_t)(is_low ? 0 : params->risk - TYPES_LESS);
		zt_judge_report(judge, track, &finding);
	}
}

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	if (event->qclass != ZT_CLASS_IN || !zt_judge_has_type(judge, event->qtype))
		return;
	const struct zt_zone *zone = zt_judge_zone(judge);
	struct zt_judge as_resolver = *judge;
	enum scope scope = SCOPE_JUDGED;
	if (is_of_the_world(judge, event, zone)) {
		as_resolver.policy |= ZT_SP_RESOLVER;
		scope = SCOPE_WORLD;
	}
	if (zt_judge_is_question(judge) && !zt_judge_is_secondary(judge, zone))
		judge_question(
		    scope == SCOPE_WORLD ? &as_resolver : judge, event, scope);
	if (event->kind != ZT_EVENT_RESPONSE || zt_dns_opcode(event->dns_flags) != 0)
		return;
	note_server(judge, event);
	zt_judge_note_answer(judge, zt_judge_known_track(judge, scope));
}

const struct zt_rule zt_rule_type_enumeration = {
	.technique = "T1590.002",
	.tactic = "TA0043",
	.looks = {
		{
			.roles = ZT_ROLE_QUESTION,
			.qclass = ZT_CLASS_IN,
			.own_types = true,
		},
		{
			.roles = ZT_ROLE_RESPONSE,
			.qclass = ZT_CLASS_IN,
			.own_types = true,
			.needs = ZT_NEED_TRACK,
		},
		/* Servers that offer recursion. */
		{
			.roles = ZT_ROLE_RESPONSE,
			.qclass = ZT_CLASS_IN,
			.own_types = true,
			.flags_of = ZT_DNS_RD | ZT_DNS_RA,
			.flags = ZT_DNS_RD | ZT_DNS_RA,
		},
	},
	.silent_for_monitors = true,
	.on_event = on_event,
};
