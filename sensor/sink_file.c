/*
 * A file that grows line by line: one write a line, whole lines only, rotated by us or by
 * somebody else.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file_lock.h"
#include "file_tail.h"
#include "now.h"
#include "privileges.h"
#include "sink_kind.h"

#define FILE_MODE 0640
#define SECOND_MS 1000
/* A path with a number behind it. */
#define ROTATED_SIZE (ZT_SINK_PATH_SIZE + 12)

struct file {
	struct zt_sink_base base;
	struct zt_sink_bytes frame;
	size_t sent; /* of the frame; only a pipe takes parts */
	bool is_regular;
	bool is_dirty; /* written and not yet forced to the disk */
	bool is_torn;  /* what lies behind whole has to go */
	off_t whole;   /* with is_torn: where the last whole line ends */
	uint64_t synced_ms;
	uint64_t looked_ms; /* when the path was last compared */
	uint64_t turned_ms; /* when a rotation was last tried */
	uint64_t turn_ns;   /* the next rotation by time; 0: none was planned */
	uint64_t every_ns;  /* it was planned for this interval */
};

static struct file *
file_of(struct zt_sink_base *base)
{
	return (struct file *)(void *)base; /* its first member */
}

/* What root makes belongs to the user that we become.  @return the descriptor, or
 * -errno. */
static int
open_path(const char *path, const char *user)
{
	const int flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = open(path, flags | O_CREAT | O_EXCL, FILE_MODE);

	if (fd >= 0) {
		/* The umask shall not decide; where this fails it does. */
		(void)fchmod(fd, FILE_MODE);
		int result = zt_privileges_give(user, fd);
		if (result == 0)
			return fd;
		(void)close(fd); /* nothing was written */
		return result;
	}
	if (errno == EEXIST)
		fd = open(path, flags);
	return fd >= 0 ? fd : -errno;
}

/* Lock it, and make its last line whole. */
static int
take_over(struct file *file, int fd, struct zt_err *err)
{
	const char *path = file->base.settings->path;
	struct stat st;

	if (fstat(fd, &st) < 0) {
		int error = errno;
		zt_err_set(err, "%s: %s", path, strerror(error));
		return -error;
	}
	file->is_regular = S_ISREG(st.st_mode);
	if (!file->is_regular)
		return 0;
	int result = zt_file_lock(fd, path, err);
	if (result != 0)
		return result;
	result = zt_file_tail_repair(fd, path);
	if (result > 0)
		file->base.torn++;
	/* A disk that is full lets us cut, but not append: the next write tries. */
	return 0;
}

/* Open the path and let it take the place of what is open. */
static int
reopen(struct file *file, struct zt_err *err)
{
	const char *path = file->base.settings->path;
	int fd = open_path(path, file->base.settings->user);

	if (fd == -ENXIO)
		return -EAGAIN; /* a pipe that nobody reads yet */
	if (fd < 0) {
		zt_err_set(err, "%s: %s", path, strerror(-fd));
		return fd;
	}
	int result = take_over(file, fd, err);
	if (result != 0) {
		(void)close(fd); /* nothing was written */
		return result;
	}
	if (file->base.fd >= 0) {
		if (file->is_dirty && file->base.settings->fsync != ZT_CONF_FSYNC_NEVER)
			(void)fdatasync(file->base.fd); /* nobody left to retry */
		(void)close(file->base.fd);		/* likewise */
	}
	file->base.fd = fd;
	file->is_dirty = false;
	file->is_torn = false;
	file->sent = 0;
	return 0;
}

static int
open_file(struct zt_sink_base *base, struct zt_err *err)
{
	return base->fd >= 0 ? 0 : reopen(file_of(base), err);
}

/* Is the file at our path another one than ours, or none? */
static bool
was_moved(const struct file *file)
{
	struct stat here;
	struct stat ours;

	if (fstat(file->base.fd, &ours) < 0 || !S_ISREG(ours.st_mode))
		return false;
	if (stat(file->base.settings->path, &here) < 0)
		return errno == ENOENT || errno == ENOTDIR;
	return here.st_ino != ours.st_ino || here.st_dev != ours.st_dev;
}

static void
rotated_name(const struct file *file, unsigned number, char name[ROTATED_SIZE])
{
	(void)snprintf(name, ROTATED_SIZE, "%s.%u", file->base.settings->path, number);
}

/* path becomes path.1, that path.2, and so on; the last one goes. */
static int
shift(const struct file *file, struct zt_err *err)
{
	const char *path = file->base.settings->path;
	char from[ROTATED_SIZE];
	char to[ROTATED_SIZE];

	for (unsigned i = file->base.settings->keep; i > 1; i--) {
		rotated_name(file, i - 1, from);
		rotated_name(file, i, to);
		(void)rename(from, to); /* mostly there is none */
	}
	rotated_name(file, 1, to);
	if (rename(path, to) == 0)
		return 0;
	int error = errno;
	zt_err_set(err, "%s: cannot be renamed: %s", path, strerror(error));
	return -error;
}

static int
turn_over(struct file *file, struct zt_err *err)
{
	int result = shift(file, err);

	if (result == 0) {
		file->base.rotations++;
		/* If there is no new file, we go on with the old one under its new
		 * name, and look each second. */
		result = reopen(file, err);
	}
	return result;
}

static bool
is_rotated_by_us(const struct file *file)
{
	return file->is_regular && (file->base.settings->rotate_size_bytes != 0 ||
				       file->base.settings->rotate_every_ns != 0);
}

static int
rotate_file(struct zt_sink_base *base, struct zt_err *err)
{
	struct file *file = file_of(base);

	if (base->fd < 0)
		return 0;
	if (was_moved(file))
		return reopen(file, err);
	return is_rotated_by_us(file) ? turn_over(file, err) : 0;
}

static off_t
size_of(const struct file *file)
{
	struct stat st;

	return fstat(file->base.fd, &st) == 0 ? st.st_size : 0;
}

/* @return whether the time for a rotation has come, and plan the next one. */
static bool
is_turn(struct file *file)
{
	uint64_t every = file->base.settings->rotate_every_ns;
	uint64_t now = zt_now_ns(CLOCK_REALTIME);

	if (every == 0)
		return false;
	bool is_due =
	    file->turn_ns != 0 && file->every_ns == every && now >= file->turn_ns;
	/* Also where the clock was set back by more than an interval. */
	if (is_due || file->every_ns != every || file->turn_ns > now + every)
		file->turn_ns = (now / every + 1) * every;
	file->every_ns = every;
	return is_due;
}

static void
sync_file(struct file *file, struct zt_err *err)
{
	if (fdatasync(file->base.fd) < 0 && errno != EINVAL && errno != EROFS)
		zt_err_set(err, "%s: cannot be forced to the disk: %s",
		    file->base.settings->path, strerror(errno));
	file->is_dirty = false;
	file->synced_ms = zt_now_ms();
}

/* @return ms until something is due, -1: nothing is. */
static int
next_tick(const struct file *file)
{
	uint64_t every = file->base.settings->rotate_every_ns;
	uint64_t now = zt_now_ns(CLOCK_REALTIME);
	int next = -1;

	if (every != 0 && file->is_regular) {
		uint64_t left_ms =
		    file->turn_ns > now ? (file->turn_ns - now) / 1000000 + 1 : 1;
		/* Looked at each minute, for a clock that was set. */
		next = left_ms < 60000 ? (int)left_ms : 60000;
	}
	if (file->is_dirty && file->base.settings->fsync == ZT_CONF_FSYNC_SECOND &&
	    (next < 0 || next > SECOND_MS))
		next = SECOND_MS;
	return next;
}

static int
tick_file(struct zt_sink_base *base, struct zt_err *err)
{
	struct file *file = file_of(base);
	uint64_t now = zt_now_ms();

	if (base->fd < 0)
		return -1;
	if (file->is_regular && now - file->looked_ms >= SECOND_MS) {
		file->looked_ms = now;
		if (was_moved(file))
			(void)reopen(file, err); /* told by err, tried again */
	}
	if (is_turn(file) && file->is_regular && size_of(file) > 0)
		(void)turn_over(file, err); /* likewise */
	if (file->is_dirty && base->settings->fsync == ZT_CONF_FSYNC_SECOND &&
	    now - file->synced_ms >= SECOND_MS)
		sync_file(file, err);
	return next_tick(file);
}

/* A line that is too much for this file is the first one of the next. */
static void
rotate_by_size(struct file *file, off_t size)
{
	uint64_t limit = file->base.settings->rotate_size_bytes;
	uint64_t now = zt_now_ms();
	struct zt_err err = { "" };

	if (limit == 0 || size == 0 || (uint64_t)size + file->frame.len <= limit ||
	    now - file->turned_ms < SECOND_MS / 10)
		return;
	if (turn_over(file, &err) != 0)
		file->turned_ms = now; /* the line goes to the old one */
}

/* Take back what lies behind the last whole line.  @return 0 or -errno. */
static int
take_back(struct file *file)
{
	if (!file->is_torn)
		return 0;
	/* Somebody may have emptied the file meanwhile. */
	if (size_of(file) > file->whole && ftruncate(file->base.fd, file->whole) < 0)
		return -errno;
	file->is_torn = false;
	return 0;
}

static int
write_regular(struct file *file)
{
	int result = take_back(file);

	if (result != 0)
		return result;
	rotate_by_size(file, size_of(file));
	off_t before = size_of(file);
	ssize_t n = write(file->base.fd, file->frame.bytes, file->frame.len);
	result = n < 0 ? -errno : -ENOSPC; /* what else makes a write short */
	if (n == (ssize_t)file->frame.len) {
		file->is_dirty = true;
		if (file->base.settings->fsync != ZT_CONF_FSYNC_ALWAYS ||
		    fdatasync(file->base.fd) == 0 || errno == EINVAL)
			return 0;
		result = -errno;
	}
	if (n > 0) {
		file->base.torn++;
		file->is_torn = true;
		file->whole = before;
		(void)take_back(file); /* else before the next write */
	}
	return result;
}

/* A pipe or a device. */
static int
write_other(struct file *file)
{
	while (file->sent < file->frame.len) {
		ssize_t n = write(file->base.fd, file->frame.bytes + file->sent,
		    file->frame.len - file->sent);
		if (n < 0)
			return errno == EINTR ? -EAGAIN : -errno;
		file->sent += (size_t)n;
	}
	file->sent = 0;
	return 0;
}

static int
write_file(struct zt_sink_base *base, const struct zt_sink_message *message)
{
	struct file *file = file_of(base);

	file->frame.len = 0;
	file->frame.failed = false;
	zt_sink_bytes_add(&file->frame, message->line, message->line_len);
	zt_sink_bytes_text(&file->frame, "\n");
	if (file->frame.failed)
		return -ENOMEM;
	return file->is_regular ? write_regular(file) : write_other(file);
}

/* A regular file stays open: when its disk has room again, we go on with it.  What else
 * has failed is opened anew. */
static void
fail_file(struct zt_sink_base *base)
{
	struct file *file = file_of(base);

	if (file->is_regular || base->fd < 0)
		return;
	(void)close(base->fd); /* its failure was told */
	base->fd = -1;
	file->sent = 0;
}

static void
close_file(struct zt_sink_base *base)
{
	struct file *file = file_of(base);

	if (base->fd >= 0) {
		if (file->is_dirty && base->settings->fsync != ZT_CONF_FSYNC_NEVER)
			(void)fdatasync(base->fd); /* nobody left to retry */
		(void)close(base->fd);		   /* likewise */
	}
	base->fd = -1;
	zt_sink_bytes_fini(&file->frame);
}

const struct zt_sink_kind zt_sink_file = {
	.name = "file",
	.spools = true,
	.must_open = true,
	.retry_first_ms = SECOND_MS,
	.retry_most_ms = SECOND_MS,
	.state_bytes = sizeof(struct file),
	.open = open_file,
	.write = write_file,
	.fail = fail_file,
	.tick = tick_file,
	.rotate = rotate_file,
	.close = close_file,
};
