/**
 * @file command.h
 * What can be asked of a running daemon: the one list, for the daemon, for zonetapctl, for
 * its --help and its manual.
 *
 * Protocol:  one JSON object a line in each direction, ZT_COMMAND_PROTOCOL its version.
 *              {"version":1,"command":"incidents","arguments":{"open":true,"limit":5}}
 *              {"version":1,"ok":true,"command":"incidents","result":{...}}
 *              {"version":1,"ok":false,"command":"incidents",
 *               "error":{"code":"argument","text":"..."}}
 *            Requests are closed: an unknown member or argument is refused.  Replies may
 *            gain members within a version.
 * Threads:   constant data.
 */
#ifndef ZT_SENSOR_COMMAND_H
#define ZT_SENSOR_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define ZT_COMMAND_PROTOCOL 1
/** Bytes of a request, its newline included. */
#define ZT_COMMAND_REQUEST_MAX 4096
#define ZT_COMMAND_ARGUMENTS   8
/** Rows of a reply. */
#define ZT_COMMAND_ROWS	    20
#define ZT_COMMAND_ROWS_MAX 100

enum zt_command_id {
	ZT_COMMAND_STATUS,
	ZT_COMMAND_WORKERS,
	ZT_COMMAND_COUNTERS,
	ZT_COMMAND_SOURCES,
	ZT_COMMAND_SOURCE,
	ZT_COMMAND_ZONES,
	ZT_COMMAND_INCIDENTS,
	ZT_COMMAND_INCIDENT,
	ZT_COMMAND_TRANSFERS,
	ZT_COMMAND_POLICY,
	ZT_COMMAND_RULES,
	ZT_COMMAND_MEMORY,
	ZT_COMMAND_RELOAD,
	ZT_COMMAND_ROTATE,
	ZT_COMMAND_LOG_LEVEL,
	ZT_N_COMMANDS
};

enum zt_argument_kind {
	ZT_ARGUMENT_TEXT,   /**< JSON string, at most 255 bytes. */
	ZT_ARGUMENT_WORD,   /**< One of words. */
	ZT_ARGUMENT_NUMBER, /**< JSON integer, min .. max. */
	ZT_ARGUMENT_SWITCH, /**< JSON true or false. */
};

struct zt_argument {
	const char *name; /**< NULL: the list has ended. */
	enum zt_argument_kind kind;
	const char *value; /**< What stands for it in the manual: "PREFIX". */
	const char *const *words;
	uint64_t min;
	uint64_t max;
	bool is_bare;	  /**< Given by its place, without a name. */
	bool is_required; /**< Of bare ones. */
	const char *help; /**< A phrase. */
};

struct zt_command {
	const char *name;
	const char *help; /**< A sentence without its dot. */
	bool changes;	  /**< Changes the daemon: who asked is logged. */
	struct zt_argument arguments[ZT_COMMAND_ARGUMENTS + 1];
};

/** @return the command; id is below ZT_N_COMMANDS. */
const struct zt_command *zt_command_get(enum zt_command_id id);

/** @return the number of a command; ZT_N_COMMANDS when there is none of this name. */
enum zt_command_id zt_command_find(const char *name);

/** @return the place of an argument; -1 when the command has none of this name. */
int zt_command_argument(const struct zt_command *command, const char *name);

/** The list for --help. */
void zt_command_help(FILE *to);

/** The COMMANDS section of zonetapctl(8), in mdoc. */
void zt_command_man(FILE *to);

#endif
