/**
 * @file dissect.h
 * Front door of the dissector: captured packets in, events out.
 *
 *   packet -> layers (link, tunnel, IP, fragments, UDP) -> tcp -> message -> event
 *
 * Threads:   one object per capture worker; nothing is shared and nothing is global.
 * Ownership: packets are borrowed for the call, events for the callback.
 * Clock:     capture time only; the dissector never asks the system for the time.
 * Memory:    all state is allocated by zt_dissect_new() from the budgets in its
 * options. Logging:   none; everything is counted, see stats.h.
 */
#ifndef ZT_DISSECT_DISSECT_H
#define ZT_DISSECT_DISSECT_H

#include <stddef.h>

#include "collection.h"
#include "event.h"
#include "hash.h"
#include "packet.h"
#include "signature.h"
#include "stats.h"

/** Receives each event; ev is borrowed for the call and ev->size bytes long. */
typedef void (*zt_event_fn)(void *arg, const struct zt_event *ev);

/** A zone that left, when the answer is over; borrowed for the call. */
struct zt_zone_copy {
	const struct zt_collections *collections;
	const struct zt_collection *collection; /**< In the order of their coming. */
	const struct zt_name *apex;
	uint64_t transfer_id; /**< Of struct zt_transfer. */
	bool is_partial;      /**< The answer was broken off, or not seen whole. */
};

/** Take a copy of what is wanted. @return whether it was taken. */
typedef bool (*zt_keep_fn)(void *arg, const struct zt_zone_copy *copy);

struct zt_dissect_options {
	const uint16_t *ports;	      /**< DNS ports; borrowed for the call to new. */
	size_t n_ports;		      /**< 1 .. 16. */
	size_t fragment_bytes;	      /**< Budget for fragments; default 4 MiB. */
	size_t tcp_streams;	      /**< Streams followed at once; default 65536. */
	size_t tcp_bytes;	      /**< Budget for TCP reassembly; default 16 MiB. */
	uint64_t tcp_idle_ns;	      /**< Idle time after which a stream is over. */
	uint64_t transfer_timeout_ns; /**< An unanswered transfer is timed-out. */
	size_t exchanges;	      /**< Open queries remembered; a power of two. */
	size_t transfers;	      /**< Transfers followed at once. */
	bool drop_duplicates;	      /**< See layers.h. */
	bool encrypted;		      /**< Look at DNS over TLS, see sealed.h. */
	bool check_sums;	      /**< See checksum.h; default true. */
	uint8_t worker;		      /**< Written into each event. */
	const struct zt_signature_key *keys; /**< Secrets; borrowed for new. */
	size_t n_keys;
	const struct zt_digests *digests; /**< NULL: no signatures; borrowed. */
	size_t zone_bytes; /**< Budget for the records of transfers; default 8 MiB. */
	zt_keep_fn keep;   /**< NULL: zones are not kept. */
	void *keep_arg;
	struct zt_hash_key key;
	zt_event_fn emit;
	void *emit_arg;
};

struct zt_dissect;

/** Fill options with the defaults above (port 53, key zero, emit NULL). */
void zt_dissect_defaults(struct zt_dissect_options *options);

/** @return NULL when memory is short.  options are borrowed for the call. */
struct zt_dissect *zt_dissect_new(const struct zt_dissect_options *options);

/** Accepts NULL and half-built objects; sets the pointer to NULL; emits nothing. */
void zt_dissect_free(struct zt_dissect **dissect);

/** Dissect one packet.  Any bytes are valid input. */
void zt_dissect_packet(struct zt_dissect *dissect, const struct zt_packet *packet);

/** Time goes on without packets (silent link): expire what is due, emit a tick. */
void zt_dissect_tick(struct zt_dissect *dissect, uint64_t now_ns);

/**
 * End of input: unfinished streams, messages and transfers are brought to their end and
 * a last tick is emitted.  The object can be used again afterwards.
 */
void zt_dissect_flush(struct zt_dissect *dissect);

/** The counters; valid as long as the object. */
const struct zt_dissect_stats *zt_dissect_stats(const struct zt_dissect *dissect);

#endif
