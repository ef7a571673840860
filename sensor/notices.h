/**
 * @file notices.h
 * What other threads want told: the log belongs to the main thread.
 *
 * Threads:   any thread puts, the main thread takes; a lock keeps them apart.  Not for
 *            the path of packets.
 * Limits:    32 lines wait; what comes then is counted and said so.
 */
#ifndef ZT_SENSOR_NOTICES_H
#define ZT_SENSOR_NOTICES_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "log.h"

#define ZT_NOTICES_MAX	    32
#define ZT_NOTICE_TEXT_SIZE 384

struct zt_notice {
	enum zt_log_level level;
	char text[ZT_NOTICE_TEXT_SIZE];
};

struct zt_notices {
	pthread_mutex_t lock;
	struct zt_notice items[ZT_NOTICES_MAX];
	size_t first;
	size_t count;
	unsigned lost;
};

/** @return 0, or -errno. */
int zt_notices_init(struct zt_notices *notices);

void zt_notices_fini(struct zt_notices *notices);

/** Leave a line for the log. */
void zt_notices_put(struct zt_notices *notices, enum zt_log_level level,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/** Main thread: write everything that waits to the log. */
void zt_notices_log(struct zt_notices *notices, struct zt_log *log);

#endif
