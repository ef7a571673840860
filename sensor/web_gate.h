/**
 * @file web_gate.h
 * Who may come in: the Host header against DNS rebinding, a token against everybody else.
 *
 * Host:     without a token only an IP address or "localhost" is answered, because a web
 *           site that lets its own name point to 127.0.0.1 cannot send these.  With a
 *           token any host will do: a strange name has no cookie.
 * Token:    "Authorization: Bearer ..." for programs; browsers log in once and get a
 *           cookie that holds a random number of this run, never the token.
 * Threads:  main thread.
 */
#ifndef ZT_SENSOR_WEB_GATE_H
#define ZT_SENSOR_WEB_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "../conf/err.h"

#define ZT_WEB_TOKEN_MIN 16
#define ZT_WEB_TOKEN_MAX 256
/** Name of the cookie. */
#define ZT_WEB_COOKIE "zonetap"

struct zt_web_gate {
	bool has_token;
	char token[ZT_WEB_TOKEN_MAX + 1];
	char cookie[65]; /**< 256 random bits in hex. */
};

/**
 * Read the token.
 *
 * @param path  "": no token.
 * @return 0; -EINVAL when the file is none of ours: too open, too short, odd characters;
 *         -errno of what failed.  The reason is in err.
 */
int zt_web_gate_open(struct zt_web_gate *gate, const char *path, struct zt_err *err);

/** May a request with this Host header be answered?  host may be NULL. */
bool zt_web_gate_knows_host(const struct zt_web_gate *gate, const char *host);

/** Is it the token?  Takes the same time whatever is wrong.  text may be NULL. */
bool zt_web_gate_is_token(const struct zt_web_gate *gate, const char *text);

/** May a request with these headers see the data?  Both may be NULL. */
bool zt_web_gate_admits(
    const struct zt_web_gate *gate, const char *authorization, const char *cookies);

#endif
