/**
 * @file sealed.h
 * DNS over TLS on port 853, which a tap cannot read: who offered "dot", how much went
 * which way, and in which turns.
 *
 * Counted: bytes by their sequence numbers, so that what the tap missed counts as well; a
 *          run is what the server sends until the client sends again.  The first run
 *          is the handshake and belongs to none.
 * Events:  one ZT_EVENT_SEALED when a connection ends that offered "dot".
 * Hellos:  in one record or several, in one segment or several in order.  Others, longer
 *          ones and those for which there is no room are counted (ZT_R_HELLO_UNREAD);
 *          their connections are not followed.
 * Ends:    FIN or RST, silence, the end of input, another connection that needs the room.
 * Memory:  a fixed table of ZT_SEALED_CONNECTIONS in sets of four, and room for
 *          ZT_SEALED_HELLOS hellos of more than one segment.
 * Work:    one set of the table a segment; a hello is read again for each of its segments.
 * Threads: one object per capture worker.
 * Source:  RFC 7858 (DNS over TLS), RFC 9103 (zone transfer over TLS).
 */
#ifndef ZT_DISSECT_SEALED_H
#define ZT_DISSECT_SEALED_H

#include "dissect.h"
#include "packet.h"

#define ZT_SEALED_PORT	      853u
#define ZT_SEALED_CONNECTIONS 4096u
#define ZT_SEALED_HELLOS      64u
/** Room for a hello of more than one segment, the headers of its records included. */
#define ZT_SEALED_HELLO_MAX 4608u

struct zt_seals;

/** @return NULL when memory is short. */
struct zt_seals *zt_seals_new(
    const struct zt_dissect_options *options, struct zt_dissect_stats *stats);

/** Accepts NULL; sets the pointer to NULL. */
void zt_seals_free(struct zt_seals **seals);

/** Is this a segment from or to the port? */
static inline bool
zt_seals_want(const struct zt_datagram *segment)
{
	return segment->path.transport == ZT_PROTO_TCP &&
	       (segment->path.src_port == ZT_SEALED_PORT ||
		   segment->path.dst_port == ZT_SEALED_PORT);
}

/** @return the outcome of the packet. */
enum zt_reject zt_seals_segment(
    struct zt_seals *seals, const struct zt_datagram *segment);

/** End what was silent for options->tcp_idle_ns; looks at a part of the table. */
void zt_seals_expire(struct zt_seals *seals, uint64_t now_ns);

/** End of input. */
void zt_seals_flush(struct zt_seals *seals);

#endif
