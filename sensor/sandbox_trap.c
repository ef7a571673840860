#include "sandbox_trap.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "exit_code.h"

static char names[ZT_SANDBOX_CALLS][ZT_SANDBOX_NAME_SIZE];
static _Thread_local const char *thread_name = "?";

/* A line under construction, with what a signal handler may use. */
struct line {
	char text[256];
	size_t len;
};

static void
add(struct line *line, const char *text)
{
	while (*text != '\0' && line->len < sizeof(line->text))
		line->text[line->len++] = *text++;
}

static void
add_number(struct line *line, unsigned number)
{
	char digits[12];
	size_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0);
	add(line, digits + at);
}

static void
on_violation(int number, siginfo_t *info, void *context)
{
	struct line line = { .len = 0 };
	int call = info->si_syscall;
	bool has_name = call >= 0 && call < ZT_SANDBOX_CALLS && names[call][0] != '\0';

	(void)number;
	(void)context;
	add(&line, "zonetap: the thread ");
	add(&line, thread_name);
	add(&line, " made the system call ");
	add(&line, has_name ? names[call] : "number");
	add(&line, " (");
	add_number(&line, (unsigned)call);
	add(&line, "), which it has no need of: ending.  If it is not an attack, "
		   "sensor.seccomp: log lets it pass\n");
	/* Nobody left to tell when this fails. */
	(void)!write(STDERR_FILENO, line.text, line.len);
	_exit(ZT_EXIT_SOFTWARE);
}

void
zt_sandbox_trap_name(int number, const char *name)
{
	if (number < 0 || number >= ZT_SANDBOX_CALLS)
		return;
	strncpy(names[number], name, ZT_SANDBOX_NAME_SIZE - 1);
}

int
zt_sandbox_trap_install(void)
{
	struct sigaction action = { .sa_sigaction = on_violation,
		.sa_flags = SA_SIGINFO };

	(void)sigemptyset(&action.sa_mask); /* cannot fail */
	return sigaction(SIGSYS, &action, NULL) == 0 ? 0 : -errno;
}

void
zt_sandbox_trap_thread(const char *name)
{
	sigset_t trap;

	thread_name = name;
	/* A blocked trap would end the program without a word.  Cannot fail. */
	(void)sigemptyset(&trap);
	(void)sigaddset(&trap, SIGSYS);
	(void)pthread_sigmask(SIG_UNBLOCK, &trap, NULL);
}
