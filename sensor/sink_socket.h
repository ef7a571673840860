/**
 * @file sink_socket.h
 * What all sinks over sockets have in common: they connect, send a frame as far as it
 * goes, and begin the record anew on a new connection.
 *
 * Limits:  what the system has taken and the reader has not is lost with the reader.
 * Threads: that of the sink.
 */
#ifndef ZT_SENSOR_SINK_SOCKET_H
#define ZT_SENSOR_SINK_SOCKET_H

#include "sink_kind.h"

struct zt_sink_socket {
	struct zt_sink_base base;
	struct zt_sink_bytes frame; /**< Empty: nothing is half sent. */
	size_t sent;
	int type; /**< SOCK_STREAM or SOCK_DGRAM */
	bool is_connecting;
	uint64_t connect_ms; /**< With is_connecting: since when. */
};

/** Sockets come back late: 0.5 s to 30 s between attempts. */
#define ZT_SINK_SOCKET_RETRY .retry_first_ms = 500, .retry_most_ms = 30000

/* Members of a row of kinds. */
int zt_sink_socket_open(struct zt_sink_base *base, struct zt_err *err);
int zt_sink_socket_write(
    struct zt_sink_base *base, const struct zt_sink_message *message);
void zt_sink_socket_fail(struct zt_sink_base *base);
void zt_sink_socket_close(struct zt_sink_base *base);

#define ZT_SINK_SOCKET_MEMBERS                                                     \
	.spools = true, ZT_SINK_SOCKET_RETRY,                                      \
	.state_bytes = sizeof(struct zt_sink_socket), .open = zt_sink_socket_open, \
	.write = zt_sink_socket_write, .fail = zt_sink_socket_fail,                \
	.close = zt_sink_socket_close

#endif
