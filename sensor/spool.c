#define _GNU_SOURCE /* fallocate(2) */
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../dissect/hash.h"
#include "file_lock.h"
#include "privileges.h"

#define FILE_MODE      0640
#define DIRECTORY_MODE 0750
#define HEAD_MAGIC     UINT64_C(0x314c4f4f5053545a) /* "ZTSPOOL1" */
#define RECORD_MAGIC   UINT32_C(0x3152545a)	    /* "ZTR1" */
/* Space is given back in steps of this. */
#define FREE_BYTES ((uint64_t)1 << 20)

struct file_head {
	uint64_t magic;
	uint64_t offset;
	uint64_t checksum;
};

struct record_head {
	uint32_t magic;
	uint32_t len;
	uint64_t merged;
	uint64_t checksum;
};

#define HEAD_BYTES sizeof(struct file_head)

/* Against accidents, not against attackers: who writes here may write anything. */
static const struct zt_hash_key key = { UINT64_C(0x7a6f6e65746170), 1 };

static uint64_t
head_checksum(const struct file_head *head)
{
	return zt_hash(&key, head, offsetof(struct file_head, checksum));
}

static uint64_t
record_checksum(const struct record_head *head, const char *block)
{
	uint64_t of_head = zt_hash(&key, head, offsetof(struct record_head, checksum));

	return of_head ^ zt_hash(&key, block, head->len);
}

/* @return 0, or -errno; a short transfer is -EIO. */
static int
read_at(int fd, void *to, size_t len, uint64_t at)
{
	ssize_t n = pread(fd, to, len, (off_t)at);

	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -EIO;
}

static int
write_at(int fd, const void *from, size_t len, uint64_t at)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pwrite(
		    fd, (const char *)from + done, len - done, (off_t)(at + done));
		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || errno != EINTR)
			return n == 0 ? -ENOSPC : -errno;
	}
	return 0;
}

static int
write_head(struct zt_spool *spool)
{
	struct file_head head = { HEAD_MAGIC, spool->head, 0 };

	head.checksum = head_checksum(&head);
	return write_at(spool->fd, &head, sizeof(head), 0);
}

/* The record at an offset; record may be NULL when only its soundness matters.
 * @return its bytes in the file, or -errno. */
static int64_t
read_record(
    struct zt_spool *spool, uint64_t at, struct zt_record **record, uint64_t *merged)
{
	struct record_head head;
	int64_t result = read_at(spool->fd, &head, sizeof(head), at);

	if (result != 0)
		return result;
	if (head.magic != RECORD_MAGIC || head.len > ZT_RECORD_BLOCK_MAX)
		return -EBADMSG;
	char *block = malloc(head.len + 1u);
	if (block == NULL)
		return -ENOMEM;
	result = read_at(spool->fd, block, head.len, at + sizeof(head));
	if (result == 0 && record_checksum(&head, block) != head.checksum)
		result = -EBADMSG;
	if (result == 0 && record != NULL) {
		*record = zt_record_parse((struct zt_record_block){ block, head.len });
		*merged = head.merged;
		if (*record == NULL)
			result = -EBADMSG;
	}
	free(block);
	return result != 0 ? result : (int64_t)(sizeof(head) + head.len);
}

/* Where the records begin, from the head; from the start when the head is no good. */
static int
read_head(struct zt_spool *spool, uint64_t size)
{
	struct file_head head;

	spool->head = HEAD_BYTES;
	if (size < sizeof(head))
		return 0;
	int result = read_at(spool->fd, &head, sizeof(head), 0);
	if (result != 0)
		return result;
	if (head.magic != HEAD_MAGIC)
		return -EEXIST;
	if (head.checksum == head_checksum(&head) && head.offset >= HEAD_BYTES &&
	    head.offset <= size)
		spool->head = head.offset;
	else if (size > HEAD_BYTES)
		spool->torn++;
	return 0;
}

static int
recover(struct zt_spool *spool)
{
	struct stat st;
	int64_t n;

	if (fstat(spool->fd, &st) < 0)
		return -errno;
	int result = read_head(spool, (uint64_t)st.st_size);
	if (result != 0)
		return result;
	spool->freed = spool->head;
	spool->tail = spool->head;
	while (spool->tail < (uint64_t)st.st_size) {
		n = read_record(spool, spool->tail, NULL, NULL);
		if (n == -ENOMEM)
			return -ENOMEM;
		if (n < 0)
			break;
		spool->tail += (uint64_t)n;
		spool->n_records++;
	}
	if (spool->tail < (uint64_t)st.st_size) {
		spool->torn++;
		if (ftruncate(spool->fd, (off_t)spool->tail) < 0)
			return -errno;
	}
	return write_head(spool);
}

/* @return 0, also when it is there already, or -errno. */
static int
make_directory(const char *directory, const char *user)
{
	if (mkdir(directory, DIRECTORY_MODE) < 0)
		return errno == EEXIST ? 0 : -errno;
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int result = zt_privileges_give(user, fd);
	(void)close(fd); /* nothing was written */
	return result;
}

static int
open_file(const char *path, const char *user, int *fd)
{
	const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;

	*fd = open(path, flags | O_CREAT | O_EXCL, FILE_MODE);
	if (*fd >= 0)
		return zt_privileges_give(user, *fd);
	if (errno == EEXIST)
		*fd = open(path, flags);
	return *fd >= 0 ? 0 : -errno;
}

static int
open_spool(
    struct zt_spool *spool, const struct zt_spool_place *place, struct zt_err *err)
{
	int result = make_directory(place->directory, place->user);

	if (result == 0)
		result = open_file(spool->path, place->user, &spool->fd);
	if (result == 0)
		result = zt_file_lock(spool->fd, spool->path, err);
	return result != 0 ? result : recover(spool);
}

int
zt_spool_open(
    struct zt_spool *spool, const struct zt_spool_place *place, struct zt_err *err)
{
	*spool = (struct zt_spool){ .fd = -1, .limit = place->limit_bytes };
	(void)snprintf(
	    spool->path, sizeof(spool->path), "%s/%s", place->directory, place->name);
	int result = open_spool(spool, place, err);
	if (result == 0)
		return 0;
	if (result != -EBUSY) /* that one is in err */
		zt_err_set(err, "spool %s: %s", spool->path,
		    result == -EEXIST ? "is no spool; move the file away"
				      : strerror(-result));
	if (spool->fd >= 0)
		(void)close(spool->fd); /* nothing was written */
	spool->fd = -1;
	return result;
}

int
zt_spool_put(struct zt_spool *spool, const struct zt_record *record, uint64_t merged)
{
	struct zt_record_block block = zt_record_block(record);
	struct record_head head = { RECORD_MAGIC, (uint32_t)block.len, merged, 0 };

	if (block.len > ZT_RECORD_BLOCK_MAX)
		return -EMSGSIZE;
	if (spool->tail - spool->freed + sizeof(head) + block.len > spool->limit)
		return -EDQUOT;
	head.checksum = record_checksum(&head, block.bytes);
	int result = write_at(spool->fd, &head, sizeof(head), spool->tail);
	if (result == 0)
		result = write_at(
		    spool->fd, block.bytes, block.len, spool->tail + sizeof(head));
	if (result != 0) {
		/* If this fails too, the next put overwrites it, or the checksum
		 * tells. */
		(void)!ftruncate(spool->fd, (off_t)spool->tail);
		return result;
	}
	spool->tail += sizeof(head) + block.len;
	spool->n_records++;
	return 0;
}

int
zt_spool_sync(struct zt_spool *spool)
{
	return fdatasync(spool->fd) < 0 ? -errno : 0;
}

int
zt_spool_get(struct zt_spool *spool, struct zt_record **record, uint64_t *merged)
{
	if (spool->fd < 0 || spool->n_records == 0)
		return -ENOENT;
	int64_t n = read_record(spool, spool->head, record, merged);
	return n < 0 ? (int)n : 0;
}

/* The file system gets the place of what has left; where it cannot, the file is
 * smaller only when it is empty. */
static void
give_back(struct zt_spool *spool)
{
	uint64_t begin = spool->freed;

	if (spool->head - begin < FREE_BYTES)
		return;
	if (fallocate(spool->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		(off_t)begin, (off_t)(spool->head - begin)) == 0)
		spool->freed = spool->head;
}

int
zt_spool_drop(struct zt_spool *spool)
{
	struct record_head head;
	int result = read_at(spool->fd, &head, sizeof(head), spool->head);

	if (result != 0)
		return result;
	spool->head += sizeof(head) + head.len;
	spool->n_records--;
	if (spool->n_records != 0) {
		give_back(spool);
		return write_head(spool);
	}
	/* Head first: a crash in between leaves a file that ends where it begins. */
	spool->head = spool->tail = spool->freed = HEAD_BYTES;
	result = ftruncate(spool->fd, (off_t)HEAD_BYTES) < 0 ? -errno : 0;
	return result != 0 ? result : write_head(spool);
}

void
zt_spool_close(struct zt_spool *spool)
{
	if (spool->fd < 0)
		return;
	if (spool->n_records == 0)
		(void)unlink(spool->path); /* else an empty one stays: no harm */
	(void)close(spool->fd);		   /* what mattered was synced */
	spool->fd = -1;
}
