/**
 * @file output.h
 * Lines to a file or standard output.
 *
 * Buffer:   64 KiB; whole lines only leave it, on zt_output_flush() or when it is
 *           full.
 * Failure:  sticky.  Where a regular file got only part of a line, it is cut back to
 *           the end of the last whole one, so no torn line stays.
 * Threads:  main thread.
 */
#ifndef ZT_SENSOR_OUTPUT_H
#define ZT_SENSOR_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../conf/err.h"

#define ZT_OUTPUT_BUFFER_BYTES ((size_t)64 << 10)

struct zt_output {
	const char *path; /**< Borrowed; "-" is standard output. */
	int fd;		  /**< -1: closed. */
	int error;	  /**< errno of the first failure; 0: none. */
	bool owns_fd;
	bool is_regular;
	uint64_t lines; /**< Whole lines that the system took. */
	size_t done;	/**< Of used: what the system has taken. */
	size_t used;
	char buffer[ZT_OUTPUT_BUFFER_BYTES];
};

enum zt_output_mode {
	ZT_OUTPUT_REPLACE, /**< The file is emptied first (replay). */
	ZT_OUTPUT_APPEND,  /**< Lines go behind what is there (live). */
};

/**
 * @param path  "-" is standard output; a new file gets mode 0640.
 * @return 0, or -errno with the reason in err.
 */
int zt_output_open(struct zt_output *output, const char *path, enum zt_output_mode mode,
    struct zt_err *err);

/**
 * Append one line.
 *
 * @param text  len bytes without newline; borrowed for the call.
 * @return false once something could not be written.
 */
bool zt_output_line(struct zt_output *output, const char *text, size_t len);

/**
 * Hand over what the system takes now, and wait for nobody.
 *
 * @return whether everything is out, or never will be: the error is sticky.
 */
bool zt_output_try(struct zt_output *output);

/** May a line be appended without waiting: is at least half of the buffer free? */
bool zt_output_has_room(const struct zt_output *output);

/** Hand everything to the system.  @return false once something could not be written.
 */
bool zt_output_flush(struct zt_output *output);

/** Flush and close.  @return false if anything was not written. */
bool zt_output_close(struct zt_output *output);

#endif
