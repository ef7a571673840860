/**
 * @file notify.h
 * Words to the service manager: datagrams to the socket that it names.
 *
 * The protocol is that of sd_notify(3): lines of NAME=value to a unix datagram socket
 * named by the environment variable NOTIFY_SOCKET, which the manual promises to keep.
 * It needs no library.
 *
 * Threads:   one.
 * Blocking:  never; what cannot be sent at once is given up and counted.
 * Errors:    nobody to tell is not an error: then every call does nothing.
 */
#ifndef ZT_SENSOR_NOTIFY_H
#define ZT_SENSOR_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

struct zt_notify {
	int fd; /**< -1: nobody to tell. */
	struct sockaddr_un to;
	socklen_t to_len;
	uint64_t sent;
	uint64_t lost;
};

/**
 * @param name  of the socket, as in NOTIFY_SOCKET: an absolute path, or '@' and an
 *              abstract name; NULL or anything else: nobody to tell.
 * @return whether there is somebody to tell.
 */
bool zt_notify_open(struct zt_notify *notify, const char *name);

void zt_notify_close(struct zt_notify *notify);

/** Send lines. */
void zt_notify_send(struct zt_notify *notify, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
