/**
 * @file file_lock.h
 * One program for one file.
 *
 * Threads: any; the lock belongs to the open file, so it ends when that is closed.
 */
#ifndef ZT_SENSOR_FILE_LOCK_H
#define ZT_SENSOR_FILE_LOCK_H

#include "../conf/err.h"

/**
 * Lock an open file for ourselves alone.
 *
 * @param path  for the error text.
 * @return 0; -EBUSY with the holder in err; -errno.
 */
int zt_file_lock(int fd, const char *path, struct zt_err *err);

#endif
