#include "tune.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "../detect/engine.h"
#include "../detect/rules.h"
#include "seed.h"
#include "settings.h"
#include "source.h"
#include "source_report.h"
#include "tune_report.h"

static void
count_alert(void *arg, const struct zt_alert *alert)
{
	struct zt_tune_step *step = arg;
	struct zt_tune_incident *incident;
	unsigned rule = 0;

	if (alert->event != ZT_ALERT_OPEN)
		return;
	while (rule < ZT_N_RULES &&
	       strcmp(zt_rules_name((enum zt_rule_id)rule), alert->rule) != 0)
		rule++;
	if (rule == ZT_N_RULES)
		return;
	step->count[rule]++;
	if (step->n >= ZT_TUNE_INCIDENTS_MAX)
		return;
	if (step->n == step->cap) {
		size_t cap = step->cap == 0 ? 64 : 2 * step->cap;
		void *grown = realloc(step->incidents, cap * sizeof(*step->incidents));
		if (grown == NULL) {
			step->failed = true;
			return;
		}
		step->incidents = grown;
		step->cap = cap;
	}
	incident = &step->incidents[step->n++];
	incident->rule = (uint8_t)rule;
	incident->family = alert->family;
	memcpy(incident->addr, alert->source, sizeof(incident->addr));
}

static void
feed_all(void *arg, const struct zt_event *event)
{
	struct zt_tune *tune = arg;

	for (unsigned i = 0; i < ZT_TUNE_STEPS; i++)
		zt_engine_feed(tune->steps[i].engine, event);
}

static void
scale_rules(const struct zt_params *params, unsigned step, struct zt_rule_params *rules)
{
	memcpy(rules, params->rules, sizeof(params->rules));
	for (unsigned rule = 0; rule < ZT_N_RULES; rule++)
		for (unsigned i = 0; i < zt_tune_n_thresholds; i++) {
			uint32_t *value =
			    zt_tune_threshold(&zt_tune_thresholds[i], &rules[rule]);
			*value = zt_tune_scale(*value, step);
		}
}

static bool
make_engines(struct zt_tune *tune, const struct zt_settings *settings)
{
	struct zt_params params = settings->params;

	params.memory_bytes /= ZT_TUNE_STEPS;
	for (unsigned i = 0; i < ZT_TUNE_STEPS; i++) {
		struct zt_tune_step *step = &tune->steps[i];
		scale_rules(&settings->params, i, params.rules);
		memcpy(step->rules, params.rules, sizeof(step->rules));
		step->engine = zt_engine_new(&params, count_alert, step);
		if (step->engine == NULL)
			return false;
	}
	return true;
}

static bool
make_pipeline(struct zt_tune *tune, const struct zt_conf *conf)
{
	struct zt_hash_key key = zt_seed_fixed();
	struct zt_settings settings;

	if (zt_settings_init(&settings, conf, &key) != 0)
		return false;
	settings.dissect.emit = feed_all;
	settings.dissect.emit_arg = tune;
	bool is_made = make_engines(tune, &settings);
	if (is_made)
		tune->dissect = zt_dissect_new(&settings.dissect);
	zt_settings_fini(&settings);
	return is_made && tune->dissect != NULL;
}

static void
replay(struct zt_tune *tune, struct zt_source *source)
{
	struct zt_packet packet;

	tune->first_ns = UINT64_MAX;
	while (zt_source_next(source, &packet) == ZT_READ_PACKET) {
		tune->packets++;
		if (packet.ts_ns < tune->first_ns)
			tune->first_ns = packet.ts_ns;
		if (packet.ts_ns > tune->last_ns)
			tune->last_ns = packet.ts_ns;
		zt_dissect_packet(tune->dissect, &packet);
	}
	zt_dissect_flush(tune->dissect);
	for (unsigned i = 0; i < ZT_TUNE_STEPS; i++)
		zt_engine_finish(tune->steps[i].engine);
}

static bool
has_failed(const struct zt_tune *tune)
{
	bool failed = false;

	for (unsigned i = 0; i < ZT_TUNE_STEPS; i++)
		failed |= tune->steps[i].failed;
	return failed;
}

static enum zt_exit
no_memory(struct zt_log *log)
{
	zt_log(log, ZT_LOG_ERROR, "%s", strerror(ENOMEM));
	return ZT_EXIT_SOFTWARE;
}

/* The captures through the pipeline that was made, and what that says. */
static enum zt_exit
measure(
    struct zt_tune *tune, const struct zt_paths *paths, struct zt_log *log, FILE *out)
{
	struct zt_interfaces *interfaces = zt_interfaces_new();
	struct zt_source source;
	enum zt_exit result = ZT_EXIT_SOFTWARE;

	if (interfaces == NULL || zt_source_init(&source, paths, interfaces, -1) != 0) {
		result = no_memory(log);
	} else {
		replay(tune, &source);
		result =
		    has_failed(tune) ? no_memory(log) : zt_source_report(&source, log);
		zt_tune_print(tune, out);
		zt_source_fini(&source);
	}
	zt_interfaces_free(&interfaces);
	return result;
}

static enum zt_exit
find_captures(
    const struct zt_options *options, struct zt_paths *paths, struct zt_log *log)
{
	struct zt_err err = { "" };

	for (size_t i = 0; i < options->n_captures; i++) {
		int result = zt_paths_add(paths, options->captures[i], &err);
		if (result == 0)
			continue;
		zt_log(log, ZT_LOG_ERROR, "%s", err.text);
		return result == -EACCES || result == -EPERM ? ZT_EXIT_PERMISSION
							     : ZT_EXIT_NO_INPUT;
	}
	return ZT_EXIT_OK;
}

static void
tune_free(struct zt_tune *tune)
{
	if (tune == NULL)
		return;
	zt_dissect_free(&tune->dissect);
	for (unsigned i = 0; i < ZT_TUNE_STEPS; i++) {
		zt_engine_free(&tune->steps[i].engine);
		free(tune->steps[i].incidents);
	}
	free(tune);
}

enum zt_exit
zt_tune(const struct zt_options *options, const struct zt_conf *conf,
    struct zt_log *log, FILE *out)
{
	struct zt_tune *tune = calloc(1, sizeof(*tune));
	struct zt_paths paths = { 0 };
	enum zt_exit result = find_captures(options, &paths, log);

	if (result == ZT_EXIT_OK && (tune == NULL || !make_pipeline(tune, conf)))
		result = no_memory(log);
	if (result == ZT_EXIT_OK)
		result = measure(tune, &paths, log, out);
	zt_paths_fini(&paths);
	tune_free(tune);
	return result;
}
