/**
 * @file tcp_priv.h
 * What tcp.c (segments) and tcp_life.c (beginning, waiting and end of streams) share.
 *
 * Threads: as tcp.h.
 */
#ifndef ZT_DISSECT_TCP_PRIV_H
#define ZT_DISSECT_TCP_PRIV_H

#include "order.h"
#include "stream_table.h"
#include "syn_notes.h"

struct zt_tcp {
	struct zt_reassembly shared;
	struct zt_stream_table table;
	struct zt_syn_notes notes;
	struct zt_stream_list active;  /**< By their last new data. */
	struct zt_stream_list closing; /**< By FIN, RST or data after that. */
	struct zt_stream_list waiting; /**< Hold blocks; by their last progress. */
	struct zt_hash_key key;
	uint64_t idle_ns;
	uint64_t last_id;
};

/** Work on one direction (0 or 1) without a segment. */
struct zt_flow zt__tcp_flow_of(
    struct zt_tcp *tcp, struct zt_stream *stream, unsigned from, uint64_t ts_ns);

/** A new stream for these endpoints; takes the note of its SYNs. */
struct zt_stream *zt__tcp_begin_stream(
    struct zt_tcp *tcp, const struct zt_stream_key *key, uint64_t hash, uint64_t ts_ns);

/** The next id for a stream. */
void zt__tcp_name_stream(struct zt_tcp *tcp, struct zt_stream *stream);

/** Put the stream last into the list of its kind. */
void zt__tcp_set_life(
    struct zt_tcp *tcp, struct zt_stream *stream, bool is_closing, uint64_t ts_ns);

/** Keep the stream in or out of the waiting list; progress puts it last. */
void zt__tcp_set_waiting(
    struct zt_tcp *tcp, struct zt_stream *stream, bool progress, uint64_t ts_ns);

/** Have blocks for n more bytes of this stream, at the cost of those that wait longest.
 */
void zt__tcp_reserve(
    struct zt_tcp *tcp, const struct zt_stream *stream, size_t n, uint64_t ts_ns);

/** The stream is over: hand over what is left and say so.  The slot stays, so that
 *  retransmissions that still come are known for what they are. */
void zt__tcp_finish(
    struct zt_tcp *tcp, struct zt_stream *stream, enum zt_tcp_end why, uint64_t ts_ns);

/** The same with the reason and time of its FIN or RST, if there was one. */
void zt__tcp_finish_as_it_stands(
    struct zt_tcp *tcp, struct zt_stream *stream, enum zt_tcp_end why, uint64_t ts_ns);

/** Free the slot of a finished stream. */
void zt__tcp_release(struct zt_tcp *tcp, struct zt_stream *stream);

#endif
