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
#include <stdio.h>

#include "err.h"

/** Where the control socket is unless the configuration says otherwise. */
#define ZT_CONF_CONTROL_SOCKET "/run/zonetap/control.sock"

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

/** Algorithms of TSIG keys, RFC 8945 section 6. */
enum zt_conf_algorithm {
	ZT_CONF_HMAC_MD5,
	ZT_CONF_HMAC_SHA1,
	ZT_CONF_HMAC_SHA224,
	ZT_CONF_HMAC_SHA256,
	ZT_CONF_HMAC_SHA384,
	ZT_CONF_HMAC_SHA512,
	ZT_CONF_N_ALGORITHMS
};

/** One entry of `keys`. */
struct zt_conf_key {
	char *secret;	    /**< Base64; "" when secret_file is given. */
	char *secret_file;  /**< Holds the same; "" when secret is given. */
	uint32_t algorithm; /**< enum zt_conf_algorithm */
	struct zt_conf_name name;
};

struct zt_conf_keys {
	struct zt_conf_key *items;
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
	uint64_t pace_ns;
	uint64_t bytes;
	struct zt_conf_numbers record_types;
	uint32_t queries;
	uint32_t names;
	uint32_t names_slow;
	uint32_t types;
	uint32_t sources;
	uint32_t servers;
	uint32_t zones;
	uint32_t selectors;
	uint32_t steps;
	uint32_t intervals;
	uint32_t risk;
	bool enabled;
};

/** Rules, in the order of detect/rules.def; sensor/ joins the two by name.  A new rule
 * is a line here and its rows in conf/schema.c. */
enum zt_conf_rule_id {
	ZT_CONF_RULE_ZONE_TRANSFER,
	ZT_CONF_RULE_TYPE_ENUMERATION,
	ZT_CONF_RULE_NAME_BRUTEFORCE,
	ZT_CONF_RULE_REVERSE_SWEEP,
	ZT_CONF_RULE_NSEC_WALK,
	ZT_CONF_RULE_SRV_SWEEP,
	ZT_CONF_RULE_TLD_EXPANSION,
	ZT_CONF_RULE_CACHE_SNOOPING,
	ZT_CONF_RULE_SERVER_PROBE,
	ZT_CONF_RULE_SERVER_SWEEP,
	ZT_CONF_RULE_MAIL_MAPPING,
	ZT_CONF_RULE_LOOKALIKE_SWEEP,
	ZT_CONF_RULE_DISTRIBUTED_ENUMERATION,
	ZT_CONF_RULE_SLOW_ENUMERATION,
	ZT_CONF_RULE_TRANSFER_DEVIATION,
	ZT_CONF_RULE_ENCRYPTED_TRANSFER,
	ZT_CONF_RULE_RECON_TOOL_PROCESS,
	ZT_CONF_N_RULES
};

/** More outputs than anybody wants. */
#define ZT_CONF_OUTPUTS_MAX 16

/** What an output is; in the order of the words of its schema row. */
enum zt_conf_output_type {
	ZT_CONF_OUTPUT_FILE,
	ZT_CONF_OUTPUT_STDOUT,
	ZT_CONF_OUTPUT_UNIX,
	ZT_CONF_OUTPUT_UNIX_DATAGRAM,
	ZT_CONF_OUTPUT_SYSLOG,
	ZT_CONF_OUTPUT_JOURNAL,
	ZT_CONF_N_OUTPUTS
};

/** How often a file is forced to the disk. */
enum zt_conf_fsync {
	ZT_CONF_FSYNC_NEVER,
	ZT_CONF_FSYNC_SECOND,
	ZT_CONF_FSYNC_ALWAYS,
};

/** One entry of `outputs`. */
struct zt_conf_output {
	char *path;		    /**< "": what the type stands for. */
	char *address;		    /**< Syslog over TCP, "192.0.2.1:601"; "": local. */
	char *format;		    /**< Name of a format of sensor/. */
	uint64_t rotate_size_bytes; /**< 0: never. */
	uint64_t rotate_every_ns;   /**< 0: never. */
	uint32_t type;		    /**< enum zt_conf_output_type */
	uint32_t min_risk;
	uint32_t fsync; /**< enum zt_conf_fsync */
	uint32_t keep;
	uint32_t facility; /**< RFC 5424 6.2.1. */
	uint32_t queue;	   /**< Alerts. */
};

struct zt_conf_outputs {
	struct zt_conf_output *items;
	size_t count;
};

struct zt_conf {
	struct zt_conf_strings interfaces;
	struct zt_conf_numbers ports;
	struct zt_conf_prefixes internal;
	struct zt_conf_zones zones;
	struct zt_conf_keys keys;
	struct zt_conf_prefixes resolvers;
	struct zt_conf_prefixes monitors;
	struct zt_conf_scanners scanners;
	struct zt_conf_outputs outputs;
	char *sensor_name; /**< "" means: the host's name. */
	struct {
		struct zt_conf_numbers cpus;
		uint64_t buffer_bytes; /**< Of each worker. */
		char *filter;	       /**< "": made from the configuration. */
		uint32_t workers;      /**< Of each interface. */
		uint32_t snaplen;
		bool promiscuous;
		bool tunnels;
		bool wait_for_interface;
	} capture;
	struct {
		char *directory; /**< "" keeps nothing. */
		uint64_t bytes_max;
	} keep_zones;
	struct {
		uint64_t fragment_bytes;
		uint64_t tcp_bytes;
		uint64_t tcp_idle_ns;
		uint64_t transfer_timeout_ns;
		uint64_t zone_bytes;
		uint32_t tcp_streams;
		bool drop_duplicates;
		bool encrypted;
		bool check_sums;
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
		char *user;    /**< "": whoever starts it. */
		char *seccomp; /**< "enforce", "log" or "off". */
		bool landlock;
	} sensor;
	struct {
		char *socket; /**< "": none. */
		char *group;  /**< "": that of the process. */
	} control;
	struct {
		char *directory; /**< "": see the row. */
		uint64_t limit_bytes;
	} spool;
	struct {
		uint64_t window_ns;
		uint64_t silence_ns;
		bool enabled;
	} health;
	struct {
		char *file; /**< "": none. */
		uint64_t period_ns;
		bool enabled;
	} learn;
	struct {
		bool enabled;
	} processes;
	struct {
		char *listen;	  /**< "": off. */
		char *token_file; /**< "": no token. */
	} web;
	bool external_only;
};

/**
 * The defaults of the schema, as if a file without settings had been loaded.
 *
 * @param conf  out: owned by the caller, freed with zt_conf_free().
 * @return 0, or -ENOMEM.
 */
int zt_conf_defaults(struct zt_conf **conf);

/**
 * Load a file.  Refused are: what is not a regular file, a file that everybody may
 * write, one above 16 MiB, and a file of no bytes (a reload must not take the ruins of
 * an interrupted write for "all defaults").
 *
 * @param path  "-" is not special.
 * @param conf  out: untouched on failure; owned by the caller.
 * @param err   out: "path:line:column: what was found; what would be right".
 * @return 0; -EINVAL for a file that cannot be accepted; -EFBIG, -EPERM, -ENOMEM, or
 *         the -errno of the system call that failed.  All or nothing.
 */
int zt_conf_load(const char *path, struct zt_conf **conf, struct zt_err *err);

/** The same for text in memory; name stands for the path in error texts. */
int zt_conf_parse(const char *name, const char *text, size_t len, struct zt_conf **conf,
    struct zt_err *err);

/** Name of an output's type as in the configuration, for example "syslog". */
const char *zt_conf_output_name(enum zt_conf_output_type type);

/** Name of a rule as in the configuration, for example "zone-transfer". */
const char *zt_conf_rule_name(enum zt_conf_rule_id id);

/**
 * Print the effective configuration as YAML that loads again to the same values; only
 * secrets are not shown, and what is in their place is refused.
 *
 * @return 0, or -EIO when out did not take everything.
 */
int zt_conf_dump(const struct zt_conf *conf, FILE *out);

/**
 * Whether a program that runs by `now` can go on by `next`: settings that only a start
 * reads (their rows lack ZT_SCHEMA_RELOAD) must be equal.
 *
 * @param path  of next, for the text.
 * @param err   names the setting, both values, and what would be right.
 * @return 0; -EINVAL when one differs; -ENOMEM.
 */
int zt_conf_allows_reload(const char *path, const struct zt_conf *now,
    const struct zt_conf *next, struct zt_err *err);

/** Accepts NULL and half-built objects; sets the pointer to NULL. */
void zt_conf_free(struct zt_conf **conf);

#endif
