/**
 * @file setup.h
 * What the owner's configuration makes of the engine: the lists, the zones, the numbers
 * of the rules, prepared for quick use.
 *
 * An engine works by one setup and can be given another while it runs, see
 * zt_engine_reconfigure(): everything that allocates happens in zt_setup_new().
 *
 * Ownership: whoever holds the pointer; params are borrowed for the call.
 * Memory:    the owner's lists, not part of the budget.
 * Threads:   made by any thread, then used by the one of the engine that holds it (the
 *            lists count their matches), freed by any thread.
 */
#ifndef ZT_DETECT_SETUP_H
#define ZT_DETECT_SETUP_H

#include "judge.h"

struct zt_setup {
	struct zt_policy *policy;
	struct zt_zones *zones;
	struct zt_lookalikes *lookalikes;
	struct zt_judge_rule rules[ZT_N_RULES];
	uint16_t *record_types[ZT_N_RULES]; /**< What the rules' params point to. */
	uint64_t horizon_ns[ZT_N_RULES];    /**< The longer window of each rule. */
	/** Rules that are enabled and look at this kind of event. */
	uint8_t by_kind[ZT_EVENT_TICK + 1][ZT_N_RULES];
	uint8_t n_by_kind[ZT_EVENT_TICK + 1];
	uint64_t update_interval_ns;
	uint32_t resolver_factor;
	bool external_only;
};

/** @return NULL when memory is short.  params.key is that of the engine. */
struct zt_setup *zt_setup_new(const struct zt_params *params);

/** Accepts NULL and half-built objects; sets the pointer to NULL. */
void zt_setup_free(struct zt_setup **setup);

#endif
