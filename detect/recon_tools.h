/**
 * @file recon_tools.h
 * Programs that map networks through DNS, and how their command lines show it.
 *
 * Two kinds: programs made for it, whose name is enough; and programs that everybody
 * uses (dig, host, nmap), which count only with an argument that shows what they are
 * used for: a clue.
 * Names:    the file that was executed, without directory and without .py, .pl, .rb,
 *           .sh, .js, .exe; in any case.  Where it is an interpreter, the script: the
 *           first argument that is no option, or the module behind -m.
 * Limits:   a program under another name is not known: a name is all there is.  What is
 *           typed into an interactive nslookup is not on its command line.
 * Work:     the table for each of two or three names; each argument against the clues.
 * Threads:  constant.
 * Source:   the names and arguments that the rule's reference watches, and the tools
 *           whose traffic fingerprint.h knows.
 */
#ifndef ZT_DETECT_RECON_TOOLS_H
#define ZT_DETECT_RECON_TOOLS_H

#include "params.h"

/** No argument was needed, or none is known. */
#define ZT_RECON_CLUE_NONE 0u

/** A command line: arguments, each followed by a zero byte, as in /proc. */
struct zt_recon_command {
	const char
	    *name; /**< Of the executed file, as the kernel says it; "": unknown. */
	const char *args;
	size_t args_len; /**< The last argument may lack its zero byte. */
};

struct zt_recon_match {
	uint8_t tool;
	uint8_t clue;
};

/**
 * Whether a command line is one that maps networks.
 *
 * @param match  out: with true only.
 */
bool zt_recon_find(
    const struct zt_recon_command *command, struct zt_recon_match *match);

/** Rows are checked: an unknown one has the name "unknown". */
const char *zt_recon_tool_name(uint8_t tool);

/** NULL for ZT_RECON_CLUE_NONE. */
const char *zt_recon_clue_name(uint8_t clue);

/** Whether it was made for mapping, or asked for a copy of a zone. */
bool zt_recon_is_grave(const struct zt_recon_match *match);

/** Whether the tool, so called, asks such questions. */
bool zt_recon_fits(const struct zt_recon_match *match, uint16_t qtype);

#endif
