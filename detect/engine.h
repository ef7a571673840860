/**
 * @file engine.h
 * Front door of the detector: events in, alerts out.
 *
 * Threads:   one engine, one thread.
 * Ownership: events are borrowed for the call, alerts for the callback.
 * Clock:     the time of the events, made monotone by clock.h; never the system's.
 * Memory:    bounded by params.memory_bytes, of which every byte that traffic can claim
 *            is part; allocated or reserved by zt_engine_new().
 * Work:      bounded per event and said so in each part's header.
 * Promise:   equal events in equal order with an equal key give equal alerts.
 */
#ifndef ZT_DETECT_ENGINE_H
#define ZT_DETECT_ENGINE_H

#include "alert.h"
#include "params.h"
#include "roster.h"
#include "zonebook.h"

/** Events that may be handed over together. */
#define ZT_ENGINE_BATCH 16

struct zt_engine;
struct zt_setup;

/** Receives each alert; borrowed for the call. */
typedef void (*zt_alert_fn)(void *arg, const struct zt_alert *alert);

/** Counters of the detector; plain, read by its own thread or after it has ended. */
struct zt_engine_stats {
	uint64_t events;
	uint64_t sources_created;
	uint64_t sources_live;
	uint64_t sources_expired;
	uint64_t sources_evicted;
	uint64_t tracks_created;
	uint64_t tracks_live;
	uint64_t tracks_expired;
	uint64_t tracks_evicted;
	uint64_t incidents_opened;
	uint64_t incidents_live;
	uint64_t incidents_closed;
	uint64_t incidents_evicted;
	uint64_t alerts_raised;
	uint64_t zones_learned; /**< Zones that passing answers made known. */
	uint64_t zones_live;
	uint64_t zones_evicted;
	uint64_t zone_sizes_evicted; /**< Size of a zone at a server, forgotten. */
	uint64_t
	    preludes_evicted; /**< What led to a transfer was forgotten too early. */
	uint64_t secondaries_known;   /**< On the roster. */
	uint64_t secondaries_refused; /**< They found no place on it. */
	uint64_t zones_refused;	      /**< They found no place in a full table. */
	uint64_t sources_refused; /**< Newcomers that found no place in full tables. */
	uint64_t tracks_refused;
	uint64_t tracks_clipped; /**< Windows and facts that could not grow. */
	uint64_t clock_steps;	 /**< Time stamps that ran backwards or jumped. */
	uint64_t memory_bytes;	 /**< Claimed of the budget right now. */
	uint64_t memory_peak_bytes;
	uint64_t
	    policy_internal; /**< Events by which policy list their source is on. */
	uint64_t policy_resolver;
	uint64_t policy_monitor;
	uint64_t policy_scanner;
	uint64_t policy_secondary; /**< Transfers let pass as authorised. */
	uint64_t starts_evicted;   /**< Tools started that were forgotten too early. */
};

/** @return NULL when memory is short.  params are borrowed for the call. */
struct zt_engine *zt_engine_new(
    const struct zt_params *params, zt_alert_fn deliver, void *arg);

/** Accepts NULL and half-built objects; sets the pointer to NULL; delivers nothing. */
void zt_engine_free(struct zt_engine **engine);

/** Judge one event. */
void zt_engine_feed(struct zt_engine *engine, const struct zt_event *event);

/**
 * Judge events one after the other.  What all of them need is fetched into the cache
 * first, so that the waits for memory overlap.
 *
 * @param n  at most ZT_ENGINE_BATCH.
 */
void zt_engine_feed_many(
    struct zt_engine *engine, const struct zt_event *const *events, size_t n);

/**
 * Tell the engine of losses that lie outside the events, so that alerts can admit them.
 * Both are totals since the start.
 */
void zt_engine_losses(
    struct zt_engine *engine, uint64_t kernel_drops, uint64_t ring_drops);

/** The same of times in which an interface could not be watched; total since the start.
 */
void zt_engine_gaps(struct zt_engine *engine, uint64_t gaps);

/**
 * Go on by another setup (setup.h).  Windows, incidents, fingerprints and counters stay;
 * each source is looked up in the new lists when it is seen next.  A threshold that was
 * raised counts from what its window still holds.  Allocates nothing; cannot fail.
 *
 * @param setup  in: made with the engine's key; the engine's from now on.  Out: the one
 *               before, the caller's.
 */
void zt_engine_reconfigure(struct zt_engine *engine, struct zt_setup **setup);

/** End of input: close what is open.  Nothing may be fed afterwards. */
void zt_engine_finish(struct zt_engine *engine);

/** Walk the zones that passing traffic has shown (zonebook.h), configured or not.
 *  Work: the whole table. */
void zt_engine_zones(const struct zt_engine *engine, zt_zonebook_fn show, void *arg);

/** The secondaries and their habits, valid until the next event. */
const struct zt_roster *zt_engine_roster(const struct zt_engine *engine);

/**
 * Before the first event: take over a roster that zt_roster_save() wrote.  All or nothing.
 *
 * @param why  out: a constant text when it is not accepted.
 * @return whether it was accepted.
 */
bool zt_engine_load_roster(
    struct zt_engine *engine, const uint8_t *bytes, size_t len, const char **why);

/** The counters, valid as long as the engine. */
const struct zt_engine_stats *zt_engine_stats(const struct zt_engine *engine);

#endif
