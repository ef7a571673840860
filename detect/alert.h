/**
 * @file alert.h
 * One alert document as plain data, before any format is chosen.
 *
 * Shape:     the members follow the alert document of the manual (zonetap(8), ALERTS)
 *            in order.  "absent" members are zero-length or have their have_ flag
 *            unset.
 * Ownership: an alert is borrowed for the callback that delivers it; it holds no
 *            pointers to anything but constant strings, so it may be copied as bytes.
 * Threads:   made by the detector thread.
 * Units:     ts_ns nanoseconds since the epoch; windows in seconds.
 */
#ifndef ZT_DETECT_ALERT_H
#define ZT_DETECT_ALERT_H

#include <stdbool.h>
#include <stdint.h>

#include "../dissect/event.h"
#include "choreography.h"

/** Sample names in one alert. */
#define ZT_ALERT_SAMPLES_MAX 8
/** Types and rcodes listed in one alert. */
#define ZT_ALERT_TYPES_MAX  24
#define ZT_ALERT_RCODES_MAX 8
/** Sample addresses in one alert. */
#define ZT_ALERT_ADDRESSES_MAX 8
/** Features of a fingerprint listed in one alert. */
#define ZT_ALERT_BECAUSE_MAX 6
/** Bytes of a campaign or incident id in text form, terminator included. */
#define ZT_ALERT_ID_SIZE 24
/** Bytes of what a health alert is about, terminator included. */
#define ZT_ALERT_SUBJECT_SIZE 64

enum zt_alert_event {
	ZT_ALERT_OPEN,
	ZT_ALERT_UPDATE,
	ZT_ALERT_CLOSE,
};

enum zt_level {
	ZT_LEVEL_LOW,
	ZT_LEVEL_MEDIUM,
	ZT_LEVEL_HIGH,
	ZT_LEVEL_CRITICAL,
};

struct zt_alert_count {
	uint64_t count;
	uint16_t code; /**< Record type or rcode. */
};

/** A name in folded wire form. */
struct zt_alert_name {
	uint8_t len; /**< 0: absent. */
	uint8_t wire[ZT_NAME_MAX];
};

/** What the sensor may have missed between first and last of this incident. */
struct zt_alert_trust {
	uint64_t kernel_drops;
	uint64_t ring_drops;
	uint64_t capture_gaps; /**< Times that an interface was away or down. */
	uint64_t gap_bytes;
	bool one_sided;
	bool at_least; /**< Numbers of this alert are minima. */
};

struct zt_alert_window {
	bool present;
	bool
	    names_estimated; /**< names is a sketch's value; names_error_ppm applies. */
	uint32_t seconds;
	uint32_t names_error_ppm; /**< Standard error of names in parts per million. */
	uint64_t queries;
	uint64_t names;
	uint64_t first_ns;
	uint64_t last_ns;
	uint8_t n_types;
	uint8_t n_rcodes;
	uint8_t n_samples;
	struct zt_alert_count types[ZT_ALERT_TYPES_MAX];
	struct zt_alert_count rcodes[ZT_ALERT_RCODES_MAX];
	struct zt_alert_name samples[ZT_ALERT_SAMPLES_MAX];
};

struct zt_alert_address {
	uint8_t family; /**< 4 or 6. */
	uint8_t addr[16];
};

/** What the answers told the source since the incident opened: distinct things. */
struct zt_alert_learned {
	bool present;
	bool at_least;	 /**< Something found no memory: the counts are minima. */
	bool have_share; /**< share_ppm is known (NSEC3). */
	uint32_t
	    error_ppm; /**< Standard error of counts that are estimated; 0: exact. */
	uint32_t share_ppm;    /**< Part of the zone whose hashes were shown. */
	uint64_t names_found;  /**< Names that were answered with data. */
	uint64_t names_absent; /**< Names that do not exist (NXDOMAIN). */
	uint64_t addresses;
	uint64_t private_addresses; /**< Of them, in RFC 1918 or fc00::/7. */
	uint64_t mail_hosts;	    /**< Records of answers for MX. */
	uint64_t intervals;	    /**< NSEC or NSEC3 records. */
	uint64_t providers;	    /**< Bit i: row i of the provider table. */
	uint8_t n_samples;
	struct zt_alert_address samples[ZT_ALERT_ADDRESSES_MAX];
};

struct zt_alert_tool {
	const char *name;   /**< NULL: unknown. */
	uint32_t score_ppm; /**< 0 .. 1000000. */
	uint8_t n_because;
	const char *because[ZT_ALERT_BECAUSE_MAX];
};

/** A blind spot of the sensor itself; made by the sensor, never by a rule. */
struct zt_alert_health {
	bool present;
	char subject[ZT_ALERT_SUBJECT_SIZE]; /**< Interface; "": the whole sensor. */
	const char *meaning;		     /**< What it means, a sentence. */
	const char *advice;		     /**< What to do. */
	uint64_t count;			     /**< How many, */
	uint64_t of;			     /**< out of so many, */
	uint32_t seconds;		     /**< in so many seconds. */
};

struct zt_alert {
	uint64_t ts_ns; /**< Capture time of the event that caused this alert. */
	char id[ZT_ALERT_ID_SIZE];
	enum zt_alert_event event;
	const char *rule;  /**< Name of the rule, as in the configuration. */
	const char *title; /**< One line for people. */
	uint8_t risk;	   /**< 0 .. 100. */
	enum zt_level severity;
	enum zt_level confidence;
	const char *technique; /**< ATT&CK id; NULL: none. */
	const char *tactic;
	uint8_t family; /**< 4 or 6: of source and server; 0: there is neither. */
	uint8_t source[16];
	uint16_t source_port; /**< 0: many. */
	uint8_t prefix_len;   /**< The source was counted as this prefix. */
	bool source_internal;
	bool authorised; /**< An authorised scanner (policy). */
	bool have_server;
	uint8_t server[16];
	uint16_t server_port;
	uint8_t transport; /**< 17 or 6; 0: both. */
	uint8_t n_vlan;
	uint16_t vlan[ZT_VLAN_MAX];
	uint16_t interface;
	bool have_origin;
	struct zt_origin origin; /**< Tunnel and client subnet. */
	bool origin_tunnel;	 /**< origin holds a tunnel. */
	bool origin_ecs;	 /**< origin holds a client subnet. */
	struct zt_alert_name zone;
	bool have_transfer;
	struct zt_transfer transfer;
	enum zt_prelude prelude; /**< What led to it. */
	bool have_sealed;
	struct zt_sealed sealed;
	bool have_process;
	bool process_on_wire;	   /**< It asked something that passed the tap. */
	struct zt_process process; /**< The latest start. */
	struct zt_alert_window window;
	struct zt_alert_learned learned;
	struct zt_alert_tool tool;
	struct zt_alert_trust trust;
	struct zt_alert_health health;
	char campaign[ZT_ALERT_ID_SIZE]; /**< "": none. */
};

#endif
