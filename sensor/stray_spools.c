#include "stray_spools.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "spool.h"

#define SUFFIX ".spool"
/* A spool without records is as long as its head, see spool.h. */
#define EMPTY_BYTES 24

static bool
is_spool(const char *name)
{
	size_t len = strlen(name);

	return len > strlen(SUFFIX) && strcmp(name + len - strlen(SUFFIX), SUFFIX) == 0;
}

static bool
is_used(const char *path, const char *const *paths, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(paths[i], path) == 0)
			return true;
	return false;
}

void
zt_stray_spools_tell(
    struct zt_log *log, const char *directory, const char *const *paths, size_t n)
{
	DIR *list = opendir(directory);
	struct dirent *entry;
	char path[ZT_SPOOL_PATH_SIZE];
	struct stat st;

	while (list != NULL && (entry = readdir(list)) != NULL) {
		int len =
		    snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		if (!is_spool(entry->d_name) || len >= (int)sizeof(path) ||
		    is_used(path, paths, n) || lstat(path, &st) != 0 ||
		    !S_ISREG(st.st_mode) || st.st_size <= EMPTY_BYTES)
			continue;
		zt_log(log, ZT_LOG_WARNING,
		    "%s: %lld bytes of alerts wait for an output that is not "
		    "configured; configure it again, or remove the file",
		    path, (long long)st.st_size);
	}
	if (list != NULL)
		(void)closedir(list); /* it was only read */
}
