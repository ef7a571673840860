/**
 * @file setup.h
 * What the owner's configuration makes of the engine: the lists, the zones, the numbers
 * of the rules, prepared for quick use.
 *
 * An engine works by one setup and can be given another while it runs, see
 * zt_engine_reconfigure(): everything that allocates happens in zt_setup_new().
 *
 * Ownership: whoever holds the pointer; params are borrowed for the call.
 * Memory:    the owner's lists, not part of the budget.
 * Threads:   made by any thread, then used by the one of the engine that holds it (the
 *            lists count their matches), freed by any thread.
 */
#ifndef ZT_DETECT_SETUP_H
#define ZT_DETECT_SETUP_H

#include "params.h"

struct zt_setup;

/** @return NULL when memory is short.  params.key is that of the engine. */
struct zt_setup *zt_setup_new(const struct zt_params *params);

/** Accepts NULL and half-built objects; sets the pointer to NULL. */
void zt_setup_free(struct zt_setup **setup);

#endif
