/*
 * The control socket is a part of the daemon.  What keeps it from being there is told, and
 * does not keep the daemon from its work.
 */
#include <errno.h>
#include <stdlib.h>

#include "control.h"
#include "privileges.h"

static enum zt_exit
open_control(struct zt_daemon *daemon, void **state)
{
	const struct zt_conf *conf = daemon->conf;
	struct zt_control_socket socket;
	struct zt_err warning = { "" };
	struct zt_err err = { "" };

	if (conf->control.socket[0] == '\0')
		return ZT_EXIT_OK;
	int result = zt_control_socket_open(
	    &socket, conf->control.socket, conf->control.group, &warning, &err);
	if (result != 0) {
		/* Nobody has prepared this host for a daemon: not worth a warning. */
		zt_log(daemon->log, result == -ENOENT ? ZT_LOG_INFO : ZT_LOG_WARNING,
		    "no control socket: %s", err.text);
		return ZT_EXIT_OK;
	}
	/* Else a daemon that is started as the user itself could not lock it. */
	if (socket.made_lock && zt_privileges_give(daemon->user, socket.lock_fd) != 0)
		zt_log(daemon->log, ZT_LOG_WARNING, "%s.lock belongs to root",
		    conf->control.socket);
	if (warning.text[0] != '\0')
		zt_log(daemon->log, ZT_LOG_WARNING, "control socket: %s", warning.text);
	*state = zt_control_new(daemon, &socket);
	if (*state == NULL) {
		zt_control_socket_close(&socket);
		zt_log(daemon->log, ZT_LOG_ERROR, "control socket: no memory");
		return ZT_EXIT_SOFTWARE;
	}
	return ZT_EXIT_OK;
}

static int
start_control(void *state)
{
	return zt_control_start(state);
}

static void
describe_control(void *state, struct zt_document *document, json_t *object)
{
	zt_control_describe(state, document, object);
}

static void
close_control(void *state)
{
	struct zt_control *control = state;

	zt_control_free(&control);
}

const struct zt_part zt_part_control = {
	.name = "control",
	.open = open_control,
	.start = start_control,
	.describe = describe_control,
	.close = close_control,
};
