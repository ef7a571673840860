#include "tune_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../detect/rules.h"
#include "alert_text.h"

#define NS_PER_S      1e9
#define SECONDS_A_DAY 86400.0
/* What the configuration accepts. */
#define THRESHOLD_MAX UINT64_C(100000)
/* Sources named in a line. */
#define SOURCES_SHOWN 3u
/* The rung of the configured thresholds. */
#define AS_CONFIGURED 1u

static const struct {
	const char *label;
	uint32_t times;
	uint32_t by;
} rungs[ZT_TUNE_STEPS] = {
	{ "x0.5", 1, 2 },
	{ "x1", 1, 1 },
	{ "x2", 2, 1 },
	{ "x4", 4, 1 },
	{ "x8", 8, 1 },
};

#define SETTING(member)                                          \
	{                                                        \
#		member, offsetof(struct zt_rule_params, member) \
	}
const struct zt_tune_setting zt_tune_thresholds[] = {
	SETTING(queries),
	SETTING(names),
	SETTING(names_slow),
	SETTING(types),
	SETTING(servers),
	SETTING(selectors),
	SETTING(zones),
	SETTING(steps),
	SETTING(intervals),
};
#undef SETTING
const unsigned zt_tune_n_thresholds =
    sizeof(zt_tune_thresholds) / sizeof(zt_tune_thresholds[0]);

uint32_t *
zt_tune_threshold(const struct zt_tune_setting *setting, struct zt_rule_params *rule)
{
	return (void *)((uint8_t *)rule + setting->offset);
}

uint32_t
zt_tune_scale(uint32_t value, unsigned step)
{
	uint64_t scaled = (uint64_t)value * rungs[step].times / rungs[step].by;

	if (value == 0)
		return 0;
	if (scaled == 0)
		return 1;
	return (uint32_t)(scaled < THRESHOLD_MAX ? scaled : THRESHOLD_MAX);
}

static int
compare(const void *one, const void *two)
{
	return memcmp(one, two, sizeof(struct zt_tune_incident));
}

/* A source of a rule and how many incidents it has. */
struct share {
	const struct zt_tune_incident *who;
	size_t count;
};

/* Put a source among the largest; of equal ones the first stays. */
static void
rank(struct share top[SOURCES_SHOWN], struct share share)
{
	for (unsigned i = 0; i < SOURCES_SHOWN; i++) {
		if (share.count <= top[i].count)
			continue;
		struct share lesser = top[i];
		top[i] = share;
		share = lesser;
	}
}

static void
print_sources(const struct zt_tune_step *step, unsigned rule, FILE *out)
{
	struct share top[SOURCES_SHOWN] = { { NULL, 0 } };
	char text[ZT_ADDRESS_TEXT_SIZE];
	size_t n_sources = 0;
	size_t n_shown = 0;

	for (size_t i = 0, next = 0; i < step->n; i = next) {
		while (next < step->n &&
		       compare(&step->incidents[i], &step->incidents[next]) == 0)
			next++;
		if (step->incidents[i].rule != rule)
			continue;
		n_sources++;
		rank(top, (struct share){ &step->incidents[i], next - i });
	}
	for (; n_shown < SOURCES_SHOWN && top[n_shown].who != NULL; n_shown++)
		(void)fprintf(out, "%s%s %zu", n_shown == 0 ? "  " : ", ",
		    zt_address_text(
			top[n_shown].who->family, top[n_shown].who->addr, text),
		    top[n_shown].count);
	if (n_sources > n_shown)
		(void)fprintf(out, ", %zu more", n_sources - n_shown);
}

/* The thresholds of a rule as text.  @return whether it has any. */
static bool
thresholds_text(struct zt_rule_params *rule, char *text, size_t size)
{
	size_t at = 0;

	(void)snprintf(text, size, "none");
	for (unsigned i = 0; i < zt_tune_n_thresholds && at < size; i++) {
		uint32_t value = *zt_tune_threshold(&zt_tune_thresholds[i], rule);
		if (value == 0)
			continue;
		int n = snprintf(text + at, size - at, "%s%s %" PRIu32,
		    at == 0 ? "" : ", ", zt_tune_thresholds[i].name, value);
		at += n > 0 ? (size_t)n : 0;
	}
	return at > 0;
}

static void
print_line(const struct zt_tune *tune, unsigned at, unsigned rule, FILE *out)
{
	const struct zt_tune_step *step = &tune->steps[at];
	struct zt_rule_params params = step->rules[rule];
	char text[128];

	bool has_any = thresholds_text(&params, text, sizeof(text));
	/* Without a threshold the rungs are all the same. */
	if (!has_any && at != AS_CONFIGURED)
		return;
	(void)fprintf(out, "# %-23s %-4s  %-33s %9" PRIu64 " ",
	    zt_rules_name((enum zt_rule_id)rule), rungs[at].label, text,
	    step->count[rule]);
	if (tune->last_ns > tune->first_ns) {
		double seconds = (double)(tune->last_ns - tune->first_ns) / NS_PER_S;
		(void)fprintf(
		    out, "%9.1f", (double)step->count[rule] * SECONDS_A_DAY / seconds);
	} else {
		(void)fprintf(out, "%9s", "-");
	}
	print_sources(step, rule, out);
	(void)fputc('\n', out);
}

static void
print_setting(struct zt_tune *tune, unsigned rule, FILE *out)
{
	unsigned at = AS_CONFIGURED;
	char text[128];

	if (!thresholds_text(&tune->steps[at].rules[rule], text, sizeof(text)))
		return;
	while (at < ZT_TUNE_STEPS && tune->steps[at].count[rule] > 0)
		at++;
	const char *name = zt_rules_name((enum zt_rule_id)rule);
	if (at == ZT_TUNE_STEPS) {
		at = AS_CONFIGURED;
		(void)fprintf(out,
		    "    # Not silent at x8, so as configured.  Look at its sources: "
		    "is one a resolver,\n    # a monitor, a secondary?\n");
	}
	(void)fprintf(out, "    %s: # %s\n", name, rungs[at].label);
	for (unsigned i = 0; i < zt_tune_n_thresholds; i++) {
		const struct zt_tune_setting *setting = &zt_tune_thresholds[i];
		uint32_t value =
		    *zt_tune_threshold(setting, &tune->steps[at].rules[rule]);
		if (value != 0)
			(void)fprintf(
			    out, "      %s: %" PRIu32 "\n", setting->name, value);
	}
}

static bool
is_enabled(const struct zt_tune *tune, unsigned rule)
{
	return tune->steps[AS_CONFIGURED].rules[rule].enabled;
}

void
zt_tune_print(struct zt_tune *tune, FILE *out)
{
	bool has_time = tune->last_ns > tune->first_ns;
	double seconds =
	    has_time ? (double)(tune->last_ns - tune->first_ns) / NS_PER_S : 0;

	for (unsigned i = 0; i < ZT_TUNE_STEPS; i++)
		if (tune->steps[i].n > 0)
			qsort(tune->steps[i].incidents, tune->steps[i].n,
			    sizeof(*tune->steps[i].incidents), compare);
	(void)fprintf(out,
	    "# %" PRIu64 " packets in %.0f seconds of capture time.\n"
	    "# Incidents with the configured thresholds times so much, and a day at that "
	    "rate.\n#\n# %-23s %-4s  %-33s %9s %9s  %s\n",
	    tune->packets, seconds, "rule", "x", "thresholds: above", "incidents",
	    "a day", "sources and their incidents");
	for (unsigned rule = 0; rule < ZT_N_RULES; rule++)
		for (unsigned at = 0; at < ZT_TUNE_STEPS; at++)
			if (is_enabled(tune, rule))
				print_line(tune, at, rule, out);
	(void)fputs("#\n# Of each rule the lowest thresholds, from the configured ones "
		    "on, that raise nothing here.\n"
		    "# Right only where the captures hold ordinary traffic.\n"
		    "detect:\n  rules:\n",
	    out);
	for (unsigned rule = 0; rule < ZT_N_RULES; rule++)
		if (is_enabled(tune, rule))
			print_setting(tune, rule, out);
}
