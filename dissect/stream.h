/**
 * @file stream.h
 * What is known of one TCP connection, and what all its parts work with.
 *
 * Reading a direction goes in three steps, each with its own file:
 *   order.c    puts segments in order, holds the early ones, skips what is lost;
 *   cutter.c   cuts the ordered bytes into messages;
 *   overlap.c  looks at bytes that come a second time.
 *
 * Threads:   plain data of one capture worker.
 * Ownership: chains belong to the direction, their blocks to the pool.
 */
#ifndef ZT_DISSECT_STREAM_H
#define ZT_DISSECT_STREAM_H

#include "block_pool.h"
#include "history.h"
#include "packet.h"
#include "sequence.h"
#include "stats.h"
#include "tcp.h"

/** Longest message with its prefix, RFC 1035 section 4.2.2. */
#define ZT_FRAME_MAX (2 + 65535)

/** How far the position in a direction is known. */
enum zt_direction_state {
	ZT_DIRECTION_NEW,	/**< No data seen; next is valid when isn_known. */
	ZT_DIRECTION_FLOATING,	/**< Picked up in the middle: data is held until a
				   message  boundary shows, next is not valid. */
	ZT_DIRECTION_SEARCHING, /**< Reading in order, looking for a boundary. */
	ZT_DIRECTION_SYNCED,	/**< Reading in order, boundaries known. */
};

/** One direction of a stream. */
struct zt_direction {
	struct zt_path path;	/**< Of the last segment that left something unread. */
	struct zt_chain body;	/**< Unfinished message without prefix; while searching
				     the bytes that may be the beginning of one. */
	struct zt_chain second; /**< The unfinished message as the last segments have
				   it, with prefix; empty when they all agree. */
	struct zt_chain held;	/**< Early data, by sequence number, no overlaps. */
	struct zt_chain later;	/**< Other versions of held data. */
	uint64_t last_ns; /**< Time of the last segment that brought something new. */
	uint64_t body_since_ns;	 /**< When the unfinished message began. */
	uint64_t hole_since_ns;	 /**< When data was first held for the present hole. */
	uint64_t acked_since_ns; /**< When the other side first acknowledged beyond the
				      hole; 0: it did not. */
	uint64_t gap_bytes;	 /**< Bytes skipped so far. */
	uint32_t next;		 /**< Sequence number expected next. */
	uint32_t origin;	 /**< First sequence number read. */
	uint32_t isn;		 /**< Of the SYN. */
	uint32_t ack;		 /**< Highest acknowledgement sent by this side. */
	uint32_t fin_seq;	 /**< Sequence number of the FIN. */
	uint32_t lost_lo;	 /**< The hole skipped last: [lost_lo, lost_hi). */
	uint32_t lost_hi;
	uint32_t stale_next; /**< Where the last stale segment ended. */
	uint32_t history;    /**< Slot, or ZT_NO_HISTORY. */
	uint32_t skip;	     /**< Bytes up to the next boundary that nobody wants. */
	uint16_t announced;  /**< Length of the unfinished message. */
	uint16_t last_id;    /**< Id of the last message. */
	uint8_t prefix[2];
	uint8_t prefix_len; /**< Bytes of the prefix that are there, 0 .. 2. */
	uint8_t state;	    /**< enum zt_direction_state. */
	uint8_t unsure;	    /**< Message headers still to be checked after a search. */
	uint8_t n_stale;    /**< Stale segments in a row that follow each other. */
	int8_t qr;	    /**< QR bit of its messages, -1 before the first. */
	bool is_astray;	    /**< The second version has other boundaries; second.h. */
	bool seen;	    /**< Any segment was seen. */
	bool isn_known;
	bool ack_known;
	bool fin_known;
	bool resynced; /**< Framing was lost and is to be counted when found again. */
};

/**
 * Both endpoints in a fixed order, so that both directions give the same key.  Whole
 * words, written and read as such: the processor cannot forward narrow writes to wide
 * reads.
 */
struct zt_stream_key {
	uint64_t addr[2][2];
	uint64_t tunnel_key;
	uint64_t ports; /**< Both ports and the family. */
};

/** Place in a list of stream_list.h. */
struct zt_stream_link {
	uint32_t newer;
	uint32_t older;
};

/** Which link of a stream a list uses. */
enum zt_stream_links {
	ZT_STREAM_LIFE, /**< In `active` or in `closing`. */
	ZT_STREAM_WAIT, /**< In `waiting`, when is_waiting. */
	ZT_N_STREAM_LINKS
};

struct zt_stream {
	struct zt_stream_key key;
	struct zt_direction dir[2]; /**< By the endpoint of the key that sends. */
	struct zt_stream_link link[ZT_N_STREAM_LINKS];
	uint64_t id;	  /**< 0: the last one is over and reported. */
	uint64_t serial;  /**< First id; names the history slots. */
	uint64_t life_ns; /**< When it was put last into its life list. */
	uint64_t end_ns;  /**< Time of the FIN or RST. */
	uint64_t wait_ns; /**< When it was put last into `waiting`. */
	uint8_t end_why;  /**< enum zt_tcp_end, valid while closing. */
	bool is_live;	  /**< The slot is taken. */
	bool is_closing;  /**< FIN or RST was seen. */
	bool is_waiting;  /**< Holds blocks. */
	bool had_message; /**< Brought at least one whole message. */
	bool has_spoken;  /**< Brought anything under this id. */
	bool is_doubted;  /**< A SYN with another number was seen; see syn_notes.h. */
};

/** What the steps share. */
struct zt_reassembly {
	struct zt_block_pool pool;
	struct zt_histories histories;
	struct zt_tcp_handler handler;
	struct zt_dissect_stats *stats;
	uint8_t *message; /**< ZT_FRAME_MAX bytes: a message out of its blocks. */
	uint8_t *work;	  /**< 2 * ZT_FRAME_MAX bytes: search and overlap. */
};

/** One step of work on one direction. */
struct zt_flow {
	struct zt_reassembly *shared;
	struct zt_stream *stream;
	struct zt_direction *dir;  /**< The one that sends. */
	struct zt_direction *peer; /**< The other one. */
	const struct zt_path *path;
	uint64_t ts_ns;
};

/** Name of a direction's history slot. */
static inline uint64_t
zt_flow_owner(const struct zt_flow *flow)
{
	return flow->stream->serial << 1 |
	       (flow->dir == &flow->stream->dir[1] ? 1u : 0u);
}

/** History of the direction, or NULL. */
static inline struct zt_history *
zt_flow_history(const struct zt_flow *flow)
{
	return zt_history_get(
	    &flow->shared->histories, flow->dir->history, zt_flow_owner(flow));
}

/** Count an outcome. */
static inline void
zt_flow_count(const struct zt_flow *flow, enum zt_reject outcome)
{
	zt_count(&flow->shared->stats->outcomes[outcome], 1);
}

#endif
