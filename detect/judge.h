/**
 * @file judge.h
 * What a rule may ask about the event at hand, and how it says what it found.
 *
 * A rule reads like its definition: is this an event that counts; note it in the track
 * of its source; does the track now hold more than so many; report.
 *
 * Tracks:    handles are valid until the rule returns; 0 means that the tables are full
 *            and this source was not admitted, and every function here accepts it.
 * Windows:   note first, then ask: the event at hand is part of its own window.
 * Names:     the key of a name is event->name_hash, which is keyed and folded.
 * Threads:   one.
 */
#ifndef ZT_DETECT_JUDGE_H
#define ZT_DETECT_JUDGE_H

#include "choreography.h"
#include "incident.h"
#include "lookalike.h"
#include "policy.h"
#include "roster.h"
#include "starts.h"
#include "zonebook.h"
#include "zones.h"

/** Types below this are looked up in a bit map. */
#define ZT_JUDGE_TYPES_MAX 512u

/** A rule's numbers, prepared. */
struct zt_judge_rule {
	struct zt_rule_params params;
	uint64_t types[ZT_JUDGE_TYPES_MAX / 64];
};

/** What guess.c found out about the event at hand, for the rules after the first. */
struct zt_judge_host {
	const uint8_t *zone; /**< NULL: not a host name of a known zone. */
	uint64_t scope;
	uint8_t zone_len;
	bool is_known; /**< The rest is filled. */
};

struct zt_judge {
	const struct zt_event *event;
	const struct zt_rule_params *params; /**< Of the rule at work. */
	const struct zt_judge_rule *rule;
	uint64_t now_ns; /**< Engine time. */
	uint32_t source; /**< Handle of the event's source. */
	uint32_t resolver_factor;
	uint16_t policy; /**< enum zt_source_policy of the source. */
	uint8_t roles;	 /**< enum zt_role of the event. */
	uint8_t rule_id;
	struct zt_judge_host host;
	struct zt_tracks *tracks;
	struct zt_incidents *incidents;
	struct zt_policy *policies;
	const struct zt_zones *zones;
	const struct zt_zonebook *zonebook;
	const struct zt_choreography *choreography;
	struct zt_roster *roster;
	struct zt_starts *starts;
	const struct zt_lookalikes *lookalikes;
	const struct zt_hash_key *key; /**< That of the names in events. */
	struct zt_engine_stats *stats;
};

/** How much a window keeps and for how long. */
struct zt_limit {
	uint32_t above; /**< Fires above so many. */
	uint64_t span_ns;
};

/** Whether the event is a question of an ordinary query (opcode QUERY), or the answer
 *  that stands for one on a tap that sees only answers. */
static inline bool
zt_judge_is_question(const struct zt_judge *judge)
{
	return (judge->roles & ZT_ROLE_QUESTION) != 0;
}

/** Whether the event is an answer to an ordinary query that was asked: paired, or
 *  standing for its query.  What nobody asked for says nothing about its receiver. */
static inline bool
zt_judge_is_answer(const struct zt_judge *judge)
{
	return (judge->roles & ZT_ROLE_ANSWER) != 0;
}

/** Keyed hash of the address that was asked; the scope of what is judged per server. */
uint64_t zt_judge_server(const struct zt_judge *judge);

/** Keyed hash of a part of a name, comparable with event->name_hash and zt_nsec. */
uint64_t zt_judge_hash(const struct zt_judge *judge, const uint8_t *wire, size_t len);

/**
 * Where the zone of the event's name starts in it: the closest configured zone; the
 * owner of the SOA that came with a negative answer, or of the NS records beside an
 * answer; the closest zone that was learned from others (zonebook.h).
 *
 * @return false when the zone is unknown; off is then untouched.
 */
bool zt_judge_zone_off(const struct zt_judge *judge, size_t *off);

/** Whether the rule's setting `record_types` holds this type. */
bool zt_judge_has_type(const struct zt_judge *judge, uint16_t type);

/** A threshold of this source: listed resolvers, and inside sources that ask as
 * recursive servers do, get it times resolver_factor. */
uint32_t zt_judge_threshold(const struct zt_judge *judge, uint32_t threshold);

/** The configured zone that encloses the event's name; NULL when there is none. */
const struct zt_zone *zt_judge_zone(const struct zt_judge *judge);

/** Whether the source's address is a secondary of this zone; zone may be NULL. */
bool zt_judge_is_secondary(const struct zt_judge *judge, const struct zt_zone *zone);

/** The entry of the event's source. */
struct zt_source *zt_judge_source(const struct zt_judge *judge);

/** The track of the source in a scope (0: none); made when there is none yet. */
uint32_t zt_judge_track(struct zt_judge *judge, uint64_t scope);

/** The same, only if there is one, and without keeping it alive: for responses. */
uint32_t zt_judge_known_track(struct zt_judge *judge, uint64_t scope);

/** The track that another rule keeps of this source, or of nobody (is_shared). */
uint32_t zt_judge_other_track(
    const struct zt_judge *judge, enum zt_rule_id rule, uint64_t scope, bool is_shared);

/** A track of the rule that is nobody's: for jobs split over many sources. */
uint32_t zt_judge_shared_track(struct zt_judge *judge, uint64_t scope);

/** The track itself: its memo and evidence.  handle is not 0. */
struct zt_track *zt_judge_at(const struct zt_judge *judge, uint32_t handle);

/** Note a query in ZT_TW_QUERIES, and its type for the alert. */
void zt_judge_note_query(
    struct zt_judge *judge, uint32_t track, const struct zt_limit *keep);

/** Note the event's name in ZT_TW_NAMES, and as a sample when it is new. */
void zt_judge_note_name(
    struct zt_judge *judge, uint32_t track, const struct zt_limit *keep);

/** Note any key in ZT_TW_OWN, used as a window of distinct keys. */
void zt_judge_note_key(
    struct zt_judge *judge, uint32_t track, uint64_t key, const struct zt_limit *keep);

/** Note the rcode of a response for the alert, and that answers reach the source. */
void zt_judge_note_answer(struct zt_judge *judge, uint32_t track);

/** Note what an answer told, where the track has an incident: for answers that the rule
 *  does not count.  zt_judge_note_answer() does so too. */
void zt_judge_note_learned(struct zt_judge *judge, uint32_t track);

bool zt_judge_queries_exceed(
    const struct zt_judge *judge, uint32_t track, const struct zt_limit *limit);
bool zt_judge_names_exceed(
    const struct zt_judge *judge, uint32_t track, const struct zt_limit *limit);
bool zt_judge_keys_exceed(
    const struct zt_judge *judge, uint32_t track, const struct zt_limit *limit);

/** Whether ZT_TW_OWN of a track, of any rule, holds a key within span_ns. */
bool zt_judge_knows_key(
    const struct zt_judge *judge, uint32_t track, uint64_t key, uint64_t span_ns);

/** Distinct names, or keys, within span_ns; at most what the window keeps. */
uint32_t zt_judge_names_within(
    const struct zt_judge *judge, uint32_t track, uint64_t span_ns);
uint32_t zt_judge_keys_within(
    const struct zt_judge *judge, uint32_t track, uint64_t span_ns);

/** Walk the keys of ZT_TW_OWN within span_ns, newest first. */
void zt_judge_each_key(const struct zt_judge *judge, uint32_t track, uint64_t span_ns,
    zt_recent_fn fn, void *arg);

/** How far the sender's address can be believed: a TCP handshake that was answered is
 *  high; over UDP anybody can write any address. */
enum zt_level zt_judge_confidence(const struct zt_judge *judge, uint32_t track);

/** The rule fires for this track.  finding is borrowed; authorised is set by the judge.
 */
void zt_judge_report(
    struct zt_judge *judge, uint32_t track, const struct zt_finding *finding);

#endif
