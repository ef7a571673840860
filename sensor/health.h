/**
 * @file health.h
 * Blind spots: what keeps a sensor from seeing, told from its own counters.
 *
 * Shape:     one row of health.def per blind spot.  Each is an incident of its own with
 *            open, update and close; it is judged over a window, opens at one share and
 *            closes below a lower one, so that a value at the edge does not flap.
 * Subjects:  each interface and the sensor as a whole have a struct zt_health each.
 * Clock:     the caller's; pure functions of what they are given.  clock_ns never runs
 *            backwards, ts_ns is the time of day.
 * Memory:    ZT_HEALTH_SLOTS samples a subject.
 * Threads:   main thread.
 */
#ifndef ZT_SENSOR_HEALTH_H
#define ZT_SENSOR_HEALTH_H

#include "../detect/alert.h"

/** Parts that the window is cut into. */
#define ZT_HEALTH_SLOTS 60

enum zt_blind_spot {
#define ZT_BLIND_SPOT(ID, ...) ZT_BLIND_SPOT_##ID,
#include "health.def"
#undef ZT_BLIND_SPOT
	ZT_N_BLIND_SPOTS
};

/** Totals since the start, and at the end how things stand right now. */
struct zt_health_counters {
	uint64_t packets; /**< Handed to the dissector. */
	uint64_t kernel_drops;
	uint64_t events; /**< Offered to the ring. */
	uint64_t ring_drops;
	uint64_t queries;
	uint64_t responses;
	uint64_t paired; /**< Responses that found their query. */
	uint64_t tagged_queries;
	uint64_t tagged_responses;
	uint64_t tcp_messages;
	uint64_t truncated;
	uint64_t duplicates;
	uint64_t undecoded;
	uint64_t gaps;
	uint64_t given_up; /**< Streams and fragments, for lack of memory. */
	uint64_t alerts_lost;
	uint64_t forgotten; /**< Sources and tracks, for lack of memory. */
	uint64_t silent;    /**< 1: no packet for too long. */
	uint64_t down;	    /**< 1: no link. */
	uint64_t sinks_failing;
};

/** What a blind spot is, for people. */
struct zt_health_text {
	const char *name; /**< Of the rule. */
	const char *title;
	const char *meaning;
	const char *advice;
	uint8_t risk;
};

/** One blind spot of one subject. */
struct zt_health_state {
	bool is_open;
	char id[ZT_ALERT_ID_SIZE];
	uint64_t bad_ns;  /**< Last time that it was bad. */
	uint64_t told_ns; /**< Last alert. */
	uint64_t told;	  /**< Count in the last alert. */
	uint64_t base_ns; /**< Start of the window in which it opened, and */
	struct zt_health_counters base; /**< the counters at that time. */
};

struct zt_health_sample {
	uint64_t clock_ns;
	struct zt_health_counters counters;
};

/** Receives each alert; borrowed for the call. */
typedef void (*zt_health_fn)(void *arg, const struct zt_alert *alert);

struct zt_health {
	char subject[ZT_ALERT_SUBJECT_SIZE]; /**< "": the sensor. */
	uint16_t interface;		     /**< Its number; 0: none. */
	uint64_t window_ns;
	uint64_t update_ns; /**< At most one update of an incident in this time. */
	zt_health_fn deliver;
	void *arg;
	unsigned n_samples;
	unsigned newest;
	struct zt_health_sample samples[ZT_HEALTH_SLOTS + 1];
	struct zt_health_state states[ZT_N_BLIND_SPOTS];
};

/** The row of a blind spot. */
const struct zt_health_text *zt_health_text(enum zt_blind_spot spot);

/**
 * Look at the counters, deliver what has changed.
 *
 * @param health   subject, interface, window, update, deliver and arg set by the caller,
 *                 the rest zero at first.
 * @param now      totals; gauges of the moment.
 */
void zt_health_step(struct zt_health *health, uint64_t clock_ns, uint64_t ts_ns,
    const struct zt_health_counters *now);

/**
 * Judge a whole run at once.
 *
 * @param count  out: how many.
 * @param of     out: out of how many.
 * @return whether this blind spot applies.
 */
bool zt_health_applies(enum zt_blind_spot spot, const struct zt_health_counters *all,
    uint64_t *count, uint64_t *of);

#endif
