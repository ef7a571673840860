#include "fingerprint.h"

#include <string.h>

#include "habit.h"
#include "label.h"
#include "mark.h"
#include "nest.h"

#define MILLION 1000000u
/* Two tools are told apart by so much, or by what both are almost certain of. */
#define MARGIN_PPM  100000u
#define CERTAIN_PPM 900000u
/* Habits need so many questions; ids that never change need fewer. */
#define HABIT_MIN 8u
#define IDS_MIN	  3u
/* Of a source with so few events id 1 is no accident. */
#define NEW_EVENTS 32u
/* Names that kept an id from type to type. */
#define NAMES_MIN 4u
/* Questions of a sweep, and of one second of a mass resolver. */
#define SWEEP_MIN 20u
#define MASS_MIN  300u
/* Tracks of a source that are looked at for incidents. */
#define SIBLINGS_MAX 64u
/* First id of adnshost. */
#define ADNS_FIRST_ID 0x311fu

enum tool {
#define ZT_TOOL(id, name) TOOL_##id,
#include "tool.def"
	N_TOOLS
};

struct row {
	uint32_t ppm;
	uint8_t tool;
	uint8_t feature;
	bool is_against;
};

static const char *const tool_names[] = {
#define ZT_TOOL(id, name) name,
#include "tool.def"
};

static const char *const feature_texts[] = {
#define ZT_FEATURE(id, text) text,
#include "tool.def"
};

static const struct row rows[] = {
#define ZT_MARK(tool, feature, ppm)    { ppm, TOOL_##tool, ZT_FEATURE_##feature, false },
#define ZT_AGAINST(tool, feature, ppm) { ppm, TOOL_##tool, ZT_FEATURE_##feature, true },
#include "tool.def"
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

/* How well one tool fits. */
struct fit {
	uint32_t miss_ppm; /* What the marks seen leave open. */
	uint32_t keep_ppm; /* What the features against it leave of that. */
	uint32_t best_ppm; /* The loudest mark seen. */
	bool is_iterative; /* The tool asks as recursive servers do. */
};

static uint32_t
times(uint32_t a_ppm, uint32_t b_ppm)
{
	return (uint32_t)((uint64_t)a_ppm * b_ppm / MILLION);
}

static void
weigh(uint64_t features, struct fit fits[N_TOOLS])
{
	for (unsigned i = 0; i < N_TOOLS; i++)
		fits[i] = (struct fit){ .miss_ppm = MILLION, .keep_ppm = MILLION };
	for (unsigned i = 0; i < N_ROWS; i++) {
		const struct row *row = &rows[i];
		struct fit *fit = &fits[row->tool];
		fit->is_iterative |= row->feature == ZT_FEATURE_ITERATIVE;
		if ((features >> row->feature & 1u) == 0)
			continue;
		uint32_t *share = row->is_against ? &fit->keep_ppm : &fit->miss_ppm;
		*share = times(*share, MILLION - row->ppm);
		if (!row->is_against && row->ppm > fit->best_ppm)
			fit->best_ppm = row->ppm;
	}
}

static uint32_t
score_of(const struct fit *fit, uint64_t features)
{
	bool is_iterative = (features & zt_mark(ZT_FEATURE_ITERATIVE)) != 0;

	if (fit->best_ppm < ZT_FINGERPRINT_MARK_PPM ||
	    (is_iterative && !fit->is_iterative))
		return 0;
	return times(MILLION - fit->miss_ppm, fit->keep_ppm);
}

/* The features that count most, loudest first. */
static void
explain(uint64_t features, unsigned tool, struct zt_alert_tool *out)
{
	uint32_t ppm[ZT_ALERT_BECAUSE_MAX];

	for (unsigned i = 0; i < N_ROWS; i++) {
		const struct row *row = &rows[i];
		if (row->tool != tool || row->is_against ||
		    (features >> row->feature & 1u) == 0)
			continue;
		unsigned at = out->n_because;
		while (at > 0 && ppm[at - 1] < row->ppm)
			at--;
		if (at >= ZT_ALERT_BECAUSE_MAX)
			continue;
		if (out->n_because < ZT_ALERT_BECAUSE_MAX)
			out->n_because++;
		for (unsigned j = out->n_because - 1u; j > at; j--) {
			ppm[j] = ppm[j - 1];
			out->because[j] = out->because[j - 1];
		}
		ppm[at] = row->ppm;
		out->because[at] = feature_texts[row->feature];
	}
}

void
zt_fingerprint_judge(uint64_t features, struct zt_alert_tool *tool)
{
	struct fit fits[N_TOOLS];
	uint32_t best_ppm = 0, second_ppm = 0;
	unsigned best = 0;

	weigh(features, fits);
	for (unsigned i = 0; i < N_TOOLS; i++) {
		uint32_t ppm = score_of(&fits[i], features);
		if (ppm > best_ppm) {
			second_ppm = best_ppm;
			best_ppm = ppm;
			best = i;
		} else if (ppm > second_ppm) {
			second_ppm = ppm;
		}
	}
	bool is_close = best_ppm - second_ppm < MARGIN_PPM && best_ppm < CERTAIN_PPM;
	if (best_ppm < ZT_FINGERPRINT_LIMIT_PPM || is_close)
		return;
	*tool =
	    (struct zt_alert_tool){ .name = tool_names[best], .score_ppm = best_ppm };
	explain(features, best, tool);
}

/* Set a bit of features when it was seen. */
static void
add(uint64_t *features, enum zt_feature feature, bool is_seen)
{
	if (is_seen)
		*features |= zt_mark(feature);
}

static void
add_ids(uint64_t *features, const struct zt_habit *h)
{
	bool is_rising = zt_habit_is_mostly(h, ZT_HC_ID_NEXT, HABIT_MIN);
	bool is_ptr = zt_habit_is_mostly(h, ZT_HC_PTR, HABIT_MIN);
	bool is_one_port = zt_habit_is_mostly(h, ZT_HC_PORT_SAME, HABIT_MIN);
	bool is_rd = zt_habit_is_mostly(h, ZT_HC_RD, IDS_MIN);
	unsigned kept = h->counts[ZT_HC_ID_KEPT], other = h->counts[ZT_HC_ID_OTHER];

	add(features, ZT_FEATURE_IDS_ONE,
	    zt_habit_is_mostly(h, ZT_HC_ID_ONE, IDS_MIN) &&
		zt_habit_is_rarely(h, ZT_HC_PORT_SAME));
	add(features, ZT_FEATURE_IDS_ZERO_DO,
	    zt_habit_is_mostly(h, ZT_HC_ID_ZERO, IDS_MIN) &&
		zt_habit_is_mostly(h, ZT_HC_DO, IDS_MIN));
	add(features, ZT_FEATURE_IDS_FROM_311F,
	    h->first_id == ADNS_FIRST_ID &&
		h->counts[ZT_HC_ID_NEXT] * 4u >= h->counts[ZT_HC_QUESTIONS] &&
		h->counts[ZT_HC_ID_NEXT] >= IDS_MIN);
	add(features, ZT_FEATURE_IDS_FROM_ZERO,
	    is_rising && is_one_port && !is_ptr && h->first_id == 0);
	add(features, ZT_FEATURE_IDS_RISE_PTR, is_rising && is_one_port && is_ptr);
	add(features, ZT_FEATURE_IDS_PER_NAME,
	    is_rd && kept >= NAMES_MIN && other * 8u <= kept &&
		zt_habit_is_rarely(h, ZT_HC_ID_ONE) &&
		zt_habit_is_rarely(h, ZT_HC_ID_ZERO));
	add(features, ZT_FEATURE_IDS_PER_SERVER,
	    h->counts[ZT_HC_ID_SERVER] >= IDS_MIN && zt_habit_is_rarely(h, ZT_HC_RD) &&
		!zt_habit_is_rarely(h, ZT_HC_ID_SERVER));
	add(features, ZT_FEATURE_IDS_PER_RUN,
	    zt_habit_is_mostly(h, ZT_HC_ID_AGAIN, HABIT_MIN));
}

static void
add_lists(uint64_t *features, const struct zt_habit *h)
{
	const struct zt_wordlists *lists = &h->lists;
	unsigned up = h->counts[ZT_HC_UP], down = h->counts[ZT_HC_DOWN];

	add(features, ZT_FEATURE_LIST_NUMBERS,
	    zt_wordlists_has(lists, ZT_WORDLIST_NUMBERS));
	add(features, ZT_FEATURE_LIST_FIERCE,
	    zt_wordlists_has(lists, ZT_WORDLIST_NUMBERS_FIERCE));
	add(features, ZT_FEATURE_LIST_DNSENUM,
	    zt_wordlists_has(lists, ZT_WORDLIST_DNSENUM));
	add(features, ZT_FEATURE_LIST_DNSMAP,
	    zt_wordlists_has(lists, ZT_WORDLIST_DNSMAP));
	add(features, ZT_FEATURE_LIST_TOP, zt_wordlists_has(lists, ZT_WORDLIST_TOP));
	add(features, ZT_FEATURE_LIST_SUBBRUTE,
	    zt_wordlists_has(lists, ZT_WORDLIST_SUBBRUTE));
	add(features, ZT_FEATURE_ALPHABETICAL, up >= SWEEP_MIN && up >= 3 * down);
}

static bool
is_about_half(const struct zt_habit *h, enum zt_habit_count what)
{
	unsigned had = h->counts[what], all = h->counts[ZT_HC_QUESTIONS];

	return had * 10u >= all * 4u && had * 10u <= all * 6u;
}

static void
add_types(uint64_t *features, const struct zt_habit *h, uint32_t rules)
{
	unsigned all = h->counts[ZT_HC_QUESTIONS];
	bool is_lookalike = (rules >> ZT_RULE_lookalike_sweep & 1u) != 0;

	add(features, ZT_FEATURE_AAAA_TWICE,
	    h->counts[ZT_HC_AAAA_TWICE] >= HABIT_MIN &&
		h->counts[ZT_HC_AAAA_TWICE] * 4u >= all &&
		h->counts[ZT_HC_A] * 4u >= all);
	add(features, ZT_FEATURE_TRIPLES,
	    h->counts[ZT_HC_TRIPLE] >= IDS_MIN && h->counts[ZT_HC_TRIPLE] * 5u >= all);
	add(features, ZT_FEATURE_A_ONLY, zt_habit_is_mostly(h, ZT_HC_A, SWEEP_MIN));
	add(features, ZT_FEATURE_A_AND_AAAA,
	    all >= SWEEP_MIN && is_about_half(h, ZT_HC_A) &&
		is_about_half(h, ZT_HC_AAAA));
	add(features, ZT_FEATURE_NS_LOOKALIKES,
	    is_lookalike && h->counts[ZT_HC_NS] >= SWEEP_MIN &&
		h->counts[ZT_HC_NS] * 2u >= all);
}

static void
add_ports(uint64_t *features, const struct zt_habit *h, uint32_t rules)
{
	bool is_guessing = (rules >> ZT_RULE_name_bruteforce & 1u) != 0;
	bool is_rd = zt_habit_is_mostly(h, ZT_HC_RD, HABIT_MIN);
	bool is_known = zt_habit_is_mostly(h, ZT_HC_PORT_KNOWN, SWEEP_MIN);

	add(features, ZT_FEATURE_PORTS_KEPT,
	    is_known && h->most_in_second < MASS_MIN && h->ports[1] != 0);
	add(features, ZT_FEATURE_MASS,
	    is_known && is_rd && is_guessing && h->most_in_second >= MASS_MIN &&
		zt_habit_is_rarely(h, ZT_HC_ID_NEXT) &&
		zt_habit_is_rarely(h, ZT_HC_EDNS));
}

static void
add_edns(uint64_t *features, const struct zt_habit *h)
{
	bool is_rd = zt_habit_is_mostly(h, ZT_HC_RD, HABIT_MIN);
	bool is_plain = zt_habit_is_rarely(h, ZT_HC_EDNS);
	bool is_bare =
	    zt_habit_is_rarely(h, ZT_HC_COOKIE) && zt_habit_is_rarely(h, ZT_HC_DO);
	bool is_df = zt_habit_is_mostly(h, ZT_HC_DF, HABIT_MIN);
	bool is_no_df = zt_habit_is_mostly(h, ZT_HC_BARE, HABIT_MIN);

	add(features, ZT_FEATURE_PLAIN_DF, is_rd && is_plain && is_df);
	add(features, ZT_FEATURE_PLAIN_NO_DF, is_rd && is_plain && is_no_df);
	add(features, ZT_FEATURE_EDNS_GO,
	    is_rd && is_bare && is_df &&
		zt_habit_is_mostly(h, ZT_HC_SIZE_1232, HABIT_MIN));
	add(features, ZT_FEATURE_EDNS_4096,
	    is_rd && is_bare && is_df &&
		zt_habit_is_mostly(h, ZT_HC_SIZE_4096, HABIT_MIN));
	add(features, ZT_FEATURE_EDNS_8192,
	    zt_habit_is_mostly(h, ZT_HC_SIZE_8192, IDS_MIN));
	add(features, ZT_FEATURE_ITERATIVE,
	    zt_habit_is_mostly(h, ZT_HC_ITERATIVE, HABIT_MIN));
}

static void
add_habits(uint64_t *features, const struct zt_habit *habit, uint32_t rules)
{
	add_ids(features, habit);
	add_lists(features, habit);
	add_types(features, habit, rules);
	add_ports(features, habit, rules);
	add_edns(features, habit);
}

/* The rules with an incident of a source, as bits. */
static uint32_t
rules_of(const struct zt_tracks *tracks, uint32_t source)
{
	uint32_t handle = zt_sources_at(tracks->sources, source)->tracks;
	uint32_t rules = 0;

	for (unsigned i = 0; i < SIBLINGS_MAX && handle != 0; i++) {
		const struct zt_track *track = zt_tracks_at(tracks, handle);
		if (track->incident != 0)
			rules |= UINT32_C(1) << track->rule;
		handle = track->sibling_next;
	}
	return rules;
}

void
zt_fingerprint_fill(struct zt_tracks *tracks,
    const struct zt_fingerprint_subject *subject, struct zt_alert_tool *tool)
{
	struct zt_track_key key = { 0, subject->source, ZT_TRACK_FINGERPRINT };

	if (subject->source == ZT_SOURCE_NONE)
		return;
	uint32_t handle = zt_tracks_find(tracks, &key);
	if (handle == 0)
		return;
	const struct zt_track *track = zt_tracks_at(tracks, handle);
	uint64_t features = track->memo;
	if (track->samples.block != 0) {
		const struct zt_habit *habit =
		    zt_nest_at(tracks, handle, track->samples.block);
		uint32_t rules = rules_of(tracks, subject->source);
		rules |= UINT32_C(1) << subject->rule;
		add_habits(&features, habit, rules);
	}
	zt_fingerprint_judge(features, tool);
}

/* Whether to start following a source that is not followed yet. */
static bool
is_telling(const struct zt_event *event, uint64_t marks, const struct zt_source *source)
{
	bool is_bare = event->kind == ZT_EVENT_QUERY &&
		       (event->flags & ZT_EF_EDNS) == 0 && event->transport == 17 &&
		       (event->dns_flags & (ZT_DNS_RD | ZT_DNS_AD | ZT_DNS_CD)) == 0;

	/* Once may be anybody's mistake, or anybody's address. */
	bool came_before = source->events > 1;
	bool is_new = source->events <= NEW_EVENTS;
	return (came_before && (is_bare || (is_new && event->dns_id == 1))) ||
	       zt_marks_are_telling(marks);
}

/* Where a source that counts its ids began, if it has counted since its first event. */
static uint16_t
first_id_of(const struct zt_event *event, const struct zt_source *source)
{
	if (event->dns_id <= source->events)
		return 0;
	if (event->dns_id >= ADNS_FIRST_ID &&
	    event->dns_id - ADNS_FIRST_ID <= source->events)
		return ADNS_FIRST_ID;
	return event->dns_id;
}

static struct zt_habit *
habit_of(struct zt_judge *judge, uint32_t track)
{
	struct zt_tracks *tracks = judge->tracks;
	struct zt_blob *blob = &zt_tracks_at(tracks, track)->samples;
	bool is_first = blob->block == 0;
	struct zt_habit *habit =
	    zt_nest_reserve(tracks, track, blob, sizeof(struct zt_habit));

	if (habit != NULL && is_first) {
		memset(habit, 0, sizeof(*habit));
		blob->len = sizeof(*habit);
		habit->first_id = first_id_of(judge->event, zt_judge_source(judge));
	}
	return habit;
}

/* Twelve letters are a probe only right after the name that they stand under. */
static uint64_t
confirm(const struct zt_judge *judge, const struct zt_habit *habit, uint64_t marks)
{
	const struct zt_event *event = judge->event;
	const uint8_t *name = zt_event_name(event);
	uint64_t letters = zt_mark(ZT_FEATURE_PROBE_LETTERS_12);

	if ((marks & letters) == 0)
		return marks;
	/* The first event of a track has no habit before it. */
	if (habit == NULL)
		return marks & ~letters;
	size_t at = zt_label_skip(name, event->name_len, 1);
	bool is_after_zone =
	    zt_judge_hash(judge, name + at, event->name_len - at) == habit->name_hash;
	return is_after_zone ? marks : marks & ~letters;
}

static void
follow(struct zt_judge *judge, struct zt_source *source, uint64_t marks)
{
	struct zt_track_key key = { 0, judge->source, ZT_TRACK_FINGERPRINT };
	struct zt_habit *habit = NULL;
	uint32_t track = 0;

	if ((source->policy & ZT_SP_FOLLOWED) != 0)
		track = zt_tracks_find(judge->tracks, &key);
	if (track == 0) {
		track = zt_tracks_add(judge->tracks, &key, judge->now_ns, false);
	} else {
		zt_tracks_touch(judge->tracks, track, judge->now_ns);
		habit = habit_of(judge, track);
	}
	if (track == 0)
		return;
	source->policy |= ZT_SP_FOLLOWED;
	zt_tracks_at(judge->tracks, track)->memo |= confirm(judge, habit, marks);
	if (habit != NULL && judge->event->name_len > 0)
		zt_habit_note(habit, judge->event, judge->now_ns);
}

void
zt_fingerprint_note(struct zt_judge *judge)
{
	const struct zt_event *event = judge->event;
	struct zt_source *source = zt_judge_source(judge);
	bool stands = event->kind == ZT_EVENT_RESPONSE &&
		      (event->flags & ZT_EF_STANDS_FOR_QUERY) != 0;

	if ((event->kind != ZT_EVENT_QUERY && !stands) ||
	    (event->flags & ZT_EF_RETRY) != 0)
		return;
	uint64_t marks = zt_marks_of(event);
	bool is_followed =
	    (source->policy & ZT_SP_FOLLOWED) != 0 || source->n_incidents > 0;
	if (is_followed || is_telling(event, marks, source))
		follow(judge, source, marks);
}
