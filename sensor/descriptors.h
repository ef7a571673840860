/**
 * @file descriptors.h
 * Descriptors 0, 1 and 2, which somebody may have closed before starting us, and how
 * many the system lets us have.
 *
 * Threads: main thread, before any file is opened.
 * Source:  getrlimit(2), RLIMIT_NOFILE.
 */
#ifndef ZT_SENSOR_DESCRIPTORS_H
#define ZT_SENSOR_DESCRIPTORS_H

#include <stddef.h>

#include "../conf/err.h"

/**
 * Open /dev/null in the place of each standard descriptor that is closed; otherwise the
 * next file opened would take its number and error texts would land in that file.
 *
 * @return 0, or -errno.
 */
int zt_descriptors_reserve(void);

/**
 * See to it that a live session may open what it needs: what is missing is said at the
 * start, not hours later.  The soft limit is raised where the hard one lets it.
 *
 * @param n_workers  capture workers of all interfaces.
 * @param n_outputs  outputs of alerts.
 * @return 0; -EMFILE with the limit and what would be right in err.
 */
int zt_descriptors_require(size_t n_workers, size_t n_outputs, struct zt_err *err);

#endif
