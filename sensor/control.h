/**
 * @file control.h
 * The control socket's clients: lines in, lines out, and nobody keeps the daemon waiting.
 *
 * Limits:    ZT_CONTROL_CLIENTS at once; a further one takes the place of the one that has
 *            been quiet longest, or waits outside where all of them wait for an answer.  A
 *            request has at most ZT_COMMAND_REQUEST_MAX bytes.  A client that sends no
 *            whole request for a minute, or takes no reply for ten seconds, is dropped.
 *            One request is answered at a time, and after each answer the socket pauses
 *            for several times as long as it took, so that alerts have the main thread
 *            for themselves most of the time.
 * Counted:   accepted, dropped, requests, refused: in `status`.
 * Threads:   main thread.
 */
#ifndef ZT_SENSOR_CONTROL_H
#define ZT_SENSOR_CONTROL_H

#include "control_socket.h"
#include "daemon.h"

#define ZT_CONTROL_CLIENTS 16

struct zt_control;

/**
 * @param daemon  borrowed for the life of the control.
 * @param socket  taken over when this succeeds.
 * @return NULL when memory is short.
 */
struct zt_control *zt_control_new(
    struct zt_daemon *daemon, const struct zt_control_socket *socket);

/** Begin to listen.  @return 0, or -ENOMEM. */
int zt_control_start(struct zt_control *control);

/** The detector must not run any more.  Accepts NULL; sets the pointer to NULL. */
void zt_control_free(struct zt_control **control);

/** What `status` shows of it. */
void zt_control_describe(
    const struct zt_control *control, struct zt_document *document, json_t *object);

#endif
