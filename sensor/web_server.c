#include "web_server.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>

/* Connections that the kernel keeps for us. */
#define BACKLOG	       64
#define HEADERS_MAX    8192
#define BODY_MAX       1024
#define INPUT_MAX      16384 /* bytes read from a connection and not yet used */
#define IDLE_TIMEOUT_S 10

/* evhttp does not count its connections and gives each of their steps a time limit, but
 * not the whole: so each has a slot here, with a reference to its bufferevent.  When
 * evhttp lets go of that, it has no callbacks any more. */
struct slot {
	struct bufferevent *bev;
	time_t since_s;
	bool is_kept;
};

struct zt_web_server {
	int fd;
	struct evhttp *http;
	struct evconnlistener *listener; /* owned by http once bound to it */
	struct zt_web_counts *counts;
	zt_web_fn answer;
	void *arg;
	struct slot slots[ZT_WEB_CONNECTIONS];
};

static time_t
now_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail for this clock */
	return now.tv_sec;
}

static int
fail(struct zt_err *err, const char *what)
{
	int error = errno;

	zt_err_set(err, "%s: %s", what, strerror(error));
	return -error;
}

static int
bind_socket(int fd, const struct zt_listen *listen_at)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	if (listen_at->family == 4) {
		in.sin_port = htons(listen_at->port);
		memcpy(&in.sin_addr, listen_at->addr, 4);
		return bind(fd, (const struct sockaddr *)&in, sizeof(in));
	}
	in6.sin6_port = htons(listen_at->port);
	memcpy(&in6.sin6_addr, listen_at->addr, 16);
	return bind(fd, (const struct sockaddr *)&in6, sizeof(in6));
}

int
zt_web_server_open(struct zt_web_server **server, const struct zt_listen *listen_at,
    struct zt_web_counts *counts, struct zt_err *err)
{
	struct zt_web_server *s = calloc(1, sizeof(*s));
	const int on = 1;

	*server = NULL;
	if (s == NULL) {
		errno = ENOMEM;
		return fail(err, "memory");
	}
	s->counts = counts;
	s->fd = socket(listen_at->family == 4 ? AF_INET : AF_INET6,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int result = s->fd < 0 ? fail(err, "socket") : 0;
	if (result == 0) /* without it a restart would have to wait; no more */
		(void)setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (result == 0 && bind_socket(s->fd, listen_at) != 0)
		result = fail(err, "cannot bind");
	if (result == 0 && listen(s->fd, BACKLOG) != 0)
		result = fail(err, "cannot listen");
	if (result == 0)
		*server = s;
	else
		zt_web_server_close(&s);
	return result;
}

/* Has evhttp let go of it? */
static bool
is_over(const struct slot *slot)
{
	bufferevent_event_cb on_event = NULL;
	bufferevent_data_cb on_read = NULL;
	bufferevent_data_cb on_write = NULL;
	void *arg = NULL;

	bufferevent_getcb(slot->bev, &on_read, &on_write, &on_event, &arg);
	return on_event == NULL;
}

static void
release(struct zt_web_server *server, struct slot *slot)
{
	/* The descriptor is closed with the last reference, ours, and until then it must
	 * not be watched for nobody.  Neither result tells anything. */
	(void)bufferevent_disable(slot->bev, EV_READ | EV_WRITE);
	(void)bufferevent_decref(slot->bev);
	slot->bev = NULL;
	server->counts->connections--;
}

static struct slot *
find(struct zt_web_server *server, const struct bufferevent *bev)
{
	for (size_t i = 0; i < ZT_WEB_CONNECTIONS; i++)
		if (server->slots[i].bev == bev)
			return &server->slots[i];
	return NULL;
}

static void
release_ended(struct zt_web_server *server)
{
	for (size_t i = 0; i < ZT_WEB_CONNECTIONS; i++)
		if (server->slots[i].bev != NULL && is_over(&server->slots[i]))
			release(server, &server->slots[i]);
}

/* A new connection.  There is a slot, or the listener would be off. */
static struct bufferevent *
make_bufferevent(struct event_base *base, void *arg)
{
	struct zt_web_server *server = arg;
	struct slot *slot = find(server, NULL);
	struct bufferevent *bev =
	    bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);

	if (bev == NULL || slot == NULL)
		return bev;
	bufferevent_setwatermark(bev, EV_READ, 0, INPUT_MAX);
	bufferevent_incref(bev);
	*slot = (struct slot){ .bev = bev, .since_s = now_s() };
	server->counts->connections++;
	if (find(server, NULL) == NULL)
		(void)evconnlistener_disable(server->listener); /* only costs a slot */
	return bev;
}

static struct slot *
slot_of(struct zt_web_server *server, struct evhttp_request *request)
{
	struct evhttp_connection *connection = evhttp_request_get_connection(request);

	if (connection == NULL)
		return NULL;
	return find(server, evhttp_connection_get_bufferevent(connection));
}

static void
on_request(struct evhttp_request *request, void *arg)
{
	struct zt_web_server *server = arg;
	struct slot *slot = slot_of(server, request);

	if (slot != NULL)
		slot->since_s = now_s();
	server->counts->requests++;
	server->answer(server->arg, request);
}

int
zt_web_server_start(
    struct zt_web_server *server, struct event_base *base, zt_web_fn answer, void *arg)
{
	server->answer = answer;
	server->arg = arg;
	server->http = evhttp_new(base);
	if (server->http == NULL)
		return -ENOMEM;
	evhttp_set_max_headers_size(server->http, HEADERS_MAX);
	evhttp_set_max_body_size(server->http, BODY_MAX);
	evhttp_set_timeout(server->http, IDLE_TIMEOUT_S);
	evhttp_set_allowed_methods(
	    server->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST);
	evhttp_set_bevcb(server->http, make_bufferevent, server);
	evhttp_set_gencb(server->http, on_request, server);
	server->listener = evconnlistener_new(base, NULL, NULL,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, server->fd);
	if (server->listener == NULL)
		return -ENOMEM;
	server->fd = -1; /* the listener's from here on */
	if (evhttp_bind_listener(server->http, server->listener) != NULL)
		return 0;
	evconnlistener_free(server->listener);
	server->listener = NULL;
	return -ENOMEM;
}

void
zt_web_server_keep(struct zt_web_server *server, struct evhttp_request *request)
{
	const struct timeval write_timeout = { .tv_sec = IDLE_TIMEOUT_S };
	struct slot *slot = slot_of(server, request);

	if (slot == NULL)
		return;
	slot->is_kept = true;
	/* Nothing is expected from the other side. */
	(void)bufferevent_set_timeouts(slot->bev, NULL, &write_timeout);
}

void
zt_web_server_sweep(struct zt_web_server *server)
{
	time_t now = now_s();

	release_ended(server);
	for (size_t i = 0; i < ZT_WEB_CONNECTIONS; i++) {
		struct slot *slot = &server->slots[i];
		if (slot->bev == NULL || slot->is_kept ||
		    now - slot->since_s < ZT_WEB_REQUEST_S)
			continue;
		/* evhttp sees the end of the connection and frees it. */
		(void)shutdown(bufferevent_getfd(slot->bev), SHUT_RDWR);
	}
	if (server->listener != NULL && find(server, NULL) != NULL)
		(void)evconnlistener_enable(server->listener); /* tried each second */
}

void
zt_web_server_close(struct zt_web_server **server)
{
	struct zt_web_server *s = *server;

	if (s == NULL)
		return;
	if (s->http != NULL)
		evhttp_free(s->http);
	for (size_t i = 0; i < ZT_WEB_CONNECTIONS; i++)
		if (s->slots[i].bev != NULL)
			release(s, &s->slots[i]);
	if (s->fd >= 0)
		(void)close(s->fd); /* nothing was written */
	free(s);
	*server = NULL;
}
