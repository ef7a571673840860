#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MODE 0640

int
zt_output_open(struct zt_output *output, const char *path, enum zt_output_mode mode,
    struct zt_err *err)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY;
	struct stat st;

	memset(output, 0, sizeof(*output));
	output->path = path;
	output->fd = STDOUT_FILENO;
	if (strcmp(path, "-") != 0) {
		flags |= mode == ZT_OUTPUT_APPEND ? O_APPEND : O_TRUNC;
		output->fd = open(path, flags, FILE_MODE);
		output->owns_fd = true;
	}
	if (output->fd < 0 || fstat(output->fd, &st) < 0) {
		int error = errno;
		zt_err_set(err, "%s: %s", path, strerror(error));
		return -error;
	}
	output->is_regular = S_ISREG(st.st_mode);
	return 0;
}

static uint64_t
count_lines(const char *text, size_t len)
{
	uint64_t lines = 0;

	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	return lines;
}

/* Of the buffer, only the first done bytes were written: take back the torn line. */
static void
repair(struct zt_output *output)
{
	size_t whole = output->done;

	while (whole > 0 && output->buffer[whole - 1] != '\n')
		whole--;
	off_t end = lseek(output->fd, 0, SEEK_CUR);
	if (end < 0 || !output->is_regular || whole == output->done)
		return;
	end -= (off_t)(output->done - whole);
	/* If the disk refuses this too, the torn line stays and the error was reported.
	 */
	if (ftruncate(output->fd, end) == 0)
		(void)lseek(output->fd, end, SEEK_SET);
}

/* Write once.  Of what is no file, no more than a pipe takes at once that has room
 * (pipe(7)).  @return false when it has none within timeout_ms. */
static bool
write_once(struct zt_output *output, int timeout_ms)
{
	struct pollfd fd = { .fd = output->fd, .events = POLLOUT };
	size_t left = output->used - output->done;

	if (!output->is_regular) {
		if (poll(&fd, 1, timeout_ms) <= 0)
			return false;
		left = left < PIPE_BUF ? left : PIPE_BUF;
	}
	ssize_t n = write(output->fd, output->buffer + output->done, left);
	if (n >= 0)
		output->done += (size_t)n;
	else if (errno != EINTR && errno != EAGAIN)
		output->error = errno;
	return true;
}

/* Everything is out, or never will be. */
static void
settle(struct zt_output *output)
{
	output->lines += count_lines(output->buffer, output->done);
	if (output->error != 0 && output->done < output->used)
		repair(output);
	output->used = output->done = 0;
}

bool
zt_output_try(struct zt_output *output)
{
	while (output->error == 0 && output->done < output->used)
		if (!write_once(output, 0))
			return false;
	settle(output);
	return true;
}

bool
zt_output_has_room(const struct zt_output *output)
{
	return output->used < sizeof(output->buffer) / 2;
}

bool
zt_output_flush(struct zt_output *output)
{
	while (output->error == 0 && output->done < output->used)
		(void)write_once(output, -1); /* a signal ends the wait: once more */
	settle(output);
	return output->error == 0;
}

/* Text of any length; only what is longer than the buffer is written in pieces. */
static bool
append(struct zt_output *output, const char *text, size_t len)
{
	while (len > 0) {
		size_t room = sizeof(output->buffer) - output->used;
		size_t n = len < room ? len : room;
		memcpy(output->buffer + output->used, text, n);
		output->used += n;
		text += n;
		len -= n;
		if (output->used == sizeof(output->buffer) && !zt_output_flush(output))
			return false;
	}
	return true;
}

bool
zt_output_line(struct zt_output *output, const char *text, size_t len)
{
	if (output->error != 0)
		return false;
	if (len + 1 > sizeof(output->buffer) - output->used && !zt_output_flush(output))
		return false;
	return append(output, text, len) && append(output, "\n", 1);
}

bool
zt_output_close(struct zt_output *output)
{
	if (output->fd < 0)
		return output->error == 0;
	(void)zt_output_flush(output); /* the error is kept */
	if (output->owns_fd && close(output->fd) != 0 && output->error == 0)
		output->error = errno;
	output->fd = -1;
	return output->error == 0;
}
