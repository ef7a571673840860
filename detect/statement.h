/**
 * @file statement.h
 * An incident put into words: the alert document.
 *
 * Work:    one pass over the facts of a track; a thousand steps more when a sketch
 *          counts its names.
 * Threads: one.
 */
#ifndef ZT_DETECT_STATEMENT_H
#define ZT_DETECT_STATEMENT_H

#include "incident.h"

struct zt_statement {
	const struct zt_incidents *incidents;
	const struct zt_incident *incident;
	enum zt_alert_event event;
	uint64_t ts_ns; /**< Capture time of what is said. */
};

/** Fill the whole alert. */
void zt_statement_fill(const struct zt_statement *statement, struct zt_alert *alert);

#endif
