/**
 * @file web_view.h
 * What the live page is told, as JSON: the numbers of the moment and the incidents.
 *
 * Threads: main thread.
 */
#ifndef ZT_SENSOR_WEB_VIEW_H
#define ZT_SENSOR_WEB_VIEW_H

#include <event2/buffer.h>

#include "daemon.h"
#include "metrics.h"

/** Incidents that a new reader gets. */
#define ZT_WEB_VIEW_INCIDENTS 200
/** Blind spots of all subjects together. */
#define ZT_WEB_VIEW_PROBLEMS \
	((size_t)ZT_N_BLIND_SPOTS * (ZT_OPTIONS_INTERFACES_MAX + 1))

/**
 * The numbers of the moment.
 *
 * @return one line, freed by the caller with free(3); NULL when memory is short.
 */
char *zt_web_view_numbers(const struct zt_daemon *daemon);

/**
 * What is wrong, for programs that look whether the sensor is well.
 *
 * @param is_well  out: no blind spot of risk 50 or more is open.
 * @return as above.
 */
char *zt_web_view_health(const struct zt_daemon *daemon, bool *is_well);

/** Append the incident as one server-sent event.  @return false: memory is short. */
bool zt_web_view_incident(const struct zt_daemon *daemon,
    const struct zt_board_entry *entry, struct evbuffer *to);

/**
 * Append the incidents that a reader has not seen, oldest first.
 *
 * @param last_id  what the reader saw last ("Last-Event-ID"); NULL: nothing.  An id of
 *                 another run counts as nothing, and the reader is told to forget.
 */
bool zt_web_view_since(
    const struct zt_daemon *daemon, const char *last_id, struct evbuffer *to);

#endif
