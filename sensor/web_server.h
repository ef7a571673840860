/**
 * @file web_server.h
 * libevent's HTTP server with limits: who connects can take little memory and little
 * time, and never makes the daemon wait.
 *
 * Limits:    ZT_WEB_CONNECTIONS at a time, further ones wait in the kernel; 8 KiB of
 *            headers, 1 KiB of body, ZT_WEB_REQUEST_S for a request and its answer.
 * Threads:   main thread.
 */
#ifndef ZT_SENSOR_WEB_SERVER_H
#define ZT_SENSOR_WEB_SERVER_H

#include <event2/http.h>

#include "../conf/err.h"
#include "../conf/listen.h"
#include "metrics.h"

#define ZT_WEB_CONNECTIONS 64
/** From the connection, or the request before, to the end of the answer. */
#define ZT_WEB_REQUEST_S 15

struct zt_web_server;

/** Answers a request: calls one of the evhttp_send_ functions. */
typedef void (*zt_web_fn)(void *arg, struct evhttp_request *request);

/**
 * Bind and listen; nothing is accepted yet.
 *
 * @param server  out: owned by the caller; NULL on failure.
 * @return 0, or -errno with the reason in err.
 */
int zt_web_server_open(struct zt_web_server **server, const struct zt_listen *listen,
    struct zt_web_counts *counts, struct zt_err *err);

/** Begin to answer.  @return 0, or -ENOMEM. */
int zt_web_server_start(
    struct zt_web_server *server, struct event_base *base, zt_web_fn answer, void *arg);

/** The answer to this request goes on without end: it has no time limit. */
void zt_web_server_keep(struct zt_web_server *server, struct evhttp_request *request);

/** End connections that took too long; called once a second. */
void zt_web_server_sweep(struct zt_web_server *server);

/** Accepts NULL; sets the pointer to NULL. */
void zt_web_server_close(struct zt_web_server **server);

#endif
