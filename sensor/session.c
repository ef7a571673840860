#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "descriptors.h"
#include "digest.h"
#include "keys.h"
#include "now.h"
#include "reload.h"
#include "seed.h"
#include "session_priv.h"
#include "settings.h"

/* Alerts between detector and main thread; each has about 5 KiB. */
#define QUEUE_ALERTS 256
/* Events between two publications: live small, for the delay; in replay large, so that
 * the detector sleeps and wakes less often. */
#define LIVE_BATCH   32
#define REPLAY_BATCH 256
/* In replay nothing gets lost, so a queue that stays in the cache
 * will do. */
#define REPLAY_RING_BYTES ((size_t)1 << 20)

static enum zt_exit
no_memory(struct zt_session *s)
{
	zt_log(s->log, ZT_LOG_ERROR, "%s", strerror(ENOMEM));
	return ZT_EXIT_SOFTWARE;
}

static enum zt_exit
exit_of_input(int error)
{
	return error == -EACCES || error == -EPERM ? ZT_EXIT_PERMISSION
						   : ZT_EXIT_NO_INPUT;
}

static void
flush_feed(void *feed)
{
	zt_feed_flush(feed);
}

static enum zt_exit
open_captures(struct zt_session *s)
{
	struct zt_err err = { "" };

	for (size_t i = 0; i < s->options->n_captures; i++) {
		int result = zt_paths_add(&s->paths, s->options->captures[i], &err);
		if (result != 0) {
			zt_log(s->log, ZT_LOG_ERROR, "%s", err.text);
			return exit_of_input(result);
		}
	}
	if (zt_source_init(&s->source, &s->paths, s->interfaces, s->stop.fd) != 0)
		return no_memory(s);
	/* What is held back for a batch goes out before the worker waits for input. */
	zt_source_before_wait(&s->source, flush_feed, &s->feeds[0]);
	s->n_workers = 1;
	return ZT_EXIT_OK;
}

static enum zt_exit
exit_of_interface(int error)
{
	switch (error) {
	case -EPERM:
		return ZT_EXIT_PERMISSION;
	case -EINVAL:
	case -E2BIG:
		return ZT_EXIT_CONFIG;
	case -ENOMEM:
		return ZT_EXIT_SOFTWARE;
	}
	return ZT_EXIT_INTERFACE;
}

static enum zt_exit
open_interfaces(struct zt_session *s)
{
	const struct zt_options *options = s->options;
	bool given = options->n_interfaces != 0;
	const struct zt_opener_options opener = {
		.conf = s->conf,
		.names = given ? options->interfaces
			       : (const char *const *)s->conf->interfaces.items,
		.n_names = given ? options->n_interfaces : s->conf->interfaces.count,
		.interfaces = s->interfaces,
		.stop = &s->stop,
		.sandbox = &s->daemon.sandbox,
		.notices = &s->notices,
	};
	struct zt_err err = { "" };
	int result = zt_opener_new(&opener, &s->opener);

	if (result == -E2BIG)
		zt_err_set(&err, "capture.workers: more than %d for all interfaces",
		    ZT_OPENER_WORKERS_MAX);
	else if (result != 0)
		zt_err_set(&err, "%s", strerror(-result));
	else
		result = zt_opener_open(s->opener, &err);
	zt_notices_log(&s->notices, s->log);
	if (result != 0) {
		zt_log(s->log, ZT_LOG_ERROR, "%s", err.text);
		return exit_of_interface(result);
	}
	s->n_workers = zt_opener_workers(s->opener);
	return ZT_EXIT_OK;
}

/* Feeds: the workers', and behind them that of the programs of this machine. */
static size_t
n_feeds(const struct zt_session *s)
{
	return s->n_workers + (!s->is_replay && s->conf->processes.enabled ? 1 : 0);
}

static enum zt_exit
make_feeds(struct zt_session *s)
{
	unsigned batch = s->is_replay ? REPLAY_BATCH : LIVE_BATCH;
	size_t bytes = s->conf->sensor.ring_bytes;

	if (s->is_replay && bytes > REPLAY_RING_BYTES)
		bytes = REPLAY_RING_BYTES;
	for (size_t i = 0; i < n_feeds(s); i++) {
		int result = zt_feed_init(&s->feeds[i], bytes, batch, &s->data);
		if (result != 0) {
			zt_log(s->log, ZT_LOG_ERROR, "ring: %s", strerror(-result));
			return ZT_EXIT_SOFTWARE;
		}
	}
	return ZT_EXIT_OK;
}

/* capture.cpus, taken in turn; a replay stays where the kernel wants it. */
static int
cpu_of(const struct zt_session *s, size_t worker)
{
	const struct zt_conf_numbers *cpus = &s->conf->capture.cpus;

	return s->is_replay || cpus->count == 0 ? -1
						: cpus->items[worker % cpus->count];
}

static enum zt_exit
make_workers(struct zt_session *s, struct zt_settings *settings)
{
	for (size_t i = 0; i < s->n_workers; i++) {
		struct zt_worker *worker = &s->workers[i];
		worker->source = s->is_replay ? &s->source : NULL;
		worker->opener = s->opener;
		worker->slot = i;
		worker->affinity = cpu_of(s, i);
		worker->feed = &s->feeds[i];
		worker->stop = &s->stop;
		worker->sandbox = s->is_replay ? NULL : &s->daemon.sandbox;
		worker->speed = s->options->speed;
		settings->dissect.worker = (uint8_t)i;
		if (zt_worker_init(worker, &settings->dissect) != 0)
			return no_memory(s);
	}
	s->detector.feeds = s->feeds;
	s->detector.n_feeds = n_feeds(s);
	s->detector.data = &s->data;
	s->detector.errands = &s->errands;
	s->detector.queue = &s->queue;
	s->detector.opener = s->opener;
	s->detector.sandbox = s->is_replay ? NULL : &s->daemon.sandbox;
	if (zt_detector_init(&s->detector, &settings->params) != 0)
		return no_memory(s);
	return ZT_EXIT_OK;
}

static enum zt_exit
open_keeper(struct zt_session *s, struct zt_settings *settings)
{
	struct zt_err err = { "" };

	if (zt_keeper_init(&s->keeper, s->conf->keep_zones.directory,
		s->conf->keep_zones.bytes_max, &err) != 0) {
		zt_log(s->log, ZT_LOG_ERROR, "keep_zones.directory: %s", err.text);
		return ZT_EXIT_OUTPUT;
	}
	if (s->keeper.directory < 0)
		return ZT_EXIT_OK;
	settings->dissect.keep = zt_keeper_take;
	settings->dissect.keep_arg = &s->keeper;
	s->detector.keeper = &s->keeper;
	return ZT_EXIT_OK;
}

/* The dissectors make their own copies of the secrets. */
static enum zt_exit
make_workers_with_keys(struct zt_session *s, struct zt_settings *settings)
{
	struct zt_err err = { "" };
	struct zt_keys keys;

	if (zt_keys_load(&keys, &s->conf->keys, &err) != 0) {
		zt_log(s->log, ZT_LOG_ERROR, "%s", err.text);
		return ZT_EXIT_CONFIG;
	}
	settings->dissect.keys = keys.items;
	settings->dissect.n_keys = keys.count;
	settings->dissect.digests = &zt_digests_libcrypto;
	zt_digests_prepare();
	enum zt_exit result = make_workers(s, settings);
	zt_keys_fini(&keys);
	return result;
}

/* Everything that depends on the key and the configuration. */
static enum zt_exit
make_pipeline(struct zt_session *s)
{
	struct zt_hash_key key = zt_seed_fixed();
	struct zt_settings settings;

	if (!s->is_replay) {
		int result = zt_seed_random(&key);
		if (result != 0) {
			zt_log(s->log, ZT_LOG_ERROR, "no random key: %s",
			    strerror(-result));
			return ZT_EXIT_SOFTWARE;
		}
	}
	if (zt_settings_init(&settings, s->conf, &key) != 0)
		return no_memory(s);
	s->daemon.key = key;
	enum zt_exit result = make_feeds(s);
	if (result == ZT_EXIT_OK)
		result = open_keeper(s, &settings);
	if (result == ZT_EXIT_OK)
		result = make_workers_with_keys(s, &settings);
	zt_settings_fini(&settings);
	return result;
}

static enum zt_exit
check_limit(const struct zt_session *s)
{
	const struct zt_conf *conf = s->conf;
	size_t n_interfaces = s->options->n_interfaces != 0 ? s->options->n_interfaces
							    : conf->interfaces.count;
	struct zt_err err = { "" };

	if (s->is_replay || zt_descriptors_require(n_interfaces * conf->capture.workers,
				conf->outputs.count, &err) == 0)
		return ZT_EXIT_OK;
	zt_log(s->log, ZT_LOG_ERROR, "%s", err.text);
	return ZT_EXIT_SOFTWARE;
}

static enum zt_exit
make_queues(struct zt_session *s)
{
	int result = zt_stop_init(&s->stop);

	if (result == 0)
		result = zt_bell_init(&s->data);
	if (result == 0)
		result = zt_errands_init(&s->errands, &s->data);
	if (result == 0)
		result = zt_notices_init(&s->notices);
	if (result == 0)
		result = zt_alert_queue_init(&s->queue, QUEUE_ALERTS);
	s->interfaces = zt_interfaces_new();
	if (result == 0 && s->interfaces == NULL)
		result = -ENOMEM;
	if (result == 0)
		return ZT_EXIT_OK;
	zt_log(s->log, ZT_LOG_ERROR, "cannot make the queues: %s", strerror(-result));
	return ZT_EXIT_SOFTWARE;
}

static enum zt_exit
open_processes(struct zt_session *s)
{
	const struct zt_processes_options options = {
		.feed = &s->feeds[s->n_workers],
		.opener = s->opener,
		.stop = &s->stop,
		.sandbox = &s->daemon.sandbox,
	};
	struct zt_err err = { "" };

	if (!s->conf->processes.enabled)
		return ZT_EXIT_OK;
	int result = zt_processes_open(&s->processes, &options, &err);
	if (result == 0)
		return ZT_EXIT_OK;
	zt_log(s->log, ZT_LOG_ERROR, "%s", err.text);
	return result == -ENOMEM ? ZT_EXIT_SOFTWARE : ZT_EXIT_PERMISSION;
}

static enum zt_exit
open_output(struct zt_session *s)
{
	const char *path = s->options->output != NULL ? s->options->output : "-";
	struct zt_err err = { "" };

	if (zt_output_open(&s->output, path, ZT_OUTPUT_REPLACE, &err) == 0)
		return ZT_EXIT_OK;
	zt_log(s->log, ZT_LOG_ERROR, "alerts: %s", err.text);
	return ZT_EXIT_OUTPUT;
}

static enum zt_exit
open_daemon(struct zt_session *s)
{
	struct zt_daemon *daemon = &s->daemon;

	daemon->options = s->options;
	daemon->conf = s->conf;
	daemon->user = s->conf->sensor.user;
	daemon->loaded_ns = zt_now_ns(CLOCK_REALTIME);
	daemon->log = s->log;
	daemon->context.sensor = s->sensor;
	daemon->context.interfaces = s->interfaces;
	daemon->workers = s->workers;
	daemon->feeds = s->feeds;
	daemon->n_workers = s->n_workers;
	daemon->detector = &s->detector;
	daemon->errands = &s->errands;
	daemon->stop = &s->stop;
	daemon->opener = s->opener;
	daemon->processes = s->processes;
	daemon->notices = &s->notices;
	daemon->reload = zt_reload;
	daemon->rotate = zt_daemon_rotate;
	(void)zt_pulses_add(&daemon->pulses, "opener", zt_opener_beats(s->opener));
	(void)zt_pulses_add(&daemon->pulses, "detector", &s->detector.beats);
	if (s->processes != NULL)
		(void)zt_pulses_add(&daemon->pulses, "processes",
		    &zt_processes_counts(s->processes)->beats);
	for (size_t i = 0; i < s->n_workers; i++) /* there are not so many */
		(void)zt_pulses_add(&daemon->pulses, "capture", &s->workers[i].beats);
	return zt_daemon_open(daemon);
}

static void
name_sensor(struct zt_session *s)
{
	const char *name = s->conf->sensor_name;

	/* Too long a host name is cut; the array keeps its last byte zero. */
	if (name == NULL || name[0] == '\0')
		(void)gethostname(s->sensor, sizeof(s->sensor) - 1);
	else
		strncpy(s->sensor, name, sizeof(s->sensor) - 1);
}

enum zt_exit
zt_session_init(struct zt_session **session, const struct zt_options *options,
    const struct zt_conf *conf, struct zt_log *log)
{
	struct zt_session *s = calloc(1, sizeof(*s));

	*session = s;
	if (s == NULL) {
		zt_log(log, ZT_LOG_ERROR, "%s", strerror(ENOMEM));
		return ZT_EXIT_SOFTWARE;
	}
	s->options = options;
	s->conf = conf;
	s->log = log;
	s->is_replay = options->n_captures != 0;
	s->stop.fd = s->data.fd = s->output.fd = -1;
	s->keeper.directory = -1;
	zt_summary_init(&s->summary);
	name_sensor(s);
	enum zt_exit result = check_limit(s);
	if (result == ZT_EXIT_OK)
		result = make_queues(s);
	if (result == ZT_EXIT_OK)
		result = s->is_replay ? open_captures(s) : open_interfaces(s);
	if (result == ZT_EXIT_OK)
		result = make_pipeline(s);
	if (result == ZT_EXIT_OK && !s->is_replay)
		result = open_processes(s);
	if (result == ZT_EXIT_OK)
		result = s->is_replay ? open_output(s) : open_daemon(s);
	return result;
}

void
zt_session_fini(struct zt_session **session)
{
	struct zt_session *s = *session;

	if (s == NULL)
		return;
	zt_daemon_close(&s->daemon);
	(void)zt_output_close(&s->output); /* the report has told about failures */
	for (size_t i = 0; i < s->n_workers; i++)
		zt_worker_fini(&s->workers[i]);
	zt_processes_free(&s->processes);
	for (size_t i = 0; i < n_feeds(s); i++)
		zt_feed_fini(&s->feeds[i]);
	zt_opener_free(&s->opener);
	zt_notices_fini(&s->notices);
	zt_detector_fini(&s->detector);
	zt_keeper_fini(&s->keeper);
	zt_alert_queue_fini(&s->queue);
	zt_errands_fini(&s->errands);
	zt_source_fini(&s->source);
	zt_paths_fini(&s->paths);
	zt_interfaces_free(&s->interfaces);
	zt_summary_fini(&s->summary);
	zt_bell_fini(&s->data);
	zt_stop_fini(&s->stop);
	free(s);
	*session = NULL;
}
