/**
 * @file documentation.h
 * The parts of the documentation that are made from the program's own lists, so that a
 * test can hold what is checked in against them.
 *
 * Threads: main thread.
 */
#ifndef ZT_SENSOR_DOCUMENTATION_H
#define ZT_SENSOR_DOCUMENTATION_H

#include <stdbool.h>
#include <stdio.h>

/**
 * Print one part: "example" (conf/zonetap.yaml), "man" (settings in mdoc), "table"
 * (settings for README.md), "options" (command line in mdoc), "rejects" (reasons in
 * mdoc).
 *
 * @return false when there is no such part.
 */
bool zt_documentation(const char *part, FILE *to);

#endif
