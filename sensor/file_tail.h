/**
 * @file file_tail.h
 * The last line of a file that somebody else, or a crash, may have left half written.
 *
 * Threads: any.
 */
#ifndef ZT_SENSOR_FILE_TAIL_H
#define ZT_SENSOR_FILE_TAIL_H

/**
 * Make a file end with a whole line.  A half alert is cut off: it was never counted as
 * written.  Any other text is not ours to cut and gets its newline instead.
 *
 * @param fd    open for writing; path is the same file, read through a descriptor of
 *              its own.
 * @return 1 when there was a torn line; 0 when not; -errno.
 */
int zt_file_tail_repair(int fd, const char *path);

#endif
