/**
 * @file interfaces.h
 * Names of capture interfaces by the number that travels in packets and events.
 *
 * Number 0 is "no name": classic capture files do not say where they come from.
 *
 * Threads:  names are added by capture workers (a lock keeps them apart) and read by
 *           any thread that got the number through a queue; a name never changes.
 * Limits:   ZT_INTERFACES_MAX names; further ones get number 0.
 */
#ifndef ZT_SENSOR_INTERFACES_H
#define ZT_SENSOR_INTERFACES_H

#include <stddef.h>
#include <stdint.h>

/** Names kept, number 0 included. */
#define ZT_INTERFACES_MAX 1024
/** Bytes of a name, terminator included; longer ones are cut. */
#define ZT_INTERFACE_NAME_SIZE 64

struct zt_interfaces;

/** @return NULL when memory is short. */
struct zt_interfaces *zt_interfaces_new(void);

/** Accepts NULL; sets the pointer to NULL. */
void zt_interfaces_free(struct zt_interfaces **interfaces);

/**
 * The number of a name, new or known.
 *
 * @param name  len bytes, borrowed; anything that is not printable ASCII becomes '?'.
 * @return 0 for an empty name and when the table is full.
 */
uint16_t zt_interfaces_add(
    struct zt_interfaces *interfaces, const char *name, size_t len);

/** The name of a number; NULL for 0 and for numbers never given out. */
const char *zt_interfaces_name(const struct zt_interfaces *interfaces, uint16_t number);

#endif
