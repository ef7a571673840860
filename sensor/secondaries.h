/**
 * @file secondaries.h
 * The roster of secondaries for people: the list to be reviewed and pasted under `zones`,
 * and the file from which a restart goes on.
 *
 * Form:    YAML that the configuration accepts as it is; what is only good to know stands
 *          in comments.  Zones, and addresses in them, are sorted.
 * Threads: main thread.
 */
#ifndef ZT_SENSOR_SECONDARIES_H
#define ZT_SENSOR_SECONDARIES_H

#include "../detect/engine.h"
#include "log.h"

/** @return text to be freed, or NULL when memory is short. */
char *zt_secondaries_yaml(const struct zt_roster *roster);

/**
 * Write the list to path and the roster as it is to path.state; failures are logged.
 *
 * @param saved  what zt_roster_save() wrote.
 * @return whether both are written.
 */
bool zt_secondaries_store(
    struct zt_log *log, const char *path, const uint8_t *saved, size_t len);

/**
 * Go on from path.state, before the first event.  Without such a file, or with one that
 * is damaged or of another version (logged), learning starts anew.
 */
void zt_secondaries_restore(
    struct zt_log *log, const char *path, struct zt_engine *engine);

/** Write the list alone, after a replay; a failure is logged. */
void zt_secondaries_list(
    struct zt_log *log, const char *path, const struct zt_engine *engine);

#endif
