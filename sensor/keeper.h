/**
 * @file keeper.h
 * Keeps the zones that left, as files beside the alerts about them.
 *
 *   worker    zt_keeper_take()    a copy of the records when an answer is over
 *   detector  zt_keeper_claim()   an alert is about this transfer
 *             zt_keeper_settle()  the transfer has been judged: unclaimed copies go
 *   main      zt_keeper_write()   before the alert is written: the file
 *
 * Names:    <incident>-<transfer>.zone, from our own ids; nothing of a packet is in a path.
 * Files:    mode 0600, written under another name and renamed when they are whole.
 * Limits:   bytes_max for all files of the directory together, those of earlier runs
 *           included; ZT_KEEPER_WAITING_MAX for the copies that wait in memory (and one of each worker).  What does
 *           not fit is counted and not kept.
 * Threads:  as above, under one lock that is held for a look at a short list only.
 */
#ifndef ZT_SENSOR_KEEPER_H
#define ZT_SENSOR_KEEPER_H

#include <pthread.h>

#include "../conf/err.h"
#include "../detect/alert.h"
#include "../dissect/dissect.h"

/** Bytes of copies that wait for their alert. */
#define ZT_KEEPER_WAITING_MAX ((size_t)256 << 20)
/** Names of written files that are remembered for later alerts of their incidents. */
#define ZT_KEEPER_WRITTEN_MAX 1024
/** "<incident>-<transfer>.zone" and terminator. */
#define ZT_KEEPER_NAME_SIZE 64

struct zt_keeper {
	int directory; /**< Its descriptor; -1: nothing is kept. */
	uint64_t bytes_max;
	uint64_t bytes; /**< Of the files in the directory. */
	pthread_mutex_t lock;
	struct zt_kept *waiting; /**< Under lock, as is the sum of their bytes. */
	size_t waiting_bytes;
	uint64_t written[ZT_KEEPER_WRITTEN_MAX]; /**< Ids of transfers. */
	uint64_t n_written;
	zt_counter lost; /**< Copies that were not taken: no room. */
	uint64_t failed; /**< Files that could not be written, or were too large. */
	int error;	 /**< Why the last one could not; 0: too large. */
};

/**
 * @param path  of the directory; "" keeps nothing.
 * @return 0, or -errno with the text in err; fini is right in any case.
 */
int zt_keeper_init(
    struct zt_keeper *keeper, const char *path, uint64_t bytes_max, struct zt_err *err);

/**
 * May files be made in the directory?  Asked again when privileges are gone.
 *
 * @return 0, also when nothing is kept, or -errno.
 */
int zt_keeper_check(const struct zt_keeper *keeper);

void zt_keeper_fini(struct zt_keeper *keeper);

/** Worker: for zt_dissect_options.keep; arg is the keeper. */
bool zt_keeper_take(void *arg, const struct zt_zone_copy *copy);

/** Detector: this alert goes out. */
void zt_keeper_claim(struct zt_keeper *keeper, const struct zt_alert *alert);

/** Detector: this event has been judged. */
void zt_keeper_settle(struct zt_keeper *keeper, const struct zt_event *event);

/** Main: write the zone of the alert, once; takes ZT_TF_KEPT back where there is no
 *  file. */
void zt_keeper_write(struct zt_keeper *keeper, struct zt_alert *alert);

/** Name of the file of an alert whose transfer has ZT_TF_KEPT. @return name. */
const char *zt_keeper_name(
    const struct zt_alert *alert, char name[ZT_KEEPER_NAME_SIZE]);

#endif
