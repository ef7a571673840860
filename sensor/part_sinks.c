/*
 * Alerts of a live session go to one file or to standard output.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "output.h"

struct sinks {
	struct zt_daemon *daemon;
	struct zt_output output;
};

static enum zt_exit
open_sinks(struct zt_daemon *daemon, void **state)
{
	const char *path =
	    daemon->options->output != NULL ? daemon->options->output : "-";
	struct sinks *sinks = calloc(1, sizeof(*sinks));
	struct zt_err err = { "" };

	if (sinks == NULL) {
		zt_log(daemon->log, ZT_LOG_ERROR, "%s", strerror(ENOMEM));
		return ZT_EXIT_SOFTWARE;
	}
	*state = sinks;
	sinks->daemon = daemon;
	sinks->output.fd = -1;
	if (zt_output_open(&sinks->output, path, ZT_OUTPUT_APPEND, &err) == 0)
		return ZT_EXIT_OK;
	zt_log(daemon->log, ZT_LOG_ERROR, "alerts: %s", err.text);
	return ZT_EXIT_OUTPUT;
}

static void
write_alert(void *state, const struct zt_alert *alert)
{
	struct sinks *sinks = state;
	struct zt_daemon *daemon = sinks->daemon;

	if (sinks->output.error != 0)
		return;
	char *line = daemon->options->format->line(alert, &daemon->context);
	if (line == NULL)
		sinks->output.error = ENOMEM;
	else
		(void)zt_output_line(&sinks->output, line, strlen(line)); /* sticky */
	free(line);
	(void)zt_output_flush(&sinks->output); /* sticky, looked at next */
	daemon->alerts_written = sinks->output.lines;
	if (sinks->output.error == 0)
		return;
	zt_log(daemon->log, ZT_LOG_ERROR, "alerts: %s: %s", sinks->output.path,
	    strerror(sinks->output.error));
	zt_daemon_end(daemon, ZT_EXIT_OUTPUT);
}

static void
close_sinks(void *state)
{
	struct sinks *sinks = state;

	(void)zt_output_close(&sinks->output); /* every line was flushed */
	free(sinks);
}

const struct zt_part zt_part_sinks = {
	.name = "sinks",
	.open = open_sinks,
	.alert = write_alert,
	.close = close_sinks,
};
