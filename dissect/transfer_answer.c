#include <string.h>

#include "transfer_priv.h"

/** What one message of an answer told beside its records. */
struct tidings {
	struct zt_rr tsig; /**< The first TSIG record, when is_signed. */
	uint16_t rcode;	   /**< Extended by an OPT record. */
	bool is_signed;
	bool is_alarming; /**< A signature is wrong or missing. */
	bool is_broken;	  /**< Fewer records than promised, or unreadable ones. */
};

/** The transfer that an answer belongs to; an open one before an ended one. */
static struct zt__transfer *
find(struct zt_transfers *transfers, const struct zt_transfer_message *message)
{
	const struct zt_screen *screen = message->screen;
	const struct zt_name *zone =
	    screen->n_questions ? &screen->questions[0].name : NULL;
	uint64_t flow = zt__transfers_flow(transfers, message, true);
	struct zt__transfer *best = NULL;
	int best_rank = 0;

	for (struct zt__transfer *t = zt__transfer_table_first(&transfers->table, flow);
	     t; t = zt__transfer_table_next(&transfers->table, t)) {
		if (!zt__transfer_is_of(t, message, true))
			continue;
		if (zone && t->zone.len &&
		    (t->zone.len != zone->len ||
			memcmp(t->zone.wire, zone->wire, zone->len) != 0))
			continue;
		int rank = t->out.flags & ZT_TF_ENDED ? 1 : t->out.messages ? 3 : 2;
		/* Among equals the oldest: servers answer in order. */
		if (rank >= best_rank) {
			best = t;
			best_rank = rank;
		}
	}
	return best;
}

static bool
is_dns_port(const struct zt_transfers *transfers, uint16_t port)
{
	for (unsigned i = 0; i < transfers->n_ports; i++)
		if (transfers->ports[i] == port)
			return true;
	return transfers->n_ports == 0;
}

/**
 * Can a message without question be a part of a transfer whose request was not seen?
 *
 * Every other response repeats its question, so the absence of one is the sign; the
 * rest keeps out what a stream that was resynchronised at the wrong place could yield.
 */
static bool
is_continuation(const struct zt_transfer_message *message)
{
	const struct zt_screen *screen = message->screen;
	struct zt_walk walk;
	struct zt_rr rr;

	if (message->stream_id == 0 || screen->qdcount != 0 || screen->ancount == 0 ||
	    screen->nscount != 0 || screen->arcount > 2 || (screen->flags & 15u) != 0)
		return false;
	zt_walk_init(&walk, message->msg, message->len, screen);
	for (unsigned i = 0; i < 8 && zt_walk_next(&walk, &rr); i++)
		if (!zt_walk_rdata_fits(message->msg, message->len, &rr) ||
		    rr.type == 0)
			return false;
	return walk.counted[ZT_SECTION_ANSWER] > 0 &&
	       (walk.end == ZT_ACCEPT || message->partial);
}

/** Begin a transfer with an answer, where that is what the message is. */
static struct zt__transfer *
adopt(struct zt_transfers *transfers, const struct zt_transfer_message *message)
{
	const struct zt_screen *screen = message->screen;
	uint16_t type = screen->n_questions ? screen->questions[0].type : 0;

	if (zt_dns_opcode(screen->flags) != 0 ||
	    !is_dns_port(transfers, message->path->src_port))
		return NULL;
	if (type ? type != ZT_RR_AXFR && type != ZT_RR_IXFR : !is_continuation(message))
		return NULL;
	struct zt__transfer *transfer = zt__transfers_begin(transfers, message, true);
	if (!transfer)
		return NULL;
	transfer->out.kind = type == ZT_RR_IXFR ? ZT_TRANSFER_IXFR : ZT_TRANSFER_AXFR;
	transfer->out.flags |= ZT_TF_MID_STREAM;
	if (message->one_sided)
		transfer->out.flags |= ZT_TF_ONE_SIDED;
	if (message->gap_bytes) {
		transfer->out.gap_bytes = message->gap_bytes;
		transfer->out.flags |= ZT_TF_AT_LEAST;
	}
	transfer->head.qclass = ZT_CLASS_IN;
	transfer->is_doubtful = type == 0;
	if (type) {
		transfer->head.qclass = screen->questions[0].klass;
		zt__transfers_set_zone(transfers, transfer, &screen->questions[0].name);
	}
	return transfer;
}

/** The owner of a SOA is the zone, where that is not known yet. */
static void
learn_zone(struct zt_transfers *transfers, struct zt__transfer *transfer,
    const struct zt_transfer_message *message, const struct zt_rr *rr)
{
	unsigned hops = ZT_NAME_HOPS_MAX;
	size_t pos = rr->owner;
	struct zt_name zone;

	if (zt_name_expand(message->msg, message->len, &pos, &hops, &zone) == ZT_ACCEPT)
		zt__transfers_set_zone(transfers, transfer, &zone);
}

/** One record of the answer section. @return false when its owner is unreadable. */
static bool
take_record(struct zt_transfers *transfers, struct zt__transfer *transfer,
    const struct zt_transfer_message *message, const struct zt_rr *rr, bool is_last)
{
	struct zt_leak_place place = {
		.msg = message->msg, .len = message->len, .pool = transfers->names
	};
	struct zt__transfer_step step = { .is_last = is_last };

	if (!zt_owners_read(&transfers->owners, message->msg, message->len, rr->owner,
		&place.owner))
		return false;
	if (rr->type == ZT_RR_SOA) {
		if (transfer->zone.len == 0)
			learn_zone(transfers, transfer, message, rr);
		step.is_soa =
		    place.owner.hash == transfer->leak.apex &&
		    zt_walk_soa_serial(message->msg, message->len, rr, &step.serial);
	}
	zt__transfer_framing(transfer, &step);
	if (transfer->collection.state == ZT_COLLECTION_OPEN ||
	    rr->type == ZT_RR_ZONEMD)
		zt__transfer_collect(transfers, transfer, message, rr,
		    place.owner.hash == transfer->leak.apex);
	zt_leak_record(&transfer->leak, &place, rr, &transfer->out);
	transfer->out.records++;
	return true;
}

/** The signature of a message of the answer, or that it has none. */
static void
take_signature(struct zt_transfers *transfers, struct zt__transfer *transfer,
    const struct zt_transfer_message *message, struct tidings *tidings)
{
	uint8_t before = transfer->out.tsig.answer_state;
	struct zt_tsig_record record;
	struct zt_signed_message signed_message = {
		.msg = message->msg,
		.len = message->len,
		.ts_ns = message->ts_ns,
		.is_whole = !message->partial,
		.is_error = tidings->rcode != 0,
	};

	if (tidings->is_signed) {
		if (zt_walk_tsig(message->msg, message->len, &tidings->tsig, &record))
			signed_message.tsig = &record;
		else
			signed_message.is_unreadable = true;
	}
	zt_signature_answer(transfers->signatures, &transfer->signature,
	    &signed_message, &transfer->out.tsig);
	transfer->is_last_signed = tidings->is_signed;
	tidings->is_alarming = transfer->out.tsig.answer_state != before &&
			       transfer->out.tsig.answer_state >= ZT_TSIG_DOWNGRADED;
}

static void
take_records(struct zt_transfers *transfers, struct zt__transfer *transfer,
    const struct zt_transfer_message *message, struct tidings *tidings)
{
	struct zt_walk walk;
	struct zt_rr rr;

	zt_owners_next_message(&transfers->owners);
	zt_walk_init(&walk, message->msg, message->len, message->screen);
	while (zt_walk_next(&walk, &rr)) {
		if (rr.section == ZT_SECTION_ANSWER) {
			bool is_last = walk.left[ZT_SECTION_ANSWER] == 0;
			/* Nothing belongs to the zone behind its closing SOA. */
			if (transfer->phase != ZT__PHASE_CLOSED &&
			    !take_record(transfers, transfer, message, &rr, is_last))
				tidings->is_broken = true;
		} else if (rr.type == ZT_RR_TSIG && !tidings->is_signed) {
			tidings->is_signed = true;
			tidings->tsig = rr;
		} else if (rr.type == ZT_RR_OPT) {
			tidings->rcode |= (uint16_t)(rr.ttl >> 24 << 4);
		}
	}
	if (walk.end != ZT_ACCEPT)
		tidings->is_broken = true;
}

static enum zt_transfer_verdict
error_verdict(uint16_t rcode)
{
	switch (rcode) {
	case ZT_RCODE_REFUSED:
		return ZT_VERDICT_REFUSED;
	case ZT_RCODE_NOTAUTH:
		return ZT_VERDICT_NOTAUTH;
	case ZT_RCODE_SERVFAIL:
		return ZT_VERDICT_SERVFAIL;
	case ZT_RCODE_FORMERR:
		return ZT_VERDICT_FORMERR;
	case ZT_RCODE_NOTIMP:
		return ZT_VERDICT_NOTIMP;
	default:
		return ZT_VERDICT_REJECTED;
	}
}

/** How the whole answer is called once its last record was seen. */
static enum zt_transfer_verdict
closed_verdict(const struct zt__transfer *transfer)
{
	if (transfer->out.deltas > 0)
		return ZT_VERDICT_DELTA;
	return transfer->out.kind == ZT_TRANSFER_IXFR ? ZT_VERDICT_FULL
						      : ZT_VERDICT_COMPLETE;
}

/** Does the client already have what the only SOA so far announces? */
static bool
has_nothing_new(const struct zt_transfer *out)
{
	return out->flags & ZT_TF_HAVE_FROM &&
	       !zt__serial_is_newer(out->serial_to, out->serial_from);
}

/**
 * The verdict after a message that did not end the answer.
 *
 * @param list  where the transfer waits for the next one.
 */
static enum zt_transfer_verdict
open_verdict(struct zt__transfer *transfer, const struct tidings *tidings,
    enum zt__transfer_list *list)
{
	bool is_udp = transfer->stream_id == 0;

	*list = is_udp ? ZT__LIST_WAITING : ZT__LIST_RUNNING;
	if (transfer->out.records == 0)
		return tidings->is_broken ? ZT_VERDICT_STARTED : ZT_VERDICT_EMPTY;
	if (transfer->phase == ZT__PHASE_LONE_SOA) {
		/* The rest may come in further messages, over TCP. */
		*list = ZT__LIST_WAITING;
		return is_udp ? zt__transfer_judge_lone_soa(transfer)
			      : ZT_VERDICT_STARTED;
	}
	return is_udp ? ZT_VERDICT_PARTIAL : ZT_VERDICT_STARTED;
}

/** Draw the conclusion from a message. */
static void
settle(struct zt_transfers *transfers, struct zt__transfer *transfer, uint64_t ts_ns,
    const struct tidings *tidings)
{
	struct zt_transfer *out = &transfer->out;
	enum zt__transfer_list list;

	if (transfer->phase == ZT__PHASE_CLOSED) {
		zt__transfers_end(transfers, transfer, closed_verdict(transfer), ts_ns);
		return;
	}
	if (tidings->rcode != 0) {
		zt__transfers_end(transfers, transfer,
		    out->records ? ZT_VERDICT_PARTIAL : error_verdict(tidings->rcode),
		    ts_ns);
		return;
	}
	if (transfer->phase == ZT__PHASE_LONE_SOA && has_nothing_new(out)) {
		zt__transfers_end(transfers, transfer, ZT_VERDICT_UP_TO_DATE, ts_ns);
		return;
	}
	enum zt_transfer_verdict verdict = open_verdict(transfer, tidings, &list);
	bool is_news = verdict != out->verdict ||
		       out->records >= transfer->next_report || tidings->is_alarming;
	out->verdict = (uint8_t)verdict;
	zt__transfer_table_move(&transfers->table, transfer, list);
	if (is_news)
		zt__transfers_report(transfers, transfer, ts_ns);
}

/**
 * Did the server or the client break off in this message?  It counts for nothing then,
 * as a client cannot read it.  What the tap itself missed is another matter.
 */
static bool
is_unfinished(
    const struct zt__transfer *transfer, const struct zt_transfer_message *message)
{
	return message->partial && message->gap_bytes == 0 &&
	       transfer->out.gap_bytes == 0 && transfer->out.records > 0;
}

bool
zt_transfers_response(
    struct zt_transfers *transfers, const struct zt_transfer_message *message)
{
	const struct zt_screen *screen = message->screen;
	uint16_t type = screen->n_questions ? screen->questions[0].type : 0;

	if (type && type != ZT_RR_AXFR && type != ZT_RR_IXFR)
		return false;
	struct zt__transfer *transfer = find(transfers, message);
	/* The first version of overlapping bytes was counted already. */
	if (message->alternate)
		return transfer != NULL;
	if (!transfer)
		transfer = adopt(transfers, message);
	if (!transfer)
		return false;
	transfer->touched_ns = message->ts_ns;
	if (transfer->out.flags & ZT_TF_ENDED) {
		zt__transfer_table_move(&transfers->table, transfer, ZT__LIST_ENDED);
		return true;
	}
	if (is_unfinished(transfer, message)) {
		transfer->out.flags |= ZT_TF_AT_LEAST;
		return true;
	}
	struct tidings tidings = { .rcode = screen->flags & 15u };
	transfer->out.messages++;
	transfer->out.bytes += message->len;
	transfer->out.last_ns = message->ts_ns;
	take_records(transfers, transfer, message, &tidings);
	transfer->out.rcode = tidings.rcode;
	take_signature(transfers, transfer, message, &tidings);
	if (message->partial || tidings.is_broken ||
	    transfer->phase == ZT__PHASE_HEADLESS)
		transfer->out.flags |= ZT_TF_AT_LEAST;
	settle(transfers, transfer, message->ts_ns, &tidings);
	return true;
}
