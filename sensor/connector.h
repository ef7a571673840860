/**
 * @file connector.h
 * The kernel's process connector: which programs start and end on this machine.
 *
 * Opened:    with CAP_NET_ADMIN (before Linux 6.6), in the first network and process namespaces; the kernel
 *            is silent everywhere else, so the open waits for its answer.
 * Filter:    only starts, ends of whole processes, and that answer reach the socket.
 * Trust:     messages are the kernel's: whoever else can send to the socket is told by
 *            its address and not heard.
 * Threads:   the socket belongs to one thread at a time.
 * Source:    linux/cn_proc.h and linux/connector.h; numbers are the machine's own.
 */
#ifndef ZT_SENSOR_CONNECTOR_H
#define ZT_SENSOR_CONNECTOR_H

#include <stddef.h>
#include <stdint.h>

#include "../conf/err.h"

/** No message that matters is longer. */
#define ZT_CONNECTOR_MESSAGE_MAX 256

enum zt_connector_kind {
	ZT_CONNECTOR_OTHER, /**< Nothing for us, or no message at all. */
	ZT_CONNECTOR_ACK,   /**< Answer to what we asked; value is an errno. */
	ZT_CONNECTOR_EXEC,  /**< A program was executed; value is its process. */
	ZT_CONNECTOR_EXIT,  /**< A process has ended; value is its number. */
};

struct zt_connector_event {
	enum zt_connector_kind kind;
	uint32_t value;
};

/**
 * @param fd   out: non-blocking; the caller's.
 * @param err  out: what is missing, and what would be right.
 * @return 0, or -errno.
 */
int zt_connector_open(int *fd, struct zt_err *err);

/** What a message says; bytes need not be aligned and may be anything. */
struct zt_connector_event zt_connector_parse(const uint8_t *bytes, size_t len);

/**
 * Take a message from the socket.
 *
 * @return 0; -EAGAIN: there is none; -ENOBUFS: some were lost; or another -errno.
 */
int zt_connector_read(int fd, struct zt_connector_event *event);

#endif
