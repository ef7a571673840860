#include "sandbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "exit_code.h"
#include "sandbox_trap.h"

static const char *const thread_names[ZT_SANDBOX_N_THREADS] = {
	[ZT_SANDBOX_MAIN] = "main",
	[ZT_SANDBOX_OPENER] = "opener",
	[ZT_SANDBOX_CAPTURE] = "capture",
	[ZT_SANDBOX_DETECTOR] = "detector",
	[ZT_SANDBOX_WRITER] = "writer",
	[ZT_SANDBOX_PROCESSES] = "processes",
};

const char *
zt_sandbox_mode_name(enum zt_sandbox_mode mode)
{
	static const char *const names[] = { [ZT_SANDBOX_OFF] = "off",
		[ZT_SANDBOX_LOG] = "log",
		[ZT_SANDBOX_ENFORCE] = "enforce" };

	return names[mode];
}

/* For ps -L and top -H; the main thread's name is that of the program. */
static void
name_thread(enum zt_sandbox_thread thread)
{
	if (thread != ZT_SANDBOX_MAIN)
		(void)prctl(PR_SET_NAME, thread_names[thread], 0, 0, 0);
}

#if defined(ZT_WITH_SECCOMP) && !defined(ZT_INSTRUMENTED)

#	include <linux/sched.h>
#	include <net/if.h>
#	include <sys/ioctl.h>
#	include <sys/mman.h>
#	include <sys/socket.h>

#	include <seccomp.h>

#	define MAIN	  (1u << ZT_SANDBOX_MAIN)
#	define OPENER	  (1u << ZT_SANDBOX_OPENER)
#	define CAPTURE	  (1u << ZT_SANDBOX_CAPTURE)
#	define DETECTOR  (1u << ZT_SANDBOX_DETECTOR)
#	define WRITER	  (1u << ZT_SANDBOX_WRITER)
#	define PROCESSES (1u << ZT_SANDBOX_PROCESSES)
#	define ALL	  (MAIN | OPENER | CAPTURE | DETECTOR | WRITER | PROCESSES)
#	define FILES	  (MAIN | WRITER)

/* Who may make a call, whatever its arguments. */
static const struct {
	int call;
	unsigned threads;
} allowed[] = {
	/* Memory, locks, time, the end: what the C library does for everybody. */
	{ SCMP_SYS(brk), ALL }, { SCMP_SYS(munmap), ALL }, { SCMP_SYS(mremap), ALL },
	{ SCMP_SYS(madvise), ALL }, { SCMP_SYS(futex), ALL },
	{ SCMP_SYS(sched_yield), ALL }, { SCMP_SYS(clock_gettime), ALL },
	{ SCMP_SYS(clock_nanosleep), ALL }, { SCMP_SYS(nanosleep), ALL },
	{ SCMP_SYS(gettimeofday), ALL }, { SCMP_SYS(time), ALL },
	{ SCMP_SYS(getpid), ALL }, { SCMP_SYS(gettid), ALL }, { SCMP_SYS(tgkill), ALL },
	{ SCMP_SYS(getrandom), ALL }, { SCMP_SYS(rseq), ALL },
	{ SCMP_SYS(set_robust_list), ALL }, { SCMP_SYS(rt_sigreturn), ALL },
	{ SCMP_SYS(rt_sigprocmask), ALL }, { SCMP_SYS(restart_syscall), ALL },
	{ SCMP_SYS(exit), ALL }, { SCMP_SYS(exit_group), ALL },
	/* Open descriptors, bells among them. */
	{ SCMP_SYS(read), ALL }, { SCMP_SYS(readv), ALL }, { SCMP_SYS(write), ALL },
	{ SCMP_SYS(writev), ALL }, { SCMP_SYS(close), ALL }, { SCMP_SYS(poll), ALL },
	{ SCMP_SYS(ppoll), ALL }, { SCMP_SYS(fstat), ALL }, { SCMP_SYS(lseek), FILES },
	{ SCMP_SYS(pread64), FILES }, { SCMP_SYS(pwrite64), FILES },
	{ SCMP_SYS(fcntl), FILES | OPENER }, { SCMP_SYS(flock), FILES },
	{ SCMP_SYS(fsync), FILES }, { SCMP_SYS(fdatasync), FILES },
	{ SCMP_SYS(ftruncate), FILES }, { SCMP_SYS(fallocate), FILES },
	{ SCMP_SYS(fchmod), FILES },
	/* Files by name. */
	{ SCMP_SYS(open), FILES | OPENER | PROCESSES },
	{ SCMP_SYS(openat), FILES | OPENER | PROCESSES },
	{ SCMP_SYS(access), FILES | OPENER }, { SCMP_SYS(faccessat), FILES | OPENER },
	{ SCMP_SYS(faccessat2), FILES | OPENER }, { SCMP_SYS(stat), FILES | OPENER },
	{ SCMP_SYS(lstat), FILES | OPENER },
	{ SCMP_SYS(newfstatat), FILES | OPENER | CAPTURE },
	{ SCMP_SYS(statx), FILES | OPENER }, { SCMP_SYS(statfs), FILES },
	{ SCMP_SYS(fstatfs), FILES }, { SCMP_SYS(readlink), FILES | OPENER },
	{ SCMP_SYS(readlinkat), FILES | OPENER }, { SCMP_SYS(getcwd), FILES },
	{ SCMP_SYS(getdents64), FILES | OPENER }, { SCMP_SYS(rename), FILES },
	{ SCMP_SYS(renameat), FILES }, { SCMP_SYS(renameat2), FILES },
	{ SCMP_SYS(link), FILES }, { SCMP_SYS(linkat), FILES },
	{ SCMP_SYS(unlink), FILES }, { SCMP_SYS(unlinkat), FILES },
	{ SCMP_SYS(mkdir), FILES }, { SCMP_SYS(mkdirat), FILES },
	{ SCMP_SYS(chmod), FILES }, { SCMP_SYS(fchmodat), FILES },
	{ SCMP_SYS(umask), FILES },
	/* Sockets; socket itself is judged by its family. */
	{ SCMP_SYS(getsockopt), FILES | OPENER | CAPTURE },
	{ SCMP_SYS(setsockopt), FILES | OPENER | CAPTURE },
	{ SCMP_SYS(bind), MAIN | OPENER | PROCESSES }, { SCMP_SYS(listen), MAIN },
	{ SCMP_SYS(accept), MAIN }, { SCMP_SYS(accept4), MAIN },
	{ SCMP_SYS(connect), FILES }, { SCMP_SYS(shutdown), FILES },
	{ SCMP_SYS(getsockname), FILES | OPENER | CAPTURE | PROCESSES },
	{ SCMP_SYS(getpeername), FILES }, { SCMP_SYS(sendto), FILES | PROCESSES },
	{ SCMP_SYS(sendmsg), FILES | OPENER /* to AF_NETLINK */ },
	{ SCMP_SYS(sendmmsg), FILES }, { SCMP_SYS(sendfile), FILES },
	{ SCMP_SYS(recvfrom), FILES | OPENER | CAPTURE | PROCESSES },
	{ SCMP_SYS(recvmsg), FILES | OPENER | CAPTURE | PROCESSES },
	/* The event loop, and what libevent asks the system. */
	{ SCMP_SYS(epoll_create1), MAIN }, { SCMP_SYS(epoll_ctl), MAIN },
	{ SCMP_SYS(epoll_wait), MAIN }, { SCMP_SYS(epoll_pwait), MAIN },
	{ SCMP_SYS(epoll_pwait2), MAIN }, { SCMP_SYS(eventfd2), MAIN | OPENER },
	{ SCMP_SYS(pipe2), MAIN }, { SCMP_SYS(socketpair), MAIN },
	{ SCMP_SYS(memfd_create), FILES }, /* large entries of the journal */
	{ SCMP_SYS(rt_sigaction), MAIN }, { SCMP_SYS(uname), FILES | OPENER },
	{ SCMP_SYS(sysinfo), FILES }, { SCMP_SYS(getrusage), MAIN },
	{ SCMP_SYS(getuid), ALL }, { SCMP_SYS(geteuid), ALL },
	{ SCMP_SYS(getgid), ALL }, { SCMP_SYS(getegid), ALL },
	{ SCMP_SYS(sched_getaffinity), ALL },
	{ SCMP_SYS(ioctl), OPENER }, /* libpcap asks the interface many things */
};

/* Calls that fail in a capture thread instead of ending it, see sandbox.h. */
static const int refused_in_capture[] = {
	SCMP_SYS(open),
	SCMP_SYS(openat),
	SCMP_SYS(access),
	SCMP_SYS(readlink),
};

/* Requests of ioctl(2): whether it is a terminal, how wide; whether a link is up. */
static const struct {
	unsigned long request;
	unsigned threads;
} requests[] = {
	{ TCGETS, FILES },
	{ TIOCGWINSZ, FILES },
	{ FIONREAD, FILES },
	{ FIONBIO, FILES },
	{ SIOCGIFFLAGS, CAPTURE | MAIN },
	{ SIOCGIFNAME, CAPTURE | MAIN },
	{ SIOCGIFINDEX, CAPTURE | MAIN },
	{ SIOCGIFMTU, CAPTURE | MAIN },
};

/* Families of socket(2). */
static const struct {
	int family;
	unsigned threads;
	bool is_inet;
} families[] = {
	{ AF_UNIX, FILES | OPENER, false },
	{ AF_PACKET, OPENER, false },
	{ AF_NETLINK, OPENER | PROCESSES, false },
	{ AF_INET, FILES, true },
	{ AF_INET6, FILES, true },
};

#	define N(list) (sizeof(list) / sizeof((list)[0]))

static int
add_memory(scmp_filter_ctx filter)
{
	/* Memory is never executable. */
	int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

	if (result == 0)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	/* A thread may give itself a name. */
	if (result == 0)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
		    SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME, 0));
	return result;
}

/* The main thread makes threads (a reload may add an output), never processes.  clone3
 * hides its flags from us; where there is none the C library takes clone. */
static int
add_threads(scmp_filter_ctx filter)
{
	int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));

	if (result == 0)
		result = seccomp_rule_add(
		    filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	return result;
}

static int
add_arguments(scmp_filter_ctx filter, const struct zt_sandbox *sandbox, unsigned thread)
{
	int result = 0;

	for (size_t i = 0; i < N(requests) && result == 0; i++)
		if ((requests[i].threads & thread) != 0)
			result =
			    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
				SCMP_A1(SCMP_CMP_EQ, requests[i].request, 0));
	for (size_t i = 0; i < N(families) && result == 0; i++)
		if ((families[i].threads & thread) != 0 &&
		    (sandbox->inet || !families[i].is_inet))
			result = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
			    SCMP_SYS(socket), 1,
			    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i].family, 0));
	return result;
}

static int
add_calls(scmp_filter_ctx filter, unsigned thread)
{
	int result = 0;

	for (size_t i = 0; i < N(allowed) && result == 0; i++)
		if ((allowed[i].threads & thread) != 0)
			result = seccomp_rule_add(
			    filter, SCMP_ACT_ALLOW, allowed[i].call, 0);
	for (size_t i = 0; i < N(refused_in_capture) && result == 0; i++)
		if (thread == CAPTURE)
			result = seccomp_rule_add(
			    filter, SCMP_ACT_ERRNO(EACCES), refused_in_capture[i], 0);
	return result;
}

/* @return 0, or -errno. */
static int
load(const struct zt_sandbox *sandbox, enum zt_sandbox_thread thread)
{
	bool logs = sandbox->mode == ZT_SANDBOX_LOG;
	scmp_filter_ctx filter = seccomp_init(logs ? SCMP_ACT_LOG : SCMP_ACT_TRAP);

	if (filter == NULL)
		return -ENOMEM;
	int result = add_memory(filter);
	if (result == 0)
		result = add_calls(filter, 1u << thread);
	if (result == 0)
		result = add_arguments(filter, sandbox, 1u << thread);
	if (result == 0 && thread == ZT_SANDBOX_MAIN)
		result = add_threads(filter);
	if (result == 0)
		result = seccomp_load(filter);
	seccomp_release(filter);
	return result;
}

enum zt_sandbox_mode
zt_sandbox_mode_of(const char *text)
{
	if (strcmp(text, "off") == 0)
		return ZT_SANDBOX_OFF;
	return strcmp(text, "log") == 0 ? ZT_SANDBOX_LOG : ZT_SANDBOX_ENFORCE;
}

int
zt_sandbox_prepare(const struct zt_sandbox *sandbox, struct zt_err *err)
{
	if (sandbox->mode == ZT_SANDBOX_OFF)
		return 0;
	for (int i = 0; i < ZT_SANDBOX_CALLS; i++) {
		char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, i);
		if (name != NULL)
			zt_sandbox_trap_name(i, name);
		free(name);
	}
	int result = zt_sandbox_trap_install();
	if (result != 0)
		zt_err_set(err, "seccomp: %s", strerror(-result));
	return result;
}

void
zt_sandbox_enter(const struct zt_sandbox *sandbox, enum zt_sandbox_thread thread)
{
	static const char refusal[] =
	    "zonetap: the kernel refuses seccomp; sensor.seccomp: off runs without it\n";

	name_thread(thread);
	if (sandbox == NULL || sandbox->mode == ZT_SANDBOX_OFF)
		return;
	zt_sandbox_trap_thread(thread_names[thread]);
	if (load(sandbox, thread) == 0)
		return;
	/* The log is the main thread's.  Nobody left to tell when this fails. */
	(void)!write(STDERR_FILENO, refusal, sizeof(refusal) - 1);
	_exit(ZT_EXIT_SOFTWARE);
}

#else

enum zt_sandbox_mode
zt_sandbox_mode_of(const char *text)
{
	(void)text;
	return ZT_SANDBOX_OFF;
}

int
zt_sandbox_prepare(const struct zt_sandbox *sandbox, struct zt_err *err)
{
	(void)sandbox;
	(void)err;
	return 0;
}

void
zt_sandbox_enter(const struct zt_sandbox *sandbox, enum zt_sandbox_thread thread)
{
	(void)sandbox;
	name_thread(thread);
}

#endif
