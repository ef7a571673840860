/**
 * @file capture_live.h
 * Packets from a network interface, through libpcap.
 *
 * Life:      open (packets are kept out), join the others of the interface, start.  The
 *            three are apart so that workers of one interface begin as a group and no
 *            packet is seen by two of them.
 * Threads:   opened by the main thread or the opener, read by one capture worker,
 *            closed by whoever has it then.
 * Blocking:  never; the worker waits on the descriptor, so that it can be told to stop.
 * Counting:  exact: of the packets that the kernel accepted for this handle, each is
 *            delivered, dropped by the kernel, or still in its ring.  pcap_stats(3) is
 *            never called: it opens files, and its counters and ours would reset each
 *            other.
 */
#ifndef ZT_SENSOR_CAPTURE_LIVE_H
#define ZT_SENSOR_CAPTURE_LIVE_H

#include "../conf/err.h"
#include "../dissect/packet.h"
#include "filter.h"

struct zt_live;

/** Receives each packet; borrowed for the call. */
typedef void (*zt_packet_fn)(void *arg, const struct zt_packet *packet);

struct zt_live_options {
	const char *name; /**< Interface. */
	struct zt_filter_options filter;
	size_t buffer_bytes; /**< Ring of the kernel. */
	uint32_t snaplen;
	uint16_t number; /**< Goes into zt_packet.interface. */
	bool promiscuous;
};

/** What the kernel counted. */
struct zt_live_counts {
	uint64_t received; /**< Packets that passed the filter, drops included. */
	uint64_t drops;	   /**< Of them, for which the ring had no room. */
};

/**
 * Open an interface.
 *
 * @param options  borrowed for the call.
 * @param live     out: owned by the caller; untouched on failure.
 * @return 0; -EPERM when a capability is missing; -ENODEV when there is no such
 *         interface or it is of a kind that zonetap cannot read; -ENETDOWN when it is
 *         down; -EINVAL when the user's filter is wrong; -ENOMEM; -EIO otherwise.
 */
int zt_live_open(
    const struct zt_live_options *options, struct zt_live **live, struct zt_err *err);

/**
 * Share the interface's packets with other handles of it: each packet goes to one.
 * IPv4 fragments are put together by the kernel first; both directions of a flow go to
 * the same handle.
 *
 * @param group  in and out: 0 makes a new group and fills in its number.
 * @return 0, or -EIO.
 */
int zt_live_join(struct zt_live *live, uint16_t *group, struct zt_err *err);

/**
 * Let packets in.
 *
 * @return 0, or -EIO.
 */
int zt_live_start(struct zt_live *live, struct zt_err *err);

/** Whether there is no kernel filter because none can be written for the link type. */
bool zt_live_is_unfiltered(const struct zt_live *live);

/** Accepts NULL; sets the pointer to NULL. */
void zt_live_close(struct zt_live **live);

/** Readable when packets wait. */
int zt_live_fd(const struct zt_live *live);

/**
 * Hand over what waits, at most max packets.
 *
 * @return packets handed over, or -EIO with the reason in err: the interface is gone.
 */
int zt_live_dispatch(
    struct zt_live *live, int max, zt_packet_fn deliver, void *arg, struct zt_err *err);

/** What the kernel counted since the last call. */
struct zt_live_counts zt_live_counts(struct zt_live *live);

/** Keep further packets out, so that what waits can be read to its end. */
void zt_live_mute(struct zt_live *live);

#endif
