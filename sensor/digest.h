/**
 * @file digest.h
 * Hash functions for the dissector: the only file that sees libcrypto.
 *
 * Errors:  what the library does not have (MD5, where it is forbidden by policy) cannot
 *          be opened.
 * Threads: a digest belongs to one thread, the functions to all.
 */
#ifndef ZT_SENSOR_DIGEST_H
#define ZT_SENSOR_DIGEST_H

#include "../dissect/digest.h"

/** The library reads its configuration when it is first used; that has to come before a
 *  thread is confined. */
void zt_digests_prepare(void);

/** The functions of libcrypto. */
extern const struct zt_digests zt_digests_libcrypto;

#endif
