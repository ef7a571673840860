/**
 * @file service.h
 * The part that talks to the service manager: that capture runs, how it goes, that a
 * reload begins and ends, that the end begins, and that every thread lives.
 *
 * Threads: main thread.
 */
#ifndef ZT_SENSOR_SERVICE_H
#define ZT_SENSOR_SERVICE_H

#include "daemon.h"

/** A reload begins.  Nothing happens when there is no service manager. */
void zt_service_reloading(struct zt_daemon *daemon);

/** It is over. */
void zt_service_reloaded(struct zt_daemon *daemon, bool is_in_force);

#endif
