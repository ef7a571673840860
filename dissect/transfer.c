#include "transfer.h"

#include <stdlib.h>
#include <string.h>

#include "transfer_priv.h"

/** Defaults where an option is 0. */
#define TRANSFERS_DEFAULT  4096
#define TIMEOUT_NS_DEFAULT UINT64_C(30000000000)
/** Chunks of the pool of name sets: 16 MiB. */
#define NAME_CHUNKS 1024
/** Records of a request that are looked at for SOA, OPT and TSIG. */
#define REQUEST_RECORDS_MAX 64
/** Transfers that one call to zt_transfers_expire() ends at most. */
#define EXPIRE_MAX 64

struct zt_transfers *
zt_transfers_new(
    const struct zt_dissect_options *options, struct zt_dissect_stats *stats)
{
	struct zt_transfers *transfers = calloc(1, sizeof(*transfers));
	size_t n = options->transfers ? options->transfers : TRANSFERS_DEFAULT;

	if (!transfers)
		return NULL;
	transfers->stats = stats;
	transfers->emit = options->emit;
	transfers->emit_arg = options->emit_arg;
	transfers->timeout_ns = options->transfer_timeout_ns
				    ? options->transfer_timeout_ns
				    : TIMEOUT_NS_DEFAULT;
	transfers->key = options->key;
	transfers->worker = options->worker;
	/* So that an id is one transfer's, whichever worker followed it. */
	transfers->next_id = (uint64_t)options->worker << 48;
	for (size_t i = 0; i < options->n_ports && i < 16; i++)
		transfers->ports[transfers->n_ports++] = options->ports[i];
	zt_owners_init(&transfers->owners, &options->key);
	transfers->names = zt_distinct_pool_new(NAME_CHUNKS);
	transfers->signatures =
	    zt_signatures_new(options->keys, options->n_keys, options->digests);
	transfers->collections = zt_collections_new(options->zone_bytes);
	transfers->digests = options->digests;
	transfers->zone_bytes = options->zone_bytes;
	transfers->keep = options->keep;
	transfers->keep_arg = options->keep_arg;
	if (!zt__transfer_table_init(&transfers->table, n) || !transfers->names ||
	    !transfers->signatures || !transfers->collections)
		zt_transfers_free(&transfers);
	return transfers;
}

/** What is still followed has digests of the library. */
static void
close_signatures(struct zt_transfers *transfers)
{
	static const enum zt__transfer_list lists[] = { ZT__LIST_WAITING,
		ZT__LIST_RUNNING };
	struct zt__transfer *t;

	if (!transfers->table.entries || !transfers->table.buckets)
		return;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		while ((t = zt__transfer_table_oldest(&transfers->table, lists[i]))) {
			zt_signature_lose(
			    transfers->signatures, &t->signature, &t->out.tsig);
			zt__transfer_table_remove(&transfers->table, t);
		}
}

void
zt_transfers_free(struct zt_transfers **transfers)
{
	if (!*transfers)
		return;
	close_signatures(*transfers);
	zt__transfer_table_fini(&(*transfers)->table);
	zt_distinct_pool_free(&(*transfers)->names);
	zt_signatures_free(&(*transfers)->signatures);
	zt_collections_free(&(*transfers)->collections);
	free(*transfers);
	*transfers = NULL;
}

/** Addresses and ports in client, server order; no padding, so it can be hashed. */
struct endpoints {
	uint8_t client[16];
	uint8_t server[16];
	uint64_t tunnel_key;
	uint16_t client_port;
	uint16_t server_port;
	uint32_t family;
};

uint64_t
zt__transfers_flow(const struct zt_transfers *transfers,
    const struct zt_transfer_message *message, bool from_server)
{
	const struct zt_path *path = message->path;
	struct endpoints ends;

	if (message->stream_id)
		return zt_hash(
		    &transfers->key, &message->stream_id, sizeof(message->stream_id));
	memcpy(ends.client, from_server ? path->dst : path->src, sizeof(ends.client));
	memcpy(ends.server, from_server ? path->src : path->dst, sizeof(ends.server));
	ends.tunnel_key = path->tunnel_key;
	ends.client_port = from_server ? path->dst_port : path->src_port;
	ends.server_port = from_server ? path->src_port : path->dst_port;
	ends.family = path->family;
	return zt_hash(&transfers->key, &ends, sizeof(ends));
}

bool
zt__transfer_is_of(const struct zt__transfer *transfer,
    const struct zt_transfer_message *message, bool from_server)
{
	const struct zt_event *head = &transfer->head;
	const struct zt_path *path = message->path;

	if (transfer->stream_id != message->stream_id ||
	    head->dns_id != message->screen->id)
		return false;
	if (transfer->stream_id)
		return true;
	const uint8_t *client = from_server ? path->dst : path->src;
	const uint8_t *server = from_server ? path->src : path->dst;
	uint16_t client_port = from_server ? path->dst_port : path->src_port;
	uint16_t server_port = from_server ? path->src_port : path->dst_port;
	return head->family == path->family && head->client_port == client_port &&
	       head->server_port == server_port &&
	       transfer->tunnel_key == path->tunnel_key &&
	       memcmp(head->client, client, sizeof(head->client)) == 0 &&
	       memcmp(head->server, server, sizeof(head->server)) == 0;
}

void
zt__transfers_report(
    struct zt_transfers *transfers, struct zt__transfer *transfer, uint64_t ts_ns)
{
	struct zt_transfer *out = &transfer->out;
	struct zt_emit emit;

	while (transfer->next_report <= out->records)
		transfer->next_report =
		    transfer->next_report ? 10 * transfer->next_report : 1;
	if (!transfers->emit)
		return;
	out->names = zt_distinct_count(transfers->names, &transfer->leak.names);
	if (transfer->leak.names.mode > ZT_DISTINCT_EXACT)
		out->flags |= ZT_TF_NAMES_ESTIMATED;
	transfer->head.qtype = out->kind == ZT_TRANSFER_IXFR ? ZT_RR_IXFR : ZT_RR_AXFR;
	emit.event = transfer->head;
	emit.event.ts_ns = ts_ns;
	emit.event.rcode = out->rcode;
	zt_emit_name(&emit, &transfer->zone, NULL);
	if (emit.event.flags & ZT_EF_TUNNEL)
		(void)zt_emit_append(
		    &emit, &transfer->origin, sizeof(transfer->origin));
	(void)zt_emit_append(&emit, out, sizeof(*out)); /* It fits, see emit.c. */
	zt_count(&transfers->stats->events, 1);
	transfers->emit(transfers->emit_arg, &emit.event);
}

/** Did the answer come to its end, before the eyes of the tap? */
static bool
is_regular_end(const struct zt_transfer *out)
{
	bool is_answered =
	    out->verdict == ZT_VERDICT_COMPLETE || out->verdict == ZT_VERDICT_FULL ||
	    out->verdict == ZT_VERDICT_DELTA || out->verdict == ZT_VERDICT_UP_TO_DATE;

	return is_answered && !(out->flags & ZT_TF_AT_LEAST);
}

void
zt__transfers_end(struct zt_transfers *transfers, struct zt__transfer *transfer,
    enum zt_transfer_verdict verdict, uint64_t ts_ns)
{
	struct zt_transfer *out = &transfer->out;

	out->verdict = (uint8_t)verdict;
	if (out->flags & ZT_TF_TSIG && out->messages > 0 && !transfer->is_last_signed)
		out->flags |= ZT_TF_UNSIGNED_TAIL;
	out->flags |= ZT_TF_ENDED;
	zt_signature_end(transfers->signatures, &transfer->signature,
	    is_regular_end(out), &out->tsig);
	zt_count(&transfers->stats->tsig_answers[out->tsig.answer_state], 1);
	zt__transfer_zone(transfers, transfer, ts_ns);
	zt__transfers_report(transfers, transfer, ts_ns);
	zt_distinct_release(transfers->names, &transfer->leak.names);
	zt__transfer_table_move(&transfers->table, transfer, ZT__LIST_ENDED);
}

enum zt_transfer_verdict
zt__transfer_judge_lone_soa(struct zt__transfer *transfer)
{
	const struct zt_transfer *out = &transfer->out;

	if (out->flags & ZT_TF_HAVE_FROM &&
	    zt__serial_is_newer(out->serial_to, out->serial_from))
		transfer->out.flags |= ZT_TF_NEWER_SOA;
	return ZT_VERDICT_UP_TO_DATE;
}

/** The last verdict when nothing more can come. */
static enum zt_transfer_verdict
last_verdict(struct zt__transfer *transfer, enum zt_tcp_end why)
{
	struct zt_transfer *out = &transfer->out;
	bool is_cut = why == ZT_TCP_END_EVICTED || why == ZT_TCP_END_FLUSH;

	if (out->messages == 0) {
		if (out->verdict != ZT_VERDICT_ATTEMPTED || is_cut)
			return out->verdict;
		if (why == ZT_TCP_END_RST)
			return ZT_VERDICT_RESET;
		if (!transfer->one_sided_request)
			return ZT_VERDICT_TIMED_OUT;
		out->flags |= ZT_TF_ONE_SIDED | ZT_TF_AT_LEAST;
		return ZT_VERDICT_ATTEMPTED;
	}
	if (out->verdict == ZT_VERDICT_EMPTY)
		return ZT_VERDICT_EMPTY;
	if (is_cut)
		out->flags |= ZT_TF_AT_LEAST;
	if (transfer->phase == ZT__PHASE_LONE_SOA)
		return zt__transfer_judge_lone_soa(transfer);
	return ZT_VERDICT_PARTIAL;
}

/** End a transfer if it is not ended, and forget it. */
static void
dismiss(struct zt_transfers *transfers, struct zt__transfer *transfer,
    enum zt_tcp_end why, uint64_t ts_ns)
{
	if (!(transfer->out.flags & ZT_TF_ENDED))
		zt__transfers_end(
		    transfers, transfer, last_verdict(transfer, why), ts_ns);
	zt__transfer_table_remove(&transfers->table, transfer);
}

void
zt__transfers_set_zone(struct zt_transfers *transfers, struct zt__transfer *transfer,
    const struct zt_name *zone)
{
	struct zt_owner apex;

	transfer->zone = *zone;
	transfer->head.name_hash = zt_hash(&transfers->key, zone->wire, zone->len);
	zt_owners_next_message(&transfers->owners);
	if (zt_owners_read(&transfers->owners, zone->wire, zone->len, 0, &apex))
		transfer->leak.apex = apex.hash;
	zt_owners_next_message(&transfers->owners);
}

struct zt__transfer *
zt__transfers_begin(struct zt_transfers *transfers,
    const struct zt_transfer_message *message, bool from_server)
{
	uint64_t flow = zt__transfers_flow(transfers, message, from_server);
	struct zt__transfer *transfer =
	    zt__transfer_table_victim(&transfers->table, flow);
	struct zt_emit emit;

	if (transfer)
		dismiss(transfers, transfer, ZT_TCP_END_EVICTED, message->ts_ns);
	transfer = zt__transfer_table_add(&transfers->table, flow);
	if (!transfer)
		return NULL;
	zt_emit_begin(&emit, message->path, from_server);
	emit.event.kind = ZT_EVENT_TRANSFER;
	emit.event.worker = transfers->worker;
	emit.event.dns_id = message->screen->id;
	emit.event.dns_flags = message->screen->flags;
	emit.event.msg_len = (uint16_t)message->len;
	if (message->partial)
		emit.event.flags |= ZT_EF_PARTIAL;
	if (message->alternate)
		emit.event.flags |= ZT_EF_ALTERNATE;
	if (zt_emit_fill_origin(&transfer->origin, message->path, NULL))
		emit.event.flags |= ZT_EF_TUNNEL;
	transfer->head = emit.event;
	zt_collection_open(transfers->collections, &transfer->collection);
	transfer->stream_id = message->stream_id;
	transfer->tunnel_key = message->path->tunnel_key;
	transfer->touched_ns = message->ts_ns;
	transfer->out.id = ++transfers->next_id;
	transfer->out.started_ns = message->ts_ns;
	transfer->out.last_ns = message->ts_ns;
	zt_count(&transfers->stats->transfers, 1);
	return transfer;
}

/** The question that asks for a transfer, or NULL. */
static const struct zt_question *
transfer_question(const struct zt_screen *screen)
{
	for (unsigned i = 0; i < screen->n_questions; i++)
		if (screen->questions[i].type == ZT_RR_AXFR ||
		    screen->questions[i].type == ZT_RR_IXFR)
			return &screen->questions[i];
	return NULL;
}

/** The EDNS that the client speaks, or that it signs as RFC 2931 says. */
static void
read_additional(struct zt__transfer *transfer,
    const struct zt_transfer_message *message, const struct zt_rr *rr)
{
	struct zt_event *head = &transfer->head;
	struct zt_edns edns;

	if (rr->type == ZT_RR_OPT) {
		zt_walk_edns(message->msg, message->len, rr, &edns);
		head->flags |= ZT_EF_EDNS;
		head->edns_options = edns.options;
		head->edns_size = edns.size;
		head->edns_flags = edns.flags;
		head->edns_version = edns.version;
	} else if (rr->type == ZT_RR_SIG && rr->rdlen >= 2 &&
		   message->msg[rr->rdata] == 0 && message->msg[rr->rdata + 1u] == 0) {
		head->flags |= ZT_EF_SIG0;
		transfer->out.flags |= ZT_TF_SIG0;
	}
}

/** The serial that the client has, and the additional section. */
static void
read_request(struct zt__transfer *transfer, const struct zt_transfer_message *message,
    struct zt_rr *tsig)
{
	struct zt_transfer *out = &transfer->out;
	struct zt_walk walk;
	struct zt_rr rr;

	tsig->type = 0;
	zt_walk_init(&walk, message->msg, message->len, message->screen);
	for (unsigned i = 0; i < REQUEST_RECORDS_MAX && zt_walk_next(&walk, &rr); i++) {
		if (rr.type == ZT_RR_SOA && rr.section == ZT_SECTION_AUTHORITY &&
		    out->kind == ZT_TRANSFER_IXFR &&
		    zt_walk_soa_serial(
			message->msg, message->len, &rr, &out->serial_from))
			out->flags |= ZT_TF_HAVE_FROM;
		if (rr.section != ZT_SECTION_ADDITIONAL)
			continue;
		if (rr.type == ZT_RR_TSIG && tsig->type == 0)
			*tsig = rr;
		read_additional(transfer, message, &rr);
	}
}

/** Who signed the request, and is it true? */
static void
judge_request(struct zt_transfers *transfers, struct zt__transfer *transfer,
    const struct zt_transfer_message *message, const struct zt_rr *rr)
{
	struct zt_transfer *out = &transfer->out;
	struct zt_tsig_record record;
	struct zt_signed_message signed_message = {
		.msg = message->msg,
		.len = message->len,
		.ts_ns = message->ts_ns,
		.is_whole = !message->partial,
	};

	if (rr->type == ZT_RR_TSIG) {
		transfer->head.flags |= ZT_EF_TSIG;
		out->flags |= ZT_TF_TSIG;
		if (zt_walk_tsig(message->msg, message->len, rr, &record))
			signed_message.tsig = &record;
		zt_signature_request(transfers->signatures, &transfer->signature,
		    &signed_message, &out->tsig);
	}
	zt_count(&transfers->stats->tsig_requests[out->tsig.request_state], 1);
}

/** The same request, when it is still open; or NULL. */
static struct zt__transfer *
find_retried(struct zt_transfers *transfers, const struct zt_transfer_message *message,
    const struct zt_question *question)
{
	uint64_t flow = zt__transfers_flow(transfers, message, false);

	for (struct zt__transfer *t = zt__transfer_table_first(&transfers->table, flow);
	     t; t = zt__transfer_table_next(&transfers->table, t))
		if (!(t->out.flags & ZT_TF_ENDED) &&
		    zt__transfer_is_of(t, message, false) &&
		    t->head.qtype == question->type &&
		    t->zone.len == question->name.len &&
		    memcmp(t->zone.wire, question->name.wire, t->zone.len) == 0)
			return t;
	return NULL;
}

void
zt_transfers_request(
    struct zt_transfers *transfers, const struct zt_transfer_message *message)
{
	const struct zt_question *question = transfer_question(message->screen);
	struct zt_rr tsig;

	if (!question)
		return;
	struct zt__transfer *transfer = find_retried(transfers, message, question);
	if (transfer) {
		/* Signed anew, perhaps: which of the two is answered? */
		zt_signature_lose(
		    transfers->signatures, &transfer->signature, &transfer->out.tsig);
		return;
	}
	transfer = zt__transfers_begin(transfers, message, false);
	if (!transfer)
		return;
	transfer->out.kind =
	    question->type == ZT_RR_IXFR ? ZT_TRANSFER_IXFR : ZT_TRANSFER_AXFR;
	transfer->head.qclass = question->klass;
	transfer->one_sided_request = message->one_sided;
	if (message->gap_bytes)
		transfer->out.flags |= ZT_TF_AT_LEAST;
	zt__transfers_set_zone(transfers, transfer, &question->name);
	read_request(transfer, message, &tsig);
	judge_request(transfers, transfer, message, &tsig);
	zt__transfers_report(transfers, transfer, message->ts_ns);
}

void
zt_transfers_gap(
    struct zt_transfers *transfers, uint64_t stream_id, uint64_t bytes, uint64_t ts_ns)
{
	uint64_t flow = zt_hash(&transfers->key, &stream_id, sizeof(stream_id));

	(void)ts_ns; /* A gap alone changes no verdict: the next message reports it. */
	for (struct zt__transfer *t = zt__transfer_table_first(&transfers->table, flow);
	     t; t = zt__transfer_table_next(&transfers->table, t)) {
		if (t->stream_id != stream_id || t->out.flags & ZT_TF_ENDED)
			continue;
		t->out.gap_bytes += bytes;
		t->out.flags |= ZT_TF_AT_LEAST;
		zt_signature_lose(transfers->signatures, &t->signature, &t->out.tsig);
	}
}

void
zt_transfers_stream_end(struct zt_transfers *transfers, uint64_t stream_id,
    enum zt_tcp_end why, uint64_t ts_ns)
{
	uint64_t flow = zt_hash(&transfers->key, &stream_id, sizeof(stream_id));
	struct zt__transfer *next;

	for (struct zt__transfer *t = zt__transfer_table_first(&transfers->table, flow);
	     t; t = next) {
		next = zt__transfer_table_next(&transfers->table, t);
		if (t->stream_id == stream_id)
			dismiss(transfers, t, why, ts_ns);
	}
}

/** The time of a waiting transfer is over. */
static void
time_out(struct zt_transfers *transfers, struct zt__transfer *transfer, uint64_t now_ns)
{
	bool is_udp = transfer->stream_id == 0;

	if (is_udp || transfer->out.messages > 0) {
		zt__transfers_end(transfers, transfer,
		    last_verdict(transfer, ZT_TCP_END_IDLE), now_ns);
		return;
	}
	/* The stream still lives: a slow server may answer yet. */
	zt__transfer_table_move(&transfers->table, transfer, ZT__LIST_RUNNING);
	if (transfer->one_sided_request)
		return;
	transfer->out.verdict = ZT_VERDICT_TIMED_OUT;
	zt__transfers_report(transfers, transfer, now_ns);
}

void
zt_transfers_expire(struct zt_transfers *transfers, uint64_t now_ns)
{
	struct zt__transfer_table *table = &transfers->table;

	for (unsigned i = 0; i < EXPIRE_MAX; i++) {
		struct zt__transfer *t =
		    zt__transfer_table_oldest(table, ZT__LIST_WAITING);
		if (!t || now_ns < t->touched_ns + transfers->timeout_ns)
			break;
		time_out(transfers, t, now_ns);
	}
	for (unsigned i = 0; i < EXPIRE_MAX; i++) {
		struct zt__transfer *t =
		    zt__transfer_table_oldest(table, ZT__LIST_ENDED);
		if (!t || now_ns < t->touched_ns + transfers->timeout_ns)
			break;
		zt__transfer_table_remove(table, t);
	}
}

void
zt_transfers_flush(struct zt_transfers *transfers, uint64_t now_ns)
{
	static const enum zt__transfer_list lists[] = { ZT__LIST_WAITING,
		ZT__LIST_RUNNING, ZT__LIST_ENDED };
	struct zt__transfer *t;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		while ((t = zt__transfer_table_oldest(&transfers->table, lists[i])))
			dismiss(transfers, t, ZT_TCP_END_FLUSH, now_ns);
}
