/**
 * @file formats.h
 * The ways in which an alert can be written; one file and one row each.
 *
 * Threads:   main thread.
 * Promise:   one line of printable ASCII, no newline in it; equal alerts give equal
 *            lines.
 */
#ifndef ZT_SENSOR_FORMATS_H
#define ZT_SENSOR_FORMATS_H

#include <stdio.h>

#include "../detect/alert.h"
#include "interfaces.h"

/** What an alert does not know itself. */
struct zt_format_context {
	const char *sensor; /**< Name of this sensor. */
	const struct zt_interfaces *interfaces;
};

struct zt_format {
	const char *name;    /**< As given to -f. */
	const char *purpose; /**< For the manual: a phrase. */
	/** The line without newline, freed by the caller with free(3); NULL when memory
	 *  is short. */
	char *(*line)(
	    const struct zt_alert *alert, const struct zt_format_context *context);
};

/**
 * Say in a line that it also stands for updates which a sink could not take in time.
 *
 * @return the new line, freed by the caller with free(3); NULL when memory is short.
 */
char *zt_format_merged(const char *line, uint64_t merged);

/** @return NULL when there is no such format. */
const struct zt_format *zt_format_find(const char *name);

/** The rows, for the manual and for error texts.  @return how many there are. */
size_t zt_formats(const struct zt_format **formats);

/* One line function per format_<name>.c. */
char *zt_format_native(
    const struct zt_alert *alert, const struct zt_format_context *context);

#endif
