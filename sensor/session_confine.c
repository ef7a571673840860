/*
 * How a live session gives up what it does not need: the file system, privileges, and
 * for the main thread system calls.  Replay reads what its user may read and stays as it
 * is.
 */
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "privileges.h"
#include "session_priv.h"

/* Sanitizers and coverage write where they like. */
#ifdef ZT_INSTRUMENTED
#	define LOCKS_FILES false
#else
#	define LOCKS_FILES true
#endif

/* Where libpcap and the C library look things up. */
static const char *const read_always[] = { "/sys", "/proc", "/dev" };
static const char *const directories[] = { "STATE_DIRECTORY", "LOGS_DIRECTORY",
	"RUNTIME_DIRECTORY" };

static int
add_places(struct zt_session *s)
{
	struct zt_places *places = &s->daemon.places;
	const struct zt_options *options = s->options;
	int result = 0;

	for (size_t i = 0; i < sizeof(read_always) / sizeof(read_always[0]); i++)
		if (result == 0)
			result = zt_places_add(places, read_always[i], false);
	if (result == 0 && options->config != NULL)
		result = zt_places_add_parent(places, options->config, false);
	if (result == 0 && options->output != NULL)
		result = zt_places_add_parent(places, options->output, true);
	if (result == 0 && options->stats != NULL)
		result = zt_places_add_parent(places, options->stats, true);
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		if (result == 0)
			result = zt_places_add_variable(places, directories[i]);
	return result != 0 ? result : zt_places_add_settings(places, s->conf);
}

static int
lock_files(struct zt_session *s, struct zt_err *err)
{
	if (!LOCKS_FILES || !s->conf->sensor.landlock)
		return 0;
	int result = add_places(s);
	if (result != 0) {
		zt_err_set(err, "Landlock: %s", strerror(-result));
		return result;
	}
	result = zt_landlock_enter(&s->daemon.places, err);
	if (result < 0)
		return result;
	s->daemon.landlock = result;
	return 0;
}

/* Root might do everything: what may the user? */
static enum zt_exit
check_places(const struct zt_session *s)
{
	int result = zt_keeper_check(&s->keeper);

	if (result == 0)
		return ZT_EXIT_OK;
	zt_log(s->log, ZT_LOG_ERROR,
	    "keep_zones.directory: %s: %s; let user %s write there",
	    s->conf->keep_zones.directory, strerror(-result), s->conf->sensor.user);
	return ZT_EXIT_OUTPUT;
}

enum zt_exit
zt__session_confine(struct zt_session *s)
{
	struct zt_err err = { "" };

	if (s->is_replay)
		return ZT_EXIT_OK;
	s->daemon.sandbox.mode = zt_sandbox_mode_of(s->conf->sensor.seccomp);
	/* In this order: the user is looked up in files. */
	int result = zt_privileges_reduce(s->conf->sensor.user, &err);
	if (result == 0)
		result = lock_files(s, &err);
	if (result == 0)
		result = zt_sandbox_prepare(&s->daemon.sandbox, &err);
	if (result == 0)
		return check_places(s);
	zt_log(s->log, ZT_LOG_ERROR, "%s", err.text);
	return result == -ENOENT ? ZT_EXIT_CONFIG : ZT_EXIT_SOFTWARE;
}

bool
zt__session_forget(struct zt_session *s)
{
	struct zt_err err = { "" };

	if (s->is_replay || zt_privileges_forget(&err) == 0)
		return true;
	zt_log(s->log, ZT_LOG_ERROR, "%s", err.text);
	return false;
}

void
zt__session_enter_sandbox(struct zt_session *s)
{
	char landlock[32] = "off";

	if (s->is_replay)
		return;
	if (s->daemon.landlock > 0)
		(void)snprintf(
		    landlock, sizeof(landlock), "version %d", s->daemon.landlock);
	(void)snprintf(s->daemon.layers, sizeof(s->daemon.layers),
	    "no new privileges, capabilities: none but CAP_NET_RAW for reopening, "
	    "seccomp: %s, Landlock: %s",
	    zt_sandbox_mode_name(s->daemon.sandbox.mode), landlock);
	zt_log(s->log, ZT_LOG_INFO, "protection: %s", s->daemon.layers);
	zt_sandbox_enter(&s->daemon.sandbox, ZT_SANDBOX_MAIN);
}
