#define _GNU_SOURCE /* SOCK_CLOEXEC, SOCK_NONBLOCK */
#include "control_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Connections that wait to be accepted. */
#define BACKLOG	    64
#define LOCK_SUFFIX ".lock"

static int
fail(struct zt_err *err, const char *path, const char *what)
{
	int error = errno;

	zt_err_set(err, "%s: %s: %s", path, what, strerror(error));
	return -error;
}

static int
take_lock(struct zt_control_socket *socket, struct zt_err *err)
{
	const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	char path[ZT_CONTROL_PATH_SIZE + sizeof(LOCK_SUFFIX)];

	(void)snprintf(path, sizeof(path), "%s" LOCK_SUFFIX, socket->path);
	socket->lock_fd = open(path, flags | O_CREAT | O_EXCL, 0600);
	socket->made_lock = socket->lock_fd != -1;
	if (socket->lock_fd == -1 && errno == EEXIST)
		socket->lock_fd = open(path, flags);
	if (socket->lock_fd == -1)
		return fail(err, path, "cannot be opened");
	if (flock(socket->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return fail(err, path, "cannot be locked");
	zt_err_set(err,
	    "%s: another zonetap has it; give this one its own control.socket",
	    socket->path);
	return -EADDRINUSE;
}

/* Remove what a process left behind; what is no socket is not ours. */
static int
clear_path(const struct zt_control_socket *socket, struct zt_err *err)
{
	struct stat status;

	if (lstat(socket->path, &status) != 0)
		return errno == ENOENT ? 0 : fail(err, socket->path, "stat");
	if (!S_ISSOCK(status.st_mode)) {
		zt_err_set(err,
		    "%s: is there already and no socket; remove it, or "
		    "choose another control.socket",
		    socket->path);
		return -EEXIST;
	}
	return unlink(socket->path) == 0 ? 0 : fail(err, socket->path, "unlink");
}

static void
give_to_group(const char *path, const char *group, struct zt_err *warning)
{
	const struct group *entry;

	warning->text[0] = '\0';
	if (group[0] == '\0')
		return;
	errno = 0;
	entry = getgrnam(group);
	if (entry == NULL)
		zt_err_set(warning,
		    "%s: there is no group %s; only this user can use it", path, group);
	else if (entry->gr_gid != getegid() &&
		 lchown(path, (uid_t)-1, entry->gr_gid) != 0)
		zt_err_set(warning, "%s: group %s: %s; only this user can use it", path,
		    group, strerror(errno));
}

static int
bind_path(struct zt_control_socket *s, const char *group, struct zt_err *warning,
    struct zt_err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	memcpy(address.sun_path, s->path, sizeof(s->path));
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd == -1)
		return fail(err, s->path, "socket");
	/* 0600 until it has its group. */
	mode_t mask = umask(0177);
	int result = bind(s->fd, (const struct sockaddr *)&address, sizeof(address));
	int error = errno;
	(void)umask(mask); /* cannot fail */
	errno = error;
	if (result != 0)
		return fail(err, s->path, "bind");
	give_to_group(s->path, group, warning);
	/* Without the group meant, those of our own group shall not come in its place. */
	if (warning->text[0] == '\0' && chmod(s->path, 0660) != 0)
		return fail(err, s->path, "chmod");
	return listen(s->fd, BACKLOG) == 0 ? 0 : fail(err, s->path, "listen");
}

int
zt_control_socket_open(struct zt_control_socket *socket, const char *path,
    const char *group, struct zt_err *warning, struct zt_err *err)
{
	*socket = (struct zt_control_socket){ .fd = -1, .lock_fd = -1 };
	if (strlen(path) >= sizeof(socket->path)) {
		zt_err_set(
		    err, "%s: longer than %zu bytes", path, sizeof(socket->path) - 1);
		return -ENAMETOOLONG;
	}
	(void)strcpy(socket->path, path); /* it fits */
	int result = take_lock(socket, err);
	if (result == 0)
		result = clear_path(socket, err);
	if (result == 0)
		result = bind_path(socket, group, warning, err);
	if (result == 0)
		return 0;
	if (socket->fd != -1)
		(void)close(socket->fd); /* nothing was written to it */
	if (socket->lock_fd != -1)
		(void)close(socket->lock_fd);
	socket->fd = socket->lock_fd = -1;
	return result;
}

void
zt_control_socket_close(struct zt_control_socket *socket)
{
	if (socket->fd == -1)
		return;
	/* Where rights have been dropped it may stay; the next start removes it. */
	(void)unlink(socket->path);
	(void)close(socket->fd);
	(void)close(socket->lock_fd); /* the file stays: removing it would race */
	socket->fd = socket->lock_fd = -1;
}
