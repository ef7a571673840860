/**
 * @file looks.h
 * Which rules look at an event: told from a few of its fields, for all rules at once.
 *
 * Purpose: most events concern two or three of the rules.  Each rule says in its
 *          description what it looks at; from that a table is made for each field, with
 *          a bit for each rule, and the tables' answers are joined with AND.
 * Promise: a rule is called for every event that one of its looks lets through, and
 *          perhaps for others; it still checks by itself.
 * Limits:  32 rules, ZT_LOOKS_MAX looks each.
 * Work:    seven table entries per event.
 * Threads: constant once made.
 */
#ifndef ZT_DETECT_LOOKS_H
#define ZT_DETECT_LOOKS_H

#include "rules.h"

/** Types from here on are one: they are rare and have no names. */
#define ZT_LOOKS_TYPES 512u
/** Names of so many labels and more are one. */
#define ZT_LOOKS_LABELS 4u
/** Different roles (enum zt_role), needs (enum zt_need) and header flags. */
#define ZT_LOOKS_ROLES 128u
#define ZT_LOOKS_NEEDS 8u
#define ZT_LOOKS_FLAGS 8u
/** Classes and rcodes told apart, all others together being one. */
#define ZT_LOOKS_CLASSES 3u
#define ZT_LOOKS_RCODES	 3u

/** The first look of each rule as bits by rule, then the second, and so on. */
struct zt_look_mask {
	uint32_t rules[ZT_LOOKS_MAX];
};

struct zt_looks {
	struct zt_look_mask by_role[ZT_LOOKS_ROLES];
	struct zt_look_mask by_class[ZT_LOOKS_CLASSES];
	struct zt_look_mask by_rcode[ZT_LOOKS_RCODES];
	struct zt_look_mask by_flags[ZT_LOOKS_FLAGS];
	struct zt_look_mask by_labels[ZT_LOOKS_LABELS + 1];
	struct zt_look_mask by_need[ZT_LOOKS_NEEDS];
	struct zt_look_mask by_type[ZT_LOOKS_TYPES + 1];
	struct zt_look_mask trackless; /**< Looks that need no track of the source. */
	uint32_t for_monitors;	       /**< Rules that judge monitors too. */
	uint32_t for_inside; /**< Rules that judge the inside with external_only. */
};

/** What the engine knows beside the event. */
struct zt_look_context {
	uint32_t kinds; /**< zt_source.kinds of the source. */
	bool has_incident;
	bool is_monitor;
	bool is_excluded; /**< Inside, with external_only. */
};

/** What an event is to the rules: bits of enum zt_role. */
unsigned zt_looks_roles(const struct zt_event *event);

/** A rule by the numbers of the owner: its looks take effect. */
void zt_looks_add(
    struct zt_looks *looks, enum zt_rule_id id, const struct zt_rule_params *params);

/** @return the rules to call for an event, as bits by id. */
uint32_t zt_looks_of(const struct zt_looks *looks, const struct zt_event *event,
    unsigned roles, const struct zt_look_context *context);

#endif
