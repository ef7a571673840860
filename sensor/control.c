#define _GNU_SOURCE /* accept4, struct ucred */
#include "control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>

#include "inquiry.h"
#include "now.h"

#define QUIET_S 60 /* Without a whole request. */
#define WRITE_S 10 /* Without taking any of a reply. */
#define RETRY_S 1  /* After a connection that could not be accepted. */
/* Who has just come is not sent away: what it asks may not have been read yet.  Nor is who
 * has just been answered: the answer may not have been written yet. */
#define GRACE_NS  UINT64_C(20000000)
#define PAUSE	  4 /* So many times as long as an answer took. */
#define PAUSE_MAX UINT64_C(1000000000)
/* Longer replies are a bug; they are not sent. */
#define REPLY_MAX ((size_t)8 << 20)

struct client;

/* An inquiry and whose it is. */
struct question {
	struct zt_inquiry inquiry; /* First. */
	struct zt_control *control;
	struct client *client; /* NULL: gone before the answer. */
	struct question *next;
	struct question *previous;
};

struct client {
	struct zt_control *control;
	struct bufferevent *buffer;
	struct question *question; /* Being answered. */
	uint64_t active; /* Number of the latest request, or of the connection. */
	struct event *quiet;
	uint64_t since_ns; /* When it came, or was answered. */
	bool has_ended;	   /* It will send no more; dropped when all is answered. */
	uid_t uid;
	pid_t pid;
};

struct zt_control {
	struct zt_daemon *daemon;
	struct zt_control_socket socket;
	struct event *listener;
	struct event *retry;
	struct event *turn; /* The next request is answered. */
	struct client *clients[ZT_CONTROL_CLIENTS];
	struct question *questions;
	bool is_full; /* Nobody can be let in before somebody is answered. */
	uint64_t activity;
	uint64_t free_ns; /* No request is answered before. */
	uint64_t accepted;
	uint64_t dropped;
	uint64_t requests;
	uint64_t refused;
};

static void
unlink_question(struct question *question)
{
	if (question->previous != NULL)
		question->previous->next = question->next;
	else
		question->control->questions = question->next;
	if (question->next != NULL)
		question->next->previous = question->previous;
}

static void
free_question(struct question *question)
{
	unlink_question(question);
	zt_inquiry_fini(&question->inquiry);
	free(question);
}

/* Somebody has been answered, or has gone. */
static void
let_in(struct zt_control *control)
{
	if (!control->is_full)
		return;
	/* Its memory is there: it was added before. */
	(void)event_add(control->listener, NULL);
	control->is_full = false;
}

static void
drop(struct client *client)
{
	struct zt_control *control = client->control;

	for (size_t i = 0; i < ZT_CONTROL_CLIENTS; i++)
		if (control->clients[i] == client)
			control->clients[i] = NULL;
	/* The detector may have its errand: it is freed when that comes back. */
	if (client->question != NULL)
		client->question->client = NULL;
	if (client->quiet != NULL)
		event_free(client->quiet);
	bufferevent_free(client->buffer);
	free(client);
	let_in(control);
}

static bool
has_request(const struct client *client)
{
	struct evbuffer *input = bufferevent_get_input(client->buffer);

	return client->question == NULL &&
	       evbuffer_get_length(bufferevent_get_output(client->buffer)) == 0 &&
	       evbuffer_search_eol(input, NULL, NULL, EVBUFFER_EOL_LF).pos >= 0;
}

/* Somebody may have to be answered: now, or when the pause is over. */
static void
schedule(struct zt_control *control)
{
	uint64_t now_ns = zt_now_ns(CLOCK_MONOTONIC);
	uint64_t wait_ns = control->free_ns > now_ns ? control->free_ns - now_ns : 0;
	const struct timeval wait = { .tv_sec = (time_t)(wait_ns / 1000000000u),
		.tv_usec = (suseconds_t)(wait_ns % 1000000000u / 1000u) };

	/* A failure leaves the client to its time-out. */
	if (!event_pending(control->turn, EV_TIMEOUT, NULL))
		(void)event_add(control->turn, &wait);
}

static void
note_activity(struct client *client)
{
	const struct timeval quiet = { .tv_sec = QUIET_S };

	client->active = ++client->control->activity;
	(void)event_add(client->quiet, &quiet); /* it is pending: memory is there */
}

/* Nothing is owed to the client any more. */
static bool
is_done(const struct client *client)
{
	return client->has_ended && client->question == NULL &&
	       evbuffer_get_length(bufferevent_get_output(client->buffer)) == 0 &&
	       !has_request(client);
}

/* Who changes something is told. */
static void
log_change(const struct question *question, const struct client *client)
{
	const struct zt_request *request = &question->inquiry.request;

	if (request->id == ZT_N_COMMANDS || !zt_command_get(request->id)->changes)
		return;
	zt_log(question->control->daemon->log, ZT_LOG_INFO,
	    "control: %s, asked for by user %lu, process %ld: %s",
	    zt_command_get(request->id)->name, (unsigned long)client->uid,
	    (long)client->pid,
	    question->inquiry.code != NULL ? question->inquiry.err.text : "done");
}

static void
on_reply(struct zt_inquiry *inquiry)
{
	struct question *question = (struct question *)(void *)inquiry;
	struct zt_control *control = question->control;
	struct client *client = question->client;
	char *line = client != NULL ? zt_inquiry_text(inquiry) : NULL;
	size_t len = line != NULL ? strlen(line) : 0;

	if (client != NULL)
		log_change(question, client);
	control->refused += inquiry->code != NULL;
	let_in(control);
	free_question(question);
	schedule(control);
	if (client == NULL)
		return;
	client->question = NULL;
	client->since_ns = zt_now_ns(CLOCK_MONOTONIC);
	if (len == 0 || len > REPLY_MAX ||
	    bufferevent_write(client->buffer, line, len) != 0) {
		control->dropped++;
		drop(client);
	}
	free(line);
}

static void
answer(struct client *client)
{
	struct zt_control *control = client->control;
	size_t len = 0;
	char *line = evbuffer_readln(
	    bufferevent_get_input(client->buffer), &len, EVBUFFER_EOL_LF);
	struct question *question = calloc(1, sizeof(*question));

	if (line == NULL || question == NULL) {
		free(line);
		free(question);
		control->dropped++;
		drop(client);
		return;
	}
	control->requests++;
	note_activity(client);
	question->control = control;
	question->client = client;
	question->next = control->questions;
	if (question->next != NULL)
		question->next->previous = question;
	control->questions = question;
	client->question = question;
	question->inquiry.daemon = control->daemon;
	question->inquiry.reply = on_reply;
	zt_inquiry_begin(&question->inquiry, line, len);
	free(line);
}

/* Whose request waits longest; nobody while an answer is under way, so that the detector
 * never has more than one errand of ours before it turns to its events. */
static struct client *
next_client(const struct zt_control *control)
{
	struct client *next = NULL;

	if (control->questions != NULL)
		return NULL;
	for (size_t i = 0; i < ZT_CONTROL_CLIENTS; i++) {
		struct client *client = control->clients[i];
		if (client != NULL && has_request(client) &&
		    (next == NULL || client->active < next->active))
			next = client;
	}
	return next;
}

static void
on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct zt_control *control = arg;
	struct client *client = next_client(control);
	uint64_t began_ns = zt_now_ns(CLOCK_MONOTONIC);

	(void)fd;
	(void)what;
	if (client == NULL)
		return;
	if (control->free_ns > began_ns) {
		schedule(control);
		return;
	}
	answer(client);
	uint64_t now_ns = zt_now_ns(CLOCK_MONOTONIC);
	uint64_t pause_ns = PAUSE * (now_ns - began_ns);
	control->free_ns = now_ns + (pause_ns < PAUSE_MAX ? pause_ns : PAUSE_MAX);
	if (next_client(control) != NULL)
		schedule(control);
}

static void
on_read(struct bufferevent *buffer, void *arg)
{
	struct client *client = arg;
	struct evbuffer *input = bufferevent_get_input(buffer);
	struct evbuffer_ptr end =
	    evbuffer_search_eol(input, NULL, NULL, EVBUFFER_EOL_LF);
	size_t first = end.pos >= 0 ? (size_t)end.pos + 1 : evbuffer_get_length(input);

	if (first > ZT_COMMAND_REQUEST_MAX) {
		client->control->dropped++;
		drop(client);
	} else if (end.pos >= 0) {
		schedule(client->control);
	}
}

/* A reply has gone out: the next request may be there already. */
static void
on_written(struct bufferevent *buffer, void *arg)
{
	struct client *client = arg;

	if (is_done(client))
		drop(client);
	else
		on_read(buffer, arg);
}

static void
on_event(struct bufferevent *buffer, short what, void *arg)
{
	struct client *client = arg;

	if ((what & BEV_EVENT_EOF) == 0) {
		/* An error, or too slow. */
		client->control->dropped++;
		drop(client);
		return;
	}
	client->has_ended = true;
	on_written(buffer, client);
}

static void
on_quiet(evutil_socket_t fd, short what, void *arg)
{
	struct client *client = arg;

	(void)fd;
	(void)what;
	client->control->dropped++;
	drop(client);
}

/* A place for one more; whoever has been quiet longest leaves for it.  One who waits for
 * an answer does not leave.  @return ZT_CONTROL_CLIENTS: nobody leaves. */
static size_t
make_place(struct zt_control *control)
{
	size_t quietest = ZT_CONTROL_CLIENTS;
	uint64_t now_ns = zt_now_ns(CLOCK_MONOTONIC);

	for (size_t i = 0; i < ZT_CONTROL_CLIENTS; i++) {
		struct client *client = control->clients[i];
		if (client == NULL)
			return i;
		if (client->question != NULL || has_request(client) ||
		    now_ns - client->since_ns < GRACE_NS)
			continue;
		if (quietest == ZT_CONTROL_CLIENTS ||
		    client->active < control->clients[quietest]->active)
			quietest = i;
	}
	if (quietest == ZT_CONTROL_CLIENTS)
		return quietest;
	control->dropped++;
	drop(control->clients[quietest]);
	return quietest;
}

static struct client *
make_client(struct zt_control *control, int fd)
{
	struct client *client = calloc(1, sizeof(*client));

	if (client == NULL)
		return NULL;
	client->control = control;
	client->quiet = evtimer_new(control->daemon->base, on_quiet, client);
	if (client->quiet != NULL)
		client->buffer = bufferevent_socket_new(
		    control->daemon->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (client->buffer != NULL)
		return client;
	if (client->quiet != NULL)
		event_free(client->quiet);
	free(client);
	return NULL;
}

/* fd is the client's from here on. */
static void
add_client(struct zt_control *control, int fd, size_t place)
{
	const struct timeval patience = { .tv_sec = WRITE_S };
	struct client *client = make_client(control, fd);
	struct ucred peer = { .pid = -1, .uid = (uid_t)-1 };
	socklen_t len = sizeof(peer);

	control->accepted++;
	if (client == NULL) {
		control->dropped++;
		(void)close(fd); /* nothing was written to it */
		return;
	}
	/* Only for the log: who may connect is decided by the socket's mode. */
	(void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len);
	client->uid = peer.uid;
	client->pid = peer.pid;
	client->since_ns = zt_now_ns(CLOCK_MONOTONIC);
	control->clients[place] = client;
	note_activity(client);
	bufferevent_setcb(client->buffer, on_read, on_written, on_event, client);
	bufferevent_setwatermark(
	    client->buffer, EV_READ, 0, (size_t)2 * ZT_COMMAND_REQUEST_MAX);
	/* Neither fails for a socket that was just made; if one did, the client would be
	 * quiet. */
	(void)bufferevent_set_timeouts(client->buffer, NULL, &patience);
	(void)bufferevent_enable(client->buffer, EV_READ | EV_WRITE);
}

/* One at a time: a crowd at the door shares the loop with everything else. */
static void
on_connection(evutil_socket_t listener, short what, void *arg)
{
	struct zt_control *control = arg;
	const struct timeval later = { .tv_sec = RETRY_S };
	const struct timeval soon = { .tv_usec = GRACE_NS / 1000 };
	size_t place = make_place(control);

	(void)what;
	if (place == ZT_CONTROL_CLIENTS) {
		/* They wait outside until somebody is answered or grows old. */
		control->is_full = event_add(control->retry, &soon) == 0;
		if (!control->is_full)
			return;
		(void)event_del(control->listener); /* cannot fail */
		return;
	}
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd != -1) {
		add_client(control, fd, place);
		return;
	}
	if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED)
		return;
	/* No descriptors, no memory: the connection would ring without end. */
	if (event_add(control->retry, &later) == 0)
		(void)event_del(control->listener); /* cannot fail */
}

static void
on_retry(evutil_socket_t fd, short what, void *arg)
{
	struct zt_control *control = arg;
	const struct timeval later = { .tv_sec = RETRY_S };

	(void)fd;
	(void)what;
	control->is_full = false;
	if (event_add(control->listener, NULL) != 0)
		(void)event_add(control->retry, &later); /* its memory is there */
}

struct zt_control *
zt_control_new(struct zt_daemon *daemon, const struct zt_control_socket *socket)
{
	struct zt_control *control = calloc(1, sizeof(*control));

	if (control == NULL)
		return NULL;
	control->daemon = daemon;
	control->socket = *socket;
	return control;
}

int
zt_control_start(struct zt_control *control)
{
	struct event_base *base = control->daemon->base;

	control->turn = evtimer_new(base, on_turn, control);
	control->retry = evtimer_new(base, on_retry, control);
	control->listener = event_new(
	    base, control->socket.fd, EV_READ | EV_PERSIST, on_connection, control);
	if (control->turn == NULL || control->retry == NULL ||
	    control->listener == NULL || event_add(control->listener, NULL) != 0)
		return -ENOMEM;
	return 0;
}

void
zt_control_free(struct zt_control **control)
{
	if (*control == NULL)
		return;
	struct event *events[] = { (*control)->listener, (*control)->retry,
		(*control)->turn };
	(*control)->is_full = false;
	for (size_t i = 0; i < ZT_CONTROL_CLIENTS; i++)
		if ((*control)->clients[i] != NULL)
			drop((*control)->clients[i]);
	while ((*control)->questions != NULL)
		free_question((*control)->questions);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (events[i] != NULL)
			event_free(events[i]);
	zt_control_socket_close(&(*control)->socket);
	free(*control);
	*control = NULL;
}

void
zt_control_describe(
    const struct zt_control *control, struct zt_document *document, json_t *object)
{
	uint64_t n_clients = 0;

	for (size_t i = 0; i < ZT_CONTROL_CLIENTS; i++)
		n_clients += control->clients[i] != NULL;
	zt_put_text(document, object, "socket", control->socket.path);
	zt_put_number(document, object, "clients", n_clients);
	zt_put_number(document, object, "accepted", control->accepted);
	zt_put_number(document, object, "dropped", control->dropped);
	zt_put_number(document, object, "requests", control->requests);
	zt_put_number(document, object, "refused", control->refused);
}
