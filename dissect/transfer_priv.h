/**
 * @file transfer_priv.h
 * One followed transfer and the table of them: what transfer*.c share.
 *
 * Table:   entries are found by the stream (TCP) or the endpoints (UDP) they belong to;
 *          at most ZT__TRANSFERS_PER_FLOW of one flow are kept.  An ended transfer
 *          stays until its stream ends, its time is over or its place is wanted, so
 *          that what still arrives for it is not taken for a new one.
 * Memory:  about 2.5 KiB an entry, allocated at creation; pages are touched when used.
 * Work:    a look-up passes at most ZT__TRANSFERS_PER_FLOW entries of its own flow.
 * Threads: one object per capture worker.
 */
#ifndef ZT_DISSECT_TRANSFER_PRIV_H
#define ZT_DISSECT_TRANSFER_PRIV_H

#include "emit.h"
#include "leak.h"
#include "signature.h"
#include "transfer.h"

/** Transfers of one flow that are kept at once. */
#define ZT__TRANSFERS_PER_FLOW 128

/** Which order of age an entry is in. */
enum zt__transfer_list {
	ZT__LIST_SPARE,	  /**< Unused. */
	ZT__LIST_ENDED,	  /**< Reported to the end, kept to recognise late messages. */
	ZT__LIST_WAITING, /**< Something happens when its time is over. */
	ZT__LIST_RUNNING, /**< Lives as long as its stream. */
	ZT__N_LISTS
};

/** Where the records of an answer stand, RFC 5936 section 2.2 and RFC 1995 section 4.
 */
enum zt__transfer_phase {
	ZT__PHASE_START,    /**< No record yet. */
	ZT__PHASE_LONE_SOA, /**< IXFR: one SOA, the second record decides. */
	ZT__PHASE_ZONE,	    /**< A whole zone; the next SOA closes it. */
	ZT__PHASE_DELETE,   /**< Differences: what goes. */
	ZT__PHASE_ADD,	    /**< Differences: what comes. */
	ZT__PHASE_HEADLESS, /**< The first SOA was not seen. */
	ZT__PHASE_CLOSED,   /**< The closing SOA was seen. */
};

struct zt__transfer {
	struct zt_event head; /**< Header of its events, as of the request. */
	struct zt_origin origin;
	struct zt_name zone;	/**< len 0: not known yet. */
	struct zt_transfer out; /**< The snapshot that events carry. */
	struct zt_leak leak;
	struct zt_signature signature;
	struct zt_collection collection;
	uint64_t flow;	     /**< Hash of stream or endpoints. */
	uint64_t stream_id;  /**< 0 over UDP. */
	uint64_t tunnel_key; /**< Of the path. */
	uint64_t touched_ns;
	uint64_t next_report; /**< Records at which growth is reported. */
	uint32_t soa_serial;  /**< Serial that closes the answer. */
	uint32_t next_in_bucket;
	uint32_t older;
	uint32_t newer;
	uint8_t list;	  /**< enum zt__transfer_list. */
	uint8_t phase;	  /**< enum zt__transfer_phase. */
	bool is_doubtful; /**< The first SOA seen need not be the answer's first. */
	bool one_sided_request; /**< No server side was seen when it was asked. */
	bool has_zonemd;	/**< At the apex. */
	bool is_last_signed;	/**< The last message of the answer had a TSIG. */
};

/** No entry. */
#define ZT__TRANSFER_NONE UINT32_MAX

struct zt__transfer_age {
	uint32_t oldest;
	uint32_t newest;
};

struct zt__transfer_table {
	struct zt__transfer *entries;
	uint32_t *buckets;
	uint32_t n_buckets; /**< A power of two. */
	uint32_t n_entries;
	uint32_t n_touched; /**< Entries that were ever in use. */
	struct zt__transfer_age lists[ZT__N_LISTS];
};

/** @return false when memory is short; fini is allowed then. */
bool zt__transfer_table_init(struct zt__transfer_table *table, size_t n_entries);
void zt__transfer_table_fini(struct zt__transfer_table *table);

/** The newest entry of a flow, then older ones; NULL at the end. */
struct zt__transfer *zt__transfer_table_first(
    const struct zt__transfer_table *table, uint64_t flow);
struct zt__transfer *zt__transfer_table_next(
    const struct zt__transfer_table *table, const struct zt__transfer *transfer);

/** The entry that has to leave before one of this flow can be added, or NULL. */
struct zt__transfer *zt__transfer_table_victim(
    const struct zt__transfer_table *table, uint64_t flow);

/** A zeroed entry in the waiting list; NULL only when a victim was not removed. */
struct zt__transfer *zt__transfer_table_add(
    struct zt__transfer_table *table, uint64_t flow);

/** The oldest of a list or NULL. */
struct zt__transfer *zt__transfer_table_oldest(
    const struct zt__transfer_table *table, enum zt__transfer_list list);

/** Make an entry the newest of a list. */
void zt__transfer_table_move(struct zt__transfer_table *table,
    struct zt__transfer *transfer, enum zt__transfer_list list);

/** Take an entry out of its flow; it becomes spare. */
void zt__transfer_table_remove(
    struct zt__transfer_table *table, struct zt__transfer *transfer);

/** What one record tells of the course of the answer. */
struct zt__transfer_step {
	uint32_t serial; /**< With is_soa. */
	bool is_soa;	 /**< A SOA of the zone. */
	bool is_last;	 /**< The last record of its message. */
};

/**
 * Move on by one record of the answer, before it is counted in out.records.
 *
 * Sets out.deltas, the serials and their flags, phase, and for a headless answer kind.
 */
void zt__transfer_framing(
    struct zt__transfer *transfer, const struct zt__transfer_step *step);

/** Is serial a newer than b?  RFC 1982 section 3.2. */
static inline bool
zt__serial_is_newer(uint32_t a, uint32_t b)
{
	return a != b && a - b < UINT32_C(0x80000000);
}

struct zt_transfers {
	struct zt__transfer_table table;
	struct zt_distinct_pool *names;
	struct zt_signatures *signatures;
	struct zt_collections *collections;
	const struct zt_digests *digests;
	zt_keep_fn keep; /**< NULL: zones are not kept. */
	void *keep_arg;
	uint64_t zone_bytes;	/**< What may be digested in a second. */
	uint64_t digest_second; /**< Of capture time. */
	uint64_t digest_left;	/**< Bytes left in it. */
	struct zt_dissect_stats *stats;
	zt_event_fn emit;
	void *emit_arg;
	uint64_t timeout_ns;
	uint64_t next_id;
	struct zt_hash_key key;
	struct zt_owners owners;
	uint16_t ports[16]; /**< DNS ports; none: any. */
	uint8_t n_ports;
	uint8_t worker;
};

/** What flow a message belongs to. */
uint64_t zt__transfers_flow(const struct zt_transfers *transfers,
    const struct zt_transfer_message *message, bool from_server);

/** Is the transfer one of the message's flow, and is its id the message's? */
bool zt__transfer_is_of(const struct zt__transfer *transfer,
    const struct zt_transfer_message *message, bool from_server);

/** Make room and begin a transfer; its header comes from the message. */
struct zt__transfer *zt__transfers_begin(struct zt_transfers *transfers,
    const struct zt_transfer_message *message, bool from_server);

/** Set the zone that the transfer is of. */
void zt__transfers_set_zone(struct zt_transfers *transfers,
    struct zt__transfer *transfer, const struct zt_name *zone);

/** Emit the transfer as it stands. */
void zt__transfers_report(
    struct zt_transfers *transfers, struct zt__transfer *transfer, uint64_t ts_ns);

/** Emit the transfer for the last time; it stays in the table among the ended. */
void zt__transfers_end(struct zt_transfers *transfers, struct zt__transfer *transfer,
    enum zt_transfer_verdict verdict, uint64_t ts_ns);

/** One record of the answer, for its zone. */
void zt__transfer_collect(struct zt_transfers *transfers, struct zt__transfer *transfer,
    const struct zt_transfer_message *message, const struct zt_rr *rr, bool is_apex);

/** The answer is over, its verdict is out.verdict: what became of the zone? */
void zt__transfer_zone(
    struct zt_transfers *transfers, struct zt__transfer *transfer, uint64_t ts_ns);

/** Verdict on an IXFR answer that stays a single SOA; sets ZT_TF_NEWER_SOA. */
enum zt_transfer_verdict zt__transfer_judge_lone_soa(struct zt__transfer *transfer);

#endif
