/**
 * @file landlock.h
 * Which parts of the file system the process may see, kept by the kernel (Landlock).
 *
 * Rule:      what is below a place that was named; everything else cannot be opened,
 *            whoever owns it.  What is open already stays open.
 * Threads:   main thread, before it makes others: they inherit it.
 * Limits:    kernels before 5.13, or without the module, have none: that is said, and
 *            everything goes on.  Connecting to sockets is not governed by it.
 * Source:    landlock(7); raw system calls, the C library has none.
 */
#ifndef ZT_SENSOR_LANDLOCK_H
#define ZT_SENSOR_LANDLOCK_H

#include "../conf/err.h"
#include "places.h"

/**
 * Keep the process to its places.  Places that do not exist, or may not be entered
 * anyway, are left out.
 *
 * @return the kernel's version of Landlock, 1 or more; 0 when it has none; -errno with
 *         the reason in err when it has and refuses.
 */
int zt_landlock_enter(const struct zt_places *places, struct zt_err *err);

#endif
