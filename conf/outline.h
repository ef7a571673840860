/**
 * @file outline.h
 * Section headers of a YAML file that is written row by row.
 *
 * Threads: pure functions.
 */
#ifndef ZT_CONF_OUTLINE_H
#define ZT_CONF_OUTLINE_H

#include <stdio.h>

/**
 * Print the headers that lead from one section to the next, indented.
 *
 * @param previous  section of the row before; "" at the start.
 * @param section   section of the row that follows.
 * @return levels of section: the row is indented by twice as many blanks.
 */
unsigned zt_outline_open(FILE *out, const char *previous, const char *section);

/** Twice as many blanks as levels. */
void zt_outline_indent(FILE *out, unsigned levels);

#endif
