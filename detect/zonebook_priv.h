/**
 * @file zonebook_priv.h
 * What the files of the zonebook know of one another.
 */
#ifndef ZT_DETECT_ZONEBOOK_PRIV_H
#define ZT_DETECT_ZONEBOOK_PRIV_H

#include "zonebook.h"

/** Note the size of a zone that a server sent as a whole; in a full set the one that was
 *  not seen for longest goes. */
void zt__zonebook_weigh(struct zt_zonebook *book, const struct zt_event *event,
    uint64_t zone, uint64_t now_ns);

#endif
