#include "message.h"

#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "cursor.h"
#include "emit.h"
#include "exchange.h"
#include "transfer.h"

/** Records looked into and walked of one UDP message; one of 4096 bytes may have 370,
 *  answers for people have 40 at most. */
#define UDP_READ_MAX	64
#define UDP_RECORDS_MAX 1024
/** The same for TCP; 65535 bytes cannot hold as many, so all of them are walked. */
#define TCP_READ_MAX	512
#define TCP_RECORDS_MAX 8192
/** Least bytes of a record and of a question: root name and fixed fields. */
#define RECORD_MIN   11
#define QUESTION_MIN 5

/** Opcodes, IANA DNS parameters. */
enum {
	OPCODE_DSO = 6, /**< RFC 8490: a message without any section. */
	OPCODE_UNASSIGNED = 3,
	OPCODE_LAST = 6,
};

struct zt_messages {
	struct zt_dissect_options options;
	struct zt_dissect_stats *stats;
	struct zt_exchanges *exchanges;
	struct zt_transfers *transfers;
	struct zt_decode decode;
	struct zt_screen screen; /**< Of the message in work. */
	struct zt_answer answer; /**< Of the message in work. */
	struct zt_emit out;	 /**< The event in work. */
};

/** One message, whichever way it came. */
struct incoming {
	const struct zt_path *path;
	const uint8_t *msg;
	size_t len;
	size_t wire_len; /**< What it was before the capture or the stream cut it. */
	uint64_t ts_ns;
	uint64_t stream_id;
	uint64_t gap_bytes;
	bool is_partial;
	bool is_alternate;
	bool is_one_sided;
	/** Counted as a message.  A second version of a message that was counted and a
	 *  piece of one that never became whole are not. */
	bool is_counted;
};

struct zt_messages *
zt_messages_new(
    const struct zt_dissect_options *options, struct zt_dissect_stats *stats)
{
	struct zt_messages *messages = calloc(1, sizeof(*messages));

	if (!messages)
		return NULL;
	messages->options = *options;
	messages->options.ports = NULL; /* Borrowed for the call only. */
	messages->stats = stats;
	messages->exchanges = zt_exchanges_new(options->exchanges, &options->key);
	messages->transfers = zt_transfers_new(options, stats);
	zt_decode_init(&messages->decode, stats);
	if (!messages->exchanges || !messages->transfers)
		zt_messages_free(&messages);
	return messages;
}

void
zt_messages_free(struct zt_messages **messages)
{
	if (!*messages)
		return;
	zt_exchanges_free(&(*messages)->exchanges);
	zt_transfers_free(&(*messages)->transfers);
	free(*messages);
	*messages = NULL;
}

static void
count_outcome(struct zt_messages *messages, enum zt_reject outcome)
{
	zt_count(&messages->stats->outcomes[outcome], 1);
}

/** Count every outcome whose bit is set. */
static void
count_noted(struct zt_messages *messages, uint64_t noted)
{
	for (int i = 0; noted != 0; i++, noted >>= 1)
		if (noted & 1)
			zt_count(&messages->stats->outcomes[i], 1);
}

/** Does the header promise what no message of this length can hold? */
static bool
is_impossible(const struct zt_screen *screen, size_t wire_len)
{
	unsigned opcode = zt_dns_opcode(screen->flags);
	size_t records = (size_t)screen->ancount + screen->nscount + screen->arcount;
	size_t least = ZT_DNS_HEADER_LEN + records * RECORD_MIN +
		       (size_t)screen->qdcount * QUESTION_MIN;

	return opcode > OPCODE_LAST || opcode == OPCODE_UNASSIGNED || least > wire_len;
}

/**
 * The outcome of a message after the screen's.
 *
 * Only what has no readable question can be judged not to be DNS at all: a question
 * that can be read counts, whatever its header says.
 */
static enum zt_reject
judge(enum zt_reject screened, const struct zt_screen *screen, size_t wire_len)
{
	bool is_response = screen->flags & ZT_DNS_QR;

	if (screened != ZT_ACCEPT)
		return is_impossible(screen, wire_len) ? ZT_R_NOT_DNS : screened;
	if (screen->qdcount > 0 || is_response ||
	    zt_dns_opcode(screen->flags) == OPCODE_DSO)
		return ZT_ACCEPT;
	bool is_empty =
	    screen->ancount == 0 && screen->nscount == 0 && screen->arcount == 0;
	/* A header that announces nothing, and yet there is more: zeros, for one. */
	return is_empty && wire_len > ZT_DNS_HEADER_LEN ? ZT_R_NOT_DNS
							: ZT_R_NO_QUESTION;
}

/** Count what the header and the first question say. */
static void
count_header(struct zt_messages *messages, const struct incoming *in)
{
	struct zt_dissect_stats *stats = messages->stats;
	const struct zt_screen *screen = &messages->screen;
	int transport =
	    in->path->transport == ZT_PROTO_TCP ? ZT_STATS_TCP : ZT_STATS_UDP;

	bool is_tagged = in->path->n_vlan != 0;

	if (screen->flags & ZT_DNS_QR) {
		zt_count(&stats->responses[transport], 1);
		zt_count(&stats->tagged_responses, is_tagged);
		return;
	}
	zt_count(&stats->queries[transport], 1);
	zt_count(&stats->tagged_queries, is_tagged);
	zt_count(&stats->opcodes[zt_dns_opcode(screen->flags)], 1);
	if (screen->n_questions > 0)
		zt_count(&stats->types[screen->questions[0].type], 1);
}

/** Read the records behind the questions into messages->answer. */
static void
read_records(struct zt_messages *messages, const struct incoming *in)
{
	bool is_tcp = in->path->transport == ZT_PROTO_TCP;
	struct zt_answer_input input = {
		.key = &messages->options.key,
		.decode = &messages->decode,
		.screen = &messages->screen,
		.msg = in->msg,
		.len = in->len,
		.max_read = is_tcp ? TCP_READ_MAX : UDP_READ_MAX,
		.max_records = is_tcp ? TCP_RECORDS_MAX : UDP_RECORDS_MAX,
		.ts_ns = in->ts_ns,
	};
	uint64_t cut = UINT64_C(1) << ZT_R_BAD_SECTION | UINT64_C(1) << ZT_R_BAD_RDATA;

	zt_answer_read(&input, &messages->answer);
	if (in->is_partial)
		/* Not the sender's doing. */
		messages->answer.noted &= ~cut;
	if (messages->screen.qdcount > 1)
		messages->answer.noted |= UINT64_C(1) << ZT_R_MULTI_QUESTION;
	if (in->is_counted)
		count_noted(messages, messages->answer.noted);
}

/** Fields that come from the records. */
static void
put_answer(struct zt_event *ev, const struct zt_answer *answer)
{
	ev->flags |= answer->flags;
	ev->answer_hash = answer->hash;
	ev->providers = answer->providers;
	ev->n_answers = answer->n_answers;
	ev->zone_off = answer->zone_off;
	ev->n_nsec = answer->n_nsec;
	ev->n_addrs = answer->n_addrs;
	if (answer->flags & ZT_EF_EDNS) {
		ev->edns_options = answer->edns.options;
		ev->edns_size = answer->edns.size;
		ev->edns_flags = answer->edns.flags;
		ev->edns_version = answer->edns.version;
	}
}

/** Response code of the message, with the upper bits of an OPT record. */
static uint16_t
full_rcode(const struct zt_messages *messages)
{
	unsigned low = messages->screen.flags & 15u;
	const struct zt_answer *answer = &messages->answer;

	if (!(answer->flags & ZT_EF_EDNS))
		return (uint16_t)low;
	return (uint16_t)((unsigned)answer->edns.extended_rcode << 4 | low);
}

/** Fill the fixed part of an event, all but the question. */
static void
start_event(struct zt_messages *messages, const struct incoming *in, uint32_t flags)
{
	struct zt_event *ev = &messages->out.event;
	const struct zt_screen *screen = &messages->screen;
	bool is_response = screen->flags & ZT_DNS_QR;

	zt_emit_begin(&messages->out, in->path, is_response);
	ev->kind = is_response ? ZT_EVENT_RESPONSE : ZT_EVENT_QUERY;
	ev->ts_ns = in->ts_ns;
	ev->flags |= flags;
	ev->dns_id = screen->id;
	ev->dns_flags = screen->flags;
	ev->rcode = full_rcode(messages);
	ev->msg_len = (uint16_t)(in->wire_len < UINT16_MAX ? in->wire_len : UINT16_MAX);
	ev->gap_bytes =
	    (uint32_t)(in->gap_bytes < UINT32_MAX ? in->gap_bytes : UINT32_MAX);
	ev->worker = messages->options.worker;
	if (screen->qdcount > 1)
		ev->flags |= ZT_EF_MULTI_QUESTION;
	if (in->is_partial)
		ev->flags |= ZT_EF_PARTIAL;
	if (in->is_alternate)
		ev->flags |= ZT_EF_ALTERNATE;
	put_answer(ev, &messages->answer);
}

/** Add a question to the started event. */
static void
put_question(struct zt_messages *messages, const struct incoming *in,
    const struct zt_question *question)
{
	struct zt_event *ev = &messages->out.event;
	uint8_t raw[ZT_NAME_MAX], raw_len;
	bool has_raw = question->name.had_upper &&
		       zt_name_copy_raw(in->msg, in->len, question->name_offset, raw,
			   &raw_len) == ZT_ACCEPT;

	ev->name_hash = question->hash;
	ev->qtype = question->type;
	ev->qclass = question->klass;
	zt_emit_name(&messages->out, &question->name, has_raw ? raw : NULL);
}

/** Hand over an event about one question, or about none when it is NULL. */
static void
emit(struct zt_messages *messages, const struct incoming *in,
    const struct zt_question *question, uint32_t flags, uint32_t latency_us)
{
	const struct zt_answer *answer = &messages->answer;
	struct zt_emit *out = &messages->out;

	start_event(messages, in, flags);
	out->event.latency_us = latency_us;
	if (question)
		put_question(messages, in, question);
	zt_emit_origin(
	    out, in->path, answer->flags & ZT_EF_EDNS ? &answer->edns : NULL);
	/* A message's event always fits: see the sizes in event.h. */
	(void)zt_emit_append(
	    out, answer->nsec, answer->n_nsec * sizeof(answer->nsec[0]));
	(void)zt_emit_append(
	    out, answer->addrs, answer->n_addrs * sizeof(answer->addrs[0]));
	if (answer->flags & ZT_EF_SOA)
		(void)zt_emit_append(out, &answer->soa, sizeof(answer->soa));
	zt_count(&messages->stats->events, 1);
	messages->options.emit(messages->options.emit_arg, &out->event);
}

static struct zt_transfer_message
transfer_message(const struct zt_messages *messages, const struct incoming *in)
{
	return (struct zt_transfer_message){
		.path = in->path,
		.screen = &messages->screen,
		.msg = in->msg,
		.ts_ns = in->ts_ns,
		.stream_id = in->stream_id,
		.gap_bytes = in->gap_bytes,
		.len = in->len,
		.partial = in->is_partial,
		.one_sided = in->is_one_sided,
		.alternate = in->is_alternate,
	};
}

/** The question that stands for the message, or NULL. */
static const struct zt_question *
first_question(const struct zt_screen *screen)
{
	return screen->n_questions > 0 ? &screen->questions[0] : NULL;
}

/** Hiding the question for a transfer behind another one is of no use. */
static bool
asks_for_transfer(const struct zt_screen *screen)
{
	for (unsigned i = 0; i < screen->n_questions; i++)
		if (screen->questions[i].type == ZT_RR_AXFR ||
		    screen->questions[i].type == ZT_RR_IXFR)
			return true;
	return false;
}

static void
handle_query(struct zt_messages *messages, const struct incoming *in)
{
	const struct zt_screen *screen = &messages->screen;
	const struct zt_question *first = first_question(screen);
	uint32_t flags = 0;

	read_records(messages, in);
	if (!first)
		return;
	if (zt_exchanges_query(messages->exchanges, first, in->ts_ns) ==
	    ZT_EXCHANGE_RETRY)
		flags |= ZT_EF_RETRY;
	for (unsigned i = 0; i < screen->n_questions; i++)
		emit(messages, in, &screen->questions[i], flags, 0);
	if (asks_for_transfer(screen)) {
		struct zt_transfer_message tm = transfer_message(messages, in);
		zt_transfers_request(messages->transfers, &tm);
	}
}

/** What the event of a response says of its query. */
static uint32_t
pairing_flags(enum zt_exchange_result result)
{
	switch (result) {
	case ZT_EXCHANGE_PAIRED:
		return ZT_EF_PAIRED;
	case ZT_EXCHANGE_STANDS_FOR_QUERY:
		return ZT_EF_STANDS_FOR_QUERY;
	case ZT_EXCHANGE_UNSOLICITED:
		return ZT_EF_UNSOLICITED;
	case ZT_EXCHANGE_NEW:
	case ZT_EXCHANGE_RETRY:
		break;
	}
	return 0;
}

static void
count_rcode(struct zt_messages *messages, const struct incoming *in, uint16_t rcode)
{
	if (!in->is_counted)
		return;
	zt_count(&messages->stats->rcodes[rcode & 15u], 1);
	if (rcode > 15)
		zt_count(&messages->stats->extended_rcodes[rcode & 4095u], 1);
}

static void
handle_response(struct zt_messages *messages, const struct incoming *in)
{
	const struct zt_screen *screen = &messages->screen;
	const struct zt_question *first = first_question(screen);
	struct zt_transfer_message tm = transfer_message(messages, in);
	uint32_t latency_us = 0;
	enum zt_exchange_result result =
	    zt_exchanges_response(messages->exchanges, first, in->ts_ns, &latency_us);
	bool is_transfer = zt_transfers_response(messages->transfers, &tm);

	if (is_transfer && result != ZT_EXCHANGE_PAIRED) {
		/* Its query was answered by the first message of the transfer. */
		count_rcode(messages, in, screen->flags & 15u);
		return;
	}
	read_records(messages, in);
	count_rcode(messages, in, full_rcode(messages));
	if (result == ZT_EXCHANGE_PAIRED)
		zt_count(&messages->stats->exchanges_paired, 1);
	else if (result == ZT_EXCHANGE_UNSOLICITED)
		count_outcome(messages, ZT_R_UNSOLICITED);
	emit(messages, in, first, pairing_flags(result), latency_us);
}

/** Count the one outcome of the message. */
static void
count_message(
    struct zt_messages *messages, const struct incoming *in, enum zt_reject outcome)
{
	if (!in->is_counted)
		return;
	zt_count(&messages->stats->messages, 1);
	if (outcome == ZT_ACCEPT)
		zt_count(&messages->stats->messages_ok, 1);
	else
		count_outcome(messages, outcome);
}

/** While the message is screened, its exchange is on its way into the cache. */
static void
aim(struct zt_messages *messages, const struct incoming *in)
{
	if (in->len < ZT_DNS_HEADER_LEN)
		return;
	bool is_query = !(zt_be16(in->msg + 2) & ZT_DNS_QR);
	zt_exchanges_aim(messages->exchanges, in->path, zt_be16(in->msg), is_query);
}

static void
handle(struct zt_messages *messages, const struct incoming *in)
{
	struct zt_screen *screen = &messages->screen;

	aim(messages, in);
	enum zt_reject r = zt_screen(&messages->options.key, in->msg, in->len, screen);

	if (r == ZT_R_SHORT_HEADER) {
		count_message(messages, in, r);
		return;
	}
	r = judge(r, screen, in->wire_len);
	count_message(messages, in, r);
	if (in->is_counted)
		count_header(messages, in);
	bool is_response = screen->flags & ZT_DNS_QR;
	if (r == ZT_ACCEPT && is_response)
		handle_response(messages, in);
	else if (r == ZT_ACCEPT)
		handle_query(messages, in);
	else if (is_response)
		count_rcode(messages, in, screen->flags & 15u);
}

void
zt_messages_udp(struct zt_messages *messages, const struct zt_datagram *datagram)
{
	struct incoming in = {
		.path = &datagram->path,
		.msg = datagram->payload,
		.len = datagram->payload_len,
		.wire_len = datagram->payload_wire_len,
		.ts_ns = datagram->ts_ns,
		.is_partial = datagram->payload_wire_len > datagram->payload_len,
		.is_counted = true,
	};

	handle(messages, &in);
}

void
zt_messages_tcp(struct zt_messages *messages, const struct zt_tcp_message *message)
{
	struct incoming in = {
		.path = message->path,
		.msg = message->data,
		.len = message->len,
		.wire_len = message->announced_len,
		.ts_ns = message->ts_ns,
		.stream_id = message->stream_id,
		.gap_bytes = message->gap_bytes,
		.is_partial = message->partial,
		.is_alternate = message->alternate,
		.is_one_sided = message->one_sided,
		.is_counted = !message->partial && !message->alternate,
	};

	if (message->partial)
		count_outcome(messages, ZT_R_MESSAGE_UNFINISHED);
	if (message->alternate)
		count_outcome(messages, ZT_R_ALTERNATE);
	if (message->announced_len < ZT_DNS_HEADER_LEN)
		count_message(messages, &in, ZT_R_BAD_TCP_LEN);
	else
		handle(messages, &in);
}

void
zt_messages_tcp_gap(struct zt_messages *messages, uint64_t stream_id,
    const struct zt_path *path, uint64_t bytes, uint64_t ts_ns)
{
	(void)path; /* Transfers are found by their stream. */
	zt_transfers_gap(messages->transfers, stream_id, bytes, ts_ns);
}

void
zt_messages_tcp_end(struct zt_messages *messages, uint64_t stream_id,
    enum zt_tcp_end why, uint64_t ts_ns)
{
	zt_transfers_stream_end(messages->transfers, stream_id, why, ts_ns);
}

void
zt_messages_expire(struct zt_messages *messages, uint64_t now_ns)
{
	/* Open queries are replaced by age when they are looked up. */
	zt_transfers_expire(messages->transfers, now_ns);
}

void
zt_messages_flush(struct zt_messages *messages, uint64_t now_ns)
{
	zt_transfers_flush(messages->transfers, now_ns);
}
