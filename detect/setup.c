#include "setup.h"

#include <stdlib.h>

#include "setup_priv.h"

/* A rule without a window of its own looks back so far. */
#define WINDOW_DEFAULT_NS (UINT64_C(600) * 1000000000)

static int
prepare_rule(struct zt_setup *setup, unsigned id, const struct zt_rule_params *params)
{
	struct zt_judge_rule *rule = &setup->rules[id];
	size_t n = params->n_record_types;

	rule->params = *params;
	if (rule->params.window_ns == 0)
		rule->params.window_ns = WINDOW_DEFAULT_NS;
	setup->horizon_ns[id] = rule->params.window_ns > rule->params.window_slow_ns
				    ? rule->params.window_ns
				    : rule->params.window_slow_ns;
	setup->record_types[id] = calloc(n + 1, sizeof(uint16_t));
	if (setup->record_types[id] == NULL)
		return -1;
	for (size_t i = 0; i < n; i++) {
		uint16_t type = params->record_types[i];
		setup->record_types[id][i] = type;
		if (type < ZT_JUDGE_TYPES_MAX)
			rule->types[type / 64] |= UINT64_C(1) << type % 64;
	}
	rule->params.record_types = setup->record_types[id];
	return 0;
}

struct zt_setup *
zt_setup_new(const struct zt_params *params)
{
	struct zt_setup *setup = calloc(1, sizeof(*setup));
	bool is_short = false;

	if (setup == NULL)
		return NULL;
	setup->update_interval_ns = params->update_interval_ns;
	setup->resolver_factor = params->resolver_factor;
	setup->external_only = params->external_only;
	setup->policy = zt_policy_new(params);
	setup->zones = zt_zones_new(params->zones, params->n_zones, &params->key);
	setup->lookalikes = zt_lookalikes_new(params->zones, params->n_zones);
	for (unsigned id = 0; id < ZT_N_RULES; id++) {
		const struct zt_rule_params *rule = &params->rules[id];
		is_short |= prepare_rule(setup, id, rule) != 0;
		bool is_idle = zt_rules_get(id)->needs_zones && params->n_zones == 0;
		if (rule->enabled && !is_idle)
			zt_looks_add(&setup->looks, id, rule);
	}
	if (is_short || setup->policy == NULL || setup->zones == NULL ||
	    setup->lookalikes == NULL)
		zt_setup_free(&setup);
	return setup;
}

void
zt_setup_free(struct zt_setup **setup)
{
	if (*setup == NULL)
		return;
	zt_zones_free(&(*setup)->zones);
	zt_lookalikes_free(&(*setup)->lookalikes);
	zt_policy_free(&(*setup)->policy);
	for (unsigned id = 0; id < ZT_N_RULES; id++)
		free((*setup)->record_types[id]);
	free(*setup);
	*setup = NULL;
}
