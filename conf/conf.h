/**
 * @file conf.h
 * The configuration as plain data.
 *
 * One member per setting; conf/schema.c holds one row per member and nothing else lists
 * settings.  Lists are arrays with a count, allocated by zt_conf_load() and freed by
 * zt_conf_free().
 *
 * Threads: loaded by one thread, then read only; a reload makes a new object.
 * Units:   *_ns nanoseconds, *_bytes bytes.
 */
#ifndef ZT_CONF_CONF_H
#define ZT_CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

/** Longest domain name in wire form. */
#define ZT_CONF_NAME_MAX 255

struct zt_conf_prefix {
	uint8_t addr[16]; /**< Network order, host bits zero; IPv4 in the first four. */
	uint8_t family;	  /**< 4 or 6. */
	uint8_t bits;
};

struct zt_conf_prefixes {
	struct zt_conf_prefix *items;
	size_t count;
};

struct zt_conf_name {
	uint8_t len; /**< Bytes of wire, root label included. */
	uint8_t wire[ZT_CONF_NAME_MAX];
};

struct zt_conf_names {
	struct zt_conf_name *items;
	size_t count;
};

struct zt_conf_strings {
	char **items;
	size_t count;
};

struct zt_conf_numbers {
	uint16_t *items;
	size_t count;
};

/** One entry of `zones`. */
struct zt_conf_zone {
	struct zt_conf_prefixes secondaries;
	struct zt_conf_names tsig_keys;
	struct zt_conf_name name;
	bool require_tsig;
};

struct zt_conf_zones {
	struct zt_conf_zone *items;
	size_t count;
};

/** One entry of `scanners`. */
struct zt_conf_scanner {
	struct zt_conf_prefixes networks;
	uint64_t from_ns;  /**< 0: since ever. */
	uint64_t until_ns; /**< 0: for ever. */
};

struct zt_conf_scanners {
	struct zt_conf_scanner *items;
	size_t count;
};

/** One entry of `detect.rules`; a rule has schema rows only for what it uses. */
struct zt_conf_rule {
	uint64_t window_ns;
	uint64_t window_slow_ns;
	struct zt_conf_numbers record_types;
	uint32_t queries;
	uint32_t names;
	uint32_t types;
	uint32_t sources;
	uint32_t names_slow;
	uint32_t risk;
	bool enabled;
};

/** Rules, in the order of detect/rules.def; sensor/ checks that the two agree. */
enum zt_conf_rule_id {
	ZT_CONF_RULE_ZONE_TRANSFER,
	ZT_CONF_RULE_TYPE_ENUMERATION,
	ZT_CONF_N_RULES
};

struct zt_conf {
	struct zt_conf_strings interfaces;
	struct zt_conf_numbers ports;
	struct zt_conf_prefixes internal;
	struct zt_conf_zones zones;
	struct zt_conf_prefixes resolvers;
	struct zt_conf_prefixes monitors;
	struct zt_conf_scanners scanners;
	char *sensor_name; /**< "" means: the host's name. */
	struct {
		uint64_t fragment_bytes;
		uint64_t tcp_bytes;
		uint64_t tcp_idle_ns;
		uint64_t transfer_timeout_ns;
		uint32_t tcp_streams;
		bool drop_duplicates;
	} dissect;
	struct {
		uint64_t memory_bytes;
		uint64_t update_interval_ns;
		uint32_t prefix_v4;
		uint32_t prefix_v6;
		uint32_t resolver_factor;
		struct zt_conf_rule rules[ZT_CONF_N_RULES];
	} detect;
	struct {
		uint64_t ring_bytes;
	} sensor;
	bool external_only;
};

/**
 * The defaults of the schema, as if an empty file had been loaded.
 *
 * @param conf  out: owned by the caller, freed with zt_conf_free().
 * @return 0, or -ENOMEM.
 */
int zt_conf_defaults(struct zt_conf **conf);

/**
 * Load a file.
 *
 * @param path  "-" is not special.
 * @param conf  out: untouched on failure; owned by the caller.
 * @param err   out: "path:line:column: what was found; what would be right".
 * @return 0, or -errno, or -EINVAL for a file that cannot be accepted.
 */
int zt_conf_load(const char *path, struct zt_conf **conf, struct zt_err *err);

/** The same for text in memory; name stands for the path in error texts. */
int zt_conf_parse(const char *name, const char *text, size_t len, struct zt_conf **conf,
    struct zt_err *err);

/** Accepts NULL and half-built objects; sets the pointer to NULL. */
void zt_conf_free(struct zt_conf **conf);

#endif
