/**
 * @file keys.h
 * The TSIG keys of the configuration with their secrets, ready for the dissector.
 *
 * Files:     a secret file is a regular file that others may neither read nor write, with
 *            base64 and nothing else but blanks around it.
 * Ownership: the keys own their secrets and wipe them; the dissector makes copies.
 * Errors:    the text names the file, never what is in it.
 */
#ifndef ZT_SENSOR_KEYS_H
#define ZT_SENSOR_KEYS_H

#include "../conf/conf.h"
#include "../dissect/signature.h"

struct zt_keys {
	struct zt_signature_key *items;
	size_t count;
};

/**
 * Read every secret, from the configuration or its file.
 *
 * @param keys  out: empty on failure.
 * @return 0; -ENOMEM; -EINVAL or the -errno of a system call, with the text in err.
 */
int zt_keys_load(
    struct zt_keys *keys, const struct zt_conf_keys *conf, struct zt_err *err);

/** Wipe and free. */
void zt_keys_fini(struct zt_keys *keys);

#endif
