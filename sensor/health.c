#include "health.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PER_MILLION UINT64_C(1000000)
#define NS_PER_S    UINT64_C(1000000000)
/* Good for so long before an incident closes, so that a flapping link is one. */
#define HOLD_NS (2 * NS_PER_S)

/* So many out of so many. */
struct amount {
	uint64_t count;
	uint64_t of;
};

typedef struct amount (*measure_fn)(const struct zt_health_counters *d);

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* What a has more than b. */
static uint64_t
excess(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static struct amount
measure_down(const struct zt_health_counters *d)
{
	return (struct amount){ d->down, 1 };
}

static struct amount
measure_no_responses(const struct zt_health_counters *d)
{
	return (struct amount){ excess(d->queries, d->responses), d->queries };
}

static struct amount
measure_no_queries(const struct zt_health_counters *d)
{
	return (struct amount){ excess(d->responses, d->queries), d->responses };
}

/* The difference of the two shares, as a number of messages. */
static struct amount
measure_vlan(const struct zt_health_counters *d)
{
	uint64_t of = least(d->queries, d->responses);

	if (of == 0)
		return (struct amount){ 0, 0 };
	double queries = (double)d->tagged_queries / (double)d->queries;
	double responses = (double)d->tagged_responses / (double)d->responses;
	double share = queries > responses ? queries - responses : responses - queries;
	return (struct amount){ (uint64_t)(share * (double)of), of };
}

/* Where only one direction has tags, that is the reason, and told instead. */
static struct amount
measure_unpaired(const struct zt_health_counters *d)
{
	uint64_t of = least(d->queries, d->responses);
	uint64_t one_way = measure_vlan(d).count;

	return (struct amount){ excess(of, d->paired + one_way), of };
}

static struct amount
measure_truncated(const struct zt_health_counters *d)
{
	return (struct amount){ d->truncated, d->packets };
}

static struct amount
measure_doubled(const struct zt_health_counters *d)
{
	return (struct amount){ d->duplicates, d->packets };
}

static struct amount
measure_undecoded(const struct zt_health_counters *d)
{
	return (struct amount){ d->undecoded, d->packets };
}

static struct amount
measure_gaps(const struct zt_health_counters *d)
{
	return (struct amount){ d->gaps, d->gaps + d->tcp_messages };
}

static struct amount
measure_full(const struct zt_health_counters *d)
{
	return (struct amount){ d->given_up, d->given_up + d->tcp_messages };
}

static struct amount
measure_kernel_drops(const struct zt_health_counters *d)
{
	return (struct amount){ d->kernel_drops, d->kernel_drops + d->packets };
}

static struct amount
measure_ring_drops(const struct zt_health_counters *d)
{
	return (struct amount){ d->ring_drops, d->events };
}

static struct amount
measure_silent(const struct zt_health_counters *d)
{
	/* A link that is down is told as such. */
	return (struct amount){ d->silent && !d->down, 1 };
}

static struct amount
measure_alerts_lost(const struct zt_health_counters *d)
{
	return (struct amount){ d->alerts_lost, d->alerts_lost };
}

static struct amount
measure_sink(const struct zt_health_counters *d)
{
	return (struct amount){ d->sinks_failing, d->sinks_failing };
}

static struct amount
measure_memory(const struct zt_health_counters *d)
{
	return (struct amount){ d->forgotten, d->forgotten };
}

static const struct row {
	struct zt_health_text text;
	measure_fn measure;
	uint64_t least;
	uint64_t open_ppm;
	uint64_t close_ppm;
} rows[ZT_N_BLIND_SPOTS] = {
#define ZT_BLIND_SPOT(                                                           \
    ID, measure, name, risk, least, open, close, title, meaning, advice)         \
	[ZT_BLIND_SPOT_##ID] = { { (name), (title), (meaning), (advice), risk }, \
		measure_##measure, least, open, close },
#include "health.def"
#undef ZT_BLIND_SPOT
};

const struct zt_health_text *
zt_health_text(enum zt_blind_spot spot)
{
	return &rows[spot].text;
}

static bool
reaches(const struct row *row, struct amount amount, uint64_t ppm)
{
	if (amount.count == 0 || amount.of < row->least)
		return false;
	/* Totals are far below 2^64 / 10^6 packets. */
	return amount.count * PER_MILLION >= ppm * amount.of;
}

bool
zt_health_applies(enum zt_blind_spot spot, const struct zt_health_counters *all,
    uint64_t *count, uint64_t *of)
{
	struct amount amount = rows[spot].measure(all);

	*count = amount.count;
	*of = amount.of;
	return reaches(&rows[spot], amount, rows[spot].open_ppm);
}

static struct zt_health_counters
difference(const struct zt_health_counters *now, const struct zt_health_counters *then)
{
	struct zt_health_counters d = *now; /* the gauges are those of now */

	d.packets -= then->packets;
	d.kernel_drops -= then->kernel_drops;
	d.events -= then->events;
	d.ring_drops -= then->ring_drops;
	d.queries -= then->queries;
	d.responses -= then->responses;
	d.paired -= then->paired;
	d.tagged_queries -= then->tagged_queries;
	d.tagged_responses -= then->tagged_responses;
	d.tcp_messages -= then->tcp_messages;
	d.truncated -= then->truncated;
	d.duplicates -= then->duplicates;
	d.undecoded -= then->undecoded;
	d.gaps -= then->gaps;
	d.given_up -= then->given_up;
	d.alerts_lost -= then->alerts_lost;
	d.forgotten -= then->forgotten;
	return d;
}

/* FNV-1a, for ids: nobody picks these texts to collide. */
static uint64_t
mix(uint64_t hash, const char *text)
{
	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return hash;
}

static void
name_incident(const struct zt_health *health, const struct row *row, uint64_t ts_ns,
    struct zt_health_state *state)
{
	uint64_t hash = mix(UINT64_C(0xcbf29ce484222325) ^ ts_ns, row->text.name);

	(void)snprintf(state->id, sizeof(state->id), "%016" PRIx64,
	    mix(hash, health->subject)); /* 16 digits fit */
}

static enum zt_level
severity_of(uint8_t risk)
{
	if (risk >= 60)
		return ZT_LEVEL_HIGH;
	return risk >= 30 ? ZT_LEVEL_MEDIUM : ZT_LEVEL_LOW;
}

/* A moment of one subject. */
struct moment {
	struct zt_health *health;
	const struct zt_health_counters *now;
	uint64_t clock_ns;
	uint64_t ts_ns;
};

static struct amount
since_open(
    const struct moment *m, const struct row *row, const struct zt_health_state *state)
{
	struct zt_health_counters d = difference(m->now, &state->base);

	return row->measure(&d);
}

static void
tell(const struct moment *m, const struct row *row, struct zt_health_state *state,
    enum zt_alert_event event)
{
	struct amount amount = since_open(m, row, state);
	uint64_t spent_ns = m->clock_ns - state->base_ns;
	struct zt_alert alert = {
		.ts_ns = m->ts_ns,
		.event = event,
		.rule = row->text.name,
		.title = row->text.title,
		.risk = row->text.risk,
		.severity = severity_of(row->text.risk),
		.confidence = ZT_LEVEL_HIGH,
		.interface = m->health->interface,
		.health = {
			.present = true,
			.meaning = row->text.meaning,
			.advice = row->text.advice,
			.count = amount.count,
			.of = amount.of,
			.seconds = (uint32_t)((spent_ns + NS_PER_S - 1) / NS_PER_S),
		},
	};

	memcpy(alert.id, state->id, sizeof(alert.id));
	memcpy(alert.health.subject, m->health->subject, sizeof(alert.health.subject));
	if (event == ZT_ALERT_CLOSE && amount.count < state->told)
		alert.health.count = state->told; /* of the moment, and that is over */
	state->told_ns = m->clock_ns;
	state->told = amount.count;
	m->health->deliver(m->health->arg, &alert);
}

static void
judge_open(const struct moment *m, const struct row *row, struct zt_health_state *state)
{
	if (m->clock_ns - state->bad_ns >= HOLD_NS) {
		tell(m, row, state, ZT_ALERT_CLOSE);
		state->is_open = false;
		return;
	}
	if (m->clock_ns - state->told_ns < m->health->update_ns)
		return;
	/* The same steps as incidents: on each tenfold growth. */
	if (since_open(m, row, state).count >= 10 * state->told && state->told != 0)
		tell(m, row, state, ZT_ALERT_UPDATE);
}

static void
judge(const struct moment *m, const struct row *row, struct zt_health_state *state,
    const struct zt_health_sample *first)
{
	struct zt_health_counters window = difference(m->now, &first->counters);
	struct amount amount = row->measure(&window);

	if (reaches(row, amount, state->is_open ? row->close_ppm : row->open_ppm)) {
		state->bad_ns = m->clock_ns;
		if (!state->is_open) {
			state->is_open = true;
			state->base = first->counters;
			state->base_ns = first->clock_ns;
			name_incident(m->health, row, m->ts_ns, state);
			tell(m, row, state, ZT_ALERT_OPEN);
			return;
		}
	}
	if (state->is_open)
		judge_open(m, row, state);
}

static struct zt_health_sample *
sample_back(struct zt_health *health, unsigned back)
{
	unsigned size = ZT_HEALTH_SLOTS + 1;

	return &health->samples[(health->newest + size - back) % size];
}

/* Keep one sample a slot. */
static void
remember(
    struct zt_health *health, uint64_t clock_ns, const struct zt_health_counters *now)
{
	uint64_t slot_ns = health->window_ns / ZT_HEALTH_SLOTS;

	if (health->n_samples != 0 &&
	    clock_ns - sample_back(health, 0)->clock_ns < slot_ns)
		return;
	health->newest = (health->newest + 1) % (ZT_HEALTH_SLOTS + 1);
	if (health->n_samples <= ZT_HEALTH_SLOTS)
		health->n_samples++;
	struct zt_health_sample *sample = sample_back(health, 0);
	sample->clock_ns = clock_ns;
	sample->counters = *now;
}

/* The sample at which the window begins: the oldest that is not older than it, but not
 * the latest, so that what happened while nobody looked counts too. */
static const struct zt_health_sample *
first_of(struct zt_health *health, uint64_t clock_ns)
{
	unsigned back = health->n_samples - 1;

	while (back > 1 &&
	       clock_ns - sample_back(health, back)->clock_ns > health->window_ns)
		back--;
	return sample_back(health, back);
}

void
zt_health_step(struct zt_health *health, uint64_t clock_ns, uint64_t ts_ns,
    const struct zt_health_counters *now)
{
	const struct moment m = { health, now, clock_ns, ts_ns };

	remember(health, clock_ns, now);
	const struct zt_health_sample *first = first_of(health, clock_ns);
	for (unsigned i = 0; i < ZT_N_BLIND_SPOTS; i++)
		judge(&m, &rows[i], &health->states[i], first);
}
