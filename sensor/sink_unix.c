/*
 * Unix sockets: a line each on a stream, an alert each in a datagram.
 */
#include <sys/socket.h>

#include "sink_socket.h"

static void
frame(struct zt_sink_base *base, int type, const struct zt_sink_message *message,
    struct zt_sink_bytes *to)
{
	(void)base;
	zt_sink_bytes_add(to, message->line, message->line_len);
	if (type == SOCK_STREAM)
		zt_sink_bytes_text(to, "\n");
}

static const struct zt_sink_wire stream_wire = {
	.types = { SOCK_STREAM, 0 },
	.frame = frame,
};

static const struct zt_sink_wire datagram_wire = {
	.types = { SOCK_DGRAM, 0 },
	.frame = frame,
};

const struct zt_sink_kind zt_sink_unix = {
	.name = "unix",
	.wire = &stream_wire,
	ZT_SINK_SOCKET_MEMBERS,
};

const struct zt_sink_kind zt_sink_unix_datagram = {
	.name = "unix-datagram",
	.wire = &datagram_wire,
	ZT_SINK_SOCKET_MEMBERS,
};
