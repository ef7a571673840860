/*
 * zonetap: watches DNS on a network tap and names who is mapping the network.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../conf/conf.h"
#include "descriptors.h"
#include "documentation.h"
#include "exit_code.h"
#include "keys.h"
#include "log.h"
#include "options.h"
#include "session.h"
#include "sinks.h"
#include "tune.h"

static enum zt_exit
load(const struct zt_options *options, struct zt_conf **conf, struct zt_log *log)
{
	struct zt_err err = { "" };
	int result = options->config != NULL ? zt_conf_load(options->config, conf, &err)
					     : zt_conf_defaults(conf);

	if (result == 0)
		return ZT_EXIT_OK;
	zt_log(log, ZT_LOG_ERROR, "%s",
	    err.text[0] != '\0' ? err.text : strerror(-result));
	return ZT_EXIT_CONFIG;
}

static enum zt_exit
run(const struct zt_options *options, const struct zt_conf *conf, struct zt_log *log)
{
	struct zt_session *session = NULL;

	if (options->n_captures == 0 && options->n_interfaces == 0 &&
	    conf->interfaces.count == 0) {
		zt_log(log, ZT_LOG_ERROR,
		    "nothing to do: give -i IFACE or -r PATH; see zonetap -h");
		return ZT_EXIT_USAGE;
	}
	enum zt_exit result = zt_session_init(&session, options, conf, log);
	if (result == ZT_EXIT_OK)
		result = zt_session_run(session);
	if (result == ZT_EXIT_OK)
		result = zt_session_report(session);
	zt_session_fini(&session);
	return result;
}

/* What a run would refuse beyond the file itself: its secrets. */
static enum zt_exit
check(const struct zt_conf *conf, struct zt_log *log)
{
	struct zt_err err = { "" };
	struct zt_keys keys;

	if (zt_keys_load(&keys, &conf->keys, &err) != 0) {
		zt_log(log, ZT_LOG_ERROR, "%s", err.text);
		return ZT_EXIT_CONFIG;
	}
	zt_keys_fini(&keys);
	if (zt_sinks_check(conf, &err) != 0) {
		zt_log(log, ZT_LOG_ERROR, "%s", err.text);
		return ZT_EXIT_CONFIG;
	}
	zt_log(log, ZT_LOG_INFO, "the configuration is right");
	return ZT_EXIT_OK;
}

static enum zt_exit
with_configuration(const struct zt_options *options, struct zt_log *log)
{
	struct zt_conf *conf = NULL;
	enum zt_exit result = load(options, &conf, log);

	if (result != ZT_EXIT_OK)
		return result;
	if (options->task == ZT_TASK_DUMP)
		(void)zt_conf_dump(conf, stdout); /* looked at in main() */
	else if (options->task == ZT_TASK_CHECK)
		result = check(conf, log);
	else if (options->task == ZT_TASK_TUNE)
		result = zt_tune(options, conf, log, stdout);
	else
		result = run(options, conf, log);
	zt_conf_free(&conf);
	return result;
}

static enum zt_exit
perform(const struct zt_options *options, struct zt_log *log)
{
	switch (options->task) {
	case ZT_TASK_HELP:
		zt_options_help(stdout);
		return ZT_EXIT_OK;
	case ZT_TASK_VERSION:
		(void)puts("zonetap " ZT_VERSION); /* looked at in main() */
		return ZT_EXIT_OK;
	case ZT_TASK_DOC:
		return zt_documentation(options->doc, stdout) ? ZT_EXIT_OK
							      : ZT_EXIT_USAGE;
	case ZT_TASK_RUN:
	case ZT_TASK_CHECK:
	case ZT_TASK_DUMP:
	case ZT_TASK_TUNE:
		return with_configuration(options, log);
	}
	return ZT_EXIT_SOFTWARE;
}

int
main(int argc, char *argv[])
{
	struct zt_log log = { .level = ZT_LOG_WARNING };
	struct zt_options options;
	struct zt_err err = { "" };

	if (zt_descriptors_reserve() != 0)
		return ZT_EXIT_SOFTWARE;
	enum zt_exit result = ZT_EXIT_USAGE;
	if (zt_options_parse(&options, argc, argv, &err) == 0) {
		if (options.verbose)
			log.level = ZT_LOG_INFO;
		if (options.quiet)
			log.level = ZT_LOG_ERROR;
		result = perform(&options, &log);
	} else {
		zt_log(&log, ZT_LOG_ERROR, "%s", err.text);
	}
	zt_options_fini(&options);
	if (fflush(stdout) != 0 && result == ZT_EXIT_OK) {
		zt_log(&log, ZT_LOG_ERROR, "standard output: cannot be written");
		result = ZT_EXIT_OUTPUT;
	}
	return (int)result;
}
