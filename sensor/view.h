/**
 * @file view.h
 * A JSON result as text for people: lists of objects become tables, objects become lists of
 * their members.
 *
 * Units:     come from the names of members, as the daemon writes them: *_bytes, *_s,
 *            *_per_s; times are cut to seconds.
 * Width:     columns that do not fit are left out from the right, and that is said.
 * Text:      control characters become '?'.
 * Threads:   one; the values are not changed (jansson iterates over what is not const).
 */
#ifndef ZT_SENSOR_VIEW_H
#define ZT_SENSOR_VIEW_H

#include <jansson.h>
#include <stdio.h>

/** A result: a table where it begins with one, its other members below. */
void zt_view_print(json_t *object, unsigned width, FILE *to);

/** One value as it stands in a cell; freed with free(3), NULL: memory is short. */
char *zt_view_cell(const char *key, json_t *value);

#endif
