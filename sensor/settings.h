/**
 * @file settings.h
 * From the configuration to what the dissector and the detector want to know.
 *
 * The three folders do not know each other's types; this is where they meet.  Rules are
 * joined by name; a test holds the two lists and their defaults against each other.
 *
 * Ownership: the settings own the arrays that params point to; they must live until the
 *            engine has been made.
 */
#ifndef ZT_SENSOR_SETTINGS_H
#define ZT_SENSOR_SETTINGS_H

#include "../conf/conf.h"
#include "../detect/params.h"
#include "../dissect/dissect.h"

struct zt_settings {
	struct zt_dissect_options dissect; /**< ports are borrowed from the conf. */
	struct zt_params params;
	void **blocks; /**< What params point to. */
	size_t n_blocks;
	size_t block_cap;
};

/**
 * @param conf  borrowed for the life of the settings.
 * @param key   of all hashes.
 * @return 0, or -ENOMEM; then the settings need no fini.
 */
int zt_settings_init(struct zt_settings *settings, const struct zt_conf *conf,
    const struct zt_hash_key *key);

void zt_settings_fini(struct zt_settings *settings);

#endif
