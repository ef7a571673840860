/**
 * @file sandbox_trap.h
 * Names the system call that a thread was not allowed to make, and ends the program.
 *
 * State:     the table of names and the name of each thread are reached by a signal
 *            handler, so they are static; both are written before a filter is loaded and
 *            only read afterwards.
 */
#ifndef ZT_SENSOR_SANDBOX_TRAP_H
#define ZT_SENSOR_SANDBOX_TRAP_H

/** Highest number of a system call that can be named, and one more. */
#define ZT_SANDBOX_CALLS 1024
/** Room for a name with its terminator; longer ones are cut. */
#define ZT_SANDBOX_NAME_SIZE 28

/** Main thread, once: what system call `number` is called; cut where it is too long. */
void zt_sandbox_trap_name(int number, const char *name);

/** Main thread, once.  @return 0, or -errno. */
int zt_sandbox_trap_install(void);

/** This thread is called so, constant text, and can be interrupted by the trap. */
void zt_sandbox_trap_thread(const char *name);

#endif
