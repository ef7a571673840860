#include "looks.h"

/* Places of classes in their table. */
enum {
	PLACE_OTHER,
	PLACE_IN,
	PLACE_CHAOS,
};

unsigned
zt_looks_roles(const struct zt_event *event)
{
	bool is_plain = zt_dns_opcode(event->dns_flags) == 0 && event->name_len > 0;

	if (event->kind == ZT_EVENT_QUERY)
		return is_plain ? ZT_ROLE_ASKED : 0;
	if (event->kind == ZT_EVENT_SEALED)
		return ZT_ROLE_SEALED;
	if (event->kind == ZT_EVENT_PROCESS)
		return ZT_ROLE_PROCESS;
	if (event->kind != ZT_EVENT_RESPONSE)
		return event->kind == ZT_EVENT_TRANSFER ? ZT_ROLE_TRANSFER : 0;
	unsigned roles = ZT_ROLE_RESPONSE;
	if (is_plain && (event->flags & ZT_EF_STANDS_FOR_QUERY) != 0)
		roles |= ZT_ROLE_STOOD_FOR | ZT_ROLE_ANSWER;
	if (is_plain && (event->flags & ZT_EF_PAIRED) != 0)
		roles |= ZT_ROLE_ANSWER;
	return roles;
}

static unsigned
class_place(uint16_t qclass)
{
	if (qclass == ZT_CLASS_IN)
		return PLACE_IN;
	return qclass == ZT_CLASS_CH ? PLACE_CHAOS : PLACE_OTHER;
}

static unsigned
rcode_place(uint16_t rcode)
{
	if (rcode == ZT_RCODE_NOERROR)
		return ZT_LOOK_NOERROR;
	return rcode == ZT_RCODE_NXDOMAIN ? ZT_LOOK_NXDOMAIN : 0;
}

/* RD, AA and RA side by side. */
static unsigned
flags_place(uint16_t dns_flags)
{
	return (dns_flags & ZT_DNS_RD ? 1u : 0) | (dns_flags & ZT_DNS_AA ? 2u : 0) |
	       (dns_flags & ZT_DNS_RA ? 4u : 0);
}

static unsigned
labels_place(unsigned n_labels)
{
	return n_labels < ZT_LOOKS_LABELS ? n_labels : ZT_LOOKS_LABELS;
}

static unsigned
type_place(uint16_t type)
{
	return type < ZT_LOOKS_TYPES ? type : ZT_LOOKS_TYPES;
}

/* One look of one rule, as a place in a mask. */
struct bit {
	unsigned slot;
	uint32_t rule;
};

static void
set(struct zt_look_mask *mask, const struct bit *bit, bool is_wanted)
{
	if (is_wanted)
		mask->rules[bit->slot] |= bit->rule;
}

static void
add_types(struct zt_looks *looks, const struct zt_look *look,
    const struct zt_rule_params *params, const struct bit *bit)
{
	bool is_any = look->types[0] == 0 && !look->own_types;

	for (unsigned type = 0; type <= ZT_LOOKS_TYPES; type++)
		set(&looks->by_type[type], bit, is_any);
	for (unsigned i = 0; i < ZT_LOOK_TYPES_MAX; i++)
		set(&looks->by_type[type_place(look->types[i])], bit,
		    look->types[i] != 0);
	for (size_t i = 0; look->own_types && i < params->n_record_types; i++)
		set(&looks->by_type[type_place(params->record_types[i])], bit, true);
}

static void
add_answer(struct zt_looks *looks, const struct zt_look *look, const struct bit *bit)
{
	unsigned flags_of = flags_place(look->flags_of);

	for (unsigned i = 0; i < ZT_LOOKS_FLAGS; i++)
		set(&looks->by_flags[i], bit,
		    (i & flags_of) == flags_place(look->flags));
	for (unsigned i = 0; i < ZT_LOOKS_RCODES; i++)
		set(&looks->by_rcode[i], bit, look->rcode == 0 || look->rcode == i);
}

static void
add_look(struct zt_looks *looks, const struct zt_look *look, const struct bit *bit)
{
	unsigned of_event = look->needs & ~(unsigned)ZT_NEED_TRACK;

	for (unsigned i = 0; i < ZT_LOOKS_ROLES; i++)
		set(&looks->by_role[i], bit, (look->roles & i) != 0);
	for (unsigned i = 0; i < ZT_LOOKS_NEEDS; i++)
		set(&looks->by_need[i], bit, (of_event & ~i) == 0);
	for (unsigned i = 0; i <= ZT_LOOKS_LABELS; i++)
		set(&looks->by_labels[i], bit,
		    look->labels_max == 0 || (i >= 2 && i <= look->labels_max));
	for (unsigned i = 0; i < ZT_LOOKS_CLASSES; i++)
		set(&looks->by_class[i], bit,
		    look->qclass == 0 || class_place(look->qclass) == i);
	set(&looks->trackless, bit, (look->needs & ZT_NEED_TRACK) == 0);
	add_answer(looks, look, bit);
}

void
zt_looks_add(
    struct zt_looks *looks, enum zt_rule_id id, const struct zt_rule_params *params)
{
	const struct zt_rule *rule = zt_rules_get(id);

	for (unsigned slot = 0; slot < ZT_LOOKS_MAX; slot++) {
		struct bit bit = { slot, UINT32_C(1) << id };
		if (rule->looks[slot].roles == 0)
			continue;
		add_look(looks, &rule->looks[slot], &bit);
		add_types(looks, &rule->looks[slot], params, &bit);
	}
	if (!rule->silent_for_monitors)
		looks->for_monitors |= UINT32_C(1) << id;
	if (rule->judges_inside)
		looks->for_inside |= UINT32_C(1) << id;
}

static void
restrict_to(struct zt_look_mask *mask, const struct zt_look_mask *other)
{
	for (unsigned slot = 0; slot < ZT_LOOKS_MAX; slot++)
		mask->rules[slot] &= other->rules[slot];
}

uint32_t
zt_looks_of(const struct zt_looks *looks, const struct zt_event *event, unsigned roles,
    const struct zt_look_context *context)
{
	struct zt_look_mask mask = looks->by_type[type_place(event->qtype)];
	unsigned needs = (event->answer_hash != 0 ? ZT_NEED_DATA : 0) |
			 (event->n_nsec > 0 ? ZT_NEED_NSEC : 0) |
			 (context->has_incident ? ZT_NEED_INCIDENT : 0);
	uint32_t rules = 0;

	restrict_to(&mask, &looks->by_role[roles]);
	restrict_to(&mask, &looks->by_class[class_place(event->qclass)]);
	restrict_to(&mask, &looks->by_rcode[rcode_place(event->rcode)]);
	restrict_to(&mask, &looks->by_flags[flags_place(event->dns_flags)]);
	restrict_to(&mask, &looks->by_labels[labels_place(event->n_labels)]);
	restrict_to(&mask, &looks->by_need[needs]);
	for (unsigned slot = 0; slot < ZT_LOOKS_MAX; slot++)
		rules |=
		    mask.rules[slot] & (looks->trackless.rules[slot] | context->kinds);
	if (context->is_excluded)
		rules &= looks->for_inside;
	return context->is_monitor ? rules & looks->for_monitors : rules;
}
