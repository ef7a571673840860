#include "whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
write_all(int fd, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		bytes += n;
		len -= (size_t)n;
	}
	return fsync(fd) == 0 ? 0 : -errno;
}

/* The new name is on the disk when its directory is; without that the old file may come
 * back after a crash, whole. */
static void
sync_directory(const char *path)
{
	char directory[ZT_WHOLE_FILE_PATH_SIZE];
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);

	memcpy(directory, path, len);
	directory[len] = '\0';
	const char *name = slash == NULL ? "." : len == 0 ? "/" : directory;
	int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd); /* best effort, see above */
	(void)close(fd); /* nothing was written through it */
}

int
zt_whole_file_write(const char *path, const void *bytes, size_t len)
{
	char beside[ZT_WHOLE_FILE_PATH_SIZE];
	int n = snprintf(beside, sizeof(beside), "%s.new", path);

	if (n < 0 || (size_t)n >= sizeof(beside))
		return -ENAMETOOLONG;
	/* What an interrupted write left is in the way. */
	(void)unlink(beside);
	int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    S_IRUSR | S_IWUSR | S_IRGRP);
	if (fd < 0)
		return -errno;
	int result = write_all(fd, bytes, len);
	if (close(fd) != 0 && result == 0)
		result = -errno;
	if (result == 0 && rename(beside, path) != 0)
		result = -errno;
	if (result != 0)
		(void)unlink(beside); /* the reason is told already */
	else
		sync_directory(path);
	return result;
}

static int
read_all(int fd, size_t most, uint8_t **bytes, size_t *len)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size < 0 || (size_t)st.st_size > most)
		return -EFBIG;
	size_t size = (size_t)st.st_size;
	uint8_t *room = malloc(size + 1);
	if (room == NULL)
		return -ENOMEM;
	size_t used = 0;
	ssize_t n = 1;
	while (used < size && n != 0) {
		n = read(fd, room + used, size - used);
		if (n < 0 && errno != EINTR) {
			int error = errno;
			free(room);
			return -error;
		}
		used += n > 0 ? (size_t)n : 0;
	}
	*bytes = room;
	*len = used;
	return 0;
}

int
zt_whole_file_read(const char *path, size_t most, uint8_t **bytes, size_t *len)
{
	/* Not to hang on a pipe that somebody put there. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	int result = read_all(fd, most, bytes, len);
	(void)close(fd); /* nothing was written */
	return result;
}
