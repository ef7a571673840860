/**
 * @file walker.h
 * Walks frames through the layers with one list of ports, and keeps what came out.
 */
#ifndef ZT_TESTS_WALKER_H
#define ZT_TESTS_WALKER_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/layers.h"
#include "frame.h"

/** A walker, its counters and the result of the last walk. */
struct walker {
	struct zt_dissect_stats stats;
	struct zt_layers *layers;
	struct zt_datagram out;
	struct frame frame; /**< Of the last walk(): the payload points into it. */
	uint64_t now_ns;
};

static inline void
walker_start(struct walker *w, bool drop_duplicates)
{
	static const uint16_t ports[] = { 53 };
	const struct zt_layers_options options = {
		.ports = ports,
		.n_ports = 1,
		.fragment_bytes = (size_t)4 << 20,
		.drop_duplicates = drop_duplicates,
		.key = { 1, 2 },
	};

	memset(w, 0, sizeof(*w));
	w->now_ns = UINT64_C(1000000000000);
	w->layers = zt_layers_new(&options, &w->stats);
	ck_assert_ptr_nonnull(w->layers);
}

static inline void
walker_stop(struct walker *w)
{
	zt_layers_free(&w->layers);
	ck_assert_ptr_null(w->layers);
}

static inline enum zt_reject
walk_bytes(struct walker *w, unsigned link_type, const uint8_t *data, size_t caplen,
    size_t wirelen)
{
	const struct zt_packet packet = {
		.data = data,
		.ts_ns = w->now_ns,
		.caplen = (uint32_t)caplen,
		.wirelen = (uint32_t)wirelen,
		.link_type = (uint16_t)link_type,
		.interface = 3,
	};

	memset(&w->out, 0xa5, sizeof(w->out));
	return zt_layers_walk(w->layers, &packet, &w->out);
}

static inline enum zt_reject
walk_frame(struct walker *w, unsigned link_type, const struct frame *f)
{
	return walk_bytes(w, link_type, frame_data(f), frame_len(f), frame_len(f));
}

/** Walk the words as a frame of a link type. */
static inline enum zt_reject
walk(struct walker *w, unsigned link_type, const char *words)
{
	frame_build(&w->frame, words);
	return walk_frame(w, link_type, &w->frame);
}

#define assert_outcome(got, want)                                                     \
	do {                                                                          \
		enum zt_reject got_ = (got), want_ = (want);                          \
		ck_assert_msg(got_ == want_, "%s, expected %s", zt_reject_name(got_), \
		    zt_reject_name(want_));                                           \
	} while (0)

#endif
