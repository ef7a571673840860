#include "keeper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../dissect/name.h"
#include "alert_text.h"
#include "zone_file.h"

#define SUFFIX ".zone"

/* A copy that waits. */
struct zt_kept {
	struct zt_kept *next;
	uint64_t transfer_id;
	bool is_claimed;
	bool is_partial;
	size_t len;
	uint8_t records[];
};

static bool
is_zone_file(const char *name)
{
	size_t len = strlen(name);

	return len > strlen(SUFFIX) && strcmp(name + len - strlen(SUFFIX), SUFFIX) == 0;
}

/* What earlier runs left counts too. */
static int
add_up(struct zt_keeper *keeper)
{
	int fd = dup(keeper->directory);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	struct stat about;

	if (list == NULL) {
		int error = errno;
		if (fd >= 0)
			(void)close(fd); /* nothing was written */
		return -error;
	}
	while ((entry = readdir(list)) != NULL)
		if (is_zone_file(entry->d_name) &&
		    fstatat(keeper->directory, entry->d_name, &about,
			AT_SYMLINK_NOFOLLOW) == 0)
			keeper->bytes += (uint64_t)about.st_size;
	(void)closedir(list); /* it was only read */
	return 0;
}

int
zt_keeper_check(const struct zt_keeper *keeper)
{
	if (keeper->directory < 0 ||
	    faccessat(keeper->directory, ".", W_OK | X_OK, 0) == 0)
		return 0;
	return -errno;
}

int
zt_keeper_init(
    struct zt_keeper *keeper, const char *path, uint64_t bytes_max, struct zt_err *err)
{
	memset(keeper, 0, sizeof(*keeper));
	keeper->directory = -1;
	keeper->bytes_max = bytes_max;
	(void)pthread_mutex_init(&keeper->lock, NULL); /* cannot fail on Linux */
	if (path[0] == '\0')
		return 0;
	keeper->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = keeper->directory < 0 ? -errno : 0;
	if (result == 0)
		result = zt_keeper_check(keeper);
	if (result == 0)
		result = add_up(keeper);
	if (result != 0)
		zt_err_set(err, "%s: %s", path, strerror(-result));
	return result;
}

void
zt_keeper_fini(struct zt_keeper *keeper)
{
	while (keeper->waiting != NULL) {
		struct zt_kept *kept = keeper->waiting;
		keeper->waiting = kept->next;
		free(kept);
	}
	if (keeper->directory >= 0)
		(void)close(keeper->directory); /* it was only read */
	keeper->directory = -1;
	(void)pthread_mutex_destroy(&keeper->lock); /* nobody holds it */
}

/* Records in wire form; the closing SOA is the first one again. */
static size_t
flatten(const struct zt_zone_copy *copy, uint8_t *out)
{
	struct zt_collected record;
	size_t used = 0;
	uint32_t first =
	    zt_collection_first(copy->collections, copy->collection, &record);
	bool began_with_soa = first != 0 && record.type == ZT_RR_SOA;
	size_t apex_key_len = record.key_len;

	for (uint32_t place = first; place != 0;
	     place = zt_collection_next(copy->collections, place, &record)) {
		/* Inside the zone only the apex has a SOA. */
		if (place != first && began_with_soa && record.type == ZT_RR_SOA &&
		    record.key_len == apex_key_len)
			continue;
		used += zt_collected_head(&record, out + used);
		memcpy(out + used, record.rdata, record.rdlen);
		used += record.rdlen;
	}
	return used;
}

bool
zt_keeper_take(void *arg, const struct zt_zone_copy *copy)
{
	struct zt_keeper *keeper = arg;
	size_t bytes = copy->collection->bytes;

	(void)pthread_mutex_lock(&keeper->lock); /* our own mutex, here and below */
	bool has_room = bytes <= ZT_KEEPER_WAITING_MAX - keeper->waiting_bytes;
	(void)pthread_mutex_unlock(&keeper->lock);
	struct zt_kept *kept = has_room ? malloc(sizeof(*kept) + bytes) : NULL;
	if (kept == NULL) {
		/* One lock, but many workers: not the one writer of zt_count(). */
		atomic_fetch_add_explicit(&keeper->lost, 1, memory_order_relaxed);
		return false;
	}
	*kept = (struct zt_kept){ .transfer_id = copy->transfer_id,
		.is_partial = copy->is_partial };
	kept->len = flatten(copy, kept->records);
	(void)pthread_mutex_lock(&keeper->lock);
	kept->next = keeper->waiting;
	keeper->waiting = kept;
	keeper->waiting_bytes += kept->len;
	(void)pthread_mutex_unlock(&keeper->lock);
	return true;
}

/* The place of a copy in the list, which ends with NULL; under lock. */
static struct zt_kept **
find(struct zt_keeper *keeper, uint64_t transfer_id)
{
	struct zt_kept **link = &keeper->waiting;

	while (*link != NULL && (*link)->transfer_id != transfer_id)
		link = &(*link)->next;
	return link;
}

/* Take a copy out of the list; under lock. */
static struct zt_kept *
take_out(struct zt_keeper *keeper, struct zt_kept **link)
{
	struct zt_kept *kept = *link;

	if (kept == NULL)
		return NULL;
	*link = kept->next;
	keeper->waiting_bytes -= kept->len;
	return kept;
}

void
zt_keeper_claim(struct zt_keeper *keeper, const struct zt_alert *alert)
{
	if (!alert->have_transfer || (alert->transfer.flags & ZT_TF_KEPT) == 0)
		return;
	(void)pthread_mutex_lock(&keeper->lock);
	struct zt_kept *kept = *find(keeper, alert->transfer.id);
	if (kept != NULL)
		kept->is_claimed = true;
	(void)pthread_mutex_unlock(&keeper->lock);
}

void
zt_keeper_settle(struct zt_keeper *keeper, const struct zt_event *event)
{
	struct zt_kept *unwanted = NULL;

	if (event->kind != ZT_EVENT_TRANSFER ||
	    (zt_event_transfer(event)->flags & ZT_TF_KEPT) == 0)
		return;
	(void)pthread_mutex_lock(&keeper->lock);
	struct zt_kept **link = find(keeper, zt_event_transfer(event)->id);
	if (*link != NULL && !(*link)->is_claimed)
		unwanted = take_out(keeper, link);
	(void)pthread_mutex_unlock(&keeper->lock);
	free(unwanted);
}

const char *
zt_keeper_name(const struct zt_alert *alert, char name[ZT_KEEPER_NAME_SIZE])
{
	(void)snprintf(name, ZT_KEEPER_NAME_SIZE, "%s-%" PRIu64 SUFFIX, alert->id,
	    alert->transfer.id); /* both are short */
	return name;
}

static void
print_head(const struct zt_kept *kept, const struct zt_alert *alert, FILE *out)
{
	char address[ZT_ADDRESS_TEXT_SIZE], when[ZT_TIME_TEXT_SIZE];
	char zone[ZT_NAME_TEXT_MAX];

	zone[zt_name_text(alert->zone.wire, alert->zone.len, zone)] = '\0';
	/* errors stay in the stream */
	(void)fprintf(out, "; %s as it left to %s, %s\n; %s\n", zone,
	    zt_address_text(alert->family, alert->source, address),
	    zt_time_text(alert->transfer.last_ns, when),
	    kept->is_partial ? "PARTIAL: the answer was broken off or not seen whole"
			     : "complete");
}

/* @return 0; -errno; -EFBIG above the limit. */
static int
print_file(struct zt_keeper *keeper, const struct zt_kept *kept,
    const struct zt_alert *alert, FILE *out)
{
	print_head(kept, alert, out);
	bool is_whole = zt_zone_file_print(kept->records, kept->len, out);
	bool is_written = fflush(out) == 0 && !ferror(out);
	long bytes = is_written ? ftell(out) : -1;

	if (!is_whole || bytes < 0)
		return errno != 0 ? -errno : -EIO;
	if ((uint64_t)bytes > keeper->bytes_max - keeper->bytes)
		return -EFBIG;
	keeper->bytes += (uint64_t)bytes;
	return 0;
}

static int
write_file(
    struct zt_keeper *keeper, const struct zt_kept *kept, const struct zt_alert *alert)
{
	char name[ZT_KEEPER_NAME_SIZE], draft[ZT_KEEPER_NAME_SIZE + 8];

	if (keeper->bytes >= keeper->bytes_max)
		return -EFBIG;
	(void)snprintf(draft, sizeof(draft), ".%s.tmp", zt_keeper_name(alert, name));
	(void)unlinkat(keeper->directory, draft, 0); /* of a run that was killed */
	int fd = openat(keeper->directory, draft,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	if (out == NULL) {
		int error = errno;
		if (fd >= 0)
			(void)close(fd); /* empty */
		return -error;
	}
	errno = 0;
	int result = print_file(keeper, kept, alert, out);
	if (fclose(out) != 0 && result == 0)
		result = -EIO;
	if (result == 0 &&
	    renameat(keeper->directory, draft, keeper->directory, name) != 0)
		result = -errno;
	if (result != 0)
		(void)unlinkat(keeper->directory, draft, 0); /* told as a failure */
	return result;
}

static bool
is_written(const struct zt_keeper *keeper, uint64_t transfer_id)
{
	uint64_t n = keeper->n_written;

	for (uint64_t i = 0; i < n && i < ZT_KEEPER_WRITTEN_MAX; i++)
		if (keeper->written[i] == transfer_id)
			return true;
	return false;
}

void
zt_keeper_write(struct zt_keeper *keeper, struct zt_alert *alert)
{
	uint64_t id = alert->transfer.id;

	if (!alert->have_transfer || (alert->transfer.flags & ZT_TF_KEPT) == 0)
		return;
	(void)pthread_mutex_lock(&keeper->lock);
	struct zt_kept *kept = take_out(keeper, find(keeper, id));
	(void)pthread_mutex_unlock(&keeper->lock);
	if (kept != NULL) {
		int result = write_file(keeper, kept, alert);
		if (result == 0) {
			keeper->written[keeper->n_written++ % ZT_KEEPER_WRITTEN_MAX] =
			    id;
		} else {
			keeper->failed++;
			keeper->error = result == -EFBIG ? 0 : -result;
		}
		free(kept);
	}
	if (!is_written(keeper, id))
		alert->transfer.flags &= ~(uint32_t)ZT_TF_KEPT;
}
