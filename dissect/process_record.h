/**
 * @file process_record.h
 * What an event says of a program on this machine: a part of event.h.  Made by the
 * sensor, not from packets; the addresses of the event's tail are this machine's own,
 * and its client is the one that stands for them.
 *
 * Threads: plain data.
 * Units:   id is unique in a run; everything else as the kernel told it.
 */
#ifndef ZT_DISSECT_PROCESS_RECORD_H
#define ZT_DISSECT_PROCESS_RECORD_H

#include <stdint.h>

/** Bytes of a command line that are kept, escaped, terminator included. */
#define ZT_PROCESS_COMMAND_SIZE 512

enum zt_process_phase {
	ZT_PROCESS_STARTED,
	ZT_PROCESS_RUNNING, /**< Still there after a while: did it ask anything? */
	ZT_PROCESS_ENDED,   /**< It has ended; its last packets may be on their way. */
	ZT_PROCESS_PASSED,  /**< They have passed. */
};

struct zt_process {
	uint64_t id;	     /**< Same in all events of one start, and no other's. */
	uint64_t started_ns; /**< On the timeline of the events. */
	uint32_t pid;
	uint32_t user_id;
	uint32_t starts;   /**< In an alert: how often the tool was started. */
	uint8_t phase;	   /**< enum zt_process_phase. */
	uint8_t tool;	   /**< Row of the table of tools (detect/recon_tools.h). */
	uint8_t clue;	   /**< Row of the table of clues, or ZT_RECON_CLUE_NONE. */
	uint8_t is_cut;	   /**< The command line was longer. */
	uint8_t have_user; /**< user_id is known. */
	uint8_t reserved[7];
	char command[ZT_PROCESS_COMMAND_SIZE]; /**< Printable ASCII, terminated. */
};

#endif
