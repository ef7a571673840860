#include "habit.h"

#include <string.h>

#define NS_PER_S UINT64_C(1000000000)
/* Counts are halved when there are so many questions. */
#define QUESTIONS_MAX 2048u
/* So many questions are compared with word lists. */
#define LISTED_MAX 64u
/* The next type of a name comes among so many questions, or it does not come. */
#define WATCHED_MAX 256u
/* Systems that start at 64 arrive with no more. */
#define TTL_64	      64u
#define OPTION_COOKIE (1u << 10)
/* EDNS flag DO, RFC 3225. */
#define EDNS_DO 0x8000u

static void
count(struct zt_habit *habit, enum zt_habit_count what, bool does)
{
	habit->counts[what] = (uint16_t)(habit->counts[what] + does);
}

static void
halve(struct zt_habit *habit)
{
	for (unsigned i = 0; i < ZT_HABIT_COUNTS; i++)
		habit->counts[i] /= 2;
}

/* What only a query itself shows, not the answer that stands for it. */
static void
note_query(struct zt_habit *habit, const struct zt_event *event)
{
	bool is_udp = event->transport == 17 && event->family == 4;
	bool is_df = (event->flags & ZT_EF_IP_DF) != 0;

	count(habit, ZT_HC_QUERIES, true);
	count(habit, ZT_HC_UDP, is_udp);
	count(habit, ZT_HC_DF, is_udp && is_df);
	count(habit, ZT_HC_BARE, is_udp && !is_df && event->ip_ttl <= TTL_64);
	if ((event->flags & ZT_EF_EDNS) == 0)
		return;
	count(habit, ZT_HC_EDNS, true);
	count(
	    habit, ZT_HC_ITERATIVE, (event->dns_flags & (ZT_DNS_RD | ZT_DNS_AD)) == 0);
	count(habit, ZT_HC_COOKIE, (event->edns_options & OPTION_COOKIE) != 0);
	count(habit, ZT_HC_SIZE_1232, event->edns_size == 1232);
	count(habit, ZT_HC_SIZE_4096, event->edns_size == 4096);
	count(habit, ZT_HC_SIZE_8192, event->edns_size == 8192);
	count(habit, ZT_HC_DO, (event->edns_flags & EDNS_DO) != 0);
}

static uint32_t
part_of_server(const struct zt_event *event)
{
	uint32_t part = event->family;

	for (unsigned i = 0; i < 16; i++)
		part = part * 31 + event->server[i];
	return part;
}

static void
note_id(struct zt_habit *habit, const struct zt_event *event, uint32_t server)
{
	bool is_same = event->dns_id == habit->id;
	bool is_name = event->name_hash == habit->name_hash;
	bool is_question = is_name && event->qtype == habit->type;

	count(habit, ZT_HC_ID_NEXT,
	    !is_question && event->dns_id == (uint16_t)(habit->id + 1));
	count(
	    habit, ZT_HC_ID_SERVER, is_same && is_question && server != habit->server);
	count(habit, ZT_HC_ID_AGAIN, is_same && is_question && server == habit->server);
}

/* With many names on their way at once the types of one name do not follow each other:
 * one name at a time is watched. */
static void
note_watched(struct zt_habit *habit, const struct zt_event *event)
{
	bool is_name = event->name_hash == habit->watched;

	if (is_name && event->qtype != habit->watched_type) {
		bool is_kept = event->dns_id == habit->watched_id;
		count(habit, is_kept ? ZT_HC_ID_KEPT : ZT_HC_ID_OTHER, true);
		habit->watched_for = WATCHED_MAX;
		return;
	}
	if (habit->watched_for++ < WATCHED_MAX)
		return;
	habit->watched = event->name_hash;
	habit->watched_id = event->dns_id;
	habit->watched_type = event->qtype;
	habit->watched_for = 0;
}

static void
note_port(struct zt_habit *habit, uint16_t port)
{
	bool is_known = false;

	count(habit, ZT_HC_PORT_SAME, port == habit->ports[0]);
	for (unsigned i = 0; i < ZT_HABIT_PORTS; i++)
		is_known |= habit->ports[i] == port;
	count(habit, ZT_HC_PORT_KNOWN, is_known);
	if (port == habit->ports[0])
		return;
	memmove(habit->ports + 1, habit->ports,
	    sizeof(habit->ports) - sizeof(habit->ports[0]));
	habit->ports[0] = port;
}

static void
note_types(struct zt_habit *habit, const struct zt_event *event)
{
	bool is_name = event->name_hash == habit->name_hash;
	bool after_aaaa = is_name && habit->type == ZT_RR_AAAA;

	count(habit, ZT_HC_A, event->qtype == ZT_RR_A);
	count(habit, ZT_HC_AAAA, event->qtype == ZT_RR_AAAA);
	count(habit, ZT_HC_PTR, event->qtype == ZT_RR_PTR);
	count(habit, ZT_HC_NS, event->qtype == ZT_RR_NS);
	count(habit, ZT_HC_AAAA_TWICE, after_aaaa && event->qtype == ZT_RR_AAAA);
	count(habit, ZT_HC_TRIPLE, after_aaaa && event->qtype == ZT_RR_MX);
}

/* The first bytes of the first label as a number that sorts as they do. */
static uint64_t
label_of(const struct zt_event *event)
{
	const uint8_t *name = zt_event_name(event);
	uint64_t label = 0;

	for (unsigned i = 0; i < 8; i++) {
		uint8_t c = i < name[0] ? name[i + 1] : 0;
		label = label << 8 | c;
	}
	return label;
}

static void
note_order(struct zt_habit *habit, const struct zt_event *event)
{
	if (event->name_hash == habit->name_hash || event->name_len < 2)
		return;
	uint64_t label = label_of(event);
	count(habit, ZT_HC_UP, label > habit->label);
	count(habit, ZT_HC_DOWN, label < habit->label);
	habit->label = label;
}

static void
note_rate(struct zt_habit *habit, uint64_t now_ns)
{
	uint32_t second = (uint32_t)(now_ns / NS_PER_S);

	if (second != habit->second)
		habit->in_second = 0;
	habit->second = second;
	if (habit->in_second < UINT16_MAX)
		habit->in_second++;
	if (habit->in_second > habit->most_in_second)
		habit->most_in_second = habit->in_second;
}

void
zt_habit_note(struct zt_habit *habit, const struct zt_event *event, uint64_t now_ns)
{
	uint32_t server = part_of_server(event);

	if (habit->counts[ZT_HC_QUESTIONS] == 0)
		habit->watched_for = WATCHED_MAX;
	else
		note_id(habit, event, server);
	if (habit->counts[ZT_HC_QUESTIONS] >= QUESTIONS_MAX)
		halve(habit);
	count(habit, ZT_HC_QUESTIONS, true);
	count(habit, ZT_HC_RD, (event->dns_flags & ZT_DNS_RD) != 0);
	count(habit, ZT_HC_ID_ONE, event->dns_id == 1);
	count(habit, ZT_HC_ID_ZERO, event->dns_id == 0);
	if (event->kind == ZT_EVENT_QUERY)
		note_query(habit, event);
	note_watched(habit, event);
	note_port(habit, event->client_port);
	note_types(habit, event);
	note_order(habit, event);
	note_rate(habit, now_ns);
	if (habit->listed < LISTED_MAX) {
		habit->listed++;
		zt_wordlists_note(&habit->lists, zt_event_name(event), event->name_len);
	}
	habit->name_hash = event->name_hash;
	habit->server = server;
	habit->id = event->dns_id;
	habit->type = event->qtype;
}

/* What a habit is a share of. */
static unsigned
whole_of(const struct zt_habit *habit, enum zt_habit_count what)
{
	if (what == ZT_HC_DF || what == ZT_HC_BARE)
		return habit->counts[ZT_HC_UDP];
	if (what >= ZT_HC_EDNS && what <= ZT_HC_DO)
		return habit->counts[ZT_HC_QUERIES];
	return habit->counts[ZT_HC_QUESTIONS];
}

bool
zt_habit_is_mostly(const struct zt_habit *habit, enum zt_habit_count what, unsigned n)
{
	unsigned had = habit->counts[what];

	return had >= n && had * 10u >= whole_of(habit, what) * 9u;
}

bool
zt_habit_is_rarely(const struct zt_habit *habit, enum zt_habit_count what)
{
	return habit->counts[what] * 10u <= whole_of(habit, what);
}
