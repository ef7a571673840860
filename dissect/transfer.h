/**
 * @file transfer.h
 * Zone transfers, one state machine per request.
 *
 *   attempted -> refused | notauth | servfail | formerr | notimp | rejected | empty
 *             -> reset | timed-out
 *             -> started -> partial | complete
 *                        -> up-to-date | delta | full            (IXFR)
 *
 * A request is known by its endpoints, its TCP stream (0 for UDP), its id and, until
 * an answer has come, its zone.  Several may be open on one connection (RFC 7766
 * pipelining).  An answer whose request was not seen starts a transfer of its own when
 * it asks for one in its question, or when it has no question at all and comes over
 * TCP: every other response repeats its question.
 *
 * AXFR:     SOA ... SOA over any number of messages; the question may be absent after
 *           the first (RFC 5936 sections 2.2 and 2.2.2).
 * IXFR:     one SOA: up to date, with ZT_TF_NEWER_SOA when it is newer than the
 *           client's; second record an SOA: differences; anything else: the whole zone
 *           (RFC 1995 sections 2 and 4).
 * UDP:      AXFR over UDP is an attempt (RFC 5936 section 4.2); IXFR may be answered.
 * Events:   attempted; then at each change of the verdict, at each tenfold growth, and
 *           one last with ZT_TF_ENDED.  Which verdict where: NOTES.md, "Transfers".
 * Clock:    capture time.
 * Memory:   a fixed table of about 2.5 KiB a transfer, and 16 MiB for the exact sets of
 *           owner names of all transfers (distinct.h); pages are touched when used.
 *           Table full: the least recently used transfer is ended as it stands.
 * Work:     each record of a message is touched once; owner names are hashed, not
 *           kept, except up to ZT_TRANSFER_SAMPLES_MAX samples.
 * Threads:  one object per capture worker.
 */
#ifndef ZT_DISSECT_TRANSFER_H
#define ZT_DISSECT_TRANSFER_H

#include "dissect.h"
#include "packet.h"
#include "tcp.h"
#include "walk.h"

/** One DNS message as the transfer machine wants it. */
struct zt_transfer_message {
	const struct zt_path *path;
	const struct zt_screen *screen;
	const uint8_t *msg;
	uint64_t ts_ns;
	uint64_t stream_id; /**< 0 over UDP. */
	uint64_t gap_bytes; /**< Missing in this direction of the stream so far. */
	size_t len;
	bool partial;	/**< The end of the message is missing. */
	bool one_sided; /**< The other direction has not been seen. */
	bool alternate; /**< Second version of overlapping bytes. */
};

struct zt_transfers;

/**
 * @param options  limits, key and the callback for ZT_EVENT_TRANSFER events.
 * @return NULL when memory is short.
 */
struct zt_transfers *zt_transfers_new(
    const struct zt_dissect_options *options, struct zt_dissect_stats *stats);

/** Accepts NULL and half-built objects; sets the pointer to NULL. */
void zt_transfers_free(struct zt_transfers **transfers);

/** A message with QR=0 whose first question is AXFR or IXFR; emits `attempted`. */
void zt_transfers_request(
    struct zt_transfers *transfers, const struct zt_transfer_message *message);

/**
 * A message with QR=1.
 *
 * @return true when it was a part of a transfer; then the caller makes no response
 *         event of it unless it is the first message of the answer.
 */
bool zt_transfers_response(
    struct zt_transfers *transfers, const struct zt_transfer_message *message);

/** Bytes were lost in a stream; counts become minima. */
void zt_transfers_gap(
    struct zt_transfers *transfers, uint64_t stream_id, uint64_t bytes, uint64_t ts_ns);

/** A stream ended; its open transfers get their last verdict. */
void zt_transfers_stream_end(struct zt_transfers *transfers, uint64_t stream_id,
    enum zt_tcp_end why, uint64_t ts_ns);

/** Time out what got no answer; bounded work per call. */
void zt_transfers_expire(struct zt_transfers *transfers, uint64_t now_ns);

/** End of input: end everything as it stands. */
void zt_transfers_flush(struct zt_transfers *transfers, uint64_t now_ns);

#endif
