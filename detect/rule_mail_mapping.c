/*
 * mail-mapping: somebody collects how a domain's mail is run and which services it
 * uses.
 *
 * Counted per source and domain:
 *   distinct DKIM selectors (RFC 6376 section 3.6.2.1): a receiver of mail asks for the
 *   one or two that signed; more than `selectors` within `window` are a list;
 * and per source the domains of which it asked for all three of MX, TXT at the domain
 * itself (SPF, and what services leave there to prove ownership) and _dmarc (RFC 7489
 * section 6.1): more than `zones` within `window`.  Mail gateways do this for every
 * sender's domain, so those of our own belong under `monitors`.
 *
 * What the answers disclosed is in the alert by name (providers).
 */
#include "judge.h"
#include "label.h"

/* Scope of the count of domains; the others are hashes of domains. */
#define SCOPE_DOMAINS 0u

/* memo of a domain's track: what was asked. */
#define ASKED_MX    1u
#define ASKED_TXT   2u
#define ASKED_DMARC 4u
#define ASKED_ALL   7u

/* What a question is about. */
struct topic {
	size_t domain; /* Where the domain starts in the name. */
	unsigned asked;
	bool is_selector;
};

static bool
read_topic(const struct zt_event *event, struct topic *topic)
{
	const uint8_t *name = zt_event_name(event);
	size_t len = event->name_len, second = zt_label_skip(name, len, 1);

	*topic = (struct topic){ 0 };
	if (zt_label_is(name + second, len - second, "_domainkey")) {
		topic->domain = zt_label_skip(name, len, 2);
		topic->is_selector = true;
		return event->qtype == ZT_RR_TXT || event->qtype == ZT_RR_CNAME;
	}
	if (event->qtype == ZT_RR_MX) {
		topic->asked = ASKED_MX;
		return true;
	}
	if (event->qtype != ZT_RR_TXT)
		return false;
	bool is_dmarc = zt_label_is(name, len, "_dmarc");
	topic->domain = is_dmarc ? second : 0;
	topic->asked = is_dmarc ? ASKED_DMARC : ASKED_TXT;
	return is_dmarc || !zt_label_is_underscored(name, len);
}

static void
report(struct zt_judge *judge, uint32_t track, const struct topic *topic,
    const char *title)
{
	const struct zt_event *event = judge->event;
	struct zt_finding finding = {
		.title = title,
		.risk = judge->params->risk,
		.confidence = zt_judge_confidence(judge, track),
		.span_ns = judge->params->window_ns,
	};

	if (topic->is_selector) {
		finding.zone = zt_event_name(event) + topic->domain;
		finding.zone_len = (uint8_t)(event->name_len - topic->domain);
	}
	zt_judge_report(judge, track, &finding);
}

/* One domain of which all was asked. */
static void
count_domain(struct zt_judge *judge, uint64_t domain, const struct topic *topic)
{
	struct zt_limit zones = { zt_judge_threshold(judge, judge->params->zones),
		judge->params->window_ns };
	uint32_t track = zt_judge_track(judge, SCOPE_DOMAINS);

	zt_judge_note_query(judge, track, &zones);
	zt_judge_note_name(judge, track, &zones);
	zt_judge_note_key(judge, track, domain, &zones);
	if (zt_judge_keys_exceed(judge, track, &zones))
		report(judge, track, topic, "Mail set-up of many domains collected");
}

static void
judge_topic(struct zt_judge *judge, uint64_t domain, const struct topic *topic)
{
	struct zt_limit selectors = { zt_judge_threshold(
					  judge, judge->params->selectors),
		judge->params->window_ns };
	uint32_t track = zt_judge_track(judge, domain);

	if (track == 0)
		return;
	zt_judge_note_query(judge, track, &selectors);
	zt_judge_note_name(judge, track, &selectors);
	if (topic->is_selector) {
		zt_judge_note_key(judge, track, judge->event->name_hash, &selectors);
		if (zt_judge_keys_exceed(judge, track, &selectors))
			report(judge, track, topic, "Mail services of a domain probed");
		return;
	}
	struct zt_track *memory = zt_judge_at(judge, track);
	memory->memo |= topic->asked;
	if (memory->memo == ASKED_ALL)
		count_domain(judge, domain, topic);
}

static void
on_event(struct zt_judge *judge, const struct zt_event *event)
{
	struct topic topic;

	if (event->qclass != ZT_CLASS_IN || !read_topic(event, &topic) ||
	    topic.domain >= event->name_len)
		return;
	uint64_t domain = zt_judge_hash(
	    judge, zt_event_name(event) + topic.domain, event->name_len - topic.domain);
	if (zt_judge_is_question(judge))
		judge_topic(judge, domain, &topic);
	if (event->kind == ZT_EVENT_RESPONSE)
		zt_judge_note_answer(judge, zt_judge_known_track(judge, domain));
}

const struct zt_rule zt_rule_mail_mapping = {
	.technique = "T1590.002",
	.tactic = "TA0043",
	.looks = {
		{
			.roles = ZT_ROLE_QUESTION,
			.qclass = ZT_CLASS_IN,
			.types = { ZT_RR_MX, ZT_RR_TXT, ZT_RR_CNAME },
		},
		{
			.roles = ZT_ROLE_RESPONSE,
			.qclass = ZT_CLASS_IN,
			.types = { ZT_RR_MX, ZT_RR_TXT, ZT_RR_CNAME },
			.needs = ZT_NEED_TRACK,
		},
	},
	.silent_for_monitors = true,
	.on_event = on_event,
};
