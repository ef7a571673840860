/**
 * @file roster_priv.h
 * Shared by roster.c and roster_state.c alone.
 */
#ifndef ZT_DETECT_ROSTER_PRIV_H
#define ZT_DETECT_ROSTER_PRIV_H

#include "roster.h"

/** Put a secondary behind the last one; it is not there yet.  @return NULL when full. */
struct zt_secondary *zt_roster_append(
    struct zt_roster *roster, const struct zt_secondary *secondary);

#endif
