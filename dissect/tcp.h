/**
 * @file tcp.h
 * TCP streams on DNS ports, put back in order and cut into DNS messages.
 *
 * Shape:    a fixed table of streams, each with two directions; a direction holds the
 *           next expected sequence number, the unfinished message and out-of-order
 *           segments.  Streams start at the first segment with data, not at the SYN, so
 *           a flood of SYNs costs nothing.
 * Framing:  two-byte length prefix, RFC 1035 section 4.2.2 and RFC 7766 section 8; a
 *           message may span segments, a segment may hold many messages.
 * Loss:     a hole that cannot be filled any more is skipped: its bytes are counted,
 *           and reading goes on at the next plausible message.
 * Conflict: where two segments carry different bytes for the same place, the first are
 *           kept and the second version is handed over as a message of its own, flagged
 *           alternate, because a tap cannot know which one the server took.
 * Memory:   stream table and byte budget are allocated or bounded at creation.  Full:
 *           the least recently used stream is given up and counted (flow_evicted).
 * Threads:  one object per capture worker.
 * Source:   RFC 9293, RFC 7766; policy notes in NOTES.md.
 */
#ifndef ZT_DISSECT_TCP_H
#define ZT_DISSECT_TCP_H

#include <stddef.h>

#include "hash.h"
#include "packet.h"
#include "stats.h"

/** Why a stream will bring nothing more. */
enum zt_tcp_end {
	ZT_TCP_END_FIN,	    /**< Both sides closed, or the one that is seen did. */
	ZT_TCP_END_RST,	    /**< Reset. */
	ZT_TCP_END_IDLE,    /**< Nothing for the idle time. */
	ZT_TCP_END_REUSED,  /**< A new connection took the same ports. */
	ZT_TCP_END_EVICTED, /**< Table or budget full. */
	ZT_TCP_END_FLUSH,   /**< End of input. */
};

/**
 * One message cut out of a stream.
 *
 * The user counts messages and their outcomes, also of partial and alternate ones.  A
 * length prefix below 12 is handed on as a message with len 0 and that announced_len
 * (bad_tcp_len); framing is then looked for again.
 */
struct zt_tcp_message {
	const struct zt_path *path; /**< Of the segment that completed the message; of
				       the last one when partial. */
	const uint8_t *data;	    /**< Message without its length prefix. */
	uint64_t ts_ns;		    /**< Time of the segment that completed it. */
	uint64_t stream_id; /**< Same for all messages of one connection; never 0. */
	uint64_t gap_bytes; /**< Missing bytes in this direction so far. */
	uint32_t len;	    /**< Bytes at data. */
	uint32_t
	    announced_len; /**< What the prefix said; more than len when partial. */
	bool partial;	   /**< The rest of the message will not come. */
	bool alternate;	   /**< Second version of overlapping bytes. */
	bool one_sided;	   /**< Nothing of the other direction was seen so far. */
};

struct zt_tcp_handler {
	void *arg;
	/** A message is complete, or as complete as it will get. */
	void (*message)(void *arg, const struct zt_tcp_message *message);
	/** Bytes were lost between two messages of one direction. */
	void (*gap)(void *arg, uint64_t stream_id, const struct zt_path *path,
	    uint64_t bytes, uint64_t ts_ns);
	/** The stream is over; no message with this id follows.  Should data of the
	 * same connection still come (a forged FIN or RST), they get a new id. */
	void (*end)(void *arg, uint64_t stream_id, enum zt_tcp_end why, uint64_t ts_ns);
};

struct zt_tcp_options {
	size_t max_streams;  /**< 64 .. 1048576, else the nearest of these. */
	size_t buffer_bytes; /**< Budget for unfinished messages, held segments and
				  what retransmissions are compared with; at least
				  1 MiB is taken. */
	uint64_t idle_ns;    /**< A stream without data this long is over. */
	struct zt_hash_key key;
};

struct zt_tcp;

/** @return NULL when memory is short.  options and handler are copied. */
struct zt_tcp *zt_tcp_new(const struct zt_tcp_options *options,
    const struct zt_tcp_handler *handler, struct zt_dissect_stats *stats);

/** Accepts NULL and half-built objects; sets the pointer to NULL; calls no handler. */
void zt_tcp_free(struct zt_tcp **tcp);

/**
 * One segment, with or without data.
 *
 * @param segment  borrowed for the call; transport is TCP.
 * @return ZT_ACCEPT when it carried data, ZT_R_NO_PAYLOAD otherwise.
 */
enum zt_reject zt_tcp_segment(struct zt_tcp *tcp, const struct zt_datagram *segment);

/** Close streams that have been idle; bounded work per call. */
void zt_tcp_expire(struct zt_tcp *tcp, uint64_t now_ns);

/** End of input: deliver what is unfinished and end all streams. */
void zt_tcp_flush(struct zt_tcp *tcp, uint64_t now_ns);

#endif
