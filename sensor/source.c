#include "source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dissect/layers.h"

/* Packets between two updates of what the progress bar sees. */
#define PROGRESS_PACKETS 1024

const char *
zt_file_status_name(enum zt_file_status status)
{
	switch (status) {
	case ZT_FILE_PENDING:
		return "pending";
	case ZT_FILE_OK:
		return "ok";
	case ZT_FILE_DAMAGED:
		return "damaged";
	case ZT_FILE_UNREADABLE:
		return "unreadable";
	case ZT_FILE_FORBIDDEN:
		return "forbidden";
	case ZT_FILE_UNKNOWN_LINK:
		return "unknown-link";
	case ZT_FILE_INTERRUPTED:
		return "interrupted";
	}
	return "";
}

int
zt_source_init(struct zt_source *source, const struct zt_paths *paths,
    struct zt_interfaces *interfaces, int cancel_fd)
{
	memset(source, 0, sizeof(*source));
	source->files = calloc(paths->count + 1, sizeof(*source->files));
	if (source->files == NULL)
		return -ENOMEM;
	source->count = paths->count;
	for (size_t i = 0; i < paths->count; i++) {
		source->files[i].path = paths->items[i];
		source->files[i].position = i;
		source->files[i].first_ns = UINT64_MAX;
	}
	source->interfaces = interfaces;
	source->waiting.cancel_fd = cancel_fd;
	source->current_link = -1;
	return 0;
}

void
zt_source_before_wait(struct zt_source *source, void (*before)(void *arg), void *arg)
{
	source->waiting.before = before;
	source->waiting.arg = arg;
}

void
zt_source_fini(struct zt_source *source)
{
	for (size_t i = 0; i < source->count; i++)
		zt_capture_file_close(&source->files[i].open);
	free(source->files);
	source->files = NULL;
	source->count = 0;
}

static enum zt_file_status
status_of_error(int error)
{
	switch (error) {
	case -EBADMSG:
		return ZT_FILE_DAMAGED;
	case -EACCES:
	case -EPERM:
		return ZT_FILE_FORBIDDEN;
	case -ECANCELED:
		return ZT_FILE_INTERRUPTED;
	default:
		return ZT_FILE_UNREADABLE;
	}
}

static bool
open_file(struct zt_source *source, struct zt_source_file *file)
{
	uint64_t done = 0;
	int result = zt_capture_file_open(file->path, &source->waiting,
	    source->interfaces, &file->open, &file->error);

	if (result != 0) {
		file->status = status_of_error(result);
		return false;
	}
	memcpy(file->format, zt_capture_file_format(file->open), sizeof(file->format));
	zt_capture_file_progress(file->open, &done, &file->size);
	return true;
}

/* Close the current file and keep what was found in it. */
static void
finish_file(struct zt_source_file *file, enum zt_read result)
{
	const struct zt_capture_notes *notes = zt_capture_file_notes(file->open);

	file->notes = *notes;
	if (result == ZT_READ_CANCELLED)
		file->status = ZT_FILE_INTERRUPTED;
	else if (result == ZT_READ_DAMAGED || notes->bad_blocks != 0)
		file->status = ZT_FILE_DAMAGED;
	else if (file->unknown_link_packets != 0 &&
		 file->unknown_link_packets == notes->packets)
		file->status = ZT_FILE_UNKNOWN_LINK;
	else
		file->status = ZT_FILE_OK;
	if (notes->damage.text[0] != '\0')
		zt_err_set(&file->error, "%s: %s", file->path, notes->damage.text);
	else if (file->unknown_link_packets != 0)
		zt_err_set(&file->error,
		    "%s: %" PRIu64 " of %" PRIu64
		    " packets left out: zonetap cannot read link type %u",
		    file->path, file->unknown_link_packets, notes->packets,
		    file->unknown_link);
	zt_capture_file_close(&file->open);
}

/* Look at the first packet.  Regular files are closed again, so that a directory of
 * thousands costs one descriptor; what cannot be rewound stays open. */
static void
peek(struct zt_source *source, struct zt_source_file *file)
{
	if (!open_file(source, file))
		return;
	enum zt_read result = zt_capture_file_next(file->open, &file->peeked);
	file->has_peeked = result == ZT_READ_PACKET;
	if (file->has_peeked)
		file->first_ns = file->peeked.ts_ns;
	if (file->size == 0 || source->count == 1)
		return;
	file->has_peeked = false;
	zt_capture_file_close(&file->open);
}

static int
by_first_packet(const void *a, const void *b)
{
	const struct zt_source_file *left = a;
	const struct zt_source_file *right = b;

	if (left->first_ns != right->first_ns)
		return left->first_ns < right->first_ns ? -1 : 1;
	return left->position < right->position ? -1 : 1;
}

static void
prepare(struct zt_source *source)
{
	uint64_t total = 0;
	bool is_known = true;

	for (size_t i = 0; i < source->count; i++) {
		peek(source, &source->files[i]);
		total += source->files[i].size;
		is_known = is_known && source->files[i].size != 0;
	}
	zt_count(&source->total_bytes, is_known ? total : 0);
	qsort(source->files, source->count, sizeof(*source->files), by_first_packet);
	source->prepared = true;
}

static void
update_progress(struct zt_source *source, const struct zt_source_file *file)
{
	uint64_t done = 0;
	uint64_t size = 0;

	if (file->open != NULL)
		zt_capture_file_progress(file->open, &done, &size);
	done += source->finished_bytes;
	zt_count(&source->done_bytes, done - zt_counted(&source->done_bytes));
}

static void
note_link(struct zt_source *source, struct zt_source_file *file,
    const struct zt_packet *packet)
{
	if (packet->link_type != source->current_link) {
		source->current_link = packet->link_type;
		source->current_link_known = zt_layers_knows_link(packet->link_type);
	}
	if (source->current_link_known)
		return;
	if (file->unknown_link_packets++ == 0)
		file->unknown_link = packet->link_type;
}

static enum zt_read
next_of_file(
    struct zt_source *source, struct zt_source_file *file, struct zt_packet *packet)
{
	enum zt_read result = ZT_READ_PACKET;

	if (file->has_peeked) {
		*packet = file->peeked;
		file->has_peeked = false;
	} else {
		result = zt_capture_file_next(file->open, packet);
	}
	if (result != ZT_READ_PACKET)
		return result;
	note_link(source, file, packet);
	zt_count(&source->packets, 1);
	if (zt_counted(&source->packets) % PROGRESS_PACKETS == 0)
		update_progress(source, file);
	return result;
}

enum zt_read
zt_source_next(struct zt_source *source, struct zt_packet *packet)
{
	if (!source->prepared)
		prepare(source);
	while (source->current < source->count) {
		struct zt_source_file *file = &source->files[source->current];
		if (file->status == ZT_FILE_INTERRUPTED)
			return ZT_READ_CANCELLED;
		if (file->status != ZT_FILE_PENDING ||
		    (file->open == NULL && !open_file(source, file))) {
			source->current++;
			continue;
		}
		enum zt_read result = next_of_file(source, file, packet);
		if (result == ZT_READ_PACKET)
			return result;
		finish_file(file, result);
		source->finished_bytes += file->size;
		update_progress(source, file);
		if (result == ZT_READ_CANCELLED)
			return result;
		source->current++;
	}
	return ZT_READ_END;
}
