#define _GNU_SOURCE /* getresuid */
#include "privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cap-ng.h>

static int
refuse(struct zt_err *err, const char *what, int error)
{
	zt_err_set(err, "cannot give up privileges: %s: %s", what, strerror(error));
	return -error;
}

static const struct passwd *
find(const char *user, struct zt_err *err)
{
	errno = 0;
	const struct passwd *found = getpwnam(user);

	if (found == NULL)
		zt_err_set(err,
		    "sensor.user: there is no user %s; make one with systemd-sysusers "
		    "or useradd --system",
		    user);
	else if (found->pw_uid == 0)
		zt_err_set(err,
		    "sensor.user: %s is root; name a user that may do nothing", user);
	else
		return found;
	return NULL;
}

/* What a program executed by us could ever get.  Without CAP_SETPCAP it stays as whoever
 * started us has set it. */
static void
empty_bounding_set(void)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		(void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
}

/* @param user  NULL: stay. */
static int
keep_net_raw(const struct passwd *user, struct zt_err *err)
{
	if (capng_get_caps_process() != 0)
		return refuse(err, "capget", EPERM);
	bool has = capng_have_capability(CAPNG_PERMITTED, CAP_NET_RAW) != 0;
	empty_bounding_set();
	/* Fails only on kernels before 4.3, which have no ambient set. */
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	capng_clear(CAPNG_SELECT_CAPS);
	if (has && (capng_update(CAPNG_ADD, CAPNG_EFFECTIVE, CAP_NET_RAW) != 0 ||
		       capng_update(CAPNG_ADD, CAPNG_PERMITTED, CAP_NET_RAW) != 0))
		return refuse(err, "capabilities", EINVAL);
	if (user == NULL)
		return capng_apply(CAPNG_SELECT_CAPS) == 0
			   ? 0
			   : refuse(err, "capset", EPERM);
	int result =
	    capng_change_id((int)user->pw_uid, (int)user->pw_gid, CAPNG_DROP_SUPP_GRP);
	return result == 0 ? 0 : refuse(err, user->pw_name, EPERM);
}

static int
close_doors(struct zt_err *err)
{
	const struct rlimit none = { 0, 0 };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return refuse(err, "no_new_privs", errno);
	if (setrlimit(RLIMIT_CORE, &none) != 0)
		return refuse(err, "RLIMIT_CORE", errno);
#ifndef ZT_INSTRUMENTED /* the leak checker reads its own process */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return refuse(err, "PR_SET_DUMPABLE", errno);
#endif
	return 0;
}

/* Trust nothing: is it so? */
static int
verify(const struct passwd *user, struct zt_err *err)
{
	uid_t uids[3];
	gid_t gids[3];

	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return refuse(err, "no_new_privs", EPERM);
	if (user == NULL)
		return 0;
	if (getresuid(&uids[0], &uids[1], &uids[2]) != 0 ||
	    getresgid(&gids[0], &gids[1], &gids[2]) != 0)
		return refuse(err, "credentials", errno);
	for (unsigned i = 0; i < 3; i++)
		if (uids[i] != user->pw_uid || gids[i] != user->pw_gid)
			return refuse(err, user->pw_name, EPERM);
	if (getgroups(0, NULL) > 0)
		return refuse(err, "supplementary groups", EPERM);
	if (setresuid(0, 0, 0) == 0 || setresgid(0, 0, 0) == 0)
		return refuse(err, "root can be had again", EPERM);
	return 0;
}

int
zt_privileges_reduce(const char *user, struct zt_err *err)
{
	const struct passwd *found = NULL;

	if (geteuid() == 0 && user[0] != '\0') {
		found = find(user, err);
		if (found == NULL)
			return -ENOENT;
	}
	int result = keep_net_raw(found, err);
	if (result == 0)
		result = close_doors(err);
	return result == 0 ? verify(found, err) : result;
}

int
zt_privileges_forget(struct zt_err *err)
{
	capng_clear(CAPNG_SELECT_CAPS);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return refuse(err, "capset", EPERM);
	if (capng_get_caps_process() != 0 ||
	    capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE)
		return refuse(err, "capabilities are still there", EPERM);
	return 0;
}

int
zt_privileges_give(const char *user, int fd)
{
	if (user[0] == '\0' || geteuid() != 0)
		return 0;
	const struct passwd *found = getpwnam(user);
	if (found == NULL)
		return -ENOENT;
	return fchown(fd, found->pw_uid, found->pw_gid) == 0 ? 0 : -errno;
}
