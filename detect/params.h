/**
 * @file params.h
 * What the detector needs to know of the configuration, as plain data.
 *
 * Filled by sensor/ from conf/, or by a test.  Everything here is borrowed for the call
 * to zt_engine_new() and copied by it.
 *
 * Units: *_ns nanoseconds, *_bytes bytes; thresholds mean "more than".
 */
#ifndef ZT_DETECT_PARAMS_H
#define ZT_DETECT_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../dissect/event.h"
#include "../dissect/hash.h"

/** An address block.  Host bits of addr are zero. */
struct zt_prefix {
	uint8_t addr[16]; /**< Network order; IPv4 in the first four bytes. */
	uint8_t family;	  /**< 4 or 6. */
	uint8_t bits;	  /**< 0 .. 32 or 0 .. 128. */
};

struct zt_prefix_list {
	const struct zt_prefix *items;
	size_t count;
};

/** A domain name in folded wire form. */
struct zt_zone_name {
	uint8_t len;
	uint8_t wire[ZT_NAME_MAX];
};

/** One zone that is ours. */
struct zt_zone_policy {
	struct zt_zone_name name;
	struct zt_prefix_list secondaries;
	const struct zt_zone_name *tsig_keys;
	size_t n_tsig_keys;
	bool require_tsig;
};

/** An authorised test: incidents are kept but marked authorised. */
struct zt_scanner_policy {
	struct zt_prefix_list networks;
	uint64_t from_ns;  /**< 0: since ever. */
	uint64_t until_ns; /**< 0: for ever. */
};

/** Numbers of one rule.  A rule uses those that its schema rows name; the rest are 0.
 */
struct zt_rule_params {
	bool enabled;
	uint8_t risk;	     /**< 0 .. 100. */
	uint32_t queries;    /**< Fires above so many queries. */
	uint32_t names;	     /**< Fires above so many distinct names. */
	uint32_t types;	     /**< Fires above so many distinct types of one name. */
	uint32_t sources;    /**< Least number of sources taking part. */
	uint32_t servers;    /**< Fires above so many distinct servers. */
	uint32_t selectors;  /**< Fires above so many DKIM selectors of one domain. */
	uint32_t zones;	     /**< Fires above so many zones. */
	uint32_t steps;	     /**< Fires above so many steps along a chain. */
	uint32_t intervals;  /**< Fires above so many NSEC3 intervals disclosed. */
	uint32_t names_slow; /**< Second threshold, over window_slow_ns. */
	uint64_t window_ns;
	uint64_t window_slow_ns;
	uint64_t bytes;		      /**< Fires from so many bytes at a stretch. */
	uint64_t pace_ns;	      /**< Least time that a slow job takes. */
	const uint16_t *record_types; /**< The set of types that count. */
	size_t n_record_types;
};

/** Rules in the order of the registry (rules.h); names as in the configuration. */
enum zt_rule_id {
#define ZT_RULE(id, name) ZT_RULE_##id,
#include "rules.def"
#undef ZT_RULE
	ZT_N_RULES
};

struct zt_params {
	struct zt_hash_key key; /**< Not all zero. */
	size_t memory_bytes;	/**< Budget for all state that traffic can grow. */
	struct zt_prefix_list internal;
	bool external_only; /**< Judge only sources outside `internal`. */
	struct zt_prefix_list resolvers;
	struct zt_prefix_list monitors;
	const struct zt_scanner_policy *scanners;
	size_t n_scanners;
	const struct zt_zone_policy *zones;
	size_t n_zones;
	uint8_t prefix_v4; /**< External IPv4 sources are counted per prefix of so many
			      bits. */
	uint8_t prefix_v6;
	uint32_t resolver_factor; /**< Thresholds of listed resolvers are so many times
				     higher. */
	uint64_t learn_period_ns; /**< Secondaries are learned for so long; 0: not. */
	uint64_t
	    update_interval_ns; /**< At most one update of an incident in this time. */
	struct zt_rule_params rules[ZT_N_RULES];
};

/** Fill params with the defaults of the manual; key zero, all lists empty. */
void zt_params_defaults(struct zt_params *params);

#endif
