/*
 * One DNS message: screen and walk keep their promises, agree with ldns where both may
 * read it, and the message module counts it once.
 *
 * ldns sees only what our walk has passed and what is small; see dissect/NOTES.md.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "dissect/decode.h"
#include "dissect/message.h"
#include "dissect/screen.h"
#include "dissect/walk.h"
#include "laws.h"
#include "target.h"

#define GATE_BYTES   512
#define GATE_RECORDS 32

static const struct zt_hash_key key = { 1, 2 };

/** Stop the run, saying what was expected. */
static void
expect(int is_true, const char *what)
{
	if (is_true)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

/** A name that was read obeys the limits and has a text of one line of ASCII. */
static void
check_name(const struct zt_name *name)
{
	char text[ZT_NAME_TEXT_MAX];
	size_t pos = 0;
	unsigned n_labels = 0;

	expect(name->len >= 1, "a name has its root");
	while (name->wire[pos] != 0) {
		expect(name->wire[pos] <= 63, "a label has 63 bytes at most");
		pos += 1u + name->wire[pos];
		n_labels++;
		expect(pos < name->len, "labels end inside the name");
	}
	expect(pos + 1 == name->len, "the root ends the name");
	expect(n_labels == name->n_labels, "labels are counted");
	for (size_t i = 0; i < name->len; i++)
		expect(name->wire[i] < 'A' || name->wire[i] > 'Z', "case is folded");
	size_t n = zt_name_text(name->wire, name->len, text);
	expect(n < sizeof(text) && n == strlen(text), "the text fits");
	for (size_t i = 0; i < n; i++)
		expect(
		    text[i] > ' ' && text[i] <= '~', "the text is one line of ASCII");
}

/** Can the names in the data be expanded?  Only for types whose form we know. */
static bool
is_plain(const uint8_t *msg, size_t len, const struct zt_rr *rr)
{
	size_t offset = rr->rdata;
	unsigned hops = ZT_NAME_HOPS_MAX;
	struct zt_name name;

	if (!zt_walk_rdata_fits(msg, len, rr))
		return false;
	switch (rr->type) {
	case ZT_RR_A:
	case ZT_RR_AAAA:
		return true;
	case ZT_RR_MX:
		offset += 2;
		break;
	case ZT_RR_NS:
	case ZT_RR_CNAME:
	case ZT_RR_PTR:
		break;
	default:
		return false;
	}
	return zt_name_expand(msg, len, &offset, &hops, &name) == ZT_ACCEPT;
}

/** Walk the records; @return whether ldns may see the message. */
static bool
check_walk(
    const uint8_t *msg, size_t len, const struct zt_screen *screen, unsigned *n_records)
{
	struct zt_walk walk;
	struct zt_rr rr;
	size_t before = screen->body;
	bool may_show = len <= GATE_BYTES && screen->body_known;

	*n_records = 0;
	zt_walk_init(&walk, msg, len, screen);
	while (zt_walk_next(&walk, &rr)) {
		struct zt_name owner;
		size_t offset = rr.owner;
		unsigned hops = ZT_NAME_HOPS_MAX;
		expect(rr.owner == before, "records follow each other");
		expect((size_t)rr.rdata + rr.rdlen <= len, "data lies in the message");
		before = (size_t)rr.rdata + rr.rdlen;
		++*n_records;
		if (zt_name_expand(msg, len, &offset, &hops, &owner) == ZT_ACCEPT)
			check_name(&owner);
		else
			may_show = false;
		may_show = may_show && is_plain(msg, len, &rr);
	}
	return may_show && walk.end == ZT_ACCEPT && *n_records <= GATE_RECORDS;
}

/** Both readers see the same first question and as many records. */
static void
compare_with_ldns(
    const uint8_t *msg, size_t len, const struct zt_screen *screen, unsigned n_records)
{
	ldns_pkt *pkt = NULL;

	if (ldns_wire2pkt(&pkt, msg, len) != LDNS_STATUS_OK)
		return;
	expect(ldns_rr_list_rr_count(ldns_pkt_question(pkt)) == screen->n_questions,
	    "as many questions as ldns reads");
	expect(ldns_rr_list_rr_count(ldns_pkt_answer(pkt)) +
		       ldns_rr_list_rr_count(ldns_pkt_authority(pkt)) +
		       ldns_rr_list_rr_count(ldns_pkt_additional(pkt)) ==
		   n_records,
	    "as many records as ldns reads");
	if (screen->n_questions > 0) {
		const ldns_rr *rr = ldns_rr_list_rr(ldns_pkt_question(pkt), 0);
		const ldns_rdf *owner = ldns_rr_owner(rr);
		const struct zt_question *ours = &screen->questions[0];
		const uint8_t *theirs = ldns_rdf_data(owner);
		expect((unsigned)ldns_rr_get_type(rr) == ours->type, "the type");
		expect((unsigned)ldns_rr_get_class(rr) == ours->klass, "the class");
		expect(ldns_rdf_size(owner) == ours->name.len, "the name's length");
		for (size_t i = 0; i < ours->name.len; i++)
			expect(LDNS_DNAME_NORMALIZE(theirs[i]) == ours->name.wire[i],
			    "the name");
	}
	ldns_pkt_free(pkt);
}

static void
check_event(void *arg, const struct zt_event *ev)
{
	unsigned *n = arg;

	++*n;
	expect(event_has_its_size(ev), "the tail is what the header says");
	if (ev->flags & ZT_EF_ZONE)
		expect(ev->zone_off < ev->name_len, "the zone is a part of the name");
}

/** Messages with an outcome so far. */
static uint64_t
outcomes(const struct zt_dissect_stats *stats)
{
	uint64_t sum = zt_counted(&stats->messages_ok);

	for (int i = 1; i < ZT_N_REJECTS; i++)
		if (zt_reject_level((enum zt_reject)i) == ZT_REJECT_MESSAGE)
			sum += zt_counted(&stats->outcomes[i]);
	return sum;
}

static struct zt_dissect_stats stats;
static unsigned n_events;

/** Made once: its tables are large, and nothing that is checked depends on them. */
static struct zt_messages *
the_module(void)
{
	static struct zt_messages *messages;
	struct zt_dissect_options options;

	if (messages)
		return messages;
	zt_dissect_defaults(&options);
	options.key = key;
	options.exchanges = 64;
	options.transfers = 16;
	options.emit = check_event;
	options.emit_arg = &n_events;
	messages = zt_messages_new(&options, &stats);
	expect(messages != NULL, "memory");
	return messages;
}

/** The message module counts the message once. */
static void
check_module(const uint8_t *msg, size_t len)
{
	static uint64_t n_messages;
	struct zt_messages *messages = the_module();
	struct zt_datagram datagram;

	memset(&datagram, 0, sizeof(datagram));
	datagram.path.family = 4;
	datagram.path.transport = ZT_PROTO_UDP;
	datagram.path.dst_port = 53;
	datagram.payload = msg;
	datagram.payload_len = (uint32_t)len;
	datagram.payload_wire_len = (uint32_t)len;
	zt_messages_udp(messages, &datagram);
	zt_messages_flush(messages, 1);
	n_messages++;
	expect(zt_counted(&stats.messages) == n_messages, "one message");
	expect(outcomes(&stats) == n_messages, "one outcome");
	expect(zt_counted(&stats.events) == n_events, "events are counted");
	/* The sums over all types and codes take longer than the rest. */
	if ((n_messages & 255) == 1) {
		const char *broken = laws_broken(&stats);
		expect(!broken, broken ? broken : "");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zt_screen screen;
	unsigned n_records;

	if (size > 65535)
		return 0;
	if (zt_screen(&key, data, size, &screen) == ZT_ACCEPT) {
		expect(
		    screen.n_questions <= ZT_QUESTIONS_MAX, "four questions at most");
		expect(screen.body <= size, "the body lies in the message");
		for (unsigned i = 0; i < screen.n_questions; i++)
			check_name(&screen.questions[i].name);
		if (check_walk(data, size, &screen, &n_records))
			compare_with_ldns(data, size, &screen, n_records);
	}
	check_module(data, size);
	return 0;
}
