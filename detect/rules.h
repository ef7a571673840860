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

/** Bits of zt_rule.wants: the kinds of event that the rule looks at. */
#define ZT_WANTS_QUERY	  (1u << ZT_EVENT_QUERY)
#define ZT_WANTS_RESPONSE (1u << ZT_EVENT_RESPONSE)
#define ZT_WANTS_TRANSFER (1u << ZT_EVENT_TRANSFER)

struct zt_rule {
	const char *technique; /**< ATT&CK id. */
	const char *tactic;
	uint32_t wants;
	/** Sources listed under `monitors` do by nature what this rule looks for. */
	bool silent_for_monitors;
	/** The rule asks for a source's place in a full table, whatever it pushes out.
	 */
	bool insists;
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
