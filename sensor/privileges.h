/**
 * @file privileges.h
 * Less and less that the process may do.
 *
 *   reduce   when everything is open and no thread runs yet: another user, no
 *            supplementary groups, of all capabilities CAP_NET_RAW alone, nothing to
 *            be gained by executing a program (no_new_privs, empty bounding set), no
 *            core file of captured traffic
 *   forget   when the thread that opens interfaces again has been started: no
 *            capability at all; threads made later have none either
 * Both look afterwards whether it is so.
 *
 * Threads:   main thread, while it is the only one but the opener's.
 * Source:    capabilities(7), credentials(7); through libcap-ng.
 */
#ifndef ZT_SENSOR_PRIVILEGES_H
#define ZT_SENSOR_PRIVILEGES_H

#include "../conf/err.h"

/**
 * @param user  to become when root; "": stay who we are.
 * @return 0; -ENOENT when there is no such user; -EPERM or another -errno when
 *         something was not granted.  Then the program must not go on.
 */
int zt_privileges_reduce(const char *user, struct zt_err *err);

/** @return 0, or -EPERM; then the program must not go on. */
int zt_privileges_forget(struct zt_err *err);

/**
 * Let the user own a file that root has made for it, so that it can open it again.
 * Does nothing when we are not root or user is "".
 *
 * @param fd  of a file that this process has made itself: what was there before may be
 *            a link that somebody put there to be given something else.
 *
 * @return 0, or -errno.
 */
int zt_privileges_give(const char *user, int fd);

#endif
