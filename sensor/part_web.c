/*
 * The live page, the metrics and the health of the sensor over HTTP.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <event2/http.h>
#include <event2/keyvalq_struct.h>

#include "now.h"
#include "numbers.h"
#include "page.h"
#include "web_gate.h"
#include "web_server.h"
#include "web_stream.h"
#include "web_view.h"

#define NS_PER_S     1e9
#define METRICS	     "text/plain; version=0.0.4; charset=utf-8"
#define JSON	     "application/json"
#define SEE_OTHER    303
#define UNAUTHORIZED 401
#define FORBIDDEN    403

struct web {
	struct zt_daemon *daemon;
	struct zt_web_gate gate;
	struct zt_web_server *server;
	struct zt_web_streams *streams;
	struct event *timer;
	struct zt_web_counts counts;
	struct zt_delays delays;
};

/* What every answer says: nothing is stored, nothing comes from elsewhere, nobody may
 * frame it. */
static void
add_headers(struct evhttp_request *request, const char *type)
{
	static const char *const fields[][2] = {
		{ "Cache-Control", "no-store" },
		{ "Content-Security-Policy",
		    "default-src 'none'; script-src 'self'; style-src 'self'; "
		    "img-src 'self'; connect-src 'self'; form-action 'self'; "
		    "base-uri 'none'; frame-ancestors 'none'" },
		{ "X-Content-Type-Options", "nosniff" },
		{ "X-Frame-Options", "DENY" },
		{ "Referrer-Policy", "no-referrer" },
		{ "Cross-Origin-Opener-Policy", "same-origin" },
		{ "Cross-Origin-Resource-Policy", "same-origin" },
		{ "Permissions-Policy", "camera=(), geolocation=(), microphone=()" },
	};
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request);

	/* Without memory a header is missing, and the answer too, below. */
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		(void)evhttp_add_header(headers, fields[i][0], fields[i][1]);
	if (type != NULL)
		(void)evhttp_add_header(headers, "Content-Type", type);
}

static void
send_bytes(struct evhttp_request *request, int code, const char *type, const void *data,
    size_t len)
{
	struct evbuffer *body = evbuffer_new();

	add_headers(request, type);
	if (body == NULL || evbuffer_add(body, data, len) != 0)
		code = HTTP_INTERNAL;
	evhttp_send_reply(request, code, NULL, body);
	if (body != NULL)
		evbuffer_free(body);
}

/* text is freed; NULL is a lack of memory. */
static void
send_text(struct evhttp_request *request, int code, const char *type, char *text)
{
	if (text == NULL)
		send_bytes(request, HTTP_SERVUNAVAIL, "text/plain", "memory\n", 7);
	else
		send_bytes(request, code, type, text, strlen(text));
	free(text);
}

static void
refuse(struct web *web, struct evhttp_request *request, int code, const char *why)
{
	web->counts.refused++;
	send_bytes(request, code, "text/plain; charset=utf-8", why, strlen(why));
}

static void
redirect(struct evhttp_request *request, const char *to)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request);

	(void)evhttp_add_header(headers, "Location", to); /* see add_headers() */
	send_bytes(request, SEE_OTHER, NULL, "", 0);
}

/* What the metrics need beside what is there anyway; too large for the stack. */
struct scene {
	size_t n_sinks;
	struct zt_sink_status sinks[ZT_CONF_OUTPUTS_MAX];
	struct zt_health_problem problems[ZT_WEB_VIEW_PROBLEMS];
	const char *interfaces[ZT_OPENER_WORKERS_MAX];
};

static void
add_sink(const struct zt_sink_status *status, void *arg)
{
	struct scene *scene = arg;

	if (scene->n_sinks < ZT_CONF_OUTPUTS_MAX)
		scene->sinks[scene->n_sinks++] = *status;
}

static void
send_metrics(struct web *web, struct evhttp_request *request)
{
	const struct zt_daemon *daemon = web->daemon;
	const struct zt_numbers *numbers = daemon->states[ZT_PART_NUMBERS];
	struct scene *scene = calloc(1, sizeof(*scene));
	struct zt_statistics statistics;

	if (scene == NULL) {
		send_text(request, HTTP_SERVUNAVAIL, NULL, NULL);
		return;
	}
	zt_numbers_statistics(numbers, &statistics);
	zt_sinks_each(daemon, add_sink, scene);
	for (size_t i = 0; i < daemon->n_workers && i < ZT_OPENER_WORKERS_MAX; i++)
		scene->interfaces[i] =
		    zt_opener_link_of(daemon->opener, daemon->workers[i].slot)
			->configured;
	const struct zt_metrics m = {
		.statistics = &statistics,
		.interfaces = scene->interfaces,
		.board = zt_board_counts(daemon->states[ZT_PART_BOARD]),
		.delays = &web->delays,
		.problems = scene->problems,
		.n_problems =
		    zt_health_problems(daemon, scene->problems, ZT_WEB_VIEW_PROBLEMS),
		.web = &web->counts,
		.opener = daemon->opener,
		.sinks = scene->sinks,
		.n_sinks = scene->n_sinks,
		.started_s = (double)zt_numbers_started_ns(numbers) / NS_PER_S,
		.memory_limit_bytes = daemon->conf->detect.memory_bytes,
		.reloads = daemon->reloads,
		.reloads_failed = daemon->reloads_failed,
	};
	send_text(request, HTTP_OK, METRICS, zt_metrics_text(&m));
	free(scene);
}

static void
send_health(struct web *web, struct evhttp_request *request)
{
	bool is_well = true;
	char *text = zt_web_view_health(web->daemon, &is_well);

	send_text(request, is_well ? HTTP_OK : HTTP_SERVUNAVAIL, JSON, text);
}

static bool
add_numbers(struct web *web, struct evbuffer *to)
{
	char *numbers = zt_web_view_numbers(web->daemon);
	int n = -1;

	if (numbers != NULL)
		n = evbuffer_add_printf(to, "event: numbers\ndata: %s\n\n", numbers);
	free(numbers);
	return n >= 0;
}

static void
send_stream(struct web *web, struct evhttp_request *request)
{
	const char *last_id = evhttp_find_header(
	    evhttp_request_get_input_headers(request), "Last-Event-ID");
	struct evbuffer *first = evbuffer_new();

	if (first == NULL || !zt_web_view_since(web->daemon, last_id, first) ||
	    !add_numbers(web, first)) {
		send_text(request, HTTP_SERVUNAVAIL, NULL, NULL);
	} else {
		add_headers(request, "text/event-stream");
		if (!zt_web_streams_add(web->streams, request, first))
			refuse(web, request, HTTP_SERVUNAVAIL,
			    "Too many live pages are open.\n");
	}
	if (first != NULL)
		evbuffer_free(first);
}

static void
log_in(struct web *web, struct evhttp_request *request)
{
	struct evbuffer *body = evhttp_request_get_input_buffer(request);
	struct evkeyvalq fields;
	char text[ZT_WEB_TOKEN_MAX * 3 + 64] = ""; /* each byte may be %xx */

	if (evbuffer_copyout(body, text, sizeof(text) - 1) < 0 ||
	    evhttp_parse_query_str(text, &fields) != 0) {
		refuse(web, request, HTTP_BADREQUEST, "This is no form.\n");
		return;
	}
	bool is_right =
	    zt_web_gate_is_token(&web->gate, evhttp_find_header(&fields, "token"));
	evhttp_clear_headers(&fields);
	if (!is_right) {
		web->counts.refused++;
		redirect(request, "/login#wrong");
		return;
	}
	char cookie[sizeof(web->gate.cookie) + 80];
	(void)snprintf(cookie, sizeof(cookie),
	    ZT_WEB_COOKIE "=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200",
	    web->gate.cookie); /* fits: the longest there is */
	(void)evhttp_add_header(
	    evhttp_request_get_output_headers(request), "Set-Cookie", cookie);
	redirect(request, "/");
}

static void
refuse_stranger(struct web *web, struct evhttp_request *request, const char *path)
{
	if (strcmp(path, "/") == 0) {
		web->counts.refused++;
		redirect(request, "/login");
		return;
	}
	/* Without memory the header is missing: see add_headers(). */
	(void)evhttp_add_header(evhttp_request_get_output_headers(request),
	    "WWW-Authenticate", "Bearer realm=\"zonetap\"");
	refuse(web, request, UNAUTHORIZED,
	    "A token is needed: \"Authorization: Bearer TOKEN\", or log in at /login.\n");
}

static const struct route {
	const char *path;
	void (*answer)(struct web *web, struct evhttp_request *request);
} routes[] = {
	{ "/metrics", send_metrics },
	{ "/health", send_health },
	{ "/events", send_stream },
};

/* An answer to GET for somebody who may see it. */
static void
serve(struct web *web, struct evhttp_request *request, const char *path)
{
	const struct zt_page *page = zt_page_find(path);

	if (page != NULL) {
		send_bytes(request, HTTP_OK, page->type, page->data, page->len);
		return;
	}
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		if (strcmp(routes[i].path, path) != 0)
			continue;
		routes[i].answer(web, request);
		return;
	}
	refuse(web, request, HTTP_NOTFOUND,
	    "There is nothing here but /, /metrics, /health and /events.\n");
}

static bool
may_see(const struct web *web, const struct evkeyvalq *headers, const char *path)
{
	const struct zt_page *page = zt_page_find(path);

	return (page != NULL && page->is_open) ||
	       zt_web_gate_admits(&web->gate,
		   evhttp_find_header(headers, "Authorization"),
		   evhttp_find_header(headers, "Cookie"));
}

static void
answer(void *arg, struct evhttp_request *request)
{
	struct web *web = arg;
	const struct evkeyvalq *headers = evhttp_request_get_input_headers(request);
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
	const char *path = uri != NULL ? evhttp_uri_get_path(uri) : NULL;
	enum evhttp_cmd_type method = evhttp_request_get_command(request);

	if (path == NULL)
		refuse(web, request, HTTP_BADREQUEST, "This is no path.\n");
	else if (!zt_web_gate_knows_host(
		     &web->gate, evhttp_find_header(headers, "Host")))
		refuse(web, request, FORBIDDEN,
		    "Ask by address or localhost; this name may belong to somebody "
		    "else.\n");
	else if (method == EVHTTP_REQ_POST && strcmp(path, "/login") == 0)
		log_in(web, request);
	else if (method == EVHTTP_REQ_POST ||
		 (method == EVHTTP_REQ_HEAD && strcmp(path, "/events") == 0))
		refuse(web, request, HTTP_BADMETHOD, "Only GET is answered here.\n");
	else if (!may_see(web, headers, path))
		refuse_stranger(web, request, path);
	else
		serve(web, request, path);
}

static void
tell(struct web *web, const struct zt_board_entry *entry)
{
	struct evbuffer *data = evbuffer_new();

	if (data != NULL && zt_web_view_incident(web->daemon, entry, data))
		zt_web_streams_send(web->streams, data);
	if (data != NULL)
		evbuffer_free(data);
}

static void
on_alert(void *state, const struct zt_alert *alert)
{
	struct web *web = state;
	/* The clock may have been set back since. */
	int64_t delay_ns = (int64_t)(zt_now_ns(CLOCK_REALTIME) - alert->ts_ns);
	double delay_s = (double)delay_ns / NS_PER_S;

	if (!alert->health.present)
		zt_delays_add(&web->delays, delay_s > 0 ? delay_s : 0);
	if (web->counts.streams == 0)
		return;
	const struct zt_board_entry *entry =
	    zt_board_find(web->daemon->states[ZT_PART_BOARD], alert->id);
	if (entry != NULL)
		tell(web, entry);
}

static void
on_second(evutil_socket_t fd, short what, void *arg)
{
	struct web *web = arg;
	struct evbuffer *data = NULL;

	(void)fd;
	(void)what;
	zt_web_server_sweep(web->server);
	if (web->counts.streams == 0)
		return;
	data = evbuffer_new();
	if (data != NULL && add_numbers(web, data))
		zt_web_streams_send(web->streams, data);
	if (data != NULL)
		evbuffer_free(data);
}

static enum zt_exit
open_all(struct web *web)
{
	const struct zt_conf *conf = web->daemon->conf;
	struct zt_listen listen;
	struct zt_err err = { "" };

	if (zt_web_gate_open(&web->gate, conf->web.token_file, &err) != 0) {
		zt_log(web->daemon->log, ZT_LOG_ERROR, "web.token_file: %s", err.text);
		return ZT_EXIT_CONFIG;
	}
	/* The configuration has looked at it already. */
	if (!zt_listen_parse(conf->web.listen, &listen))
		return ZT_EXIT_CONFIG;
	int result = zt_web_server_open(&web->server, &listen, &web->counts, &err);
	if (result == 0)
		return ZT_EXIT_OK;
	zt_log(web->daemon->log, ZT_LOG_ERROR, "web.listen: %s: %s", conf->web.listen,
	    err.text);
	return result == -EACCES ? ZT_EXIT_PERMISSION : ZT_EXIT_CONFIG;
}

static enum zt_exit
open_web(struct zt_daemon *daemon, void **state)
{
	if (daemon->conf->web.listen[0] == '\0')
		return ZT_EXIT_OK;
	struct web *web = calloc(1, sizeof(*web));
	*state = web;
	if (web == NULL) {
		zt_log(daemon->log, ZT_LOG_ERROR, "web: %s", strerror(ENOMEM));
		return ZT_EXIT_SOFTWARE;
	}
	web->daemon = daemon;
	return open_all(web);
}

static int
start_web(void *state)
{
	struct web *web = state;
	const struct timeval second = { .tv_sec = 1 };

	int result = zt_web_server_start(web->server, web->daemon->base, answer, web);
	if (result != 0)
		return result;
	web->streams = zt_web_streams_new(web->server, &web->counts);
	web->timer = event_new(web->daemon->base, -1, EV_PERSIST, on_second, web);
	if (web->streams == NULL || web->timer == NULL ||
	    event_add(web->timer, &second) != 0)
		return -ENOMEM;
	zt_log(web->daemon->log, ZT_LOG_INFO, "live page at http://%s/",
	    web->daemon->conf->web.listen);
	return 0;
}

static void
close_web(void *state)
{
	struct web *web = state;

	if (web->timer != NULL)
		event_free(web->timer);
	zt_web_streams_free(&web->streams);
	zt_web_server_close(&web->server);
	free(web);
}

const struct zt_part zt_part_web = {
	.name = "web",
	.open = open_web,
	.start = start_web,
	.alert = on_alert,
	.close = close_web,
};
