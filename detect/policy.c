#include "policy.h"

#include <stdlib.h>

struct scanner {
	struct zt_nets *networks;
	uint64_t from_ns;
	uint64_t until_ns;
};

struct zt_policy {
	struct zt_nets *internal;
	struct zt_nets *resolvers;
	struct zt_nets *monitors;
	size_t n_scanners;
	struct scanner scanners[];
};

struct zt_policy *
zt_policy_new(const struct zt_params *params)
{
	struct zt_policy *policy =
	    calloc(1, sizeof(*policy) + params->n_scanners * sizeof(struct scanner));

	if (policy == NULL)
		return NULL;
	policy->internal = zt_nets_new(&params->internal);
	policy->resolvers = zt_nets_new(&params->resolvers);
	policy->monitors = zt_nets_new(&params->monitors);
	bool is_short = policy->internal == NULL || policy->resolvers == NULL ||
			policy->monitors == NULL;
	policy->n_scanners = params->n_scanners;
	for (size_t i = 0; i < params->n_scanners; i++) {
		struct scanner *scanner = &policy->scanners[i];
		scanner->from_ns = params->scanners[i].from_ns;
		scanner->until_ns = params->scanners[i].until_ns;
		scanner->networks = zt_nets_new(&params->scanners[i].networks);
		is_short |= scanner->networks == NULL;
	}
	if (is_short)
		zt_policy_free(&policy);
	return policy;
}

void
zt_policy_free(struct zt_policy **policy)
{
	if (*policy == NULL)
		return;
	zt_nets_free(&(*policy)->internal);
	zt_nets_free(&(*policy)->resolvers);
	zt_nets_free(&(*policy)->monitors);
	for (size_t i = 0; i < (*policy)->n_scanners; i++)
		zt_nets_free(&(*policy)->scanners[i].networks);
	free(*policy);
	*policy = NULL;
}

uint16_t
zt_policy_classify(struct zt_policy *policy, uint8_t family, const uint8_t addr[16])
{
	unsigned bits = 0;

	if (zt_nets_find(policy->internal, family, addr) >= 0)
		bits |= ZT_SP_INTERNAL;
	if (zt_nets_find(policy->resolvers, family, addr) >= 0)
		bits |= ZT_SP_RESOLVER;
	if (zt_nets_find(policy->monitors, family, addr) >= 0)
		bits |= ZT_SP_MONITOR;
	for (size_t i = 0; i < policy->n_scanners; i++) {
		if (zt_nets_find(policy->scanners[i].networks, family, addr) >= 0)
			bits |= ZT_SP_SCANNER;
	}
	return (uint16_t)bits;
}

bool
zt_policy_is_authorised(
    struct zt_policy *policy, uint8_t family, const uint8_t addr[16], uint64_t ts_ns)
{
	for (size_t i = 0; i < policy->n_scanners; i++) {
		const struct scanner *scanner = &policy->scanners[i];
		bool is_over = scanner->until_ns != 0 && ts_ns > scanner->until_ns;
		if (ts_ns >= scanner->from_ns && !is_over &&
		    zt_nets_find(scanner->networks, family, addr) >= 0)
			return true;
	}
	return false;
}

void
zt_policy_each(const struct zt_policy *policy, zt_policy_fn fn, void *arg)
{
	fn(arg, ZT_SP_INTERNAL, 0, policy->internal);
	fn(arg, ZT_SP_RESOLVER, 0, policy->resolvers);
	fn(arg, ZT_SP_MONITOR, 0, policy->monitors);
	for (size_t i = 0; i < policy->n_scanners; i++)
		fn(arg, ZT_SP_SCANNER, i, policy->scanners[i].networks);
}
