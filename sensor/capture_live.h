/**
 * @file capture_live.h
 * Packets from a network interface, through libpcap.
 *
 * Threads:   opened and closed by the main thread, read by one capture worker.
 * Blocking:  never; the worker waits on the descriptor, so that it can be told to stop.
 * Limits:    64 MiB of kernel buffer an interface: 1.5 s at 200,000 packets a second.
 */
#ifndef ZT_SENSOR_CAPTURE_LIVE_H
#define ZT_SENSOR_CAPTURE_LIVE_H

#include "../conf/err.h"
#include "../dissect/packet.h"

struct zt_live;

/** Receives each packet; borrowed for the call. */
typedef void (*zt_packet_fn)(void *arg, const struct zt_packet *packet);

/**
 * Start capturing.
 *
 * @param name    interface, from the configuration or the command line.
 * @param number  goes into zt_packet.interface.
 * @param live    out: owned by the caller; untouched on failure.
 * @return 0; -EPERM when a capability is missing; -ENODEV when there is no such
 *         interface or it is of a kind that zonetap cannot read; -EIO otherwise.
 */
int zt_live_open(
    const char *name, uint16_t number, struct zt_live **live, struct zt_err *err);

/** Accepts NULL; sets the pointer to NULL. */
void zt_live_close(struct zt_live **live);

/** Readable when packets wait. */
int zt_live_fd(const struct zt_live *live);

/**
 * Hand over what waits, at most max packets.
 *
 * @return packets handed over, or -EIO with the reason in err.
 */
int zt_live_dispatch(
    struct zt_live *live, int max, zt_packet_fn deliver, void *arg, struct zt_err *err);

/** Packets that the kernel dropped since the start. */
uint64_t zt_live_drops(struct zt_live *live);

#endif
