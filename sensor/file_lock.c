#include "file_lock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define NAME_SIZE 64

/* The process that holds a lock on the file, from /proc/locks (proc(5)); 0: it is not
 * there to be seen. */
static unsigned
find_holder(const struct stat *st)
{
	FILE *locks = fopen("/proc/locks", "re");
	unsigned holder = 0;
	char line[256];

	while (locks != NULL && fgets(line, sizeof(line), locks) != NULL) {
		unsigned pid = 0;
		unsigned major_number = 0;
		unsigned minor_number = 0;
		unsigned long long inode = 0;
		if (sscanf(line, "%*u: FLOCK %*s WRITE %u %x:%x:%llu", &pid,
			&major_number, &minor_number, &inode) == 4 &&
		    major_number == major(st->st_dev) &&
		    minor_number == minor(st->st_dev) && inode == st->st_ino)
			holder = pid;
	}
	if (locks != NULL)
		(void)fclose(locks); /* was only read */
	return holder;
}

static void
read_name(unsigned pid, char name[NAME_SIZE])
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	FILE *comm = fopen(path, "re");
	if (comm == NULL || fgets(name, NAME_SIZE, comm) == NULL)
		(void)snprintf(name, NAME_SIZE, "?");
	if (comm != NULL)
		(void)fclose(comm); /* was only read */
	name[strcspn(name, "\n")] = '\0';
}

static void
name_holder(int fd, const char *path, struct zt_err *err)
{
	char name[NAME_SIZE] = "";
	struct stat st;
	unsigned holder = fstat(fd, &st) == 0 ? find_holder(&st) : 0;

	if (holder == 0) {
		zt_err_set(err, "%s: another process writes to it", path);
		return;
	}
	read_name(holder, name);
	zt_err_set(err, "%s: process %u (%s) writes to it", path, holder, name);
}

int
zt_file_lock(int fd, const char *path, struct zt_err *err)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	int error = errno;
	if (error == EWOULDBLOCK) {
		/* The number of EAGAIN, which means something else to our callers. */
		name_holder(fd, path, err);
		return -EBUSY;
	}
	zt_err_set(err, "%s: cannot be locked: %s", path, strerror(error));
	return -error;
}
