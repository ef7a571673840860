/**
 * @file places.h
 * Directories that a process still needs when everything is open.
 *
 * Threads:   main thread.
 * Limits:    ZT_PLACES_MAX; a place more is an error.
 */
#ifndef ZT_SENSOR_PLACES_H
#define ZT_SENSOR_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include "../conf/conf.h"

/** Places of one process. */
#define ZT_PLACES_MAX 256

/** A place, and what may happen below it. */
struct zt_place {
	char *directory; /**< Owned. */
	bool is_written; /**< Files are made, written, renamed and removed. */
};

struct zt_places {
	struct zt_place items[ZT_PLACES_MAX];
	size_t count;
};

/** A directory; one that is there already is kept once.  @return 0; -ENOMEM; -E2BIG. */
int zt_places_add(struct zt_places *places, const char *directory, bool is_written);

/** The directory in which a file lies.  The same results. */
int zt_places_add_parent(struct zt_places *places, const char *path, bool is_written);

/** Accepts one that was zeroed. */
void zt_places_fini(struct zt_places *places);

/** Every setting that is a path: what it names, and where it lies, is written.  The same
 *  results. */
int zt_places_add_settings(struct zt_places *places, const struct zt_conf *conf);

/** Directories that the service manager has made for us, in a variable of the
 *  environment with colons, systemd.exec(5).  The same results. */
int zt_places_add_variable(struct zt_places *places, const char *name);

#endif
