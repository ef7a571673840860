/*
 * reverse-sweep: somebody turns a range of addresses into names.
 *
 * Counted are distinct names of one neighbourhood in the reverse trees:
 *   IPv4  the last octet varies, so the neighbourhood is a /24;
 *   IPv6  whole names: a /64; names that stop half-way, as in a search of the tree by
 *         its empty branches (RFC 8020): a /32.
 */
#include "label.h"
#include "sweep.h"

#define V4_LABELS      6u  /* four octets, in-addr, arpa */
#define V6_LABELS      34u /* 32 digits, ip6, arpa */
#define V6_NET_LABELS  18u /* the labels of a /64 */
#define V6_TREE_LABELS 10u /* the labels of a /32 */

/* Where the neighbourhood starts in the name; its length when there is none. */
static size_t
neighbourhood(const uint8_t *name, size_t len, unsigned n_labels)
{
	switch (zt_label_reverse(name, len, n_labels)) {
	case ZT_REVERSE_V4:
		return n_labels == V4_LABELS ? zt_label_skip(name, len, 1) : len;
	case ZT_REVERSE_V6:
		if (n_labels == V6_LABELS)
			return zt_label_skip(name, len, V6_LABELS - V6_NET_LABELS);
		if (n_labels > V6_TREE_LABELS)
			return zt_label_skip(name, len, n_labels - V6_TREE_LABELS);
		return len;
	case ZT_REVERSE_NONE:
		break;
	}
	return len;
}

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	const uint8_t *name = zt_event_name(event);

	if (event->qtype != ZT_RR_PTR || event->qclass != ZT_CLASS_IN)
		return;
	size_t at = neighbourhood(name, event->name_len, event->n_labels);
	if (at >= event->name_len)
		return;
	size_t left = event->name_len - at;
	struct zt_sweep sweep = {
		.scope = zt_judge_hash(judge, name + at, left),
		.title = "Address range swept for names",
		.zone = name + at,
		.zone_len = (uint8_t)left,
	};
	zt_sweep_count(judge, &sweep);
}

const struct zt_rule zt_rule_reverse_sweep = {
	.technique = "T1590.002",
	.tactic = "TA0043",
	.looks = {
		{
			.roles = ZT_ROLE_QUESTION,
			.qclass = ZT_CLASS_IN,
			.types = { ZT_RR_PTR },
		},
		{
			.roles = ZT_ROLE_RESPONSE,
			.qclass = ZT_CLASS_IN,
			.types = { ZT_RR_PTR },
			.needs = ZT_NEED_TRACK,
		},
	},
	.silent_for_monitors = true,
	.on_event = on_event,
};
