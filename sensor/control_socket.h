/**
 * @file control_socket.h
 * The listening socket of the daemon, at a path of the file system.
 *
 * Taken:     a lock file beside the socket (PATH.lock) is held for as long as the process
 *            lives.  Who holds it may replace what a crashed process left behind; who does
 *            not get it stays away, so two daemons never take a path from each other.
 * Access:    mode 0660, of a group; nobody can connect before both are set.
 * Threads:   main thread, before any other one runs (the umask is changed for a moment).
 */
#ifndef ZT_SENSOR_CONTROL_SOCKET_H
#define ZT_SENSOR_CONTROL_SOCKET_H

#include <stdbool.h>

#include "../conf/err.h"

/** Bytes of sun_path, its end included. */
#define ZT_CONTROL_PATH_SIZE 108

struct zt_control_socket {
	int fd; /**< -1: none. */
	int lock_fd;
	bool made_lock; /**< The lock file was not there. */
	char path[ZT_CONTROL_PATH_SIZE];
};

/**
 * @param socket   out: on failure nothing is open.
 * @param group    "": left as it is.
 * @param warning  out: why the group could not be set; "": it was.
 * @return 0; -ENOENT when the directory is missing; -EADDRINUSE when another process has
 *         the path; another -errno.  err says more.
 */
int zt_control_socket_open(struct zt_control_socket *socket, const char *path,
    const char *group, struct zt_err *warning, struct zt_err *err);

/** Close and remove it.  Accepts one that failed to open. */
void zt_control_socket_close(struct zt_control_socket *socket);

#endif
