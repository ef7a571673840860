/**
 * @file setup_priv.h
 * The inside of a setup, shared by setup.c (making) and engine.c (using).
 */
#ifndef ZT_DETECT_SETUP_PRIV_H
#define ZT_DETECT_SETUP_PRIV_H

#include "judge.h"
#include "looks.h"
#include "setup.h"

struct zt_setup {
	struct zt_policy *policy;
	struct zt_zones *zones;
	struct zt_lookalikes *lookalikes;
	struct zt_judge_rule rules[ZT_N_RULES];
	uint16_t *record_types[ZT_N_RULES]; /**< What the rules' params point to. */
	uint64_t horizon_ns[ZT_N_RULES];    /**< The longer window of each rule. */
	struct zt_looks looks;		    /**< Of the rules that are enabled. */
	uint64_t update_interval_ns;
	uint32_t resolver_factor;
	bool external_only;
};

#endif
