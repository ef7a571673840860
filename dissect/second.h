/**
 * @file second.h
 * The second version of a direction whose bytes were sent in two versions.
 *
 * In step: the second version differs within one message; it ends with that message.
 * Astray:  the second version has other message boundaries (a forged length prefix came
 *          first, and the server may never have got it).  Then all that follows is cut
 *          by those boundaries as well, until both versions agree on one.
 * Results: messages flagged alternate.
 * Threads: one capture worker.
 */
#ifndef ZT_DISSECT_SECOND_H
#define ZT_DISSECT_SECOND_H

#include "stream.h"

static inline bool
zt_second_is_on(const struct zt_direction *dir)
{
	return dir->second.bytes > 0 || dir->is_astray;
}

/**
 * Begin a second version, or replace the one that is in step.
 *
 * @param data    its unfinished message with prefix, up to dir->next; n may be 0 when
 * it is astray.
 */
void zt_second_begin(
    struct zt_flow *flow, const uint8_t *data, size_t n, bool is_astray);

/** The n bytes from seq on, which have just been cut by the first version. */
void zt_second_feed(struct zt_flow *flow, const uint8_t *data, size_t n, uint32_t seq);

/** Nothing more comes for it. */
void zt_second_end(struct zt_flow *flow);

#endif
