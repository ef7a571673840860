/**
 * @file message.h
 * From the bytes of one DNS message to events: screen, walk, exchange, transfer.
 *
 * Threads:   one object per capture worker.
 * Memory:    allocated at creation; nothing per message except inside ldns on the rare
 *            path (decode.c).
 * Work:      bounded per message, see screen.h and walk.h.
 */
#ifndef ZT_DISSECT_MESSAGE_H
#define ZT_DISSECT_MESSAGE_H

#include "dissect.h"
#include "packet.h"
#include "tcp.h"

struct zt_messages;

/** @return NULL when memory is short.  stats must outlive the object. */
struct zt_messages *zt_messages_new(
    const struct zt_dissect_options *options, struct zt_dissect_stats *stats);

/** Accepts NULL and half-built objects; sets the pointer to NULL. */
void zt_messages_free(struct zt_messages **messages);

/** One UDP datagram on a DNS port. */
void zt_messages_udp(struct zt_messages *messages, const struct zt_datagram *datagram);

/** One message out of a TCP stream. */
void zt_messages_tcp(
    struct zt_messages *messages, const struct zt_tcp_message *message);

/** Bytes of a TCP stream were lost. */
void zt_messages_tcp_gap(struct zt_messages *messages, uint64_t stream_id,
    const struct zt_path *path, uint64_t bytes, uint64_t ts_ns);

/** A TCP stream ended; its transfers get their final verdict. */
void zt_messages_tcp_end(struct zt_messages *messages, uint64_t stream_id,
    enum zt_tcp_end why, uint64_t ts_ns);

/** Time out exchanges and transfers; bounded work per call. */
void zt_messages_expire(struct zt_messages *messages, uint64_t now_ns);

/** End of input: every open transfer gets its final verdict. */
void zt_messages_flush(struct zt_messages *messages, uint64_t now_ns);

#endif
