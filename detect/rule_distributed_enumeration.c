/*
 * distributed-enumeration: one job, split over many sources.
 *
 * Two jobs are looked for, each in a track that is nobody's:
 *   guesses (guess.h) under one zone: more than `names` distinct ones within `window`;
 *   questions for `record_types` that an authoritative server (RA=0) answered although
 *   recursion was wanted (RD=1, which only tools and people set there), per server:
 * more than `types` distinct pairs of name and type; from at least `sources` sources of
 * which each brought at least PART_MIN new ones. Parts of a split list do not repeat
 * each other, so only what is new counts.
 *
 * Each source that has brought ACCUSED_MIN while this holds gets an incident of its own,
 * at most PARTICIPANTS_MAX of them; name-bruteforce and type-enumeration lower their
 * thresholds for it (memo of the track of items: engine time until which it holds).
 */
#include "guess.h"

/* What makes a source a part of the job. */
#define PART_MIN 5u
/* What accuses it: one more, because five questions are somebody's look at his own mail
 * in the midst of a job of others. */
#define ACCUSED_MIN 6u
/* Incidents opened for one job. */
#define PARTICIPANTS_MAX 64u
/* Makes the scope of the sources out of that of the items. */
#define SCOPE_SOURCES 2u

struct job {
	const char *title;
	const uint8_t *zone;
	uint64_t scope;
	uint64_t item; /**< What was tried. */
	uint32_t above;
	uint8_t zone_len;
};

/* The two tracks of a job that are nobody's: what was tried, and who took part. */
struct board {
	uint32_t items;
	uint32_t sources;
};

/* Note what was tried; @return whether it is new for the job. */
static bool
is_new(struct zt_judge *judge, const struct board *board, const struct job *job)
{
	struct zt_limit items = { job->above, judge->params->window_ns };

	if (zt_judge_knows_key(
		judge, board->items, job->item, judge->params->window_ns))
		return false;
	zt_judge_note_key(judge, board->items, job->item, &items);
	return true;
}

/* A source takes part once it has brought enough.  @return whether it is accused. */
static bool
count_part(struct zt_judge *judge, const struct board *board, uint32_t own)
{
	struct zt_limit part = { zt_judge_threshold(judge, PART_MIN - 1),
		judge->params->window_ns };
	struct zt_limit accused = { zt_judge_threshold(judge, ACCUSED_MIN - 1),
		judge->params->window_ns };
	struct zt_limit most = { PARTICIPANTS_MAX, judge->params->window_ns };

	zt_judge_note_query(judge, own, &accused);
	zt_judge_note_name(judge, own, &accused);
	if (!zt_judge_queries_exceed(judge, own, &part))
		return false;
	zt_judge_note_key(judge, board->sources, judge->source + UINT64_C(1), &most);
	return zt_judge_queries_exceed(judge, own, &accused);
}

static bool
holds(struct zt_judge *judge, const struct board *board, const struct job *job)
{
	struct zt_limit items = { job->above, judge->params->window_ns };
	struct zt_limit sources = { judge->params->sources - 1,
		judge->params->window_ns };

	return zt_judge_keys_exceed(judge, board->items, &items) &&
	       zt_judge_keys_exceed(judge, board->sources, &sources);
}

static void
report(struct zt_judge *judge, const struct board *board, uint32_t own,
    const struct job *job)
{
	struct zt_limit most = { PARTICIPANTS_MAX, judge->params->window_ns };
	struct zt_finding finding = {
		.title = job->title,
		.zone = job->zone,
		.zone_len = job->zone_len,
		.risk = judge->params->risk,
		.confidence = zt_judge_confidence(judge, own),
		.span_ns = judge->params->window_ns,
	};

	if (zt_judge_at(judge, own)->incident != 0 ||
	    !zt_judge_keys_exceed(judge, board->sources, &most))
		zt_judge_report(judge, own, &finding);
}

static void
judge_job(struct zt_judge *judge, const struct job *job)
{
	struct board board = {
		zt_judge_shared_track(judge, job->scope),
		zt_judge_shared_track(judge, zt_hash_mix(job->scope, SCOPE_SOURCES)),
	};

	if (board.items == 0 || board.sources == 0 || !is_new(judge, &board, job))
		return;
	uint32_t own = zt_judge_track(judge, job->scope);
	if (own == 0)
		return;
	bool is_accused = count_part(judge, &board, own);
	if (!holds(judge, &board, job))
		return;
	zt_judge_at(judge, board.items)->memo =
	    judge->now_ns + judge->params->window_ns;
	if (is_accused)
		report(judge, &board, own, job);
}

/* What answers told a source that takes part, in either job. */
static void
note_learned(struct zt_judge *judge, const struct zt_event *event)
{
	uint64_t server = zt_judge_server(judge);
	struct zt_guess guess;

	if (!zt_judge_is_answer(judge) || event->qclass != ZT_CLASS_IN)
		return;
	if (zt_judge_has_type(judge, event->qtype))
		zt_judge_note_learned(judge, zt_judge_known_track(judge, server));
	if (zt_guess_read(judge, &guess) && guess.is_miss)
		zt_judge_note_learned(judge, zt_judge_known_track(judge, guess.scope));
	zt_guess_note_found(judge);
}

static bool
is_type_job(const struct zt_judge *judge, const struct zt_event *event)
{
	return zt_judge_is_answer(judge) && event->qclass == ZT_CLASS_IN &&
	       (event->dns_flags & (ZT_DNS_RD | ZT_DNS_RA)) == ZT_DNS_RD &&
	       zt_judge_has_type(judge, event->qtype);
}

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	struct zt_guess guess;

	if (zt_judge_source(judge)->n_incidents > 0)
		note_learned(judge, event);
	if (is_type_job(judge, event)) {
		struct job job = {
			.title = "Record types enumerated from many sources",
			.scope = zt_judge_server(judge),
			.item = zt_hash_mix(event->name_hash, event->qtype),
			.above = judge->params->types,
		};
		judge_job(judge, &job);
	}
	if (event->rcode == ZT_RCODE_NXDOMAIN && zt_guess_read(judge, &guess) &&
	    guess.is_miss) {
		struct job job = {
			.title = "Names of a zone guessed from many sources",
			.zone = guess.zone,
			.zone_len = guess.zone_len,
			.scope = guess.scope,
			.item = event->name_hash,
			.above = judge->params->names,
		};
		judge_job(judge, &job);
	}
}

const struct zt_rule zt_rule_distributed_enumeration = {
	.technique = "T1590.002",
	.tactic = "TA0043",
	.looks = {
		{
			.roles = ZT_ROLE_ANSWER,
			.qclass = ZT_CLASS_IN,
			.needs = ZT_NEED_INCIDENT,
		},
		{
			.roles = ZT_ROLE_ANSWER,
			.qclass = ZT_CLASS_IN,
			.own_types = true,
			.flags_of = ZT_DNS_RD | ZT_DNS_RA,
			.flags = ZT_DNS_RD,
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
