#include "web_gate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define BEARER "Bearer "

static int
check_file(int fd, const char *path, struct zt_err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0) {
		zt_err_set(err, "%s: %s", path, strerror(errno));
		return -errno;
	}
	if (!S_ISREG(st.st_mode)) {
		zt_err_set(err, "%s: not a regular file", path);
		return -EINVAL;
	}
	if ((st.st_mode & (S_IRWXO | S_IWGRP)) == 0)
		return 0;
	zt_err_set(err,
	    "%s: others can read or write it (mode %03o); run chmod 0640 %s", path,
	    (unsigned)(st.st_mode & 0777), path);
	return -EINVAL;
}

/* The first line, without what ends it. */
static int
take_token(
    struct zt_web_gate *gate, const char *path, const char *text, struct zt_err *err)
{
	size_t len = strcspn(text, "\r\n");

	for (size_t i = 0; i < len; i++) {
		if (text[i] > ' ' && text[i] < 0x7f)
			continue;
		zt_err_set(err,
		    "%s: the token has a character that is not printable ASCII; "
		    "\"openssl rand -hex 32\" makes a good one",
		    path);
		return -EINVAL;
	}
	if (len < ZT_WEB_TOKEN_MIN || len > ZT_WEB_TOKEN_MAX) {
		zt_err_set(err,
		    "%s: the token has %zu characters, it needs %d to %d; "
		    "\"openssl rand -hex 32\" makes a good one",
		    path, len, ZT_WEB_TOKEN_MIN, ZT_WEB_TOKEN_MAX);
		return -EINVAL;
	}
	memcpy(gate->token, text, len);
	gate->token[len] = '\0';
	gate->has_token = true;
	return 0;
}

static int
read_token(struct zt_web_gate *gate, const char *path, struct zt_err *err)
{
	char text[ZT_WEB_TOKEN_MAX + 3] = ""; /* room for the end of the line */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0) {
		zt_err_set(err, "%s: %s", path, strerror(errno));
		return -errno;
	}
	int result = check_file(fd, path, err);
	if (result == 0 && read(fd, text, sizeof(text) - 1) < 0) {
		zt_err_set(err, "%s: %s", path, strerror(errno));
		result = -errno;
	}
	(void)close(fd); /* nothing was written */
	return result == 0 ? take_token(gate, path, text, err) : result;
}

static int
draw_cookie(struct zt_web_gate *gate, struct zt_err *err)
{
	unsigned char random[(sizeof(gate->cookie) - 1) / 2];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random)) {
		zt_err_set(err, "no random numbers: %s", strerror(errno));
		return -EIO;
	}
	for (size_t i = 0; i < sizeof(random); i++) /* two digits fit */
		(void)snprintf(&gate->cookie[2 * i], 3, "%02x", random[i]);
	return 0;
}

int
zt_web_gate_open(struct zt_web_gate *gate, const char *path, struct zt_err *err)
{
	memset(gate, 0, sizeof(*gate));
	if (path[0] == '\0')
		return 0;
	int result = read_token(gate, path, err);
	return result == 0 ? draw_cookie(gate, err) : result;
}

/* Is it an address, in brackets when of IPv6, or localhost? */
static bool
is_local_name(const char *name, size_t len)
{
	char text[INET6_ADDRSTRLEN + 1];
	unsigned char addr[16];

	if (len == 9 && strncasecmp(name, "localhost", 9) == 0)
		return true;
	bool is_v6 = len > 2 && name[0] == '[' && name[len - 1] == ']';
	if (is_v6) {
		name++;
		len -= 2;
	}
	if (len >= sizeof(text))
		return false;
	memcpy(text, name, len);
	text[len] = '\0';
	return inet_pton(is_v6 ? AF_INET6 : AF_INET, text, addr) == 1;
}

bool
zt_web_gate_knows_host(const struct zt_web_gate *gate, const char *host)
{
	if (host == NULL)
		return false;
	if (gate->has_token)
		return true;
	const char *end = host[0] == '[' ? strchr(host, ']') : NULL;
	const char *colon = strchr(end != NULL ? end : host, ':');
	if (colon != NULL && strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return false;
	return is_local_name(
	    host, colon != NULL ? (size_t)(colon - host) : strlen(host));
}

/* Compare in a time that depends on the length of what was sent only. */
static bool
is_equal(const char *sent, size_t len, const char *secret)
{
	size_t secret_len = strlen(secret);
	unsigned wrong = len != secret_len;

	for (size_t i = 0; i < len; i++)
		wrong |= (unsigned)(unsigned char)sent[i] ^
			 (unsigned)(unsigned char)secret[i % (secret_len + 1)];
	return wrong == 0;
}

bool
zt_web_gate_is_token(const struct zt_web_gate *gate, const char *text)
{
	return gate->has_token && text != NULL &&
	       is_equal(text, strlen(text), gate->token);
}

/* One of "a=b; c=d" is ours. */
static bool
has_cookie(const struct zt_web_gate *gate, const char *cookies)
{
	const size_t name_len = sizeof(ZT_WEB_COOKIE) - 1;

	while (*cookies != '\0') {
		cookies += strspn(cookies, "; ");
		size_t len = strcspn(cookies, ";");
		if (len > name_len && cookies[name_len] == '=' &&
		    memcmp(cookies, ZT_WEB_COOKIE, name_len) == 0 &&
		    is_equal(cookies + name_len + 1, len - name_len - 1, gate->cookie))
			return true;
		cookies += len;
	}
	return false;
}

bool
zt_web_gate_admits(
    const struct zt_web_gate *gate, const char *authorization, const char *cookies)
{
	if (!gate->has_token)
		return true;
	if (authorization != NULL &&
	    strncasecmp(authorization, BEARER, sizeof(BEARER) - 1) == 0 &&
	    zt_web_gate_is_token(gate, authorization + sizeof(BEARER) - 1))
		return true;
	return cookies != NULL && has_cookie(gate, cookies);
}
