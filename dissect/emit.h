/**
 * @file emit.h
 * One event under construction: header from a path, then name, origin and records.
 *
 * Use:       zt_emit_begin(); set further header fields of emit->event; then the tail
 *            in the order of event.h: zt_emit_name(), zt_emit_origin() and
 *            zt_emit_append() for each record; event.size is right after every step.
 * Ownership: the caller's storage; nothing is allocated and nothing is kept.
 * Limits:    ZT_EVENT_MAX bytes; what does not fit is left out and the call says so.
 * Threads:   an object belongs to one thread.
 */
#ifndef ZT_DISSECT_EMIT_H
#define ZT_DISSECT_EMIT_H

#include "event.h"
#include "packet.h"
#include "walk.h"

struct zt_emit {
	union {
		struct zt_event event;
		uint8_t bytes[ZT_EVENT_MAX];
	};
};

/**
 * Start an event: zero the header, then client, server, ports, family, transport,
 * VLANs, interface, TTL and ZT_EF_IP_DF from the path.
 *
 * @param emit         the caller's; whatever it held is gone.
 * @param path         of the packet that carried the message.
 * @param from_server  the message went from server to client: src is the server.
 */
void zt_emit_begin(struct zt_emit *emit, const struct zt_path *path, bool from_server);

/**
 * Append the name, and its raw spelling when there is one; sets name_len, n_labels and
 * ZT_EF_RAW_NAME.  name_hash stays the caller's.
 *
 * @param name  folded; NULL or len 0: no name.
 * @param raw   name->len bytes as sent, or NULL.
 */
void zt_emit_name(struct zt_emit *emit, const struct zt_name *name, const uint8_t *raw);

/**
 * Write the origin of a path and of a client subnet.
 *
 * @return false, and an empty origin, when there is neither.
 */
bool zt_emit_fill_origin(
    struct zt_origin *origin, const struct zt_path *path, const struct zt_edns *edns);

/**
 * Append the origin where the path has tunnels or the message a client subnet; sets
 * ZT_EF_TUNNEL and ZT_EF_ECS.
 *
 * @param edns  NULL when there is no OPT record.
 */
void zt_emit_origin(
    struct zt_emit *emit, const struct zt_path *path, const struct zt_edns *edns);

/**
 * Append len bytes of records, len a multiple of 8.
 *
 * @return false, and nothing appended, when they do not fit.
 */
bool zt_emit_append(struct zt_emit *emit, const void *records, size_t len);

#endif
