/*
 * Standard output.  Its descriptor is shared with others (a shell, its next program), so
 * it is not made non-blocking: we look for room first and never write more than a pipe
 * takes then.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "sink_kind.h"

struct standard {
	struct zt_sink_base base;
	struct zt_sink_bytes frame; /* empty: nothing is half written */
	size_t sent;
};

static struct standard *
standard_of(struct zt_sink_base *base)
{
	return (struct standard *)(void *)base; /* its first member */
}

static int
open_standard(struct zt_sink_base *base, struct zt_err *err)
{
	(void)err;
	base->fd = STDOUT_FILENO;
	return 0;
}

static int
write_some(struct standard *standard)
{
	struct pollfd fd = { .fd = standard->base.fd, .events = POLLOUT };
	size_t left = standard->frame.len - standard->sent;

	/* Room in a pipe is room for PIPE_BUF bytes (pipe(7)). */
	if (left > PIPE_BUF)
		left = PIPE_BUF;
	if (poll(&fd, 1, 0) <= 0)
		return -EAGAIN;
	ssize_t n =
	    write(standard->base.fd, standard->frame.bytes + standard->sent, left);
	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	standard->sent += (size_t)n;
	return 0;
}

static int
write_standard(struct zt_sink_base *base, const struct zt_sink_message *message)
{
	struct standard *standard = standard_of(base);
	int result = 0;

	if (standard->frame.len == 0) {
		zt_sink_bytes_add(&standard->frame, message->line, message->line_len);
		zt_sink_bytes_text(&standard->frame, "\n");
	}
	if (standard->frame.failed) {
		standard->frame.len = 0;
		standard->frame.failed = false;
		return -ENOMEM;
	}
	while (result == 0 && standard->sent < standard->frame.len)
		result = write_some(standard);
	if (result != 0)
		return result; /* a disk that was full gets the rest of the line first */
	standard->frame.len = standard->sent = 0;
	return 0;
}

static void
close_standard(struct zt_sink_base *base)
{
	zt_sink_bytes_fini(&standard_of(base)->frame);
}

const struct zt_sink_kind zt_sink_stdout = {
	.name = "stdout",
	.must_open = true,
	.retry_first_ms = 1000,
	.retry_most_ms = 1000,
	.state_bytes = sizeof(struct standard),
	.open = open_standard,
	.write = write_standard,
	.close = close_standard,
};
