/**
 * @file spool.h
 * Records that wait on disk, oldest first, over the end of the program and its crash.
 *
 * File:      a head of 24 bytes: magic, offset of the oldest record, checksum; behind
 *            it records: magic, length, merged, checksum, block.  In the byte order of
 *            the machine.  The offset is written after each record that has left, the
 *            place in front of it is given back to the file system.
 * Crash:     at the next open everything up to the first damaged record is there; what
 *            lies behind it is cut off and counted as torn.  A record that left just
 *            before a crash may come again: at least once, never less.
 * Owner:     locked, so that two programs never share one; mode 0640.
 * Threads:   that of the sink, and the main thread before that starts.
 */
#ifndef ZT_SENSOR_SPOOL_H
#define ZT_SENSOR_SPOOL_H

#include "../conf/err.h"
#include "record.h"

#define ZT_SPOOL_PATH_SIZE 512

struct zt_spool {
	int fd;		    /**< -1: there is none. */
	uint64_t limit;	    /**< Bytes of records. */
	uint64_t head;	    /**< Offset of the oldest record. */
	uint64_t tail;	    /**< Offset behind the newest one. */
	uint64_t freed;	    /**< Offset up to which the place was given back. */
	uint64_t n_records; /**< That wait. */
	uint64_t torn;	    /**< Damaged ends that were cut off. */
	char path[ZT_SPOOL_PATH_SIZE];
};

/** Where a spool is, and how large it may be.  The texts are borrowed for the call. */
struct zt_spool_place {
	const char *directory; /**< Made with mode 0750; its parent has to exist. */
	const char *name;      /**< Of the file in it. */
	const char *user;      /**< Owns what root makes; "": root. */
	uint64_t limit_bytes;
};

/**
 * Open or make a spool.
 *
 * @return 0, or -errno with the reason in err; then fd is -1.
 */
int zt_spool_open(
    struct zt_spool *spool, const struct zt_spool_place *place, struct zt_err *err);

/** Append.  @return 0; -EDQUOT at the limit; -errno.  On failure nothing has changed. */
int zt_spool_put(
    struct zt_spool *spool, const struct zt_record *record, uint64_t merged);

/** Force what was put to the disk.  @return 0 or -errno. */
int zt_spool_sync(struct zt_spool *spool);

/**
 * Read the oldest record.
 *
 * @param record  out: the reference is the caller's.
 * @return 0; -ENOENT when it is empty; -errno.
 */
int zt_spool_get(struct zt_spool *spool, struct zt_record **record, uint64_t *merged);

/** The oldest record has left.  @return 0 or -errno: it might come again. */
int zt_spool_drop(struct zt_spool *spool);

/** Close; an empty one is removed.  Accepts one that is closed. */
void zt_spool_close(struct zt_spool *spool);

#endif
