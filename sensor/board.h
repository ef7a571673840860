/**
 * @file board.h
 * What the main thread remembers of incidents: each with its latest alert, newest first.
 *
 * Order:     every alert gives its incident the next sequence number; a reader that
 *            remembers the highest one it saw can ask what changed since.
 * Kept:      the latest alert; where a later attempt at a transfer came to less, the
 *            transfer that leaked most stays.
 * Full:      the incident that was closed first goes; without closed ones, the open one
 *            that has been quiet longest.  Both are counted.
 * Memory:    reserved by zt_board_new(), about 6 KiB an incident, touched only where it
 *            is used.
 * Work:      constant per alert; reading visits what is kept, newest first.
 * Threads:   main thread.
 */
#ifndef ZT_SENSOR_BOARD_H
#define ZT_SENSOR_BOARD_H

#include "../detect/alert.h"

/** Incidents that the daemon's board holds. */
#define ZT_BOARD_INCIDENTS 4096
/** Rules that are counted one by one; further names are counted in the totals only. */
#define ZT_BOARD_RULES 32

struct zt_board;

/** Neighbours by sequence number. */
struct zt_board_links {
	uint32_t newer;
	uint32_t older;
};

struct zt_board_entry {
	uint64_t sequence;   /**< Of the latest alert; counts from 1. */
	uint64_t opened_ns;  /**< Capture time of the first alert that was seen. */
	uint64_t updated_ns; /**< Capture time of the latest alert. */
	uint64_t closed_ns;  /**< 0: open. */
	uint32_t n_alerts;   /**< Alerts seen of this incident. */
	uint32_t chain;	     /**< Next with the same hash of the id. */
	struct zt_board_links among_all;  /**< By sequence. */
	struct zt_board_links among_same; /**< The open, or the closed. */
	struct zt_alert alert;
};

/** Which incidents a reader wants; all zero: all of them. */
struct zt_board_filter {
	uint64_t since;	      /**< Only sequence numbers above this. */
	uint64_t before;      /**< Only sequence numbers below this; 0: no limit. */
	const char *rule;     /**< NULL: any. */
	const char *campaign; /**< NULL: any. */
	uint8_t family;	      /**< 4 or 6: sources inside the block; 0: any. */
	uint8_t addr[16];
	uint8_t bits;
	uint8_t min_risk;
	bool open_only;
	bool transfers_only;
};

struct zt_board_rule {
	const char *name;
	uint64_t opened; /**< Since the start. */
	uint64_t open;	 /**< Now. */
};

struct zt_board_counts {
	uint64_t sequence; /**< The latest one given out; 0: none. */
	uint64_t opened;   /**< Incidents since the start. */
	uint64_t open;	   /**< On the board and not closed. */
	uint64_t held;	   /**< On the board. */
	uint64_t evicted;  /**< Closed ones that made room. */
	uint64_t evicted_open;
	uint64_t alerts;
	uint64_t capacity;
	struct zt_board_rule rules[ZT_BOARD_RULES];
	size_t n_rules; /**< In the order in which they came up first. */
};

/**
 * @param capacity  incidents, 1 .. 1,000,000.
 * @return NULL when memory is short.
 */
struct zt_board *zt_board_new(uint32_t capacity);

/** Accepts NULL; sets the pointer to NULL. */
void zt_board_free(struct zt_board **board);

/** Take an alert down.  Its strings are constants; the rest is copied. */
void zt_board_note(struct zt_board *board, const struct zt_alert *alert);

/** @return the incident with this id, or NULL; borrowed until the next note. */
const struct zt_board_entry *zt_board_find(
    const struct zt_board *board, const char *id);

/**
 * The incidents that pass a filter, newest first.
 *
 * @param after  NULL: the first one; else the one that was returned last.
 * @return NULL at the end; borrowed until the next note.
 */
const struct zt_board_entry *zt_board_next(const struct zt_board *board,
    const struct zt_board_filter *filter, const struct zt_board_entry *after);

/** Borrowed; changes with each note. */
const struct zt_board_counts *zt_board_counts(const struct zt_board *board);

#endif
