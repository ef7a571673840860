/**
 * @file stream_list.h
 * Streams in the order in which something happened to them.
 *
 * Shape:   doubly linked by index into the array of streams; the oldest end is the one
 *          whose time comes first.
 * Threads: one capture worker.
 */
#ifndef ZT_DISSECT_STREAM_LIST_H
#define ZT_DISSECT_STREAM_LIST_H

#include "stream.h"

/** No stream. */
#define ZT_NO_STREAM UINT32_MAX

struct zt_stream_list {
	struct zt_stream *streams;
	enum zt_stream_links which;
	uint32_t oldest;
	uint32_t newest;
};

static inline void
zt_stream_list_init(
    struct zt_stream_list *list, struct zt_stream *streams, enum zt_stream_links which)
{
	list->streams = streams;
	list->which = which;
	list->oldest = ZT_NO_STREAM;
	list->newest = ZT_NO_STREAM;
}

/** Add a stream that is in no list of this kind as the newest. */
static inline void
zt_stream_list_add(struct zt_stream_list *list, uint32_t index)
{
	struct zt_stream_link *link = &list->streams[index].link[list->which];

	link->newer = ZT_NO_STREAM;
	link->older = list->newest;
	if (list->newest == ZT_NO_STREAM)
		list->oldest = index;
	else
		list->streams[list->newest].link[list->which].newer = index;
	list->newest = index;
}

/** Take a stream out that is in this list. */
static inline void
zt_stream_list_remove(struct zt_stream_list *list, uint32_t index)
{
	struct zt_stream_link *link = &list->streams[index].link[list->which];

	if (link->older == ZT_NO_STREAM)
		list->oldest = link->newer;
	else
		list->streams[link->older].link[list->which].newer = link->newer;
	if (link->newer == ZT_NO_STREAM)
		list->newest = link->older;
	else
		list->streams[link->newer].link[list->which].older = link->older;
}

#endif
