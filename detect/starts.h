/**
 * @file starts.h
 * Programs that were started on this machine and may still be asking: what joins a
 * process with what passes the tap.
 *
 * The join is by address and time.  A question belongs to the tool that was started last
 * of those that ask such questions, if it comes from one of this machine's addresses
 * between the start and the end of the tool.  Which process sent a packet cannot be
 * seen on a tap: what else the machine asks in that time, and fits, counts too.
 *
 * Shape:   ZT_STARTS_MAX places in the order of their start; a newcomer to a full table
 *          takes the place of the oldest (counted).
 * Work:    at most ZT_STARTS_MAX places per question, one comparison while there is none.
 * Threads: one.
 */
#ifndef ZT_DETECT_STARTS_H
#define ZT_DETECT_STARTS_H

#include "params.h"

#define ZT_STARTS_MAX 64u

struct zt_start {
	struct zt_process process; /**< As it was told last. */
	uint64_t began_ns;	   /**< Engine time. */
	uint64_t ended_ts_ns;	   /**< Capture time; 0: it runs. */
	struct zt_answer_addr addrs[ZT_EVENT_ADDR_MAX]; /**< This machine's. */
	uint8_t n_addrs;
	bool is_counted; /**< In the track of its incident. */
	bool is_on_wire; /**< It asked something. */
};

struct zt_starts {
	struct zt_start items[ZT_STARTS_MAX];
	uint32_t count;
	uint64_t evicted; /**< Had to go while they were running. */
};

/** Note a ZT_EVENT_PROCESS of phase ZT_PROCESS_STARTED. */
void zt_starts_begin(
    struct zt_starts *starts, const struct zt_event *event, uint64_t now_ns);

/** @return the start that a later ZT_EVENT_PROCESS is about; NULL when it is gone. */
struct zt_start *zt_starts_find(struct zt_starts *starts, uint64_t id);

/** Forget one; start is from zt_starts_find(). */
void zt_starts_end(struct zt_starts *starts, struct zt_start *start);

/**
 * @param span_ns  starts older than this are forgotten on the way.
 * @return the start that an event's client's question, transfer or answer belongs to, or
 *         NULL; valid until the next call.
 */
struct zt_start *zt_starts_of(struct zt_starts *starts, const struct zt_event *event,
    uint64_t now_ns, uint64_t span_ns);

#endif
