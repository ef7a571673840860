/**
 * @file descriptors.h
 * Descriptors 0, 1 and 2, which somebody may have closed before starting us.
 *
 * Threads: main thread, before any file is opened.
 */
#ifndef ZT_SENSOR_DESCRIPTORS_H
#define ZT_SENSOR_DESCRIPTORS_H

/**
 * Open /dev/null in the place of each standard descriptor that is closed; otherwise the
 * next file opened would take its number and error texts would land in that file.
 *
 * @return 0, or -errno.
 */
int zt_descriptors_reserve(void);

#endif
