/**
 * @file paths.h
 * From what the user named to a list of files: a directory stands for the captures in
 * it.
 *
 * Rules:      files of a directory are taken in the order of their names, not
 *             recursively, hidden files left out, and only when their first bytes are
 *             those of a capture; a file that is named itself is always taken.
 * Ownership:  the list owns its strings.
 */
#ifndef ZT_SENSOR_PATHS_H
#define ZT_SENSOR_PATHS_H

#include <stddef.h>

#include "../conf/err.h"

struct zt_paths {
	char **items;
	size_t count;
	size_t capacity;
};

/**
 * Add a path, or what is in it.
 *
 * @return 0; -ENOENT when there is no such path or the directory holds no capture;
 *         -errno otherwise.  err names the path.
 */
int zt_paths_add(struct zt_paths *paths, const char *path, struct zt_err *err);

/** Free the strings; the list is empty afterwards. */
void zt_paths_fini(struct zt_paths *paths);

#endif
