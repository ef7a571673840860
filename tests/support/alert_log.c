#include "alert_log.h"

void
zt_alert_log_keep(void *arg, const struct zt_alert *alert)
{
	struct zt_alert_log *log = arg;

	if (log->n < ZT_ALERT_LOG_MAX)
		log->alerts[log->n] = *alert;
	log->n++;
	log->n_by_event[alert->event]++;
}

const struct zt_alert *
zt_alert_log_last(const struct zt_alert_log *log)
{
	size_t last = log->n < ZT_ALERT_LOG_MAX ? log->n : ZT_ALERT_LOG_MAX;

	return &log->alerts[last - 1];
}
