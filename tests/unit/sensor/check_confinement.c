/*
 * Each layer from inside: what is given up is gone, what a thread may not do ends the
 * program with the name of the call, and what it needs still works.
 *
 * Every test is a process of its own (CK_FORK), since there is no way back.
 */
#define _GNU_SOURCE
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sensor/exit_code.h"
#include "sensor/landlock.h"
#include "sensor/privileges.h"
#include "sensor/sandbox.h"
#include "suite.h"

/* A line of /proc/thread-self/status, without its name. */
static const char *
status(const char *name)
{
	static char line[256];
	FILE *file = fopen("/proc/thread-self/status", "r");
	size_t len = strlen(name);

	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, name, len) == 0 && line[len] == ':')
			break;
	(void)fclose(file);
	line[strcspn(line, "\n")] = '\0';
	return line + len + 2;
}

/* Run act in a child.  @return its wait status; what it said on standard error is in
 * text. */
static int
in_child(void (*act)(void), char *text, size_t size)
{
	int pipes[2];
	int how = 0;
	size_t len = 0;

	ck_assert_int_eq(pipe(pipes), 0);
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		(void)dup2(pipes[1], STDERR_FILENO);
		act();
		_exit(0);
	}
	(void)close(pipes[1]);
	for (ssize_t n = 1; n > 0 && len<size - 1; len += n> 0 ? (size_t)n : 0)
		n = read(pipes[0], text + len, size - 1 - len);
	text[len] = '\0';
	(void)close(pipes[0]);
	ck_assert_int_eq(waitpid(child, &how, 0), child);
	return how;
}

static void
enter(enum zt_sandbox_thread thread, bool inet)
{
	static struct zt_sandbox sandbox;
	struct zt_err err = { "" };

	sandbox.mode = ZT_SANDBOX_ENFORCE;
	sandbox.inet = inet;
	if (zt_sandbox_prepare(&sandbox, &err) != 0)
		_exit(99);
	zt_sandbox_enter(&sandbox, thread);
}

/* What must not happen, and what the trap has to call it. */
static void
try_execve(void)
{
	(void)execl("/bin/true", "true", (char *)NULL);
}

static void
try_fork(void)
{
	(void)syscall(SYS_fork);
}

static void
try_ptrace(void)
{
	(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void
try_inet(void)
{
	(void)socket(AF_INET, SOCK_STREAM, 0);
}

static void
try_packet(void)
{
	(void)socket(AF_PACKET, SOCK_RAW, 0);
}

static void
try_executable_memory(void)
{
	(void)mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

#define TRY(name)                             \
	static void try_##name(void)          \
	{                                     \
		(void)syscall(SYS_##name, 0); \
	}
TRY(bpf)
TRY(perf_event_open)
TRY(io_uring_setup)
TRY(userfaultfd)
TRY(mount)
TRY(setuid)
TRY(setresuid)
TRY(unshare)
TRY(kexec_load)
TRY(process_vm_readv)
TRY(keyctl)
TRY(init_module)

static const struct {
	const char *name;
	void (*act)(void);
} denied[] = {
	{ "execve", try_execve },
	{ "fork", try_fork },
	{ "ptrace", try_ptrace },
	{ "socket", try_inet },
	{ "mmap", try_executable_memory },
	{ "bpf", try_bpf },
	{ "perf_event_open", try_perf_event_open },
	{ "io_uring_setup", try_io_uring_setup },
	{ "userfaultfd", try_userfaultfd },
	{ "mount", try_mount },
	{ "setuid", try_setuid },
	{ "setresuid", try_setresuid },
	{ "unshare", try_unshare },
	{ "kexec_load", try_kexec_load },
	{ "process_vm_readv", try_process_vm_readv },
	{ "keyctl", try_keyctl },
	{ "init_module", try_init_module },
};
#define N_DENIED (int)(sizeof(denied) / sizeof(denied[0]))

static const char *const threads[ZT_SANDBOX_N_THREADS] = { "main", "opener", "capture",
	"detector", "writer", "processes" };

static int attempt;
static enum zt_sandbox_thread where;

static void
attempt_it(void)
{
	enter(where, false);
	denied[attempt].act();
}

static bool
has_sandbox(void)
{
	if (zt_sandbox_mode_of("enforce") == ZT_SANDBOX_ENFORCE)
		return true;
	printf("no sandbox in this build: nothing to try\n");
	return false;
}

START_TEST(a_call_that_nobody_needs_is_named_and_ends_the_program)
{
	char text[512];
	char wanted[128];

	if (!has_sandbox())
		return;
	attempt = _i;
	for (unsigned i = 0; i < ZT_SANDBOX_N_THREADS; i++) {
		where = (enum zt_sandbox_thread)i;
		int how = in_child(attempt_it, text, sizeof(text));
		ck_assert_msg(WIFEXITED(how) && WEXITSTATUS(how) == ZT_EXIT_SOFTWARE,
		    "%s in %s: status %x, %s", denied[_i].name, threads[i],
		    (unsigned)how, text);
		(void)snprintf(wanted, sizeof(wanted),
		    "zonetap: the thread %s made the system call %s (", threads[i],
		    denied[_i].name);
		ck_assert_msg(strncmp(text, wanted, strlen(wanted)) == 0, "%s", text);
	}
}
END_TEST

static void
packet_in_capture(void)
{
	enter(ZT_SANDBOX_CAPTURE, false);
	try_packet();
}

static void
open_in_detector(void)
{
	enter(ZT_SANDBOX_DETECTOR, false);
	(void)open("/etc/passwd", O_RDONLY);
}

START_TEST(lists_differ_by_what_a_thread_does)
{
	char text[512];

	if (!has_sandbox())
		return;
	ck_assert_int_ne(in_child(packet_in_capture, text, sizeof(text)), 0);
	ck_assert_ptr_nonnull(
	    strstr(text, "thread capture made the system call socket"));
	ck_assert_int_ne(in_child(open_in_detector, text, sizeof(text)), 0);
	ck_assert_ptr_nonnull(
	    strstr(text, "thread detector made the system call openat"));
}
END_TEST

/* With signals blocked, as every thread but the main one has them. */
static void *
blocked_thread(void *arg)
{
	(void)arg;
	zt_sandbox_enter(
	    &(struct zt_sandbox){ .mode = ZT_SANDBOX_ENFORCE }, ZT_SANDBOX_DETECTOR);
	try_ptrace();
	return NULL;
}

static void
thread_with_signals_blocked(void)
{
	struct zt_sandbox sandbox = { .mode = ZT_SANDBOX_ENFORCE };
	struct zt_err err;
	pthread_t thread;
	sigset_t all;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, NULL);
	(void)zt_sandbox_prepare(&sandbox, &err);
	(void)pthread_create(&thread, NULL, blocked_thread, NULL);
	(void)pthread_join(thread, NULL);
}

START_TEST(a_thread_that_blocks_signals_is_named_too)
{
	char text[512];

	if (!has_sandbox())
		return;
	int how = in_child(thread_with_signals_blocked, text, sizeof(text));
	ck_assert_int_eq(WEXITSTATUS(how), ZT_EXIT_SOFTWARE);
	ck_assert_ptr_nonnull(
	    strstr(text, "thread detector made the system call ptrace"));
}
END_TEST

static void
ordinary_work(void)
{
	enter(where, true);
	char *memory = malloc(1 << 22);
	if (memory == NULL)
		_exit(1);
	memset(memory, 1, 1 << 22);
	free(memory);
	(void)getpid();
	if (where == ZT_SANDBOX_CAPTURE &&
	    (open("/etc/passwd", O_RDONLY) != -1 || errno != EACCES))
		_exit(2);
	if (where == ZT_SANDBOX_MAIN || where == ZT_SANDBOX_WRITER) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		int file = open("/dev/null", O_WRONLY);
		if (fd < 0 || file < 0 || close(fd) != 0 || close(file) != 0)
			_exit(3);
	}
}

START_TEST(ordinary_work_is_not_disturbed)
{
	char text[512];

	if (!has_sandbox())
		return;
	where = (enum zt_sandbox_thread)_i;
	int how = in_child(ordinary_work, text, sizeof(text));
	ck_assert_msg(how == 0, "%s: status %x, %s", threads[_i], (unsigned)how, text);
}
END_TEST

static void
logged_work(void)
{
	struct zt_sandbox sandbox = { .mode = ZT_SANDBOX_LOG };
	struct zt_err err;

	(void)zt_sandbox_prepare(&sandbox, &err);
	zt_sandbox_enter(&sandbox, ZT_SANDBOX_DETECTOR);
	if (socket(AF_UNIX, SOCK_DGRAM, 0) < 0)
		_exit(1);
}

START_TEST(log_and_off_let_pass)
{
	char text[512];
	struct zt_sandbox sandbox = { .mode = ZT_SANDBOX_OFF };

	zt_sandbox_enter(NULL, ZT_SANDBOX_DETECTOR);
	zt_sandbox_enter(&sandbox, ZT_SANDBOX_DETECTOR);
	ck_assert_int_eq(zt_sandbox_mode_of("off"), ZT_SANDBOX_OFF);
	if (!has_sandbox())
		return;
	ck_assert_int_eq(zt_sandbox_mode_of("log"), ZT_SANDBOX_LOG);
	ck_assert_int_eq(in_child(logged_work, text, sizeof(text)), 0);
}
END_TEST

START_TEST(root_becomes_another_user_with_one_capability_and_then_none)
{
	struct zt_err err = { "" };
	struct rlimit core;

	if (geteuid() != 0) {
		printf("not root: nothing to give up\n");
		return;
	}
	const struct passwd *nobody = getpwnam("nobody");
	ck_assert_ptr_nonnull(nobody);
	uid_t uid = nobody->pw_uid;
	ck_assert_msg(zt_privileges_reduce("nobody", &err) == 0, "%s", err.text);
	ck_assert_uint_eq(getuid(), uid);
	ck_assert_uint_eq(geteuid(), uid);
	ck_assert_int_eq(getgroups(0, NULL), 0);
	ck_assert_int_ne(setuid(0), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_CORE, &core), 0);
	ck_assert_uint_eq(core.rlim_max, 0);
	ck_assert_str_eq(status("CapPrm"), "0000000000002000");
	ck_assert_str_eq(status("CapEff"), "0000000000002000");
	ck_assert_str_eq(status("CapInh"), "0000000000000000");
	ck_assert_str_eq(status("CapBnd"), "0000000000000000");
	ck_assert_str_eq(status("CapAmb"), "0000000000000000");
	ck_assert_str_eq(status("NoNewPrivs"), "1");
	ck_assert_msg(zt_privileges_forget(&err) == 0, "%s", err.text);
	ck_assert_str_eq(status("CapPrm"), "0000000000000000");
	ck_assert_str_eq(status("CapEff"), "0000000000000000");
#ifndef ZT_INSTRUMENTED
	ck_assert_int_eq(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
#endif
	ck_assert_int_lt(socket(AF_PACKET, SOCK_RAW, 0), 0);
}
END_TEST

START_TEST(users_that_will_not_do_are_refused_with_a_reason)
{
	struct zt_err err = { "" };

	if (geteuid() != 0)
		return;
	ck_assert_int_eq(zt_privileges_reduce("no-such-user-here", &err), -ENOENT);
	ck_assert_ptr_nonnull(strstr(err.text, "no-such-user-here"));
	ck_assert_int_eq(zt_privileges_reduce("root", &err), -ENOENT);
	ck_assert_ptr_nonnull(strstr(err.text, "root"));
	ck_assert_str_ne(status("CapEff"), "0000000000002000");
}
END_TEST

/* LeakSanitizer looks into /proc at the end, which Landlock has closed by then. */
int __lsan_is_turned_off(void);

int
__lsan_is_turned_off(void)
{
	return 1;
}

static char place[64];

static const char *
inside(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", place, name);
	return path;
}

START_TEST(files_can_be_opened_in_their_places_only)
{
	struct zt_places places = { .count = 0 };
	struct zt_err err = { "" };

	(void)strcpy(place, "/tmp/zonetap-places-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(place));
	ck_assert_int_eq(mkdir(inside("read"), 0700), 0);
	ck_assert_int_eq(mkdir(inside("write"), 0700), 0);
	ck_assert_int_ge(open(inside("read/file"), O_CREAT | O_WRONLY, 0600), 0);
	int before = open(inside("read/file"), O_WRONLY);
	ck_assert_int_eq(zt_places_add_parent(&places, inside("read/file"), false), 0);
	ck_assert_int_eq(zt_places_add(&places, inside("write"), true), 0);
	ck_assert_int_eq(zt_places_add(&places, "/no/such/place", true), 0);
	int version = zt_landlock_enter(&places, &err);
	zt_places_fini(&places);
	ck_assert_msg(version >= 0, "%s", err.text);
	if (version == 0) {
		printf("no Landlock in this kernel\n");
		return;
	}
	ck_assert_int_ge(open(inside("read/file"), O_RDONLY), 0);
	ck_assert_int_lt(open(inside("read/file"), O_WRONLY), 0);
	ck_assert_int_eq(errno, EACCES);
	ck_assert_int_eq((int)write(before, "x", 1), 1);
	ck_assert_int_lt(open("/etc/passwd", O_RDONLY), 0);
	ck_assert_int_ge(open(inside("write/a"), O_CREAT | O_WRONLY, 0600), 0);
	char *old = strdup(inside("write/a"));
	ck_assert_int_eq(rename(old, inside("write/b")), 0);
	free(old);
	ck_assert_int_eq(unlink(inside("write/b")), 0);
	ck_assert_int_lt(unlink(inside("read/file")), 0);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("confinement");
	TCase *tc = tcase_create("layers");

	tcase_add_loop_test(
	    tc, a_call_that_nobody_needs_is_named_and_ends_the_program, 0, N_DENIED);
	tcase_add_test(tc, lists_differ_by_what_a_thread_does);
	tcase_add_test(tc, a_thread_that_blocks_signals_is_named_too);
	tcase_add_loop_test(
	    tc, ordinary_work_is_not_disturbed, 0, ZT_SANDBOX_N_THREADS);
	tcase_add_test(tc, log_and_off_let_pass);
	suite_add_tcase(s, tc);
	/* There is no way back from these: only in a process of their own. */
	const char *forks = getenv("CK_FORK");
	if (forks == NULL || strcmp(forks, "no") != 0) {
		tc = tcase_create("for good");
		tcase_add_test(
		    tc, root_becomes_another_user_with_one_capability_and_then_none);
		tcase_add_test(tc, users_that_will_not_do_are_refused_with_a_reason);
		tcase_add_test(tc, files_can_be_opened_in_their_places_only);
		suite_add_tcase(s, tc);
	}
	return s;
}

int
main(void)
{
	return zt_suite_run(suite());
}
