/**
 * @file options.h
 * The command line.
 *
 * One list of options: from it come getopt_long(3)'s tables, --help and the OPTIONS
 * section of zonetap(8).
 *
 * Threads:   main thread, before anything else.
 * Ownership: strings are borrowed from argv.
 */
#ifndef ZT_SENSOR_OPTIONS_H
#define ZT_SENSOR_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "../conf/err.h"
#include "formats.h"

/** Interfaces that can be named. */
#define ZT_OPTIONS_INTERFACES_MAX 32

enum zt_progress_when {
	ZT_PROGRESS_AUTO, /**< At a terminal, for runs that take a while. */
	ZT_PROGRESS_ALWAYS,
	ZT_PROGRESS_NEVER,
};

/** What zonetap is asked to do. */
enum zt_task {
	ZT_TASK_RUN,   /**< Capture or replay. */
	ZT_TASK_CHECK, /**< -t */
	ZT_TASK_DUMP,  /**< -d */
	ZT_TASK_TUNE,  /**< --tune */
	ZT_TASK_HELP,
	ZT_TASK_VERSION,
	ZT_TASK_DOC, /**< Print a generated part of the documentation. */
};

struct zt_options {
	enum zt_task task;
	const char *interfaces[ZT_OPTIONS_INTERFACES_MAX];
	size_t n_interfaces;
	const char **captures; /**< As many as argv may hold; owned. */
	size_t n_captures;
	const char *config; /**< NULL: defaults. */
	const char *output; /**< NULL: standard output. */
	const char *stats;  /**< NULL: none. */
	const char *doc;
	const struct zt_format *format;
	double speed; /**< 0: as fast as it goes. */
	enum zt_progress_when progress;
	bool verbose;
	bool quiet;
};

/**
 * @param options  out: freed with zt_options_fini() in any case.
 * @return 0, or -EINVAL with a text that says what would be right, or -ENOMEM.
 */
int zt_options_parse(
    struct zt_options *options, int argc, char *const argv[], struct zt_err *err);

void zt_options_fini(struct zt_options *options);

/** What -h prints. */
void zt_options_help(FILE *to);

/** The OPTIONS section of zonetap(8), in mdoc. */
void zt_options_man(FILE *to);

#endif
