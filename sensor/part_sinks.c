/*
 * The sinks of a live session: one for each output of the configuration, or the one of
 * the command line, or standard output.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sink_status.h"
#include "sinks_priv.h"
#include "stray_spools.h"

/* How often the states of the sinks are looked at, to be told. */
#define LOOK_MS 250

/* What -o says, or nothing. */
static int
take_option(
    const struct zt_options *options, struct zt_sink_settings *to, struct zt_err *err)
{
	bool is_file = options->output != NULL && strcmp(options->output, "-") != 0;

	to->type = is_file ? ZT_CONF_OUTPUT_FILE : ZT_CONF_OUTPUT_STDOUT;
	to->format = options->format;
	to->fsync = ZT_CONF_FSYNC_SECOND;
	to->keep = 1;
	to->queue = 4096;
	return is_file
		   ? zt__sinks_copy(to->path, sizeof(to->path), options->output, err)
		   : 0;
}

static void
take_common(const struct zt_sinks *sinks, const struct zt_conf *conf,
    struct zt_sink_settings *to)
{
	memset(to, 0, sizeof(*to));
	to->sensor = sinks->daemon->context.sensor;
	to->spool_limit_bytes = conf->spool.limit_bytes;
	to->user = sinks->daemon->user;
	/* A thread made by a reload starts with the list of the main thread. */
	if (sinks->look == NULL)
		to->sandbox = &sinks->daemon->sandbox;
	if (sinks->spool_directory[0] != '\0')
		to->spool_directory = sinks->spool_directory;
}

/* The settings of each sink that the configuration wants, into next_settings. */
static int
plan(struct zt_sinks *sinks, const struct zt_conf *conf, struct zt_err *err)
{
	const struct zt_options *options = sinks->daemon->options;
	size_t n = options->output == NULL ? conf->outputs.count : 0;
	int result = 0;

	for (size_t i = 0; i < n && result == 0; i++) {
		take_common(sinks, conf, &sinks->next_settings[i]);
		result = zt__sinks_take_output(
		    &sinks->next_settings[i], &conf->outputs.items[i], err);
	}
	sinks->n_next = n;
	if (n == 0) {
		take_common(sinks, conf, &sinks->next_settings[0]);
		result = take_option(options, &sinks->next_settings[0], err);
		sinks->n_next = 1;
	}
	return result;
}

static struct zt_sink *
find(const struct zt_sinks *sinks, const struct zt_sink_settings *settings)
{
	for (size_t i = 0; i < sinks->n; i++)
		if (zt_sink_is_of(sinks->list[i], settings))
			return sinks->list[i];
	return NULL;
}

/* Forget what was checked and not taken over. */
static void
drop_next(struct zt_sinks *sinks)
{
	for (size_t i = 0; i < sinks->n_next; i++)
		zt_sink_close(&sinks->next[i], NULL);
	sinks->n_next = 0;
}

/* A sink that is leaving and wanted again has to be gone before its file is opened. */
static void
reap(struct zt_sinks *sinks)
{
	struct zt_sink_status status;
	size_t kept = 0;

	for (size_t i = 0; i < sinks->n_leaving; i++) {
		if (!zt_sink_has_ended(sinks->leaving[i])) {
			sinks->leaving[kept++] = sinks->leaving[i];
			continue;
		}
		zt_sink_close(&sinks->leaving[i], &status);
		sinks->lost_before += status.counts.lost;
	}
	sinks->n_leaving = kept;
}

/* What the process has given up at its start. */
static int
check_sandbox(const struct zt_sinks *sinks, struct zt_err *err)
{
	const struct zt_sandbox *sandbox = &sinks->daemon->sandbox;

	for (size_t i = 0; i < sinks->n_next; i++) {
		if (sinks->look == NULL || sandbox->inet ||
		    sandbox->mode == ZT_SANDBOX_OFF ||
		    sinks->next_settings[i].address[0] == '\0')
			continue;
		zt_err_set(err,
		    "outputs.address: %s: the first output over TCP needs a "
		    "restart",
		    sinks->next_settings[i].address);
		return -EPERM;
	}
	return 0;
}

/* Where files are made later, and which sockets. */
static int
ask_for(struct zt_sinks *sinks, struct zt_err *err)
{
	struct zt_daemon *daemon = sinks->daemon;
	int result = 0;

	for (size_t i = 0; i < sinks->n_next && result == 0; i++) {
		const struct zt_sink_settings *settings = &sinks->next_settings[i];
		if (settings->type == ZT_CONF_OUTPUT_FILE)
			result =
			    zt_places_add_parent(&daemon->places, settings->path, true);
		daemon->sandbox.inet |= settings->address[0] != '\0';
	}
	if (result == 0 && sinks->spool_directory[0] != '\0')
		result = zt_places_add(&daemon->places, sinks->spool_directory, true);
	if (result != 0)
		zt_err_set(err, "%s", strerror(-result));
	return result;
}

/* Open and start what is new; all or nothing. */
static int
prepare(struct zt_sinks *sinks, const struct zt_conf *conf, struct zt_err *err)
{
	drop_next(sinks);
	reap(sinks);
	int result = plan(sinks, conf, err);
	if (result == 0)
		result = check_sandbox(sinks, err);
	for (size_t i = 0; i < sinks->n_next && result == 0; i++) {
		if (find(sinks, &sinks->next_settings[i]) == NULL)
			result = zt_sink_open(&sinks->next[i], &sinks->next_settings[i],
			    sinks->daemon->alerts, err);
	}
	if (result == 0 && sinks->n_leaving + sinks->n > 2 * ZT_CONF_OUTPUTS_MAX) {
		zt_err_set(err, "outputs of earlier reloads have not ended yet");
		result = -EINVAL;
	}
	if (result != 0)
		drop_next(sinks);
	return result;
}

static void
take_over(struct zt_sinks *sinks)
{
	struct zt_sink *list[ZT_CONF_OUTPUTS_MAX];

	for (size_t i = 0; i < sinks->n_next; i++) {
		list[i] = sinks->next[i];
		sinks->next[i] = NULL;
		if (list[i] != NULL)
			continue;
		list[i] = find(sinks, &sinks->next_settings[i]);
		zt_sink_set(list[i], &sinks->next_settings[i]);
	}
	for (size_t i = 0; i < sinks->n; i++) {
		bool stays = false;
		for (size_t j = 0; j < sinks->n_next; j++)
			stays |= list[j] == sinks->list[i];
		if (stays)
			continue;
		zt_sink_end(sinks->list[i]);
		sinks->leaving[sinks->n_leaving++] = sinks->list[i];
	}
	memcpy(sinks->list, list, sinks->n_next * sizeof(list[0]));
	sinks->n = sinks->n_next;
	sinks->n_next = 0;
	for (size_t i = 0; i < sinks->n; i++)
		sinks->was_ok[i] = true;
}

static void
find_spool(struct zt_sinks *sinks)
{
	const char *set = sinks->daemon->conf->spool.directory;
	const char *state = getenv("STATE_DIRECTORY"); /* systemd.exec(5) */
	size_t size = sizeof(sinks->spool_directory);
	int n = 0;

	if (set[0] != '\0')
		n = snprintf(sinks->spool_directory, size, "%s", set);
	else if (state != NULL && state[0] == '/' && strchr(state, ':') == NULL)
		n = snprintf(sinks->spool_directory, size, "%s/spool", state);
	if (n >= (int)size)
		sinks->spool_directory[0] = '\0';
}

static void
tell_strays(const struct zt_sinks *sinks)
{
	const char *paths[ZT_CONF_OUTPUTS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < sinks->n; i++) {
		const char *path = zt_sink_spool(sinks->list[i]);
		if (path != NULL)
			paths[n++] = path;
	}
	if (sinks->spool_directory[0] != '\0')
		zt_stray_spools_tell(
		    sinks->daemon->log, sinks->spool_directory, paths, n);
}

static enum zt_exit
open_sinks(struct zt_daemon *daemon, void **state)
{
	struct zt_sinks *sinks = calloc(1, sizeof(*sinks));
	struct zt_err err = { "" };

	if (sinks == NULL) {
		zt_log(daemon->log, ZT_LOG_ERROR, "%s", strerror(ENOMEM));
		return ZT_EXIT_SOFTWARE;
	}
	*state = sinks;
	sinks->daemon = daemon;
	find_spool(sinks);
	int result = prepare(sinks, daemon->conf, &err);
	if (result == 0)
		result = ask_for(sinks, &err);
	if (result == 0) {
		take_over(sinks);
		tell_strays(sinks);
		return ZT_EXIT_OK;
	}
	zt_log(daemon->log, ZT_LOG_ERROR, "alerts: %s", err.text);
	return result == -EINVAL ? ZT_EXIT_CONFIG : ZT_EXIT_OUTPUT;
}

/* Tell when a sink begins to fail, and when it works again. */
static void
tell(struct zt_sinks *sinks, size_t i)
{
	struct zt_sink_status status = zt_sink_status(sinks->list[i]);
	struct zt_log *log = sinks->daemon->log;

	if (status.is_ok == sinks->was_ok[i])
		return;
	sinks->was_ok[i] = status.is_ok;
	if (status.is_ok)
		zt_log(log, ZT_LOG_WARNING, "alerts: %s: works again; %llu written",
		    status.name, (unsigned long long)status.counts.written);
	else
		zt_log(log, ZT_LOG_ERROR, "alerts: %s: %s", status.name, status.error);
}

static void
on_look(evutil_socket_t fd, short what, void *arg)
{
	struct zt_sinks *sinks = arg;

	(void)fd;
	(void)what;
	for (size_t i = 0; i < sinks->n; i++)
		tell(sinks, i);
	reap(sinks);
	if (sinks->n == 1 && zt_sink_is_gone(sinks->list[0]))
		zt_daemon_end(sinks->daemon, ZT_EXIT_OUTPUT);
}

static int
start_sinks(void *state)
{
	const struct timeval interval = { .tv_usec = LOOK_MS * 1000 };
	struct zt_sinks *sinks = state;
	int result = 0;

	for (size_t i = 0; i < sinks->n && result == 0; i++)
		result = zt_sink_start(sinks->list[i]);
	if (result != 0)
		return result;
	sinks->look = event_new(sinks->daemon->base, -1, EV_PERSIST, on_look, sinks);
	if (sinks->look == NULL || event_add(sinks->look, &interval) != 0)
		return -ENOMEM;
	return 0;
}

/* One record for all sinks of a format. */
static void
hand_out(struct zt_sinks *sinks, const struct zt_alert *alert, size_t first)
{
	const struct zt_format *format = zt_sink_settings(sinks->list[first])->format;
	char *line = format->line(alert, &sinks->daemon->context);
	struct zt_record *record = line != NULL ? zt_record_new(alert, line) : NULL;

	free(line);
	for (size_t i = first; i < sinks->n; i++) {
		const struct zt_sink_settings *settings =
		    zt_sink_settings(sinks->list[i]);
		if (settings->format != format)
			continue;
		if (alert->risk < settings->min_risk)
			zt_sink_skip(sinks->list[i]);
		else if (record == NULL)
			zt_sink_lose(sinks->list[i]);
		else
			zt_sink_put(sinks->list[i], record);
	}
	zt_record_release(record);
}

static void
write_alert(void *state, const struct zt_alert *alert)
{
	struct zt_sinks *sinks = state;

	for (size_t i = 0; i < sinks->n; i++) {
		const struct zt_format *format =
		    zt_sink_settings(sinks->list[i])->format;
		size_t j = 0;
		while (zt_sink_settings(sinks->list[j])->format != format)
			j++;
		if (j == i)
			hand_out(sinks, alert, i);
	}
}

static int
check_sinks(void *state, const struct zt_conf *next, struct zt_err *err)
{
	int result = prepare(state, next, err);

	return result == 0 ? 0 : -EINVAL;
}

static void
adopt_sinks(void *state, const struct zt_conf *next)
{
	struct zt_sinks *sinks = state;

	(void)next; /* its settings were copied */
	for (size_t i = 0; i < sinks->n_next; i++) {
		if (sinks->next[i] == NULL)
			continue;
		int result = zt_sink_start(sinks->next[i]);
		if (result !=
		    0) /* then it keeps what it gets, and loses it at the end */
			zt_log(sinks->daemon->log, ZT_LOG_ERROR,
			    "alerts: cannot start an output: %s", strerror(-result));
	}
	take_over(sinks);
}

static void
rotate_sinks(void *state)
{
	const struct zt_sinks *sinks = state;

	for (size_t i = 0; i < sinks->n; i++)
		zt_sink_rotate(sinks->list[i]);
}

static void
describe_sinks(void *state, struct zt_document *document, json_t *object)
{
	const struct zt_sinks *sinks = state;
	json_t *array = zt_put_array(document, object, "outputs");

	for (size_t i = 0; i < sinks->n && !document->failed; i++) {
		struct zt_sink_status status = zt_sink_status(sinks->list[i]);
		json_t *row = json_object();
		zt_append(document, array, row);
		if (!document->failed)
			zt_sink_status_put(document, row, &status);
	}
}

static void
refuse_sinks(void *state)
{
	drop_next(state);
}

static bool
finish_sinks(void *state)
{
	struct zt_sinks *sinks = state;
	bool finished = true;

	for (size_t i = 0; i < sinks->n; i++) {
		zt_sink_end(sinks->list[i]);
		finished &= zt_sink_has_ended(sinks->list[i]);
	}
	reap(sinks);
	return finished && sinks->n_leaving == 0;
}

/* How it ended, for those who look later. */
static void
keep_status(struct zt_daemon *daemon, const struct zt_sink_status *status)
{
	unsigned long long unsent = status->counts.lost + status->counts.queued;
	struct zt_log *log = daemon->log;

	daemon->sinks[daemon->n_sinks++] = *status;
	if (status->counts.spooled != 0)
		zt_log(log, ZT_LOG_WARNING, "alerts: %s: %llu wait in the spool",
		    status->name, (unsigned long long)status->counts.spooled);
	if (unsent == 0)
		return;
	zt_log(log, ZT_LOG_ERROR, "alerts: %s: %llu were not written%s%s", status->name,
	    unsent, status->error[0] != '\0' ? ": " : "", status->error);
	if (daemon->result == ZT_EXIT_OK)
		daemon->result = ZT_EXIT_OUTPUT;
}

static void
close_sinks(void *state)
{
	struct zt_sinks *sinks = state;
	struct zt_sink_status status;

	if (sinks->look != NULL)
		event_free(sinks->look);
	drop_next(sinks);
	for (size_t i = 0; i < sinks->n; i++)
		zt_sink_end(sinks->list[i]); /* all at once: they end side by side */
	for (size_t i = 0; i < sinks->n; i++) {
		zt_sink_close(&sinks->list[i], &status);
		keep_status(sinks->daemon, &status);
	}
	for (size_t i = 0; i < sinks->n_leaving; i++)
		zt_sink_close(&sinks->leaving[i], NULL);
	free(sinks);
}

const struct zt_part zt_part_sinks = {
	.name = "sinks",
	.open = open_sinks,
	.start = start_sinks,
	.alert = write_alert,
	.check = check_sinks,
	.adopt = adopt_sinks,
	.refuse = refuse_sinks,
	.rotate = rotate_sinks,
	.describe = describe_sinks,
	.finish = finish_sinks,
	.close = close_sinks,
};
