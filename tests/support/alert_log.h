/**
 * @file alert_log.h
 * Keeps the alerts of an engine for a test to look at.
 *
 * Limits: the first ZT_ALERT_LOG_MAX are kept whole; all are counted.
 */
#ifndef ZT_TESTS_ALERT_LOG_H
#define ZT_TESTS_ALERT_LOG_H

#include "detect/alert.h"

#define ZT_ALERT_LOG_MAX 64

struct zt_alert_log {
	size_t n;
	size_t n_by_event[3]; /**< By enum zt_alert_event. */
	struct zt_alert alerts[ZT_ALERT_LOG_MAX];
};

/** A zt_alert_fn; log is the struct zt_alert_log. */
void zt_alert_log_keep(void *log, const struct zt_alert *alert);

/** The latest alert that was kept; there is one. */
const struct zt_alert *zt_alert_log_last(const struct zt_alert_log *log);

#endif
