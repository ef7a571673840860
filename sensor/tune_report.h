/**
 * @file tune_report.h
 * The ladder of thresholds of --tune, and the text about it.
 *
 * Threads:   one.
 * Ownership: the counts belong to the caller; printing sorts the incidents in place.
 */
#ifndef ZT_SENSOR_TUNE_REPORT_H
#define ZT_SENSOR_TUNE_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "../detect/engine.h"
#include "../dissect/dissect.h"

/** Rungs of the ladder: 1/2, 1, 2, 4, 8. */
#define ZT_TUNE_STEPS 5u

/** An incident that was opened: of which rule, and for whom. */
struct zt_tune_incident {
	uint8_t rule;
	uint8_t family;
	uint8_t addr[16];
};

/** One detector and what it raised. */
struct zt_tune_step {
	struct zt_engine *engine;
	struct zt_tune_incident *incidents;
	size_t n;
	size_t cap;
	uint64_t count[ZT_N_RULES];
	struct zt_rule_params rules[ZT_N_RULES]; /**< As scaled; types are not valid. */
	bool failed;				 /**< Memory ran out. */
};

struct zt_tune {
	struct zt_tune_step steps[ZT_TUNE_STEPS];
	struct zt_dissect *dissect;
	uint64_t packets;
	uint64_t first_ns; /**< Capture time. */
	uint64_t last_ns;
};

/** A setting that is scaled: a rule uses it when it is not 0. */
struct zt_tune_setting {
	const char *name; /**< As in the configuration. */
	size_t offset;	  /**< In struct zt_rule_params. */
};

extern const struct zt_tune_setting zt_tune_thresholds[];
extern const unsigned zt_tune_n_thresholds;

/** Where a setting lies. */
uint32_t *zt_tune_threshold(
    const struct zt_tune_setting *setting, struct zt_rule_params *rule);

/** A value on a rung, within what the configuration accepts; 0 stays 0. */
uint32_t zt_tune_scale(uint32_t value, unsigned step);

/** Everything, as YAML. */
void zt_tune_print(struct zt_tune *tune, FILE *out);

#endif
