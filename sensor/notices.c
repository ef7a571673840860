#include "notices.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
zt_notices_init(struct zt_notices *notices)
{
	memset(notices, 0, sizeof(*notices));
	return -pthread_mutex_init(&notices->lock, NULL);
}

void
zt_notices_fini(struct zt_notices *notices)
{
	(void)pthread_mutex_destroy(&notices->lock); /* nobody holds it */
}

void
zt_notices_put(
    struct zt_notices *notices, enum zt_log_level level, const char *format, ...)
{
	va_list arguments;

	(void)pthread_mutex_lock(&notices->lock); /* a plain mutex cannot fail here */
	if (notices->count == ZT_NOTICES_MAX) {
		notices->lost++;
	} else {
		struct zt_notice *notice =
		    &notices
			 ->items[(notices->first + notices->count++) % ZT_NOTICES_MAX];
		notice->level = level;
		va_start(arguments, format);
		/* A longer text is cut. */
		(void)vsnprintf(notice->text, sizeof(notice->text), format, arguments);
		va_end(arguments);
	}
	(void)pthread_mutex_unlock(&notices->lock);
}

/* The oldest one, and how many found no room. */
static bool
take(struct zt_notices *notices, struct zt_notice *notice, unsigned *lost)
{
	bool found;

	(void)pthread_mutex_lock(&notices->lock);
	found = notices->count > 0;
	if (found) {
		*notice = notices->items[notices->first];
		notices->first = (notices->first + 1) % ZT_NOTICES_MAX;
		notices->count--;
	}
	*lost = notices->lost;
	notices->lost = 0;
	(void)pthread_mutex_unlock(&notices->lock);
	return found;
}

void
zt_notices_log(struct zt_notices *notices, struct zt_log *log)
{
	struct zt_notice notice;
	unsigned lost = 0;

	while (take(notices, &notice, &lost)) {
		zt_log(log, notice.level, "%s", notice.text);
		if (lost != 0)
			zt_log(
			    log, ZT_LOG_WARNING, "%u lines more were lost here", lost);
	}
}
