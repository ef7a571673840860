#include "web_stream.h"

#include <stdlib.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>

#define UNREAD_MAX_BYTES ((size_t)1 << 20)

struct stream {
	struct zt_web_streams *streams;
	struct evhttp_request *request; /* NULL: free */
	bool is_dropped;
};

struct zt_web_streams {
	struct zt_web_server *server;
	struct zt_web_counts *counts;
	struct stream all[ZT_WEB_STREAMS];
};

struct zt_web_streams *
zt_web_streams_new(struct zt_web_server *server, struct zt_web_counts *counts)
{
	struct zt_web_streams *streams = calloc(1, sizeof(*streams));

	if (streams == NULL)
		return NULL;
	streams->server = server;
	streams->counts = counts;
	for (size_t i = 0; i < ZT_WEB_STREAMS; i++)
		streams->all[i].streams = streams;
	return streams;
}

/* The connection is gone; evhttp has left the request to us. */
static void
on_close(struct evhttp_connection *connection, void *arg)
{
	struct stream *stream = arg;

	(void)connection;
	evhttp_send_reply_end(stream->request); /* without connection: frees it */
	stream->request = NULL;
	stream->streams->counts->streams--;
}

void
zt_web_streams_free(struct zt_web_streams **streams)
{
	struct zt_web_streams *s = *streams;

	if (s == NULL)
		return;
	for (size_t i = 0; i < ZT_WEB_STREAMS; i++) {
		struct evhttp_request *request = s->all[i].request;
		if (request == NULL)
			continue;
		evhttp_connection_set_closecb(
		    evhttp_request_get_connection(request), NULL, NULL);
		evhttp_send_reply_end(request);
		s->counts->streams--;
	}
	free(s);
	*streams = NULL;
}

static void
send_one(struct stream *stream, struct evbuffer *data)
{
	struct bufferevent *bev = evhttp_connection_get_bufferevent(
	    evhttp_request_get_connection(stream->request));
	struct evbuffer *copy = NULL;

	if (stream->is_dropped)
		return;
	if (evbuffer_get_length(bufferevent_get_output(bev)) > UNREAD_MAX_BYTES) {
		stream->is_dropped = true;
		stream->streams->counts->streams_dropped++;
		/* evhttp sees the end of the connection, and we in on_close(). */
		(void)shutdown(bufferevent_getfd(bev), SHUT_RDWR);
		return;
	}
	copy = evbuffer_new();
	if (copy != NULL && evbuffer_add_buffer_reference(copy, data) == 0)
		evhttp_send_reply_chunk(stream->request, copy);
	if (copy != NULL)
		evbuffer_free(copy);
}

bool
zt_web_streams_add(struct zt_web_streams *streams, struct evhttp_request *request,
    struct evbuffer *first)
{
	struct stream *stream = NULL;

	for (size_t i = 0; i < ZT_WEB_STREAMS && stream == NULL; i++)
		if (streams->all[i].request == NULL)
			stream = &streams->all[i];
	if (stream == NULL)
		return false;
	stream->request = request;
	stream->is_dropped = false;
	streams->counts->streams++;
	zt_web_server_keep(streams->server, request);
	evhttp_connection_set_closecb(
	    evhttp_request_get_connection(request), on_close, stream);
	evhttp_send_reply_start(request, HTTP_OK, "OK");
	if (stream->request != NULL)
		send_one(stream, first);
	return true;
}

void
zt_web_streams_send(struct zt_web_streams *streams, struct evbuffer *data)
{
	for (size_t i = 0; i < ZT_WEB_STREAMS; i++)
		if (streams->all[i].request != NULL)
			send_one(&streams->all[i], data);
}
