/**
 * @file request.h
 * A request to the daemon, read from one line and checked against the list of commands.
 *
 * Limits:    ZT_COMMAND_REQUEST_MAX bytes; every member and argument is known, of the
 *            right kind and within its bounds, or the request is refused.
 * Ownership: the request owns its JSON; texts are borrowed from it.
 * Threads:   one.
 */
#ifndef ZT_SENSOR_REQUEST_H
#define ZT_SENSOR_REQUEST_H

#include <jansson.h>

#include "../conf/err.h"
#include "command.h"

struct zt_request {
	json_t *root;
	enum zt_command_id id;			    /**< ZT_N_COMMANDS: none. */
	const json_t *values[ZT_COMMAND_ARGUMENTS]; /**< NULL: not given. */
};

/**
 * @param request  out: freed with zt_request_fini() in any case.
 * @param line     len bytes, without newline.
 * @param err      out: what is wrong and what would be right.
 * @return NULL, or a code of the protocol: "request", "version", "command", "argument".
 */
const char *zt_request_parse(
    struct zt_request *request, const char *line, size_t len, struct zt_err *err);

/** Accepts one that was zeroed. */
void zt_request_fini(struct zt_request *request);

/** The text of an argument of the command; NULL: not given. */
const char *zt_request_text(const struct zt_request *request, const char *name);

/** The number of an argument of the command. */
uint64_t zt_request_number(
    const struct zt_request *request, const char *name, uint64_t fallback);

/** Whether a switch of the command is on. */
bool zt_request_is(const struct zt_request *request, const char *name);

#endif
