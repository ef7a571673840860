#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(ZT_CONF_NAME_MAX == ZT_NAME_MAX, "names");

/* Rules are joined by their names: the two lists may be ordered differently, and a rule
 * that the configuration does not know keeps the detector's defaults. */
static const char *const rule_names[ZT_N_RULES] = {
#define ZT_RULE(id, name) [ZT_RULE_##id] = (name),
#include "../detect/rules.def"
#undef ZT_RULE
};

/* Zeroed memory for n items that lives as long as the settings.  NULL also for n = 0.
 */
static void *
block(struct zt_settings *settings, size_t n, size_t item_bytes)
{
	if (n == 0)
		return NULL;
	if (settings->n_blocks == settings->block_cap) {
		size_t cap = settings->block_cap == 0 ? 16 : 2 * settings->block_cap;
		void **grown = realloc(settings->blocks, cap * sizeof(*grown));
		if (grown == NULL)
			return NULL;
		settings->blocks = grown;
		settings->block_cap = cap;
	}
	void *fresh = calloc(n, item_bytes);
	if (fresh != NULL)
		settings->blocks[settings->n_blocks++] = fresh;
	return fresh;
}

static bool
copy_prefixes(struct zt_settings *settings, const struct zt_conf_prefixes *from,
    struct zt_prefix_list *to)
{
	struct zt_prefix *items = block(settings, from->count, sizeof(*items));

	if (items == NULL)
		return from->count == 0;
	for (size_t i = 0; i < from->count; i++) {
		memcpy(items[i].addr, from->items[i].addr, sizeof(items[i].addr));
		items[i].family = from->items[i].family;
		items[i].bits = from->items[i].bits;
	}
	to->items = items;
	to->count = from->count;
	return true;
}

static void
copy_name(const struct zt_conf_name *from, struct zt_zone_name *to)
{
	to->len = from->len;
	memcpy(to->wire, from->wire, sizeof(to->wire));
}

static bool
copy_zone(struct zt_settings *settings, const struct zt_conf_zone *from,
    struct zt_zone_policy *to)
{
	struct zt_zone_name *keys =
	    block(settings, from->tsig_keys.count, sizeof(*keys));

	if (keys == NULL && from->tsig_keys.count != 0)
		return false;
	for (size_t i = 0; i < from->tsig_keys.count; i++)
		copy_name(&from->tsig_keys.items[i], &keys[i]);
	to->tsig_keys = keys;
	to->n_tsig_keys = from->tsig_keys.count;
	to->require_tsig = from->require_tsig;
	copy_name(&from->name, &to->name);
	return copy_prefixes(settings, &from->secondaries, &to->secondaries);
}

static bool
copy_zones(struct zt_settings *settings, const struct zt_conf_zones *from)
{
	struct zt_zone_policy *zones = block(settings, from->count, sizeof(*zones));

	if (zones == NULL)
		return from->count == 0;
	for (size_t i = 0; i < from->count; i++)
		if (!copy_zone(settings, &from->items[i], &zones[i]))
			return false;
	settings->params.zones = zones;
	settings->params.n_zones = from->count;
	return true;
}

static bool
copy_scanners(struct zt_settings *settings, const struct zt_conf_scanners *from)
{
	struct zt_scanner_policy *scanners =
	    block(settings, from->count, sizeof(*scanners));

	if (scanners == NULL)
		return from->count == 0;
	for (size_t i = 0; i < from->count; i++) {
		scanners[i].from_ns = from->items[i].from_ns;
		scanners[i].until_ns = from->items[i].until_ns;
		if (!copy_prefixes(
			settings, &from->items[i].networks, &scanners[i].networks))
			return false;
	}
	settings->params.scanners = scanners;
	settings->params.n_scanners = from->count;
	return true;
}

static bool
copy_rule(struct zt_settings *settings, const struct zt_conf_rule *from,
    struct zt_rule_params *to)
{
	uint16_t *types = block(settings, from->record_types.count, sizeof(*types));

	if (types == NULL && from->record_types.count != 0)
		return false;
	if (types != NULL)
		memcpy(types, from->record_types.items,
		    from->record_types.count * sizeof(*types));
	to->record_types = types;
	to->n_record_types = from->record_types.count;
	to->enabled = from->enabled;
	to->risk = (uint8_t)from->risk;
	to->queries = from->queries;
	to->names = from->names;
	to->types = from->types;
	to->sources = from->sources;
	to->servers = from->servers;
	to->selectors = from->selectors;
	to->zones = from->zones;
	to->steps = from->steps;
	to->intervals = from->intervals;
	to->names_slow = from->names_slow;
	to->window_ns = from->window_ns;
	to->window_slow_ns = from->window_slow_ns;
	to->pace_ns = from->pace_ns;
	to->bytes = from->bytes;
	return true;
}

static bool
copy_rules(struct zt_settings *settings, const struct zt_conf *conf)
{
	for (unsigned i = 0; i < ZT_CONF_N_RULES; i++) {
		const char *name = zt_conf_rule_name((enum zt_conf_rule_id)i);
		for (unsigned j = 0; j < ZT_N_RULES; j++)
			if (strcmp(name, rule_names[j]) == 0 &&
			    !copy_rule(settings, &conf->detect.rules[i],
				&settings->params.rules[j]))
				return false;
	}
	return true;
}

static void
set_dissect(struct zt_settings *settings, const struct zt_conf *conf,
    const struct zt_hash_key *key)
{
	struct zt_dissect_options *to = &settings->dissect;

	zt_dissect_defaults(to);
	to->ports = conf->ports.items;
	to->n_ports = conf->ports.count;
	to->fragment_bytes = conf->dissect.fragment_bytes;
	to->tcp_streams = conf->dissect.tcp_streams;
	to->tcp_bytes = conf->dissect.tcp_bytes;
	to->tcp_idle_ns = conf->dissect.tcp_idle_ns;
	to->transfer_timeout_ns = conf->dissect.transfer_timeout_ns;
	to->zone_bytes = conf->dissect.zone_bytes;
	to->drop_duplicates = conf->dissect.drop_duplicates;
	to->encrypted = conf->dissect.encrypted;
	to->check_sums = conf->dissect.check_sums;
	to->key = *key;
}

static bool
set_params(struct zt_settings *settings, const struct zt_conf *conf,
    const struct zt_hash_key *key)
{
	struct zt_params *to = &settings->params;

	zt_params_defaults(to);
	to->key = *key;
	to->memory_bytes = conf->detect.memory_bytes;
	to->external_only = conf->external_only;
	to->prefix_v4 = (uint8_t)conf->detect.prefix_v4;
	to->prefix_v6 = (uint8_t)conf->detect.prefix_v6;
	to->resolver_factor = conf->detect.resolver_factor;
	to->update_interval_ns = conf->detect.update_interval_ns;
	to->learn_period_ns = conf->learn.enabled ? conf->learn.period_ns : 0;
	if (!copy_rules(settings, conf))
		return false;
	to->rules[ZT_RULE_recon_tool_process].enabled &= conf->processes.enabled;
	return copy_prefixes(settings, &conf->internal, &to->internal) &&
	       copy_prefixes(settings, &conf->resolvers, &to->resolvers) &&
	       copy_prefixes(settings, &conf->monitors, &to->monitors) &&
	       copy_zones(settings, &conf->zones) &&
	       copy_scanners(settings, &conf->scanners);
}

int
zt_settings_init(struct zt_settings *settings, const struct zt_conf *conf,
    const struct zt_hash_key *key)
{
	memset(settings, 0, sizeof(*settings));
	set_dissect(settings, conf, key);
	if (set_params(settings, conf, key))
		return 0;
	zt_settings_fini(settings);
	return -ENOMEM;
}

void
zt_settings_fini(struct zt_settings *settings)
{
	for (size_t i = 0; i < settings->n_blocks; i++)
		free(settings->blocks[i]);
	free(settings->blocks);
	memset(settings, 0, sizeof(*settings));
}
