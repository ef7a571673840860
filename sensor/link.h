/**
 * @file link.h
 * The state of a network interface: there, up, with carrier, under which name; and since
 * when not.
 *
 * libpcap says nothing when an interface goes down and comes up again, and a netlink
 * socket is not allowed in the sandbox, so somebody has to look.  zt_link_look() asks
 * with ioctl(2) on a socket that was opened at the start; it needs no capability.
 *
 * Threads:   one thread looks; zt_link_state may be read by any.
 * Identity:  by index, so an interface that is renamed is followed; when the index is
 *            gone, by the name that was configured.  "any" is always up.
 * Units:     times are nanoseconds since the epoch, of the wall clock.
 */
#ifndef ZT_SENSOR_LINK_H
#define ZT_SENSOR_LINK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "../dissect/stats.h"

/** IFNAMSIZ of Linux. */
#define ZT_LINK_NAME_SIZE 16

enum zt_link_status {
	ZT_LINK_UNKNOWN, /**< Not looked yet. */
	ZT_LINK_UP,
	ZT_LINK_NO_CARRIER, /**< Up, but nothing at the other end. */
	ZT_LINK_DOWN,
	ZT_LINK_MISSING,
};

/** What anybody may read while capture runs. */
struct zt_link_state {
	char configured[ZT_LINK_NAME_SIZE]; /**< Never changes. */
	/** Its present name in two halves; read with zt_link_name(). */
	_Atomic uint64_t name[2];
	_Atomic int status; /**< enum zt_link_status */
	_Atomic int index;  /**< 0: missing. */
	_Atomic bool open;  /**< Capture handles are open. */
	zt_counter changes; /**< Of the status. */
	zt_counter renames;
	zt_counter opens;	       /**< Times that capture was opened. */
	zt_counter open_failures;      /**< Attempts that failed. */
	zt_counter gaps;	       /**< Times that nothing could be seen. */
	zt_counter gap_ns;	       /**< Length of the gaps that are over. */
	_Atomic uint64_t gap_from_ns;  /**< Begin of the last gap; 0: none yet. */
	_Atomic uint64_t gap_until_ns; /**< Its end; 0: it lasts. */
};

/** What one look found. */
struct zt_link_change {
	enum zt_link_status from;
	enum zt_link_status to;
	bool renamed;
};

/** @param name  as configured; at most ZT_LINK_NAME_SIZE - 1 bytes count. */
void zt_link_init(struct zt_link_state *link, const char *name);

/**
 * Look, and note what changed.
 *
 * @param fd      any socket of the network namespace.
 * @param now_ns  wall clock.
 */
struct zt_link_change zt_link_look(struct zt_link_state *link, int fd, uint64_t now_ns);

/** The present name, or the configured one.  @return text. */
const char *zt_link_name(
    const struct zt_link_state *link, char text[ZT_LINK_NAME_SIZE]);

/** Can packets come in, as far as the interface is concerned? */
bool zt_link_is_usable(const struct zt_link_state *link);

/** Whether the last look found something that keeps packets away. */
bool zt_link_is_blind(const struct zt_link_state *link);

/** Nothing can be seen from now on; a gap that lasts goes on. */
void zt_link_gap_begins(struct zt_link_state *link, uint64_t now_ns);

/** Packets are seen again.  @return length of the gap, 0 when there was none. */
uint64_t zt_link_gap_ends(struct zt_link_state *link, uint64_t now_ns);

/** Public word for a status, for example "no-carrier". */
const char *zt_link_status_name(enum zt_link_status status);

#endif
