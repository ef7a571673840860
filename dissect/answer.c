#include "answer.h"

#include <string.h>

#include "cursor.h"
#include "provider.h"

/** Record types that only answer.c tells apart. */
enum {
	TYPE_RRSIG = 46,
};

/** Records of one message that are compared with the marks of providers. */
#define PROVIDER_RECORDS_MAX 16

/** What is carried from record to record. */
struct reader {
	const struct zt_answer_input *in;
	struct zt_answer *out;
	unsigned hops;		  /**< Pointer hops left for the message. */
	size_t hash_budget;	  /**< Bytes of data that may still be hashed. */
	unsigned provider_budget; /**< Records that may still be compared. */
	uint64_t hash;		  /**< Sum over the hashed records. */
	bool has_soa;		  /**< In the authority section. */
	bool has_cut;		  /**< NS records whose owner encloses the question. */
	uint8_t cut_off;	  /**< Where that owner starts in the question. */
};

static void
note(struct reader *reader, enum zt_reject what)
{
	reader->out->noted |= UINT64_C(1) << what;
}

/** Expand a name of a record within the hops of the message. */
static bool
expand(struct reader *reader, size_t len, size_t *offset, struct zt_name *name)
{
	enum zt_reject r = ZT_R_TOO_COMPLEX;

	if (reader->hops > 0)
		r = zt_name_expand(reader->in->msg, len, offset, &reader->hops, name);
	if (r == ZT_R_TOO_COMPLEX)
		note(reader, r);
	return r == ZT_ACCEPT;
}

/** Expand a name that begins the data of a record and has to end inside it. */
static bool
expand_rdata(
    struct reader *reader, const struct zt_rr *rr, size_t *offset, struct zt_name *name)
{
	*offset = rr->rdata;
	return expand(reader, (size_t)rr->rdata + rr->rdlen, offset, name);
}

/** Add one answer record to the order-free hash: a sum of keyed hashes. */
static void
add_to_hash(struct reader *reader, const struct zt_rr *rr)
{
	const struct zt_answer_input *in = reader->in;
	struct zt_name target;
	size_t pos;
	uint64_t data;

	if (rr->type == TYPE_RRSIG)
		return; /* Differs from name to name where the answer does not. */
	if (rr->type == ZT_RR_CNAME && expand_rdata(reader, rr, &pos, &target)) {
		/* The same target may be compressed in different ways. */
		data = zt_hash(in->key, target.wire, target.len);
	} else {
		size_t n =
		    rr->rdlen < reader->hash_budget ? rr->rdlen : reader->hash_budget;
		reader->hash_budget -= n;
		data = zt_hash(in->key, in->msg + rr->rdata, n) + rr->rdlen;
	}
	reader->hash += zt_hash_mix(data, rr->type);
	if (reader->hash == 0)
		reader->hash = 1;
}

static void
add_address(struct zt_answer *out, const uint8_t *msg, const struct zt_rr *rr)
{
	size_t len = rr->type == ZT_RR_A ? 4 : 16;

	if (out->n_addrs == ZT_EVENT_ADDR_MAX || rr->rdlen != len)
		return;
	struct zt_answer_addr *addr = &out->addrs[out->n_addrs++];
	memset(addr, 0, sizeof(*addr));
	addr->family = rr->type == ZT_RR_A ? 4 : 6;
	memcpy(addr->addr, msg + rr->rdata, len);
}

/** Can a record of this type tell which services a domain uses? */
static bool
has_provider_marks(uint16_t type)
{
	return type == ZT_RR_TXT || type == ZT_RR_SPF || type == ZT_RR_MX ||
	       type == ZT_RR_CNAME;
}

static void
read_answer(struct reader *reader, const struct zt_rr *rr, bool is_first)
{
	if (is_first && rr->type == ZT_RR_CNAME)
		reader->out->flags |= ZT_EF_CNAME;
	if (rr->type == ZT_RR_A || rr->type == ZT_RR_AAAA)
		add_address(reader->out, reader->in->msg, rr);
	/* Comparing expands names too: no hops left, no comparison. */
	if (has_provider_marks(rr->type) && reader->provider_budget > 0 &&
	    reader->hops > 0) {
		reader->provider_budget--;
		reader->out->providers |=
		    zt_provider_match(reader->in->msg, reader->in->len, rr);
	}
	add_to_hash(reader, rr);
}

/** Where the owner of a record starts in the question; false when it is no suffix. */
static bool
find_suffix(struct reader *reader, const struct zt_rr *rr, uint8_t *off)
{
	const struct zt_screen *screen = reader->in->screen;
	size_t pos = rr->owner;
	struct zt_name zone;

	if (screen->n_questions == 0 || !expand(reader, reader->in->len, &pos, &zone))
		return false;
	const struct zt_name *name = &screen->questions[0].name;
	if (!zt_name_is_under(name->wire, name->len, zone.wire, zone.len))
		return false;
	*off = (uint8_t)(name->len - zone.len);
	return true;
}

/** The owner of the SOA is the zone when the question lies under it. */
static void
read_zone(struct reader *reader, const struct zt_rr *rr)
{
	reader->has_soa = true;
	if (find_suffix(reader, rr, &reader->out->zone_off))
		reader->out->flags |= ZT_EF_ZONE;
}

/** The first NS record of the authority section stands for all of them. */
static void
read_cut(struct reader *reader, const struct zt_rr *rr)
{
	if (reader->out->ns_records++ == 0)
		reader->has_cut = find_suffix(reader, rr, &reader->cut_off);
}

/** The first SOA record outside of the additional section. */
static void
read_soa(struct reader *reader, const struct zt_rr *rr)
{
	struct zt_answer *out = reader->out;

	if (rr->section != ZT_SECTION_ADDITIONAL && (out->flags & ZT_EF_SOA) == 0 &&
	    zt_walk_soa(reader->in->msg, reader->in->len, rr, &out->soa))
		out->flags |= ZT_EF_SOA;
}

/** Both ends of an NSEC interval, RFC 4034 section 4.1. */
static bool
read_nsec(struct reader *reader, const struct zt_rr *rr, struct zt_nsec *out)
{
	const struct zt_answer_input *in = reader->in;
	struct zt_name owner, next;
	size_t pos = rr->owner;

	if (!expand(reader, in->len, &pos, &owner) ||
	    !expand_rdata(reader, rr, &pos, &next))
		return false;
	/* A chain is followed over many messages: a name that ldns reads otherwise
	 * would lead astray. */
	if (zt_decode_check_name(in->decode, &next, in->ts_ns) == ZT_DECODE_DISAGREES)
		return false;
	out->owner = zt_hash(in->key, owner.wire, owner.len);
	out->next = zt_hash(in->key, next.wire, next.len);
	return true;
}

/** Value of a digit of base32hex, RFC 4648 section 7; 32 for any other byte. */
static unsigned
base32hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)c - '0';
	if (c >= 'a' && c <= 'v')
		return (unsigned)c - 'a' + 10;
	if (c >= 'A' && c <= 'V')
		return (unsigned)c - 'A' + 10;
	return 32;
}

/** First eight bytes of a hash from the label that spells it. */
static bool
read_hash_label(const uint8_t *label, uint64_t *out)
{
	/* 13 digits hold 65 bits; the last one is not ours. */
	if (label[0] < 13 || label[0] > 63)
		return false;
	*out = 0;
	for (int i = 1; i <= 12; i++) {
		unsigned digit = base32hex(label[i]);
		if (digit > 31)
			return false;
		*out = *out << 5 | digit;
	}
	unsigned last = base32hex(label[13]);
	*out = *out << 4 | last >> 1;
	return last <= 31;
}

/** Both ends of an NSEC3 interval, RFC 5155 section 3.2. */
static bool
read_nsec3(struct reader *reader, const struct zt_rr *rr, struct zt_nsec *out)
{
	const struct zt_answer_input *in = reader->in;
	struct zt_cursor c = zt_cursor_init(in->msg + rr->rdata, rr->rdlen);
	struct zt_name owner;
	size_t pos = rr->owner;

	zt_cursor_skip(&c, 4);		      /* algorithm, flags, iterations */
	zt_cursor_skip(&c, zt_cursor_u8(&c)); /* salt */
	unsigned hash_len = zt_cursor_u8(&c);
	uint64_t high = zt_cursor_u32(&c);
	out->next = high << 32 | zt_cursor_u32(&c);
	return !c.failed && hash_len >= 8 && expand(reader, in->len, &pos, &owner) &&
	       read_hash_label(owner.wire, &out->owner);
}

static void
read_interval(struct reader *reader, const struct zt_rr *rr)
{
	struct zt_answer *out = reader->out;
	struct zt_nsec interval;

	if (out->n_nsec == ZT_EVENT_NSEC_MAX)
		return;
	memset(&interval, 0, sizeof(interval));
	interval.type = rr->type;
	if (rr->type == ZT_RR_NSEC ? read_nsec(reader, rr, &interval)
				   : read_nsec3(reader, rr, &interval))
		out->nsec[out->n_nsec++] = interval;
}

static void
read_opt(struct reader *reader, const struct zt_rr *rr)
{
	struct zt_answer *out = reader->out;

	if (out->flags & ZT_EF_EDNS) {
		note(reader, ZT_R_MULTI_OPT);
		return;
	}
	zt_walk_edns(reader->in->msg, reader->in->len, rr, &out->edns);
	out->flags |= ZT_EF_EDNS;
	if (out->edns.ecs_family != 0)
		out->flags |= ZT_EF_ECS;
	if (out->edns.bad)
		note(reader, ZT_R_BAD_EDNS);
}

/** SIG(0) is a SIG record that covers type 0, RFC 2931 section 3. */
static bool
is_sig0(const uint8_t *msg, const struct zt_rr *rr)
{
	struct zt_cursor c = zt_cursor_init(msg + rr->rdata, rr->rdlen);
	return zt_cursor_u16(&c) == 0 && !c.failed;
}

static void
read_record(struct reader *reader, const struct zt_rr *rr, bool is_first)
{
	const struct zt_answer_input *in = reader->in;
	bool is_response = in->screen->flags & ZT_DNS_QR;

	if (zt_dns_opcode(in->screen->flags) != 5 &&
	    !zt_walk_rdata_fits(in->msg, in->len, rr))
		note(reader, ZT_R_BAD_RDATA);
	else if (is_response && rr->section == ZT_SECTION_ANSWER)
		read_answer(reader, rr, is_first);
	switch (rr->type) {
	case ZT_RR_OPT:
		read_opt(reader, rr);
		break;
	case ZT_RR_TSIG:
		if (rr->section == ZT_SECTION_ADDITIONAL)
			reader->out->flags |= ZT_EF_TSIG;
		break;
	case ZT_RR_SIG:
		if (rr->section == ZT_SECTION_ADDITIONAL && is_sig0(in->msg, rr))
			reader->out->flags |= ZT_EF_SIG0;
		break;
	case ZT_RR_SOA:
		read_soa(reader, rr);
		if (is_response && rr->section == ZT_SECTION_AUTHORITY)
			read_zone(reader, rr);
		break;
	case ZT_RR_NS:
		if (is_response && rr->section == ZT_SECTION_AUTHORITY)
			read_cut(reader, rr);
		break;
	case ZT_RR_NSEC:
	case ZT_RR_NSEC3:
		if (is_response)
			read_interval(reader, rr);
		break;
	default:
		break;
	}
}

/** What only the whole of the records tells. */
static void
conclude(struct reader *reader, const struct zt_walk *walk, bool is_cut_short)
{
	struct zt_answer *out = reader->out;
	uint16_t flags = reader->in->screen->flags;

	out->hash = reader->hash;
	out->n_answers = walk->counted[ZT_SECTION_ANSWER];
	if (flags & ZT_DNS_QR && !(flags & ZT_DNS_AA) && (flags & 15u) == 0 &&
	    out->n_answers == 0 && out->ns_records > 0 && !reader->has_soa)
		out->flags |= ZT_EF_REFERRAL;
	if (reader->has_cut && !reader->has_soa) {
		out->flags |= ZT_EF_CUT;
		out->zone_off = reader->cut_off;
	}
	if (walk->end != ZT_ACCEPT)
		note(reader, walk->end);
	else if (!is_cut_short && walk->pos < walk->len)
		note(reader, ZT_R_TRAILING_BYTES);
}

void
zt_answer_read(const struct zt_answer_input *in, struct zt_answer *out)
{
	struct reader reader = { in, out, ZT_ANSWER_HOPS_MAX, ZT_ANSWER_HASHED_MAX,
		PROVIDER_RECORDS_MAX, 0, false, false, 0 };
	struct zt_walk walk;
	struct zt_rr rr;
	size_t n_records = 0;

	memset(out, 0, offsetof(struct zt_answer, edns));
	zt_walk_init(&walk, in->msg, in->len, in->screen);
	while (zt_walk_next(&walk, &rr)) {
		if (n_records++ == in->max_records) {
			note(&reader, ZT_R_TOO_COMPLEX);
			break;
		}
		if (n_records <= in->max_read || rr.type == ZT_RR_OPT ||
		    rr.type == ZT_RR_TSIG)
			read_record(&reader, &rr, walk.counted[0] == 1);
	}
	conclude(&reader, &walk, n_records > in->max_records);
}
