/**
 * @file sink.h
 * One place where alerts of a live session go: its queue, its thread, its spool.
 *
 * What the places differ in is a row of kinds in sink_kinds.c; everything else is the
 * same for all: alerts wait in memory; where the place does not take them, they go on to
 * a spool on disk, and come from there first when it does again; a memory that is full
 * merges, then loses, and counts both.
 *
 * Law:       offered + recovered = written + merged + queued + spooled + lost.
 * Threads:   one of its own, which alone touches place and spool, so that whatever
 *            stalls stalls nobody else.  Functions here are for the main thread; none
 *            of them waits for a place.
 */
#ifndef ZT_SENSOR_SINK_H
#define ZT_SENSOR_SINK_H

#include "../conf/conf.h"
#include "formats.h"
#include "record.h"
#include "sandbox.h"
#include "sinks.h"

#define ZT_SINK_PATH_SIZE    256
#define ZT_SINK_ADDRESS_SIZE 64

/** An entry of `outputs`, in fixed storage. */
struct zt_sink_settings {
	enum zt_conf_output_type type;
	char path[ZT_SINK_PATH_SIZE];
	char address[ZT_SINK_ADDRESS_SIZE];
	const struct zt_format *format;
	uint64_t rotate_size_bytes;
	uint64_t rotate_every_ns;
	uint32_t min_risk;
	enum zt_conf_fsync fsync;
	uint32_t keep;
	uint32_t facility;
	uint32_t queue;
	const char *sensor;	     /**< Borrowed: its name. */
	const char *spool_directory; /**< Borrowed; NULL: no spool. */
	uint64_t spool_limit_bytes;
	const char *user; /**< Borrowed: owns the files that root makes; "". */
	/** Borrowed: the thread enters it; NULL: it has that of the main thread. */
	const struct zt_sandbox *sandbox;
};

struct zt_sink;

/**
 * Make a sink and open its place as far as it has to be there at the start: files and
 * spools have to, sockets need not.
 *
 * @param missed  alerts raised before it was there; they are counted as skipped.
 * @return 0, or -errno with the reason in err; then *sink is NULL.
 */
int zt_sink_open(struct zt_sink **sink, const struct zt_sink_settings *settings,
    uint64_t missed, struct zt_err *err);

/** @return 0, or -errno when the thread cannot be made. */
int zt_sink_start(struct zt_sink *sink);

/** Do both describe the same place? */
bool zt_sink_is_of(const struct zt_sink *sink, const struct zt_sink_settings *settings);

/** Path of its spool; NULL: it has none.  Before it is started. */
const char *zt_sink_spool(const struct zt_sink *sink);

/** The settings, as last set. */
const struct zt_sink_settings *zt_sink_settings(const struct zt_sink *sink);

/** Go on with other settings for the same place. */
void zt_sink_set(struct zt_sink *sink, const struct zt_sink_settings *settings);

/** Hand an alert over; the sink takes a reference of its own. */
void zt_sink_put(struct zt_sink *sink, struct zt_record *record);

/** An alert is none of this sink's business, by its risk. */
void zt_sink_skip(struct zt_sink *sink);

/** An alert was lost before there was a record of it. */
void zt_sink_lose(struct zt_sink *sink);

/** Rotate, or look whether somebody else has. */
void zt_sink_rotate(struct zt_sink *sink);

/** Write what can be written, spool the rest, end.  May be called again. */
void zt_sink_end(struct zt_sink *sink);

/** Has it ended? */
bool zt_sink_has_ended(struct zt_sink *sink);

/** How it is. */
struct zt_sink_status zt_sink_status(struct zt_sink *sink);

/** Will it never take anything again: the reader of standard output is gone? */
bool zt_sink_is_gone(struct zt_sink *sink);

/**
 * Wait for the end for a short while, and free.  A thread that hangs in the kernel is
 * left behind with what it holds.
 *
 * @param status  out: the last one; NULL: not wanted.
 */
void zt_sink_close(struct zt_sink **sink, struct zt_sink_status *status);

#endif
