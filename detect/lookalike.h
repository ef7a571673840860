/**
 * @file lookalike.h
 * Domain names that are made to be taken for one of ours.
 *
 * A label looks like a protected one (the second-level label of a configured zone) when
 *   one letter was added, left out, changed or swapped with its neighbour (two, for
 *   labels of LONG_LABEL letters and more);
 *   it holds the whole protected label and something more (example-login);
 *   it is the same label under another top-level domain.
 * These are the families that permutation tools produce; names in other scripts (xn--)
 * are not decoded.
 *
 * Work:    per protected label of similar length one table of at most 64 x 64 steps;
 *          labels that share neither their beginning nor their end are left out first.
 * Limits:  the first ZT_LOOKALIKES_MAX configured zones of two or three labels.
 * Threads: read only after creation.
 */
#ifndef ZT_DETECT_LOOKALIKE_H
#define ZT_DETECT_LOOKALIKE_H

#include "params.h"

/** Protected labels. */
#define ZT_LOOKALIKES_MAX 64u

struct zt_lookalikes;

/** @return NULL when memory is short.  zones are borrowed for the call. */
struct zt_lookalikes *zt_lookalikes_new(
    const struct zt_zone_policy *zones, size_t n_zones);

/** Accepts NULL; sets the pointer to NULL. */
void zt_lookalikes_free(struct zt_lookalikes **lookalikes);

/**
 * Whether a name looks like a protected one without being it.
 *
 * @param name   folded wire form of a registrable name: label, then suffix.
 * @param which  out: the protected zone's name, borrowed; untouched when false.
 */
bool zt_lookalikes_match(const struct zt_lookalikes *lookalikes, const uint8_t *name,
    size_t len, const struct zt_zone_name **which);

#endif
