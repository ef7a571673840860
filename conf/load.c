#include "conf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "document.h"
#include "object.h"
#include "schema.h"

/** Largest file; 100,000 zones with their secondaries take less. */
#define FILE_BYTES_MAX ((size_t)16 << 20)

void
zt_conf_free(struct zt_conf **conf)
{
	if (*conf == NULL)
		return;
	zt_object_fini(&zt_schema_conf, *conf);
	free(*conf);
	*conf = NULL;
}

int
zt_conf_defaults(struct zt_conf **conf)
{
	struct zt_conf *made = calloc(1, sizeof(*made));
	int rc;

	if (made == NULL)
		return -ENOMEM;
	rc = zt_object_init(&zt_schema_conf, made);
	if (rc != 0) {
		zt_conf_free(&made);
		return rc;
	}
	*conf = made;
	return 0;
}

static int
refuse_memory(const char *name, struct zt_err *err)
{
	zt_err_set(err, "%s: memory is short; give the process more of it", name);
	return -ENOMEM;
}

int
zt_conf_parse(const char *name, const char *text, size_t len, struct zt_conf **conf,
    struct zt_err *err)
{
	struct zt_source source = { name, err };
	struct zt_conf *made = NULL;
	struct zt_node *root = NULL;
	int rc = zt_conf_defaults(&made);

	if (rc == 0)
		rc = zt_document_parse(name, text, len, &root, err);
	if (rc == 0 && root != NULL)
		rc = zt_object_read(&source, &zt_schema_conf, root, made);
	zt_document_free(&root);
	if (rc != 0) {
		zt_conf_free(&made);
		return rc == -ENOMEM ? refuse_memory(name, err) : rc;
	}
	*conf = made;
	return 0;
}

static int
refuse_errno(const char *path, const char *what, struct zt_err *err)
{
	int error = errno;

	zt_err_set(err, "%s: %s: %s", path, what, strerror(error));
	return -error;
}

/** Is it a file that nobody else can change under us? */
static int
check_file(const char *path, const struct stat *st, struct zt_err *err)
{
	if (!S_ISREG(st->st_mode)) {
		zt_err_set(
		    err, "%s: is not a regular file; name a file of settings", path);
		return -EINVAL;
	}
	if (st->st_mode & S_IWOTH) {
		zt_err_set(err,
		    "%s: everybody may write to it (mode %04o); run: chmod o-w on it",
		    path, st->st_mode & 07777u);
		return -EPERM;
	}
	return 0;
}

/** The whole of fd into text, which has room for one byte more than is allowed. */
static int
read_all(const char *path, int fd, char *text, size_t *len, struct zt_err *err)
{
	size_t used = 0;
	ssize_t got;

	do {
		got = read(fd, text + used, FILE_BYTES_MAX + 1 - used);
		if (got < 0 && errno != EINTR)
			return refuse_errno(path, "cannot read", err);
		if (got > 0)
			used += (size_t)got;
	} while (got != 0 && used <= FILE_BYTES_MAX);
	if (used > FILE_BYTES_MAX) {
		zt_err_set(err, "%s: is above 16 MiB; shorten the lists", path);
		return -EFBIG;
	}
	if (used == 0) {
		zt_err_set(err,
		    "%s:1:1: the file is empty; a comment line is enough for all defaults",
		    path);
		return -EINVAL;
	}
	*len = used;
	return 0;
}

static int
load_fd(const char *path, int fd, struct zt_conf **conf, struct zt_err *err)
{
	struct stat st;
	char *text;
	size_t len = 0;
	int rc;

	if (fstat(fd, &st) != 0)
		return refuse_errno(path, "cannot look at it", err);
	rc = check_file(path, &st, err);
	if (rc != 0)
		return rc;
	text = malloc(FILE_BYTES_MAX + 1);
	if (text == NULL)
		return refuse_memory(path, err);
	rc = read_all(path, fd, text, &len, err);
	if (rc == 0)
		rc = zt_conf_parse(path, text, len, conf, err);
	free(text);
	return rc;
}

int
zt_conf_load(const char *path, struct zt_conf **conf, struct zt_err *err)
{
	/* Not blocking: opening a FIFO must not wait for its writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int rc;

	if (fd < 0)
		return refuse_errno(path, "cannot open", err);
	rc = load_fd(path, fd, conf, err);
	(void)close(fd); /* nothing was written */
	return rc;
}
