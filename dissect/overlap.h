/**
 * @file overlap.h
 * TCP bytes that come a second time.
 *
 * Equal bytes are an ordinary retransmission and give nothing.  Other bytes in the same
 * place are a conflict: the first version has been read already, and the messages that
 * the second version makes are handed over flagged alternate, since the server may have
 * taken either.  Several conflicts in one message add up: the alternate is what a
 * server holds that always takes the last version.
 *
 * Limit:   only the last ZT_HISTORY_BYTES of a direction can be compared.
 * Work:    bounded by ZT_HISTORY_BYTES and the segment.
 * Threads: one capture worker.
 */
#ifndef ZT_DISSECT_OVERLAP_H
#define ZT_DISSECT_OVERLAP_H

#include "stream.h"

/** Compare n bytes at seq with what was read before; those at dir->next and behind it
 *  are left alone. */
void zt_overlap_check(
    struct zt_flow *flow, uint32_t seq, const uint8_t *data, size_t n);

#endif
