#include "rules.h"

static const struct zt_rule *const rules[] = {
#define ZT_RULE(id, name) &zt_rule_##id,
#include "rules.def"
#undef ZT_RULE
};

static const char *const names[] = {
#define ZT_RULE(id, name) name,
#include "rules.def"
#undef ZT_RULE
};

const struct zt_rule *
zt_rules_get(enum zt_rule_id id)
{
	return rules[id];
}

const char *
zt_rules_name(enum zt_rule_id id)
{
	return names[id];
}
