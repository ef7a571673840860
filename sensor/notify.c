#include "notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A status for people fits easily; longer texts are cut. */
#define TEXT_BYTES 1024

static bool
set_address(struct zt_notify *notify, const char *name)
{
	size_t len = name == NULL ? 0 : strlen(name);

	if (len < 2 || (name[0] != '/' && name[0] != '@') ||
	    len >= sizeof(notify->to.sun_path))
		return false;
	notify->to.sun_family = AF_UNIX;
	memcpy(notify->to.sun_path, name, len);
	/* Abstract names begin with a zero byte and end with their length, unix(7). */
	if (name[0] == '@')
		notify->to.sun_path[0] = '\0';
	notify->to_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len +
				     (name[0] == '/' ? 1 : 0));
	return true;
}

bool
zt_notify_open(struct zt_notify *notify, const char *name)
{
	memset(notify, 0, sizeof(*notify));
	notify->fd = -1;
	if (set_address(notify, name))
		notify->fd =
		    socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return notify->fd >= 0;
}

void
zt_notify_close(struct zt_notify *notify)
{
	if (notify->fd >= 0)
		(void)close(notify->fd); /* datagrams are out or lost */
	notify->fd = -1;
}

void
zt_notify_send(struct zt_notify *notify, const char *format, ...)
{
	char text[TEXT_BYTES];
	va_list arguments;

	if (notify->fd < 0)
		return;
	va_start(arguments, format);
	int len = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (len < 0)
		return;
	size_t bytes = (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1;
	if (sendto(notify->fd, text, bytes, MSG_NOSIGNAL,
		(const struct sockaddr *)&notify->to, notify->to_len) < 0)
		notify->lost++;
	else
		notify->sent++;
}
