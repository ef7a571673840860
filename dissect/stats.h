/**
 * @file stats.h
 * The counters of one dissector.
 *
 * Threads: written by the capture worker alone with relaxed atomic stores, so that any
 *          thread may read a counter at any time; a sum over counters is exact only when
 *          the worker stands still.
 * Laws:    packets = parsed + sum of PACKET outcomes + sum of IGNORED outcomes;
 *          messages = ok + sum of MESSAGE outcomes.
 */
#ifndef ZT_DISSECT_STATS_H
#define ZT_DISSECT_STATS_H

#include <stdatomic.h>
#include <stdint.h>

#include "event.h"
#include "reject.h"

typedef _Atomic uint64_t zt_counter;

/** Add to a counter that only the calling thread writes. */
static inline void
zt_count(zt_counter *counter, uint64_t n)
{
	/* Relaxed: one writer, and readers want a recent value, not an order. */
	uint64_t now = atomic_load_explicit(counter, memory_order_relaxed);
	atomic_store_explicit(counter, now + n, memory_order_relaxed);
}

/** Read a counter of any thread. */
static inline uint64_t
zt_counted(const zt_counter *counter)
{
	/* Relaxed: see zt_count(). */
	return atomic_load_explicit(counter, memory_order_relaxed);
}

/** Index of the transport in the counters below. */
enum zt_stats_transport {
	ZT_STATS_UDP,
	ZT_STATS_TCP,
	ZT_N_STATS_TRANSPORTS
};

struct zt_dissect_stats {
	zt_counter packets;	 /**< Handed in. */
	zt_counter packet_bytes; /**< Captured bytes handed in. */
	zt_counter parsed;   /**< Ended as a DNS datagram or a TCP segment with data. */
	zt_counter messages; /**< DNS messages found, readable or not. */
	zt_counter
	    messages_ok; /**< Of these, messages whose header and question held. */
	zt_counter queries[ZT_N_STATS_TRANSPORTS];   /**< QR=0, readable header. */
	zt_counter responses[ZT_N_STATS_TRANSPORTS]; /**< QR=1, readable header. */
	zt_counter tagged_queries;   /**< Of the queries, those with a VLAN tag. */
	zt_counter tagged_responses; /**< Of the responses, the same. */
	zt_counter types[65536];     /**< First question of queries. */
	zt_counter rcodes[16];	     /**< Of responses, the four bits of the header. */
	zt_counter
	    extended_rcodes[4096]; /**< Of responses whose OPT adds upper bits. */
	zt_counter opcodes[16];	   /**< Of queries. */
	zt_counter outcomes[ZT_N_REJECTS]; /**< By enum zt_reject. */
	zt_counter events;		   /**< Events emitted. */
	zt_counter tcp_streams;		   /**< Streams with DNS data. */
	zt_counter tcp_gap_bytes;	   /**< TCP bytes never seen. */
	zt_counter exchanges_paired;	   /**< Responses that found their query. */
	zt_counter transfers;		   /**< Transfers followed. */
	zt_counter tsig_requests[ZT_N_TSIG_STATES]; /**< Requests for transfers. */
	zt_counter tsig_answers[ZT_N_TSIG_STATES];  /**< Transfers that are over. */
	zt_counter ldns_calls;			    /**< Pieces handed to ldns. */
	zt_counter ldns_failures;		    /**< Of these, refused by ldns. */
};

#endif
