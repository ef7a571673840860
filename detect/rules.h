/**
 * @file rules.h
 * The registry: what rules there are.
 *
 * Adding a rule: a row in rules.def, a file rule_<name>.c that defines zt_rule_<id>,
 * and its schema rows in conf/.  Nothing else.
 *
 * A rule is a constant description and a function that looks at one event through a
 * judge (judge.h).  It keeps no state of its own: what it must remember of a source
 * lies in tracks, and what it finds goes to zt_judge_report().
 */
#ifndef ZT_DETECT_RULES_H
#define ZT_DETECT_RULES_H

#include "params.h"

struct zt_judge;

/** Looks of one rule, and types named in one look. */
#define ZT_LOOKS_MAX	  4u
#define ZT_LOOK_TYPES_MAX 3u

/** What an event can be to a rule. */
enum zt_role {
	ZT_ROLE_ASKED = 1u << 0, /**< An ordinary query (opcode QUERY) with a name. */
	ZT_ROLE_STOOD_FOR = 1u << 1, /**< The answer that stands for one. */
	ZT_ROLE_ANSWER = 1u << 2, /**< An answer to an ordinary query that was asked. */
	ZT_ROLE_RESPONSE = 1u << 3, /**< Any response, even if nobody asked. */
	ZT_ROLE_TRANSFER = 1u << 4,
	ZT_ROLE_SEALED = 1u << 5,
	ZT_ROLE_PROCESS = 1u << 6,
	ZT_ROLE_QUESTION = ZT_ROLE_ASKED | ZT_ROLE_STOOD_FOR,
};

/** What an event, or its source, must have beside its fields. */
enum zt_need {
	ZT_NEED_DATA = 1u << 0, /**< Answer records. */
	ZT_NEED_NSEC = 1u << 1, /**< NSEC or NSEC3 records. */
	ZT_NEED_INCIDENT =
	    1u << 2,		 /**< The source has an open incident, of any rule. */
	ZT_NEED_TRACK = 1u << 3, /**< The source has a track of this rule. */
};

enum zt_look_rcode {
	ZT_LOOK_NOERROR = 1,
	ZT_LOOK_NXDOMAIN,
};

/** A kind of event that a rule looks at; members that are 0 let everything through. */
struct zt_look {
	uint8_t roles;	    /**< Any of these; 0: no look. */
	uint8_t needs;	    /**< All of these. */
	uint8_t rcode;	    /**< enum zt_look_rcode. */
	uint8_t labels_max; /**< Names of two to so many labels. */
	uint16_t qclass;
	uint16_t flags_of; /**< Of RD, AA and RA these must be as in flags. */
	uint16_t flags;
	uint16_t types[ZT_LOOK_TYPES_MAX];
	bool own_types; /**< Those of the rule's setting `record_types`. */
};

struct zt_rule {
	const char *technique; /**< ATT&CK id. */
	const char *tactic;
	/** The rule is called for an event that one of these lets through (looks.h). */
	struct zt_look looks[ZT_LOOKS_MAX];
	/** Fires at a single event: a source that came only once matters in full tables. */
	bool at_once;
	/** Compares with configured zones: not called when there are none. */
	bool needs_zones;
	/** Sources listed under `monitors` do by nature what this rule looks for. */
	bool silent_for_monitors;
	/** The rule asks for a source's place in a full table, whatever it pushes out.
	 */
	bool insists;
	/** Inside sources are its business even where external_only is set. */
	bool judges_inside;
	void (*on_event)(struct zt_judge *judge, const struct zt_event *event);
};

#define ZT_RULE(id, name) extern const struct zt_rule zt_rule_##id;
#include "rules.def"
#undef ZT_RULE

/** The description of a rule; id is below ZT_N_RULES. */
const struct zt_rule *zt_rules_get(enum zt_rule_id id);

/** Its name, as in the configuration and in alerts. */
const char *zt_rules_name(enum zt_rule_id id);

#endif
