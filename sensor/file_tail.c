#include "file_tail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* More than any alert has; a longer line is not ours. */
#define TAIL_BYTES 65536

/* How the lines of our formats begin; a prefix of that is enough. */
static bool
is_alert(const char *line, size_t len)
{
	static const char *const begins[] = { "{\"", "CEF:" };

	for (unsigned i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		size_t n = strlen(begins[i]);
		if (memcmp(line, begins[i], len < n ? len : n) == 0)
			return true;
	}
	return false;
}

static int
repair(int fd, const char *tail, size_t len, off_t size)
{
	size_t at = len;

	while (at > 0 && tail[at - 1] != '\n')
		at--;
	bool is_whole_line = at > 0 || (off_t)len == size;
	if (is_whole_line && is_alert(tail + at, len - at))
		return ftruncate(fd, size - (off_t)(len - at)) < 0 ? -errno : 1;
	return write(fd, "\n", 1) < 0 ? -errno : 1;
}

int
zt_file_tail_repair(int fd, const char *path)
{
	char tail[TAIL_BYTES];
	struct stat st;
	int result = 0;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_size == 0)
		return 0;
	int in = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (in < 0)
		return -errno;
	size_t want = st.st_size < TAIL_BYTES ? (size_t)st.st_size : TAIL_BYTES;
	ssize_t n = pread(in, tail, want, st.st_size - (off_t)want);
	if (n < 0)
		result = -errno;
	else if (n == (ssize_t)want && tail[want - 1] != '\n')
		result = repair(fd, tail, want, st.st_size);
	(void)close(in); /* was only read */
	return result;
}
