#include "sink_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "now.h"

#define CONNECT_MS 5000
/* A peer that acknowledges nothing for so long is gone (tcp(7), TCP_USER_TIMEOUT). */
#define UNACKNOWLEDGED_MS 30000

union address {
	struct sockaddr any;
	struct sockaddr_un local;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static struct zt_sink_socket *
socket_of(struct zt_sink_base *base)
{
	return (struct zt_sink_socket *)(void *)base; /* its first member */
}

static const char *
place_of(const struct zt_sink_base *base)
{
	if (base->settings->address[0] != '\0')
		return base->settings->address;
	return base->settings->path[0] != '\0' ? base->settings->path
					       : base->kind->wire->path;
}

/* "192.0.2.1:601" or "[2001:db8::1]:601"; the configuration has looked at it. */
static socklen_t
parse_address(const char *text, union address *address)
{
	const char *colon = strrchr(text, ':');
	bool is_v6 = text[0] == '[';
	size_t len = colon == NULL ? 0 : (size_t)(colon - text) - (is_v6 ? 2 : 0);
	char host[ZT_SINK_ADDRESS_SIZE] = "";

	if (colon == NULL || len >= sizeof(host))
		return 0;
	memcpy(host, text + is_v6, len);
	uint16_t port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	if (is_v6) {
		address->v6.sin6_family = AF_INET6;
		address->v6.sin6_port = port;
		return inet_pton(AF_INET6, host, &address->v6.sin6_addr) == 1
			   ? sizeof(address->v6)
			   : 0;
	}
	address->v4.sin_family = AF_INET;
	address->v4.sin_port = port;
	return inet_pton(AF_INET, host, &address->v4.sin_addr) == 1
		   ? sizeof(address->v4)
		   : 0;
}

static socklen_t
find_address(const struct zt_sink_base *base, union address *address)
{
	const char *place = place_of(base);

	memset(address, 0, sizeof(*address));
	if (base->settings->address[0] != '\0')
		return parse_address(place, address);
	if (strlen(place) >= sizeof(address->local.sun_path))
		return 0;
	address->local.sun_family = AF_UNIX;
	memcpy(address->local.sun_path, place, strlen(place));
	return sizeof(address->local);
}

static void
tune_tcp(int fd)
{
	const int on = 1;
	const int limit_ms = UNACKNOWLEDGED_MS;

	/* Where the system refuses, a dead peer is noticed later. */
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(
	    fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit_ms, sizeof(limit_ms));
}

/* @return 0, -EAGAIN while it is under way, -errno. */
static int
connect_to(struct zt_sink_socket *s, const union address *address, socklen_t len)
{
	if (connect(s->base.fd, &address->any, len) == 0 || errno == EISCONN) {
		s->is_connecting = false;
		return 0;
	}
	if (errno != EINPROGRESS && errno != EALREADY)
		return -errno;
	if (!s->is_connecting) {
		s->is_connecting = true;
		s->connect_ms = zt_now_ms();
	}
	return zt_now_ms() - s->connect_ms < CONNECT_MS ? -EAGAIN : -ETIMEDOUT;
}

static void
disconnect(struct zt_sink_socket *s)
{
	if (s->base.fd >= 0)
		(void)close(s->base.fd); /* its failure was told */
	s->base.fd = -1;
	s->is_connecting = false;
}

static int
try_type(
    struct zt_sink_socket *s, int type, const union address *address, socklen_t len)
{
	s->base.fd =
	    socket(address->any.sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->base.fd < 0)
		return -errno;
	s->type = type;
	if (address->any.sa_family != AF_UNIX)
		tune_tcp(s->base.fd);
	int result = connect_to(s, address, len);
	/* A full backlog of a unix socket shows as EAGAIN and cannot be waited for. */
	if (result == -EAGAIN && !s->is_connecting)
		result = -ECONNREFUSED;
	if (result != 0 && result != -EAGAIN)
		disconnect(s);
	return result;
}

int
zt_sink_socket_open(struct zt_sink_base *base, struct zt_err *err)
{
	struct zt_sink_socket *s = socket_of(base);
	const int *types = base->kind->wire->types;
	union address address;
	socklen_t len = 0;
	int result = -EPROTOTYPE;

	if (base->fd >= 0 && !s->is_connecting)
		return 0;
	len = find_address(base, &address);
	if (len == 0)
		result = -EINVAL;
	else if (s->is_connecting)
		result = connect_to(s, &address, len);
	else if (address.any.sa_family != AF_UNIX)
		result = try_type(s, SOCK_STREAM, &address, len);
	else
		for (unsigned i = 0; i < 2 && types[i] != 0 && result == -EPROTOTYPE;
		     i++)
			result = try_type(s, types[i], &address, len);
	if (result != 0 && result != -EAGAIN)
		zt_err_set(err, "%s: %s", place_of(base), strerror(-result));
	return result;
}

/* A stream whose reader has gone takes one more send before it says so.  What a reader
 * says is of no interest. */
static int
look_for_end(const struct zt_sink_socket *s)
{
	char heard[256];
	ssize_t n;

	do
		n = recv(s->base.fd, heard, sizeof(heard), MSG_DONTWAIT);
	while (n > 0);
	if (n == 0)
		return -EPIPE;
	return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

static int
send_rest(struct zt_sink_socket *s)
{
	while (s->sent < s->frame.len) {
		ssize_t n = send(s->base.fd, s->frame.bytes + s->sent,
		    s->frame.len - s->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0)
			return errno == EINTR ? -EAGAIN : -errno;
		s->sent += (size_t)n;
	}
	s->frame.len = s->sent = 0;
	return 0;
}

int
zt_sink_socket_write(struct zt_sink_base *base, const struct zt_sink_message *message)
{
	struct zt_sink_socket *s = socket_of(base);

	if (s->frame.len == 0) {
		int result = s->type == SOCK_STREAM ? look_for_end(s) : 0;
		if (result != 0)
			return result;
		base->kind->wire->frame(base, s->type, message, &s->frame);
	}
	if (s->frame.failed) {
		s->frame.len = 0;
		s->frame.failed = false;
		return -ENOMEM;
	}
	return send_rest(s);
}

void
zt_sink_socket_fail(struct zt_sink_base *base)
{
	struct zt_sink_socket *s = socket_of(base);

	base->torn += s->sent != 0;
	disconnect(s);
	s->frame.len = s->sent = 0;
}

void
zt_sink_socket_close(struct zt_sink_base *base)
{
	struct zt_sink_socket *s = socket_of(base);

	disconnect(s);
	zt_sink_bytes_fini(&s->frame);
}
