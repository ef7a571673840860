#include "command_line.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_SIZE   64
#define STATUS_SIZE 2048

/* The beginning of /proc/PID/file.  @return bytes, or -1. */
static ssize_t
read_beginning(uint32_t pid, const char *file, char *bytes, size_t cap)
{
	char path[PATH_SIZE];
	size_t len = 0;

	(void)snprintf(path, sizeof(path), "/proc/%u/%s", (unsigned)pid, file);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t n = 1;
	while (n > 0 && len < cap) {
		n = read(fd, bytes + len, cap - len);
		if (n > 0)
			len += (size_t)n;
	}
	(void)close(fd); /* holds no data */
	return n < 0 ? -1 : (ssize_t)len;
}

/* "Uid:" has a line of its own: the kernel escapes ends of lines in the name above it. */
static void
read_user(struct zt_command_line *line, uint32_t pid)
{
	char status[STATUS_SIZE];
	ssize_t n = read_beginning(pid, "status", status, sizeof(status) - 1);

	if (n < 0)
		return;
	status[n] = '\0';
	const char *at = strstr(status, "\nUid:");
	if (at == NULL)
		return;
	char *end;
	unsigned long user = strtoul(at + 5, &end, 10);
	line->have_user = end != at + 5 && user <= UINT32_MAX;
	line->user_id = line->have_user ? (uint32_t)user : 0;
}

bool
zt_command_line_read(uint32_t pid, struct zt_command_line *line)
{
	line->have_user = false;
	line->user_id = 0;
	/* The short-lived end soon: what matters most comes first. */
	ssize_t args = read_beginning(pid, "cmdline", line->args, sizeof(line->args));
	ssize_t name = read_beginning(pid, "comm", line->name, sizeof(line->name) - 1);
	line->args_len = args > 0 ? (size_t)args : 0;
	line->name[name > 0 ? name : 0] = '\0';
	line->name[strcspn(line->name, "\n")] = '\0';
	if (line->args_len == 0 && line->name[0] == '\0')
		return false;
	read_user(line, pid);
	return true;
}

bool
zt_command_line_text(const struct zt_command_line *line, char *text, size_t cap)
{
	static const char digits[] = "0123456789abcdef";
	size_t len = line->args_len;
	size_t used = 0;

	while (len > 0 && line->args[len - 1] == '\0')
		len--;
	for (size_t i = 0; i < len; i++) {
		uint8_t byte = (uint8_t)line->args[i];
		bool is_plain = byte > 0x20 && byte < 0x7f && byte != '\\';
		size_t wanted = is_plain || byte == 0 ? 1 : 4;
		if (used + wanted >= cap) {
			text[used] = '\0';
			return false;
		}
		if (wanted == 1) {
			text[used++] = byte == 0 ? ' ' : (char)byte;
			continue;
		}
		text[used++] = '\\';
		text[used++] = 'x';
		text[used++] = digits[byte >> 4];
		text[used++] = digits[byte & 15u];
	}
	text[used] = '\0';
	return true;
}
