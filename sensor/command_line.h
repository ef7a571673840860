/**
 * @file command_line.h
 * What /proc says of a process: its file's name, its arguments, its user.
 *
 * Hostile:   whoever starts a program writes all of this but the user.  It is cut to what
 *            fits and escaped before anybody sees it.
 * Name:      that which the kernel gave the process when it was executed: the file's, up
 *            to 15 bytes.  /proc/PID/exe says more, but only to those who may trace the
 *            process, and a sensor should not.
 * Threads:   any.
 */
#ifndef ZT_SENSOR_COMMAND_LINE_H
#define ZT_SENSOR_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZT_COMMAND_NAME_SIZE 64
/** Bytes of arguments that are looked at. */
#define ZT_COMMAND_ARGS_SIZE 4096

struct zt_command_line {
	char name[ZT_COMMAND_NAME_SIZE];
	char args[ZT_COMMAND_ARGS_SIZE]; /**< A zero byte behind each. */
	size_t args_len;
	uint32_t user_id;
	bool have_user;
};

/** @return false: the process is gone, or hidden. */
bool zt_command_line_read(uint32_t pid, struct zt_command_line *line);

/**
 * Write arguments as printable ASCII, with a space between two of them; every other
 * space, a backslash and what is not printable become \xNN.
 *
 * @param text  out: cap bytes, terminated; cap is not 0.
 * @return whether all of it had room.
 */
bool zt_command_line_text(const struct zt_command_line *line, char *text, size_t cap);

#endif
