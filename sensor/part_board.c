/*
 * The board of incidents is a part of the daemon: others find it in daemon->states.
 */
#include <errno.h>
#include <string.h>

#include "board.h"
#include "daemon.h"

static enum zt_exit
open_board(struct zt_daemon *daemon, void **state)
{
	struct zt_board *board = zt_board_new(ZT_BOARD_INCIDENTS);

	if (board == NULL) {
		zt_log(daemon->log, ZT_LOG_ERROR, "incidents: %s", strerror(ENOMEM));
		return ZT_EXIT_SOFTWARE;
	}
	*state = board;
	return ZT_EXIT_OK;
}

static void
note_alert(void *state, const struct zt_alert *alert)
{
	zt_board_note(state, alert);
}

static void
close_board(void *state)
{
	struct zt_board *board = state;

	zt_board_free(&board);
}

const struct zt_part zt_part_board = {
	.name = "board",
	.open = open_board,
	.alert = note_alert,
	.close = close_board,
};
