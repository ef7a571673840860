/**
 * @file log.h
 * What zonetap says to people, on standard error, one line a call.
 *
 * Threads:   main thread only; other threads leave their texts where it finds them.
 */
#ifndef ZT_SENSOR_LOG_H
#define ZT_SENSOR_LOG_H

#include <stdbool.h>

enum zt_log_level {
	ZT_LOG_ERROR,	/**< Something asked for was not done. */
	ZT_LOG_WARNING, /**< Done, but look here. */
	ZT_LOG_INFO,	/**< With -v. */
};

struct zt_log {
	enum zt_log_level level; /**< Finer levels are left out. */
	bool bar; /**< A progress bar stands on the line and has to be wiped first. */
};

/** Print one line, "zonetap: " in front; control characters become '?'. */
void zt_log(struct zt_log *log, enum zt_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
