/**
 * @file web_stream.h
 * Readers of server-sent events (HTML Living Standard, 9.2).
 *
 * Limits:    ZT_WEB_STREAMS readers; who leaves more than 1 MiB unread is dropped.
 * Threads:   main thread.
 */
#ifndef ZT_SENSOR_WEB_STREAM_H
#define ZT_SENSOR_WEB_STREAM_H

#include "web_server.h"

#define ZT_WEB_STREAMS 16

struct zt_web_streams;

/** @return NULL when memory is short. */
struct zt_web_streams *zt_web_streams_new(
    struct zt_web_server *server, struct zt_web_counts *counts);

/** Ends all streams; before the server is closed.  Accepts NULL; sets it to NULL. */
void zt_web_streams_free(struct zt_web_streams **streams);

/**
 * Answer a request with a stream.
 *
 * @param first  borrowed: what this reader gets first.
 * @return false when there are too many; the request is not answered then.
 */
bool zt_web_streams_add(struct zt_web_streams *streams, struct evhttp_request *request,
    struct evbuffer *first);

/** Send to every reader.  data is borrowed and unchanged. */
void zt_web_streams_send(struct zt_web_streams *streams, struct evbuffer *data);

#endif
