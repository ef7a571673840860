/*
 * The running numbers are a part of the daemon: others find them in daemon->states.
 */
#include <errno.h>
#include <string.h>

#include "daemon.h"
#include "numbers.h"

static enum zt_exit
open_numbers(struct zt_daemon *daemon, void **state)
{
	struct zt_numbers *numbers = zt_numbers_new(daemon);

	if (numbers == NULL) {
		zt_log(daemon->log, ZT_LOG_ERROR, "numbers: %s", strerror(ENOMEM));
		return ZT_EXIT_SOFTWARE;
	}
	*state = numbers;
	return ZT_EXIT_OK;
}

static int
start_numbers(void *state)
{
	return zt_numbers_start(state);
}

static void
close_numbers(void *state)
{
	struct zt_numbers *numbers = state;

	zt_numbers_free(&numbers);
}

const struct zt_part zt_part_numbers = {
	.name = "numbers",
	.open = open_numbers,
	.start = start_numbers,
	.close = close_numbers,
};
