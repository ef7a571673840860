/**
 * @file section.h
 * Dotted section paths: "detect.rules.zone-transfer".
 *
 * A section is its first len bytes, so that the sections above it need no copies.
 *
 * Threads: pure functions.
 */
#ifndef ZT_CONF_SECTION_H
#define ZT_CONF_SECTION_H

#include <stdbool.h>
#include <stddef.h>

struct zt_section {
	const char *path; /**< Not always terminated after len. */
	size_t len;	  /**< 0: the top. */
};

/** Is path (terminated) the section itself? */
bool zt_section_is(struct zt_section section, const char *path);

/**
 * The word of path that follows the section: "rules" of "detect.rules.x" in "detect".
 *
 * @param len  out: its bytes.
 * @return NULL when path is not below the section.
 */
const char *zt_section_next(struct zt_section section, const char *path, size_t *len);

#endif
