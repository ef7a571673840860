/*
 * The settings of an entry of `keys`.
 */
#include <errno.h>
#include <string.h>

#include "schema_row.h"
#include "value.h"

#define KEY struct zt_conf_key

/* In the order of enum zt_conf_algorithm. */
static const char *const algorithms[] = { "hmac-md5", "hmac-sha1", "hmac-sha224",
	"hmac-sha256", "hmac-sha384", "hmac-sha512", NULL };

_Static_assert(N_ROWS(algorithms) == ZT_CONF_N_ALGORITHMS + 1, "algorithms");

static int
check_key(const void *object, struct zt_err *err)
{
	const struct zt_conf_key *key = object;
	uint8_t secret[ZT_VALUE_SECRET_MAX];
	bool has_secret = key->secret[0] != '\0';
	size_t len;

	if (has_secret == (key->secret_file[0] != '\0')) {
		zt_err_set(err,
		    "the key wants either a secret or a secret_file; better the file");
		return -EINVAL;
	}
	if (!has_secret)
		return 0;
	if (strcmp(key->secret, ZT_SCHEMA_HIDDEN) == 0) {
		zt_err_set(err, "the secret of this key is what -d prints in place of "
				"secrets; write the secret itself");
		return -EINVAL;
	}
	int result = zt_value_parse_base64(key->secret, secret, &len, err);
	explicit_bzero(secret, sizeof(secret));
	return result;
}

static int
check_secret_file(const void *object, struct zt_err *err)
{
	const struct zt_conf_key *key = object;

	if (key->secret_file[0] == '\0' || key->secret_file[0] == '/')
		return 0;
	zt_err_set(err, "the path has to begin with a slash");
	return -EINVAL;
}

static const struct zt_schema_row rows[] = {
	{ "keys", "name", NAME(KEY, name), .flags = ZT_SCHEMA_REQUIRED,
	    .check = check_key, .example = "xfr-key.example.",
	    .doc = "Name of the TSIG key.", .since = "0.1.0" },
	{ "keys", "algorithm", CHOICE(KEY, algorithm, algorithms), START,
	    .fallback = "hmac-sha256", .doc = "Algorithm of the key.",
	    .since = "0.1.0" },
	{ "keys", "secret_file", STRING(KEY, secret_file), START, .max = 4095,
	    .fallback = "", .unit = "path", .check = check_secret_file,
	    .example = "/etc/zonetap/xfr-key.secret",
	    .doc =
		"A file with the secret in base64 and nothing else, which nobody but its "
		"owner and group may read.",
	    .since = "0.1.0" },
	{ "keys", "secret", STRING(KEY, secret), .flags = ZT_SCHEMA_SECRET,
	    .max = ZT_VALUE_SECRET_TEXT_MAX, .fallback = "", .unit = "base64",
	    .doc =
		"The secret itself, where there is no secret_file.  It is never printed.",
	    .since = "0.1.0" },
};

const struct zt_schema_table zt_schema_key = { rows, N_ROWS(rows),
	sizeof(struct zt_conf_key) };
