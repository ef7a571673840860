#include "keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../conf/value.h"

#define BLANKS " \t\r\n"

_Static_assert(ZT_CONF_NAME_MAX == ZT_NAME_MAX, "names");

static const enum zt_digest_kind kinds[ZT_CONF_N_ALGORITHMS] = {
	[ZT_CONF_HMAC_MD5] = ZT_DIGEST_MD5,
	[ZT_CONF_HMAC_SHA1] = ZT_DIGEST_SHA1,
	[ZT_CONF_HMAC_SHA224] = ZT_DIGEST_SHA224,
	[ZT_CONF_HMAC_SHA256] = ZT_DIGEST_SHA256,
	[ZT_CONF_HMAC_SHA384] = ZT_DIGEST_SHA384,
	[ZT_CONF_HMAC_SHA512] = ZT_DIGEST_SHA512,
};

/* A file of which others may learn the secret is refused, not used. */
static int
judge_file(int fd, const char *path, struct zt_err *err)
{
	struct stat about;

	if (fstat(fd, &about) != 0) {
		int error = errno;
		zt_err_set(err, "%s: %s", path, strerror(error));
		return -error;
	}
	if (!S_ISREG(about.st_mode)) {
		zt_err_set(err, "%s: not a regular file", path);
		return -EINVAL;
	}
	if ((about.st_mode & (S_IROTH | S_IWOTH)) != 0) {
		zt_err_set(err,
		    "%s: others may read or write it; chmod o-rw makes it right", path);
		return -EPERM;
	}
	return 0;
}

/* text has room for one byte more than a secret may have with its blanks. */
static int
read_all(int fd, char *text, size_t size, const char *path, struct zt_err *err)
{
	size_t used = 0;
	ssize_t n = 1;

	while (n > 0 && used < size - 1) {
		n = read(fd, text + used, size - 1 - used);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			used += (size_t)n;
	}
	if (n < 0) {
		int error = errno;
		zt_err_set(err, "%s: %s", path, strerror(error));
		return -error;
	}
	text[used] = '\0';
	if (n == 0 && strlen(text) == used)
		return 0;
	zt_err_set(
	    err, "%s: not base64 of at most %d bytes", path, ZT_VALUE_SECRET_MAX);
	return -EINVAL;
}

static int
read_file(const char *path, char *text, size_t size, struct zt_err *err)
{
	/* A FIFO must not make us wait. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0) {
		int error = errno;
		zt_err_set(err, "%s: %s", path, strerror(error));
		return -error;
	}
	int result = judge_file(fd, path, err);
	if (result == 0)
		result = read_all(fd, text, size, path, err);
	(void)close(fd); /* it was only read */
	return result;
}

static int
decode(const char *text, const char *where, struct zt_signature_key *key,
    struct zt_err *err)
{
	uint8_t *secret = calloc(1, ZT_VALUE_SECRET_MAX);
	struct zt_err why = { "" };

	if (secret == NULL) {
		zt_err_set(err, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	key->secret = secret;
	int result = zt_value_parse_base64(text, secret, &key->secret_len, &why);
	if (result != 0)
		zt_err_set(err, "%s: %s", where, why.text);
	return result;
}

static int
load_secret(
    const struct zt_conf_key *conf, struct zt_signature_key *key, struct zt_err *err)
{
	char text[ZT_VALUE_SECRET_TEXT_MAX + 64];

	if (conf->secret_file[0] == '\0')
		return decode(conf->secret, "keys", key, err);
	int result = read_file(conf->secret_file, text, sizeof(text), err);
	if (result == 0) {
		char *begin = text + strspn(text, BLANKS);
		begin[strcspn(begin, BLANKS)] = '\0';
		result = decode(begin, conf->secret_file, key, err);
	}
	explicit_bzero(text, sizeof(text));
	return result;
}

static int
load_key(
    const struct zt_conf_key *conf, struct zt_signature_key *key, struct zt_err *err)
{
	key->kind = kinds[conf->algorithm];
	key->name_len = conf->name.len;
	memcpy(key->name, conf->name.wire, conf->name.len);
	return load_secret(conf, key, err);
}

int
zt_keys_load(struct zt_keys *keys, const struct zt_conf_keys *conf, struct zt_err *err)
{
	keys->count = 0;
	keys->items = calloc(conf->count + 1, sizeof(*keys->items));
	if (keys->items == NULL) {
		zt_err_set(err, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	for (size_t i = 0; i < conf->count; i++) {
		/* Counted first: what a failure leaves half done is freed with it. */
		keys->count++;
		int result = load_key(&conf->items[i], &keys->items[i], err);
		if (result != 0) {
			zt_keys_fini(keys);
			return result;
		}
	}
	return 0;
}

void
zt_keys_fini(struct zt_keys *keys)
{
	for (size_t i = 0; i < keys->count; i++) {
		uint8_t *secret;
		/* Our own memory: the const is for the dissector. */
		memcpy(&secret, &keys->items[i].secret, sizeof(secret));
		if (secret != NULL)
			explicit_bzero(secret, ZT_VALUE_SECRET_MAX);
		free(secret);
	}
	free(keys->items);
	memset(keys, 0, sizeof(*keys));
}
