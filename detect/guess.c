#include "guess.h"

#include "label.h"
#include "nsec_chain.h"

/* Numeric labels in front of a name that make it an address, RFC 5782 section 2.1. */
#define ADDRESS_LABELS 4u
/* Zones that are tried for a name that was found. */
#define ENCLOSING_MAX 8u

static bool
is_host_type(uint16_t type)
{
	switch (type) {
	case ZT_RR_PTR:
	case ZT_RR_SRV:
	case ZT_RR_SOA:
	case ZT_RR_DS:
	case ZT_RR_DNSKEY:
	case ZT_RR_NSEC:
	case ZT_RR_NSEC3:
	case ZT_RR_NSEC3PARAM:
		return false;
	default:
		return type != ZT_RR_AXFR && type != ZT_RR_IXFR;
	}
}

static bool
is_address(const uint8_t *name, size_t len)
{
	size_t at = 0;

	for (unsigned i = 0; i < ADDRESS_LABELS; i++) {
		if (!zt_label_is_octet(name + at, len - at))
			return false;
		at += name[at] + 1u;
	}
	return true;
}

static bool
is_host_name(const uint8_t *name, size_t len, unsigned n_labels)
{
	if (n_labels < 2 || zt_label_reverse(name, len, n_labels) != ZT_REVERSE_NONE)
		return false;
	for (size_t at = 0; at < len && name[at] != 0; at += name[at] + 1u) {
		if (zt_label_is_underscored(name + at, len - at))
			return false;
	}
	return !is_address(name, len);
}

static void
read_host(struct zt_judge *judge)
{
	const struct zt_event *event = judge->event;
	const uint8_t *name = zt_event_name(event);
	struct zt_judge_host *host = &judge->host;
	size_t at;

	host->is_known = true;
	if (event->qclass != ZT_CLASS_IN || !zt_judge_is_answer(judge) ||
	    !is_host_type(event->qtype) ||
	    (event->rcode != ZT_RCODE_NXDOMAIN && event->rcode != ZT_RCODE_NOERROR))
		return;
	/* The root and the top-level zones are nobody's to map. */
	if (!zt_judge_zone_off(judge, &at) || at >= event->name_len || name[at] == 0 ||
	    name[at + name[at] + 1u] == 0 ||
	    !is_host_name(name, event->name_len, event->n_labels))
		return;
	host->zone = name + at;
	host->zone_len = (uint8_t)(event->name_len - at);
	host->scope = zt_judge_hash(judge, host->zone, host->zone_len);
}

bool
zt_guess_read(struct zt_judge *judge, struct zt_guess *guess)
{
	const struct zt_judge_host *host = &judge->host;

	if (!host->is_known)
		read_host(judge);
	if (host->zone == NULL)
		return false;
	guess->zone = host->zone;
	guess->zone_len = host->zone_len;
	guess->scope = host->scope;
	guess->is_miss =
	    judge->event->rcode == ZT_RCODE_NXDOMAIN && !zt_nsec_chain_follows(judge);
	return true;
}

void
zt_guess_note_found(struct zt_judge *judge)
{
	const struct zt_event *event = judge->event;
	const uint8_t *name = zt_event_name(event);
	size_t at = 0;

	if (zt_judge_source(judge)->n_incidents == 0 || event->answer_hash == 0 ||
	    event->rcode != ZT_RCODE_NOERROR || event->qclass != ZT_CLASS_IN ||
	    !zt_judge_is_answer(judge))
		return;
	for (unsigned i = 0; i < ENCLOSING_MAX && at < event->name_len && name[at] != 0;
	     i++) {
		uint64_t scope = zt_judge_hash(judge, name + at, event->name_len - at);
		uint32_t track = zt_judge_known_track(judge, scope);
		if (track != 0 && zt_judge_at(judge, track)->incident != 0) {
			zt_judge_note_learned(judge, track);
			return;
		}
		at += name[at] + 1u;
	}
}
