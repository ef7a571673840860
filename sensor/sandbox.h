/**
 * @file sandbox.h
 * Which system calls a thread may make: a list for each kind of thread, kept by the
 * kernel (seccomp).
 *
 * Violation: the call is not made; the thread and the call are named on standard error
 *            and the program ends.  With ZT_SANDBOX_LOG the call is made, and the kernel
 *            writes it to its audit log.
 * Looser:    opening files fails with EACCES in capture threads, where libpcap looks for
 *            statistics that it can do without.
 * Threads:   prepare: main thread, before all others.  enter: each thread for itself,
 *            when it has what it needs; there is no way back.  A thread made later
 *            starts with the list of the one that made it.
 * Source:    seccomp(2); through libseccomp.  Without it, or in a build with sanitizers
 *            or for coverage, the sandbox is off.
 */
#ifndef ZT_SENSOR_SANDBOX_H
#define ZT_SENSOR_SANDBOX_H

#include <stdbool.h>

#include "../conf/err.h"

enum zt_sandbox_mode {
	ZT_SANDBOX_OFF,
	ZT_SANDBOX_LOG,
	ZT_SANDBOX_ENFORCE,
};

/** What kind of work a thread does. */
enum zt_sandbox_thread {
	ZT_SANDBOX_MAIN,      /**< The event loop: files, unix sockets, accepting. */
	ZT_SANDBOX_OPENER,    /**< Opens interfaces. */
	ZT_SANDBOX_CAPTURE,   /**< Reads packets from open handles. */
	ZT_SANDBOX_DETECTOR,  /**< Computes. */
	ZT_SANDBOX_WRITER,    /**< Writes files and to sockets for the main thread. */
	ZT_SANDBOX_PROCESSES, /**< Sees programs start, and reads /proc. */
	ZT_SANDBOX_N_THREADS
};

struct zt_sandbox {
	enum zt_sandbox_mode mode;
	bool inet; /**< Main and writer threads may open internet sockets. */
};

/** From the setting: "enforce", "log" or "off"; where there is no sandbox: off. */
enum zt_sandbox_mode zt_sandbox_mode_of(const char *text);

/** The word for it. */
const char *zt_sandbox_mode_name(enum zt_sandbox_mode mode);

/** @return 0, or -errno: the kernel cannot do it. */
int zt_sandbox_prepare(const struct zt_sandbox *sandbox, struct zt_err *err);

/**
 * From now on this thread is kept to its list, and is called by its kind.  When the kernel refuses, the program
 * ends: it does not run unprotected where protection was asked for.
 *
 * @param sandbox  NULL: no list.
 */
void zt_sandbox_enter(const struct zt_sandbox *sandbox, enum zt_sandbox_thread thread);

#endif
