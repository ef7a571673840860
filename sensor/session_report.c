#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session_priv.h"
#include "source_report.h"

/* Which of two reasons to exit is told: the first one that is not OK. */
static enum zt_exit
first_of(enum zt_exit one, enum zt_exit two)
{
	return one != ZT_EXIT_OK ? one : two;
}

static enum zt_exit
write_statistics(struct zt_session *s, const char *text)
{
	struct zt_output *output = calloc(1, sizeof(*output));
	struct zt_err err = { "" };

	if (output == NULL)
		return ZT_EXIT_SOFTWARE;
	int result = zt_output_open(output, s->options->stats, ZT_OUTPUT_REPLACE, &err);
	if (result == 0) {
		/* Failures are sticky and told by close. */
		(void)zt_output_line(output, text, strlen(text));
		if (!zt_output_close(output))
			zt_err_set(
			    &err, "%s: %s", s->options->stats, strerror(output->error));
	}
	free(output);
	if (err.text[0] == '\0')
		return ZT_EXIT_OK;
	zt_log(s->log, ZT_LOG_ERROR, "statistics: %s", err.text);
	return ZT_EXIT_OUTPUT;
}

static enum zt_exit
report_statistics(struct zt_session *s, const struct zt_statistics *statistics)
{
	enum zt_exit result = ZT_EXIT_OK;
	unsigned n_broken = 0;
	char *text = zt_statistics_text(statistics, &n_broken);

	if (text == NULL) {
		zt_log(s->log, ZT_LOG_ERROR, "statistics: %s", strerror(ENOMEM));
		return ZT_EXIT_SOFTWARE;
	}
	if (s->options->stats != NULL)
		result = write_statistics(s, text);
	free(text);
	if (n_broken == 0)
		return result;
	zt_log(s->log, ZT_LOG_ERROR,
	    "%u laws of conservation do not hold: a bug of zonetap; see \"laws\" in -s",
	    n_broken);
	return first_of(result, ZT_EXIT_SOFTWARE);
}

enum zt_exit
zt_session_report(struct zt_session *s)
{
	enum zt_exit result = ZT_EXIT_OK;

	if (!zt_output_close(&s->output)) {
		if (!s->queue.abandoned)
			zt_log(s->log, ZT_LOG_ERROR, "alerts: %s: %s", s->output.path,
			    strerror(s->output.error));
		result = ZT_EXIT_OUTPUT;
	}
	result = first_of(result, s->daemon.result);
	const struct zt_sink_counts replayed = { .written = s->output.lines };
	const struct zt_statistics statistics = {
		.workers = s->workers,
		.feeds = s->feeds,
		.n_workers = s->n_workers,
		.engine = zt_engine_stats(s->detector.engine),
		.source = s->is_replay ? &s->source : NULL,
		.opener = s->opener,
		.keeper = &s->keeper,
		.alerts_own = s->daemon.alerts_own,
		.alerts = s->is_replay ? replayed : zt_sinks_best(&s->daemon),
		.daemon = s->is_replay ? NULL : &s->daemon,
	};
	result = first_of(result, report_statistics(s, &statistics));
	if (s->is_replay)
		result = first_of(result, zt_source_report(&s->source, s->log));
	if (s->options->verbose || (!s->options->quiet && isatty(STDERR_FILENO)))
		zt_summary_print(&s->summary, &statistics, s->seconds, stderr);
	return result;
}
