#include <string.h>

#include "params.h"

#define NS_PER_S UINT64_C(1000000000)

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
	params->rules[ZT_RULE_type_enumeration] = (struct zt_rule_params){
		.enabled = true,
		.risk = 70,
		.queries = 30,
		.names = 20,
		.types = 3,
		.window_ns = 600 * NS_PER_S,
		.record_types = enumeration_types,
		.n_record_types =
		    sizeof(enumeration_types) / sizeof(enumeration_types[0]),
	};
}
