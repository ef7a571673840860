#include <string.h>

#include "params.h"

#define NS_PER_S	    UINT64_C(1000000000)
#define N_ENUMERATION_TYPES (sizeof(enumeration_types) / sizeof(enumeration_types[0]))

static const uint16_t enumeration_types[] = {
	ZT_RR_NS,
	ZT_RR_MX,
	ZT_RR_TXT,
	ZT_RR_SOA,
	ZT_RR_ANY,
	ZT_RR_AXFR,
	ZT_RR_IXFR,
	ZT_RR_SRV,
	ZT_RR_CAA,
	ZT_RR_SPF,
	ZT_RR_DNSKEY,
	ZT_RR_NAPTR,
	ZT_RR_HINFO,
	ZT_RR_LOC,
	ZT_RR_CNAME,
};

/* Rules that count names of one kind. */
static void
set_sweep_defaults(struct zt_rule_params *rules)
{
	static const struct {
		uint8_t rule;
		uint8_t risk;
		uint16_t names;
	} rows[] = {
		{ ZT_RULE_reverse_sweep, 60, 32 },
		{ ZT_RULE_srv_sweep, 60, 10 },
		{ ZT_RULE_tld_expansion, 50, 10 },
		{ ZT_RULE_cache_snooping, 60, 20 },
		{ ZT_RULE_lookalike_sweep, 50, 20 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		rules[rows[i].rule] = (struct zt_rule_params){
			.enabled = true,
			.risk = rows[i].risk,
			.names = rows[i].names,
			.window_ns = 600 * NS_PER_S,
		};
}

/* Rules with numbers of their own. */
static void
set_job_defaults(struct zt_rule_params *rules)
{
	rules[ZT_RULE_name_bruteforce] = (struct zt_rule_params){ .enabled = true,
		.risk = 70,
		.names = 50,
		.window_ns = 60 * NS_PER_S,
		.names_slow = 200,
		.window_slow_ns = 900 * NS_PER_S };
	rules[ZT_RULE_nsec_walk] = (struct zt_rule_params){ .enabled = true,
		.risk = 75,
		.steps = 3,
		.intervals = 32,
		.window_ns = 600 * NS_PER_S };
	rules[ZT_RULE_transfer_deviation] = (struct zt_rule_params){
		.enabled = true, .risk = 70, .window_ns = 600 * NS_PER_S
	};
	rules[ZT_RULE_encrypted_transfer] = (struct zt_rule_params){ .enabled = true,
		.risk = 50,
		.bytes = 128 << 10,
		.window_ns = 600 * NS_PER_S };
	/* Off: it needs a source of processes. */
	rules[ZT_RULE_recon_tool_process] =
	    (struct zt_rule_params){ .risk = 60, .window_ns = 600 * NS_PER_S };
	rules[ZT_RULE_server_probe] = (struct zt_rule_params){
		.enabled = true, .risk = 40, .window_ns = 600 * NS_PER_S
	};
	rules[ZT_RULE_server_sweep] = (struct zt_rule_params){
		.enabled = true, .risk = 50, .servers = 20, .window_ns = 600 * NS_PER_S
	};
	rules[ZT_RULE_mail_mapping] = (struct zt_rule_params){ .enabled = true,
		.risk = 50,
		.selectors = 5,
		.zones = 5,
		.window_ns = 600 * NS_PER_S };
	rules[ZT_RULE_distributed_enumeration] =
	    (struct zt_rule_params){ .enabled = true,
		    .risk = 80,
		    .names = 200,
		    .types = 90,
		    .sources = 8,
		    .window_ns = 600 * NS_PER_S,
		    .record_types = enumeration_types,
		    .n_record_types = N_ENUMERATION_TYPES };
	rules[ZT_RULE_slow_enumeration] = (struct zt_rule_params){ .enabled = true,
		.risk = 60,
		.names = 100,
		.types = 60,
		.window_ns = 86400 * NS_PER_S,
		.pace_ns = 1200 * NS_PER_S,
		.record_types = enumeration_types,
		.n_record_types = N_ENUMERATION_TYPES };
}

void
zt_params_defaults(struct zt_params *params)
{
	memset(params, 0, sizeof(*params));
	params->memory_bytes = (size_t)256 << 20;
	params->prefix_v4 = 32;
	params->prefix_v6 = 64;
	params->resolver_factor = 20;
	params->update_interval_ns = 60 * NS_PER_S;
	params->rules[ZT_RULE_zone_transfer] = (struct zt_rule_params){
		.enabled = true,
		.risk = 90,
		.window_ns = 600 * NS_PER_S,
	};
	set_sweep_defaults(params->rules);
	set_job_defaults(params->rules);
	params->rules[ZT_RULE_type_enumeration] = (struct zt_rule_params){
		.enabled = true,
		.risk = 70,
		.queries = 30,
		.names = 20,
		.types = 3,
		.window_ns = 600 * NS_PER_S,
		.record_types = enumeration_types,
		.n_record_types = N_ENUMERATION_TYPES,
	};
}
