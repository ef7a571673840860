/*
 * srv-sweep: somebody tries which services a domain announces.
 *
 * Counted are distinct names of SRV questions (RFC 2782) per source and domain.  The
 * domain is what follows the last label with an underscore; word lists in use misspell
 * the protocol label without its underscore, so that is skipped too.
 */
#include "label.h"
#include "sweep.h"

/* Where the domain starts: behind the last underscored label and a bare protocol. */
static size_t
domain_of(const uint8_t *name, size_t len)
{
	size_t domain = 0;

	for (size_t at = 0; at < len && name[at] != 0; at += name[at] + 1u) {
		if (zt_label_is_underscored(name + at, len - at))
			domain = at + name[at] + 1u;
	}
	if (domain > 0 && domain < len &&
	    (zt_label_is(name + domain, len - domain, "tcp") ||
		zt_label_is(name + domain, len - domain, "udp")))
		domain += name[domain] + 1u;
	return domain < len ? domain : 0;
}

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	const uint8_t *name = zt_event_name(event);

	if (event->qtype != ZT_RR_SRV || event->qclass != ZT_CLASS_IN)
		return;
	size_t at = domain_of(name, event->name_len);
	if (at == 0)
		return;
	size_t left = event->name_len - at;
	struct zt_sweep sweep = {
		.scope = zt_judge_hash(judge, name + at, left),
		.title = "Services of a domain enumerated",
		.zone = name + at,
		.zone_len = (uint8_t)left,
	};
	zt_sweep_count(judge, &sweep);
}

const struct zt_rule zt_rule_srv_sweep = {
	.technique = "T1590.002",
	.tactic = "TA0043",
	.looks = {
		{
			.roles = ZT_ROLE_QUESTION,
			.qclass = ZT_CLASS_IN,
			.types = { ZT_RR_SRV },
		},
		{
			.roles = ZT_ROLE_RESPONSE,
			.qclass = ZT_CLASS_IN,
			.types = { ZT_RR_SRV },
			.needs = ZT_NEED_TRACK,
		},
	},
	.silent_for_monitors = true,
	.on_event = on_event,
};
