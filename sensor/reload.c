#include "reload.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../detect/setup.h"
#include "now.h"
#include "service.h"
#include "settings.h"

/* The engine's share, on its way. */
struct delivery {
	struct zt_errand errand; /* First: an errand is its delivery. */
	struct zt_setup *setup;
};

static void
hand_over(struct zt_errand *errand, struct zt_engine *engine)
{
	struct delivery *delivery = (struct delivery *)errand;

	zt_engine_reconfigure(engine, &delivery->setup);
}

/* What the engine had before comes back. */
static void
dispose(struct zt_errand *errand)
{
	struct delivery *delivery = (struct delivery *)errand;

	zt_setup_free(&delivery->setup);
	free(delivery);
}

static struct delivery *
prepare(const struct zt_daemon *daemon, const struct zt_conf *next)
{
	struct delivery *delivery = calloc(1, sizeof(*delivery));
	struct zt_settings settings;

	if (delivery == NULL || zt_settings_init(&settings, next, &daemon->key) != 0) {
		free(delivery);
		return NULL;
	}
	delivery->errand.run = hand_over;
	delivery->errand.done = dispose;
	delivery->setup = zt_setup_new(&settings.params);
	zt_settings_fini(&settings);
	if (delivery->setup != NULL)
		return delivery;
	free(delivery);
	return NULL;
}

/* @param next  in: loaded; out: NULL when it is the daemon's now. */
static int
take_over(struct zt_daemon *daemon, struct zt_conf **next, struct zt_err *err)
{
	const char *path = daemon->options->config;
	int result = zt_conf_allows_reload(path, daemon->conf, *next, err);

	if (result != 0)
		return result;
	struct delivery *delivery = prepare(daemon, *next);
	if (delivery == NULL) {
		zt_err_set(err, "%s: %s", path, strerror(ENOMEM));
		return -ENOMEM;
	}
	result = zt_daemon_reconfigure(daemon, *next, err);
	if (result != 0) {
		dispose(&delivery->errand);
		return result;
	}
	zt_conf_free(&daemon->reloaded);
	daemon->reloaded = *next;
	*next = NULL;
	zt_errands_post(daemon->errands, &delivery->errand);
	return 0;
}

static int
load(struct zt_daemon *daemon, struct zt_err *err)
{
	struct zt_conf *next = NULL;

	if (daemon->options->config == NULL) {
		zt_err_set(err,
		    "zonetap was started without a configuration file; give it -c FILE");
		return -ENOENT;
	}
	int result = zt_conf_load(daemon->options->config, &next, err);
	if (result == 0)
		result = take_over(daemon, &next, err);
	zt_conf_free(&next);
	return result;
}

int
zt_reload(struct zt_daemon *daemon, struct zt_err *err)
{
	zt_service_reloading(daemon);
	int result = load(daemon, err);
	zt_service_reloaded(daemon, result == 0);
	if (result == 0) {
		daemon->reloads++;
		daemon->loaded_ns = zt_now_ns(CLOCK_REALTIME);
		zt_log(daemon->log, ZT_LOG_INFO, "%s: loaded and in force",
		    daemon->options->config);
		return 0;
	}
	daemon->reloads_failed++;
	if (err->text[0] == '\0')
		zt_err_set(err, "%s", strerror(-result));
	zt_log(daemon->log, ZT_LOG_ERROR,
	    "not reloaded, the settings before stay in force: %s", err->text);
	return result;
}
