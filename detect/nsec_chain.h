/**
 * @file nsec_chain.h
 * Names that follow from NSEC records which the same source was shown before.
 *
 * Every NSEC record says which name comes next (RFC 4034 section 4.1.1).  Whoever then
 * asks for that name, or for one just behind it, walks the zone.  A name follows when
 *   it is a name that was disclosed as the next one;
 *   it is one label below such a name (0.NAME, and so past it in canonical order);
 *   its first label is that of such a name with one more byte at its end
 *   (NAME\000, NAME-, doubled last letter).
 * The disclosed names are the keys that rule nsec-walk keeps in its track of the
 * source.
 *
 * Work:    at most three hashes of a name.
 * Threads: one.
 */
#ifndef ZT_DETECT_NSEC_CHAIN_H
#define ZT_DETECT_NSEC_CHAIN_H

#include "judge.h"

/** Whether the name of the event follows from what its source was shown. */
bool zt_nsec_chain_follows(const struct zt_judge *judge);

#endif
