/**
 * @file whole_file.h
 * Small files that are read and written as a whole.
 *
 * Writing: to a file beside it, which takes its place when everything is on the disk: a
 *          reader sees the old content or the new, also after a crash.
 * Threads: any; blocks as long as the disk does.
 */
#ifndef ZT_SENSOR_WHOLE_FILE_H
#define ZT_SENSOR_WHOLE_FILE_H

#include <stddef.h>
#include <stdint.h>

/** Longest path, terminator included. */
#define ZT_WHOLE_FILE_PATH_SIZE 4096

/**
 * @param path  of a regular file; mode 0640 when it is new.
 * @return 0, or -errno; then the file is what it was.
 */
int zt_whole_file_write(const char *path, const void *bytes, size_t len);

/**
 * @param most   longer files are refused with -EFBIG.
 * @param bytes  out: to be freed by the caller, also when len is 0.
 * @return 0, or -errno.
 */
int zt_whole_file_read(const char *path, size_t most, uint8_t **bytes, size_t *len);

#endif
