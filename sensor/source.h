/**
 * @file source.h
 * The packets of all files of a replay, one file after the other.
 *
 * Order:      by the time of each file's first packet, so that capture time runs
 *             forward; equal times and files without packets keep the order of the
 *             list.
 * Damage:     a file that is damaged or cannot be read is noted and the next one is
 *             read.
 * Threads:    one, the capture worker; zt_source_progress() from any thread, the files
 *             after the worker has ended.
 * Ownership:  a packet's bytes are borrowed until the next call.
 */
#ifndef ZT_SENSOR_SOURCE_H
#define ZT_SENSOR_SOURCE_H

#include "../dissect/stats.h"
#include "capture_file.h"
#include "paths.h"

enum zt_file_status {
	ZT_FILE_PENDING, /**< Not read yet, or not to its end. */
	ZT_FILE_OK,
	ZT_FILE_DAMAGED,      /**< Damaged or cut; what was in front of it was read. */
	ZT_FILE_UNREADABLE,   /**< Could not be opened, or the disk failed. */
	ZT_FILE_FORBIDDEN,    /**< Permission denied. */
	ZT_FILE_UNKNOWN_LINK, /**< Whole, but no packet was of a known link type. */
	ZT_FILE_INTERRUPTED,  /**< Given up on request. */
};

/** One file and what became of it. */
struct zt_source_file {
	const char *path; /**< Borrowed from the list of paths. */
	struct zt_capture_file *open;
	struct zt_packet peeked; /**< First packet, with has_peeked. */
	uint64_t first_ns;	 /**< Time of the first packet; UINT64_MAX: none. */
	uint64_t size;		 /**< Bytes on disk; 0: unknown. */
	uint64_t unknown_link_packets;
	struct zt_capture_notes notes;
	struct zt_err error; /**< Text for people; "" when all is well. */
	size_t position;     /**< In the list of paths. */
	enum zt_file_status status;
	uint16_t unknown_link; /**< The first such link type. */
	bool has_peeked;
	char format[16];
};

struct zt_source {
	struct zt_source_file *files;
	size_t count;
	size_t current;
	struct zt_interfaces *interfaces; /**< Borrowed. */
	struct zt_waiting waiting;
	bool prepared;
	bool current_link_known;
	int current_link; /**< Link type of the last packet; -1: none. */
	uint64_t finished_bytes;
	zt_counter packets;
	zt_counter done_bytes;
	zt_counter total_bytes; /**< 0: unknown. */
};

/**
 * @param paths       borrowed for the life of the source.
 * @param interfaces  see capture_file.h.
 * @param cancel_fd   readable: give up waiting for input; -1: never.
 * @return 0, or -ENOMEM.
 */
int zt_source_init(struct zt_source *source, const struct zt_paths *paths,
    struct zt_interfaces *interfaces, int cancel_fd);

/** Have before(arg) called on the reading thread whenever it is about to wait. */
void zt_source_before_wait(
    struct zt_source *source, void (*before)(void *arg), void *arg);

void zt_source_fini(struct zt_source *source);

/** The next packet of any file.  @return packet, end or cancelled. */
enum zt_read zt_source_next(struct zt_source *source, struct zt_packet *packet);

/** Public name of a status, as in the statistics. */
const char *zt_file_status_name(enum zt_file_status status);

#endif
