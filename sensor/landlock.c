#define _GNU_SOURCE /* O_PATH */
#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/landlock.h>

/* Rights that came with the first version, by their names there. */
#define READS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITES                                                             \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |   \
	    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | \
	    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK)
#define NEVER                                                              \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |       \
	    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | \
	    LANDLOCK_ACCESS_FS_MAKE_SYM)
/* LANDLOCK_ACCESS_FS_TRUNCATE came with version 3. */
#define TRUNCATE	 (UINT64_C(1) << 14)
#define TRUNCATE_VERSION 3

static int
add_place(int rules, const struct zt_place *place, uint64_t handled)
{
	struct landlock_path_beneath_attr beneath = {
		.allowed_access =
		    handled & (place->is_written ? READS | WRITES | TRUNCATE : READS),
		.parent_fd = open(place->directory, O_PATH | O_DIRECTORY | O_CLOEXEC),
	};

	if (beneath.parent_fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? 0
									      : -errno;
	long result = syscall(
	    SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	int error = errno;
	(void)close(beneath.parent_fd); /* holds no data */
	return result == 0 ? 0 : -error;
}

int
zt_landlock_enter(const struct zt_places *places, struct zt_err *err)
{
	long version = syscall(
	    SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (version < 1)
		return 0;
	struct landlock_ruleset_attr rules = { .handled_access_fs =
						   READS | WRITES | NEVER };
	if (version >= TRUNCATE_VERSION)
		rules.handled_access_fs |= TRUNCATE;
	int fd = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	int result = fd < 0 ? -errno : 0;
	for (size_t i = 0; i < places->count && result == 0; i++)
		result = add_place(fd, &places->items[i], rules.handled_access_fs);
	if (result == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		result = -errno;
	if (result == 0 && syscall(SYS_landlock_restrict_self, fd, 0) != 0)
		result = -errno;
	if (fd >= 0)
		(void)close(fd); /* holds no data */
	if (result == 0)
		return (int)version;
	zt_err_set(err, "Landlock: %s", strerror(-result));
	return result;
}
