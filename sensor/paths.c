#include "paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture_file.h"

static int
append(struct zt_paths *paths, char *path)
{
	if (path == NULL)
		return -ENOMEM;
	if (paths->count == paths->capacity) {
		size_t capacity = paths->capacity == 0 ? 16 : 2 * paths->capacity;
		char **grown = realloc(paths->items, capacity * sizeof(*grown));
		if (grown == NULL) {
			free(path);
			return -ENOMEM;
		}
		paths->items = grown;
		paths->capacity = capacity;
	}
	paths->items[paths->count++] = path;
	return 0;
}

static char *
join(const char *directory, const char *name)
{
	size_t len = strlen(directory) + strlen(name) + 2;
	size_t end = strlen(directory);
	char *path = malloc(len);

	if (path == NULL)
		return NULL;
	bool has_slash = end > 0 && directory[end - 1] == '/';
	(void)snprintf(path, len, "%s%s%s", directory, has_slash ? "" : "/", name);
	return path;
}

/* A regular file that begins like a capture.  What cannot be opened is taken too, so
 * that it is reported when its turn comes. */
static bool
looks_like_capture(const char *path)
{
	uint8_t magic[ZT_CODEC_MAGIC_BYTES];
	struct stat st;

	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return true;
	ssize_t n = read(fd, magic, sizeof(magic));
	(void)close(fd); /* nothing was written */
	return n > 0 && zt_capture_file_is_one(magic, (size_t)n);
}

static int
by_text(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return strcmp(*left, *right);
}

static int
add_entries(struct zt_paths *paths, const char *path, DIR *directory)
{
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(directory);
		if (entry == NULL)
			return -errno;
		if (entry->d_name[0] == '.')
			continue;
		char *full = join(path, entry->d_name);
		if (full != NULL && !looks_like_capture(full)) {
			free(full);
			continue;
		}
		int result = append(paths, full);
		if (result != 0)
			return result;
	}
}

static int
add_directory(struct zt_paths *paths, const char *path, struct zt_err *err)
{
	DIR *directory = opendir(path);
	size_t first = paths->count;

	if (directory == NULL) {
		int error = errno;
		zt_err_set(err, "%s: %s", path, strerror(error));
		return -error;
	}
	int result = add_entries(paths, path, directory);
	(void)closedir(directory); /* nothing was written */
	if (result != 0) {
		zt_err_set(err, "%s: %s", path, strerror(-result));
		return result;
	}
	if (paths->count == first) {
		zt_err_set(err, "%s: no capture file in this directory", path);
		return -ENOENT;
	}
	qsort(
	    paths->items + first, paths->count - first, sizeof(*paths->items), by_text);
	return 0;
}

int
zt_paths_add(struct zt_paths *paths, const char *path, struct zt_err *err)
{
	struct stat st;

	if (strcmp(path, "-") != 0) {
		if (stat(path, &st) != 0) {
			int error = errno;
			zt_err_set(err, "%s: %s", path, strerror(error));
			return -error;
		}
		if (S_ISDIR(st.st_mode))
			return add_directory(paths, path, err);
	}
	int result = append(paths, strdup(path));
	if (result != 0)
		zt_err_set(err, "%s: %s", path, strerror(-result));
	return result;
}

void
zt_paths_fini(struct zt_paths *paths)
{
	for (size_t i = 0; i < paths->count; i++)
		free(paths->items[i]);
	free(paths->items);
	memset(paths, 0, sizeof(*paths));
}
