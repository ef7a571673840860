#include "sinks.h"

#include <errno.h>
#include <string.h>

#include "sinks_priv.h"

int
zt__sinks_copy(char *to, size_t size, const char *from, struct zt_err *err)
{
	if (strlen(from) < size) {
		memcpy(to, from, strlen(from) + 1);
		return 0;
	}
	zt_err_set(err, "%s: longer than %zu bytes", from, size - 1);
	return -ENAMETOOLONG;
}

int
zt__sinks_take_output(
    struct zt_sink_settings *to, const struct zt_conf_output *from, struct zt_err *err)
{
	to->type = (enum zt_conf_output_type)from->type;
	to->format = zt_format_find(from->format);
	to->rotate_size_bytes = from->rotate_size_bytes;
	to->rotate_every_ns = from->rotate_every_ns;
	to->min_risk = from->min_risk;
	to->fsync = (enum zt_conf_fsync)from->fsync;
	to->keep = from->keep;
	to->facility = from->facility;
	to->queue = from->queue;
	if (to->format == NULL) {
		zt_err_set(err,
		    "outputs.format: %s: no such format; zonetap -h lists them",
		    from->format);
		return -EINVAL;
	}
	int result = zt__sinks_copy(to->path, sizeof(to->path), from->path, err);
	return result != 0 ? result
			   : zt__sinks_copy(
				 to->address, sizeof(to->address), from->address, err);
}

int
zt_sinks_check(const struct zt_conf *conf, struct zt_err *err)
{
	struct zt_sink_settings settings;
	int result = 0;

	for (size_t i = 0; i < conf->outputs.count && result == 0; i++)
		result = zt__sinks_take_output(&settings, &conf->outputs.items[i], err);
	return result;
}

void
zt_sinks_each(const struct zt_daemon *daemon, zt_sink_fn visit, void *arg)
{
	const struct zt_sinks *sinks = daemon->states[ZT_PART_SINKS];
	struct zt_sink_status status;

	if (sinks == NULL) {
		for (size_t i = 0; i < daemon->n_sinks; i++)
			visit(&daemon->sinks[i], arg);
		return;
	}
	for (size_t i = 0; i < sinks->n; i++) {
		status = zt_sink_status(sinks->list[i]);
		visit(&status, arg);
	}
}

uint64_t
zt_sinks_lost(const struct zt_daemon *daemon)
{
	const struct zt_sinks *sinks = daemon->states[ZT_PART_SINKS];
	uint64_t lost = 0;

	if (sinks == NULL)
		return 0;
	for (size_t i = 0; i < sinks->n; i++)
		lost += zt_sink_status(sinks->list[i]).counts.lost;
	for (size_t i = 0; i < sinks->n_leaving; i++)
		lost += zt_sink_status(sinks->leaving[i]).counts.lost;
	return lost + sinks->lost_before;
}

static void
keep_best(const struct zt_sink_status *status, void *arg)
{
	struct zt_sink_counts *best = arg;
	const struct zt_sink_counts *counts = &status->counts;
	bool is_first = best->offered + best->skipped == 0;

	if (is_first || counts->lost < best->lost ||
	    (counts->lost == best->lost && counts->written > best->written))
		*best = *counts;
}

struct zt_sink_counts
zt_sinks_best(const struct zt_daemon *daemon)
{
	struct zt_sink_counts best = { 0 };

	zt_sinks_each(daemon, keep_best, &best);
	return best;
}
