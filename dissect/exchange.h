/**
 * @file exchange.h
 * Queries paired with responses.
 *
 * Shape:      a table of open queries, 4-way buckets, keyed by the hash of addresses,
 *             ports, transport, tunnel, id, type and name.  Full bucket: the oldest
 *             goes.
 * Worst case: a lost pairing costs the outcome of one query, never more.
 * Servers:    a second small table remembers which servers were seen being asked; a
 *             response of a server that is never asked comes from a one-sided tap and
 *             stands for its query, any other unpaired response is unsolicited.
 * Memory:     fixed at creation.  Work: at most 4 probes each.
 * Threads:    one object per capture worker.
 */
#ifndef ZT_DISSECT_EXCHANGE_H
#define ZT_DISSECT_EXCHANGE_H

#include "hash.h"
#include "packet.h"
#include "screen.h"

struct zt_exchanges;

enum zt_exchange_result {
	ZT_EXCHANGE_NEW,    /**< Query: first time.  Response: never returned. */
	ZT_EXCHANGE_RETRY,  /**< Query: the same is still open. */
	ZT_EXCHANGE_PAIRED, /**< Response: its query was open and is closed now. */
	ZT_EXCHANGE_STANDS_FOR_QUERY, /**< Response of a server that is never asked. */
	ZT_EXCHANGE_UNSOLICITED,      /**< Response to a question that nobody asked. */
};

/**
 * @param slots  open queries remembered, a power of two, 64 .. 4194304.
 * @return NULL when memory is short.
 */
struct zt_exchanges *zt_exchanges_new(size_t slots, const struct zt_hash_key *key);

/** Accepts NULL; sets the pointer to NULL. */
void zt_exchanges_free(struct zt_exchanges **exchanges);

/**
 * Say which message comes next, and fetch into the cache what the two functions below
 * will look at for it.
 */
void zt_exchanges_aim(struct zt_exchanges *exchanges, const struct zt_path *path,
    uint16_t id, bool is_query);

/** Note the query that was aimed at.  question is its first question, or NULL when it
 *  has none. */
enum zt_exchange_result zt_exchanges_query(
    struct zt_exchanges *exchanges, const struct zt_question *question, uint64_t ts_ns);

/** Look for the query of the response that was aimed at; latency_us is set only when
 *  paired. */
enum zt_exchange_result zt_exchanges_response(struct zt_exchanges *exchanges,
    const struct zt_question *question, uint64_t ts_ns, uint32_t *latency_us);

#endif
