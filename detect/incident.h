/**
 * @file incident.h
 * What a rule has found, told once and kept up to date: open, update, close.
 *
 * Shape:   an incident hangs on its track, one per (rule, source prefix, scope).
 * Open:    when the rule fires and the track has no incident.
 * Update:  when the verdict changes or another address of the prefix takes part (up to
 *          64 of them), at once; when the magnitude has grown tenfold
 *          since it was last told, at most once per update interval.
 * Close:   when the rule has not fired for its quiet time, at exactly that time; at
 *          the end of input; and when its memory is needed (counted as evicted).
 * Ids:     a plain hash of rule, source prefix, server, zone and time of the first
 *          event: equal in every run.  The campaign is a hash of the source prefix and
 *          the time of its first incident, and lasts as long as the source is
 *          remembered.
 * Memory:  blocks of the arena, at the level of suspects (tracks.h).
 * Work:    constant per finding, plus the alert when there is one.
 * Threads: one.
 */
#ifndef ZT_DETECT_INCIDENT_H
#define ZT_DETECT_INCIDENT_H

#include "engine.h"
#include "facts.h"
#include "rules.h"
#include "sketch.h"

/** What a rule found in one event. */
struct zt_finding {
	const char *title;		    /**< Constant text. */
	const uint8_t *zone;		    /**< Folded wire form, or NULL; borrowed. */
	const struct zt_transfer *transfer; /**< Or NULL; borrowed. */
	const struct zt_sealed *sealed;	    /**< Or NULL; borrowed. */
	const struct zt_process *process;   /**< Or NULL; borrowed. */
	uint64_t
	    magnitude;	  /**< What grows: names, records; 0: the questions counted. */
	uint64_t span_ns; /**< The window that was crossed; 0: none. */
	enum zt_level confidence;
	uint8_t zone_len;
	uint8_t risk;
	uint8_t verdict; /**< A change of it is told at once. */
	uint8_t prelude; /**< enum zt_prelude: what led to the transfer. */
	bool authorised;
	/** Told once as an update, without changing what the incident stands at: a
	 *  lesser outcome of a later attempt. */
	bool is_aside;
};

struct zt_incident {
	uint64_t id;
	uint64_t since_ns;    /**< Engine time of the first event that it counts. */
	uint64_t fired_ns;    /**< Engine time when the rule fired last. */
	uint64_t told_ns;     /**< Engine time of the last alert. */
	uint64_t first_ts_ns; /**< Capture times. */
	uint64_t last_ts_ns;
	uint64_t magnitude;
	uint64_t told_magnitude;
	uint64_t addresses; /**< One bit per address of the prefix that was told. */
	uint64_t queries;
	uint64_t names;	       /**< Exact while sketch is 0. */
	uint64_t kernel_drops; /**< Totals when it opened. */
	uint64_t ring_drops;
	uint64_t capture_gaps;
	uint64_t gap_bytes;
	uint64_t span_ns;
	const char *title;
	struct zt_blob zone;
	struct zt_blob transfer;
	struct zt_blob origin;
	struct zt_blob sealed;
	struct zt_blob process;
	uint32_t sketch;  /**< Distinct names beyond what the window holds. */
	uint32_t learned; /**< What the answers told (learned.h); 0: nothing yet. */
	uint32_t track;
	uint32_t newer; /**< Neighbours in the list of its rule, by fired_ns. */
	uint32_t older;
	uint32_t event_flags; /**< Of the latest event: tunnel, client subnet. */
	uint16_t source_port; /**< 0: many. */
	uint16_t server_port;
	uint16_t interface;
	uint16_t vlan[ZT_VLAN_MAX];
	uint8_t n_vlan;
	uint8_t family;
	uint8_t transport; /**< 0: both. */
	uint8_t prefix_len;
	uint8_t risk;
	uint8_t confidence;
	uint8_t verdict;
	uint8_t prelude;
	bool internal;
	bool authorised;
	bool one_sided;
	bool at_least;
	bool pending; /**< Growth that waits for the update interval. */
	uint8_t source[16];
	uint8_t server[16];
};

_Static_assert(sizeof(struct zt_incident) <= 256, "four units of the arena");

struct zt_incidents {
	struct zt_arena *arena;
	struct zt_tracks *tracks;
	struct zt_sources *sources;
	zt_alert_fn deliver;
	void *deliver_arg;
	struct zt_track_list lists[ZT_N_RULES];
	uint64_t quiet_ns[ZT_N_RULES];
	uint64_t update_interval_ns;
	uint64_t due_ns; /**< No incident closes before. */
	uint64_t kernel_drops;
	uint64_t ring_drops;
	uint64_t capture_gaps;
	uint64_t opened;
	uint64_t live;
	uint64_t closed;
	uint64_t evicted;
	uint64_t refused; /**< Told once, but no memory to follow them. */
	uint64_t alerts;
	struct zt_incident spare; /**< Tells what finds no memory. */
	struct zt_alert alert;	  /**< Built here: too large for a stack. */
};

/** Where and when: the event that a finding is about. */
struct zt_scene {
	const struct zt_event *event;
	uint64_t now_ns;
	uint32_t track;
};

/** The rule fired: open the incident of the track, or bring it up to date. */
void zt_incidents_report(struct zt_incidents *incidents, const struct zt_scene *scene,
    const struct zt_finding *finding);

/** One more query of a track with an incident. */
void zt_incidents_query(struct zt_incidents *incidents, const struct zt_scene *scene);

/** One more distinct name; is_lost: the window forgets one of the incident for it. */
void zt_incidents_name(
    struct zt_incidents *incidents, uint32_t track, uint64_t key, bool is_lost);

/** Close what has been quiet for long enough. */
void zt_incidents_close_due(struct zt_incidents *incidents, uint64_t now_ns);

/** End of input at capture time ts_ns: close everything. */
void zt_incidents_close_all(struct zt_incidents *incidents, uint64_t ts_ns);

/** End the incident of a track that has to go (a zt_track_evict_fn). */
void zt_incidents_evict(void *incidents, uint32_t track);

static inline struct zt_incident *
zt_incidents_at(const struct zt_incidents *incidents, uint32_t handle)
{
	return zt_arena_at(incidents->arena, handle);
}

#endif
