/**
 * @file inspect_priv.h
 * The parts of an engine, shared by engine.c and inspect.c.
 *
 * Threads: the engine's.
 */
#ifndef ZT_DETECT_INSPECT_PRIV_H
#define ZT_DETECT_INSPECT_PRIV_H

#include "inspect.h"
#include "judge.h"

struct zt_setup;

/** The parts of an engine, borrowed from it. */
struct zt_engine_inside {
	const struct zt_sources *sources;
	const struct zt_tracks *tracks;
	const struct zt_incidents *incidents;
	const struct zt_arena *arena;
	const struct zt_setup *setup;
	uint64_t now_ns; /**< Engine time. */
	uint8_t prefix_v4;
	uint8_t prefix_v6;
};

/** Defined beside the engine. */
void zt_engine_inside(const struct zt_engine *engine, struct zt_engine_inside *inside);

#endif
