/**
 * @file setup_priv.h
 * The inside of a setup, shared by setup.c (making) and engine.c (using).
 */
#ifndef ZT_DETECT_SETUP_PRIV_H
#define ZT_DETECT_SETUP_PRIV_H

#include "judge.h"
#include "setup.h"

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

#endif
